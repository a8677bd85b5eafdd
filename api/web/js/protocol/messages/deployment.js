/** The signed deployment: who guards it, under which keys and numbers (§M). */

import {
  blob,
  counterNumber,
  dayNumber,
  encodedElement,
  flag,
  levelNumber,
  list,
  message,
  nonce,
  oneOf,
  publicKeyBytes,
  sealingKeyBytes,
  signatureBytes,
  signed,
  text,
  trusteeIndex,
} from "./kinds.js";

/** @import { ValueOf } from "./kinds.js" */

export const role = oneOf("index", "opening");
/** @typedef {ValueOf<typeof role>} Role */

/** What a trustee enrols with; signed by its own identity key (§K1). */
export const trusteeCard = message("trustee-card/1", {
  role,
  name: text,
  url: text,
  identityKey: publicKeyBytes,
  ceremonyKey: encodedElement,
});
/** @typedef {ValueOf<typeof trusteeCard>} TrusteeCard */

/** A registrar and its assurance levels that count as one per human. */
export const registrarEntry = message("registrar entry", {
  name: text,
  url: text,
  key: publicKeyBytes,
  countingLevels: list(text),
});
/** @typedef {ValueOf<typeof registrarEntry>} RegistrarEntry */

/** Argon2id over every OPRF output: KiB of memory, passes; parallelism 1. */
export const stretchSettings = message("stretch settings", {
  memoryKib: counterNumber,
  passes: counterNumber,
});

/** n trustees in index order, t of whom are needed. */
export const committee = message("committee", {
  trusteeThreshold: levelNumber,
  trustees: list(trusteeCard),
});
/** @typedef {ValueOf<typeof committee>} Committee */

/** Everything of the manifest that exists before the keys do (§K2). */
export const roster = message("roster/1", {
  deploymentId: nonce,
  demo: flag,
  epoch: counterNumber,
  normalisationVersion: counterNumber,
  origin: text,
  index: committee,
  opening: committee,
  registrars: list(registrarEntry),
  tokenKey: encodedElement,
  noticeKey: sealingKeyBytes,
  weaknesses: list(text),
  levels: list(levelNumber),
  smallestGroup: levelNumber,
  stretch: stretchSettings,
});
/** @typedef {ValueOf<typeof roster>} Roster */

/** What a ceremony yields in public: P = pG and one share of it a trustee. */
export const committeeKeys = message("committee keys", {
  publicKey: encodedElement,
  verificationShares: list(encodedElement),
});
/** @typedef {ValueOf<typeof committeeKeys>} CommitteeKeys */

/** The deployment that everyone pins by digest (§M1). */
export const manifest = message("manifest/1", {
  roster,
  indexKeys: committeeKeys,
  openingKeys: committeeKeys,
});

/** One trustee's signature over the manifest's bytes. */
export const trusteeSignature = message("trustee signature", {
  role,
  index: trusteeIndex,
  signature: signatureBytes,
});
/** @typedef {ValueOf<typeof trusteeSignature>} TrusteeSignature */

/** The manifest as signed by every trustee of both committees (§M2). */
export const signedManifest = message("signed-manifest/1", {
  payload: blob,
  signatures: list(trusteeSignature),
});
/** @typedef {ValueOf<typeof signedManifest>} SignedManifest */

/**
 * A trustee's short-lived key for boxes and letters (§T4).
 *
 * Used from `firstDay` to `lastDay` inclusive.
 */
export const boxKey = message("box-key/1", {
  deploymentId: nonce,
  index: trusteeIndex,
  key: sealingKeyBytes,
  firstDay: dayNumber,
  lastDay: dayNumber,
});
/** @typedef {ValueOf<typeof boxKey>} BoxKey */

/** The current box key of each opening trustee that published one. */
export const boxKeys = message("box-keys/1", { keys: list(signed) });
/** @typedef {ValueOf<typeof boxKeys>} BoxKeys */
