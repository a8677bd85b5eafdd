/**
 * One thing that a survivor knows about the named person, as typed.
 */

import { InputError } from "../errors.js";

const LONGEST = 300;
const KINDS = new Set([
  "name",
  "nickname",
  "employer",
  "department",
  "job_title",
  "city",
  "phone",
  "email",
  "social",
  "website",
  "plate",
]);
const TEXTS = new Set([
  "value",
  "given",
  "family",
  "country",
  "region",
  "label",
  "platform",
  "size",
]);

/**
 * One identifier with the context that its kind may have.
 * @typedef {object} Identifier
 * @property {string} kind what it is
 * @property {string | null} [value] the text as typed; a name may have `given` and
 *   `family` instead
 * @property {string | null} [given] given name of a name
 * @property {string | null} [family] family name of a name
 * @property {string | null} [country] two-letter country of a phone, plate or city
 * @property {string | null} [region] state or province of a plate
 * @property {string | null} [label] whose line a phone is: `mobile` and `personal`
 *   are one person's, `work` and `shared` are not
 * @property {string | null} [platform] where a social handle lives
 * @property {string | null} [size] whether an employer is `small` or `large`
 * @property {boolean | null} [former] whether an employer is a former one
 */

/**
 * Tell whether a value has the shape of an identifier and nothing else.
 * @param {unknown} value
 * @returns {value is Identifier}
 */
export function isIdentifier(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.some(([field, one]) => field === "kind" && KINDS.has(one)) &&
    entries.every(([field, one]) => {
      if (field === "kind") return true;
      if (field === "former") return one === null || typeof one === "boolean";
      return TEXTS.has(field) && (one === null || typeof one === "string");
    })
  );
}

/**
 * Return the text to read: the value, or the given and family name of a name.
 * @param {Identifier} identifier
 * @returns {string}
 * @throws {InputError} the kind, when the text is missing or too long to be one
 */
export function textOf(identifier) {
  const { kind, value, family, given } = identifier;
  let text = value ?? "";
  if (text === "" && kind === "name") {
    text = [family, given].filter((part) => part).join(", ");
  }
  if (text === "") throw new InputError(kind, "nothing was given", "Fill it in.");
  if ([...text].length > LONGEST) {
    throw new InputError(kind, "this is too long", "Shorten it.");
  }
  return text;
}

/**
 * Return what is left of a text to compare.
 * @param {string} kind
 * @param {string} left
 * @returns {string}
 * @throws {InputError} the kind, when nothing is left, as of "?"
 */
export function somethingOf(kind, left) {
  if (!left) {
    throw new InputError(kind, "there is nothing to compare in this text", "Add to it.");
  }
  return left;
}
