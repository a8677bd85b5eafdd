/**
 * The consonant skeleton of a word, which survives most spellings and slips.
 */

/** @type {ReadonlyArray<readonly [string, string]>} */
const FIRST = [
  ["ph", "f"],
  ["sch", "s"],
  ["sh", "s"],
  ["ck", "k"],
  ["x", "ks"],
];
/** @type {ReadonlyMap<string, string>} */
const SWAP = new Map([
  ["c", "k"],
  ["q", "k"],
  ["z", "s"],
  ["w", "v"],
]);
const SILENT = /[aeiouyh]/g;
const LONGEST_EXACT = 2;

/**
 * Return the consonants of a folded word, spelled in one way.
 * @param {string} word lower-case ASCII letters and digits
 * @returns {string} the first letter (`a` for any vowel) and the consonants after
 *   it, each run of one consonant once; empty for an empty word
 */
export function skeleton(word) {
  let text = word;
  for (const [spelling, sound] of FIRST) text = text.replaceAll(spelling, sound);
  text = text.replace(/[cqzw]/g, (letter) => SWAP.get(letter) ?? letter);
  const first = text.slice(0, 1);
  const start = /^[aeiou]$/.test(first) ? "a" : first;
  const rest = start + text.slice(1).replace(SILENT, "");
  return rest.replace(/([a-z])\1+/g, "$1");
}

/**
 * Return the skeleton of a word that has enough consonants, else the word.
 *
 * Two consonants are too few to tell names apart ("jn" is John and Jean).
 * @param {string} word
 * @returns {string}
 */
export function soft(word) {
  const short = skeleton(word);
  return short.length > LONGEST_EXACT ? short : word;
}
