/** Byte strings, for which JavaScript has no operations of its own. */

import { MisuseError } from "./errors.js";

const ENCODER = new TextEncoder();

/**
 * Join byte strings.
 *
 * Anything else is refused: `set` would silently read text as zeros.
 *
 * @param {readonly Uint8Array[]} parts
 * @returns {Uint8Array}
 */
export function join(...parts) {
  const length = parts.reduce((sum, part) => sum + checked(part).length, 0);
  const joined = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined;
}

/** @param {Uint8Array} part */
function checked(part) {
  if (!(part instanceof Uint8Array)) {
    throw new MisuseError("only bytes can be joined");
  }
  return part;
}

/**
 * Whether two byte strings are equal, in time that depends on their lengths only.
 *
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function equal(one, other) {
  if (checked(one).length !== checked(other).length) {
    return false;
  }
  let difference = 0;
  for (let place = 0; place < one.length; place += 1) {
    difference |= Number(one[place]) ^ Number(other[place]);
  }
  return difference === 0;
}

/**
 * A non-negative integer, big-endian.
 *
 * @param {number} value
 * @param {number} length Bytes, 1 to 8.
 * @returns {Uint8Array}
 */
export function bigEndian(value, length) {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** length) {
    throw new MisuseError("the integer is out of range");
  }
  const encoded = new Uint8Array(length);
  let rest = value;
  for (let place = length - 1; place >= 0; place -= 1) {
    encoded[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return encoded;
}

/**
 * The integer of big-endian bytes.
 *
 * @param {Uint8Array} bytes
 * @returns {bigint}
 */
export function fromBigEndian(bytes) {
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

/**
 * The UTF-8 encoding of a text.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function utf8(text) {
  return ENCODER.encode(text);
}
