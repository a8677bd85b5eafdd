/** File a report, change it, take it back (§F). */

import { checkBoxKeys } from "../boxKeys.js";
import { equal } from "../bytes.js";
import { monthOf } from "../calendar.js";
import { InputError, InvalidReport } from "../errors.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { erasureReceipt, shareReceipt, withdrawal } from "../messages/filing.js";
import { SYSTEM } from "../randomness.js";
import { headerDigest, quorum } from "../report/contents.js";
import { sealReport } from "../report/seal.js";
import { SecretBytes } from "../secret.js";
import { publicKey, sign } from "../signing.js";
import { openReceipts } from "./receipts.js";
import { keysOf, standingOf } from "./vault.js";
import { withUnsettled } from "./versions.js";

/** @import { Signed } from "../messages/kinds.js" */
/** @import { BoxKey, BoxKeys } from "../messages/deployment.js" */
/** @import { ReportSubmission, Token } from "../messages/filing.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { Content } from "../report/contents.js" */
/** @import { Registration, SavedReport } from "./vault.js" */

export const OUTPUT_BYTES = 64;
/** From the month of her choice; few, so that its last month tells little of a report. */
export const KEPT_YEARS = Object.freeze([1, 2, 3, 5]);
/** So many months before its end she is asked whether to keep it longer. */
export const NEAR_MONTHS = 3;
const MONTHS_A_YEAR = 12;

/**
 * Until when a report is kept that is to be kept for so long from this day (§F12).
 *
 * @param {number} day
 * @param {number} years
 * @returns {number}
 * @throws {InputError} Another number of years than those that are offered.
 */
export function lastMonth(day, years) {
  if (!KEPT_YEARS.includes(years)) {
    throw new InputError("years", "this time is not offered");
  }
  return monthOf(day) + MONTHS_A_YEAR * years;
}

/**
 * The report with another end; its letterbox is to end with it (§N3).
 *
 * To be sealed as a later version, and the letterbox to be written anew.
 *
 * @param {SavedReport} report
 * @param {number} expiryMonth
 * @returns {SavedReport}
 */
export function keepUntil(report, expiryMonth) {
  const { letterbox: box } = report;
  const moved = expiryMonth !== report.expiryMonth;
  const letterbox =
    moved && box !== null && box.part.address !== "" ? { ...box, written: false } : box;
  return Object.freeze({ ...report, expiryMonth, letterbox });
}

/**
 * Whether to ask her now if it is to be kept longer.
 *
 * @param {SavedReport} report
 * @param {number} day
 */
export function endsSoon({ expiryMonth }, day) {
  return expiryMonth - monthOf(day) <= NEAR_MONTHS;
}

/**
 * Whether its last month is over: it is erased, at the API and the trustees.
 *
 * @param {SavedReport} report
 * @param {number} day
 */
export function hasEnded({ expiryMonth }, day) {
  return expiryMonth < monthOf(day);
}

/**
 * The entries of the match lock: padding takes a random output (§F3).
 *
 * @param {readonly (SecretBytes | null)[]} stretched
 * @param {Randomness} [randomness]
 * @returns {Uint8Array[]}
 */
export function padOutputs(stretched, randomness = SYSTEM) {
  return stretched.map((output) =>
    output === null ? randomness(OUTPUT_BYTES) : output.reveal(),
  );
}

/**
 * The opening trustees' current box keys, in index order.
 *
 * A trustee without a current key gets no box; it takes no part in this report.
 *
 * @param {Deployment} deployment
 * @param {BoxKeys} keys
 * @param {number} day
 * @returns {Promise<BoxKey[]>}
 * @throws {InvalidReport} Fewer current keys that hold than are needed.
 */
export async function currentBoxKeys(deployment, keys, day) {
  const checked = await checkBoxKeys(deployment, keys.keys);
  const current = [...checked.values()].filter(
    (key) => key.firstDay <= day && day <= key.lastDay,
  );
  if (current.length < quorum(deployment).trusteeThreshold) {
    throw new InvalidReport("too few opening trustees can take a report", "api");
  }
  return current.sort((one, other) => one.index - other.index);
}

