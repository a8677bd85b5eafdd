/** The folder that the server serves, and its list. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/**
 * @typedef {object} Entry
 * @property {string} path where it is served
 * @property {string} file its name in the folder
 * @property {string} type media type
 * @property {"page" | "worker" | "asset"} rule which policy its answer carries
 */

export class Site {
  /**
   * @param {string} folder
   * @param {{ away: string }} settings of the operator: where the exit leads
   */
  constructor(folder, settings) {
    this.folder = folder;
    this.settings = settings;
    /** @type {Entry[]} */
    this.entries = [];
  }

  /**
   * Write a file, with its compressed forms beside it.
   *
   * @param {string} path where it is served
   * @param {string} file
   * @param {string | Uint8Array} content
   * @param {Pick<Entry, "type" | "rule">} kind
   */
  add(path, file, content, kind) {
    const place = join(this.folder, file);
    const bytes = Buffer.from(content);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
    writeFileSync(`${place}.gz`, gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${place}.br`, brotliCompressSync(bytes, { params }));
    this.entries.push({ path, file, ...kind });
  }

  /** Write the list. */
  finish() {
    const list = JSON.stringify({ ...this.settings, entries: this.entries }, null, 1);
    writeFileSync(join(this.folder, "site.json"), `${list}\n`);
  }
}

/**
 * The digest of a file as browsers write it.
 *
 * @param {string | Uint8Array} content
 * @returns {string}
 */
export function integrity(content) {
  return `sha384-${createHash("sha384").update(content).digest("base64")}`;
}
