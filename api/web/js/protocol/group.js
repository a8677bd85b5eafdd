/**
 * The prime-order group ristretto255: strict scalars and elements over libsodium.
 *
 * Source: RFC 9496; PROTOCOL.md §P2.
 */

import { equal, join } from "./bytes.js";
import {
  IdentityElement,
  InvalidElement,
  InvalidLength,
  InvalidScalar,
  MisuseError,
} from "./errors.js";
import * as libsodium from "./libsodium.js";
import { ENCODED_BYTES, UNIFORM_BYTES } from "./libsodium.js";
import { SYSTEM } from "./randomness.js";

/** @import { Randomness } from "./randomness.js" */

const ZERO = new Uint8Array(ENCODED_BYTES);
// Held by this module alone, so that no other makes a value without its checks.
const DOOR = Symbol("group");

/** @type {(data: Uint8Array, length: number) => void} */
function checkLength(data, length) {
  // libsodium reads a fixed number of bytes, whatever it is given.
  if (data.length !== length) {
    throw new InvalidLength(`expected ${length} bytes`);
  }
}

/** @param {symbol} door */
function checkDoor(door) {
  if (door !== DOOR) {
    throw new MisuseError("scalars and elements are made by decode and its like");
  }
}

/**
 * An integer modulo the group's order, always treated as secret.
 *
 * Immutable; arithmetic is libsodium's and takes constant time.
 */
export class Scalar {
  #encoded;

  /**
   * @param {symbol} door
   * @param {Uint8Array} encoded
   */
  constructor(door, encoded) {
    checkDoor(door);
    this.#encoded = encoded;
  }

  /**
   * Decode 32 bytes, little-endian, below the group's order.
   *
   * @param {Uint8Array} data
   * @returns {Scalar}
   * @throws {InvalidLength} Not 32 bytes.
   * @throws {InvalidScalar} Not reduced.
   */
  static decode(data) {
    checkLength(data, ENCODED_BYTES);
    const reduced = libsodium.scalarReduce(join(data, ZERO));
    if (!equal(reduced, data)) {
      throw new InvalidScalar("a scalar is not reduced");
    }
    return new Scalar(DOOR, reduced);
  }

