/** Be verified, and receive credentials and submission tokens (§R). */

import { Unreachable } from "../net/errors.js";
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
import {
  InputError,
  InvalidRegistration,
  NotFound,
  QuotaExceeded,
} from "../protocol/errors.js";
import { Label } from "../protocol/labels.js";
import { selfMatchKeys } from "../protocol/matchKeys.js";
import { signed } from "../protocol/messages/kinds.js";
import {
  deletionReceipt,
  providerList,
  standingCredentialGrant,
  tokenGrant,
  verificationAgain,
  verificationFinish,
  verificationProgress,
  verificationRequest,
  verificationStarted,
} from "../protocol/messages/registration.js";
import { SELF_TAG_COUNT } from "../protocol/padding.js";
import { SYSTEM } from "../protocol/randomness.js";
import { SecretBytes } from "../protocol/secret.js";
import { openSigned } from "../protocol/signing.js";
import { apiAt, evaluate, today } from "./place.js";

/** @import { ProviderEntry } from "../protocol/messages/registration.js" */
/** @import { VerificationProgress } from "../protocol/messages/registration.js" */
/** @import { VerificationStarted } from "../protocol/messages/registration.js" */
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
 * The ways to be verified that the registrar offers.
 *
 * @param {Place} place
 * @returns {Promise<readonly ProviderEntry[]>}
 */
export async function listProviders(place) {
  const target = registrarAt(place, "providers");
  return (await exchange(target, providerList)).providers;
}

/**
 * Begin to be verified.
 *
 * An interrupted verification begins anew: the registrar knows the person again.
 *
 * @param {Place} place
 * @param {Asked} asked
 * @returns {Promise<VerificationStarted>}
 * @throws {InputError} The identity cannot be read.
 */
export async function startVerification(place, asked) {
  place.report("verifying");
  // Refused here already, before anything of it leaves the device.
  if (asked.name) selfKeys(asked);
  const sent = { message: asked, kind: verificationRequest };
  return exchange(registrarAt(place, "verifications"), verificationStarted, sent);
}

/**
 * Bring what is awaited; without answers, only ask how far it is.
 *
 * @param {Place} place
 * @param {Uint8Array} verification
 * @param {readonly string[]} answers
 * @returns {Promise<VerificationProgress>}
 * @throws {InvalidRegistration} It is not right.
 */
export async function askVerification(place, verification, answers) {
  const message = { verification, answers };
  const target = registrarAt(place, "verifications/finish");
  return exchange(target, verificationProgress, { message, kind: verificationFinish });
}

/**
 * Have a code sent once more.
 *
 * @param {Place} place
 * @param {Uint8Array} verification
 * @param {"email" | "phone"} awaited
 * @throws {QuotaExceeded} Too soon, or too often.
 */
export async function sendAgain(place, verification, awaited) {
  const message = { verification, awaited };
  const target = registrarAt(place, "verifications/again");
  await tell(target, { message, kind: verificationAgain });
}

/**
 * Store the credentials of a person who was verified in the vault.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {Uint8Array} verification
 * @param {VerificationProgress} found
 * @returns {Promise<number | null>} The day on which the registrar says that it forgot;
 *   nothing while it goes on trying to have everything erased.
 */
export async function storeCredentials(place, survivor, verification, found) {
  place.report("verifying");
  const registration = await credentials(place, verification, found);
  await survivor.save(place, { ...survivor.contents, registration });
  try {
    await withdrawTokens(place, survivor, FIRST_TOKENS);
  } catch (error) {
    if (!(error instanceof QuotaExceeded)) throw error;
  }
  return closeVerification(place, verification);
}

/**
 * @param {Place} place
 * @param {Uint8Array} verification
 * @param {VerificationProgress} found
 */
async function credentials(place, verification, found) {
  const { deployment } = place;
  const seeds = {
    index: new SecretBytes(SYSTEM(32)),
    standing: new SecretBytes(SYSTEM(32)),
  };
  const index = await exchange(registrarAt(place, "index-credentials"), signed, {
    message: askIndexCredential(verification, seeds.index),
    kind: signed,
  });
  const keys = selfKeys(found);
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
 * @param {{ name: string, email: string, phone: string, country: string }} known
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
 * @returns {Promise<number | null>}
 */
export async function closeVerification(place, verification) {
  const { deployment } = place;
  const message = { verification, answers: [] };
  const target = registrarAt(place, "verifications/close");
  const sent = { message, kind: verificationFinish };
  let word;
  try {
    word = await exchange(target, signed, sent);
  } catch (error) {
    // It remembers nothing, or goes on trying.
    if (error instanceof NotFound || error instanceof Unreachable) return null;
    throw error;
  }
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

/**
 * Forget the token that paid, or that was spent before.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 */
export async function dropToken(place, survivor) {
  const { contents } = survivor;
  await survivor.save(place, { ...contents, tokens: contents.tokens.slice(1) });
}
