/** What became of her answers: which trustees signed that they have them (§C10). */

import { equal } from "../bytes.js";
import { caseIdOf } from "../case.js";
import { Label } from "../labels.js";
import { answerReceipt, CLOCKS_APART, consent } from "../messages/cases.js";
import { quorum } from "../report/contents.js";
import { publicKey, sign } from "../signing.js";
import { openReceipts } from "./receipts.js";
import { keysOf } from "./vault.js";

/** @import { Deployment } from "../manifest.js" */
/** @import { AnswerReceipt, CaseView } from "../messages/cases.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { SavedAnswer, SavedReport } from "./vault.js" */

/** Members of all answers that a report keeps; a vault has room for no end of them. */
const MOST_MEMBERS = 256;

/**
 * The signed answer; of the same one always the same bytes.
 *
 * @param {SavedReport} report
 * @param {SavedAnswer} given
 * @returns {Signed}
 */
export function signAnswer(report, given) {
  const { reportSeed } = keysOf(report);
  const { caseId, headerDigests, answer, counter, lastDay } = given;
  const reportKey = publicKey(reportSeed);
  const message = { caseId, reportKey, headerDigests, answer, counter, lastDay };
  return sign(reportSeed, Label.CONSENT, message, consent);
}

/**
 * The report with an answer in place of the one before; none that is over.
 *
 * Of very many the oldest are left out, or the vault could not be written any more.
 *
 * @param {SavedReport} report
 * @param {SavedAnswer} given
 * @param {number} day
 * @returns {SavedReport}
 */
export function withAnswer(report, given, day) {
  const others = report.answers.filter(
    (known) => !equal(known.caseId, given.caseId) && !isOver(known, day),
  );
  const answers = thatFit([...others, given]);
  return Object.freeze({ ...report, answers, consentCounter: given.counter });
}

/**
 * The newest of these, oldest first; the last one in any case.
 *
 * @param {readonly SavedAnswer[]} answers
 * @returns {SavedAnswer[]}
 */
function thatFit(answers) {
  /** @type {SavedAnswer[]} */
  const kept = [];
  let room = MOST_MEMBERS;
  for (const given of [...answers].reverse()) {
    room -= given.headerDigests.length;
    if (kept.length > 0 && room < 0) break;
    kept.push(given);
  }
  return kept.reverse();
}

/**
 * Whether neither the answer nor a yes before it can be used any more.
 *
 * A yes before it may end later, by as much as trustees let clocks differ.
 *
 * @param {SavedAnswer} given
 * @param {number} day
 */
export function isOver({ lastDay }, day) {
  return day > lastDay + CLOCKS_APART;
}

/**
 * The report with every trustee that signed for an answer other than yes, ever.
 *
 * A server that lost what it was told before takes nothing back by that. Of a yes
 * nothing is noted: who gets it late introduces her late, and no more.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 * @returns {SavedReport} The same one if there is no news.
 */
export function noteHeard(deployment, report, receipts) {
  const opened = open(deployment, report, receipts);
  const answers = report.answers.map((given) =>
    given.answer === "yes" ? given : heardMore(given, opened),
  );
  const same = answers.every((given, at) => given === report.answers[at]);
  return same ? report : Object.freeze({ ...report, answers });
}

/**
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 */
function open(deployment, report, receipts) {
  const expected = { kind: answerReceipt, label: Label.ANSWER_RECEIPT };
  return openReceipts(deployment, report, receipts, expected);
}

/**
 * @param {SavedAnswer} given
 * @param {readonly AnswerReceipt[]} opened
 * @returns {SavedAnswer} The same one if there is no news.
 */
function heardMore(given, opened) {
  const signed = opened.filter((one) => isFor(one, given));
  const heard = new Set([...given.heard, ...signed.map(({ index }) => index)]);
  if (heard.size === given.heard.length) return given;
  const ascending = [...heard].sort((one, other) => one - other);
  return Object.freeze({ ...given, heard: ascending });
}

/**
 * Whether a trustee has this answer, or a later one that says as much.
 *
 * @param {AnswerReceipt} receipt
 * @param {SavedAnswer} given
 */
function isFor(receipt, given) {
  return (
    equal(receipt.caseId, given.caseId) &&
    receipt.counter >= given.counter &&
    (receipt.answer === "yes") === (given.answer === "yes")
  );
}

/**
 * Which trustees signed that they have her answer to a case that is shown.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {CaseView} view
 * @returns {readonly number[]}
 */
export function heardBy(deployment, report, view) {
  const opened = open(deployment, report, view.heard);
  const mine = report.answers.find(({ caseId }) => equal(caseId, view.caseId));
  return mine ? heardMore(mine, opened).heard : [];
}

/**
 * Whether fewer trustees than are needed to open are left without so many.
 *
 * @param {Deployment} deployment
 * @param {readonly number[]} heard Those that signed.
 */
export function isHeard(deployment, heard) {
  const { size, trusteeThreshold } = quorum(deployment);
  return size - heard.length < trusteeThreshold;
}

/**
 * Answers other than yes that are not finished: they are sent again.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {number} day
 * @returns {SavedAnswer[]}
 */
export function unheard(deployment, report, day) {
  return report.answers.filter(
    (given) =>
      given.answer !== "yes" &&
      !isOver(given, day) &&
      !isHeard(deployment, given.heard),
  );
}

/**
 * Every yes of hers that may still be used, shown to her or not.
 *
 * An API may hide the group about which it was given; trustees go by it all the same.
 * Invitations of witnesses are not among them (§B4).
 *
 * @param {SavedReport} report
 * @param {number} day
 * @returns {SavedAnswer[]}
 */
export function toldYes({ witness, answers }, day) {
  return answers.filter(
    (given) =>
      given.answer === "yes" &&
      !isOver(given, day) &&
      (witness || equal(given.caseId, caseIdOf(given.headerDigests))),
  );
}
