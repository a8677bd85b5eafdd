/**
 * What any-ascii answers, from tables a fifth smaller: in lower case, for the code
 * points of the pinned table alone, and with Hangul computed.
 *
 * The bundle has this in the place of the package (see build/compact.mjs): every
 * person loads the tables, since a later request would tell of a name's script.
 */

import { HAN, HAN_RANGES, HANGUL, OTHER, OTHER_RANGES, READINGS } from "compact:ascii";

const ASCII = 0x80;
const SPACE = 0x20;
const SYLLABLES = 0xac00;
const [VOWELS, FINALS] = [HANGUL.vowels.length, HANGUL.finals.length];
const SYLLABLE_COUNT = HANGUL.initials.length * VOWELS * FINALS;

/** @type {string[] | null} */
let others = null;

/**
 * @param {string} text Only code points of the pinned table.
 * @returns {string} ASCII in lower case.
 */
export default function anyAscii(text) {
  let result = "";
  for (const sign of text) {
    const codePoint = sign.codePointAt(0) ?? 0;
    result += codePoint < ASCII ? sign : reading(codePoint);
  }
  return result;
}

/** @param {number} codePoint */
function reading(codePoint) {
  const syllable = codePoint - SYLLABLES;
  if (syllable >= 0 && syllable < SYLLABLE_COUNT) {
    return hangul(syllable);
  }
  const han = placeIn(HAN_RANGES, codePoint);
  if (han >= 0) {
    return READINGS[HAN.charCodeAt(han) - SPACE] ?? "";
  }
  const other = placeIn(OTHER_RANGES, codePoint);
  others ??= OTHER.split("\t");
  return others[other] ?? "";
}

/** @param {number} syllable */
function hangul(syllable) {
  const { initials, vowels, finals } = HANGUL;
  const rest = Math.floor(syllable / FINALS);
  const [initial, vowel] = [initials[Math.floor(rest / VOWELS)], vowels[rest % VOWELS]];
  return `${initial}${vowel}${finals[syllable % FINALS]}`;
}

/**
 * @param {readonly number[]} ranges First and last of each, ascending.
 * @param {number} codePoint
 * @returns {number} Its place among all that the ranges hold; -1 for none.
 */
function placeIn(ranges, codePoint) {
  let before = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const [first = 0, last = 0] = [ranges[at], ranges[at + 1]];
    if (codePoint < first) break;
    if (codePoint <= last) return before + codePoint - first;
    before += last - first + 1;
  }
  return -1;
}
