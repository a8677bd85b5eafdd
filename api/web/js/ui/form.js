/** Forms: what was typed, and what is wrong with it. */

/** @typedef {{ field: string | null, text: string }} Slip */

/** Fields with a label of their own; a choice has one for each of its answers. */
const TYPED = "input:not([type=radio], [type=checkbox]), select, textarea";

/** What a person typed cannot be used; one slip a field, or one for the whole form. */
export class Slips extends Error {
  /** @param {Slip[]} slips */
  constructor(slips) {
    super("slips");
    this.slips = slips;
  }
}

/**
 * What was typed and chosen, by name; several of a name as a list.
 *
 * @param {HTMLFormElement} form
 * @returns {Record<string, string> & { all: (name: string) => string[] }}
 */
export function valuesOf(form) {
  const data = new FormData(form);
  const single = [...data].map(([name, value]) => [name, String(value).trim()]);
  return Object.assign(Object.fromEntries(single), {
    all: (/** @type {string} */ name) => data.getAll(name).map(String),
  });
}

/**
 * Put values into a form's fields.
 *
 * @param {HTMLElement} root
 * @param {Record<string, string | number | undefined>} values
 */
export function fillForm(root, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const field of root.querySelectorAll(`[name="${name}"]`)) {
      if (field instanceof HTMLInputElement && /radio|checkbox/u.test(field.type)) {
        field.checked = field.value === String(value);
      } else if (value !== undefined && "value" in field) {
        field.value = String(value);
      }
    }
  }
}

/**
 * Take every error away.
 *
 * @param {HTMLElement} root
 */
export function clearSlips(root) {
  root.querySelector("[data-summary]")?.setAttribute("hidden", "");
  for (const error of root.querySelectorAll(".error")) {
    error.setAttribute("hidden", "");
    error.textContent = "";
  }
  for (const field of root.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
  }
}

/**
 * Show what is wrong: a summary with links at the top, and a text at each field.
 *
 * @param {HTMLElement} root
 * @param {Slip[]} slips
 */
export function showSlips(root, slips) {
  clearSlips(root);
  const summary = /** @type {HTMLElement | null} */ (
    root.querySelector("[data-summary]")
  );
  const list = summary?.querySelector("ul");
  const several = slips.length > 1;
  list?.replaceChildren(...slips.map((slip) => lineOf(root, slip, several)));
  for (const slip of slips) {
    markField(root, slip);
  }
  summary?.removeAttribute("hidden");
  summary?.focus();
}

/**
 * One line of the summary; among several, each names its field.
 *
 * @param {HTMLElement} root
 * @param {Slip} slip
 * @param {boolean} several
 */
function lineOf(root, { field, text }, several) {
  const line = document.createElement("li");
  const target = field && fieldOf(root, field);
  if (!target) {
    line.textContent = text;
    return line;
  }
  const link = document.createElement("a");
  link.href = `#${target.id}`;
  const label = several && target.matches(TYPED) ? labelOf(root, target) : null;
  link.textContent = label ? `${label}: ${text}` : text;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.focus();
  });
  line.append(link);
  return line;
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} field
 */
function labelOf(root, { id }) {
  return root.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent;
}

/**
 * @param {HTMLElement} root
 * @param {Slip} slip
 */
function markField(root, { field, text }) {
  const target = field && fieldOf(root, field);
  if (target && "value" in target && target.tagName !== "BUTTON") {
    target.setAttribute("aria-invalid", "true");
  }
  const error = field && root.querySelector(`#${CSS.escape(field)}-error`);
  if (error) {
    error.textContent = text;
    error.removeAttribute("hidden");
  }
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @returns {HTMLElement | null}
 */
function fieldOf(root, name) {
  const own = CSS.escape(name);
  return root.querySelector(`[name="${own}"], button#${own}`);
}
