/** The page's line to the worker that does everything secret. */

/** @import { Progress } from "../ui/progress.js" */

/**
 * A call that has no answer yet.
 *
 * @typedef {object} Pending
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(progress: Progress) => void} report
 */

/** An error of the worker, by its name and without anything that was typed. */
export class Trouble extends Error {
  /** @param {Record<string, any>} told */
  constructor(told) {
    super(String(told.message ?? told.name));
    this.kind = String(told.name);
    this.told = told;
  }
}

/** @type {any} */
const policies = /** @type {any} */ (globalThis).trustedTypes;

/**
 * Start the worker; the policy admits this one script.
 *
 * @param {string} url
 */
function start(url) {
  const policy = policies?.createPolicy("crypto-worker", {
    createScriptURL: (/** @type {string} */ asked) => {
      if (asked !== url) throw new TypeError("not the script of this page");
      return asked;
    },
  });
  return new Worker(policy ? policy.createScriptURL(url) : url, { type: "module" });
}

/** Calls to the worker; each has a number, its progress and one answer. */
export class Helper {
  #next = 0;
  #worker;
  /** @type {Map<number, Pending>} */
  #calls = new Map();

  /** @param {string} url */
  constructor(url) {
    this.#worker = start(url);
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll(new Trouble({ name: "WorkerFailed" }));
    };
  }

  /**
   * @param {string} method
   * @param {unknown} [given]
   * @param {(progress: Progress) => void} [report]
   * @returns {{ answer: Promise<any>, stop: () => void }}
   */
  call(method, given = {}, report = () => undefined) {
    const id = this.#next;
    this.#next += 1;
    const answer = new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, report });
    });
    this.#worker.postMessage({ id, method, given });
    return { answer, stop: () => this.#worker.postMessage({ id, stop: true }) };
  }

  /** End the worker and everything it knows. */
  end() {
    this.#worker.terminate();
    this.#failAll(new Trouble({ name: "Ended" }));
  }

  /** @param {any} message */
  #receive({ id, result, error, progress }) {
    const call = this.#calls.get(id);
    if (progress) {
      call?.report(progress);
      return;
    }
    this.#calls.delete(id);
    if (error) call?.reject(new Trouble(error));
    else call?.resolve(result);
  }

  /** @param {Error} error */
  #failAll(error) {
    for (const { reject } of this.#calls.values()) {
      reject(error);
    }
    this.#calls.clear();
  }
}
