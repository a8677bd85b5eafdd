/** Credentials: what a registrar signs and what everybody else checks (§R). */

import { equal } from "./bytes.js";
import { monthOf } from "./calendar.js";
import { checkEncryptedTags } from "./encryptedTag.js";
import { InvalidCredential } from "./errors.js";
import { Element } from "./group.js";
import { Label } from "./labels.js";
import { Deployment } from "./manifest.js";
import { decode } from "./messages/codec.js";
import {
  identityOpening,
  indexCredential,
  selfTags as selfTagsKind,
  standingCredential,
} from "./messages/registration.js";
import { SELF_TAG_COUNT } from "./padding.js";
import { SecretBytes } from "./secret.js";
import { checkSignature, openSigned, peek, signBytes } from "./signing.js";
import { digest } from "./transcript.js";

/** @import { Signed } from "./messages/kinds.js" */
/**
 * @import {
 *   IdentityOpening, IndexCredential, StandingCredential
 * } from "./messages/registration.js"
 */

export const VALID_MONTHS = 24;

/**
 * What a standing credential says of its self tags.
 *
 * @param {Uint8Array} selfTags
 * @returns {Uint8Array} 32 bytes.
 */
export function selfTagsDigest(selfTags) {
  return digest(Label.TAG_DIGEST, selfTags);
}

/**
 * Commits to an encoded identity opening; its salt hides it.
 *
 * @param {Uint8Array} opening
 * @returns {Uint8Array} 32 bytes.
 */
export function identityCommitment(opening) {
  return digest(Label.IDENTITY_COMMITMENT, opening);
}

/**
 * @param {Deployment} deployment
 * @param {IndexCredential | StandingCredential} credential
 * @param {number | null} day
 */
function checkCommon(deployment, credential, day) {
  if (!equal(credential.deploymentId, deployment.deploymentId)) {
    throw new InvalidCredential("a credential of another deployment");
  }
  if (day === null) {
    return;
  }
  if (credential.expiryMonth < monthOf(day)) {
    throw new InvalidCredential("the credential has expired");
  }
  if (credential.expiryMonth > monthOf(day) + VALID_MONTHS) {
    throw new InvalidCredential("the credential lasts longer than any may");
  }
}

/**
 * @param {Deployment} deployment
 * @param {Uint8Array} key
 */
function listedRegistrar(deployment, key) {
  const registrar = deployment.registrar(key);
  if (registrar === undefined) {
    throw new InvalidCredential("a registrar that the manifest does not list");
  }
  return registrar;
}

/**
 * Accept an index credential.
 *
 * @param {Deployment} deployment
 * @param {Signed} signed
 * @param {number} day
 * @returns {IndexCredential}
 * @throws {InvalidCredential} Unknown registrar, another deployment, or expired.
 * @throws {InvalidSignature} The registrar did not sign it.
 */
export function checkIndexCredential(deployment, signed, day) {
  const claimed = peek(signed, indexCredential);
  const { key } = listedRegistrar(deployment, claimed.registrar);
  const credential = openSigned(signed, indexCredential, Label.INDEX_CREDENTIAL, key);
  checkCommon(deployment, credential, day);
  return credential;
}

/**
 * Accept a standing credential at a level that counts as one per human.
 *
 * @param {Deployment} deployment
 * @param {Signed} signed
 * @param {number | null} day On which it must be valid; null where trustees have judged
 *   that already, for a report may wait longer than a credential lasts.
 * @returns {StandingCredential}
 * @throws {InvalidCredential} Unknown registrar or level, another deployment, expired.
 * @throws {InvalidSignature} The registrar did not sign it.
 */
export function checkStandingCredential(deployment, signed, day) {
  const claimed = peek(signed, standingCredential);
  const registrar = listedRegistrar(deployment, claimed.registrar);
  const label = Label.STANDING_CREDENTIAL;
  const credential = openSigned(signed, standingCredential, label, registrar.key);
  checkCommon(deployment, credential, day);
  if (!registrar.countingLevels.includes(credential.level)) {
    throw new InvalidCredential("an assurance level that does not count");
  }
  return credential;
}

/**
 * To what the proofs of a person's self tags are bound: her credential key.
 *
 * @param {Deployment} deployment
 * @param {Uint8Array} key
 * @returns {[Uint8Array, Uint8Array]}
 */
export function selfTagBinding(deployment, key) {
  return [deployment.deploymentId, key];
}

/**
 * Refuse self tags other than those that a credential is about.
 *
 * @param {Deployment} deployment
 * @param {StandingCredential} credential
 * @param {Uint8Array} selfTags
 * @returns {Element[]} The c2 of each.
 * @throws {InvalidCredential} They are not the ones signed, or not as many.
 * @throws {InvalidProof} One of them was made from somebody else's.
 */
export function checkSelfTags(deployment, credential, selfTags) {
  if (!equal(selfTagsDigest(selfTags), credential.selfTagsDigest)) {
    throw new InvalidCredential("self tags other than the signed ones");
  }
  const tags = decode(selfTags, selfTagsKind).encryptedTags;
  if (tags.length !== SELF_TAG_COUNT) {
    throw new InvalidCredential(`${SELF_TAG_COUNT} self tags are required`);
  }
  const base = deployment.openingKeys.publicKey;
  return checkEncryptedTags(tags, base, selfTagBinding(deployment, credential.key));
}

/**
 * What a verified person holds: credential, tags, opening, signing key.
 *
 * `seed` is the Ed25519 seed (32 bytes) of the credential's key.
 *
 * @typedef {object} Standing
 * @property {Signed} credential
 * @property {Uint8Array} selfTags
 * @property {Uint8Array} opening
 * @property {SecretBytes} seed
 */

/**
 * The person's signature over H(core), in the form that travels.
 *
 * @param {Standing} standing
 * @param {Uint8Array} core
 * @returns {Signed}
 */
export function signCore(standing, core) {
  const payload = digest(Label.REPORT_CORE, core);
  const signature = signBytes(standing.seed, Label.STANDING_SIGNATURE, payload);
  return Object.freeze({ payload, signature });
}

/**
 * Refuse a standing that was given to another report.
 *
 * @param {StandingCredential} credential
 * @param {Signed} signed
 * @param {Uint8Array} core
 * @throws {InvalidCredential} The signature is about another core.
 * @throws {InvalidSignature} The credential's key did not make it.
 */
export function checkCoreSignature(credential, signed, core) {
  if (!equal(signed.payload, digest(Label.REPORT_CORE, core))) {
    throw new InvalidCredential("a standing that was given to another report");
  }
  const { payload, signature } = signed;
  checkSignature(credential.key, Label.STANDING_SIGNATURE, payload, signature);
}

/**
 * The verified name and e-mail that a credential commits to.
 *
 * @param {StandingCredential} credential
 * @param {Uint8Array} opening
 * @returns {IdentityOpening}
 * @throws {InvalidCredential} The opening is another one.
 */
export function checkOpening(credential, opening) {
  if (!equal(identityCommitment(opening), credential.identityCommitment)) {
    throw new InvalidCredential("an opening of another commitment");
  }
  return decode(opening, identityOpening);
}
