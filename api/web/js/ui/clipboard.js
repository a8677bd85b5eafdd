/** Copying words, and taking them back out of the clipboard. */

import { onExit } from "./exit.js";

const KEPT = 60_000;

/**
 * Copy a text; a minute later, or on the way out, the clipboard is emptied.
 *
 * A browser lets only the page in front do so: otherwise it is done when the person
 * comes back to it.
 *
 * @param {string} text
 * @param {() => void} cleared
 */
export async function copyForAMinute(text, cleared) {
  await navigator.clipboard.writeText(text);
  const clear = async () => {
    try {
      await navigator.clipboard.writeText("");
      cleared();
    } catch {
      addEventListener("focus", clear, { once: true });
    }
  };
  setTimeout(clear, KEPT);
  onExit(() => navigator.clipboard.writeText("").catch(() => null));
}
