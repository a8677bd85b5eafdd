/** A report on its way in: evaluation, header, parts, boxes, receipts (§F). */

import {
  bit,
  blob,
  counterNumber,
  digestBytes,
  encodedElement,
  encodedScalar,
  levelNumber,
  list,
  message,
  monthNumber,
  nonce,
  nullable,
  proofBytes,
  publicKeyBytes,
  sealingKeyBytes,
  signed,
  text,
  tokenOutput,
  trusteeIndex,
} from "./kinds.js";

/** @import { ValueOf } from "./kinds.js" */

const PARTS = 4;

/** c1 = r S, c2 = M + r G, with a proof of knowledge of r (§F8). */
export const encryptedTag = message("encrypted tag", {
  c1: encodedElement,
  c2: encodedElement,
  proof: proofBytes,
});
/** @typedef {ValueOf<typeof encryptedTag>} EncryptedTag */

/** Client to index trustees: evaluate these (§F2); credential inside. */
export const evaluationRequest = message("evaluation-request/1", {
  manifestDigest: digestBytes,
  credential: signed,
  requestId: nonce,
  blindedElements: list(encodedElement),
});

/** One trustee's evaluations with one batched proof (§F3). */
export const evaluationResponse = message("evaluation-response/1", {
  index: trusteeIndex,
  evaluatedElements: list(encodedElement),
  proof: proofBytes,
});
/** @typedef {ValueOf<typeof evaluationResponse>} EvaluationResponse */

/**
 * What the report is about; the standing credential signs it (§F6).
 *
 * `witness` is 1 for somebody who saw or heard something: her report has no share of
 * any level, and never counts (§B1).
 */
export const core = message("report-core/1", {
  manifestDigest: digestBytes,
  reportKey: publicKeyBytes,
  version: counterNumber,
  previous: nullable(digestBytes),
  readerKey: sealingKeyBytes,
  matchThreshold: levelNumber,
  witness: bit,
  expiryMonth: monthNumber,
  encryptedTags: list(encryptedTag),
});
/** @typedef {ValueOf<typeof core>} Core */

/** A part's ciphertext and its key, each by digest. */
export const partDigests = message("part digests", {
  ciphertext: digestBytes,
  key: digestBytes,
});

/**
 * Core, digests of the four parts, hashes of every share (§F9).
 *
 * `core` holds the encoded core, as signed. `shareHashes[i][p]` is for trustee i+1 and
 * part p, parts in the order standing, lock, contact, nudge.
 */
export const header = message("report-header/1", {
  core: blob,
  parts: list(partDigests, PARTS),
  shareHashes: list(list(digestBytes, PARTS)),
});
/** @typedef {ValueOf<typeof header>} Header */

/** Who stands behind the report: credential, self tags, signature (§F7). */
export const standingPart = message("standing-part/1", {
  credential: signed,
  selfTags: blob,
  coreSignature: signed,
});

/** One match key's shares at each level >= h, and its wrap (§F4, §F5). */
export const lockEntry = message("lock entry", {
  shares: list(encodedScalar),
  wrap: blob,
});
/** @typedef {ValueOf<typeof lockEntry>} LockEntry */

/** All entries of the match lock, in the order of the encrypted tags. */
export const lockPart = message("lock-part/1", { entries: list(lockEntry) });

/** What the group may see of a person who said yes; every field hers. */
export const contactCard = message("contact-card/1", {
  name: text,
  email: text,
  phone: text,
  channel: text,
  wishes: text,
});
/** @typedef {ValueOf<typeof contactCard>} ContactCard */

/** The card and what lets its reader check who it is (§F7). */
export const contactPart = message("contact-part/1", {
  card: contactCard,
  credential: signed,
  coreSignature: signed,
  opening: blob,
});
/** @typedef {ValueOf<typeof contactPart>} ContactPart */

/** Where one neutral notice may be sent; empty when none is wanted. */
export const nudgePart = message("nudge-part/1", {
  channel: text,
  address: text,
  plant: text,
  language: text,
});
/** @typedef {ValueOf<typeof nudgePart>} NudgePart */

/** One trustee's shares of the four part keys (§F7). */
export const boxedShares = message("boxed-shares/1", {
  headerDigest: digestBytes,
  shares: list(encodedScalar, PARTS),
});

/** Boxed shares, sealed to the trustee's box key of that digest. */
export const box = message("box", {
  index: trusteeIndex,
  boxKey: digestBytes,
  ciphertext: blob,
});
/** @typedef {ValueOf<typeof box>} Box */

/** One unlinkable right to file: VOPRF input and output (§R7). */
export const token = message("token", {
  privateInput: digestBytes,
  output: tokenOutput,
});
/** @typedef {ValueOf<typeof token>} Token */

/**
 * A new report or a new version of one (§F9).
 *
 * `token` pays for a first version; a later one is authorised by the report key alone.
 */
export const reportSubmission = message("report-submission/1", {
  header: signed,
  parts: list(blob, PARTS),
  boxes: list(box),
  token: nullable(token),
});
/** @typedef {ValueOf<typeof reportSubmission>} ReportSubmission */

/** A trustee's word that it holds its shares of this version (§F10). */
export const shareReceipt = message("share-receipt/1", {
  deploymentId: nonce,
  index: trusteeIndex,
  reportKey: publicKeyBytes,
  version: counterNumber,
  headerDigest: digestBytes,
});
/** @typedef {ValueOf<typeof shareReceipt>} ShareReceipt */

/** The survivor takes her report back; signed by the report key (§F11). */
export const withdrawal = message("withdrawal/1", {
  deploymentId: nonce,
  reportKey: publicKeyBytes,
  version: counterNumber,
});

/** A trustee's word that the shares of this report are gone (§F11). */
export const erasureReceipt = message("erasure-receipt/1", {
  deploymentId: nonce,
  index: trusteeIndex,
  reportKey: publicKeyBytes,
  version: counterNumber,
});
