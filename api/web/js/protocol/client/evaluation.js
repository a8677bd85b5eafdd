/** Ask the index committee blindly: from match keys to OPRF outputs (§F2, §F3). */

import { fromBigEndian, utf8 } from "../bytes.js";
import { InvalidReport, NotEnoughShares, ProtocolError } from "../errors.js";
import { Element } from "../group.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { evaluationRequest } from "../messages/filing.js";
import { blind, finalize } from "../oprf.js";
import { entryClass } from "../padding.js";
import { SYSTEM } from "../randomness.js";
import { SecretBytes } from "../secret.js";
import { sign } from "../signing.js";
import {
  combineEvaluationShares,
  verifyEvaluationShare,
} from "../thresholdEvaluation.js";

/** @import { Signed } from "../messages/kinds.js" */
/** @import { EvaluationResponse } from "../messages/filing.js" */
/** @import { Blinded } from "../oprf.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { EvaluationShare } from "../thresholdEvaluation.js" */

/**
 * One place of the padded list: a match key, or nothing (null), under its blind.
 *
 * @typedef {object} Entry
 * @property {string | null} matchKey
 * @property {Uint8Array} privateInput
 * @property {Blinded} blinded
 */

/**
 * What was asked: the same signed request for every index trustee.
 *
 * @typedef {object} PendingEvaluation
 * @property {Signed} request
 * @property {readonly Entry[]} entries
 */

/**
 * A random order (Fisher and Yates).
 *
 * @param {number} count
 * @param {Randomness} randomness Draws 8 bytes for each place but the first.
 * @returns {number[]}
 */
function shuffled(count, randomness) {
  const order = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Number(fromBigEndian(randomness(8)) % BigInt(last + 1));
    [order[last], order[other]] = [Number(order[other]), Number(order[last])];
  }
  return order;
}

/**
 * The kind of each entry's match key, "" for padding.
 *
 * @param {PendingEvaluation} pending
 * @returns {string[]}
 */
export function conjunctionsOf({ entries }) {
  return entries.map(({ matchKey }) => String(matchKey ?? "").split("/")[0] ?? "");
}

/**
 * Blind the match keys, padded with random inputs, in random order.
 *
 * @param {Deployment} deployment The pinned manifest.
 * @param {Signed} credential The signed index credential.
 * @param {SecretBytes} seed Of the credential's key (Ed25519, 32 bytes).
 * @param {readonly string[]} matchKeys 1 to 64 of them.
 * @param {Randomness} [randomness] Draws 32 bytes for each padding input, the order,
 *   then one scalar for each place, then the request's name (16 bytes).
 * @returns {PendingEvaluation}
 * @throws {InputError} None, or more than 64.
 */
export function beginEvaluation(
  deployment,
  credential,
  seed,
  matchKeys,
  randomness = SYSTEM,
) {
  const size = entryClass(matchKeys.length);
  /** @type {{matchKey: string | null, privateInput: Uint8Array}[]} */
  const inputs = matchKeys.map((key) => ({ matchKey: key, privateInput: utf8(key) }));
  while (inputs.length < size) {
    inputs.push({ matchKey: null, privateInput: randomness(32) });
  }
  const entries = shuffled(size, randomness).map((place) => {
    const input = /** @type {typeof inputs[number]} */ (inputs[place]);
    const blinded = blind(input.privateInput, randomness);
    return Object.freeze({ ...input, blinded });
  });
  const request = {
    manifestDigest: deployment.digest,
    credential,
    requestId: randomness(16),
    blindedElements: entries.map((entry) => entry.blinded.element.encode()),
  };
  const signed = sign(seed, Label.EVALUATION_REQUEST, request, evaluationRequest);
  return Object.freeze({ request: signed, entries });
}

/**
 * The blinded elements, in the order sent.
 *
 * @param {PendingEvaluation} pending
 * @returns {Element[]}
 */
export function blindedElements(pending) {
  return pending.entries.map((entry) => entry.blinded.element);
}

/**
 * Verify one trustee's answer.
 *
 * @param {Deployment} deployment
 * @param {PendingEvaluation} pending
 * @param {number} index
 * @param {EvaluationResponse} response
 * @returns {EvaluationShare}
 * @throws {InvalidProof} `culprit` is the trustee's index.
 * @throws {ProtocolError} An encoding or a count; `culprit` likewise.
 */
export function checkResponse(deployment, pending, index, response) {
  try {
    if (response.index !== index) {
      throw new InvalidReport("an answer in another trustee's name");
    }
    const elements = response.evaluatedElements.map((one) => Element.decode(one));
    const share = { index, elements, proof: response.proof };
    verifyEvaluationShare(share, blindedElements(pending), deployment.indexKeys);
    return share;
  } catch (error) {
    if (error instanceof ProtocolError) {
      error.culprit = index;
    }
    throw error;
  }
}

/**
 * Combine any t verified answers into the OPRF outputs.
 *
 * @param {Deployment} deployment
 * @param {PendingEvaluation} pending
 * @param {ReadonlyMap<number, EvaluationResponse>} responses By trustee index.
 * @returns {{outputs: (SecretBytes | null)[], faults: ProtocolError[]}} For each place
 *   the output (64 bytes), null for padding; and the faults of lying trustees, each
 *   naming its culprit.
 * @throws {NotEnoughShares} Fewer than t answers verify; `culprit` names the first
 *   trustee at fault, if any.
 */
export function finishEvaluation(deployment, pending, responses) {
  const { shares, faults } = verified(deployment, pending, responses);
  if (shares.length < deployment.indexKeys.trusteeThreshold) {
    const culprit = faults[0]?.culprit ?? null;
    throw new NotEnoughShares("too few index trustees answered well", culprit);
  }
  const combined = combineEvaluationShares(shares, deployment.indexKeys);
  const outputs = pending.entries.map(({ matchKey, privateInput, blinded }, place) => {
    const element = /** @type {Element} */ (combined[place]);
    return matchKey === null ? null : finalize(privateInput, blinded.blind, element);
  });
  return { outputs, faults };
}

/**
 * @param {Deployment} deployment
 * @param {PendingEvaluation} pending
 * @param {ReadonlyMap<number, EvaluationResponse>} responses
 */
function verified(deployment, pending, responses) {
  /** @type {EvaluationShare[]} */
  const shares = [];
  /** @type {ProtocolError[]} */
  const faults = [];
  for (const [index, response] of [...responses].sort(([a], [b]) => a - b)) {
    try {
      shares.push(checkResponse(deployment, pending, index, response));
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) {
        throw fault;
      }
      faults.push(fault);
    }
  }
  return { shares, faults };
}
