/** Argon2id: what makes each guess of an identifier or of words expensive. */

import { MisuseError } from "./errors.js";
import { Label } from "./labels.js";
import { argon2id } from "./libsodium.js";
import { SecretBytes } from "./secret.js";
import { digest } from "./transcript.js";

const SALT_BYTES = 16;
export const STRETCHED_BYTES = 64;
const LEAST_MEMORY_KIB = 8;

/**
 * What one guess costs: memory in KiB (at least 8), passes over it (at least 1).
 *
 * @typedef {{readonly memoryKib: number, readonly passes: number}} StretchParameters
 */

/**
 * Stretch an OPRF output into what a report is locked with.
 *
 * The salt is the deployment's and not the report's: two survivors who name the same
 * person must arrive at the same bytes.
 *
 * @param {SecretBytes} output 64 bytes from the OPRF.
 * @param {Uint8Array} deploymentId From the manifest.
 * @param {StretchParameters} parameters From the manifest.
 * @returns {SecretBytes} 64 bytes.
 */
export function stretch(output, deploymentId, parameters) {
  return stretchSecret(output, stretchSalt(deploymentId), parameters, STRETCHED_BYTES);
}

/**
 * The salt of every output of a deployment.
 *
 * @param {Uint8Array} deploymentId From the manifest.
 * @returns {Uint8Array} 16 bytes.
 */
export function stretchSalt(deploymentId) {
  return digest(Label.STRETCH_SALT, deploymentId).slice(0, SALT_BYTES);
}

/**
 * Stretch a guessable secret: Argon2id version 1.3 with one lane.
 *
 * Source: RFC 9106 §3.1.
 *
 * @param {SecretBytes} secret Any bytes.
 * @param {Uint8Array} salt 16 bytes.
 * @param {StretchParameters} parameters
 * @param {number} [length] Bytes of the result, at least 16.
 * @returns {SecretBytes}
 * @throws {MisuseError} A salt of another length, or parameters out of range.
 */
export function stretchSecret(secret, salt, parameters, length = 32) {
  if (salt.length !== SALT_BYTES) {
    throw new MisuseError("a salt is 16 bytes");
  }
  if (!(parameters.memoryKib >= LEAST_MEMORY_KIB && parameters.passes >= 1)) {
    throw new MisuseError("Argon2id needs 8 KiB and one pass at least");
  }
  return new SecretBytes(argon2id(secret.reveal(), salt, parameters, length));
}
