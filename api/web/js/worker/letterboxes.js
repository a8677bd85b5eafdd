/** Bring a letterbox to the API; every step may be interrupted (§N3). */

import { Unreachable } from "../net/errors.js";
import { tell } from "../net/send.js";
import { wishLetters, writeLetterbox } from "../protocol/client/letterbox.js";
import { ConflictingReport, InvalidToken } from "../protocol/errors.js";
import { letterboxSubmission } from "../protocol/messages/letterbox.js";
import { NO_NOTE } from "../protocol/note.js";
import { apiAt } from "./place.js";
import { dropToken, nextToken } from "./registering.js";

/** @import { SavedLetterbox, SavedReport } from "../protocol/client/vault.js" */
/** @import { Token } from "../protocol/messages/filing.js" */
/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

const MOST_TOKENS = 6;

/**
 * Keep in the vault where regular letters are to go; `settle` brings it there.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {SavedReport["nudge"]} letters
 * @throws {InputError} A wish that no note could meet.
 */
export async function wish(place, survivor, label, letters) {
  const { letterbox } = survivor.report(label);
  const wanted = wishLetters(letterbox, letters);
  if (wanted !== letterbox) await keep(place, survivor, label, wanted);
}

/**
 * Let the API's letterbox say what the vault's says; may be called again.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @throws {Unreachable} The API did not answer in time, or has something newer.
 * @throws {InvalidToken} No token of the vault is accepted.
 */
export async function settle(place, survivor, label) {
  const { letterbox } = survivor.report(label);
  if (letterbox === null || letterbox.written) return;
  if (letterbox.counter === 0 && letterbox.part.address === "") {
    await keep(place, survivor, label, null);
    return;
  }
  await write(place, survivor, label, letterbox);
}

/**
 * Empty the letterbox of a report that is taken back.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 */
export async function close(place, survivor, label) {
  await wish(place, survivor, label, NO_NOTE);
  await settle(place, survivor, label);
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {SavedLetterbox} letterbox
 */
async function write(place, survivor, label, letterbox) {
  // A box that was written to before may be there, and then costs nothing.
  let paid = letterbox.counter === 0;
  for (let attempt = 0; attempt < MOST_TOKENS; attempt += 1) {
    const token = paid ? await nextToken(place, survivor) : null;
    try {
      await writeOnce(place, survivor, label, token);
      return;
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      if (token === null && letterbox.part.address === "") {
        // It never arrived: there is nothing to empty.
        await keep(place, survivor, label, null);
        return;
      }
      // Spent in an earlier life of this client, or one is needed after all.
      if (token !== null) await dropToken(place, survivor);
      paid = true;
    }
  }
  throw new InvalidToken("no token of the vault is accepted", "api");
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {Token | null} token
 */
async function writeOnce(place, survivor, label, token) {
  const { letterbox: before, expiryMonth } = survivor.report(label);
  if (before === null) return;
  const { deployment } = place;
  const { letterbox, request } = await writeLetterbox(deployment, before, expiryMonth);
  // Before it is sent: no counter is used twice.
  await keep(place, survivor, label, letterbox);
  const message = { write: request, token };
  const target = apiAt(place, "letterboxes", "PUT");
  try {
    await tell(target, { message, kind: letterboxSubmission });
  } catch (error) {
    throw error instanceof ConflictingReport ? new Unreachable("api") : error;
  }
  await keep(place, survivor, label, { ...letterbox, written: true });
  if (token !== null) await dropToken(place, survivor);
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @param {SavedLetterbox | null} letterbox
 */
async function keep(place, survivor, label, letterbox) {
  await survivor.keep(place, { ...survivor.report(label), letterbox });
}
