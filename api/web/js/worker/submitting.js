/** Bring a version to the trustees, whatever was interrupted or lost (§F9, §F13). */

import { Unreachable } from "../net/errors.js";
import { exchange } from "../net/send.js";
import { sealVersion } from "../protocol/client/filing.js";
import { checkCurrent } from "../protocol/client/registration.js";
import { settled } from "../protocol/client/versions.js";
import { ConflictingReport, InvalidToken } from "../protocol/errors.js";
import { reportStatus } from "../protocol/messages/cases.js";
import { reportSubmission } from "../protocol/messages/filing.js";
import { apiAt, findBoxKeys, today } from "./place.js";
import { nextBase, waitUntilHeld } from "./receipts.js";
import { dropToken, nextToken } from "./registering.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Place } from "./place.js" */
/** @import { Base, Filed } from "./receipts.js" */
/** @import { Survivor } from "./survivor.js" */

const MOST_TOKENS = 6;
// The first is refused where trustees hold a newer version, the second follows theirs.
const MOST_ROUNDS = 3;

/**
 * Send what the API does not have, until t' trustees hold it (§F13).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Filed>}
 * @throws {Unreachable} They do not hold it yet.
 */
export async function bring(place, survivor, label) {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const base = await nextBase(place, survivor.report(label));
    if (base !== null) {
      await submit(place, survivor, base);
    }
    const filed = await waitUntilHeld(place, survivor.report(label));
    if (filed.enough) {
      await survivor.keep(place, settled(survivor.report(label)));
      return filed;
    }
  }
  throw new Unreachable("trustees");
}

/**
 * Send a changed report as the successor of what the server has.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {SavedReport} wanted
 */
export async function replaceVersion(place, survivor, wanted) {
  if (wanted.version === 0) {
    await survivor.keep(place, wanted);
    return;
  }
  const base = await nextBase(place, wanted);
  await submit(place, survivor, base ?? { report: wanted, paid: false });
}

/**
 * Seal what follows `base`, keep it in the vault, send it.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Base} base
 */
async function submit(place, survivor, base) {
  place.report("sending");
  for (let attempt = 0; attempt < MOST_TOKENS; attempt += 1) {
    try {
      await submitOnce(place, survivor, base);
      return;
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      // Spent in an earlier life of this client, on a report that was taken.
      await dropToken(place, survivor);
    }
  }
  throw new InvalidToken("no token of the vault is accepted", "api");
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Base} base
 */
async function submitOnce(place, survivor, base) {
  const { registration } = survivor;
  checkCurrent(place.deployment, registration, today());
  const token = base.paid ? await nextToken(place, survivor) : null;
  const boxKeys = await findBoxKeys(place);
  const sealing = { registration, report: base.report, boxKeys, token };
  const { report, submission } = await sealVersion(place.deployment, sealing);
  // Before it is sent: were it taken and forgotten here, nobody could change or erase
  // it.
  await survivor.keep(place, report);
  const sent = { message: submission, kind: reportSubmission };
  try {
    await exchange(apiAt(place, "reports"), reportStatus, sent);
  } catch (error) {
    throw error instanceof ConflictingReport ? new Unreachable("api") : error;
  }
  if (token !== null) {
    await dropToken(place, survivor);
  }
}
