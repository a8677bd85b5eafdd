/** A bar that tells the truth, and says it in words from time to time. */

import { t } from "./catalogue.js";

const SLOW = 15_000;
const SPOKEN = 1000;

/** How much of all the work each step is, in percent: from, to. */
const STEPS = new Map([
  ["loading", [0, 40]],
  ["testing", [40, 90]],
  ["words", [5, 60]],
  ["looking", [60, 95]],
  ["saving", [60, 95]],
  ["verifying", [5, 20]],
  ["asking", [5, 15]],
  ["stretching", [15, 85]],
  ["sending", [85, 92]],
  ["holding", [92, 98]],
  ["erasing", [30, 95]],
  ["opening", [20, 95]],
]);

/** @typedef {{ step: string, done: number, total: number }} Progress */

/**
 * Show the progress of work on a screen.
 *
 * @param {ParentNode} root
 * @returns {{ report: (progress: Progress) => void, end: () => void }}
 */
export function progressOn(root) {
  const bar = /** @type {HTMLProgressElement} */ (root.querySelector("progress"));
  const text = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
  const slow = root.querySelector("[data-slow]");
  const timer = setTimeout(() => slow?.removeAttribute("hidden"), SLOW);
  let [spokenAt, spokenStep] = [0, ""];
  bar.value = 0;
  const report = (/** @type {Progress} */ { step, done, total }) => {
    const [from = 0, to = 100] = STEPS.get(step) ?? [];
    const share = total > 0 ? done / total : 0;
    bar.value = Math.max(bar.value, from + (to - from) * share);
    const now = Date.now();
    if (step !== spokenStep || now - spokenAt > SPOKEN || done === total) {
      text.textContent = t(`progress.${step}`, { done, total });
      [spokenAt, spokenStep] = [now, step];
    }
  };
  return { report, end: () => clearTimeout(timer) };
}
