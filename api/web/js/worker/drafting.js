/** Begin an entry: a draft in the vault, and nothing else (§F1). */

import { lastMonth } from "../protocol/client/filing.js";
import { wishLetters } from "../protocol/client/letterbox.js";
import { UNSENT } from "../protocol/client/vault.js";
import { ConflictingReport } from "../protocol/errors.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { newReportKeys } from "../protocol/report/contents.js";
import { keptClues } from "./clues.js";
import { checkOwnAddresses } from "./ownAddresses.js";
import { today } from "./place.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

/**
 * What a survivor gives and wishes, before anything is locked.
 *
 * @typedef {object} Draft
 * @property {string} label
 * @property {Identifier[]} identifiers
 * @property {string} country
 * @property {number} matchThreshold
 * @property {boolean} witness
 * @property {SavedReport["card"]} card
 * @property {SavedReport["nudge"]} nudge Where one note goes if a group forms.
 * @property {SavedReport["nudge"]} letters Where regular letters go.
 * @property {number} years For how long it is kept, from today on.
 */

const MOST_TRIES = 6;

/**
 * Check a draft, and keep it in the vault under fresh keys.
 *
 * The same entry again is what a person writes who went back and changed something; an
 * entry of this name that another tab or device began stays what it is, and this one
 * gets another name.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Draft} draft
 * @returns {Promise<string>} The name that it has in the vault.
 * @throws {InputError} The identifiers cannot be used.
 * @throws {ConflictingReport} The vault is written again and again meanwhile.
 */
export async function begin(place, survivor, draft) {
  const { letters, years, ...given } = draft;
  const expiryMonth = lastMonth(today(), years);
  matchKeys(given.identifiers, given.country || null);
  const addresses = [given.card.email, given.nudge.address, letters.address];
  checkOwnAddresses(given.identifiers, addresses);
  for (let left = MOST_TRIES; ; left -= 1) {
    const before = ownDraft(survivor, given.label);
    const label = before?.label ?? freeLabel(survivor, given.label);
    const kept = {
      ...(before ?? freshReport()),
      ...given,
      label,
      expiryMonth,
      letterbox: wishLetters(before?.letterbox ?? null, letters),
      outputs: [],
      conjunctions: [],
      identifiers: keptClues(given.identifiers),
    };
    // Before it is sent: an answer may be lost on its way.
    survivor.own(kept, given.label);
    try {
      await survivor.keep(place, kept);
      return label;
    } catch (error) {
      if (!(error instanceof ConflictingReport) || left === 0) throw error;
      // Somebody with the same words wrote meanwhile; her vault is open again.
    }
  }
}

/** What an entry has that nothing was said about yet: its secrets. */
function freshReport() {
  const keys = newReportKeys();
  return {
    ...UNSENT,
    reportSeed: keys.reportSeed.reveal(),
    readerSeed: keys.readerSeed.reveal(),
    contactKey: keys.contactKey.reveal(),
    begunDay: today(),
  };
}

/**
 * The draft of this name that was begun here, as long as nothing of it was sent.
 *
 * @param {Survivor} survivor
 * @param {string} label
 */
function ownDraft(survivor, label) {
  return survivor.contents.reports.find(
    (one) => one.version === 0 && !one.withdrawn && survivor.owns(one, label),
  );
}

/**
 * The name, if no entry has it; else the next number that none has.
 *
 * @param {Survivor} survivor
 * @param {string} wanted
 */
function freeLabel({ contents: { reports } }, wanted) {
  if (reports.every(({ label }) => label !== wanted)) return wanted;
  const numbers = reports.map(({ label }) => Number(label) || 0);
  return String(Math.max(0, ...numbers) + 1);
}
