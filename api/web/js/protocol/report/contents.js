/** What a report is made of, and how its inner contents are named and opened. */

import * as aead from "../aead.js";
import { bigEndian } from "../bytes.js";
import { InputError } from "../errors.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { decode } from "../messages/codec.js";
import { contactPart } from "../messages/filing.js";
import { SYSTEM } from "../randomness.js";
import { SecretBytes } from "../secret.js";
import { deriveKey, digest } from "../transcript.js";

/** @import { Standing } from "../credential.js" */
/** @import { LabelName } from "../labels.js" */
/** @import { BoxKey } from "../messages/deployment.js" */
/**
 * @import {
 *   ContactCard, ContactPart, Core, NudgePart
 * } from "../messages/filing.js"
 */
/** @import { Randomness } from "../randomness.js" */
/** @import { Quorum } from "../trusteeLock.js" */

/**
 * The secrets of one report, kept in the vault; 32 bytes each.
 *
 * @typedef {object} ReportKeys
 * @property {SecretBytes} reportSeed
 * @property {SecretBytes} readerSeed
 * @property {SecretBytes} contactKey
 */

/**
 * What the survivor decides about a report.
 *
 * @typedef {object} Wishes
 * @property {number} matchThreshold
 * @property {boolean} witness
 * @property {number} expiryMonth
 * @property {ContactCard} card
 * @property {NudgePart} nudge
 */

/**
 * Which version of the report this is, and the one it replaces.
 *
 * @typedef {{readonly number: number, readonly previous: Uint8Array | null}} Version
 */

/**
 * Everything that goes into one version of a report.
 *
 * `outputs` are the stretched outputs Y (64 bytes each), padded to an entry class, in
 * the order of the entries.
 *
 * @typedef {object} Content
 * @property {ReportKeys} keys
 * @property {Standing} standing
 * @property {Wishes} wishes
 * @property {Version} version
 * @property {readonly SecretBytes[]} outputs
 */

/**
 * Fresh secrets for a new report.
 *
 * @param {Randomness} [randomness] Draws 32 bytes three times.
 * @returns {ReportKeys}
 */
export function newReportKeys(randomness = SYSTEM) {
  const reportSeed = new SecretBytes(randomness(32));
  const readerSeed = new SecretBytes(randomness(32));
  const contactKey = new SecretBytes(randomness(32));
  return Object.freeze({ reportSeed, readerSeed, contactKey });
}

/**
 * The name of one version of one report.
 *
 * @param {Uint8Array} payload
 * @returns {Uint8Array} 32 bytes.
 */
export function headerDigest(payload) {
  return digest(Label.REPORT_HEADER, payload);
}

/**
 * t' of n' of the opening committee.
 *
 * @param {Deployment} deployment
 * @returns {Quorum}
 */
export function quorum(deployment) {
  const { trusteeThreshold, trustees } = deployment.roster.opening;
  return Object.freeze({ trusteeThreshold, size: trustees.length });
}

/**
 * To what the proofs of a report's encrypted tags are bound.
 *
 * @param {Core} core
 * @returns {[Uint8Array, Uint8Array]}
 */
export function tagBinding(core) {
  return [core.manifestDigest, core.reportKey];
}

/**
 * The context of a trustee's box: a box moved elsewhere does not open.
 *
 * @param {Deployment} deployment
 * @param {Uint8Array} header Its digest.
 * @param {number} index
 * @returns {Uint8Array[]}
 */
export function boxContext(deployment, header, index) {
  return [deployment.deploymentId, header, bigEndian(index, 1)];
}

/**
 * The context of a released share.
 *
 * @param {Deployment} deployment
 * @param {Uint8Array} caseId
 * @param {{giver: Uint8Array, reader: Uint8Array}} headers Their digests.
 * @param {number} index The trustee's.
 * @returns {Uint8Array[]}
 */
export function releaseContext(deployment, caseId, { giver, reader }, index) {
  return [deployment.deploymentId, caseId, giver, reader, bigEndian(index, 1)];
}

/**
 * The key under CK (32 bytes) of the contact card or of the nudge.
 *
 * @param {SecretBytes} contactKey
 * @param {LabelName} label
 * @param {Uint8Array} key
 * @returns {SecretBytes}
 */
export function contactSubkey(contactKey, label, key) {
  return deriveKey(contactKey, label, key);
}

/**
 * The key under CK of the nudge alone; it opens no contact card.
 *
 * @param {SecretBytes} contactKey
 * @param {Uint8Array} reportKey
 * @returns {SecretBytes}
 */
export function nudgeKey(contactKey, reportKey) {
  return contactSubkey(contactKey, Label.NUDGE_KEY, reportKey);
}

/**
 * Refuse a group size that the deployment does not offer.
 *
 * @param {Deployment} deployment
 * @param {Wishes} wishes
 * @throws {InputError} With the list of sizes; a witness has the smallest.
 */
export function checkWishes(deployment, wishes) {
  const sizes = deployment.groupSizes();
  const offered = wishes.witness ? sizes.slice(0, 1) : sizes;
  if (!offered.includes(wishes.matchThreshold)) {
    const advice = `One of ${offered.join(", ")}.`;
    throw new InputError("group", "this group size is not offered", advice, {
      offered,
    });
  }
}

/**
 * The contact part, from what its trustee lock held and CK.
 *
 * @param {SecretBytes} contactKey
 * @param {Uint8Array} reportKey
 * @param {Uint8Array} part
 * @returns {ContactPart}
 * @throws {InvalidCiphertext} CK is not this report's.
 */
export function openContact(contactKey, reportKey, part) {
  const key = contactSubkey(contactKey, Label.CONTACT_KEY, reportKey);
  const plaintext = aead.unseal(key, part, Label.CONTACT_KEY, [reportKey]);
  return decode(plaintext, contactPart);
}

/**
 * The name of a box key.
 *
 * @param {BoxKey} boxKey
 * @returns {Uint8Array} 32 bytes.
 */
export function boxKeyDigest(boxKey) {
  return digest(Label.BOX_KEY, boxKey.key);
}
