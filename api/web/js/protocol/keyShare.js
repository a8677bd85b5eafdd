/** What a key ceremony yields in public: everybody's public keys. */

import {
  IdentityElement,
  InconsistentShares,
  InvalidIndex,
  NotEnoughShares,
} from "./errors.js";
import { Element, Scalar, weightedSum } from "./group.js";
import { indexScalar, lagrangeCoefficients } from "./shamir.js";

/** A committee's public key and its trustees' verification shares. */
export class PublicKeySet {
  /**
   * @param {number} trusteeThreshold How many trustees it takes, t.
   * @param {Element} publicKey The joint key times the generator.
   * @param {readonly Element[]} verificationShares Each trustee's share times the
   *   generator; trustee i stands at position i - 1.
   */
  constructor(trusteeThreshold, publicKey, verificationShares) {
    this.trusteeThreshold = trusteeThreshold;
    this.publicKey = publicKey;
    this.verificationShares = verificationShares;
  }

  /** How many trustees there are, n. */
  get size() {
    return this.verificationShares.length;
  }

  /**
   * The verification share of trustee `index`.
   *
   * @param {number} index
   * @returns {Element}
   * @throws {InvalidIndex} There is no such trustee.
   */
  verificationShare(index) {
    const share = this.verificationShares[index - 1];
    if (share === undefined) {
      throw new InvalidIndex("no trustee has this index");
    }
    return share;
  }

  /**
   * Refuse keys of which some t trustees would not make the joint key.
   *
   * @throws {NotEnoughShares} The threshold is not between one and n.
   * @throws {IdentityElement} The joint key or a share is the identity.
   * @throws {InconsistentShares} The shares lie on no polynomial of degree t - 1
   *   whose value at zero is the joint key.
   */
  check() {
    const { trusteeThreshold, publicKey, verificationShares } = this;
    if (!(trusteeThreshold >= 1 && trusteeThreshold <= this.size)) {
      throw new NotEnoughShares(
        "the threshold must be between one and the number of trustees",
      );
    }
    if ([publicKey, ...verificationShares].some((element) => element.isIdentity())) {
      throw new IdentityElement("a public key is the identity");
    }
    // The first t shares fix the polynomial; every other key must lie on it.
    const beyond = verificationShares.slice(trusteeThreshold);
    const lie = beyond.every((share, offset) =>
      this.#expectedAt(trusteeThreshold + offset + 1).equals(share),
    );
    if (!this.#expectedAt(0).equals(publicKey) || !lie) {
      throw new InconsistentShares("the verification shares do not belong to one key");
    }
  }

  /**
   * The polynomial's value, times the generator, from the first t shares.
   *
   * @param {number} place
   */
  #expectedAt(place) {
    const shares = this.verificationShares.slice(0, this.trusteeThreshold);
    const weights = lagrangeCoefficients(
      shares.map((_, position) => indexScalar(position + 1)),
      Scalar.fromInt(place),
    );
    return weightedSum(weights, shares);
  }
}
