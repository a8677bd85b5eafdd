/**
 * libsodium's functions, with their failures turned into this project's errors.
 *
 * The only importer of `libsodium-wrappers-sumo`, of which the ES module is taken: it
 * has no fallback that computes wrong Argon2id keys where WebAssembly is missing.
 * Nothing here works before `ready()` has resolved. Arguments are not checked for
 * length: the callers do so.
 */

import sodium from "libsodium-wrappers-sumo";

import { InvalidCiphertext, InvalidElement } from "./errors.js";

export const ENCODED_BYTES = 32;
export const UNIFORM_BYTES = 64;

/**
 * Wait until libsodium can be used.
 *
 * Rejects where WebAssembly is missing or forbidden: then nothing may go on.
 *
 * @returns {Promise<void>}
 */
export async function ready() {
  await sodium.ready;
}

/**
 * @param {Uint8Array} data
 * @returns {Uint8Array} 64 bytes.
 */
export function sha512(data) {
  return sodium.crypto_hash_sha512(data);
}

/**
 * HMAC-SHA512 under a key of any length.
 *
 * @param {Uint8Array} key
 * @param {Uint8Array} data
 * @returns {Uint8Array} 64 bytes.
 */
export function hmacSha512(key, data) {
  const state = sodium.crypto_auth_hmacsha512_init(key);
  sodium.crypto_auth_hmacsha512_update(state, data);
  return sodium.crypto_auth_hmacsha512_final(state);
}

/**
 * Argon2id, version 1.3, one lane.
 *
 * @param {Uint8Array} secret
 * @param {Uint8Array} salt 16 bytes.
 * @param {{memoryKib: number, passes: number}} parameters
 * @param {number} length Bytes of the result.
 * @returns {Uint8Array}
 */
export function argon2id(secret, salt, parameters, length) {
  const { memoryKib, passes } = parameters;
  const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
  const memory = memoryKib * 1024;
  return sodium.crypto_pwhash(length, secret, salt, passes, memory, algorithm);
}

/**
 * XChaCha20-Poly1305.
 *
 * @param {Uint8Array} key 32 bytes.
 * @param {Uint8Array} nonce 24 bytes.
 * @param {Uint8Array} plaintext
 * @param {Uint8Array} associated Associated data.
 * @returns {Uint8Array} The ciphertext, then its tag.
 */
export function encrypt(key, nonce, plaintext, associated) {
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    associated,
    null,
    nonce,
    key,
  );
}

/**
 * Undo `encrypt`.
 *
 * @param {Uint8Array} key 32 bytes.
 * @param {Uint8Array} nonce 24 bytes.
 * @param {Uint8Array} ciphertext
 * @param {Uint8Array} associated Associated data.
 * @returns {Uint8Array}
 * @throws {InvalidCiphertext} The tag does not hold.
 */
export function decrypt(key, nonce, ciphertext, associated) {
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      associated,
      nonce,
      key,
    );
  } catch {
    throw new InvalidCiphertext("altered or moved");
  }
}

/**
 * The Ed25519 verification key of a seed.
 *
 * @param {Uint8Array} seed 32 bytes.
 * @returns {Uint8Array} 32 bytes.
 */
export function ed25519PublicKey(seed) {
  return sodium.crypto_sign_seed_keypair(seed).publicKey;
}

/**
 * @param {Uint8Array} seed 32 bytes.
 * @param {Uint8Array} message
 * @returns {Uint8Array} 64 bytes.
 */
export function ed25519Sign(seed, message) {
  const { privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return sodium.crypto_sign_detached(message, privateKey);
}

/**
 * @param {Uint8Array} key 32 bytes.
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @returns {boolean} False also for a key or signature of another length.
 */
export function ed25519Holds(key, message, signature) {
  try {
    return sodium.crypto_sign_verify_detached(signature, message, key);
  } catch {
    return false;
  }
}

/**
 * @param {Uint8Array} data
 * @returns {string} Unpadded base64url.
 */
export function toBase64(data) {
  return sodium.to_base64(data, sodium.base64_variants.URLSAFE_NO_PADDING);
}

/**
 * Undo `toBase64`; an encoding that is not canonical may pass.
 *
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {TypeError} Not base64url at all.
 */
export function fromBase64(text) {
  const variant = sodium.base64_variants.URLSAFE_NO_PADDING;
  try {
    return sodium.from_base64(text, variant);
  } catch {
    throw new TypeError("not base64url");
  }
}

/** @param {Uint8Array} wide 64 bytes. */
export function scalarReduce(wide) {
  return sodium.crypto_core_ristretto255_scalar_reduce(wide);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function scalarAdd(one, other) {
  return sodium.crypto_core_ristretto255_scalar_add(one, other);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function scalarSub(one, other) {
  return sodium.crypto_core_ristretto255_scalar_sub(one, other);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function scalarMul(one, other) {
  return sodium.crypto_core_ristretto255_scalar_mul(one, other);
}

/** @param {Uint8Array} scalar */
export function scalarNegate(scalar) {
  return sodium.crypto_core_ristretto255_scalar_negate(scalar);
}

/** @param {Uint8Array} scalar Not zero. */
export function scalarInvert(scalar) {
  return sodium.crypto_core_ristretto255_scalar_invert(scalar);
}

/** @param {Uint8Array} encoded 32 bytes. */
export function elementValid(encoded) {
  return sodium.crypto_core_ristretto255_is_valid_point(encoded);
}

/** @param {Uint8Array} uniform 64 bytes. */
export function elementFromHash(uniform) {
  return sodium.crypto_core_ristretto255_from_hash(uniform);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @throws {InvalidElement} One of them is not an element.
 */
export function elementAdd(one, other) {
  return refusing(() => sodium.crypto_core_ristretto255_add(one, other));
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @throws {InvalidElement} One of them is not an element.
 */
export function elementSub(one, other) {
  return refusing(() => sodium.crypto_core_ristretto255_sub(one, other));
}

/**
 * @param {Uint8Array} scalar
 * @param {Uint8Array} element
 * @throws {InvalidElement} Not an element, or the result is the identity.
 */
export function multiply(scalar, element) {
  return refusing(() => sodium.crypto_scalarmult_ristretto255(scalar, element));
}

/**
 * @param {Uint8Array} scalar
 * @throws {InvalidElement} The result is the identity.
 */
export function multiplyBase(scalar) {
  return refusing(() => sodium.crypto_scalarmult_ristretto255_base(scalar));
}

/**
 * @param {() => Uint8Array} operation
 * @returns {Uint8Array}
 */
function refusing(operation) {
  try {
    return operation();
  } catch {
    throw new InvalidElement("the group operation was refused");
  }
}
