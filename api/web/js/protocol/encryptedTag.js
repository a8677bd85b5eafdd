/**
 * ElGamal to base S over tag points, with proof of knowledge of r (§F8).
 *
 * c1 = r S, c2 = M + r G. The holders of s turn c2 into s M + r S, so that
 * tag = s c2 - c1 = s M is equal exactly for equal M. The proof stops everybody who
 * does not know r from shifting a tag or copying it to another report.
 */

import { bigEndian, join } from "./bytes.js";
import { InvalidProof } from "./errors.js";
import { Element, Scalar } from "./group.js";
import { labelToScalar } from "./hashToGroup.js";
import { Label } from "./labels.js";
import { SYSTEM } from "./randomness.js";

/** @import { EncryptedTag } from "./messages/filing.js" */
/** @import { Randomness } from "./randomness.js" */

/**
 * @param {readonly Uint8Array[]} binding
 * @param {number} position
 * @param {readonly Element[]} points
 * @returns {Scalar}
 */
function challenge(binding, position, points) {
  return labelToScalar(
    Label.ENCRYPTED_TAG_PROOF,
    ...binding,
    bigEndian(position, 2),
    ...points.map((point) => point.encode()),
  );
}

/**
 * What an encrypted tag is made of: the tag point M and a fresh r, never zero.
 *
 * @typedef {{readonly tagPoint: Element, readonly r: Scalar}} OpenTag
 */

/**
 * Encrypt a tag point M under r and prove knowledge of r.
 *
 * Source: PROTOCOL.md §F8; Schnorr, in the base S.
 *
 * @param {OpenTag} open
 * @param {Element} base S, the opening committee's public key.
 * @param {readonly Uint8Array[]} binding Manifest digest and report key.
 * @param {number} position The entry's place in its list, 0 to 63.
 * @param {Randomness} [randomness] Draws one scalar.
 * @returns {EncryptedTag}
 */
export function encryptTag(
  { tagPoint, r },
  base,
  binding,
  position,
  randomness = SYSTEM,
) {
  const c1 = base.mul(r);
  const c2 = tagPoint.add(Element.baseMultiple(r));
  const k = Scalar.random(randomness);
  const c = challenge(binding, position, [base, c1, c2, base.mul(k)]);
  const proof = join(c.encode(), k.add(c.mul(r)).encode());
  return Object.freeze({ c1: c1.encode(), c2: c2.encode(), proof });
}

/**
 * Check every proof.
 *
 * @param {readonly EncryptedTag[]} tags
 * @param {Element} base S.
 * @param {readonly Uint8Array[]} binding Manifest digest and report key (or deployment
 *   id and credential key).
 * @returns {Element[]} The c2 of each tag, decoded.
 * @throws {InvalidProof} A proof is not for this place, report and manifest.
 * @throws {InvalidElement | InvalidScalar} An encoding is not strict.
 */
export function checkEncryptedTags(tags, base, binding) {
  return tags.map((tag, position) => {
    const [c1, c2] = [Element.decode(tag.c1), Element.decode(tag.c2)];
    const c = Scalar.decode(tag.proof.slice(0, 32));
    const z = Scalar.decode(tag.proof.slice(32));
    const commitment = base.mul(z).sub(c1.mul(c));
    if (!challenge(binding, position, [base, c1, c2, commitment]).equals(c)) {
      throw new InvalidProof(`encrypted tag ${position}`);
    }
    return c2;
  });
}
