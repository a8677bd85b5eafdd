/** Take an entry back: her will first, then the word of server and trustees (§F11). */

import { Busy, Unreachable } from "../net/errors.js";
import { exchange } from "../net/send.js";
import { beginWithdrawal } from "../protocol/client/filing.js";
import {
  isErased,
  isGone,
  noteErasures,
  withErased,
} from "../protocol/client/withdrawal.js";
import { NotFound, ProtocolError } from "../protocol/errors.js";
import { reportStatus } from "../protocol/messages/cases.js";
import { signed } from "../protocol/messages/kinds.js";
import * as letterboxes from "./letterboxes.js";
import { apiAt } from "./place.js";
import { waitUntilErased } from "./receipts.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

/**
 * How far an entry is taken back: it may still stand ("leaving"), nobody ever held
 * anything of it ("nothing"), or too few trustees are left to open it ("withdrawn");
 * and how many of all trustees signed that they erased their part.
 *
 * @typedef {object} Withdrawal
 * @property {"leaving" | "nothing" | "withdrawn"} state
 * @property {number} erased
 * @property {number} all
 */

/**
 * Keep in the vault that she takes an entry back, do so, and wait a while for the
 * trustees' word.
 *
 * May be called again; the same request changes nothing more. Whatever fails after her
 * will is kept is told, not thrown: every later look goes on. A trustee that is down
 * erases when it comes back.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Withdrawal>}
 * @throws {Unreachable} The vault could not be kept: nothing has changed.
 */
export async function takeBack(place, survivor, label) {
  await survivor.open(place);
  await survivor.keep(place, { ...survivor.report(label), withdrawn: true });
  let known = true;
  await attempt(async () => {
    known = await send(place, survivor, label);
    await letterboxes.close(place, survivor, label);
    if (known) await wait(place, survivor, label);
  });
  return standing(place, survivor.report(label), known);
}

/**
 * Send the withdrawal of an entry again, unless every trustee has signed already; then
 * empty its letterbox, if that was not done.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Withdrawal>}
 */
export async function goOn(place, survivor, label) {
  const again = !isErased(place.deployment, survivor.report(label));
  let known = true;
  await attempt(async () => {
    if (again) known = await send(place, survivor, label, 0);
    await letterboxes.close(place, survivor, label);
  });
  return standing(place, survivor.report(label), known);
}

/**
 * Go on with a withdrawal that trustees signed for, and an old vault knows nothing of.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Withdrawal>}
 */
export async function remember(place, survivor, label) {
  await survivor.keep(place, { ...survivor.report(label), withdrawn: true });
  return goOn(place, survivor, label);
}

/**
 * Do it as far as the servers let her: where one is away, busy or refuses, the entry
 * stays as the vault knows it.
 *
 * @param {() => Promise<void>} act
 */
async function attempt(act) {
  try {
    await act();
  } catch (error) {
    const theirs = [Unreachable, Busy, ProtocolError];
    if (!theirs.some((kind) => error instanceof kind)) throw error;
  }
}

/**
 * Send the signed withdrawal; whether the server has something under its key.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {number} [patience]
 */
async function send(place, survivor, label, patience) {
  const { deployment } = place;
  const report = survivor.report(label);
  if (report.version === 0) return false;
  const { request } = beginWithdrawal(deployment, report);
  const target = { ...apiAt(place, "reports/withdrawals"), patience };
  try {
    const sent = { message: request, kind: signed };
    const { erasures } = await exchange(target, reportStatus, sent);
    await survivor.keep(place, noteErasures(deployment, report, erasures));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 */
async function wait(place, survivor, label) {
  const report = survivor.report(label);
  if (isErased(place.deployment, report)) return;
  await survivor.keep(place, withErased(report, await waitUntilErased(place, report)));
}

/**
 * @param {Place} place
 * @param {SavedReport} report
 * @param {boolean} known Unless the server said that it has nothing of it.
 * @returns {Withdrawal}
 */
function standing({ deployment }, report, known) {
  const all = deployment.roster.opening.trustees.length;
  const erased = report.erased.length;
  /** @type {Withdrawal["state"]} */
  let state = "leaving";
  if (!bringsLetters(report)) {
    if (isGone(deployment, report)) state = "withdrawn";
    // Where trustees signed that they hold it, a server that knows nothing of it proves
    // nothing.
    else if (!known && !report.stored && erased === 0) state = "nothing";
  }
  return { state, erased, all };
}

/** @param {SavedReport} report */
function bringsLetters({ letterbox }) {
  return letterbox !== null && !(letterbox.written && letterbox.part.address === "");
}
