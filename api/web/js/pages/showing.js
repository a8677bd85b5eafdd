/** Parts of an entry as a person may read them. */

import { isolated, LANGUAGE, t } from "../ui/catalogue.js";
import { fillSlots, part, show } from "../ui/screen.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Visit } from "./visit.js" */

/**
 * What she gave about the person, one line each, as she typed it.
 *
 * @param {readonly Identifier[]} identifiers
 * @returns {string}
 */
export function shownClues(identifiers) {
  return identifiers
    .map((one) => `${t(`kinds.${one.kind}`)}: ${isolated(typed(one))}`)
    .join("\n");
}

/**
 * Kinds of things in a sentence: no value among them.
 *
 * @param {readonly { kind: string }[]} identifiers
 * @returns {string}
 */
export function shownKinds(identifiers) {
  const kinds = [...new Set(identifiers.map(({ kind }) => t(`kinds.${kind}`)))];
  return new Intl.ListFormat(LANGUAGE, { type: "conjunction" }).format(kinds);
}

/**
 * One thing as she typed it.
 *
 * @param {Identifier} identifier
 * @returns {string}
 */
export function typed({ value, given, family }) {
  return value || [given, family].filter(Boolean).join(" ");
}

/**
 * A contact card, one line a field.
 *
 * @param {Visit["card"]} card
 * @returns {string}
 */
export function shownCard({ name, email, phone, channel, wishes }) {
  return [name, email, phone, channel && shownChannel(channel), wishes]
    .filter(Boolean)
    .map(isolated)
    .join("\n");
}

/** @param {string} channel */
export function shownChannel(channel) {
  const known = t(`channels.${channel}`);
  return known.startsWith("channels.") ? channel : known;
}

/**
 * Where a note goes, when, and by which plant she knows it.
 *
 * @param {Visit["note"]} note
 */
export function shownNote({ way, address, plant }) {
  if (!way) return "–";
  const when = t(way === "regular" ? "note_regular" : "note_once");
  return [isolated(address), when, t(`plants.${plant}`)].join("\n");
}

/**
 * How many trustees signed that they have an answer; louder while too few have a no.
 *
 * @param {ParentNode} root
 * @param {{ heard?: number, all?: number, unheard?: boolean } | null} outcome
 */
export function showHeard(root, outcome) {
  const { heard = 0, all = 0, unheard = false } = outcome ?? {};
  fillSlots(root, { heard, all });
  show(part(root, "[data-unheard]"), unheard);
}
