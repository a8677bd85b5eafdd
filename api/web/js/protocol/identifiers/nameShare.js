/**
 * How many people have a part of a name.
 */

import { common_names as commonNames } from "../tables.js";
import { soft } from "./sound.js";

// A dozen of a country's most frequent names, and a few hundred of its frequent ones.
// Both are held as they are compared, so that no spelling slips by.
const WIDESPREAD = skeletons(commonNames.widespread);
const COMMON = skeletons(
  commonNames.widespread,
  commonNames.given,
  commonNames.family,
);

/**
 * Tell whether a part, as it is compared, is among the most frequent ones.
 * @param {string} form
 * @returns {boolean}
 */
export function isWidespread(form) {
  return WIDESPREAD.has(form);
}

/**
 * Tell whether a part, as it is compared, is a frequent one.
 * @param {string} form
 * @returns {boolean}
 */
export function isCommon(form) {
  return COMMON.has(form);
}

/**
 * @param {...Record<string, string[]>} tables
 * @returns {Set<string>}
 */
function skeletons(...tables) {
  return new Set(tables.flatMap((table) => Object.values(table).flat()).map(soft));
}
