/**
 * Cities: one name for each, whatever language or short form was typed.
 */

import { places } from "../tables.js";
import { slug, words } from "./fold.js";

/** @type {ReadonlyMap<string, string>} */
const CITIES = new Map(
  Object.entries(places.cities).flatMap(([city, spellings]) =>
    [city, ...spellings].map(
      (spelling) => /** @type {[string, string]} */ ([slug(spelling), slug(city)]),
    ),
  ),
);
const REGIONS = new Set(places.regions);
const LONG_REGIONS = new Set(places.long_regions);
const LONG_REGION_WORDS = [3, 2];
const ARTICLES = new Set(["city", "greater"]);

/**
 * Return the one name of a city, without region, country or district.
 * @param {string} value the city as typed, such as "Austin, TX" or "Köln"
 * @returns {string} lower-case ASCII letters and digits; empty when there are none
 */
export function cityName(value) {
  let parts = words(value);
  while (parts.length) {
    const whole = parts.join("");
    const city = CITIES.get(whole);
    if (city !== undefined) return city;
    const shorter = withoutRegion(parts);
    if (shorter.length === parts.length) return whole;
    parts = shorter;
  }
  return "";
}

/**
 * Tell whether joined, folded words are a city of the table.
 * @param {string} value
 * @returns {boolean}
 */
export function isCity(value) {
  return CITIES.has(value);
}

/**
 * @param {string[]} parts
 * @returns {string[]}
 */
function withoutRegion(parts) {
  for (const length of LONG_REGION_WORDS) {
    if (parts.length > length && LONG_REGIONS.has(parts.slice(-length).join(" "))) {
      return parts.slice(0, -length);
    }
  }
  const last = parts[parts.length - 1];
  if (parts.length > 1 && (REGIONS.has(last) || /^[0-9]/.test(last))) {
    return parts.slice(0, -1);
  }
  return parts.length > 1 && ARTICLES.has(parts[0]) ? parts.slice(1) : parts;
}
