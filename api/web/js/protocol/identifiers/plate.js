/**
 * Number plates: country, region and signs, with look-alikes made one.
 */

import { InputError } from "../errors.js";
import { plates } from "../tables.js";
import { fold, known, slug } from "./fold.js";

const REGIONAL = new Set(plates.regional);
/** @type {ReadonlyMap<string, string>} */
const REGIONS = new Map(Object.entries(plates.regions));
// Cyrillic letters that plates use because they look like Latin ones.
const CYRILLIC =
  "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425" +
  "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445";
const LATIN = "ABEKMHOPCTYXabekmhopctyx";
const LOOK_ALIKES = new RegExp(`[${CYRILLIC}]`, "gu");
const SAME_SIGN = /[oqi]/g;
const SEPARATOR = /[^a-z0-9]/g;
const UNREADABLE = /[?*]/;
const SHORTEST = 3;
const LONGEST = 12;

/**
 * A read plate.
 * @typedef {object} Plate
 * @property {string} place
 * @property {string} signs
 * @property {boolean} sure whether country (and region) make it one vehicle's
 */

/**
 * Read one number plate.
 *
 * Source: MATCHING.md, "Plate".
 * @param {string} value the plate as typed
 * @param {string | null} country two-letter country of registration
 * @param {string | null} region state or province, where plates repeat between them
 * @returns {Plate}
 * @throws {InputError} `plate`, when signs are missing or unreadable
 */
export function readPlate(value, country, region) {
  const latin = known(value).replace(LOOK_ALIKES, (sign) => LATIN[CYRILLIC.indexOf(sign)]);
  const signs = fold(latin).replace(SEPARATOR, "");
  const unreadable = UNREADABLE.test(value);
  if (unreadable || signs.length < SHORTEST || signs.length > LONGEST) {
    throw new InputError(
      "plate",
      "this is not a whole number plate",
      "Give every letter and digit, or leave the plate out.",
    );
  }
  const nation = slug(country ?? "").toUpperCase();
  const typed = slug(region ?? "");
  const regional = REGIONAL.has(nation);
  const part = regional ? (REGIONS.get(typed) ?? typed) : "";
  return {
    place: (nation + part).toLowerCase(),
    signs: signs.replace(SAME_SIGN, (sign) => (sign === "i" ? "1" : "0")),
    sure: nation !== "" && (part !== "" || !regional),
  };
}
