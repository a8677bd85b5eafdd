/**
 * Sizes that tell nothing: entry classes and padded parts (§P5).
 *
 * Padding is ISO/IEC 7816-4: one byte 0x80, then zeros.
 */

import { InputError, MalformedMessage } from "./errors.js";

export const ENTRY_CLASSES = Object.freeze([16, 32, 48, 64]);
export const SELF_TAG_COUNT = 64;
export const STANDING_BYTES = 24 * 1024;
export const CONTACT_BYTES = 6 * 1024;
export const NUDGE_BYTES = 512;
export const LOCK_BYTES_PER_ENTRY = 512;
export const VAULT_BYTES = 128 * 1024;

const MARK = 0x80;

/**
 * The smallest class that holds `count` match keys.
 *
 * @param {number} count
 * @returns {number}
 * @throws {InputError} More than 64, or none.
 */
export function entryClass(count) {
  const found = ENTRY_CLASSES.find((size) => count > 0 && count <= size);
  if (found === undefined) {
    throw new InputError("identifiers", "a report holds 1 to 64 match keys");
  }
  return found;
}

/**
 * Plaintext bytes of standing, lock, contact and nudge for an entry class.
 *
 * @param {number} entries
 * @returns {[number, number, number, number]}
 */
export function partSizes(entries) {
  const lock = LOCK_BYTES_PER_ENTRY * entries + 512;
  return [STANDING_BYTES, lock, CONTACT_BYTES, NUDGE_BYTES];
}

/**
 * Pad to exactly `size` bytes.
 *
 * @param {Uint8Array} data
 * @param {number} size
 * @param {string} field
 * @returns {Uint8Array}
 * @throws {InputError} What `field` names is too long to fit.
 */
export function pad(data, size, field) {
  if (data.length >= size) {
    throw new InputError(field, "is too long", "Please shorten it.");
  }
  const padded = new Uint8Array(size);
  padded.set(data);
  padded[data.length] = MARK;
  return padded;
}

/**
 * What `pad` padded.
 *
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 * @throws {MalformedMessage} No padding mark.
 */
export function unpad(data) {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) {
    end -= 1;
  }
  if (data[end - 1] !== MARK) {
    throw new MalformedMessage("no padding mark");
  }
  return data.slice(0, end - 1);
}

/**
 * Refuse a list whose length is not an entry class.
 *
 * @param {readonly unknown[]} entries
 * @param {string} field
 * @throws {MalformedMessage} Naming the field.
 */
export function checkEntryCount(entries, field) {
  if (!ENTRY_CLASSES.includes(entries.length)) {
    throw new MalformedMessage(`${field}: not 16, 32, 48 or 64 entries`);
  }
}
