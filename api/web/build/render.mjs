/** From templates and catalogues to pages. */
import { readdirSync, readFileSync } from "node:fs";

import { textAt, textsAt } from "./catalogue.mjs";
import { helpLists } from "./help.mjs";
import { escaped, inline } from "./inline.mjs";

/** @import { Asset } from "./bundle.mjs" */
/** @import { Catalogue, Texts } from "./catalogue.mjs" */
/** @import { Site } from "./site.mjs" */
/** @typedef {{ parts: Map<string, string>, screens: string }} Sources */
/**
 * @typedef {object} Everything
 * @property {Record<string, Asset>} assets
 * @property {Catalogue[]} catalogues
 * @property {import("./help.mjs").Help} help
 * @property {string} away where the exit leads
 */

const PAGE = { type: "text/html", rule: /** @type {const} */ ("page") };
const APP_PAGES = new Set(["start", "return", "saw"]);
const DEPTH = 5;

/**
 * Render every page in every language.
 *
 * @param {string} here
 * @param {Site} site
 * @param {Record<string, Asset>} assets
 * @param {Catalogue[]} catalogues
 */
export function renderPages(here, site, assets, catalogues) {
  const parts = folder(`${here}html/parts`);
  const screens = [...folder(`${here}html/screens`)]
    .map(([name, html]) => `<template id="screen-${name}">${html}</template>`)
    .join("\n");
  const pages = folder(`${here}html/pages`);
  const help = JSON.parse(readFileSync(`${here}help.json`, "utf8"));
  const { away } = site.settings;
  for (const catalogue of catalogues) {
    for (const [name, html] of pages) {
      const values = valuesOf(name, catalogue, { assets, catalogues, help, away });
      const whole = (parts.get("layout") ?? "").replace("{{body}}", () => html);
      const page = fill(whole, { parts, screens }, values, catalogue.texts);
      const path = pathOf(catalogue, name);
      site.add(path, `${catalogue.language}/${name}.html`, page, PAGE);
    }
  }
}

/**
 * @param {Catalogue} catalogue
 * @param {string} name
 */
function pathOf(catalogue, name) {
  return name === "index" ? catalogue.prefix || "/" : `${catalogue.prefix}/${name}`;
}

/**
 * What a page may name besides texts.
 *
 * @param {string} name
 * @param {Catalogue} catalogue
 * @param {Everything} all
 * @returns {Record<string, string>}
 */
function valuesOf(name, catalogue, { assets, catalogues, help, away }) {
  const { language, direction, prefix, texts } = catalogue;
  const script = APP_PAGES.has(name) ? assets.app : assets.reading;
  const lists = helpLists(help, language, texts);
  return {
    name,
    away,
    lang: language === "qps" ? "en-XA" : language,
    dir: direction,
    prefix,
    home: prefix || "/",
    title: escaped(textAt(texts, name === "index" ? "landing.title" : "site.neutral")),
    style: assets.style.path,
    styleIntegrity: assets.style.integrity,
    script: script.path,
    scriptIntegrity: script.integrity,
    languages: languageLinks(name, catalogue, catalogues),
    help: lists.page,
    checked: escaped(textAt(texts, "help.checked").replace("{date}", help.checked)),
    countries: lists.options,
    data: APP_PAGES.has(name)
      ? data({ language, texts: texts.app, help: lists.data })
      : data({
          texts: {
            exit: textsAt(texts, "app.exit"),
            cleared: textAt(texts, "app.cleared"),
            moved: textAt(texts, "app.moved"),
          },
        }),
    hashes: Object.values(assets)
      .map((one) => `<dt>${one.path}</dt><dd><code>${one.integrity}</code></dd>`)
      .join(""),
  };
}

/**
 * @param {string} name
 * @param {Catalogue} own
 * @param {Catalogue[]} all
 */
function languageLinks(name, own, all) {
  return all
    .map((one) => {
      const label = escaped(textAt(one.texts, "site.language"));
      const current = one === own ? ' aria-current="true"' : "";
      const code = one.language === "qps" ? "en-XA" : one.language;
      const language = `lang="${code}" hreflang="${code}"${current}`;
      return `<li><a href="${pathOf(one, name)}" ${language}>${label}</a></li>`;
    })
    .join("");
}

/** @param {unknown} value */
function data(value) {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * @param {string} path
 * @returns {Map<string, string>}
 */
function folder(path) {
  const files = readdirSync(path).sort();
  return new Map(
    files.map((file) => [
      file.replace(".html", ""),
      readFileSync(`${path}/${file}`, "utf8").trim(),
    ]),
  );
}

/**
 * Put parts, values and texts into a template.
 *
 * `{{> part name="value"}}` puts in a part, in which `$name` is that value;
 * `{{@name}}` a value; `{{key}}` a text with its emphasis and links; `{{=key}}` a text
 * for an attribute.
 *
 * @param {string} template
 * @param {Sources} sources
 * @param {Record<string, string>} values
 * @param {Texts} texts
 */
function fill(template, sources, values, texts) {
  let page = template.replace("{{screens}}", () => sources.screens);
  for (let depth = 0; depth < DEPTH; depth += 1) {
    page = page.replace(/\{\{> ([\w-]+)([^}]*)\}\}/gu, (_, name, given) =>
      part(sources.parts, name, given),
    );
  }
  return page
    .replace(/\{\{@(\w+)\}\}/gu, (_, name) => values[name] ?? missing(name))
    .replace(/\{\{=([\w.]+)\}\}/gu, (_, key) => escaped(textAt(texts, key)))
    .replace(/\{\{([\w.]+)\}\}/gu, (_, key) =>
      inline(textAt(texts, key), values.prefix),
    );
}

/**
 * @param {Map<string, string>} parts
 * @param {string} name
 * @param {string} given
 */
function part(parts, name, given) {
  const found = parts.get(name) ?? missing(name);
  const values = new Map(
    [...given.matchAll(/(\w+)="([^"]*)"/gu)].map(([, key, value]) => [key, value]),
  );
  return found.replace(/\$(\w+)/gu, (_, key) => values.get(key) ?? "");
}

/**
 * @param {string} name
 * @returns {never}
 */
function missing(name) {
  throw new Error(`nothing is called "${name}"`);
}
