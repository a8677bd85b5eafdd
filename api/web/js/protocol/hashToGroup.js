/** Hashing to the group's elements and scalars. */

import { bigEndian, join } from "./bytes.js";
import { MisuseError } from "./errors.js";
import { Element, Scalar } from "./group.js";
import { encodedLabel } from "./labels.js";
import { sha512, UNIFORM_BYTES } from "./libsodium.js";
import { transcript } from "./transcript.js";

/** @import { LabelName } from "./labels.js" */

const HASH_BYTES = 64;
const BLOCK_BYTES = 128;
const MOST_BLOCKS = 255;
const LONGEST_TAG = 255;

/**
 * Stretch a message to uniform bytes with SHA-512.
 *
 * Source: RFC 9380 §5.3.1; tags too long for it are refused, not hashed.
 *
 * @param {Uint8Array} message Any bytes.
 * @param {Uint8Array} dst The domain-separation tag, 1 to 255 bytes.
 * @param {number} length How many bytes, at most 16320.
 * @returns {Uint8Array}
 * @throws {MisuseError} A tag or length out of range.
 */
export function expandMessageXmd(message, dst, length) {
  const blocks = Math.ceil(length / HASH_BYTES);
  const tagFits = dst.length > 0 && dst.length <= LONGEST_TAG;
  if (!(blocks > 0 && blocks <= MOST_BLOCKS) || !tagFits) {
    throw new MisuseError("a tag or length is out of range");
  }
  const dstPrime = join(dst, bigEndian(dst.length, 1));
  const padding = new Uint8Array(BLOCK_BYTES);
  const zero = new Uint8Array(1);
  const first = sha512(join(padding, message, bigEndian(length, 2), zero, dstPrime));
  let block = /** @type {Uint8Array} */ (new Uint8Array(HASH_BYTES));
  const uniform = [];
  for (let number = 1; number <= blocks; number += 1) {
    const previous = block;
    const mixed = first.map((byte, place) => byte ^ Number(previous[place]));
    block = sha512(join(mixed, bigEndian(number, 1), dstPrime));
    uniform.push(block);
  }
  return join(...uniform).slice(0, length);
}

/**
 * Hash to an element whose logarithm nobody knows.
 *
 * Source: RFC 9380 appendix B, hash_to_ristretto255; RFC 9497 §4.1.
 *
 * @param {Uint8Array} message
 * @param {Uint8Array} dst
 * @returns {Element}
 */
export function hashToGroup(message, dst) {
  return Element.fromUniform(expandMessageXmd(message, dst, UNIFORM_BYTES));
}

/**
 * Hash to a uniform scalar.
 *
 * Source: RFC 9497 §4.1.
 *
 * @param {Uint8Array} message
 * @param {Uint8Array} dst
 * @returns {Scalar}
 */
export function hashToScalar(message, dst) {
  return Scalar.reduce(expandMessageXmd(message, dst, UNIFORM_BYTES));
}

/**
 * Hash labelled fields to an element: their transcript under their label.
 *
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} fields
 * @returns {Element}
 */
export function labelToElement(label, ...fields) {
  return hashToGroup(transcript(label, ...fields), encodedLabel(label));
}

/**
 * Hash labelled fields to a scalar: their transcript under their label.
 *
 * @param {LabelName} label
 * @param {readonly Uint8Array[]} fields
 * @returns {Scalar}
 */
export function labelToScalar(label, ...fields) {
  return hashToScalar(transcript(label, ...fields), encodedLabel(label));
}
