/** HTTP as a survivor's client speaks it: messages out, messages or errors back. */

import { decode, encode } from "../protocol/messages/codec.js";
import { Busy, Cancelled, problemError, Unreachable } from "./errors.js";

/** @import { Kind } from "../protocol/messages/kinds.js" */

const BUSY = 429;
const AGAIN = new Set([502, 503, 504]);
const [FIRST_PAUSE, LONGEST_PAUSE] = [150, 2000];
const ATTEMPT = 30_000;

/**
 * Where a message goes, and for how long it is tried.
 *
 * @typedef {object} Target
 * @property {string} url
 * @property {string} [method]
 * @property {string | number} [who] Who answers there: "api", "registrar", an index.
 * @property {number} [patience] Milliseconds for which a request that reaches nobody is
 *   repeated; every request of the interface may be.
 * @property {AbortSignal} [signal]
 */

/**
 * Wait.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 * @throws {Cancelled} The signal was given meanwhile.
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Cancelled("stopped"));
    });
  });
}

/**
 * Send a message, if there is one, and read the one that answers it.
 *
 * @template Answer
 * @param {Target} target
 * @param {Kind<Answer>} expected
 * @param {{ message: unknown, kind: Kind<any> }} [sent]
 * @returns {Promise<Answer>}
 * @throws {Unreachable} Nobody answered in time.
 * @throws {ProtocolError} The peer refused, or answered nonsense.
 */
export async function exchange(target, expected, sent) {
  const who = target.who ?? "api";
  const answer = await deliver(target, sent);
  return decode(new Uint8Array(await answer.arrayBuffer()), expected, who);
}

/**
 * Send a message that is only acknowledged; fails as `exchange` does.
 *
 * @param {Target} target
 * @param {{ message: unknown, kind: Kind<any> }} sent
 */
export async function tell(target, sent) {
  await deliver(target, sent);
}

/**
 * @param {Target} target
 * @param {{ message: unknown, kind: Kind<any> }} [sent]
 */
async function deliver(target, sent) {
  const { patience = 20_000, signal, who = "api" } = target;
  const body = sent && encode(sent.message, sent.kind);
  const deadline = Date.now() + patience;
  let rest = FIRST_PAUSE;
  let answer = await attempt(target, body);
  while (answer === null) {
    if (Date.now() + rest > deadline) {
      throw new Unreachable(typeof who === "number" ? "trustees" : who);
    }
    await pause(rest, signal);
    rest = Math.min(rest * 2, LONGEST_PAUSE);
    answer = await attempt(target, body);
  }
  const wait = Number(answer.headers.get("retry-after"));
  if (answer.status === BUSY && wait > 0) {
    throw new Busy(wait);
  }
  if (!answer.ok) {
    throw problemError(await answer.text(), answer.status, who);
  }
  return answer;
}

/**
 * @param {Target} target
 * @param {Uint8Array} [body]
 * @returns {Promise<Response | null>} Nothing where nobody answers.
 */
async function attempt({ url, method, signal }, body) {
  const limits = [AbortSignal.timeout(ATTEMPT), ...(signal ? [signal] : [])];
  try {
    const answer = await fetch(url, {
      method: method ?? (body ? "POST" : "GET"),
      ...(body && {
        body: /** @type {BodyInit} */ (body),
        headers: { "content-type": "application/json" },
      }),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.any(limits),
    });
    return AGAIN.has(answer.status) ? null : answer;
  } catch {
    if (signal?.aborted) {
      throw new Cancelled("stopped");
    }
    return null;
  }
}
