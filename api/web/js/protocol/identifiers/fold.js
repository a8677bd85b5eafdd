/**
 * Folding of text in any script to lower-case ASCII, the same in both languages.
 */

import anyAscii from "any-ascii";

import { code_points as codePoints } from "../tables.js";

// Newer Unicode versions know more code points, and their rules for them; only
// these are the same in every Python and every browser.
const UNKNOWN = outside(codePoints.ranges);
// One sign is one syllable in Han and Hangul: a word boundary keeps them apart.
const SYLLABLE = /[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]/gu;
const APOSTROPHES = /['`]/g;
const WORD = /[a-z0-9]+/g;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Tell whether all code points of a text are ASCII.
 * @param {string} text
 * @returns {boolean}
 */
export function isAscii(text) {
  return ASCII.test(text);
}

/**
 * Drop code points that are not in the pinned table, then compose (NFC).
 * @param {string} text
 * @returns {string}
 */
export function known(text) {
  return isAscii(text) ? text : text.replace(UNKNOWN, "").normalize("NFC");
}

/**
 * Fold text to lower-case ASCII.
 *
 * Source: MATCHING.md, "Fold".
 * @param {string} text any text, lone surrogates included
 * @returns {string} ASCII; Han and Hangul signs become words of their own
 */
export function fold(text) {
  const ascii = isAscii(text) ? text : anyAscii(known(text).replace(SYLLABLE, " $& "));
  return ascii.toLowerCase();
}

/**
 * Fold text and return its words: runs of ASCII letters and digits.
 * @param {string} text
 * @returns {string[]}
 */
export function words(text) {
  return fold(text).replace(APOSTROPHES, "").match(WORD) ?? [];
}

/**
 * Fold text and join its words.
 * @param {string} text
 * @returns {string}
 */
export function slug(text) {
  return words(text).join("");
}

/**
 * @param {number[]} bounds first and last code point of each known range
 * @returns {RegExp}
 */
function outside(bounds) {
  let ranges = "";
  for (let at = 0; at < bounds.length; at += 2) {
    ranges += `\\u{${bounds[at].toString(16)}}-\\u{${bounds[at + 1].toString(16)}}`;
  }
  return new RegExp(`[^${ranges}]`, "gu");
}
