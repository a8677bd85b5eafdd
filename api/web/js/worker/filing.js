/** File a report, and change it; every step may be interrupted (§F). */

import { hasEnded, keepUntil, lastMonth } from "../protocol/client/filing.js";
import { InputError } from "../protocol/errors.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { clues, keptClues } from "./clues.js";
import * as letterboxes from "./letterboxes.js";
import { checkAddressesOf, checkOwnAddresses } from "./ownAddresses.js";
import { lockedOutputs, today } from "./place.js";
import { bring, replaceVersion } from "./submitting.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Draft } from "./drafting.js" */
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
 * Bring a saved report to its trustees, and wait until it is stored.
 *
 * May be called again after any interruption (§F1 to §F10).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Filed>}
 * @throws {InputError} It was taken back, or its time is over.
 * @throws {Unreachable} Too few servers answered in time; call again.
 */
export async function finish(place, survivor, label) {
  const report = changeable(survivor, label);
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
  const report = changeable(survivor, label);
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
  const changed = { ...changeable(survivor, label), ...others };
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
/**
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {SavedReport}
 * @throws {InputError} It was taken back, or its time is over.
 */
function changeable(survivor, label) {
  const report = survivor.report(label);
  if (report.withdrawn) {
    throw new InputError("report", "this entry was taken back");
  }
  if (hasEnded(report, today())) {
    throw new InputError("report", "the time of this entry is over");
  }
  return report;
}
