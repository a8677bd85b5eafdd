/** The tables of `js/compact/anyAscii.js`, made from the package's own answers. */
import anyAscii from "any-ascii";

const SYLLABLES = { first: 0xac00, last: 0xd7a3, vowels: 21, finals: 28, silent: 11 };
const HAN = [
  [0x3400, 0x9fff],
  [0x20000, 0x3ffff],
];
const SPACE = 0x20;

/**
 * @param {readonly number[]} ranges First and last of each known range, ascending.
 * @returns {Record<string, unknown>} What the module "compact:ascii" exports.
 * @throws {Error} The package answers in a way that these tables cannot hold.
 */
export function asciiTables(ranges) {
  const known = codePointsOf(ranges).filter((one) => one >= 0x80 && !isHangul(one));
  const han = known.filter(isHan);
  const other = known.filter((one) => !isHan(one));
  const otherTexts = other.map(reading);
  if (otherTexts.some((text) => text.includes("\t"))) {
    throw new Error("a reading holds the separator");
  }
  return {
    ...hanTables(han.map(reading)),
    HAN_RANGES: rangesOf(han),
    HANGUL: hangulTables(),
    OTHER: otherTexts.join("\t"),
    OTHER_RANGES: rangesOf(other),
  };
}

/**
 * One sign for each reading, the shortest signs for the most frequent ones.
 *
 * @param {string[]} texts
 */
function hanTables(texts) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  texts.forEach((text) => counts.set(text, (counts.get(text) ?? 0) + 1));
  const ordered = [...counts].sort((one, two) => two[1] - one[1]).map(([text]) => text);
  const codes = new Map();
  const readings = [];
  for (let code = SPACE; ordered.length > 0; code += 1) {
    // What would have to be escaped in a script stays free.
    const free = code === 0x22 || code === 0x5c || (code >= 0x7f && code < 0xa1);
    const text = free ? "" : (ordered.shift() ?? "");
    readings.push(text);
    if (!free) codes.set(text, String.fromCharCode(code));
  }
  return { HAN: texts.map((text) => codes.get(text)).join(""), READINGS: readings };
}

function hangulTables() {
  const { first, last, vowels: many, finals: each, silent } = SYLLABLES;
  const at = (/** @type {number[]} */ [initial = 0, vowel = 0, final = 0]) =>
    reading(first + (initial * many + vowel) * each + final);
  const count = (last - first + 1) / (many * each);
  const vowels = numbers(many).map((one) => at([silent, one]));
  const a = Number(vowels[0]?.length);
  const initials = numbers(count).map((one) => at([one]).slice(0, -a));
  const finals = numbers(each).map((one) => at([silent, 0, one]).slice(a));
  for (let code = first; code <= last; code += 1) {
    const [rest, final] = [Math.floor((code - first) / each), (code - first) % each];
    const [initial, vowel] = [initials[Math.floor(rest / many)], vowels[rest % many]];
    if (`${initial}${vowel}${finals[final]}` !== reading(code)) {
      throw new Error("Hangul is not read by its parts");
    }
  }
  return { initials, vowels, finals };
}

/** @param {number} codePoint */
function reading(codePoint) {
  return anyAscii(String.fromCodePoint(codePoint)).toLowerCase();
}

/** @param {number} codePoint */
function isHan(codePoint) {
  return HAN.some(([first = 0, last = 0]) => codePoint >= first && codePoint <= last);
}

/** @param {number} codePoint */
function isHangul(codePoint) {
  return codePoint >= SYLLABLES.first && codePoint <= SYLLABLES.last;
}

/** @param {number} count */
function numbers(count) {
  return Array.from({ length: count }, (_, at) => at);
}

/** @param {readonly number[]} ranges */
function codePointsOf(ranges) {
  const found = [];
  for (let at = 0; at < ranges.length; at += 2) {
    for (let one = Number(ranges[at]); one <= Number(ranges[at + 1]); one += 1) {
      found.push(one);
    }
  }
  return found;
}

/** @param {readonly number[]} codePoints Ascending. */
function rangesOf(codePoints) {
  /** @type {number[]} */
  const ranges = [];
  for (const one of codePoints) {
    if (one === Number(ranges.at(-1)) + 1) ranges[ranges.length - 1] = one;
    else ranges.push(one, one);
  }
  return ranges;
}
