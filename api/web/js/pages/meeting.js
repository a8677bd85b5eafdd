/** Something has changed: be asked, answer, and meet those who also said yes. */

import { shownDay } from "../ui/catalogue.js";
import { copyOf, fillSlots, part, show } from "../ui/screen.js";
import {
  shownCard,
  shownChannel,
  shownClues,
  shownKinds,
  showHeard,
} from "./showing.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Screen, View } from "./view.js" */

// From the 60th of 90 days on.
const WARNED = 30;

/**
 * What she gave that the others gave too; all of it where that is not known.
 *
 * @param {{ identifiers: Identifier[], agreed?: string[] }} entry
 */
function agreedClues({ identifiers, agreed = [] }) {
  const found = identifiers.filter(({ kind }) => agreed.includes(kind));
  return found.length > 0 ? found : identifiers;
}

/** @type {Screen} */
const changed = {
  enter: (view) => {
    const { root, visit } = view;
    const agreed = agreedClues(visit.entry);
    part(root, "[data-agreed]").textContent = shownKinds(agreed);
    part(root, "[data-who]").textContent = shownClues(agreed);
    part(root, "[data-card]").textContent = shownCard(visit.entry.card);
    for (const button of root.querySelectorAll("[data-answer]")) {
      const { answer } = /** @type {HTMLElement} */ (button).dataset;
      button.addEventListener("click", () => view.attempt(() => give(view, answer)));
    }
  },
};

/**
 * @param {View} view
 * @param {string} [given]
 */
async function give(view, given) {
  const heard = await view.work("answer", { label: view.visit.label, given });
  view.visit.outcome = { answer: given, ...heard };
  await view.go("answered");
}

/** @type {Screen} */
const answered = {
  enter: ({ root, visit }) => {
    for (const text of root.querySelectorAll("[data-answer]")) {
      const { answer } = /** @type {HTMLElement} */ (text).dataset;
      show(text, answer === visit.outcome?.answer);
    }
    showHeard(root, visit.outcome);
  },
};

/** @type {Screen} */
const connect = {
  enter: async (view) => {
    const { root, visit } = view;
    const { label } = visit;
    const meeting = await view.work("meet", { label });
    const { contacts, faults } = meeting;
    const count = ["none", "one"][contacts.length] ?? "many";
    show(part(root, `[data-count="${count}"]`), meeting.left >= 0);
    fillSlots(root, { count: contacts.length });
    show(part(root, "[data-fault]"), faults > 0);
    showTime(root, meeting);
    const cards = contacts.map((/** @type {any} */ one) => cardOf(root, one));
    part(root, "[data-cards]").replaceChildren(...cards);
    show(part(root, "[data-agreement]"), contacts.length > 0);
    part(root, "[data-agreed]").textContent = shownKinds(agreedClues(visit.entry));
    part(root, "[data-print]").addEventListener("click", () => print());
    part(root, "[data-hide]").addEventListener("click", () =>
      view.attempt(async () => {
        await view.work("hideList", { label, hidden: true });
        await view.go("home");
      }),
    );
  },
};

/**
 * Until when the cards are shown; louder when the time is nearly over.
 *
 * @param {ParentNode} root
 * @param {{ lastDay: number, left: number }} meeting
 */
function showTime(root, { lastDay, left }) {
  fillSlots(root, { date: shownDay(lastDay) });
  show(part(root, "[data-ended]"), left < 0);
  show(part(root, "[data-ending]"), left >= 0 && left <= WARNED);
  show(part(root, "[data-until]"), left > WARNED);
}

/**
 * @param {ParentNode} root
 * @param {{ card: Record<string, string>, witness: boolean }} contact
 */
function cardOf(root, { card, witness }) {
  const copy = copyOf(root.querySelector("template[data-card]"));
  show(part(copy, "[data-witness]"), witness);
  part(copy, "[data-name]").textContent = card.name || "–";
  /** @type {Record<string, string | undefined>} */
  const rows = { ...card, channel: card.channel && shownChannel(card.channel) };
  for (const row of copy.querySelectorAll("[data-row]")) {
    const text = rows[/** @type {HTMLElement} */ (row).dataset.row ?? ""] ?? "";
    show(row, text !== "");
    part(row, "bdi").textContent = text;
  }
  return copy;
}

/** @type {Record<string, Screen>} */
export const MEETING = { changed, answered, connect };
