/**
 * Employers: the name without legal form, branch and abbreviations.
 */

import { InputError } from "../errors.js";
import { employers } from "../tables.js";
import { known, words } from "./fold.js";
import { isCity } from "./place.js";
import { soft } from "./sound.js";

const LEGAL_FORMS = new Set(employers.legal_forms);
const LONGEST_FORM = Math.max(
  ...employers.legal_forms.map((form) => form.split(" ").length),
);
const NATIVE_FORMS = new RegExp(
  employers.native_legal_forms
    .map((form) => form.replace(/[()]/g, "\\$&"))
    .join("|"),
  "gu",
);
/** @type {ReadonlyMap<string, string>} */
const WORDS = new Map(Object.entries(employers.words));
const GENERIC = new Set(employers.generic);
const BRACKETS = /\([^()]*\)|\[[^[\]]*\]/g;
const BRANCH = /(?: - | \u2013 |, )[^,]*$|(?<=[^ ]),? [^ ]+ branch$/i;
const AND = /[&+\uff06]/g;
const SMALL_WORDS = new Set(["and", "of", "the", "for", "de", "la", "le"]);
// Domain labels are often cut short; firms are compared by this many letters.
const COMPARED = 18;
const SHORT = 3;
const ACRONYM_WORDS = 3;
const ACRONYM_SHORTEST = 2;
const ACRONYM_LONGEST = 5;

/**
 * A read employer.
 * @typedef {object} Employer
 * @property {string} code consonant skeleton of the whole name
 * @property {string} head the first word if it is a name of its own, else empty
 * @property {string} first skeleton of that word
 * @property {string} initials initials of three words or more, or a short name
 */

/**
 * Read one employer.
 *
 * Source: MATCHING.md, "Employer".
 * @param {string} value the name as typed
 * @returns {Employer} the forms in which employers are compared
 * @throws {InputError} `employer`, when nothing of a name is left
 */
export function readEmployer(value) {
  const parts = employerWords(value);
  if (parts.length === 0) {
    throw new InputError(
      "employer",
      "this is not the name of an employer",
      "Give the name that people use for it.",
    );
  }
  const named = !GENERIC.has(parts[0]) && parts[0].length > SHORT;
  const head = named ? parts[0] : "";
  return {
    code: firmCode(parts.join("")),
    head,
    first: soft(head),
    initials: initialsOf(parts),
  };
}

/**
 * Return the code of a joined firm name or of a domain's label.
 * @param {string} label
 * @returns {string}
 */
export function firmCode(label) {
  return soft(label.slice(0, COMPARED).replace(/s$/, ""));
}

/**
 * Tell whether a handle ends with a word that firms' names end with.
 * @param {string} handle
 * @returns {boolean}
 */
export function endsLikeFirm(handle) {
  return employers.account_endings.some((ending) => handle.endsWith(ending));
}

/**
 * Return an employer's words, spelled out, without form and branch.
 * @param {string} value
 * @returns {string[]}
 */
export function employerWords(value) {
  const text = known(value)
    .replace(NATIVE_FORMS, " ")
    .replace(BRACKETS, " ")
    .replace(AND, " and ");
  const main = words(text.replace(BRANCH, ""));
  let parts = withoutThe(main.length ? main : words(text));
  parts = withoutThe(withoutForms(withoutCity(withoutForms(parts))));
  return parts.map((part) => WORDS.get(part) ?? part);
}

/**
 * @param {string[]} parts
 * @returns {string[]}
 */
function withoutThe(parts) {
  return parts.length > 1 && parts[0] === "the" ? parts.slice(1) : parts;
}

/**
 * @param {string[]} parts
 * @returns {string[]}
 */
function withoutForms(parts) {
  let left = parts;
  for (;;) {
    const shorter = withoutForm(left);
    if (shorter.length === left.length) return left;
    left = shorter;
  }
}

/**
 * @param {string[]} parts
 * @returns {string[]}
 */
function withoutForm(parts) {
  for (let length = LONGEST_FORM; length > 0; length -= 1) {
    if (parts.length > length) {
      if (LEGAL_FORMS.has(parts.slice(-length).join(" "))) return parts.slice(0, -length);
      if (LEGAL_FORMS.has(parts.slice(0, length).join(" "))) return parts.slice(length);
    }
  }
  return parts;
}

/**
 * @param {string[]} parts
 * @returns {string[]}
 */
function withoutCity(parts) {
  for (const length of [3, 2, 1]) {
    const left = parts.slice(0, -length);
    const named = left.length > 1 && !SMALL_WORDS.has(left[left.length - 1]);
    if (named && isCity(parts.slice(-length).join(""))) return left;
  }
  return parts;
}

/**
 * @param {string[]} parts
 * @returns {string}
 */
function initialsOf(parts) {
  const named = parts.filter((part) => !SMALL_WORDS.has(part));
  if (named.length >= ACRONYM_WORDS) return named.map((part) => part[0]).join("");
  const size = parts[0].length;
  const short = size >= ACRONYM_SHORTEST && size <= ACRONYM_LONGEST;
  return parts.length === 1 && short ? parts[0] : "";
}
