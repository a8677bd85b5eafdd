/** Letterboxes: what both ends know of one: its days, its context (§N). */

import { bigEndian } from "./bytes.js";
import { Label } from "./labels.js";
import { Deployment } from "./manifest.js";
import { digest } from "./transcript.js";

export const PERIOD_DAYS = 91; // thirteen weeks

/**
 * To what an address is bound: it cannot be moved to another letterbox.
 *
 * @param {Deployment} deployment
 * @param {Uint8Array} key
 * @param {number} counter
 */
export function letterboxContext(deployment, key, counter) {
  return [deployment.deploymentId, key, bigEndian(counter, 8)];
}

/**
 * The first day later than `after` on which a letterbox gets its letter.
 *
 * One in each period of 91 days. It follows from the letterbox's key, which her client
 * and the notice service know and nobody else: to others it is random.
 *
 * @param {Uint8Array} key
 * @param {number} after
 * @returns {number}
 */
export function nextLetterDay(key, after) {
  const period = Math.floor(after / PERIOD_DAYS);
  const day = letterDay(key, period);
  return day > after ? day : letterDay(key, period + 1);
}

/**
 * @param {Uint8Array} key
 * @param {number} period
 */
function letterDay(key, period) {
  const drawn = digest(Label.LETTER_DAY, key, bigEndian(period, 4));
  const offset = drawn.reduce((rest, byte) => (rest * 256 + byte) % PERIOD_DAYS, 0);
  return period * PERIOD_DAYS + offset;
}
