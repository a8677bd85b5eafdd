/** Clear a page that nobody has touched for a while. */

const QUIET = 20 * 60_000;
const WARNING = 60_000;
const SIGNS = ["pointerdown", "keydown", "input", "scroll"];

/**
 * Warn after twenty quiet minutes; one minute later the page is cleared.
 *
 * @param {{ warn: (stay: () => void) => void, clear: () => void }} acts `stay` begins
 *   the wait anew.
 */
export function installIdle({ warn, clear }) {
  let timer = 0;
  let warned = false;
  const begin = () => {
    clearTimeout(timer);
    warned = false;
    timer = setTimeout(() => {
      warned = true;
      warn(begin);
      timer = setTimeout(clear, WARNING);
    }, QUIET);
  };
  for (const sign of SIGNS) {
    // Once warned, only the answer to the warning counts.
    document.addEventListener(sign, () => warned || begin(), { passive: true });
  }
  begin();
}
