/** Shamir's sharing over the scalar field. */

import {
  DuplicateShare,
  InvalidIndex,
  MisuseError,
  NotEnoughShares,
} from "./errors.js";
import { Scalar } from "./group.js";

/** A polynomial over the scalar field. */
export class Polynomial {
  /** @param {readonly Scalar[]} coefficients From the constant term up. */
  constructor(coefficients) {
    if (coefficients.length === 0) {
      throw new MisuseError("a polynomial needs a constant term");
    }
    this.coefficients = coefficients;
  }

  /**
   * The value at x. Not refused at zero, where it is the secret itself.
   *
   * @param {Scalar} x
   * @returns {Scalar}
   */
  evaluate(x) {
    return this.coefficients.reduceRight((value, coefficient) =>
      value.mul(x).add(coefficient),
    );
  }
}

/**
 * Weights that turn values at `xs` into the value at another place.
 *
 * @param {readonly Scalar[]} xs Where values are known: all different, none zero if
 *   `at` is zero.
 * @param {Scalar} [at] Where the value is wanted; zero if left out.
 * @returns {Scalar[]} One weight for each x, in order.
 * @throws {NotEnoughShares} No x at all.
 * @throws {InvalidIndex} An x is zero, so that its value would be the answer.
 * @throws {DuplicateShare} An x stands twice.
 */
export function lagrangeCoefficients(xs, at = Scalar.fromInt(0)) {
  checkPoints(xs, !at.isZero());
  return xs.map((x, position) => weight(x, withoutPlace(xs, position), at));
}

/**
 * @param {readonly Scalar[]} xs
 * @param {number} position
 */
function withoutPlace(xs, position) {
  return xs.filter((_, place) => place !== position);
}

/**
 * @param {Scalar} x
 * @param {readonly Scalar[]} others
 * @param {Scalar} target
 */
function weight(x, others, target) {
  let [numerator, denominator] = [Scalar.fromInt(1), Scalar.fromInt(1)];
  for (const other of others) {
    numerator = numerator.mul(target.sub(other));
    denominator = denominator.mul(x.sub(other));
  }
  return numerator.mul(denominator.invert());
}

/**
 * @param {readonly Scalar[]} xs
 * @param {boolean} zeroAllowed
 */
function checkPoints(xs, zeroAllowed) {
  if (xs.length === 0) {
    throw new NotEnoughShares("no shares to combine");
  }
  if (!zeroAllowed && xs.some((x) => x.isZero())) {
    throw new InvalidIndex("a share stands at zero");
  }
  if (xs.some((x, place) => xs.slice(place + 1).some((y) => x.equals(y)))) {
    throw new DuplicateShare("two shares stand at one place");
  }
}

/**
 * The value at zero of the polynomial of least degree through the points.
 *
 * @param {readonly (readonly [Scalar, Scalar])[]} points Pairs of x and value.
 * @returns {Scalar}
 * @throws As `lagrangeCoefficients`.
 */
export function interpolate(points) {
  const weights = lagrangeCoefficients(points.map(([x]) => x));
  return points.reduce(
    (total, [, value], place) =>
      total.add(value.mul(/** @type {Scalar} */ (weights[place]))),
    Scalar.fromInt(0),
  );
}

/**
 * The place of a trustee's share.
 *
 * @param {number} index
 * @returns {Scalar}
 * @throws {InvalidIndex} Below one.
 */
export function indexScalar(index) {
  if (!(index >= 1)) {
    throw new InvalidIndex("trustees are counted from one");
  }
  return Scalar.fromInt(index);
}
