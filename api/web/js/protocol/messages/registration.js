/** Credentials and how they are obtained (§R). */

import {
  blob,
  dayNumber,
  digestBytes,
  encodedElement,
  encodedScalar,
  list,
  message,
  monthNumber,
  nonce,
  placeNumber,
  proofBytes,
  publicKeyBytes,
  signed,
  text,
  trusteeIndex,
} from "./kinds.js";
import { encryptedTag } from "./filing.js";

/** @import { ValueOf } from "./kinds.js" */

/**
 * Buys evaluations from the index committee, under a pseudonym (§R3).
 *
 * `expiryMonth` counts months: 12 * year + month - 1.
 */
export const indexCredential = message("index-credential/1", {
  deploymentId: nonce,
  registrar: publicKeyBytes,
  pseudonym: nonce,
  key: publicKeyBytes,
  expiryMonth: monthNumber,
});
/** @typedef {ValueOf<typeof indexCredential>} IndexCredential */

/**
 * Says that its holder is one verified person (§R4).
 *
 * `person` is one per human; `identityCommitment` hides the verified name and e-mail
 * until the holder opens it; `selfTagsDigest` binds the encrypted tags of the match
 * keys that would name the holder herself.
 */
export const standingCredential = message("standing-credential/1", {
  deploymentId: nonce,
  registrar: publicKeyBytes,
  person: nonce,
  key: publicKeyBytes,
  level: text,
  expiryMonth: monthNumber,
  identityCommitment: digestBytes,
  selfTagsDigest: digestBytes,
});
/** @typedef {ValueOf<typeof standingCredential>} StandingCredential */

/** The encrypted tags of a person's own verified identifiers (§R5). */
export const selfTags = message("self-tags/1", { encryptedTags: list(encryptedTag) });

/** Opens an identity commitment: what the registrar verified. */
export const identityOpening = message("identity-opening/1", {
  name: text,
  email: text,
  salt: nonce,
});
/** @typedef {ValueOf<typeof identityOpening>} IdentityOpening */

/** Survivor to registrar: begin a check with this provider (§R1). */
export const verificationRequest = message("verification-request/1", {
  provider: text,
  name: text,
  email: text,
  phone: text,
  country: text,
});

/** The secret handle of a verification, and what the person must do next. */
export const verificationStarted = message("verification-started/1", {
  verification: nonce,
  nextStep: text,
});

/** What the person brought back from the provider (a code; may be empty). */
export const verificationFinish = message("verification-finish/1", {
  verification: nonce,
  answers: list(text),
});

/** Verified person to registrar: sign this key; signed with that key (§R3). */
export const indexCredentialRequest = message("index-credential-request/1", {
  verification: nonce,
  key: publicKeyBytes,
});

/** One index trustee's answer over the whole padded list. */
export const selfEvaluation = message("self evaluation", {
  index: trusteeIndex,
  evaluatedElements: list(encodedElement),
  proof: proofBytes,
});

/**
 * Verified person to registrar: her self keys, evaluated (§R4).
 *
 * The keys themselves are not sent: the registrar derives them from what it verified.
 * `places[i]` says which blinded element is the i-th self key under `blinds[i]`; the
 * other elements are padding.
 */
export const standingCredentialRequest = message("standing-credential-request/1", {
  verification: nonce,
  key: publicKeyBytes,
  blindedElements: list(encodedElement),
  places: list(placeNumber),
  blinds: list(encodedScalar),
  evaluations: list(selfEvaluation),
});

/** The signed standing credential, its self tags and what opens it. */
export const standingCredentialGrant = message("standing-credential-grant/1", {
  credential: signed,
  selfTags: blob,
  opening: blob,
});
/** @typedef {ValueOf<typeof standingCredentialGrant>} StandingCredentialGrant */

/** Dated word of the registrar that the verified identity is gone (§R6). */
export const deletionReceipt = message("deletion-receipt/1", {
  deploymentId: nonce,
  receipt: nonce,
  day: dayNumber,
});

/** Registered client to API: blinded submission tokens (§R7). */
export const tokenRequest = message("token-request/1", {
  manifestDigest: digestBytes,
  credential: signed,
  requestId: nonce,
  blindedElements: list(encodedElement),
});

/** The blinded tokens, evaluated under the manifest's token key. */
export const tokenGrant = message("token-grant/1", {
  evaluatedElements: list(encodedElement),
  proof: proofBytes,
});
/** @typedef {ValueOf<typeof tokenGrant>} TokenGrant */
