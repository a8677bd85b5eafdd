/** Texts for what scripts say: from the page's own data, never from code. */

/** @typedef {{ [key: string]: string | Texts }} Texts */

const found = JSON.parse(document.getElementById("data")?.textContent ?? "{}");

/** The language of the page, for dates and numbers. */
export const LANGUAGE = document.documentElement.lang;

/** Help lines by country. */
export const HELP = found.help ?? {};

/**
 * A text with its places filled.
 *
 * @param {string} key Dotted.
 * @param {Record<string, string | number>} [values]
 * @returns {string} The key itself where the text is missing.
 */
export function t(key, values = {}) {
  return filled(lookUp(key) ?? key, values);
}

/**
 * A text whose key is itself a sentence.
 *
 * @param {string} group
 * @param {string} key
 * @returns {string | undefined}
 */
export function textIn(group, key) {
  const texts = found.texts?.[group];
  return Object.hasOwn(texts ?? {}, key) ? texts[key] : undefined;
}

/** @param {string} key */
function lookUp(key) {
  let at = found.texts;
  for (const part of key.split(".")) {
    at = at?.[part];
  }
  return typeof at === "string" ? at : undefined;
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/gu, (place, name) =>
    name in values ? isolated(values[name]) : place,
  );
}

/**
 * What was typed keeps its own direction within a text of another one.
 *
 * @param {string | number | undefined} value
 * @returns {string}
 */
export function isolated(value) {
  return typeof value === "string" ? `\u2068${value}\u2069` : shownNumber(value);
}

/** @param {string | number | undefined} value */
export function shownNumber(value) {
  return typeof value === "number"
    ? new Intl.NumberFormat(LANGUAGE).format(value)
    : String(value);
}

/**
 * A day (counted from 1970-01-01) for people.
 *
 * @param {number} day
 */
export function shownDay(day) {
  const date = new Date(day * 86_400_000);
  return new Intl.DateTimeFormat(LANGUAGE, {
    dateStyle: "long",
    timeZone: "UTC",
  }).format(date);
}

/**
 * The time of day so many seconds from now.
 *
 * @param {number} seconds
 */
export function shownTimeIn(seconds) {
  // Told in minutes: late rather than early.
  const time = new Date(Date.now() + (seconds + 59) * 1000);
  return new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "short" }).format(time);
}

/**
 * A month (12 * year + month - 1) for people.
 *
 * @param {number} month
 */
export function shownMonth(month) {
  const date = new Date(Date.UTC(Math.floor(month / 12), month % 12));
  const format = { month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(LANGUAGE, /** @type {any} */ (format)).format(date);
}

/**
 * A number of years for people.
 *
 * @param {number} years
 */
export function shownYears(years) {
  const format = { style: "unit", unit: "year", unitDisplay: "long" };
  return new Intl.NumberFormat(LANGUAGE, /** @type {any} */ (format)).format(years);
}
