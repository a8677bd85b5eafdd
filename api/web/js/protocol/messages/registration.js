/** Credentials and how they are obtained (§R). */

import {
  blob,
  dayNumber,
  digestBytes,
  encodedElement,
  encodedScalar,
  flag,
  list,
  message,
  monthNumber,
  nonce,
  oneOf,
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

const awaited = oneOf("email", "phone", "number", "voucher");

/**
 * One way to be verified that a registrar offers (§R1).
 *
 * `asks` says what the person types before, `title` in the operator's words whom she
 * turns to; `ready` is false while nobody can be verified this way.
 */
export const providerEntry = message("provider entry", {
  name: text,
  kind: oneOf("demo", "codes", "openid", "voucher"),
  title: text,
  asks: list(oneOf("name", "email", "phone")),
  ready: flag,
});
/** @typedef {ValueOf<typeof providerEntry>} ProviderEntry */

/** Registrar to anyone: the ways to be verified, the first one preferred. */
export const providerList = message("provider-list/1", {
  providers: list(providerEntry),
});

/** Survivor to registrar: begin a check with this provider (§R1). */
export const verificationRequest = message("verification-request/1", {
  provider: text,
  name: text,
  email: text,
  phone: text,
  country: text,
});

/**
 * The secret handle of a verification, and what the person must do next.
 *
 * She opens `link` in another tab if it is not empty, and brings one answer for each of
 * `awaits`, in this order; none if it is empty.
 */
export const verificationStarted = message("verification-started/1", {
  verification: nonce,
  awaits: list(awaited),
  link: text,
});
/** @typedef {ValueOf<typeof verificationStarted>} VerificationStarted */

/** What the person brought back from the provider; no answers only ask. */
export const verificationFinish = message("verification-finish/1", {
  verification: nonce,
  answers: list(text),
});

/** Survivor to registrar: send that code once more. */
export const verificationAgain = message("verification-again/1", {
  verification: nonce,
  awaited,
});

/**
 * How far a check is; with `verified`, the identity from which self keys follow.
 *
 * `known` only where every mark of the identity already belongs to this person.
 * `notes` tell what became of what was sent, or that the provider answered.
 */
export const verificationProgress = message("verification-progress/1", {
  verified: flag,
  known: flag,
  notes: list(
    oneOf("email-failed", "phone-failed", "returned", "refused"),
  ),
  name: text,
  email: text,
  phone: text,
  country: text,
});
/** @typedef {ValueOf<typeof verificationProgress>} VerificationProgress */

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
