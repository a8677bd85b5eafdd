/** A letterbox of hers: make it, change it, empty it (§N). */

import { Label } from "../labels.js";
import { letterboxContext, nextLetterDay } from "../letterbox.js";
import { Deployment } from "../manifest.js";
import { encode } from "../messages/codec.js";
import { nudgePart } from "../messages/filing.js";
import { letterboxWrite } from "../messages/letterbox.js";
import { checkNote } from "../note.js";
import { NUDGE_BYTES, pad } from "../padding.js";
import { SYSTEM } from "../randomness.js";
import { sealTo } from "../sealing.js";
import { SecretBytes } from "../secret.js";
import { publicKey, sign } from "../signing.js";

/** @import { NudgePart } from "../messages/filing.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { SavedLetterbox } from "./vault.js" */

export const SEED_BYTES = 32;

/**
 * Her letterbox with another address in it; `NO_NOTE` empties it.
 *
 * A new one draws 32 bytes for its key, which is derived from nothing else: nothing
 * that the API sees ties it to a report.
 *
 * @param {SavedLetterbox | null} letterbox
 * @param {NudgePart} wanted
 * @param {Randomness} [randomness]
 * @returns {SavedLetterbox | null}
 * @throws {InputError} A wish that no note could meet.
 */
export function wishLetters(letterbox, wanted, randomness = SYSTEM) {
  checkNote(wanted);
  if (letterbox === null) {
    if (wanted.address === "") return null;
    const seed = randomness(SEED_BYTES);
    return Object.freeze({ seed, part: wanted, counter: 0, written: false });
  }
  const { part } = letterbox;
  const same = /** @type {(keyof NudgePart)[]} */ (Object.keys(wanted)).every(
    (name) => part[name] === wanted[name],
  );
  return same
    ? letterbox
    : Object.freeze({ ...letterbox, part: wanted, written: false });
}

/**
 * The next write of a letterbox, and the letterbox with its counter raised.
 *
 * To be kept before the write is sent, so that no counter is used twice.
 *
 * @param {Deployment} deployment
 * @param {SavedLetterbox} letterbox
 * @param {number} expiryMonth
 * @returns {Promise<{ letterbox: SavedLetterbox, request: Signed }>}
 */
export async function writeLetterbox(deployment, letterbox, expiryMonth) {
  const seed = new SecretBytes(letterbox.seed);
  const [key, counter] = [publicKey(seed), letterbox.counter + 1];
  const sealed = await sealTo(
    deployment.roster.noticeKey,
    pad(encode(letterbox.part, nudgePart), NUDGE_BYTES, "address"),
    Label.LETTERBOX_BOX,
    ...letterboxContext(deployment, key, counter),
  );
  const { deploymentId } = deployment;
  const write = { deploymentId, key, counter, expiryMonth, sealed };
  return {
    letterbox: Object.freeze({ ...letterbox, counter, written: false }),
    request: sign(seed, Label.LETTERBOX_WRITE, write, letterboxWrite),
  };
}

/**
 * The day of her next letter.
 *
 * @param {SavedLetterbox} letterbox
 * @param {number} after
 * @returns {number}
 */
export function letterDay(letterbox, after) {
  return nextLetterDay(publicKey(new SecretBytes(letterbox.seed)), after);
}
