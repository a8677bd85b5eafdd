/** Come back: see whether a group formed, meet the others (§S, §C8). */

import { exchange } from "../net/send.js";
import { openConnection } from "../protocol/client/connecting.js";
import { askConnection, checkCase } from "../protocol/client/following.js";
import { isProven } from "../protocol/client/withdrawal.js";
import { NotFound, ProtocolError } from "../protocol/errors.js";
import { connection as connectionKind } from "../protocol/messages/cases.js";
import { signed } from "../protocol/messages/kinds.js";
import { apiAt, today } from "./place.js";
import { ask } from "./receipts.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Contact } from "../protocol/client/connecting.js" */
/** @import { CaseView } from "../protocol/messages/cases.js" */
/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

/** @type {{cases: CaseView[], notes: CaseView[]}} */
export const NOTHING = { cases: [], notes: [] };

/** For so many days after she first saw them, others' cards are shown. */
export const SHOWN_DAYS = 90;

/**
 * Others' cards as a page may show them.
 *
 * @typedef {object} Meeting
 * @property {Contact[]} contacts
 * @property {number} faults How many givers did not pass the checks.
 * @property {number} lastDay On which the cards are shown.
 * @property {number} left Days until then.
 */

/**
 * The groups of a report that its trustees found, hers to answer; for a witness, who
 * invites her. And the notes of witnesses whom she may invite.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<{cases: CaseView[], notes: CaseView[], gone: boolean} | null>}
 *   Nothing if the server never took the report; `gone` if it was taken back.
 */
export async function look(place, survivor, label) {
  const report = survivor.report(label);
  try {
    const status = await ask(place, report);
    const views = status.cases.filter((view) =>
      holds(() => checkCase(place.deployment, report, view)),
    );
    return {
      cases: views.filter((view) => view.witness === report.witness),
      notes: views.filter((view) => view.witness !== report.witness),
      gone: isProven(place.deployment, report, status.erasures),
    };
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** @param {() => void} check */
function holds(check) {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/**
 * What a person may be told of her groups, and of witnesses.
 *
 * @param {readonly CaseView[]} views
 * @param {readonly CaseView[]} notes
 */
export function standing(views, notes) {
  const connected = views.some((view) => view.connected);
  const yes = views.filter((view) => saidYes(view) && !view.connected);
  return {
    asked: views.some(open),
    answered: !connected && yes.some((view) => !view.settled),
    settled: !connected && yes.some((view) => view.settled),
    connected,
    saidYes: views.some(saidYes),
    left: notes.some(open),
    invites: notes.some((view) => saidYes(view) && !view.connected),
  };
}

/** @param {CaseView} view */
export function saidYes(view) {
  return view.answer === "yes";
}

/** @param {CaseView} view */
export function open(view) {
  return view.answer === null || view.answer === "later";
}

/**
 * Open every contact that was released to her (§C8), for 90 days (§V4).
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Meeting>}
 */
export async function meet(place, survivor, label) {
  place.report("opening");
  const { metDay } = survivor.report(label);
  const lastDay = (metDay || today()) + SHOWN_DAYS;
  const left = lastDay - today();
  if (left < 0) {
    return { contacts: [], faults: 0, lastDay, left };
  }
  const { contacts, faults } = await openAll(place, survivor.report(label), survivor);
  if (contacts.length > 0 && metDay === 0) {
    await survivor.keep(place, { ...survivor.report(label), metDay: today() });
  }
  return { contacts, faults, lastDay, left };
}

/**
 * Hide others' cards, or show them again; the wish stays in the vault.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {boolean} listHidden
 */
export async function hideList(place, survivor, label, listHidden) {
  await survivor.keep(place, { ...survivor.report(label), listHidden });
}

/**
 * One person counts once: in the newest of the groups that show her.
 *
 * @param {Place} place
 * @param {SavedReport} report
 * @param {Survivor} survivor
 */
async function openAll(place, report, survivor) {
  const { deployment } = place;
  let faults = 0;
  /** @type {Map<string, Contact>} */
  const met = new Map();
  const { cases, notes } = (await look(place, survivor, report.label)) ?? NOTHING;
  for (const view of [...cases, ...notes].filter((one) => one.connected)) {
    const message = askConnection(deployment, report, view.caseId);
    const target = apiAt(place, "cases/connections");
    const found = await exchange(target, connectionKind, { message, kind: signed });
    const reader = { deployment, report, view };
    const opened = await openConnection(reader, found);
    faults += opened.faults.length;
    for (const one of opened.contacts) {
      met.set(`${one.verifiedName}\n${one.verifiedEmail}`, one);
    }
  }
  return { contacts: [...met.values()], faults };
}
