/** From modules to bundles with hashed names. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { build } from "esbuild";

import { compact } from "./compact.mjs";
import { integrity } from "./site.mjs";

/** @import { Plugin } from "esbuild" */
/** @import { Site } from "./site.mjs" */
/** @typedef {{ path: string, integrity: string }} Asset */

const SETTINGS = {
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  format: /** @type {const} */ ("esm"),
  target: ["es2022"],
  legalComments: /** @type {const} */ ("none"),
  charset: /** @type {const} */ ("utf8"),
  plugins: [compact()],
};

/**
 * Bundle every entry point; those that start another one are told its name.
 *
 * @param {string} here the folder of the client
 * @param {Site} site
 * @returns {Promise<Record<string, Asset>>} by name of the entry point
 */
export async function bundle(here, site) {
  const edition = editionOf(here);
  const known = { EDITION: JSON.stringify(edition) };
  const sodium = await one(site, `${here}js/worker/sodium.js`, "asset", known);
  const plugins = [loaded("libsodium-wrappers-sumo", sodium.path)];
  const stretcher = await one(
    site,
    `${here}js/worker/stretcher.js`,
    "worker",
    known,
    plugins,
  );
  const named = { ...known, STRETCHER: JSON.stringify(stretcher.path) };
  const core = await one(site, `${here}js/worker/core.js`, "worker", named, plugins);
  const app = await one(site, `${here}js/pages/app.js`, "asset", {
    ...known,
    CORE: JSON.stringify(core.path),
  });
  const reading = await one(site, `${here}js/pages/reading.js`, "asset", known);
  const style = await one(site, `${here}css/style.css`, "asset", {});
  return { app, reading, style, core, sodium, stretcher };
}

/**
 * A package that is not bundled again, but loaded from its own script.
 *
 * @param {string} name
 * @param {string} path
 * @returns {Plugin}
 */
function loaded(name, path) {
  return {
    name: "loaded",
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({
        path,
        external: true,
      }));
    },
  };
}

/**
 * A name for this state of the sources, by which page and worker know each other.
 *
 * @param {string} here
 */
function editionOf(here) {
  const sources = ["js", "build"]
    .flatMap((name) =>
      readdirSync(here + name, { recursive: true, withFileTypes: true }),
    )
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort();
  const parts = [`${here}package-lock.json`, ...sources].map((one) =>
    readFileSync(one),
  );
  const hash = createHash("sha256");
  parts.forEach((part) => hash.update(part));
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param {Site} site
 * @param {string} entry
 * @param {"worker" | "asset"} rule
 * @param {Record<string, string>} define
 * @param {Plugin[]} plugins
 * @returns {Promise<Asset>}
 */
async function one(site, entry, rule, define, plugins = []) {
  const result = await build({
    ...SETTINGS,
    entryPoints: [entry],
    define,
    plugins: [...plugins, ...SETTINGS.plugins],
  });
  const content = result.outputFiles[0].contents;
  const [name, extension] = basename(entry).split(".");
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const file = `assets/${name}-${hash}.${extension}`;
  const type = extension === "css" ? "text/css" : "text/javascript";
  site.add(`/${file}`, file, content, { type: `${type}`, rule });
  return { path: `/${file}`, integrity: integrity(content) };
}
