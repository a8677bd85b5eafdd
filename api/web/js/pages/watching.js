/** How a check goes on elsewhere, for whoever waits at its screen. */

/** @import { View } from "./view.js" */

// Rarer and rarer: many people may wait behind one address (§T11).
const [FIRST, LAST, GROWTH] = [2000, 30_000, 1.25];

/**
 * Ask how the check is, for as long as its screen shows: now and then, and whenever she
 * comes back to this tab.
 *
 * @param {View} view
 * @param {string} screen
 * @param {(found: { notes: string[] }) => void} tell
 */
export async function watch(view, screen, tell) {
  const first = view.root.firstElementChild;
  let rest = FIRST;
  const shown = () => view.name === screen && view.root.contains(first);
  // A screen with a bar may stand in front for a while.
  while (view.name === screen) {
    if (shown()) {
      try {
        tell(await view.call("lookAtCheck"));
      } catch {
        // The form's own call says what is wrong.
      }
    }
    await passed(rest);
    rest = Math.min(rest * GROWTH, LAST);
  }
}

/**
 * @param {number} milliseconds
 * @returns {Promise<void>} Sooner if this tab is left or shown again.
 */
function passed(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    document.addEventListener("visibilitychange", done);
  });
}
