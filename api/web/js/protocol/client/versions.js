/** Which version of a report the next one builds on, whatever the API lost (§F13). */

import { equal } from "../bytes.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { shareReceipt } from "../messages/filing.js";
import { quorum } from "../report/contents.js";
import { openReceipts } from "./receipts.js";

/** @import { ShareReceipt } from "../messages/filing.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { SavedReport, SealedVersion } from "./vault.js" */

/** More attempts than these are forgotten, the oldest first. */
const MOST_UNSETTLED = 8;

/**
 * The version that the vault names; nothing before the first.
 *
 * @param {SavedReport} report
 * @returns {SealedVersion | null}
 */
export function sealedVersion({ version, headerDigest }) {
  return headerDigest === null ? null : Object.freeze({ version, headerDigest });
}

/**
 * Whether this is a version of hers that somebody may hold, as she sealed it.
 *
 * @param {SavedReport} report
 * @param {Uint8Array} digest
 * @returns {boolean}
 */
export function isOwn(report, digest) {
  return own(report).some((one) => equal(one.headerDigest, digest));
}

/**
 * The number of one of her own versions; 0 for any other.
 *
 * @param {SavedReport} report
 * @param {Uint8Array} digest
 * @returns {number}
 */
export function versionOf(report, digest) {
  return own(report).find((one) => equal(one.headerDigest, digest))?.version ?? 0;
}

/**
 * @param {SavedReport} report
 * @returns {SealedVersion[]}
 */
function own(report) {
  const named = [report.stored, sealedVersion(report)];
  return [...report.unsettled, ...named.filter((one) => one !== null)];
}

/**
 * @param {SealedVersion | null} one
 * @param {SealedVersion | null} other
 * @returns {boolean}
 */
function same(one, other) {
  return (
    one !== null &&
    other !== null &&
    one.version === other.version &&
    equal(one.headerDigest, other.headerDigest)
  );
}

/**
 * The report with the version that it names among those that may be held.
 *
 * Before another one takes its place: it may have been taken, and a group that formed
 * of it is hers all the same.
 *
 * @param {SavedReport} report
 * @returns {SavedReport}
 */
export function withUnsettled(report) {
  const current = sealedVersion(report);
  const known = [report.stored, ...report.unsettled];
  if (current === null || known.some((one) => same(one, current))) {
    return report;
  }
  const unsettled = [...report.unsettled, current].slice(-MOST_UNSETTLED);
  return Object.freeze({ ...report, unsettled });
}

/**
 * The report once t' receipts for the version that it names were verified.
 *
 * @param {SavedReport} report
 * @returns {SavedReport}
 */
export function settled(report) {
  const stored = sealedVersion(report);
  const done = report.unsettled.length === 0 && same(report.stored, stored);
  return done ? report : Object.freeze({ ...report, stored, unsettled: [] });
}

/**
 * The report as the next version is to be sealed: on this one, or as the first.
 *
 * @param {SavedReport} report
 * @param {SealedVersion | null} ground
 * @returns {SavedReport}
 */
export function buildOn(report, ground) {
  const { version, headerDigest } = ground ?? { version: 0, headerDigest: null };
  return Object.freeze({ ...withUnsettled(report), version, headerDigest });
}

/**
 * Receipts about this report that their trustees signed; of each its newest.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 * @returns {ShareReceipt[]} The newest version first.
 */
export function provenReceipts(deployment, report, receipts) {
  const expected = { kind: shareReceipt, label: Label.SHARE_RECEIPT };
  /** @type {Map<number, ShareReceipt>} */
  const proven = new Map();
  for (const receipt of openReceipts(deployment, report, receipts, expected)) {
    const known = proven.get(receipt.index);
    if (known === undefined || receipt.version > known.version) {
      proven.set(receipt.index, receipt);
    }
  }
  return [...proven.values()].sort((one, other) => other.version - one.version);
}

/**
 * Whether fewer than t' trustees can still take the version that the vault names.
 *
 * The others hold a newer one, or another of its number.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly ShareReceipt[]} shown From `provenReceipts`.
 * @returns {boolean}
 */
export function isOvertaken(deployment, report, shown) {
  const rivals = shown.filter(
    (receipt) => receipt.version >= report.version && !names(report, receipt),
  );
  const { size, trusteeThreshold } = quorum(deployment);
  return size - rivals.length < trusteeThreshold;
}

/**
 * @param {SavedReport} report
 * @param {ShareReceipt} receipt
 */
function names({ headerDigest }, receipt) {
  return headerDigest !== null && equal(receipt.headerDigest, headerDigest);
}

/**
 * The newest version that can be believed to be held; nothing if there is none.
 *
 * Believed is what t' receipts once proved, a trustee about a version that she sealed,
 * and t' trustees together about one that her vault does not know: then an honest one
 * is among them, and none alone can use up the numbers.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly ShareReceipt[]} shown From `provenReceipts`.
 * @returns {SealedVersion | null}
 */
export function groundOf(deployment, report, shown) {
  const sealed = own(report);
  const found = shown.flatMap((receipt) =>
    sealed.filter((one) => equal(one.headerDigest, receipt.headerDigest)),
  );
  if (report.stored !== null) found.push(report.stored);
  const together = shown[quorum(deployment).trusteeThreshold - 1];
  if (together !== undefined) {
    const { version, headerDigest } = together;
    found.push({ version, headerDigest });
  }
  const [newest] = found.sort((one, other) => other.version - one.version);
  return newest ?? null;
}

/**
 * What the next version must build on; nothing if the vault's own is on its way.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report Hers, of version 1 or later.
 * @param {readonly ShareReceipt[]} shown What the API has of it, from `provenReceipts`.
 * @param {boolean} late Whether trustees had time enough to answer.
 * @returns {SealedVersion | null}
 */
export function nextGround(deployment, report, shown, late) {
  if (isOvertaken(deployment, report, shown)) {
    return groundOf(deployment, report, shown);
  }
  if (shown.some((receipt) => names(report, receipt))) {
    return null;
  }
  const older = shown.some((receipt) => receipt.version < report.version);
  const lost = late && same(report.stored, sealedVersion(report));
  return older || lost ? groundOf(deployment, report, shown) : null;
}
