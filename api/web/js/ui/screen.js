/** Screens: copies of the page's templates, with their slots filled. */

import { shownNumber } from "./catalogue.js";

/**
 * A copy of a template of the page.
 *
 * @param {string} name
 * @returns {DocumentFragment}
 */
export function screenOf(name) {
  const copy = copyOf(document.getElementById(`screen-${name}`));
  const countries = document.getElementById("countries");
  for (const select of copy.querySelectorAll("[data-countries]")) {
    select.append(copyOf(countries));
  }
  return copy;
}

/**
 * @param {Element | null} template
 * @returns {DocumentFragment}
 */
export function copyOf(template) {
  if (!(template instanceof HTMLTemplateElement)) {
    throw new TypeError("no such template");
  }
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * The one element that a screen must have.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) {
    throw new TypeError(`no ${selector} on this screen`);
  }
  return found;
}

/**
 * Put values into the places of a text.
 *
 * @param {ParentNode} root
 * @param {Record<string, string | number>} values
 */
export function fillSlots(root, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const slot of root.querySelectorAll(`[data-slot="${name}"]`)) {
      slot.textContent = shownNumber(value);
    }
  }
}

/**
 * Show or hide.
 *
 * @param {Element} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

/**
 * Hide what others should not read over a shoulder, until "Reveal" is pressed.
 *
 * @param {HTMLElement} root Holds the button and the secrets.
 */
export function cover(root) {
  const button = root.querySelector("[data-reveal]");
  if (button === null) return;
  const secrets = root.querySelectorAll("[data-secret]");
  const set = (/** @type {boolean} */ covered) => {
    root.toggleAttribute("data-covered-values", covered);
    button.setAttribute("aria-pressed", String(!covered));
    for (const secret of secrets) {
      secret.setAttribute("aria-hidden", String(covered));
    }
  };
  button.addEventListener("click", () =>
    set(!root.hasAttribute("data-covered-values")),
  );
  set(true);
}
