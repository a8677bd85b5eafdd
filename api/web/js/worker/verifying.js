/** A check of the person on its way; the registrar's handle never leaves the worker. */

import { InvalidRegistration, MisuseError } from "../protocol/errors.js";
import {
  askVerification,
  closeVerification,
  listProviders,
  sendAgain,
  startVerification,
  storeCredentials,
} from "./registering.js";

/** @import { VerificationProgress } from "../protocol/messages/registration.js" */
/** @import { Place } from "./place.js" */
/** @import { Asked } from "./registering.js" */
/** @import { Survivor } from "./survivor.js" */

/** Be verified, one step a call. */
export class Check {
  /** @type {Uint8Array | null} */
  #verification = null;
  /** @type {VerificationProgress | null} */
  #found = null;
  /**
   * Whether she was known before this visit, as its first check found: after that the
   * registrar knows her anyway.
   *
   * @type {boolean | null}
   */
  #known = null;

  /** @param {Place} place */
  providers(place) {
    return listProviders(place);
  }

  /**
   * Begin; one that was begun before is ended, and erased with it.
   *
   * @param {Place} place
   * @param {Asked} asked
   */
  async start(place, asked) {
    await this.stop(place);
    const { verification, awaits, link } = await startVerification(place, asked);
    this.#verification = verification;
    return { awaits, link };
  }

  get #handle() {
    if (this.#verification === null) throw new MisuseError("no check was begun");
    return this.#verification;
  }

  /**
   * Ask how far it is.
   *
   * @param {Place} place
   */
  async look(place) {
    const { verified, notes } = await askVerification(place, this.#handle, []);
    return { verified, notes };
  }

  /**
   * Bring what is awaited, and have the credentials if it is right.
   *
   * @param {Place} place
   * @param {Survivor} survivor
   * @param {readonly string[]} answers
   * @returns {Promise<{ known: boolean, day: number | null }>}
   */
  async finish(place, survivor, answers) {
    const verification = this.#handle;
    // What was found is kept: if the trustees are away, the codes are not asked again.
    this.#found ??= await found(place, verification, answers);
    this.#known ??= this.#found.known;
    const day = await storeCredentials(place, survivor, verification, this.#found);
    this.#forget();
    return { known: this.#known, day };
  }

  /**
   * @param {Place} place
   * @param {"email" | "phone"} awaited
   */
  again(place, awaited) {
    return sendAgain(place, this.#handle, awaited);
  }

  /**
   * Give up: the registrar erases what it was shown.
   *
   * @param {Place} place
   */
  async stop(place) {
    const verification = this.#verification;
    this.#forget();
    if (verification !== null) await closeVerification(place, verification);
  }

  #forget() {
    this.#verification = null;
    this.#found = null;
  }
}

/**
 * @param {Place} place
 * @param {Uint8Array} verification
 * @param {readonly string[]} answers
 */
async function found(place, verification, answers) {
  place.report("verifying");
  const progress = await askVerification(place, verification, answers);
  if (!progress.verified) throw new InvalidRegistration("not verified", "registrar");
  return progress;
}
