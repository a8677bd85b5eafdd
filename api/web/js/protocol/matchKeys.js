/**
 * The conjunctions that identify one person alone, strongest first.
 */

import { InputError } from "./errors.js";
import { readFacts } from "./matchKeys/facts.js";
import { commonParts } from "./matchKeys/named.js";

/** @typedef {import("./identifiers/identifier.js").Identifier} Identifier */
/** @typedef {import("./matchKeys/facts.js").Facts} Facts */
/** @typedef {[string, string[][]]} Conjunction */

export const MOST_KEYS = 64;
export const VERSION = 1;
const BOTH = 2;

/**
 * Derive the match keys of one report.
 *
 * Source: PROTOCOL.md §5.1; MATCHING.md.
 * @param {Identifier[]} identifiers what the reporter knows, in any order
 * @param {string | null} [country] two-letter country for phones and plates that
 *   name none
 * @returns {string[]} 1 to 64 different strings `kind/version:value` of printable
 *   ASCII, the strongest first
 * @throws {InputError} the first identifier that cannot be read, or `identifiers`
 *   when all of them together are too weak to mean one person
 */
export function matchKeys(identifiers, country = null) {
  const { keys, refusals } = readableMatchKeys(identifiers, country);
  if (refusals.length) throw refusals[0];
  if (keys.length === 0) {
    throw new InputError(
      "identifiers",
      "this is not enough to mean one person",
      "Add something of their own: a phone number, an e-mail address, an " +
        "account, or their employer together with their work or city. Say if a " +
        "phone is theirs alone.",
    );
  }
  return keys;
}

/**
 * Derive the match keys of what can be read, for reports made in bulk.
 * @param {Identifier[]} identifiers as for `matchKeys`
 * @param {string | null} [country] as for `matchKeys`
 * @returns {{ keys: string[], refusals: InputError[] }} none to 64 match keys, and
 *   the refusals of what could not be read
 */
export function readableMatchKeys(identifiers, country = null) {
  /** @type {InputError[]} */
  const refusals = [];
  const keys = allKeys(readFacts(identifiers, country, refusals));
  return { keys: keys.slice(0, MOST_KEYS), refusals };
}

/**
 * Derive every match key that follows from a person's own verified data.
 *
 * Source: PROTOCOL.md, "self tags": with them nobody can be the named person of
 * her own report.
 * @param {string} name verified name
 * @param {string | null} email verified e-mail address, if there is one
 * @param {string | null} phone verified phone number, if there is one
 * @param {string | null} country two-letter country of the phone number
 * @returns {string[]} all match keys, not only the strongest 64
 * @throws {InputError} when one of the three cannot be read
 */
export function selfMatchKeys(name, email, phone, country) {
  /** @type {Identifier[]} */
  const known = [{ kind: "name", value: name }];
  if (email !== null) known.push({ kind: "email", value: email });
  if (phone !== null) {
    known.push({ kind: "phone", value: phone, country, label: "personal" });
  }
  /** @type {InputError[]} */
  const refusals = [];
  const keys = allKeys(readFacts(known, country, refusals));
  if (refusals.length) throw refusals[0];
  return keys;
}

/**
 * @param {Facts} facts
 * @returns {string[]}
 */
function allKeys(facts) {
  /** @type {Set<string>} */
  const keys = new Set();
  for (const [kind, parts] of conjunctions(facts)) {
    if (parts.every((part) => part.length)) {
      for (const values of product(parts)) keys.add(`${kind}/${VERSION}:${values}`);
    }
  }
  return [...keys];
}

/**
 * @param {string[][]} parts
 * @returns {string[]} every way to take one of each, joined
 */
function product([first, ...others]) {
  return others.reduce(
    (rows, part) => rows.flatMap((row) => part.map((value) => `${row}|${value}`)),
    first,
  );
}

/**
 * Return every kind of match key with what it joins; MATCHING.md says why.
 * @param {Facts} facts
 * @returns {Conjunction[]}
 */
function conjunctions(facts) {
  const { named: name, firms, cities, functions } = facts;
  return [
    ["email", [facts.emails]],
    ["account", [facts.accounts]],
    ["plate", [facts.plates]],
    ["name-phone", [name.singles, facts.personalPhones]],
    ["name-phone", [name.rare, facts.ownPhones]],
    ["initial-phone", [name.initials, facts.ownPhones]],
    ["names-mailbox", [name.pairs, facts.roles]],
    ["names-site", [name.pairs, facts.sites]],
    ["names-handle", [name.pairs, facts.looseHandles]],
    ["name-plate", [name.singles, facts.loosePlates]],
    ["name-phone-function", [name.singles, facts.phones, functions]],
    ["names-firm-function", [name.pairs, firms.codes, functions]],
    ["names-start-function", [name.pairs, firms.firstWords, functions]],
    ["names-acronym-function", [name.pairs, firms.acronyms, functions]],
    ...withoutFunction(facts),
    ["names-city-function", [name.pairs, cities, functions]],
    ["personal-phone-city", [facts.personalPhones, cities]],
    ["personal-phone-firm", [facts.personalPhones, firms.named]],
    ...ofOnePart(facts),
  ];
}

/**
 * @param {Facts} facts
 * @returns {Conjunction[]}
 */
function withoutFunction(facts) {
  const { named: name, firms, cities } = facts;
  /** @param {string} both */
  const ofGeneration = (both) => both + name.generation;
  const own = name.pairs.map(ofGeneration);
  /** @type {Conjunction[]} */
  const byPhone = [
    ["names-half-phone", [own, halves(facts.phones)]],
    ["names-swapped-phone", [own, facts.phones.map(sortedDigits)]],
  ];
  // Namesakes of one employer are told apart by what they do. Without that, a
  // report that knows of a namesake must not meet one that does not.
  if (facts.namesake) return byPhone;
  const half = name.pairs.filter((pair) => commonParts(pair) < BOTH).map(ofGeneration);
  const initial = name.initials.map(ofGeneration);
  return [
    ...byPhone,
    ["names-small-firm", [own, firms.small]],
    ["names-firm-city", [own, firms.named, cities]],
    ["names-start-city", [half, firms.firstWords, cities]],
    ["initial-small-firm-function", [initial, firms.small, facts.functions]],
  ];
}

/**
 * @param {Facts} facts
 * @returns {Conjunction[]}
 */
function ofOnePart(facts) {
  const { named: name, firms, cities, titles, functions } = facts;
  return [
    ["name-firm-city-function", [name.rare, firms.named, cities, functions]],
    ["name-start-city-title", [name.rare, firms.firstWords, cities, titles]],
    ["name-small-firm-title", [name.rare, firms.small, titles]],
    ["name-small-firm-city-title", [name.telling, firms.small, cities, titles]],
  ];
}

/**
 * @param {string} phone
 * @returns {string}
 */
function sortedDigits(phone) {
  // Neighbouring digits in the wrong order are the same digits.
  return [...phone.slice(-9)].sort().join("");
}

/**
 * @param {string[]} phones
 * @returns {string[]}
 */
function halves(phones) {
  // Every second digit: one wrong digit spoils one half and leaves the other.
  return phones.flatMap((one) => [
    "e" + everySecond(one.slice(-9)),
    "o" + everySecond(one.slice(-8)),
  ]);
}

/**
 * @param {string} digits
 * @returns {string}
 */
function everySecond(digits) {
  return [...digits].filter((_, at) => at % 2 === 0).join("");
}