/**
 * What is sealed, and for whom: the report with its outputs (version 0 if it was never
 * taken), the keys from `currentBoxKeys`, a token for the first version, and for a later
 * one of a report that the API does not have (§F13).
 *
 * @typedef {object} Sealing
 * @property {Registration} registration
 * @property {SavedReport} report
 * @property {readonly BoxKey[]} boxKeys
 * @property {Token | null} token
 */

/**
 * Seal the next version of a saved report, and note it as sent.
 *
 * @param {Deployment} deployment The pinned manifest.
 * @param {Sealing} sealing
 * @param {Randomness} [randomness] As `sealReport`.
 * @returns {Promise<{report: SavedReport, submission: ReportSubmission}>}
 * @throws {InputError} A group size that is not offered, text that does not fit.
 */
export async function sealVersion(deployment, sealing, randomness = SYSTEM) {
  const { report, boxKeys, token } = sealing;
  if (token === null && report.version === 0) {
    throw new InputError("token", "a first version costs a token");
  }
  const content = contentOf(sealing.registration, report);
  const sealed = await sealReport(deployment, content, boxKeys, randomness);
  const name = headerDigest(sealed.header.payload);
  const version = content.version.number;
  const sent = { ...withUnsettled(report), version, headerDigest: name };
  return {
    report: Object.freeze(sent),
    submission: Object.freeze({ ...sealed, token }),
  };
}

/**
 * @param {Registration} registration
 * @param {SavedReport} report
 * @returns {Content}
 */
function contentOf(registration, report) {
  const { matchThreshold, witness, expiryMonth, card, nudge } = report;
  return {
    keys: keysOf(report),
    standing: standingOf(registration),
    wishes: { matchThreshold, witness, expiryMonth, card, nudge },
    version: { number: report.version + 1, previous: report.headerDigest },
    outputs: report.outputs.map((output) => new SecretBytes(output)),
  };
}

/**
 * Take a report back: erased at the API and at every trustee.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @returns {{report: SavedReport, request: Signed}}
 */
export function beginWithdrawal(deployment, report) {
  const { reportSeed } = keysOf(report);
  const message = {
    deploymentId: deployment.deploymentId,
    reportKey: publicKey(reportSeed),
    version: report.version + 1,
  };
  const request = sign(reportSeed, Label.REPORT_WITHDRAWAL, message, withdrawal);
  return { report: Object.freeze({ ...report, withdrawn: true }), request };
}

/**
 * Which trustees signed that they hold their shares of this version.
 *
 * A receipt that does not hold is passed over: it is not her trustee's word.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 * @returns {number[]}
 */
export function heldBy(deployment, report, receipts) {
  const { headerDigest: current } = report;
  const opened = openReceipts(deployment, report, receipts, {
    kind: shareReceipt,
    label: Label.SHARE_RECEIPT,
  });
  return indexes(
    opened.filter((one) => current !== null && equal(one.headerDigest, current)),
  );
}

/**
 * Whether enough trustees hold their shares for "stored" to be true.
 *
 * @param {Deployment} deployment
 * @param {readonly number[]} held
 * @returns {boolean}
 */
export function isStored(deployment, held) {
  return held.length >= quorum(deployment).trusteeThreshold;
}

/**
 * Which trustees signed that they erased their shares of this report.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} erasures
 * @returns {number[]}
 */
export function erasedBy(deployment, report, erasures) {
  const expected = { kind: erasureReceipt, label: Label.ERASURE_RECEIPT };
  return indexes(openReceipts(deployment, report, erasures, expected));
}

/**
 * @param {readonly {index: number}[]} receipts
 * @returns {number[]} Each index once, ascending.
 */
function indexes(receipts) {
  const found = new Set(receipts.map((receipt) => receipt.index));
  return [...found].sort((one, other) => one - other);
}
