/**
 * Less to load, with the same answers: what the packages carry for others' needs is
 * left out of the bundle. `tests/web/compact.test.mjs` holds each against its original.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { code_points as codePoints } from "../js/protocol/tables.js";
import { asciiTables } from "./asciiTables.mjs";

/** @import { OnLoadArgs, OnLoadResult, Plugin } from "esbuild" */

// Places within a country's entry of libphonenumber's metadata.
const [FORMATS, TYPES] = [4, 11];
const LITERAL = /"([A-Za-z0-9+/=]{2000,})"/u;

/** @type {readonly [RegExp, (text: string) => string][]} */
const CHANGES = [
  [/libsodium-sumo\.mjs$/, binaryAsText],
  [/libphonenumber-js[/\\]metadata\.max\.json\.js$/, withoutFormats],
  [/post-quantum[/\\]hybrid\.js$/, withoutSideEffects],
];

/**
 * Every change, as one plugin.
 *
 * @returns {Plugin}
 */
export function compact() {
  return {
    name: "compact",
    setup(build) {
      build.onResolve({ filter: /^any-ascii$/ }, () => ({
        path: fileURLToPath(new URL("../js/compact/anyAscii.js", import.meta.url)),
      }));
      build.onResolve({ filter: /^compact:ascii$/ }, ({ path }) => ({
        path,
        namespace: "compact",
      }));
      build.onLoad({ filter: /./, namespace: "compact" }, () => ({
        contents: moduleOf(asciiTables(codePoints.ranges)),
      }));
      for (const [filter, change] of CHANGES) {
        build.onLoad({ filter }, (found) => changed(found, change));
      }
    },
  };
}

/**
 * @param {OnLoadArgs} found
 * @param {(text: string) => string} change
 * @returns {OnLoadResult}
 */
function changed({ path }, change) {
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) {
    throw new Error(`${path} is not what it was: build/compact.mjs must follow`);
  }
  return { contents: after };
}

/** @param {Record<string, unknown>} values */
function moduleOf(values) {
  return Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join("\n");
}

/**
 * The same base64 text, made at run time from one that compresses better.
 *
 * @param {string} text
 */
function binaryAsText(text) {
  return text.replace(LITERAL, (_, base64) => {
    const signs = Buffer.from(base64, "base64").toString("latin1");
    return `btoa(${JSON.stringify(signs)})`;
  });
}

/**
 * Telephone metadata for reading numbers only: they are never written in groups, and
 * the kinds of lines only tell countries with one code apart.
 *
 * @param {string} text
 */
export function withoutFormats(text) {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}") + 1];
  const metadata = JSON.parse(text.slice(start, end));
  const sharing = Object.values(metadata.country_calling_codes).filter(
    (countries) => countries.length > 1,
  );
  const shared = new Set(sharing.flat());
  for (const [country, entry] of Object.entries(metadata.countries)) {
    entry[FORMATS] = [];
    if (!shared.has(country)) entry.splice(TYPES);
  }
  for (const entry of Object.values(metadata.nonGeographic)) {
    entry[FORMATS] = [];
    entry.splice(TYPES);
  }
  return text.slice(0, start) + JSON.stringify(metadata) + text.slice(end);
}

/**
 * What nothing uses may go: two suites for other curves are made as the module loads.
 *
 * @param {string} text
 */
function withoutSideEffects(text) {
  return text.replaceAll(/= QSF\(/gu, "= /* @__PURE__ */ QSF(");
}
