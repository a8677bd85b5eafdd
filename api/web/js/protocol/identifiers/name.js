/**
 * Personal names: the parts that two people would both write.
 */

import { InputError } from "../errors.js";
import {
  common_names as commonNames,
  english_nicknames as englishNicknames,
  names,
  nicknames,
} from "../tables.js";
import { fold, isAscii, known, words } from "./fold.js";
import { soft } from "./sound.js";

const TITLES = new Set(names.titles);
const SUFFIXES = new Set(names.suffixes);
const EPITHETS = new Set(names.epithets);
const PARTICLES = new Set(names.particles);
/** @type {ReadonlyMap<string, string>} */
const ARABIC = new Map(Object.entries(names.arabic));
const ARABIC_NAME = /(?:\u0639\u0628\u062f +)?[\u0621-\u065f\u0670-\u06d3]+/gu;
const ARABIC_ARTICLE = "\u0627\u0644";
const SERVANTS = new Set(["abd", "abdul", "abdel", "abdal"]);
const SYLLABLE = /^[bcdfghjklmnpqrstwxyz]{0,2}[aeiou]{1,3}(?:ng|n|r|l|k|m|p|t)?$/;
const SIGN = /[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]/gu;
const HYPHENS = /[-\u2010-\u2015]/g;
const COMMAS = /[,\u060c\u3001\uff0c]/u;
/** @type {ReadonlyMap<string, string>} */
const GENERATIONS = new Map([
  ["jr", "jr"],
  ["jnr", "jr"],
  ["junior", "jr"],
  ["sr", "sr"],
  ["snr", "sr"],
  ["senior", "sr"],
]);
const MOST_PARTS = 6;
const TWO_SIGNS = 2; // position of the last of three
const MOST_FORMS = 6;
const NICKNAMES = [nicknames, englishNicknames].flatMap((table) =>
  Object.entries(table.names),
);
const FORMAL = formalNames();
const GIVEN = new Set([
  ...NICKNAMES.flatMap(([name, short]) => [name, ...short]),
  ...names.given,
  ...Object.values(commonNames.given).flat(),
]);

/**
 * One part of a name, such as a given name or a joined double name.
 * @typedef {object} Part
 * @property {string} word the part as folded
 * @property {string[]} forms how it is compared: itself, and what it is short for
 * @property {number} first position of its first word in the name
 * @property {number} last position of its last word
 * @property {boolean} hyphened whether a hyphen ties it to the word before it
 */

/**
 * A read name.
 * @typedef {object} Name
 * @property {Part[]} parts single words in their order, then joined ones
 * @property {number} end position of the last word
 * @property {string[]} initials letters that stand alone
 * @property {string} generation "jr" or "sr" if the name ends so, else empty
 * @property {boolean} signs whether every word is one Han or Hangul sign of three
 *   or more
 */

/** @typedef {{ text: string, particles: string, hyphened: boolean }} Word */

/**
 * Read one personal name.
 *
 * Source: MATCHING.md, "Names".
 * @param {string} value the name as typed, "Family, Given" included
 * @returns {Name} parts with their forms: single words, particles joined to what
 *   follows, both sides of a hyphen joined, and neighbouring East Asian syllables
 * @throws {InputError} `name`, when no part of a name is left
 */
export function readName(value) {
  const text = known(value);
  const all = nameWords(inOrder(spellArabic(text)));
  const initials = all.filter((word) => word.text.length === 1).map((word) => word.text);
  const found = all.filter((word) => word.text.length > 1).slice(0, MOST_PARTS);
  if (found.length === 0) {
    throw new InputError(
      "name",
      "there is no name in this text",
      "Give at least the given or the family name, in full.",
    );
  }
  const end = found.length - 1;
  const parts = found.map((word, at) => ({
    ...part(word.text, at, at, end),
    hyphened: word.hyphened,
  }));
  found.forEach((word, at) => {
    if (word.particles) parts.push(part(word.particles + word.text, at, at, end));
    const before = at ? found[at - 1].text : "";
    if (at && (word.hyphened || (SYLLABLE.test(before) && SYLLABLE.test(word.text)))) {
      parts.push(part(before + word.text, at - 1, at, end));
    }
  });
  const signs = end >= TWO_SIGNS && text.match(SIGN)?.length === found.length;
  return { parts, end, initials, generation: generationOf(value), signs };
}

