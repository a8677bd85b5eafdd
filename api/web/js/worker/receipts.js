/** What the trustees signed about a report: held, erased, and in which version. */

import { Unreachable } from "../net/errors.js";
import { exchange, pause } from "../net/send.js";
import { erasedBy, heldBy, isStored } from "../protocol/client/filing.js";
import { askStatus } from "../protocol/client/following.js";
import {
  buildOn,
  isOvertaken,
  nextGround,
  provenReceipts,
} from "../protocol/client/versions.js";
import { NotFound } from "../protocol/errors.js";
import { reportStatus } from "../protocol/messages/cases.js";
import { signed } from "../protocol/messages/kinds.js";
import { apiAt } from "./place.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { ReportStatus } from "../protocol/messages/cases.js" */
/** @import { Place } from "./place.js" */

const PATIENCE = 20_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [150, 1000];

/**
 * How far a report is: how many opening trustees hold or erased their shares.
 * `overtaken`: too many hold another version than the vault names (§F13).
 *
 * @typedef {{
 *   trustees: number, all: number, enough: boolean, overtaken?: boolean
 * }} Filed
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
 * What the next version is sealed as, and whether it costs a token.
 *
 * @typedef {{ report: SavedReport, paid: boolean }} Base
 */

/**
 * On which version the next one builds, as the receipts prove it (§F13).
 *
 * An interruption may have come between "sent", as the vault says, and "taken"; and the
 * API may have lost what it took, or say so.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<Base | null>} Nothing if the version that the vault names is taken,
 *   or on its way.
 * @throws {Unreachable} The API has a version, and no trustee said yet which.
 */
export async function nextBase(place, report) {
  if (report.version === 0) {
    return { report, paid: true };
  }
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const status = await askIfTaken(place, report);
    if (status === null) {
      return { report: buildOn(report, report.stored), paid: true };
    }
    const late = Date.now() > deadline;
    const shown = provenReceipts(place.deployment, report, status.receipts);
    const ground = nextGround(place.deployment, report, shown, late);
    if (ground !== null) {
      return { report: buildOn(report, ground), paid: false };
    }
    if (mayWait(place, report, status)) {
      return null;
    }
    if (late) {
      throw new Unreachable("trustees");
    }
    await pause(FIRST_PAUSE, place.signal);
  }
}

/**
 * Whether the API has what the vault names, as far as anybody can tell.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @param {ReportStatus} status
 */
function mayWait({ deployment }, report, { receipts }) {
  const { version, stored, unsettled } = report;
  const only = version === 1 && stored === null && unsettled.length === 0;
  return only || heldBy(deployment, report, receipts).length > 0;
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
 * Wait until t' opening trustees signed that they hold their shares (§F10).
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<Filed>} Not enough only if the others hold another version (§F13).
 * @throws {Unreachable} They did not in time.
 */
export async function waitUntilHeld(place, report) {
  const { deployment } = place;
  place.report("holding");
  const held = await wait(place, report, (status) => {
    const by = heldBy(deployment, report, status.receipts);
    const all = deployment.roster.opening.trustees.length;
    const enough = isStored(deployment, by);
    const shown = provenReceipts(deployment, report, status.receipts);
    const overtaken = !enough && isOvertaken(deployment, report, shown);
    return { trustees: by.length, all, enough, overtaken };
  });
  if (!held.enough && !held.overtaken) {
    throw new Unreachable("trustees");
  }
  return held;
}

/**
 * Wait a while for every opening trustee's word that its shares are gone.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @returns {Promise<number[]>} Who signed.
 * @throws {NotFound} The server knows nothing of it, which is nobody's signature.
 */
export async function waitUntilErased(place, report) {
  place.report("erasing");
  /** @type {number[]} */
  let by = [];
  await wait(place, report, (status) => {
    by = erasedBy(place.deployment, report, status.erasures);
    const all = place.deployment.roster.opening.trustees.length;
    return { trustees: by.length, all, enough: by.length === all };
  });
  return by;
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
    if (filed.enough || filed.overtaken || Date.now() > deadline) {
      return filed;
    }
    await pause(rest, place.signal);
    rest = Math.min(rest * 1.5, LONGEST_PAUSE);
  }
}