  /**
   * Take a non-negative integer below 2^53.
   *
   * @param {number} number
   * @returns {Scalar}
   */
  static fromInt(number) {
    if (!Number.isSafeInteger(number) || number < 0) {
      throw new MisuseError("the integer is out of range");
    }
    const encoded = new Uint8Array(ENCODED_BYTES);
    let rest = number;
    for (let place = 0; rest > 0; place += 1) {
      encoded[place] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return new Scalar(DOOR, encoded);
  }

  /**
   * Reduce 64 bytes, little-endian: uniform bytes give a uniform scalar.
   *
   * @param {Uint8Array} wide
   * @returns {Scalar}
   */
  static reduce(wide) {
    checkLength(wide, UNIFORM_BYTES);
    return new Scalar(DOOR, libsodium.scalarReduce(wide));
  }

  /**
   * Draw a uniform scalar other than zero: one draw of 64 bytes.
   *
   * @param {Randomness} [randomness]
   * @returns {Scalar}
   * @throws {MisuseError} The draw gave zero, which no honest source ever does.
   */
  static random(randomness = SYSTEM) {
    const scalar = Scalar.reduce(randomness(UNIFORM_BYTES));
    if (scalar.isZero()) {
      throw new MisuseError("the source of randomness is broken");
    }
    return scalar;
  }

  /** The scalar's 32 bytes, little-endian, as a copy: the one door to its value. */
  encode() {
    return this.#encoded.slice();
  }

  /** Whether this is zero, in constant time. */
  isZero() {
    return equal(this.#encoded, ZERO);
  }

  /**
   * The multiplicative inverse.
   *
   * @throws {MisuseError} Zero has none.
   */
  invert() {
    if (this.isZero()) {
      throw new MisuseError("zero has no inverse");
    }
    return new Scalar(DOOR, libsodium.scalarInvert(this.#encoded));
  }

  /** @param {Scalar} other */
  add(other) {
    return new Scalar(DOOR, libsodium.scalarAdd(this.#encoded, other.#encoded));
  }

  /** @param {Scalar} other */
  sub(other) {
    return new Scalar(DOOR, libsodium.scalarSub(this.#encoded, other.#encoded));
  }

  /** @param {Scalar} other */
  mul(other) {
    return new Scalar(DOOR, libsodium.scalarMul(this.#encoded, other.#encoded));
  }

  /**
   * Whether both are the same, in constant time.
   *
   * @param {Scalar} other
   */
  equals(other) {
    return equal(this.#encoded, other.#encoded);
  }

  toString() {
    return "Scalar(32 bytes)";
  }

  /** @returns {never} */
  toJSON() {
    throw new MisuseError("a scalar is never serialised");
  }
}

/**
 * A group element: an immutable value, known to be valid.
 *
 * Sums may be the identity on the way through a computation; `decode` never yields it.
 */
export class Element {
  #encoded;

  /**
   * @param {symbol} door
   * @param {Uint8Array} encoded
   */
  constructor(door, encoded) {
    checkDoor(door);
    this.#encoded = encoded;
  }

  /**
   * Decode 32 bytes in their one canonical form.
   *
   * @param {Uint8Array} data
   * @returns {Element}
   * @throws {InvalidLength} Not 32 bytes.
   * @throws {IdentityElement} The identity.
   * @throws {InvalidElement} Any other encoding that RFC 9496 §4.3.1 refuses.
   */
  static decode(data) {
    checkLength(data, ENCODED_BYTES);
    const element = new Element(DOOR, Uint8Array.from(data));
    if (element.isIdentity()) {
      throw new IdentityElement("the identity is not acceptable");
    }
    if (!libsodium.elementValid(element.#encoded)) {
      throw new InvalidElement("not the canonical encoding of a group element");
    }
    return element;
  }

  /** The neutral element, where sums begin. */
  static identity() {
    return new Element(DOOR, ZERO);
  }

  /**
   * The generator times a scalar.
   *
   * @param {Scalar} scalar
   */
  static baseMultiple(scalar) {
    if (scalar.isZero()) {
      return Element.identity();
    }
    return new Element(DOOR, libsodium.multiplyBase(scalar.encode()));
  }

  /**
   * Map 64 uniform bytes to an element whose logarithm nobody knows.
   *
   * Source: RFC 9496 §4.3.4.
   *
   * @param {Uint8Array} uniform
   */
  static fromUniform(uniform) {
    checkLength(uniform, UNIFORM_BYTES);
    return new Element(DOOR, libsodium.elementFromHash(uniform));
  }

  /** The element's 32 bytes, as a copy. */
  encode() {
    return this.#encoded.slice();
  }

  /** Whether this is the neutral element, in constant time. */
  isIdentity() {
    return equal(this.#encoded, ZERO);
  }

  /** @param {Element} other */
  add(other) {
    return new Element(DOOR, libsodium.elementAdd(this.#encoded, other.#encoded));
  }

  /** @param {Element} other */
  sub(other) {
    return new Element(DOOR, libsodium.elementSub(this.#encoded, other.#encoded));
  }

  /** @param {Scalar} scalar */
  mul(scalar) {
    // libsodium reports a result that is the identity as a failure; in a group of
    // prime order these are the only two ways to it.
    if (scalar.isZero() || this.isIdentity()) {
      return Element.identity();
    }
    return new Element(DOOR, libsodium.multiply(scalar.encode(), this.#encoded));
  }

  /** @param {Element} other */
  equals(other) {
    return equal(this.#encoded, other.#encoded);
  }

  toString() {
    // A tag point in a log would let its reader test guesses.
    return "Element(32 bytes)";
  }
}

/**
 * Add up scalar times element over both lists; the identity for none.
 *
 * @param {readonly Scalar[]} scalars
 * @param {readonly Element[]} elements As many.
 * @returns {Element}
 */
export function weightedSum(scalars, elements) {
  if (scalars.length !== elements.length) {
    throw new MisuseError("not one scalar for each element");
  }
  return elements.reduce(
    (sum, element, place) =>
      sum.add(element.mul(/** @type {Scalar} */ (scalars[place]))),
    Element.identity(),
  );
}
