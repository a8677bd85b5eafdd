/** Argon2id beside this worker, so that it can still be told to stop. */

import { Cancelled } from "../net/errors.js";
import { SecretBytes } from "../protocol/secret.js";
import { STRETCHED_BYTES, stretchSalt } from "../protocol/stretch.js";

/** @import { Deployment } from "../protocol/manifest.js" */
/** @import { Place } from "./place.js" */

/**
 * What a deployment says about stretching.
 *
 * @typedef {Pick<Deployment, "deploymentId" | "stretch">} Setting
 */

const MOST = 2;

/** @type {any} */
const policies = /** @type {any} */ (globalThis).trustedTypes;

/**
 * The address of the script in a form that Trusted Types let pass.
 *
 * @param {string} url
 * @returns {string}
 */
function admitted(url) {
  const policy = policies?.createPolicy("crypto-worker", {
    createScriptURL: (/** @type {string} */ asked) => {
      if (asked !== url) throw new TypeError("not the script of this page");
      return asked;
    },
  });
  return policy ? policy.createScriptURL(url) : url;
}

/** As many stretchers as there are cores, but two at most: each takes its memory. */
export class Stretchers {
  /** @param {string} url Of the script. */
  constructor(url) {
    this.url = admitted(url);
    /** @type {Worker[]} */
    this.workers = [];
  }

  /**
   * Stretch every output; a padding place stays null.
   *
   * @param {Place} place
   * @param {readonly (SecretBytes | null)[]} outputs
   * @returns {Promise<(SecretBytes | null)[]>}
   */
  async stretchAll(place, outputs) {
    const waiting = [...outputs.entries()].filter(([, output]) => output !== null);
    const total = waiting.length;
    /** @type {(SecretBytes | null)[]} */
    const stretched = outputs.map(() => null);
    let done = 0;
    place.report("stretching", 0, total);
    const work = async (/** @type {Worker} */ worker) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        if (place.signal.aborted) throw new Cancelled("stopped");
        const [at, output] = next;
        stretched[at] = await ask(
          worker,
          place.deployment,
          /** @type {SecretBytes} */ (output),
        );
        done += 1;
        place.report("stretching", done, total);
      }
    };
    await Promise.all(this.started().map(work));
    return stretched;
  }

  /**
   * One output alone, for the self-test.
   *
   * @param {Setting} setting
   * @param {SecretBytes} output
   */
  stretch(setting, output) {
    return ask(/** @type {Worker} */ (this.started()[0]), setting, output);
  }

  started() {
    const wanted = Math.min(MOST, navigator.hardwareConcurrency || 1);
    while (this.workers.length < wanted) {
      this.workers.push(new Worker(this.url, { type: "module" }));
    }
    return this.workers;
  }
}

/**
 * @param {Worker} worker
 * @param {Setting} setting
 * @param {SecretBytes} output
 * @returns {Promise<SecretBytes>}
 */
function ask(worker, { deploymentId, stretch: parameters }, output) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(new SecretBytes(data));
    worker.onerror = () => reject(new Error("the stretching worker failed"));
    const salt = stretchSalt(deploymentId);
    const secret = output.reveal();
    worker.postMessage({ secret, salt, parameters, length: STRETCHED_BYTES });
  });
}
