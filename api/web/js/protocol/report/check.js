/** What anybody who handles a report checks of it (§F9). */

import { monthOf } from "../calendar.js";
import { checkEncryptedTags } from "../encryptedTag.js";
import { InvalidReport } from "../errors.js";
import { Element } from "../group.js";
import { Label } from "../labels.js";
import { checkDigest, Deployment } from "../manifest.js";
import { decode } from "../messages/codec.js";
import { core as coreKind, header as headerKind } from "../messages/filing.js";
import { checkEntryCount } from "../padding.js";
import { checkSealingKey } from "../sealing.js";
import { openSigned, peek } from "../signing.js";
import { headerDigest, quorum, tagBinding } from "./contents.js";

/** @import { Signed } from "../messages/kinds.js" */
/** @import { Core, Header } from "../messages/filing.js" */

export const MAX_EXPIRY_MONTHS = 120;
// A later version costs no token, so that their number must be bounded.
export const MAX_VERSIONS = 64;

/**
 * A header that was verified; `points` are the c2 of its encrypted tags.
 *
 * @typedef {object} CheckedReport
 * @property {Signed} signed
 * @property {Uint8Array} digest
 * @property {Header} header
 * @property {Core} core
 * @property {readonly Element[]} points
 */

/**
 * Everything about a header that anybody can check.
 *
 * Source: PROTOCOL.md §F9.
 *
 * @param {Deployment} deployment
 * @param {Signed} signed
 * @param {number | null} day On which the report must not have expired; null to leave
 *   that to the caller, once the report was accepted.
 * @returns {Promise<CheckedReport>}
 * @throws {ProtocolError} The leaf says what does not hold.
 */
export async function checkHeader(deployment, signed, day) {
  const header = peek(signed, headerKind);
  const core = decode(header.core, coreKind);
  openSigned(signed, headerKind, Label.REPORT_HEADER, core.reportKey);
  checkDigest(deployment, core.manifestDigest);
  checkEntryCount(core.encryptedTags, "encrypted_tags");
  checkNumbers(deployment, core);
  if (day !== null) {
    checkExpiry(core, monthOf(day));
  }
  if (header.shareHashes.length !== quorum(deployment).size) {
    throw new InvalidReport("share hashes for another committee");
  }
  await checkSealingKey(core.readerKey);
  const base = deployment.openingKeys.publicKey;
  const points = checkEncryptedTags(core.encryptedTags, base, tagBinding(core));
  const digest = headerDigest(signed.payload);
  return Object.freeze({ signed, digest, header, core, points });
}

/**
 * @param {Deployment} deployment
 * @param {Core} core
 */
function checkNumbers(deployment, core) {
  if (!deployment.groupSizes().includes(core.matchThreshold)) {
    throw new InvalidReport("a match threshold that the deployment does not offer");
  }
  if (core.witness === 1 && core.matchThreshold !== deployment.groupSizes()[0]) {
    throw new InvalidReport("a witness with a group size of her own");
  }
  if ((core.version === 1) !== (core.previous === null) || core.version < 1) {
    throw new InvalidReport("a version that does not follow from another");
  }
  if (core.version > MAX_VERSIONS) {
    throw new InvalidReport("more versions than a report may have");
  }
}

/**
 * @param {Core} core
 * @param {number} month
 */
function checkExpiry(core, month) {
  const last = month + MAX_EXPIRY_MONTHS;
  if (!(core.expiryMonth >= month && core.expiryMonth <= last)) {
    throw new InvalidReport("an expiry month out of range");
  }
}
