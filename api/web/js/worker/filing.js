/** File a report, change it, take it back; every step may be interrupted (§F). */

import { exchange } from "../net/send.js";
import { beginWithdrawal, keepUntil, lastMonth } from "../protocol/client/filing.js";
import { wishLetters } from "../protocol/client/letterbox.js";
import { UNSENT } from "../protocol/client/vault.js";
import { NotFound } from "../protocol/errors.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { reportStatus } from "../protocol/messages/cases.js";
import { signed } from "../protocol/messages/kinds.js";
import { newReportKeys } from "../protocol/report/contents.js";
import { clues, keptClues } from "./clues.js";
import * as letterboxes from "./letterboxes.js";
import { checkAddressesOf, checkOwnAddresses } from "./ownAddresses.js";
import { apiAt, lockedOutputs, today } from "./place.js";
import { waitUntilErased } from "./receipts.js";
import { bring, replaceVersion } from "./submitting.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Place } from "./place.js" */
/** @import { Filed } from "./receipts.js" */
/** @import { Survivor } from "./survivor.js" */

/**
 * What may be changed later.
 *
 * @typedef {Partial<
 *   Pick<Draft, "card" | "matchThreshold" | "nudge" | "letters" | "years">
 * >} Wishes
 */

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

/**
 * Check a draft, and keep it in the vault under fresh keys.
 *
 * The same entry again is what a person writes who went back and changed something.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Draft} draft
 * @throws {InputError} The identifiers cannot be used.
 */
export async function begin(place, survivor, draft) {
  const { letters, years, ...given } = draft;
  const expiryMonth = lastMonth(today(), years);
  matchKeys(given.identifiers, given.country || null);
  const addresses = [given.card.email, given.nudge.address, letters.address];
  checkOwnAddresses(given.identifiers, addresses);
  const { reports } = survivor.contents;
  const before = reports.find((report) => report.label === given.label);
  const keys = newReportKeys();
  await survivor.keep(place, {
    reportSeed: keys.reportSeed.reveal(),
    readerSeed: keys.readerSeed.reveal(),
    contactKey: keys.contactKey.reveal(),
    ...UNSENT,
    begunDay: today(),
    ...(before?.version === 0 && before),
    ...given,
    expiryMonth,
    letterbox: wishLetters((before?.version === 0 && before.letterbox) || null, letters),
    outputs: [],
    conjunctions: [],
    identifiers: keptClues(given.identifiers),
  });
}

/**
 * Bring a saved report to its trustees, and wait until it is stored.
 *
 * May be called again after any interruption (§F1 to §F10).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Filed>}
 * @throws {Unreachable} Too few servers answered in time; call again.
 */
export async function finish(place, survivor, label) {
  const report = survivor.report(label);
  if (report.outputs.length === 0) {
    await survivor.keep(place, await lockedOutputs(place, survivor.registration, report));
  }
  const held = await bring(place, survivor, label);
  await letterboxes.settle(place, survivor, label);
  return held;
}

/**
 * Add what she learned, as a new version with new outputs (§F).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {readonly Identifier[]} more
 * @returns {Promise<Filed>}
 * @throws {InputError} The new identifiers cannot be read.
 */
export async function addIdentifiers(place, survivor, label, more) {
  await survivor.open(place);
  const report = survivor.report(label);
  const identifiers = [...report.identifiers, ...keptClues(more)];
  const wanted = { ...report, identifiers };
  matchKeys(clues(identifiers), report.country || null);
  checkAddressesOf(report, more);
  const locked = await lockedOutputs(place, survivor.registration, wanted);
  await replaceVersion(place, survivor, locked);
  return finish(place, survivor, label);
}

/**
 * Change how to reach her, where a note goes, her own number, or how long it is kept
 * (0 years: as it was); a new version (§F).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {Wishes} wishes
 * @returns {Promise<Filed>}
 */
export async function changeWishes(place, survivor, label, wishes) {
  await survivor.open(place);
  const { letters, years, ...others } = wishes;
  const changed = { ...survivor.report(label), ...others };
  const wanted = years ? keepUntil(changed, lastMonth(today(), years)) : changed;
  checkAddressesOf(wanted, []);
  if (letters) {
    checkOwnAddresses(clues(wanted.identifiers), [letters.address]);
  }
  await replaceVersion(place, survivor, wanted);
  if (letters) {
    await letterboxes.wish(place, survivor, label, letters);
  }
  return finish(place, survivor, label);
}

/**
 * Withdraw a report: erased at the API, and at every trustee (§F11).
 *
 * May be called again; the same request changes nothing more.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Filed>}
 */
export async function takeBack(place, survivor, label) {
  await survivor.open(place);
  await letterboxes.close(place, survivor, label);
  const report = survivor.report(label);
  const all = place.deployment.roster.opening.trustees.length;
  const withdrawal = beginWithdrawal(place.deployment, report);
  await survivor.keep(place, withdrawal.report);
  if (report.version === 0) {
    return { trustees: all, all, enough: true };
  }
  const sent = { message: withdrawal.request, kind: signed };
  try {
    await exchange(apiAt(place, "reports/withdrawals"), reportStatus, sent);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    // It was sealed, but the server never took it: nothing is there to erase.
    return { trustees: all, all, enough: true };
  }
  return waitUntilErased(place, withdrawal.report);
}