/**
 * Return how a given name is compared: itself and what it is short for.
 * @param {string} word
 * @returns {string[]}
 */
export function shortForms(word) {
  const formal = (FORMAL.get(word) ?? []).slice(0, MOST_FORMS);
  return [...new Set([word, ...formal].map(soft))];
}

/**
 * Tell whether a word is a widespread given name, spelled as it mostly is.
 * @param {string} word
 * @returns {boolean}
 */
export function isGiven(word) {
  return GIVEN.has(word);
}

/**
 * Tell whether a word stands beside many people's names ("big", "official").
 * @param {string} word
 * @returns {boolean}
 */
export function isEpithet(word) {
  return EPITHETS.has(word);
}

/** @returns {ReadonlyMap<string, string[]>} */
function formalNames() {
  /** @type {Map<string, string[]>} */
  const formal = new Map();
  for (const [name, shortNames] of NICKNAMES) {
    for (const short of shortNames) {
      formal.set(short, [...(formal.get(short) ?? []), name]);
    }
  }
  return formal;
}

/**
 * @param {string} word
 * @param {number} first
 * @param {number} last
 * @param {number} end
 * @returns {Part}
 */
function part(word, first, last, end) {
  // A family name is not short for anything, except where it may stand first.
  const given = first === last && (last < end || end === 0);
  const forms = given ? shortForms(word) : [soft(word)];
  return { word, forms, first, last, hyphened: false };
}

/**
 * @param {string} text
 * @returns {string}
 */
function spellArabic(text) {
  return isAscii(text) ? text : text.replace(ARABIC_NAME, latin);
}

/**
 * @param {string} name
 * @returns {string}
 */
function latin(name) {
  const word = name.replaceAll(" ", "");
  const bare = word.startsWith(ARABIC_ARTICLE) ? word.slice(ARABIC_ARTICLE.length) : word;
  return ARABIC.get(word) ?? ARABIC.get(bare) ?? fold(bare);
}

/**
 * @param {string} value
 * @returns {string}
 */
function generationOf(value) {
  // "Sr." before a name is Spanish for Mr.; only after it, it is the elder.
  const all = words(value);
  return all.length > 1 ? (GENERATIONS.get(all[all.length - 1]) ?? "") : "";
}

/**
 * @param {string} text
 * @returns {string}
 */
function inOrder(text) {
  const segments = text
    .split(COMMAS)
    .filter((segment) => words(segment).some((word) => !SUFFIXES.has(word)));
  return [...segments.slice(1), ...segments.slice(0, 1)].join(" ");
}

/**
 * @param {string} text
 * @returns {Word[]}
 */
function nameWords(text) {
  /** @type {[string, boolean][]} */
  let pieces = [];
  for (const chunk of fold(text).split(" ")) {
    words(chunk.replace(HYPHENS, " ")).forEach((piece, at) => pieces.push([piece, at > 0]));
  }
  while (pieces.length > 1 && TITLES.has(pieces[0][0])) pieces = pieces.slice(1);
  while (pieces.length > 1 && SUFFIXES.has(pieces[pieces.length - 1][0])) {
    pieces = pieces.slice(0, -1);
  }
  const joined = join(pieces);
  if (joined.length) return joined;
  return pieces.map(([piece]) => ({ text: piece, particles: "", hyphened: false }));
}

/**
 * Attach particles and "abd" to the words after them.
 * @param {[string, boolean][]} pieces
 * @returns {Word[]}
 */
function join(pieces) {
  /** @type {Word[]} */
  const found = [];
  let [particles, servant, hyphened] = ["", "", false];
  for (const [text, hyphen] of pieces) {
    hyphened = particles || servant ? hyphened : hyphen;
    if (SERVANTS.has(text)) {
      servant += particles + text;
      particles = "";
    } else if (PARTICLES.has(text)) {
      particles += text;
    } else {
      const word = servant ? servant + particles + text : text;
      found.push({ text: word, particles: servant ? "" : particles, hyphened });
      [particles, servant] = ["", ""];
    }
  }
  if (servant) found.push({ text: servant, particles: "", hyphened: false });
  return found;
}
