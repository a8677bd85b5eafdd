/**
 * The trustee lock: each part's key is Shamir-shared among opening trustees (§F7).
 *
 * The coefficients follow from the secret, so whoever combines t' shares recomputes all
 * n' and compares them with the hashes in the header: a crooked dealing is refused, a
 * lying trustee named.
 */

import * as aead from "./aead.js";
import { bigEndian, equal } from "./bytes.js";
import { InconsistentShares, InvalidIndex, NotEnoughShares } from "./errors.js";
import { Scalar } from "./group.js";
import { labelToScalar } from "./hashToGroup.js";
import { Label } from "./labels.js";
import { pad, unpad } from "./padding.js";
import { SYSTEM } from "./randomness.js";
import { SecretBytes } from "./secret.js";
import { interpolate, Polynomial } from "./shamir.js";
import { deriveKey, digest } from "./transcript.js";

/** @import { Randomness } from "./randomness.js" */

/** The four parts of a report, in their order on the wire. */
export const Part = Object.freeze(
  /** @type {const} */ ({ STANDING: 0, LOCK: 1, CONTACT: 2, NUDGE: 3 }),
);
/** @typedef {typeof Part[keyof typeof Part]} PartNumber */

/** @type {readonly PartNumber[]} */
export const PARTS = Object.freeze([
  Part.STANDING,
  Part.LOCK,
  Part.CONTACT,
  Part.NUDGE,
]);
const NAMES = Object.freeze(["standing", "lock", "contact", "nudge"]);

/**
 * How many opening trustees are needed (t') and how many there are (n').
 *
 * @typedef {{readonly trusteeThreshold: number, readonly size: number}} Quorum
 */

/**
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @returns {[Uint8Array, Uint8Array]}
 */
function bindingOf(reportKey, part) {
  return [reportKey, bigEndian(part, 1)];
}

/**
 * The share of each trustee, index 1 first.
 *
 * Source: PROTOCOL.md §F7; Shamir with hashed coefficients.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @param {Quorum} quorum
 * @returns {Scalar[]}
 */
export function makeShares(secret, reportKey, part, quorum) {
  const binding = bindingOf(reportKey, part);
  const coefficients = [secret];
  for (let j = 1; j < quorum.trusteeThreshold; j += 1) {
    const fields = [secret.encode(), ...binding, bigEndian(j, 1)];
    coefficients.push(labelToScalar(Label.PART_COEFFICIENT, ...fields));
  }
  const polynomial = new Polynomial(coefficients);
  return Array.from({ length: quorum.size }, (_, place) =>
    polynomial.evaluate(Scalar.fromInt(place + 1)),
  );
}

/**
 * What the header says of one share.
 *
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @param {number} index
 * @param {Scalar} share
 * @returns {Uint8Array} 32 bytes.
 */
export function shareHash(reportKey, part, index, share) {
  const binding = bindingOf(reportKey, part);
  return digest(Label.SHARE_HASH, ...binding, bigEndian(index, 1), share.encode());
}

/**
 * Refuse a share that is not the one the header commits to.
 *
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @param {number} index
 * @param {Scalar} share
 * @param {readonly Uint8Array[]} hashes The header's hash of every trustee's share.
 * @throws {InconsistentShares} `culprit` is the trustee's index.
 * @throws {InvalidIndex} The committee has no such trustee.
 */
export function checkShare(reportKey, part, index, share, hashes) {
  const expected = hashes[index - 1];
  if (expected === undefined) {
    throw new InvalidIndex("no trustee has this index");
  }
  if (!equal(shareHash(reportKey, part, index, share), expected)) {
    throw new InconsistentShares("a share off its published hash", index);
  }
}

/**
 * The part's secret from t' or more shares, the whole dealing checked.
 *
 * @param {ReadonlyMap<number, Scalar>} shares By trustee index, 1 to n'.
 * @param {readonly Uint8Array[]} hashes The header's hash of every trustee's share.
 * @param {Uint8Array} reportKey Whose report it is.
 * @param {PartNumber} part
 * @param {Quorum} quorum
 * @returns {Scalar}
 * @throws {NotEnoughShares} Fewer than t'.
 * @throws {InconsistentShares} A share off its hash (`culprit` its trustee), or a
 *   dealing that does not follow from its secret (no culprit but the reporter).
 */
export function combineShares(shares, hashes, reportKey, part, quorum) {
  for (const [index, share] of shares) {
    checkShare(reportKey, part, index, share, hashes);
  }
  if (shares.size < quorum.trusteeThreshold) {
    throw new NotEnoughShares("fewer shares than the committee's threshold");
  }
  const ordered = [...shares].sort(([one], [other]) => one - other);
  const used = ordered.slice(0, quorum.trusteeThreshold);
  const secret = interpolate(
    used.map(([index, share]) => /** @type {const} */ ([Scalar.fromInt(index), share])),
  );
  const dealt = makeShares(secret, reportKey, part, quorum);
  const crooked = dealt.some((share, place) => {
    const expected = hashes[place];
    const found = shareHash(reportKey, part, place + 1, share);
    return expected === undefined || !equal(found, expected);
  });
  if (crooked || hashes.length !== dealt.length) {
    throw new InconsistentShares("a crooked dealing", "reporter");
  }
  return secret;
}

/**
 * What the header says of a part's key.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @returns {Uint8Array} 32 bytes.
 */
export function keyDigest(secret, reportKey, part) {
  const binding = bindingOf(reportKey, part);
  return digest(Label.PART_KEY_DIGEST, ...binding, secret.encode());
}

/**
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 */
function partKey(secret, reportKey, part) {
  const material = new SecretBytes(secret.encode());
  return deriveKey(material, Label.PART_KEY, ...bindingOf(reportKey, part));
}

/**
 * Encrypt a part's plaintext, padded to the given size.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @param {readonly [Uint8Array, number]} padded Plaintext and size.
 * @param {Randomness} [randomness] Draws 24 bytes.
 * @returns {Uint8Array}
 */
export function sealPart(secret, reportKey, part, padded, randomness = SYSTEM) {
  const [plaintext, size] = padded;
  const content = pad(plaintext, size, String(NAMES[part]));
  const key = partKey(secret, reportKey, part);
  const binding = bindingOf(reportKey, part);
  return aead.seal(key, content, Label.PART_CIPHERTEXT, binding, randomness);
}

/**
 * Decrypt a part.
 *
 * @param {Scalar} secret
 * @param {Uint8Array} reportKey
 * @param {PartNumber} part
 * @param {Uint8Array} ciphertext
 * @returns {Uint8Array}
 * @throws {InvalidCiphertext} Another key, report or part, or altered bytes.
 * @throws {MalformedMessage} No padding mark.
 */
export function openPart(secret, reportKey, part, ciphertext) {
  const key = partKey(secret, reportKey, part);
  const binding = bindingOf(reportKey, part);
  return unpad(aead.unseal(key, ciphertext, Label.PART_CIPHERTEXT, binding));
}

/**
 * What the header says of a part's ciphertext.
 *
 * @param {Uint8Array} ciphertext
 * @returns {Uint8Array} 32 bytes.
 */
export function ciphertextDigest(ciphertext) {
  return digest(Label.PART_CIPHERTEXT, ciphertext);
}
