/**
 * The oblivious pseudorandom function of RFC 9497, as its client computes it.
 *
 * Suite ristretto255-SHA512, mode VOPRF.
 */

import { bigEndian, join, utf8 } from "./bytes.js";
import { verifyProof } from "./dleq.js";
import { IdentityElement, MisuseError } from "./errors.js";
import { Element, Scalar } from "./group.js";
import { hashToGroup } from "./hashToGroup.js";
import { OprfTag } from "./labels.js";
import { sha512 } from "./libsodium.js";
import { SYSTEM } from "./randomness.js";
import { SecretBytes } from "./secret.js";

/** @import { Randomness } from "./randomness.js" */

const LONGEST_FIELD = 2 ** 16 - 1;

/**
 * A private input under its blind.
 *
 * `blind` undoes the blinding and stays with whoever blinded; `element` is what is
 * sent, uniform whatever the input was.
 *
 * @typedef {{readonly blind: Scalar, readonly element: Element}} Blinded
 */

/**
 * Hide a private input for evaluation.
 *
 * Source: RFC 9497 §3.3.1, §3.3.2.
 *
 * @param {Uint8Array} privateInput At most 65535 bytes.
 * @param {Randomness} [randomness] One draw of 64 bytes.
 * @returns {Blinded}
 * @throws {MisuseError} The input is too long.
 * @throws {IdentityElement} The input hashes to the identity: nobody knows such one.
 */
export function blind(privateInput, randomness = SYSTEM) {
  const element = inputElement(privateInput);
  const factor = Scalar.random(randomness);
  return Object.freeze({ blind: factor, element: element.mul(factor) });
}

/**
 * Unblind an evaluated element that has been verified, and hash it.
 *
 * Source: RFC 9497 §3.3.1.
 *
 * @param {Uint8Array} privateInput
 * @param {Scalar} factor The blind.
 * @param {Element} evaluated
 * @returns {SecretBytes} The output, 64 bytes.
 */
export function finalize(privateInput, factor, evaluated) {
  checkLength(privateInput);
  const unblinded = evaluated.mul(factor.invert());
  const fields = [prefixed(privateInput), prefixed(unblinded.encode())];
  return new SecretBytes(sha512(join(...fields, utf8("Finalize"))));
}

/**
 * Verify a batch of evaluated elements, then unblind and hash each.
 *
 * Source: RFC 9497 §3.3.2.
 *
 * @param {Element} publicKey
 * @param {readonly Uint8Array[]} privateInputs
 * @param {readonly Blinded[]} blinded As many.
 * @param {readonly Element[]} evaluated
 * @param {Uint8Array} proof
 * @returns {SecretBytes[]} The outputs in order, 64 bytes each.
 * @throws {InvalidProof} The public key's owner did not make these.
 * @throws {MisuseError} Not one private input for each blinded element.
 */
export function finalizeVerified(publicKey, privateInputs, blinded, evaluated, proof) {
  if (privateInputs.length !== blinded.length) {
    throw new MisuseError("not one private input for each blinded element");
  }
  const sent = blinded.map((one) => one.element);
  verifyProof(publicKey, sent, evaluated, proof);
  return evaluated.map((element, place) => {
    const given = /** @type {Uint8Array} */ (privateInputs[place]);
    const one = /** @type {Blinded} */ (blinded[place]);
    return finalize(given, one.blind, element);
  });
}

/**
 * The element of an input before it is blinded.
 *
 * Source: RFC 9497 §3.3.1.
 *
 * @param {Uint8Array} privateInput
 * @returns {Element}
 * @throws {IdentityElement} The input hashes to the identity.
 * @throws {MisuseError} More than 65535 bytes.
 */
export function inputElement(privateInput) {
  checkLength(privateInput);
  const element = hashToGroup(privateInput, OprfTag.GROUP);
  if (element.isIdentity()) {
    throw new IdentityElement("an input hashes to the identity");
  }
  return element;
}

/** @param {Uint8Array} field */
function checkLength(field) {
  if (field.length > LONGEST_FIELD) {
    throw new MisuseError("at most 65535 bytes can be hashed");
  }
}

/**
 * A field after its length in two bytes, as the RFC writes it.
 *
 * @param {Uint8Array} field
 */
function prefixed(field) {
  return join(bigEndian(field.length, 2), field);
}
