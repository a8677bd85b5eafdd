/** What the bundle leaves out of its packages: the answers stay the same. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { compact } from "../../api/web/build/compact.mjs";
import { code_points as codePoints } from "../../api/web/js/protocol/tables.js";

const WEB = new URL("../../api/web/", import.meta.url).pathname;
const { build } = createRequire(`${WEB}package.json`)("esbuild");
const LAST = 0x10ffff;
const SURROGATES = [0xd800, 0xdfff];

/** The same module, once with the packages as they are and once as the bundle has it. */
async function bothWays(contents) {
  const [plain, small] = await Promise.all(
    [[], [compact()]].map(async (plugins) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: WEB },
        bundle: true,
        write: false,
        format: "esm",
        plugins,
      });
      const { text } = outputFiles[0];
      const encoded = Buffer.from(text).toString("base64");
      return import(`data:text/javascript;base64,${encoded}`);
    }),
  );
  return { plain, small };
}

function isKnown(codePoint) {
  const { ranges } = codePoints;
  const at = ranges.findIndex((bound, place) => place % 2 === 1 && codePoint <= bound);
  return at > 0 && codePoint >= ranges[at - 1];
}

test("every code point that is known folds as the package folds it", async () => {
  const { plain, small } = await bothWays(
    'export { fold } from "./js/protocol/identifiers/fold.js"',
  );
  const differing = [];
  for (let code = 0; code <= LAST; code += 1) {
    if (code >= SURROGATES[0] && code <= SURROGATES[1]) continue;
    const sign = String.fromCodePoint(code);
    if (plain.fold(sign) !== small.fold(sign)) differing.push(code.toString(16));
  }
  assert.deepEqual(differing, []);
  assert.equal(small.fold("Жанна 王小明 한국 Ωμέγα"), plain.fold("Жанна 王小明 한국 Ωμέγα"));
});

test("known code points compose to known ones only", () => {
  const strangers = [];
  for (let code = 0x80; code <= LAST; code += 1) {
    if (isKnown(code) || (code >= SURROGATES[0] && code <= SURROGATES[1])) continue;
    const sign = String.fromCodePoint(code);
    const parts = [...sign.normalize("NFD")].map((one) => one.codePointAt(0));
    const composes = parts.length > 1 && sign.normalize("NFC") === sign;
    if (composes && parts.every(isKnown)) strangers.push(code.toString(16));
  }
  assert.deepEqual(strangers, []);
});

test("every country's numbers are read as with all of the metadata", async () => {
  const { plain, small } = await bothWays(`
    export { getCountries, getExampleNumber } from "libphonenumber-js/max";
    export { phoneNumbers } from "./js/protocol/identifiers/phone.js";
    export { default as examples } from "libphonenumber-js/mobile/examples";
  `);
  const countries = plain.getCountries();
  assert.ok(countries.length > 200);
  assert.deepEqual(small.getCountries(), countries);
  let compared = 0;
  for (const country of countries) {
    for (const typed of spellings(plain.examples[country] ?? "201234567")) {
      const [one, other] = [plain, small].map(({ phoneNumbers }) =>
        answerOf(() => phoneNumbers(typed, country)),
      );
      assert.deepEqual(other, one, `${country} ${typed}`);
      compared += 1;
    }
  }
  assert.ok(compared > 20_000);
});

/** An example in many lengths, with every first digit, and with the usual prefixes. */
function* spellings(example) {
  for (let first = 0; first <= 9; first += 1) {
    for (let length = 6; length <= 13; length += 1) {
      yield `${first}${example.slice(1)}345678`.slice(0, length);
    }
  }
  for (const prefix of ["0", "00", "+", "1", "8", "011", "+44", "+7", "+39", "+1"]) {
    yield `${prefix}${example}`;
    yield `${prefix}${example.slice(1)}`;
  }
}

function answerOf(read) {
  try {
    return read();
  } catch (error) {
    return `${error.field}: ${error.reason}`;
  }
}
