/** The opening trustees' signed, short-lived keys for boxes and letters (§T4). */

import { equal } from "./bytes.js";
import { InvalidManifest, ProtocolError } from "./errors.js";
import { Label } from "./labels.js";
import { Deployment } from "./manifest.js";
import { boxKey as boxKeyKind } from "./messages/deployment.js";
import { checkSealingKey } from "./sealing.js";
import { openSigned, peek } from "./signing.js";

/** @import { Signed } from "./messages/kinds.js" */
/** @import { BoxKey } from "./messages/deployment.js" */

/**
 * Verify a box key. Dates are left to the caller.
 *
 * @param {Deployment} deployment
 * @param {Signed} signed
 * @returns {Promise<BoxKey>}
 * @throws {InvalidIndex} No such trustee.
 * @throws {InvalidManifest} A key of another deployment.
 * @throws {InvalidSignature} Its trustee did not sign it; `culprit` names it.
 * @throws {MalformedMessage} Nothing could be sealed to it.
 */
export async function checkBoxKey(deployment, signed) {
  const { index } = peek(signed, boxKeyKind);
  const identity = deployment.trustee("opening", index).identityKey;
  const key = openSigned(signed, boxKeyKind, Label.BOX_KEY, identity, index);
  if (!equal(key.deploymentId, deployment.deploymentId)) {
    throw new InvalidManifest("a box key of another deployment", index);
  }
  await checkSealingKey(key.key);
  return key;
}

/**
 * The signed box keys by trustee index; one that does not hold is left out.
 *
 * @param {Deployment} deployment
 * @param {readonly Signed[]} keys
 * @returns {Promise<Map<number, BoxKey>>}
 */
export async function checkBoxKeys(deployment, keys) {
  /** @type {Map<number, BoxKey>} */
  const checked = new Map();
  for (const signed of keys) {
    try {
      const key = await checkBoxKey(deployment, signed);
      checked.set(key.index, key);
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
    }
  }
  return checked;
}
