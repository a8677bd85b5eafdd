/**
 * Telephone numbers: from any spelling to the international number.
 */

import parsePhoneNumber, {
  getCountryCallingCode,
  isSupportedCountry,
} from "libphonenumber-js/max";

import { InputError } from "../errors.js";
import { phones } from "../tables.js";
import { fold, slug } from "./fold.js";

/** @typedef {import("libphonenumber-js/max").CountryCode} CountryCode */

// What numbers of mobiles begin with, where they differ from fixed lines.
const MOBILE = phones.mobile;
// What numbers of fixed lines begin with, where no mobile's does.
const FIXED = phones.fixed;
const BRAZIL_FIXED = /^\+55[1-9][0-9][2-5][0-9]{7}$/;
// North America tells nothing apart, but a switchboard likes a round number.
const ROUND = "00";
const START = /[+(0-9]/;
// Letters after the number begin an extension or a remark ("x12", "his mobile").
const END = /[a-z#;,/*]/;
const TRUNK_ZERO = "(0)";
const NOT_DIGIT = /[^0-9]/g;
const INTERNATIONAL = ["+", "00"];
const EXITS = ["011", "0011"];
const SHORTEST = 7;
const LONGEST = 18;
// What must follow a country's code for the code to be believed.
const SUBSCRIBER = 8;
const ITALY = "39";
const NORTH_AMERICA = "1";
const BRAZIL_OLD_MOBILE = /(\+55[1-9][0-9])([6-9][0-9]{7})$/;
const MEXICO_MOBILE = /\+521([0-9]{10})$/;
const ARGENTINA_MOBILE = /\+549([0-9]{10})$/;

/**
 * Read one telephone number.
 *
 * Source: ITU-T E.164; MATCHING.md, "Phone". Validity is ignored on purpose:
 * numbering plans change faster than their tables.
 * @param {string} value the number as typed, extension and remarks included
 * @param {string | null} country two-letter country whose spelling it may be
 * @returns {string[]} `+` and digits; two numbers when the spelling can mean both
 * @throws {InputError} `phone`, when no number of a known country can be read
 */
export function phoneNumbers(value, country) {
  const region = regionOf(country);
  const typed = clean(value);
  const digits = withoutPrefix(typed, "+").length;
  if (digits < SHORTEST || digits > LONGEST) {
    throw new InputError(
      "phone",
      "this is not a telephone number",
      "Give all digits, with the country's code if you know it.",
    );
  }
  /** @type {Set<string>} */
  const numbers = new Set();
  for (const spelling of spellings(typed, region)) {
    const number = parse(spelling, region);
    if (number !== null) numbers.add(number);
  }
  if (numbers.size === 0) {
    throw new InputError(
      "phone",
      "the country of this number is missing",
      "Choose the country, or begin with + and its code.",
    );
  }
  return [...numbers];
}

/**
 * Tell whether an international number is certainly a mobile's.
 * @param {string} number
 * @returns {boolean}
 */
export function isMobile(number) {
  return MOBILE.some((start) => number.startsWith(start));
}

/**
 * Tell whether an international number looks like a fixed line of many people.
 * @param {string} number
 * @returns {boolean}
 */
export function isFixed(number) {
  const begins = FIXED.some((start) => number.startsWith(start));
  const looks = begins || BRAZIL_FIXED.test(number) || number.endsWith(ROUND);
  return looks && !isMobile(number);
}

/**
 * @param {string | null} country
 * @returns {CountryCode | undefined}
 */
function regionOf(country) {
  const region = country ? slug(country).toUpperCase() : "";
  return isSupportedCountry(region) ? region : undefined;
}

/**
 * Return the digits, after a + if the number was typed with one.
 * @param {string} value
 * @returns {string}
 */
function clean(value) {
  let text = fold(value).replaceAll(TRUNK_ZERO, "");
  const start = text.search(START);
  text = start < 0 ? "" : text.slice(start);
  const end = text.search(END);
  text = end < 0 ? text : text.slice(0, end);
  const plus = text.startsWith("+") || text.startsWith("(+") ? "+" : "";
  return plus + text.replace(NOT_DIGIT, "");
}

/**
 * @param {string} typed
 * @param {CountryCode | undefined} region
 * @returns {string[]}
 */
function spellings(typed, region) {
  const code = region ? getCountryCallingCode(region) : "";
  for (const exit of EXITS) {
    const rest = withoutPrefix(typed, exit);
    if (rest !== typed && beginsWith(rest, code)) return [abroad(rest)];
  }
  if (INTERNATIONAL.some((start) => typed.startsWith(start))) return [abroad(typed)];
  if (code === NORTH_AMERICA) return [abroad(code + typed)];
  if (beginsWith(typed, code)) {
    const possible = [typed, abroad(typed)].filter((one) => isPossible(one, region));
    return possible.length ? possible : [typed];
  }
  return [typed];
}

/**
 * @param {string} text
 * @param {string} prefix
 * @returns {string}
 */
function withoutPrefix(text, prefix) {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/**
 * @param {string} typed
 * @returns {string}
 */
function abroad(typed) {
  // No country's code begins with 0, and no number of North America with 1.
  const digits = withoutPrefix(typed, "+").replace(/^0+/, "");
  return "+" + digits.replace(/^1+/, "1");
}

/**
 * @param {string} digits
 * @param {string} code
 * @returns {boolean}
 */
function beginsWith(digits, code) {
  const rest = withoutPrefix(digits, code);
  return code !== "" && rest !== digits && rest.length >= SUBSCRIBER;
}

/**
 * @param {string} text
 * @param {CountryCode | undefined} region
 * @returns {boolean}
 */
function isPossible(text, region) {
  return parsed(text, region)?.isPossible() ?? false;
}

/**
 * @param {string} text
 * @param {CountryCode | undefined} region
 * @returns {string | null}
 */
function parse(text, region) {
  const number = parsed(text, region);
  if (number === undefined) return null;
  const code = number.countryCallingCode;
  const significant = number.nationalNumber.replace(/^0+/, "");
  // Only in Italy does a zero at the start belong to the number.
  const zero = code === ITALY && number.nationalNumber.startsWith("0") ? "0" : "";
  const spelled = `+${code}${zero}${significant}`;
  if (spelled.length <= SHORTEST) return null;
  return spelled
    .replace(BRAZIL_OLD_MOBILE, (_, area, line) => `${area}9${line}`)
    .replace(MEXICO_MOBILE, "+52$1")
    .replace(ARGENTINA_MOBILE, "+54$1");
}

/**
 * @param {string} text
 * @param {CountryCode | undefined} region
 */
function parsed(text, region) {
  return parsePhoneNumber(text, { defaultCountry: region, extract: false });
}
