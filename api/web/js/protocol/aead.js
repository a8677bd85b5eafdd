/**
 * XChaCha20-Poly1305 with a label, a context and a commitment to the key.
 *
 * The commitment lets a reader of the wrong key be refused, and makes it impossible to
 * craft a ciphertext that opens under two keys (PROTOCOL.md §P4). Layout: nonce 24
 * bytes, commitment 32 bytes, ciphertext, tag 16 bytes.
 */

import { equal, join } from "./bytes.js";
import { InvalidCiphertext } from "./errors.js";
import { Label } from "./labels.js";
import { decrypt, encrypt } from "./libsodium.js";
import { SYSTEM } from "./randomness.js";
import { SecretBytes } from "./secret.js";
import { deriveBytes, transcript } from "./transcript.js";

/** @import { LabelName } from "./labels.js" */
/** @import { Randomness } from "./randomness.js" */

export const NONCE_BYTES = 24;
export const COMMITMENT_BYTES = 32;
export const OVERHEAD_BYTES = NONCE_BYTES + COMMITMENT_BYTES + 16;

/**
 * @param {SecretBytes} key
 * @param {Uint8Array} nonce
 * @returns {[Uint8Array, Uint8Array]} Encryption key and commitment.
 */
function subkeys(key, nonce) {
  const derived = deriveBytes(64, key, Label.AEAD_KEY, nonce).reveal();
  return [derived.slice(0, 32), derived.slice(32)];
}

/**
 * Encrypt and bind to label and context.
 *
 * @param {SecretBytes} key
 * @param {Uint8Array} plaintext
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} context
 * @param {Randomness} [randomness] Draws 24 bytes.
 * @returns {Uint8Array} `OVERHEAD_BYTES` more than the plaintext.
 */
export function seal(key, plaintext, label, context, randomness = SYSTEM) {
  const nonce = randomness(NONCE_BYTES);
  const [encryptionKey, commitment] = subkeys(key, nonce);
  const associated = transcript(label, ...context);
  const body = encrypt(encryptionKey, nonce, plaintext, associated);
  return join(nonce, commitment, body);
}

/**
 * Decrypt what `seal` made under the same key, label and context.
 *
 * @param {SecretBytes} key
 * @param {Uint8Array} ciphertext
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} context
 * @returns {Uint8Array}
 * @throws {InvalidCiphertext} Wrong key, label or context, or altered bytes.
 */
export function unseal(key, ciphertext, label, context) {
  if (ciphertext.length < OVERHEAD_BYTES) {
    throw new InvalidCiphertext(`too short for '${label}'`);
  }
  const nonce = ciphertext.slice(0, NONCE_BYTES);
  const rest = ciphertext.slice(NONCE_BYTES);
  const [encryptionKey, expected] = subkeys(key, nonce);
  if (!equal(rest.slice(0, COMMITMENT_BYTES), expected)) {
    throw new InvalidCiphertext(`another key than that of '${label}'`);
  }
  const associated = transcript(label, ...context);
  return decrypt(encryptionKey, nonce, rest.slice(COMMITMENT_BYTES), associated);
}
