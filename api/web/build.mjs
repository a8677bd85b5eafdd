/**
 * Build the web client: `node build.mjs [--pseudo] [--out FOLDER]`.
 *
 * Bundles the scripts under names that follow from their content, renders every page in
 * every language, compresses all of it, and writes `site.json`, by which the server
 * knows what to serve where. Nothing of the result is kept in the repository.
 */
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { bundle } from "./build/bundle.mjs";
import { readCatalogues } from "./build/catalogue.mjs";
import { writeLicences } from "./build/licences.mjs";
import { renderPages } from "./build/render.mjs";
import { Site } from "./build/site.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const flags = process.argv.slice(2);
const out = flags.includes("--out") ? flags[flags.indexOf("--out") + 1] : `${here}dist`;

rmSync(out, { recursive: true, force: true });
const settings = JSON.parse(readFileSync(`${here}settings.json`, "utf8"));
const site = new Site(out, settings);
const assets = await bundle(here, site);
writeLicences(here, site);
renderPages(here, site, assets, readCatalogues(here, flags.includes("--pseudo")));
site.finish();
