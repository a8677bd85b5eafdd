/** The one door through which entropy enters. */

/**
 * From a number of bytes to that many unpredictable bytes.
 *
 * @typedef {(count: number) => Uint8Array} Randomness
 */

/** @type {Randomness} */
export const SYSTEM = (count) => crypto.getRandomValues(new Uint8Array(count));
