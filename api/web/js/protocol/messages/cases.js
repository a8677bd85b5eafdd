/** A group as its member sees it: verdicts, consent and release (§C, §S). */

import {
  blob,
  counterNumber,
  dayNumber,
  digestBytes,
  encodedScalar,
  flag,
  levelNumber,
  list,
  message,
  nonce,
  nullable,
  oneOf,
  placeNumber,
  publicKeyBytes,
  signed,
  text,
  trusteeIndex,
} from "./kinds.js";

/** @import { ValueOf } from "./kinds.js" */

export const answer = oneOf("yes", "later", "no");
/** @typedef {ValueOf<typeof answer>} Answer */

/** For so many days an answer may be used. */
export const ANSWER_DAYS = 60;
/** By how many days the clock of who answers may be ahead of its reader's. */
export const CLOCKS_APART = 2;

/**
 * What one trustee found: the level that opened and who stands (§C5).
 *
 * Level 0 and no members: no group.
 */
export const verdict = message("verdict/1", {
  caseId: digestBytes,
  index: trusteeIndex,
  level: levelNumber,
  standing: list(placeNumber),
});

/**
 * A survivor's answer for one case and exactly these members (§C7).
 *
 * The highest counter wins. `lastDay` is the last day on which the answer may be used.
 */
export const consent = message("consent/1", {
  caseId: digestBytes,
  reportKey: publicKeyBytes,
  headerDigests: list(digestBytes),
  answer,
  counter: counterNumber,
  lastDay: dayNumber,
});

/** A trustee's word which answer of a member is the newest that it has (§C10). */
export const answerReceipt = message("answer-receipt/1", {
  deploymentId: nonce,
  index: trusteeIndex,
  caseId: digestBytes,
  reportKey: publicKeyBytes,
  counter: counterNumber,
  answer,
});
/** @typedef {ValueOf<typeof answerReceipt>} AnswerReceipt */

/** API to a member who answered: what trustees signed of it so far (§C10). */
export const answerReceipts = message("answer-receipts/1", {
  receipts: list(signed),
});

/** One trustee's share of the giver's contact key, and the giver's wrap. */
export const releasedShare = message("released-share/1", {
  share: encodedScalar,
  wrap: blob,
});
/** @typedef {ValueOf<typeof releasedShare>} ReleasedShare */

/** Trustee to one reader: a released share, sealed to her reader key (§C8). */
export const release = message("release/1", {
  caseId: digestBytes,
  index: trusteeIndex,
  giver: placeNumber,
  reader: placeNumber,
  ciphertext: blob,
});
/** @typedef {ValueOf<typeof release>} Release */

/** The holder of a report key asks for her report's status (§S1). */
export const statusRequest = message("status-request/1", {
  manifestDigest: digestBytes,
  reportKey: publicKeyBytes,
  requestId: nonce,
});

/**
 * A formed group as its member may see it; verdicts by t' trustees.
 *
 * `answer` is her own latest with its counter; `settled` says that everybody answered
 * and too few said yes; `connected` that something was released to her. In a case of a
 * `witness`, who stands last, her yes invites, and for the witness `connected` says
 * that her own card was released (§B5). `heard` are trustees' receipts for her own
 * answer (§C10), `alarms` those for her own alarm (§H1).
 */
export const caseView = message("case view", {
  caseId: digestBytes,
  witness: flag,
  headerDigests: list(digestBytes),
  member: placeNumber,
  positions: list(placeNumber),
  verdicts: list(signed),
  answer: nullable(answer),
  counter: counterNumber,
  heard: list(signed),
  settled: flag,
  connected: flag,
  alarms: list(signed),
});
/** @typedef {ValueOf<typeof caseView>} CaseView */

/** Receipts and groups of one report, always of one size (§S2). */
export const reportStatus = message("report-status/1", {
  receipts: list(signed),
  erasures: list(signed),
  cases: list(caseView),
  padding: text,
});
/** @typedef {ValueOf<typeof reportStatus>} ReportStatus */

/** The holder of a report key asks for what was released to her (§S3). */
export const connectionRequest = message("connection-request/1", {
  manifestDigest: digestBytes,
  reportKey: publicKeyBytes,
  caseId: digestBytes,
  requestId: nonce,
});

/** One other member's header, contact ciphertext and released shares. */
export const giver = message("giver", {
  member: placeNumber,
  header: signed,
  contact: blob,
  releases: list(release),
});
/** @typedef {ValueOf<typeof giver>} Giver */

/** Everything released to one reader in one case. */
export const connection = message("connection/1", {
  caseId: digestBytes,
  givers: list(giver),
});
/** @typedef {ValueOf<typeof connection>} Connection */
