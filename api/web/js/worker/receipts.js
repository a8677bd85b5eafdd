/** What the trustees signed about a report: held, erased, and in which version. */

import { Unreachable } from "../net/errors.js";
import { exchange, pause } from "../net/send.js";
import { equal } from "../protocol/bytes.js";
import { erasedBy, heldBy, isStored } from "../protocol/client/filing.js";
import { askStatus } from "../protocol/client/following.js";
import { keysOf } from "../protocol/client/vault.js";
import { NotFound, ProtocolError } from "../protocol/errors.js";
import { Label } from "../protocol/labels.js";
import { reportStatus } from "../protocol/messages/cases.js";
import { shareReceipt } from "../protocol/messages/filing.js";
import { signed } from "../protocol/messages/kinds.js";
import { openSigned, peek, publicKey } from "../protocol/signing.js";
import { apiAt } from "./place.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { ReportStatus } from "../protocol/messages/cases.js" */
/** @import { Signed } from "../protocol/messages/kinds.js" */
/** @import { Place } from "./place.js" */

const PATIENCE = 20_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [150, 1000];

/**
 * How far a report is: how many opening trustees hold or erased their shares.
 *
 * @typedef {{ trustees: number, all: number, enough: boolean }} Filed
 */

/**
 * The status of a report.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<ReportStatus>}
 * @throws {NotFound} The server never took it.
 */
export function ask(place, report) {
  const sent = { message: askStatus(place.deployment, report), kind: signed };
  return exchange(apiAt(place, "reports/status"), reportStatus, sent);
}

/**
 * What the server has of a report, as the receipts prove it.
 *
 * An interruption may have come between "sent", as the vault says, and "taken".
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<SavedReport | null>} Nothing if it has the version that the vault
 *   names; else the report with the version on which the next one must build.
 * @throws {Unreachable} It has a version, and no trustee said yet which.
 */
export async function takenVersion(place, report) {
  if (report.version === 0) {
    return report;
  }
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const status = await askIfTaken(place, report);
    if (status === null) {
      return { ...report, version: 0, headerDigest: null };
    }
    const held = heldBy(place.deployment, report, status.receipts);
    if (report.version === 1 || held.length > 0) {
      return null;
    }
    const [newest] = provenReceipts(place, report, status.receipts);
    if (newest !== undefined) {
      const { version, headerDigest } = newest;
      return { ...report, version, headerDigest };
    }
    if (Date.now() > deadline) {
      throw new Unreachable("trustees");
    }
    await pause(FIRST_PAUSE, place.signal);
  }
}

/**
 * @param {Place} place
 * @param {SavedReport} report
 */
async function askIfTaken(place, report) {
  try {
    return await ask(place, report);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/**
 * Receipts about this report that their trustees signed, newest first.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 */
function provenReceipts({ deployment }, report, receipts) {
  const key = publicKey(keysOf(report).reportSeed);
  const proven = receipts.flatMap((one) => {
    try {
      const { index } = peek(one, shareReceipt);
      const identity = deployment.trustee("opening", index).identityKey;
      const receipt = openSigned(one, shareReceipt, Label.SHARE_RECEIPT, identity);
      const mine =
        equal(receipt.reportKey, key) &&
        equal(receipt.deploymentId, deployment.deploymentId);
      return mine ? [receipt] : [];
    } catch (error) {
      if (error instanceof ProtocolError) return [];
      throw error;
    }
  });
  return proven.sort((one, other) => other.version - one.version);
}

/**
 * Wait until t' opening trustees signed that they hold their shares (§F10).
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<Filed>}
 * @throws {Unreachable} They did not in time.
 */
export async function waitUntilHeld(place, report) {
  const { deployment } = place;
  place.report("holding");
  const held = await wait(place, report, (status) => {
    const by = heldBy(deployment, report, status.receipts);
    const all = deployment.roster.opening.trustees.length;
    return { trustees: by.length, all, enough: isStored(deployment, by) };
  });
  if (!held.enough) {
    throw new Unreachable("trustees");
  }
  return held;
}

/**
 * Wait a while for every opening trustee's word that its shares are gone.
 *
 * A trustee that is down erases when it comes back.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<Filed>}
 */
export function waitUntilErased(place, report) {
  place.report("erasing");
  return wait(place, report, (status) => {
    const by = erasedBy(place.deployment, report, status.erasures);
    const all = place.deployment.roster.opening.trustees.length;
    return { trustees: by.length, all, enough: by.length === all };
  });
}

/**
 * @param {Place} place
 * @param {SavedReport} report
 * @param {(status: ReportStatus) => Filed} read
 */
async function wait(place, report, read) {
  const deadline = Date.now() + PATIENCE;
  let rest = FIRST_PAUSE;
  for (;;) {
    const filed = read(await ask(place, report));
    if (filed.enough || Date.now() > deadline) {
      return filed;
    }
    await pause(rest, place.signal);
    rest = Math.min(rest * 1.5, LONGEST_PAUSE);
  }
}
