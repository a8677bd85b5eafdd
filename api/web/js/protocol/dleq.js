/**
 * Proofs that one key made a whole batch of evaluations, as their reader checks them.
 *
 * The base point is the group's generator throughout.
 *
 * Source: RFC 9497 §2.2.
 */

import { bigEndian, join, utf8 } from "./bytes.js";
import {
  IdentityElement,
  InvalidLength,
  InvalidProof,
  InvalidScalar,
  MisuseError,
} from "./errors.js";
import { Element, Scalar, weightedSum } from "./group.js";
import { hashToScalar } from "./hashToGroup.js";
import { OprfTag } from "./labels.js";
import { ENCODED_BYTES, sha512 } from "./libsodium.js";

const LARGEST_BATCH = 2 ** 16 - 1;

/**
 * Refuse a proof that does not hold for exactly these lists.
 *
 * Source: RFC 9497 §2.2.2.
 *
 * @param {Element} publicKey Whose key the proof speaks of.
 * @param {readonly Element[]} inputs What was to be evaluated; at least one.
 * @param {readonly Element[]} outputs What is said to be the result.
 * @param {Uint8Array} proof 64 bytes.
 * @throws {InvalidProof} Of the wrong length, not reduced, for lists of different
 *   lengths, or false.
 * @throws {IdentityElement} The public key is the identity, under which any output
 *   that is the identity too would pass.
 * @throws {MisuseError} Nothing to verify, or too much.
 */
export function verifyProof(publicKey, inputs, outputs, proof) {
  if (publicKey.isIdentity()) {
    throw new IdentityElement("a public key is the identity");
  }
  if (inputs.length !== outputs.length) {
    throw new InvalidProof("not one output for each input");
  }
  if (!(inputs.length > 0 && inputs.length <= LARGEST_BATCH)) {
    throw new MisuseError("a proof needs 1 to 65535 inputs");
  }
  const [claimed, response] = decodeProof(proof);
  const weights = weightsOf(publicKey, inputs, outputs);
  const jointInput = weightedSum(weights, inputs);
  const jointOutput = weightedSum(weights, outputs);
  const expected = challenge(
    publicKey,
    jointInput,
    jointOutput,
    Element.baseMultiple(response).add(publicKey.mul(claimed)),
    jointInput.mul(response).add(jointOutput.mul(claimed)),
  );
  if (!expected.equals(claimed)) {
    throw new InvalidProof("the proof does not hold");
  }
}

/**
 * @param {Uint8Array} proof
 * @returns {[Scalar, Scalar]} Challenge and response.
 */
function decodeProof(proof) {
  try {
    return [
      Scalar.decode(proof.slice(0, ENCODED_BYTES)),
      Scalar.decode(proof.slice(ENCODED_BYTES)),
    ];
  } catch (error) {
    if (error instanceof InvalidLength || error instanceof InvalidScalar) {
      throw new InvalidProof("a proof is two reduced scalars");
    }
    throw error;
  }
}

/**
 * One weight for each pair, fixed by the whole batch's key.
 *
 * Source: RFC 9497 §2.2.1, ComputeComposites.
 *
 * @param {Element} publicKey
 * @param {readonly Element[]} inputs
 * @param {readonly Element[]} outputs As many.
 * @returns {Scalar[]}
 */
function weightsOf(publicKey, inputs, outputs) {
  const seed = sha512(prefixed(publicKey.encode(), OprfTag.SEED));
  const start = prefixed(seed);
  return inputs.map((before, index) => {
    const after = /** @type {Element} */ (outputs[index]);
    const pair = prefixed(before.encode(), after.encode());
    const message = join(start, bigEndian(index, 2), pair, utf8("Composite"));
    return hashToScalar(message, OprfTag.SCALAR);
  });
}

/**
 * The Fiat-Shamir challenge over the statement and both commitments.
 *
 * @param {readonly Element[]} elements
 * @returns {Scalar}
 */
function challenge(...elements) {
  const fields = prefixed(...elements.map((element) => element.encode()));
  return hashToScalar(join(fields, utf8("Challenge")), OprfTag.SCALAR);
}

/**
 * Join fields, each after its length in two bytes, as the RFC does.
 *
 * @param {readonly Uint8Array[]} fields
 * @returns {Uint8Array}
 */
function prefixed(...fields) {
  return join(...fields.flatMap((field) => [bigEndian(field.length, 2), field]));
}
