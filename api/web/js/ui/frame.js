/** What stands around a screen: no link of it may lose what was typed. */

/**
 * While something may be lost, links open beside the page, and the language stays.
 *
 * @param {boolean} begun
 */
export function frame(begun) {
  document.querySelector("[data-languages]")?.toggleAttribute("hidden", begun);
  document.querySelector("[data-beside-hint]")?.toggleAttribute("hidden", !begun);
  for (const link of document.querySelectorAll("a[data-beside]")) {
    if (begun) link.setAttribute("target", "_blank");
    else link.removeAttribute("target");
    link.setAttribute("rel", "noopener noreferrer");
  }
}
