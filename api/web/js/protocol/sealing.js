/**
 * HPKE to one public key: MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305.
 *
 * RFC 9180 base mode with the hybrid KEM 0x647a of draft-ietf-hpke-pq. All context goes
 * into `info`, and there is no other associated data (PROTOCOL.md §P3). A private key
 * is its 32-byte seed; SHAKE256 expands it to the ML-KEM-768 seed (64 bytes) and the
 * X25519 key (32 bytes).
 */

import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import {
  AEAD_ChaCha20Poly1305,
  KDF_HKDF_SHA256,
  KEM_MLKEM768_X25519,
} from "@panva/hpke-noble";
import { CipherSuite } from "hpke";

import { join } from "./bytes.js";
import { InvalidCiphertext, MalformedMessage } from "./errors.js";
import { Label } from "./labels.js";
import { SYSTEM } from "./randomness.js";
import { SecretBytes } from "./secret.js";
import { transcript } from "./transcript.js";

/** @import { LabelName } from "./labels.js" */
/** @import { Randomness } from "./randomness.js" */

export const SEED_BYTES = 32;
const ENCAPSULATED_BYTES = 1120;
const COEFFICIENT_BYTES = 1152;
const MODULUS = 3329;
const SUITE = new CipherSuite(
  KEM_MLKEM768_X25519,
  KDF_HKDF_SHA256,
  AEAD_ChaCha20Poly1305,
);

/**
 * A fresh private key, as its seed.
 *
 * @param {Randomness} [randomness] Draws 32 bytes.
 * @returns {SecretBytes}
 */
export function newSeed(randomness = SYSTEM) {
  return new SecretBytes(randomness(SEED_BYTES));
}

/**
 * The public key of a seed: ML-KEM-768 key, then X25519 key.
 *
 * @param {SecretBytes} seed
 * @returns {Uint8Array} 1216 bytes.
 */
export function sealingKey(seed) {
  return MLKEM768X25519.keygen(seed.reveal()).publicKey;
}

/**
 * Refuse an ML-KEM key whose coefficients, 12 bits each, are not reduced.
 *
 * The library's own check lets them pass.
 *
 * Source: FIPS 203 §7.2, the modulus check.
 *
 * @param {Uint8Array} key
 * @throws {MalformedMessage}
 */
function checkModulus(key) {
  for (let place = 0; place < COEFFICIENT_BYTES; place += 3) {
    const [low = 0, middle = 0, high = 0] = key.subarray(place, place + 3);
    const first = low | ((middle & 0x0f) << 8);
    const second = (middle >> 4) | (high << 4);
    if (first >= MODULUS || second >= MODULUS) {
      throw new MalformedMessage("not an HPKE public key");
    }
  }
}

/**
 * Encrypt to a public key under a label and context.
 *
 * @param {Uint8Array} key
 * @param {Uint8Array} plaintext
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} context
 * @returns {Promise<Uint8Array>} Encapsulated key (1120 bytes), then ciphertext.
 * @throws {MalformedMessage} `key` is not a valid public key.
 */
export async function sealTo(key, plaintext, label, ...context) {
  const info = transcript(label, ...context);
  checkModulus(key);
  try {
    const publicKey = await SUITE.DeserializePublicKey(key);
    const sealed = await SUITE.Seal(publicKey, plaintext, { info });
    return join(sealed.encapsulatedSecret, sealed.ciphertext);
  } catch {
    throw new MalformedMessage("not an HPKE public key");
  }
}

/**
 * Refuse a public key to which nothing could be sealed.
 *
 * @param {Uint8Array} key
 * @returns {Promise<void>}
 * @throws {MalformedMessage} Its parts do not decode.
 */
export async function checkSealingKey(key) {
  await sealTo(key, new Uint8Array(0), Label.SEALING_KEY_CHECK);
}

/**
 * Decrypt what `sealTo` made for this seed's key, label and context.
 *
 * @param {SecretBytes} seed
 * @param {Uint8Array} ciphertext
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} context
 * @returns {Promise<Uint8Array>}
 * @throws {InvalidCiphertext} Another key, label or context, or altered bytes.
 */
export async function openSealed(seed, ciphertext, label, ...context) {
  const info = transcript(label, ...context);
  const encapsulated = ciphertext.slice(0, ENCAPSULATED_BYTES);
  const body = ciphertext.slice(ENCAPSULATED_BYTES);
  try {
    const privateKey = await SUITE.DeserializePrivateKey(seed.reveal());
    return await SUITE.Open(privateKey, encapsulated, body, { info });
  } catch {
    throw new InvalidCiphertext(`does not open: '${label}'`);
  }
}
