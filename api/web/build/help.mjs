/** Help by country, from its own dated list. */
import { textAt } from "./catalogue.mjs";
import { escaped } from "./inline.mjs";

// Codes that have a name and are no country of today.
const NOT_COUNTRIES = new Set([
  "EU",
  "EZ",
  "UN",
  "ZZ",
  "XA",
  "XB",
  "QO",
  "AN",
  "BU",
  "CS",
  "DD",
  "FX",
  "NT",
  "SU",
  "TP",
  "YD",
  "YU",
  "ZR",
  "NH",
  "RH",
  "VD",
  "HV",
  "DY",
  "UK",
  "CP",
  "CQ",
]);

/** @import { Texts } from "./catalogue.mjs" */
/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} [phone]
 * @property {string} [web]
 * @property {string} kind a key of the catalogue's `help.kinds`
 */
/** @typedef {{ checked: string, countries: Record<string, Line[]> }} Help */

/**
 * The list as a page, as options of a field, and as data for the scripts.
 *
 * @param {Help} help
 * @param {string} language
 * @param {Texts} texts
 */
export function helpLists(help, language, texts) {
  const spoken = language === "qps" ? "en" : language;
  const names = new Intl.DisplayNames([spoken], { type: "region" });
  const listed = Object.keys(help.countries)
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, spoken));
  const page = listed
    .map(({ code, name }) => {
      const lines = help.countries[code].map(
        (line) => `<li>${shown(line, texts)}</li>`,
      );
      const summary = `<summary>${escaped(name)}</summary>`;
      return `<details>${summary}<ul>${lines.join("")}</ul></details>`;
    })
    .join("");
  return { page, options: options(names, spoken), data: help.countries };
}

/**
 * @param {Line} line
 * @param {Texts} texts
 */
function shown(line, texts) {
  const kind = escaped(textAt(texts, `app.help.${line.kind}`));
  const phone = line.phone
    ? ` ${link(`tel:${line.phone.replaceAll(" ", "")}`, line.phone)}`
    : "";
  const web = line.web ? ` ${link(line.web, new URL(line.web).host)}` : "";
  return `<strong><bdi>${escaped(line.name)}</bdi></strong> ${kind}${phone}${web}`;
}

/**
 * @param {string} target
 * @param {string} label
 */
function link(target, label) {
  return `<a href="${escaped(target)}" rel="noreferrer" dir="ltr">${escaped(label)}</a>`;
}

/**
 * @param {Intl.DisplayNames} names
 * @param {string} language
 */
function options(names, language) {
  const codes = [];
  for (let first = 65; first <= 90; first += 1) {
    for (let second = 65; second <= 90; second += 1) {
      codes.push(String.fromCharCode(first, second));
    }
  }
  return codes
    .filter((code) => !NOT_COUNTRIES.has(code) && names.of(code) !== code)
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, language))
    .map(({ code, name }) => `<option value="${code}">${escaped(name)}</option>`)
    .join("");
}
