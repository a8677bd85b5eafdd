/** The survivor's side of registration: two credentials, a few tokens (§R). */

import { equal } from "../bytes.js";
import {
  checkIndexCredential,
  checkOpening,
  checkSelfTags,
  checkStandingCredential,
} from "../credential.js";
import { InputError, InvalidCredential, MisuseError } from "../errors.js";
import { Element } from "../group.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import {
  indexCredentialRequest,
  standingCredentialRequest,
  tokenRequest,
} from "../messages/registration.js";
import { blind, finalizeVerified } from "../oprf.js";
import { SYSTEM } from "../randomness.js";
import { SecretBytes } from "../secret.js";
import { publicKey, sign } from "../signing.js";
import { transcript } from "../transcript.js";

/** @import { Signed } from "../messages/kinds.js" */
/** @import { EvaluationResponse, Token } from "../messages/filing.js" */
/**
 * @import { StandingCredentialGrant, TokenGrant } from "../messages/registration.js"
 */
/** @import { Blinded } from "../oprf.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { Entry, PendingEvaluation } from "./evaluation.js" */
/** @import { Registration } from "./vault.js" */

/**
 * Ask the registrar to certify a fresh key for evaluations.
 *
 * @param {Uint8Array} verification The registrar's handle of the finished check.
 * @param {SecretBytes} seed Of the key (Ed25519, 32 bytes).
 * @returns {Signed}
 */
export function askIndexCredential(verification, seed) {
  const request = { verification, key: publicKey(seed) };
  const label = Label.INDEX_CREDENTIAL_REQUEST;
  return sign(seed, label, request, indexCredentialRequest);
}

/**
 * Show the registrar the evaluated self keys, and ask for the credential.
 *
 * @param {Uint8Array} verification The registrar's handle of the finished check.
 * @param {SecretBytes} seed Of a fresh key (Ed25519, 32 bytes).
 * @param {PendingEvaluation} pending The evaluation of exactly `selfKeys`.
 * @param {readonly string[]} selfKeys In the order in which the registrar derives them.
 * @param {ReadonlyMap<number, EvaluationResponse>} responses The index trustees'
 *   verified answers, by index; at least t.
 * @returns {Signed}
 */
export function askStandingCredential(
  verification,
  seed,
  pending,
  selfKeys,
  responses,
) {
  const { entries } = pending;
  const places = selfKeys.map((key) => placeOf(entries, key));
  const request = {
    verification,
    key: publicKey(seed),
    blindedElements: entries.map((entry) => entry.blinded.element.encode()),
    places,
    blinds: places.map((place) =>
      /** @type {Entry} */ (entries[place]).blinded.blind.encode(),
    ),
    evaluations: [...responses]
      .sort(([one], [other]) => one - other)
      .map(([index, { evaluatedElements, proof }]) => ({
        index,
        evaluatedElements,
        proof,
      })),
  };
  const label = Label.STANDING_CREDENTIAL_REQUEST;
  return sign(seed, label, request, standingCredentialRequest);
}

/**
 * @param {readonly Entry[]} entries
 * @param {string} key
 */
function placeOf(entries, key) {
  const place = entries.findIndex((entry) => entry.matchKey === key);
  if (place < 0) {
    throw new MisuseError("a self key that was not evaluated");
  }
  return place;
}

/**
 * The seeds (Ed25519, 32 bytes) of the two credential keys.
 *
 * @typedef {{readonly index: SecretBytes, readonly standing: SecretBytes}} Seeds
 */

/**
 * Check what the registrar signed, and put it in the form that is kept.
 *
 * @param {Deployment} deployment
 * @param {Seeds} seeds
 * @param {Signed} indexCredential
 * @param {StandingCredentialGrant} grant
 * @param {number} day
 * @returns {Registration}
 * @throws {InvalidCredential} Not for these keys, or the tags or the opening are others
 *   than the signed ones.
 * @throws {InvalidSignature} No listed registrar signed it.
 */
export function completeRegistration(deployment, seeds, indexCredential, grant, day) {
  const index = checkIndexCredential(deployment, indexCredential, day);
  const standing = checkStandingCredential(deployment, grant.credential, day);
  if (
    !equal(index.key, publicKey(seeds.index)) ||
    !equal(standing.key, publicKey(seeds.standing))
  ) {
    throw new InvalidCredential("a credential for another key", "registrar");
  }
  checkSelfTags(deployment, standing, grant.selfTags);
  checkOpening(standing, grant.opening);
  return Object.freeze({
    indexCredential,
    indexSeed: seeds.index.reveal(),
    standingCredential: grant.credential,
    standingSeed: seeds.standing.reveal(),
    selfTags: grant.selfTags,
    opening: grant.opening,
  });
}

/**
 * Refuse to go on with credentials whose time is over.
 *
 * A report under an expired credential would be stored, and set aside at every match.
 *
 * @param {Deployment} deployment
 * @param {Registration} registration
 * @param {number} day
 * @throws {InputError} She must be verified again.
 */
export function checkCurrent(deployment, registration, day) {
  try {
    checkIndexCredential(deployment, registration.indexCredential, day);
    checkStandingCredential(deployment, registration.standingCredential, day);
  } catch (error) {
    if (!(error instanceof InvalidCredential)) throw error;
    throw new InputError("verified", "your verification is too old");
  }
}

/**
 * A token request and what unblinds its grant.
 *
 * @typedef {object} PendingTokens
 * @property {Signed} request
 * @property {readonly Uint8Array[]} inputs
 * @property {readonly Blinded[]} blinded
 */

/**
 * @param {Deployment} deployment
 * @param {Uint8Array} privateInput
 */
function messageOf(deployment, privateInput) {
  return transcript(Label.TOKEN_INPUT, deployment.deploymentId, privateInput);
}

/**
 * Blind fresh token inputs.
 *
 * @param {Deployment} deployment
 * @param {Registration} registration
 * @param {number} count
 * @param {Randomness} [randomness] Draws 32 bytes for each, then a scalar for each,
 *   then 16 bytes.
 * @returns {PendingTokens}
 */
export function beginTokens(deployment, registration, count, randomness = SYSTEM) {
  const inputs = Array.from({ length: count }, () => randomness(32));
  const blinded = inputs.map((one) => blind(messageOf(deployment, one), randomness));
  const request = {
    manifestDigest: deployment.digest,
    credential: registration.indexCredential,
    requestId: randomness(16),
    blindedElements: blinded.map((one) => one.element.encode()),
  };
  const seed = new SecretBytes(registration.indexSeed);
  const signed = sign(seed, Label.TOKEN_REQUEST, request, tokenRequest);
  return Object.freeze({ request: signed, inputs, blinded });
}

/**
 * Verify the grant under the manifest's token key and unblind the tokens.
 *
 * @param {Deployment} deployment
 * @param {PendingTokens} pending
 * @param {TokenGrant} grant
 * @returns {Token[]}
 * @throws {InvalidProof} Evaluated under another key, which could mark a person.
 */
export function finishTokens(deployment, pending, grant) {
  const { inputs, blinded } = pending;
  const outputs = finalizeVerified(
    deployment.tokenKey,
    inputs.map((one) => messageOf(deployment, one)),
    blinded,
    grant.evaluatedElements.map((one) => Element.decode(one)),
    grant.proof,
  );
  return outputs.map((output, place) => {
    const privateInput = /** @type {Uint8Array} */ (inputs[place]);
    return Object.freeze({ privateInput, output: output.reveal() });
  });
}
