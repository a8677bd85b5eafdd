/** Secret bytes that do not slip into logs, messages or quick comparisons. */

import { equal } from "./bytes.js";
import { MisuseError } from "./errors.js";

/**
 * Bytes that must not be printed, serialised or compared quickly.
 *
 * JavaScript cannot be relied on to wipe memory: this guards against accidents, not
 * against someone who reads the page's memory. The field is private, so a structured
 * clone carries nothing.
 */
export class SecretBytes {
  #value;

  /** @param {Uint8Array} value */
  constructor(value) {
    this.#value = Uint8Array.from(value);
  }

  /**
   * The bytes themselves, as a copy: the one door.
   *
   * @returns {Uint8Array}
   */
  reveal() {
    return this.#value.slice();
  }

  /** How many bytes there are. */
  get length() {
    return this.#value.length;
  }

  /**
   * @param {SecretBytes} other
   * @returns {boolean}
   */
  equals(other) {
    return equal(this.#value, other.#value);
  }

  toString() {
    return `SecretBytes(${this.#value.length} bytes)`;
  }

  /** @returns {never} */
  toJSON() {
    throw new MisuseError("secret bytes are never serialised");
  }
}
