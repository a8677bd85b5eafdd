/**
 * Job titles and departments: what a person does, whatever it is called.
 */

import { occupations } from "../tables.js";
import { slug } from "./fold.js";

const TITLES = spellingsOf(occupations.titles);
const DEPARTMENTS = spellingsOf(occupations.departments);
/** @type {ReadonlyMap<string, string>} */
const FUNCTIONS = new Map(
  Object.entries(occupations.functions).flatMap(([department, titles]) =>
    titles.map(
      (title) => /** @type {[string, string]} */ ([slug(title), slug(department)]),
    ),
  ),
);

/**
 * Return the one name of a job title; the folded title if it is unknown.
 * @param {string} value
 * @returns {string}
 */
export function titleName(value) {
  const name = slug(value);
  return TITLES.get(name) ?? name;
}

/**
 * Return the one name of a department; the folded one if it is unknown.
 * @param {string} value
 * @returns {string}
 */
export function departmentName(value) {
  const name = slug(value);
  return DEPARTMENTS.get(name) ?? name;
}

/**
 * Return the department in which such a title works; the title if unknown.
 * @param {string} title
 * @returns {string}
 */
export function departmentOf(title) {
  return FUNCTIONS.get(title) ?? title;
}

/**
 * @param {Record<string, string[]>} groups
 * @returns {ReadonlyMap<string, string>}
 */
function spellingsOf(groups) {
  return new Map(
    Object.entries(groups).flatMap(([name, spellings]) =>
      [name, ...spellings].map(
        (spelling) => /** @type {[string, string]} */ ([slug(spelling), slug(name)]),
      ),
    ),
  );
}
