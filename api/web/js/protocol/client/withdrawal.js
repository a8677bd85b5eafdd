/** How far a report is taken back, by what its trustees signed (§F11). */

import { quorum } from "../report/contents.js";
import { erasedBy } from "./filing.js";

/** @import { Deployment } from "../manifest.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { SavedReport } from "./vault.js" */

/**
 * The report with every trustee whose erasure receipt verified, ever.
 *
 * A server that lost what it was told before takes nothing back by that.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} erasures
 * @returns {SavedReport} The same one if there is no news.
 */
export function noteErasures(deployment, report, erasures) {
  return withErased(report, erasedBy(deployment, report, erasures));
}

/**
 * The report with these among the trustees whose receipts verified.
 *
 * @param {SavedReport} report
 * @param {readonly number[]} trustees
 * @returns {SavedReport} The same one if there is no news.
 */
export function withErased(report, trustees) {
  const erased = new Set([...report.erased, ...trustees]);
  if (erased.size === report.erased.length) return report;
  const ascending = [...erased].sort((one, other) => one - other);
  return Object.freeze({ ...report, erased: ascending });
}

/**
 * Whether the report was taken back, though an old vault does not know of it.
 *
 * Only its key signs a withdrawal, and of t' trustees that signed that they erased for
 * one, one is honest.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} erasures
 */
export function isProven(deployment, report, erasures) {
  const signed = erasedBy(deployment, report, erasures);
  return signed.length >= quorum(deployment).trusteeThreshold;
}

/**
 * Whether every opening trustee signed that its shares are gone.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 */
export function isErased(deployment, { erased }) {
  return erased.length === quorum(deployment).size;
}

/**
 * Whether fewer trustees than are needed to open it may still hold shares.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 */
export function isGone(deployment, { erased }) {
  const { size, trusteeThreshold } = quorum(deployment);
  return size - erased.length < trusteeThreshold;
}
