/** The licences of what is bundled, as they require. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @import { Site } from "./site.mjs" */

// Word lists of other people, which js/protocol/tables.js holds.
const TABLES = "../../blind_index/tables";

/**
 * Collect the licence texts of every package and table the bundles may hold.
 *
 * @param {string} here
 * @param {Site} site
 */
export function writeLicences(here, site) {
  const lock = JSON.parse(readFileSync(`${here}package-lock.json`, "utf8"));
  const texts = Object.entries(lock.packages)
    .filter(([path, entry]) => path && !entry.dev)
    .map(([path, entry]) => licenceOf(join(here, path), path, entry));
  texts.push(["Word lists", ...textsOf(join(here, TABLES))].join("\n\n"));
  site.add("/licences.txt", "licences.txt", texts.join("\n\n"), {
    type: "text/plain",
    rule: "asset",
  });
}

/**
 * @param {string} folder
 * @param {string} path
 * @param {{ version: string, license?: string }} entry
 */
function licenceOf(folder, path, entry) {
  const name = path.split("node_modules/").at(-1);
  const title = `${name} ${entry.version} (${entry.license ?? "see below"})`;
  return [title, ...textsOf(folder)].join("\n\n");
}

/** @param {string} folder */
function textsOf(folder) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
}
