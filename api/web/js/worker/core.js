/**
 * The worker's door: calls in, results, progress and errors out.
 *
 * Everything secret lives here and ends with this worker. A call is
 * `{id, method, given}`, or `{id, stop: true}` for one that is to end; an answer
 * `{id, result}`, `{id, error}` or `{id, progress}`.
 */

import { perform } from "./methods.js";
import { Session } from "./session.js";

/** @type {Map<number, AbortController>} */
const running = new Map();
const session = new Session();

self.onmessage = async ({ data: { id, method, given, stop } }) => {
  if (stop) {
    running.get(id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(id, controller);
  const report = (/** @type {string} */ step, done = 0, total = 0) =>
    self.postMessage({ id, progress: { step, done, total } });
  try {
    const call = { report, signal: controller.signal };
    self.postMessage({ id, result: await perform(session, method, given, call) });
  } catch (error) {
    self.postMessage({ id, error: told(error) });
  } finally {
    running.delete(id);
  }
};

/**
 * An error in a form that may leave the worker; none carries what was typed.
 *
 * @param {any} error
 */
function told(error) {
  const { name, field, reason, details, culprit, who, message } = error;
  return { name, field, reason, details, culprit, who, message: String(message) };
}
