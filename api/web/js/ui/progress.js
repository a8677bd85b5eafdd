/** A bar that tells the truth, and says it in words from time to time. */

import { t } from "./catalogue.js";

const SECOND = 1000;
// Who listens is told of a new step at once, and of the same one this often.
const SPOKEN = 10 * SECOND;
// What a trustee does not answer holds nothing up while enough others do.
const LACKING = "lacking";

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
  const shown = /** @type {HTMLElement} */ (root.querySelector("[data-progress]"));
  const spoken = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
  const timer = showLater(root.querySelector("[data-slow]"));
  let [spokenAt, spokenStep] = [0, ""];
  bar.value = 0;
  const report = (/** @type {Progress} */ { step, done, total }) => {
    if (step === LACKING) {
      root.querySelector("[data-lacking]")?.removeAttribute("hidden");
      return;
    }
    const [from = 0, to = 100] = STEPS.get(step) ?? [];
    const share = total > 0 ? done / total : 0;
    bar.value = Math.max(bar.value, from + (to - from) * share);
    shown.textContent = t(`progress.${step}`, { done, total });
    const now = Date.now();
    if (step !== spokenStep || now - spokenAt > SPOKEN || done === total) {
      spoken.textContent = shown.textContent;
      [spokenAt, spokenStep] = [now, step];
    }
  };
  return { report, end: () => clearTimeout(timer) };
}

/**
 * Show a word of patience once it has taken long.
 *
 * @param {Element | null} slow Says itself after how many seconds.
 */
function showLater(slow) {
  const seconds = Number(slow?.getAttribute("data-slow") ?? 0);
  return setTimeout(() => slow?.removeAttribute("hidden"), seconds * SECOND);
}
