/** Ed25519 over labelled payloads: verify first, then decode (§W2). */

import { InvalidSignature } from "./errors.js";
import { ed25519Holds, ed25519PublicKey, ed25519Sign } from "./libsodium.js";
import { decode, encode } from "./messages/codec.js";
import { SecretBytes } from "./secret.js";
import { transcript } from "./transcript.js";

/** @import { LabelName } from "./labels.js" */
/** @import { Kind, Signed } from "./messages/kinds.js" */

/**
 * The verification key (32 bytes) of an Ed25519 seed (32 bytes).
 *
 * @param {SecretBytes} seed
 * @returns {Uint8Array}
 */
export function publicKey(seed) {
  return ed25519PublicKey(seed.reveal());
}

/**
 * Sign a payload under a label.
 *
 * Source: RFC 8032; the message is `transcript(label, payload)`.
 *
 * @param {SecretBytes} seed
 * @param {LabelName} label
 * @param {Uint8Array} payload
 * @returns {Uint8Array} 64 bytes.
 */
export function signBytes(seed, label, payload) {
  return ed25519Sign(seed.reveal(), transcript(label, payload));
}

/**
 * Refuse a signature that `key` did not make over this label and payload.
 *
 * @param {Uint8Array} key
 * @param {LabelName} label
 * @param {Uint8Array} payload
 * @param {Uint8Array} signature
 * @param {string | number | null} [culprit]
 * @throws {InvalidSignature} Naming `culprit`.
 */
export function checkSignature(key, label, payload, signature, culprit = null) {
  if (!ed25519Holds(key, transcript(label, payload), signature)) {
    throw new InvalidSignature(`not signed for '${label}'`, culprit);
  }
}

/**
 * A message as it will travel, signed.
 *
 * @template T
 * @param {SecretBytes} seed
 * @param {LabelName} label
 * @param {T} message
 * @param {Kind<T>} kind
 * @returns {Signed}
 */
export function sign(seed, label, message, kind) {
  const payload = encode(message, kind);
  return Object.freeze({ payload, signature: signBytes(seed, label, payload) });
}

/**
 * Verify, then decode.
 *
 * @template T
 * @param {Signed} signed
 * @param {Kind<T>} kind
 * @param {LabelName} label
 * @param {Uint8Array} key
 * @param {string | number | null} [culprit]
 * @returns {T}
 * @throws {InvalidSignature} `key` did not sign these bytes under `label`.
 * @throws {MalformedMessage} They are not a canonical `kind`.
 */
export function openSigned(signed, kind, label, key, culprit = null) {
  checkSignature(key, label, signed.payload, signed.signature, culprit);
  return decode(signed.payload, kind, culprit);
}

/**
 * Decode a payload only to learn which key it claims; verify before use.
 *
 * @template T
 * @param {Signed} signed
 * @param {Kind<T>} kind
 * @param {string | number | null} [culprit]
 * @returns {T}
 */
export function peek(signed, kind, culprit = null) {
  return decode(signed.payload, kind, culprit);
}
