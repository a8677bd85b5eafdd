/**
 * Seven words that bring a person back from any device (§V1).
 *
 * The list is the EFF's long word list (7,776 words), handed in by the shell: seven
 * words are about 90 bits.
 */

import { fromBigEndian, utf8 } from "../bytes.js";
import { InputError } from "../errors.js";
import { Label } from "../labels.js";
import { SYSTEM } from "../randomness.js";
import { SecretBytes } from "../secret.js";
import { publicKey } from "../signing.js";
import { stretchSecret } from "../stretch.js";
import { deriveKey, digest } from "../transcript.js";

/** @import { Randomness } from "../randomness.js" */

export const WORD_COUNT = 7;
// Part of the vault's format: a change is a new format, tried beside the old.
export const VAULT_STRETCH = Object.freeze({ memoryKib: 64 * 1024, passes: 3 });

const MOST_SUGGESTIONS = 3;
const FARTHEST = 2;

/**
 * Seven words, uniform and independent.
 *
 * 128 bits modulo the list's length leave a bias below 2^-114.
 *
 * @param {readonly string[]} wordList
 * @param {Randomness} [randomness] Draws 16 bytes for each.
 * @returns {string[]}
 */
export function generateWords(wordList, randomness = SYSTEM) {
  return Array.from({ length: WORD_COUNT }, () => {
    const place = fromBigEndian(randomness(16)) % BigInt(wordList.length);
    return String(wordList[Number(place)]);
  });
}

/**
 * The words as typed: capitals, commas and line breaks do not matter.
 *
 * @param {string} text
 * @param {readonly string[]} wordList
 * @returns {string[]}
 * @throws {InputError} Not seven, or one that is not on the list; the details name its
 *   place and words that look like it.
 */
export function readWords(text, wordList) {
  const words = text.toLowerCase().replaceAll(",", " ").split(/\s+/u).filter(Boolean);
  const known = new Set(wordList);
  for (const [at, word] of words.entries()) {
    if (!known.has(word)) {
      const [place, close] = [at + 1, closeWords(word, wordList)];
      const advice = close.length > 0 ? `Did you mean ${close.join(", ")}?` : "";
      const reason = `word ${place} is not on the list`;
      throw new InputError("words", reason, advice, { place, close });
    }
  }
  if (words.length !== WORD_COUNT) {
    const reason = `${WORD_COUNT} words are needed, in their order`;
    throw new InputError("words", reason, "", { found: words.length });
  }
  return words;
}

/**
 * At most three words of the list that one or two slips turn into this one.
 *
 * The Python client suggests by another measure: nothing depends on it.
 *
 * @param {string} word
 * @param {readonly string[]} wordList
 * @returns {string[]}
 */
function closeWords(word, wordList) {
  return wordList
    .filter((known) => Math.abs(known.length - word.length) <= FARTHEST)
    .map((known) => ({ known, distance: editDistance(word, known) }))
    .filter(({ distance }) => distance <= FARTHEST)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ known }) => known);
}

/**
 * Letters to insert, drop or replace.
 *
 * @param {string} one
 * @param {string} other
 * @returns {number}
 */
function editDistance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let place = 1; place <= other.length; place += 1) {
      const kept = Number(row[place - 1]) + (other[place - 1] === letter ? 0 : 1);
      next.push(Math.min(kept, Number(row[place]) + 1, Number(next[place - 1]) + 1));
    }
    row = next;
  }
  return Number(row[other.length]);
}

/** What follows from the words: where the vault is, and its two keys. */
export class VaultKeys {
  /**
   * @param {SecretBytes} seed Signs writes (Ed25519, 32 bytes).
   * @param {SecretBytes} cipherKey Seals (32 bytes).
   */
  constructor(seed, cipherKey) {
    this.seed = seed;
    this.cipherKey = cipherKey;
    Object.freeze(this);
  }

  /** The vault's public key. */
  get key() {
    return publicKey(this.seed);
  }

  /** The name under which the API keeps the vault. */
  get vaultId() {
    return vaultId(this.key);
  }
}

/**
 * H(vault public key).
 *
 * @param {Uint8Array} key
 * @returns {Uint8Array} 32 bytes.
 */
export function vaultId(key) {
  return digest(Label.VAULT_ID, key);
}

/**
 * Stretch the words to a root and derive every key; takes a moment.
 *
 * There is no salt of the person's own, since she brings nothing but the words; 90 bits
 * make a table useless.
 *
 * @param {readonly string[]} words
 * @returns {VaultKeys}
 */
export function vaultKeys(words) {
  const secret = new SecretBytes(utf8(words.join(" ")));
  const salt = digest(Label.VAULT_ROOT).slice(0, 16);
  const root = stretchSecret(secret, salt, VAULT_STRETCH);
  return new VaultKeys(
    deriveKey(root, Label.VAULT_KEY),
    deriveKey(root, Label.VAULT_CIPHERTEXT),
  );
}
