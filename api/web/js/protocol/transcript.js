/** Labelled, length-prefixed transcripts: what is hashed means one thing only. */

import { bigEndian, join } from "./bytes.js";
import { MisuseError } from "./errors.js";
import { encodedLabel } from "./labels.js";
import { hmacSha512, sha512 } from "./libsodium.js";
import { SecretBytes } from "./secret.js";

/** @import { LabelName } from "./labels.js" */

const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;
const HASH_BYTES = 64;
const MOST_BLOCKS = 255;

/**
 * Join a label and fields so that no other list gives the same bytes.
 *
 * @param {LabelName} label What the transcript is for.
 * @param {readonly Uint8Array[]} fields Each is preceded by its length, four bytes.
 * @returns {Uint8Array}
 */
export function transcript(label, ...fields) {
  const parts = [encodedLabel(label)];
  for (const field of fields) {
    parts.push(bigEndian(field.length, LENGTH_BYTES), field);
  }
  return join(...parts);
}

/**
 * Hash a transcript: the first 32 bytes of its SHA-512.
 *
 * Truncated, so that a digest of secret fields cannot be extended.
 *
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} fields
 * @returns {Uint8Array}
 */
export function digest(label, ...fields) {
  return sha512(transcript(label, ...fields)).slice(0, DIGEST_BYTES);
}

/**
 * Derive a key of 32 bytes for one purpose: HKDF-SHA512, empty salt.
 *
 * @param {SecretBytes} secret Keying material of full entropy; a guessable secret
 *   needs `stretch`.
 * @param {LabelName} label What the key is for.
 * @param {readonly Uint8Array[]} context What the key is bound to.
 * @returns {SecretBytes}
 */
export function deriveKey(secret, label, ...context) {
  return deriveBytes(DIGEST_BYTES, secret, label, ...context);
}

/**
 * As `deriveKey`, of another length.
 *
 * Source: RFC 5869, `info` being the transcript of label and context.
 *
 * @param {number} length At most 16320.
 * @param {SecretBytes} secret
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} context
 * @returns {SecretBytes}
 * @throws {MisuseError} The length is out of range.
 */
export function deriveBytes(length, secret, label, ...context) {
  const blocks = Math.ceil(length / HASH_BYTES);
  if (!(blocks > 0 && blocks <= MOST_BLOCKS)) {
    throw new MisuseError("a length is out of range");
  }
  const pseudorandom = hmacSha512(new Uint8Array(HASH_BYTES), secret.reveal());
  const info = transcript(label, ...context);
  const derived = [];
  let block = new Uint8Array(0);
  for (let number = 1; number <= blocks; number += 1) {
    block = Uint8Array.from(
      hmacSha512(pseudorandom, join(block, info, bigEndian(number, 1))),
    );
    derived.push(block);
  }
  return new SecretBytes(join(...derived).slice(0, length));
}
