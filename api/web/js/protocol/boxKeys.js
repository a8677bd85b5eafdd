/** The opening trustees' signed, short-lived keys for boxes and letters (§T4). */

import { equal } from "./bytes.js";
import { ProtocolError } from "./errors.js";
import { Label } from "./labels.js";
import { Deployment } from "./manifest.js";
import { boxKey as boxKeyKind } from "./messages/deployment.js";
import { checkSealingKey } from "./sealing.js";
import { openSigned, peek } from "./signing.js";

/** @import { Signed } from "./messages/kinds.js" */
/** @import { BoxKey } from "./messages/deployment.js" */

/**
 * The signed box keys by trustee index; one that does not hold is left out.
 *
 * Dates are left to the caller.
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
      const { index } = peek(signed, boxKeyKind);
      const identity = deployment.trustee("opening", index).identityKey;
      const key = openSigned(signed, boxKeyKind, Label.BOX_KEY, identity, index);
      await checkSealingKey(key.key);
      if (equal(key.deploymentId, deployment.deploymentId)) {
        checked.set(index, key);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
    }
  }
  return checked;
}
