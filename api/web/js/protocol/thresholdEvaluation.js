/**
 * Evaluation by any t trustees, equal to evaluation under their joint key.
 *
 * Trustee i is an RFC 9497 server whose key is its Shamir share.
 *
 * Source: PROTOCOL.md §P6; RFC 9497 §2.2 and §3.3.2.
 */

import { verifyProof } from "./dleq.js";
import {
  DuplicateShare,
  InconsistentShares,
  InvalidProof,
  NotEnoughShares,
} from "./errors.js";
import { Element, weightedSum } from "./group.js";
import { PublicKeySet } from "./keyShare.js";
import { indexScalar, lagrangeCoefficients } from "./shamir.js";

/**
 * One trustee's answer to a batch: its index (1 to n), one element for each input in
 * order, and the proof (64 bytes) that its key made them all.
 *
 * @typedef {object} EvaluationShare
 * @property {number} index
 * @property {readonly Element[]} elements
 * @property {Uint8Array} proof
 */

/**
 * Refuse an evaluation share that its trustee's key did not make.
 *
 * @param {EvaluationShare} share
 * @param {readonly Element[]} inputs What was to be evaluated; never the identity.
 * @param {PublicKeySet} keys The committee's public keys.
 * @throws {InvalidProof} `culprit` is the trustee's index.
 * @throws {InvalidIndex} The committee has no such trustee.
 */
export function verifyEvaluationShare(share, inputs, keys) {
  const verificationShare = keys.verificationShare(share.index);
  try {
    verifyProof(verificationShare, inputs, share.elements, share.proof);
  } catch (error) {
    if (error instanceof InvalidProof) {
      throw new InvalidProof(error.message, share.index);
    }
    throw error;
  }
}

/**
 * Join verified shares into what the joint key would have made.
 *
 * @param {readonly EvaluationShare[]} shares At least t of them, each verified for
 *   the same inputs; the t of the lowest indexes are used.
 * @param {PublicKeySet} keys The committee's public keys.
 * @returns {Element[]} One element for each input, in order.
 * @throws {NotEnoughShares} Fewer than t.
 * @throws {DuplicateShare} Two of one trustee; `culprit` is its index.
 * @throws {InvalidIndex} The committee has no such trustee.
 * @throws {InconsistentShares} Shares of batches of different sizes.
 */
export function combineEvaluationShares(shares, keys) {
  const chosen = choose(shares, keys);
  const [first, ...others] = chosen.map((share) => share.elements);
  if (first === undefined || others.some((list) => list.length !== first.length)) {
    throw new InconsistentShares("evaluation shares of different batches");
  }
  const weights = lagrangeCoefficients(chosen.map((one) => indexScalar(one.index)));
  return first.map((_, place) =>
    weightedSum(
      weights,
      chosen.map((share) => /** @type {Element} */ (share.elements[place])),
    ),
  );
}

/**
 * The t shares to use.
 *
 * @param {readonly EvaluationShare[]} shares
 * @param {PublicKeySet} keys
 */
function choose(shares, keys) {
  /** @type {Map<number, EvaluationShare>} */
  const byIndex = new Map();
  for (const share of shares) {
    keys.verificationShare(share.index);
    if (byIndex.has(share.index)) {
      throw new DuplicateShare("two evaluation shares of one trustee", share.index);
    }
    byIndex.set(share.index, share);
  }
  if (byIndex.size < keys.trusteeThreshold) {
    throw new NotEnoughShares("fewer evaluation shares than the threshold");
  }
  const ordered = [...byIndex.values()].sort((a, b) => a.index - b.index);
  return ordered.slice(0, keys.trusteeThreshold);
}
