/** The licences of what is bundled, as they require. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @import { Site } from "./site.mjs" */

/**
 * Collect the licence texts of every package that the bundles may hold.
 *
 * @param {string} here
 * @param {Site} site
 */
export function writeLicences(here, site) {
  const lock = JSON.parse(readFileSync(`${here}package-lock.json`, "utf8"));
  const texts = Object.entries(lock.packages)
    .filter(([path, entry]) => path && !entry.dev)
    .map(([path, entry]) => licenceOf(join(here, path), path, entry));
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
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const texts = files
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${entry.version} (${entry.license ?? "see below"})`, ...texts].join(
    "\n\n",
  );
}
