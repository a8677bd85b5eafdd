/** Be verified, and receive credentials and submission tokens (§R). */

import { exchange, tell } from "../net/send.js";
import { beginEvaluation } from "../protocol/client/evaluation.js";
import {
  askIndexCredential,
  askStandingCredential,
  beginTokens,
  completeRegistration,
  finishTokens,
} from "../protocol/client/registration.js";
import { equal } from "../protocol/bytes.js";
import { InputError, InvalidRegistration, QuotaExceeded } from "../protocol/errors.js";
import { Label } from "../protocol/labels.js";
import { selfMatchKeys } from "../protocol/matchKeys.js";
import { signed } from "../protocol/messages/kinds.js";
import {
  deletionReceipt,
  standingCredentialGrant,
  tokenGrant,
  verificationFinish,
  verificationRequest,
  verificationStarted,
} from "../protocol/messages/registration.js";
import { SELF_TAG_COUNT } from "../protocol/padding.js";
import { SYSTEM } from "../protocol/randomness.js";
import { SecretBytes } from "../protocol/secret.js";
import { openSigned } from "../protocol/signing.js";
import { apiAt, evaluate, today } from "./place.js";

/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

/**
 * What is to be verified, and by which provider.
 *
 * @typedef {object} Asked
 * @property {string} provider
 * @property {string} name
 * @property {string} email
 * @property {string} phone
 * @property {string} country
 */
/** @typedef {{ asked: Asked, verification: Uint8Array, nextStep: string }} Started */

// A small stock is taken well before it is needed: a token that is asked for and spent
// within a minute would tell the server whose report it is.
const FIRST_TOKENS = 2;

/**
 * A path of the first registrar of the manifest, as a target.
 *
 * @param {Place} place
 * @param {string} path
 */
function registrarAt({ deployment, signal }, path) {
  const url = String(deployment.roster.registrars[0]?.url).replace(/\/$/u, "");
  return { url: `${url}/v1/registrar/${path}`, who: "registrar", signal };
}

/**
 * Begin to be verified.
 *
 * An interrupted verification begins anew: the registrar knows the person again.
 *
 * @param {Place} place
 * @param {Asked} asked
 * @returns {Promise<Started>}
 * @throws {InputError} The identity cannot be read.
 */
export async function startVerification(place, asked) {
  place.report("verifying");
  // Refused here already, before anything of it leaves the device.
  selfKeys(asked);
  const sent = { message: asked, kind: verificationRequest };
  const target = registrarAt(place, "verifications");
  const { verification, nextStep } = await exchange(target, verificationStarted, sent);
  return { asked, verification, nextStep };
}

/**
 * Finish it with what the person brought; store the credentials in the vault.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Started} started
 * @param {readonly string[]} answers
 * @returns {Promise<number>} The day on which the registrar says that it forgot.
 */
export async function finishVerification(place, survivor, started, answers) {
  place.report("verifying");
  const { verification } = started;
  const message = { verification, answers };
  const target = registrarAt(place, "verifications/finish");
  await tell(target, { message, kind: verificationFinish });
  const registration = await credentials(place, started);
  await survivor.save(place, { ...survivor.contents, registration });
  try {
    await withdrawTokens(place, survivor, FIRST_TOKENS);
  } catch (error) {
    if (!(error instanceof QuotaExceeded)) throw error;
  }
  return close(place, verification);
}

/**
 * @param {Place} place
 * @param {Started} started
 */
async function credentials(place, { asked, verification }) {
  const { deployment } = place;
  const seeds = {
    index: new SecretBytes(SYSTEM(32)),
    standing: new SecretBytes(SYSTEM(32)),
  };
  const index = await exchange(registrarAt(place, "index-credentials"), signed, {
    message: askIndexCredential(verification, seeds.index),
    kind: signed,
  });
  const keys = selfKeys(asked);
  const pending = beginEvaluation(deployment, index, seeds.index, keys);
  const answers = await evaluate(place, pending);
  const target = registrarAt(place, "standing-credentials");
  const grant = await exchange(target, standingCredentialGrant, {
    message: askStandingCredential(
      verification,
      seeds.standing,
      pending,
      keys,
      answers,
    ),
    kind: signed,
  });
  return completeRegistration(deployment, seeds, index, grant, today());
}

/**
 * The match keys of her own identity, as the registrar derives them.
 *
 * @param {Asked} asked
 * @throws {InputError} Something of the identity cannot be read, or too little.
 */
function selfKeys({ name, email, phone, country }) {
  if (!email && !phone) {
    throw new InputError("email", "nothing was given");
  }
  const keys = selfMatchKeys(name, email || null, phone || null, country || null);
  return keys.slice(0, SELF_TAG_COUNT);
}

/**
 * Have the identity erased; the registrar signs and dates its word.
 *
 * @param {Place} place
 * @param {Uint8Array} verification
 * @returns {Promise<number>}
 */
async function close(place, verification) {
  const { deployment } = place;
  const message = { verification, answers: [] };
  const target = registrarAt(place, "verifications/close");
  const word = await exchange(target, signed, { message, kind: verificationFinish });
  const key = /** @type {Uint8Array} */ (deployment.roster.registrars[0]?.key);
  const label = Label.DELETION_RECEIPT;
  const receipt = openSigned(word, deletionReceipt, label, key, "registrar");
  if (!equal(receipt.deploymentId, deployment.deploymentId)) {
    throw new InvalidRegistration("a receipt for another deployment");
  }
  return receipt.day;
}

/**
 * Take submission tokens, and store them in the vault (§R7).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {number} count
 * @throws {QuotaExceeded} None are left in this period.
 */
async function withdrawTokens(place, survivor, count) {
  const pending = beginTokens(place.deployment, survivor.registration, count);
  const sent = { message: pending.request, kind: signed };
  const grant = await exchange(apiAt(place, "tokens"), tokenGrant, sent);
  const tokens = finishTokens(place.deployment, pending, grant);
  const kept = [...survivor.contents.tokens, ...tokens];
  await survivor.save(place, { ...survivor.contents, tokens: kept });
}

/**
 * The token that pays for the next first version; stays in the vault.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 */
export async function nextToken(place, survivor) {
  if (survivor.contents.tokens.length === 0) {
    await withdrawTokens(place, survivor, 1);
  }
  return survivor.contents.tokens[0] ?? null;
}
