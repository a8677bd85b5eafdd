/** Answer a group; who signed that they have the answer (§C7, §C10). */

import { Busy, Unreachable } from "../net/errors.js";
import { exchange, pause } from "../net/send.js";
import { equal } from "../protocol/bytes.js";
import {
  heardBy,
  isHeard,
  noteHeard,
  signAnswer,
  toldYes,
  unheard,
} from "../protocol/client/answers.js";
import { answerCase, retract as retracted } from "../protocol/client/following.js";
import { ProtocolError } from "../protocol/errors.js";
import { answerReceipts } from "../protocol/messages/cases.js";
import { signed } from "../protocol/messages/kinds.js";
import { quorum } from "../protocol/report/contents.js";
import { look, NOTHING, open, saidYes } from "./following.js";
import { apiAt, today } from "./place.js";

/** @import { SavedAnswer, SavedReport } from "../protocol/client/vault.js" */
/** @import { Answer, CaseView } from "../protocol/messages/cases.js" */
/** @import { Signed } from "../protocol/messages/kinds.js" */
/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

const PATIENCE = 10_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [150, 1000];

/**
 * How many of all trustees signed that they have an answer, the least heard of several;
 * `unheard` if it is not yes and not finished.
 *
 * @typedef {{ heard: number, all: number, unheard: boolean }} Heard
 */

/**
 * Give one answer to every group that waits for one (§C7).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {Answer} given
 */
export async function answer(place, survivor, label, given) {
  const { cases } = (await look(place, survivor, label)) ?? NOTHING;
  return answerAll(place, survivor, label, cases.filter(open), given);
}

/**
 * Say no to every group, or those who invite her, that she told yes; also where it is
 * not shown to her, for trustees go by it all the same.
 *
 * It holds for a trustee from when it has it: what was released before stays so.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 */
export async function retract(place, survivor, label) {
  const { cases } = (await look(place, survivor, label)) ?? NOTHING;
  const views = cases.filter(saidYes);
  const hidden = toldYes(survivor.report(label), today()).filter(
    ({ caseId }) => !views.some((view) => equal(view.caseId, caseId)),
  );
  return answerAll(place, survivor, label, views, "no", hidden);
}

/**
 * Invite the witnesses who left a note, or not (§B4).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {Answer} given
 */
export async function invite(place, survivor, label, given) {
  const { notes } = (await look(place, survivor, label)) ?? NOTHING;
  return answerAll(place, survivor, label, notes.filter(open), given);
}

/**
 * Take back the invitations that no witness has answered; she is asked again later.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 */
export async function uninvite(place, survivor, label) {
  const { notes } = (await look(place, survivor, label)) ?? NOTHING;
  const views = notes.filter((view) => saidYes(view) && !view.connected);
  return answerAll(place, survivor, label, views, "later");
}

/**
 * The answers are kept before they are sent, so that a counter never repeats. What is
 * not yes is sent again at every visit until enough trustees signed for it.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {readonly CaseView[]} views
 * @param {Answer} given
 * @param {readonly SavedAnswer[]} hidden Yeses that turn into a no.
 * @returns {Promise<Heard>}
 */
async function answerAll(place, survivor, label, views, given, hidden = []) {
  let report = survivor.report(label);
  /** @type {Signed[]} */
  const requests = [];
  for (const view of views) {
    const answered = answerCase(report, view, given, today());
    report = answered.report;
    requests.push(answered.request);
  }
  for (const yes of hidden) report = retracted(report, yes, today());
  await survivor.keep(place, report);
  if (given === "yes") {
    for (const request of requests) await send(place, survivor, label, request);
  } else {
    await goOn(place, survivor, label);
  }
  const ids = [...views, ...hidden].map(({ caseId }) => caseId);
  return wait(place, survivor, label, ids);
}

/**
 * Send again what too few trustees have signed for; whatever fails is told by what
 * stays unheard.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {number} [patience]
 */
export async function goOn(place, survivor, label, patience) {
  for (const given of unheard(place.deployment, survivor.report(label), today())) {
    const request = signAnswer(survivor.report(label), given);
    await attempt(() => send(place, survivor, label, request, patience));
  }
}

/**
 * @param {() => Promise<void>} act
 * @returns {Promise<boolean>} Whether the servers let her.
 */
async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    const theirs = [Unreachable, Busy, ProtocolError];
    if (!theirs.some((kind) => error instanceof kind)) throw error;
    return false;
  }
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {Signed} message
 * @param {number} [patience]
 */
async function send(place, survivor, label, message, patience) {
  const target = { ...apiAt(place, "cases/consents"), patience };
  const { receipts } = await exchange(target, answerReceipts, {
    message,
    kind: signed,
  });
  await note(place, survivor, label, receipts);
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {readonly Signed[]} receipts
 */
async function note(place, survivor, label, receipts) {
  const noted = noteHeard(place.deployment, survivor.report(label), receipts);
  await survivor.keep(place, noted);
}

/**
 * Wait a while until enough trustees signed for the answers to these cases.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {readonly Uint8Array[]} ids
 * @returns {Promise<Heard>}
 */
async function wait(place, survivor, label, ids) {
  place.report("looking");
  const { deployment } = place;
  const deadline = Date.now() + PATIENCE;
  let rest = FIRST_PAUSE;
  /** @type {readonly CaseView[]} */
  let views = [];
  for (;;) {
    const looked = await attempt(async () => {
      views = await seen(place, survivor, label);
    });
    const found = signers(deployment, survivor.report(label), views, ids);
    const enough = found.every((heard) => isHeard(deployment, heard));
    if (enough || !looked || Date.now() > deadline) break;
    await pause(rest, place.signal);
    rest = Math.min(rest * 1.5, LONGEST_PAUSE);
  }
  // What is not shown is told in the answer to the same again.
  await goOn(place, survivor, label, 0);
  return heardOf(deployment, survivor.report(label), views, ids);
}

/**
 * The cases that are shown; what trustees signed of her answers is kept.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 */
async function seen(place, survivor, label) {
  const { cases, notes } = (await look(place, survivor, label)) ?? NOTHING;
  const views = [...cases, ...notes];
  await note(
    place,
    survivor,
    label,
    views.flatMap(({ heard }) => heard),
  );
  return views;
}

/**
 * Who signed for her answer to each of these cases.
 *
 * @param {Place["deployment"]} deployment
 * @param {SavedReport} report
 * @param {readonly CaseView[]} views
 * @param {readonly Uint8Array[]} ids
 * @returns {(readonly number[])[]}
 */
function signers(deployment, report, views, ids) {
  return ids.map((id) => {
    const view = views.find(({ caseId }) => equal(caseId, id));
    if (view) return heardBy(deployment, report, view);
    return report.answers.find(({ caseId }) => equal(caseId, id))?.heard ?? [];
  });
}

/**
 * How far her answers came: what is not finished first, else those to these cases.
 *
 * @param {Place["deployment"]} deployment
 * @param {SavedReport} report
 * @param {readonly CaseView[]} views
 * @param {readonly Uint8Array[]} ids
 * @returns {Heard}
 */
export function heardOf(deployment, report, views, ids) {
  const open = unheard(deployment, report, today()).map(({ heard }) => heard);
  const found = open.length > 0 ? open : signers(deployment, report, views, ids);
  const all = quorum(deployment).size;
  const heard = Math.min(all, ...found.map(({ length }) => length));
  return { heard, all, unheard: open.length > 0 };
}
