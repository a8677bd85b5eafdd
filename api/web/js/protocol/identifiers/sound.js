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
const SOUND = new Map([
  ["c", "k"],
  ["q", "k"],
  ["z", "s"],
  ["w", "v"],
  ...[..."aeiouyh"].map((letter) => /** @type {const} */ ([letter, ""])),
]);
const VOWEL = /^[aeiou]/;
const LETTER = /^[a-z]$/;
const LONGEST_EXACT = 2;
const DOUBLED = /([b-df-hj-np-tv-z])\1+/g;

/**
 * Return the consonants of a folded word, spelled in one way.
 * @param {string} word lower-case ASCII letters and digits
 * @returns {string} the first letter (`a` for any vowel) and the consonants after
 *   it, each run of one consonant once; empty for an empty word
 */
export function skeleton(word) {
  let text = word;
  for (const [spelling, sound] of FIRST) text = text.replaceAll(spelling, sound);
  const first = text.slice(0, 1);
  let last = VOWEL.test(first) ? "a" : SOUND.get(first) || first;
  let short = last;
  for (let at = 1; at < text.length; at += 1) {
    const sign = SOUND.get(text[at]) ?? text[at];
    // Only letters are doubled by spelling; digits and hyphens count.
    if (sign && (sign !== last || !LETTER.test(sign))) short += sign;
    last = sign || last;
  }
  return short;
}

/**
 * Return the skeleton of a word that has enough consonants, else the word.
 *
 * Two consonants are too few to tell names apart ("jn" is John and Jean); such a
 * word loses no more than doubled ones ("Anna" is Ana).
 * @param {string} word
 * @returns {string}
 */
export function soft(word) {
  const short = skeleton(word);
  return short.length > LONGEST_EXACT ? short : word.replace(DOUBLED, "$1");
}
