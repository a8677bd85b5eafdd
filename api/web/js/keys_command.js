/**
 * The Node twin of `alongside keys`: reports as JSON lines in, match keys out.
 */

import { once } from "node:events";
import { stdin, stderr, stdout } from "node:process";

import { isIdentifier } from "./protocol/identifiers/identifier.js";
import { readableMatchKeys } from "./protocol/matchKeys.js";

const BAD_LINE = "a line that is not a report";
const BAD_IDENTIFIER = "an identifier of unknown shape";
const NEWLINE = 10;
const LONE = /\p{Surrogate}/u;
const BLANK = /^[ \t\r\n\v\f]*$/;

/** @type {Map<string, number>} */
const refusals = new Map();

/** @param {string} reason */
function refuse(reason) {
  refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
}

/** Yield the lines of standard input as bytes; only one is held in memory. */
async function* lines() {
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);
  for await (const chunk of stdin) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end; (end = rest.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      yield rest.subarray(start, end);
    }
    rest = rest.subarray(start);
  }
  yield rest;
}

/**
 * Tell whether no text in a JSON value has half a surrogate pair.
 * @param {unknown} value
 * @returns {boolean}
 */
function wellFormed(value) {
  if (typeof value === "string") return !LONE.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, one]) => wellFormed(key) && wellFormed(one));
}

/**
 * @param {Buffer} line
 * @returns {{ report_id: unknown, country: string | null, identifiers: unknown[] }}
 */
function readReport(line) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  const report = JSON.parse(text);
  const { report_id = null, country = null, identifiers } = report;
  const named =
    report_id === null || typeof report_id === "string" || Number.isInteger(report_id);
  const placed = country === null || typeof country === "string";
  if (!named || !placed || !Array.isArray(identifiers) || !wellFormed(report)) {
    throw new TypeError(BAD_LINE);
  }
  return { report_id, country, identifiers };
}

/**
 * @param {Buffer} line
 * @returns {string} one line of output; empty when there is nothing to answer
 */
function answer(line) {
  if (BLANK.test(line.toString("latin1"))) return "";
  let report;
  try {
    report = readReport(line);
  } catch {
    refuse(BAD_LINE);
    return "";
  }
  const known = report.identifiers.filter((one) => {
    const shaped = isIdentifier(one);
    if (!shaped) refuse(BAD_IDENTIFIER);
    return shaped;
  });
  const { keys, refusals: refused } = readableMatchKeys(known, report.country);
  refused.forEach((one) => refuse(one.message));
  return JSON.stringify({ report_id: report.report_id, keys }) + "\n";
}

for await (const line of lines()) {
  if (!stdout.write(answer(line))) await once(stdout, "drain");
}
for (const [reason, count] of [...refusals].sort()) {
  stderr.write(`${count} times: ${reason}\n`);
}
process.exitCode = refusals.has(BAD_LINE) ? 1 : 0;
