/** The texts of the pages: one catalogue a language, all with the same keys. */
import { readdirSync, readFileSync } from "node:fs";

/** @typedef {{ [key: string]: string | Texts }} Texts */
/**
 * @typedef {object} Catalogue
 * @property {string} language BCP 47
 * @property {"ltr" | "rtl"} direction
 * @property {string} prefix what its paths begin with
 * @property {Texts} texts
 */

const FIRST = "en";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
const PAIRS = "aåeéiîoöuüyýAÅEÉIÎOÖUÜYÝcçCÇnñNÑsšSŠ";
const ACCENTED = new Map(
  [...PAIRS.matchAll(/(.)(.)/gu)].map(([, plain, accented]) => [plain, accented]),
);

/**
 * Read every catalogue; the first is the one whose paths have no prefix.
 *
 * @param {string} here
 * @param {boolean} pseudo add a language in which untranslated text stands out
 * @returns {Catalogue[]}
 * @throws {Error} A key is missing or too many.
 */
export function readCatalogues(here, pseudo) {
  const names = readdirSync(`${here}text`).map((file) => file.replace(".json", ""));
  const ordered = [FIRST, ...names.filter((name) => name !== FIRST).sort()];
  const found = ordered.map((name) => {
    const texts = JSON.parse(readFileSync(`${here}text/${name}.json`, "utf8"));
    return catalogue(name, texts);
  });
  const keys = keysOf(found[0].texts);
  for (const { language, texts } of found) {
    checkKeys(language, keysOf(texts), keys);
  }
  return pseudo ? [...found, catalogue("qps", accent(found[0].texts))] : found;
}

/**
 * @param {string} language
 * @param {Texts} texts
 * @returns {Catalogue}
 */
function catalogue(language, texts) {
  const direction = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  return {
    language,
    direction,
    prefix: language === FIRST ? "" : `/${language}`,
    texts,
  };
}

/**
 * @param {Texts} texts
 * @param {string} [above]
 * @returns {string[]}
 */
function keysOf(texts, above = "") {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [above + key] : keysOf(value, `${above}${key}.`),
  );
}

/**
 * @param {string} language
 * @param {string[]} found
 * @param {string[]} wanted
 */
function checkKeys(language, found, wanted) {
  const missing = wanted.filter((key) => !found.includes(key));
  const unknown = found.filter((key) => !wanted.includes(key));
  if (missing.length || unknown.length) {
    const list = [...missing.map((k) => `-${k}`), ...unknown.map((k) => `+${k}`)];
    throw new Error(`text/${language}.json: ${list.join(" ")}`);
  }
}

/**
 * Accents on every letter and a third more length; links and places stay.
 *
 * @param {Texts} texts
 * @returns {Texts}
 */
function accent(texts) {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === "string" ? accented(value) : accent(value),
    ]),
  );
}

/** @param {string} text */
function accented(text) {
  const kept = /(\{\w+\}|\]\([^)]*\))/u;
  const changed = text
    .split(kept)
    .map((part) =>
      kept.test(part)
        ? part
        : [...part].map((sign) => ACCENTED.get(sign) ?? sign).join(""),
    );
  return `⟦${changed.join("")}${"·".repeat(Math.ceil(text.length / 4))}⟧`;
}

/**
 * What stands under a dotted key.
 *
 * @param {Texts} texts
 * @param {string} key
 * @returns {string | Texts | undefined}
 */
export function textsAt(texts, key) {
  /** @type {string | Texts | undefined} */
  let found = texts;
  for (const part of key.split(".")) {
    found = typeof found === "object" ? found[part] : undefined;
  }
  return found;
}

/**
 * A text by its dotted key.
 *
 * @param {Texts} texts
 * @param {string} key
 * @returns {string}
 * @throws {Error} There is none.
 */
export function textAt(texts, key) {
  const found = textsAt(texts, key);
  if (typeof found !== "string") {
    throw new Error(`no text "${key}"`);
  }
  return found;
}
