/** Come back: see a group, answer, ask what was released (§S, §C7). */

import { equal } from "../bytes.js";
import { caseIdOf, witnessCaseIdOf } from "../case.js";
import { InvalidCase } from "../errors.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import {
  ANSWER_DAYS,
  connectionRequest,
  statusRequest,
  verdict as verdictKind,
} from "../messages/cases.js";
import { SYSTEM } from "../randomness.js";
import { quorum } from "../report/contents.js";
import { openSigned, peek, publicKey, sign } from "../signing.js";
import { signAnswer, withAnswer } from "./answers.js";
import { keysOf } from "./vault.js";
import { isOwn, versionOf } from "./versions.js";

/** @import { Answer, CaseView } from "../messages/cases.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { SavedAnswer, SavedReport } from "./vault.js" */

const COUNTERS_LOST = 1000;

/**
 * The signed question how a report stands.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {Randomness} [randomness] Draws 16 bytes.
 * @returns {Signed}
 */
export function askStatus(deployment, report, randomness = SYSTEM) {
  const { reportSeed } = keysOf(report);
  const request = {
    manifestDigest: deployment.digest,
    reportKey: publicKey(reportSeed),
    requestId: randomness(16),
  };
  return sign(reportSeed, Label.STATUS_REQUEST, request, statusRequest);
}

/**
 * The signed question what was released to her in a case.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {Uint8Array} caseId
 * @param {Randomness} [randomness] Draws 16 bytes.
 * @returns {Signed}
 */
export function askConnection(deployment, report, caseId, randomness = SYSTEM) {
  const { reportSeed } = keysOf(report);
  const request = {
    manifestDigest: deployment.digest,
    reportKey: publicKey(reportSeed),
    caseId,
    requestId: randomness(16),
  };
  return sign(reportSeed, Label.CONNECTION_REQUEST, request, connectionRequest);
}

/**
 * Refuse a group that t' trustees did not find, or that she is not in.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {CaseView} view
 * @throws {InvalidCase} The server shows what the trustees did not say.
 * @throws {InvalidSignature} A verdict that its trustee did not sign.
 */
export function checkCase(deployment, report, view) {
  checkPlace(report, view);
  if (findersOf(deployment, view).size < quorum(deployment).trusteeThreshold) {
    throw new InvalidCase("too few trustees found this group", "api");
  }
}

/**
 * Refuse a view of another case, or from another place than hers.
 *
 * @param {SavedReport} report
 * @param {CaseView} view
 */
function checkPlace(report, view) {
  const nameOf = view.witness ? witnessCaseIdOf : caseIdOf;
  if (!equal(nameOf(view.headerDigests), view.caseId)) {
    throw new InvalidCase("a case with other members", "api");
  }
  const own = view.headerDigests[view.member];
  if (own === undefined) {
    throw new InvalidCase("a place outside the case", "api");
  }
  if (view.positions.length !== view.headerDigests.length) {
    throw new InvalidCase("not one position a member", "api");
  }
  if (!isOwn(report, own)) {
    throw new InvalidCase("a case of another version of the report", "api");
  }
  if (report.witness !== isWitness(view)) {
    throw new InvalidCase("a witness's report in another place", "api");
  }
}

/**
 * Whether she is the witness of this case, and not one of the group.
 *
 * @param {CaseView} view
 * @returns {boolean}
 */
export function isWitness(view) {
  return view.witness && view.member === view.headerDigests.length - 1;
}

/**
 * The trustees whose verdict lets her stand in this case.
 *
 * @param {Deployment} deployment
 * @param {CaseView} view
 * @returns {Set<number>}
 */
function findersOf(deployment, view) {
  const found = new Set();
  for (const signed of view.verdicts) {
    const { index } = peek(signed, verdictKind, "api");
    const identity = deployment.trustee("opening", index).identityKey;
    const verdict = openSigned(signed, verdictKind, Label.VERDICT, identity, index);
    if (equal(verdict.caseId, view.caseId) && verdict.standing.includes(view.member)) {
      found.add(index);
    }
  }
  return found;
}

/**
 * Answer yes, later or no, for exactly the members of this case.
 *
 * The report is to be kept before the answer is sent: its counter is used up, and an
 * answer other than yes is sent again until enough trustees signed for it (§C10).
 *
 * @param {SavedReport} report
 * @param {CaseView} view
 * @param {Answer} answer
 * @param {number} day
 * @returns {{report: SavedReport, request: Signed}}
 */
export function answerCase(report, view, answer, day) {
  // A vault write may have been lost, so the server's count is heeded; but not a jump,
  // which could leave her no higher number.
  const ahead = view.counter - report.consentCounter;
  const heeded = ahead > 0 && ahead <= COUNTERS_LOST;
  const counter = (heeded ? view.counter : report.consentCounter) + 1;
  const { caseId, headerDigests } = view;
  const lastDay = day + ANSWER_DAYS;
  const given = { caseId, headerDigests, answer, counter, lastDay, heard: [] };
  const own = view.headerDigests[view.member];
  const version = (own && versionOf(report, own)) || report.version;
  const told = answer === "no" ? 0 : version;
  const answeredVersion = view.witness ? report.answeredVersion : told;
  const kept = { ...withAnswer(report, given, day), answeredVersion };
  return { report: Object.freeze(kept), request: signAnswer(report, given) };
}

/**
 * Say no to a group that she told yes, and that the API does not show her.
 *
 * @param {SavedReport} report
 * @param {SavedAnswer} given
 * @param {number} day
 * @returns {SavedReport}
 */
export function retract(report, given, day) {
  const counter = report.consentCounter + 1;
  const lastDay = day + ANSWER_DAYS;
  /** @type {SavedAnswer} */
  const said = { ...given, answer: "no", counter, lastDay, heard: [] };
  return Object.freeze({ ...withAnswer(report, said, day), answeredVersion: 0 });
}

/**
 * Whether the group that she answered is gone: others left, or changed theirs.
 *
 * Who said no is not told; nor is somebody who has not answered, because noting in the
 * vault that she was asked would show on the wire that she was.
 *
 * @param {SavedReport} report
 * @param {readonly CaseView[]} groups What its status shows, checked.
 * @returns {boolean}
 */
export function hasShrunk({ witness, answeredVersion, version }, groups) {
  const answered = answeredVersion > 0 && answeredVersion === version;
  return !witness && groups.length === 0 && answered;
}
