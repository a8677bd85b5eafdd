/**
 * The match lock: enough reports that name the same person make the key (§F4).
 *
 * From a stretched output Y comes a chain of level secrets, highest first; level m has
 * a polynomial of degree m-1 whose coefficients follow from its secret, so m points
 * give it and every lower one, never a higher one, and the result proves itself. One
 * step below the lowest level lies the tag point M.
 */

import * as aead from "./aead.js";
import { bigEndian, join } from "./bytes.js";
import { InvalidCiphertext, InvalidReport, MisuseError } from "./errors.js";
import { Element, Scalar } from "./group.js";
import { labelToElement, labelToScalar } from "./hashToGroup.js";
import { Label } from "./labels.js";
import { SYSTEM } from "./randomness.js";
import { SecretBytes } from "./secret.js";
import { Polynomial } from "./shamir.js";
import { deriveKey } from "./transcript.js";

/** @import { LockEntry } from "./messages/filing.js" */
/** @import { Randomness } from "./randomness.js" */

export const CONTACT_KEY_BYTES = 32;

/**
 * σ_m of every level, keyed by level, and the tag point M.
 *
 * @typedef {object} LevelSecrets
 * @property {ReadonlyMap<number, Scalar>} byLevel Ascending.
 * @property {Element} tagPoint
 */

/**
 * What a wrap holds: the contact key CK (32 bytes) and the tag's r.
 *
 * @typedef {{readonly contactKey: SecretBytes, readonly r: Scalar}} Wrapped
 */

/**
 * The whole chain from a stretched output Y.
 *
 * @param {SecretBytes} stretched 64 bytes.
 * @param {readonly number[]} levels Ascending.
 * @returns {LevelSecrets}
 */
export function levelSecrets(stretched, levels) {
  let current = labelToScalar(Label.LEVEL_TOP, stretched.reveal());
  /** @type {[number, Scalar][]} */
  const secrets = [];
  for (const level of [...levels].reverse()) {
    secrets.unshift([level, current]);
    current = labelToScalar(Label.LEVEL_CHAIN, current.encode());
  }
  const tagPoint = labelToElement(Label.TAG_POINT, current.encode());
  return Object.freeze({ byLevel: new Map(secrets), tagPoint });
}

/**
 * σ of one level.
 *
 * @param {LevelSecrets} secrets
 * @param {number} level
 * @returns {Scalar}
 * @throws {MisuseError} The chain has no such level.
 */
export function secretOf(secrets, level) {
  const secret = secrets.byLevel.get(level);
  if (secret === undefined) {
    throw new MisuseError("no such level");
  }
  return secret;
}

/**
 * f_m: degree m-1, f_m(0) = σ_m, the other coefficients hashed from σ_m.
 *
 * @param {Scalar} secret
 * @param {number} level
 * @returns {Polynomial}
 */
export function levelPolynomial(secret, level) {
  const coefficients = [secret];
  for (let j = 1; j < level; j += 1) {
    const fields = [secret.encode(), bigEndian(level, 1), bigEndian(j, 1)];
    coefficients.push(labelToScalar(Label.LEVEL_COEFFICIENT, ...fields));
  }
  return new Polynomial(coefficients);
}

/**
 * x of a report: hashed from its key; never zero.
 *
 * @param {Uint8Array} reportKey
 * @returns {Scalar}
 * @throws {InvalidReport} The hash is zero (chance 2^-252).
 */
export function levelPoint(reportKey) {
  const x = labelToScalar(Label.LEVEL_POINT, reportKey);
  if (x.isZero()) {
    throw new InvalidReport("the report key hashes to zero");
  }
  return x;
}

/**
 * The key of a wrap: from σ_h of the entry and the report key.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @returns {SecretBytes}
 */
export function wrapKey(secret, reportKey) {
  return deriveKey(new SecretBytes(secret.encode()), Label.WRAP_KEY, reportKey);
}

/**
 * Shares at each level >= h, lowest first, and the wrap under σ_h.
 *
 * @param {LevelSecrets} secrets
 * @param {Uint8Array} reportKey
 * @param {number} matchThreshold
 * @param {Wrapped} wrapped
 * @param {Randomness} [randomness]
 * @returns {LockEntry}
 */
export function makeEntry(
  secrets,
  reportKey,
  matchThreshold,
  wrapped,
  randomness = SYSTEM,
) {
  const x = levelPoint(reportKey);
  const shares = [...secrets.byLevel]
    .filter(([level]) => level >= matchThreshold)
    .map(([level, secret]) => levelPolynomial(secret, level).evaluate(x).encode());
  const key = wrapKey(secretOf(secrets, matchThreshold), reportKey);
  const content = join(wrapped.contactKey.reveal(), wrapped.r.encode());
  const wrap = aead.seal(key, content, Label.WRAP_KEY, [reportKey], randomness);
  return Object.freeze({ shares, wrap });
}

/**
 * Open a wrap with σ_h.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {Uint8Array} wrap
 * @returns {Wrapped}
 * @throws {InvalidCiphertext} Another secret's wrap, or altered.
 * @throws {InvalidScalar} The tag's r is not reduced.
 */
export function openWrap(secret, reportKey, wrap) {
  const key = wrapKey(secret, reportKey);
  const plaintext = aead.unseal(key, wrap, Label.WRAP_KEY, [reportKey]);
  if (plaintext.length !== CONTACT_KEY_BYTES + 32) {
    throw new InvalidCiphertext("a wrap holds 64 bytes");
  }
  return Object.freeze({
    contactKey: new SecretBytes(plaintext.slice(0, CONTACT_KEY_BYTES)),
    r: Scalar.decode(plaintext.slice(CONTACT_KEY_BYTES)),
  });
}
