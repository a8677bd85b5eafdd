/** What a visit knows so far; in memory only, gone with the page. */

import { LANGUAGE } from "../ui/catalogue.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */

const EMAIL = "email";
/** For how long an entry is kept unless she chooses otherwise. */
const USUAL_YEARS = 5;
const NO_NOTE = { channel: "", address: "", plant: "", language: "" };
// Notes are written in the language in which she filed.
const WRITTEN = ["en", "es", "ar"];
const NOTE_LANGUAGE = WRITTEN.includes(LANGUAGE) ? LANGUAGE : "en";

/**
 * The note of an entry that is there, as its screen takes it.
 *
 * @param {any} entry
 */
export function noteOf({ nudge, letters }) {
  const regular = letters.address !== "";
  const { address, plant } = regular ? letters : nudge;
  return { way: regular ? "regular" : nudge.channel, address, plant };
}

/** What a person has given on the way to one entry. */
export class Visit {
  constructor() {
    this.country = "";
    /** @type {{ identifier: Identifier, shown: string }[]} */
    this.clues = [];
    /** @type {{ what: string[], proof?: string, afraid?: string, again?: string }} */
    this.happened = { what: [] };
    this.size = 0;
    /** The page is the one for those who saw something. */
    this.saw = false;
    /** This entry: she saw or heard something happen to somebody else. */
    this.witness = false;
    this.card = { name: "", email: "", phone: "", channel: "", wishes: "" };
    this.note = { way: "", address: "", plant: "" };
    /** @type {string[]} */
    this.words = [];
    this.label = "1";
    this.verified = false;
    /** She was verified so long ago that it no longer holds. */
    this.lapsed = false;
    /** For how long the entry is kept, from today on; 0 for as long as it was. */
    this.years = USUAL_YEARS;
    /** Her page is open: what she begins belongs on it. */
    this.placed = false;
    /** What she gave is kept under her words, and not on this page alone. */
    this.kept = false;
    /** "file" a new entry, "add" to one, "change" one. */
    this.aim = /** @type {"file" | "add" | "change"} */ ("file");
    this.sealed = false;
    /** @type {any} */
    this.outcome = null;
    /** @type {any} */
    this.entry = null;
    /** @type {any[]} The ways to be verified that are offered. */
    this.ways = [];
    /** @type {any} The one she chose. */
    this.way = null;
    /** @type {any} What it awaits, and the link that she opens before. */
    this.started = null;
    /** @type {number | null} */
    this.erased = null;
  }

  /** Forget what was typed for an entry that is locked now. */
  forget() {
    this.clues = [];
    this.words = [];
    this.size = 0;
    this.years = USUAL_YEARS;
    this.card = { name: "", email: "", phone: "", channel: "", wishes: "" };
    this.note = { way: "", address: "", plant: "" };
  }

  /** Where the way leads before anything is locked. */
  get sealing() {
    return this.verified ? "lock" : "verify";
  }

  /**
   * Begin another entry of a person who was here before.
   *
   * @param {readonly { label: string, country: string }[]} entries
   */
  beginEntry(entries) {
    this.forget();
    this.aim = "file";
    this.sealed = false;
    this.kept = false;
    // An entry that was looked at before may be the note of a witness.
    this.witness = this.saw;
    const numbers = entries.map((entry) => Number(entry.label) || 0);
    this.label = String(Math.max(0, ...numbers) + 1);
    this.country = entries.at(-1)?.country ?? "";
  }

  /**
   * Go on with an entry that is there.
   *
   * @param {any} entry
   * @param {"file" | "add" | "change"} aim
   */
  takeUp(entry, aim) {
    this.forget();
    this.aim = aim;
    this.entry = entry;
    this.sealed = aim === "file";
    this.label = entry.label;
    this.country = entry.country;
    this.size = entry.matchThreshold;
    this.years = 0;
    this.witness = entry.witness;
    this.card = { ...entry.card };
    this.note = noteOf(entry);
  }

  /** The identifiers as the worker takes them. */
  get identifiers() {
    return this.clues.map((clue) => clue.identifier);
  }

  /**
   * What she wishes, as the worker takes it: one note at most, or regular letters.
   */
  get wishes() {
    const { card, size: matchThreshold, years } = this;
    const { way, address, plant } = this.note;
    const part = { channel: EMAIL, address, plant, language: NOTE_LANGUAGE };
    return {
      card,
      matchThreshold,
      years,
      nudge: way === "email" ? part : NO_NOTE,
      letters: way === "regular" ? part : NO_NOTE,
    };
  }

  /** The entry as the worker takes it. */
  get draft() {
    const { label, identifiers, country, witness } = this;
    return { label, identifiers, country, witness, ...this.wishes };
  }
}
