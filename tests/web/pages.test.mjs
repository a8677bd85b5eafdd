/** The pages' own small rules: the suggestion, and the catalogues. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { readCatalogues } from "../../api/web/build/catalogue.mjs";
import { inline } from "../../api/web/build/inline.mjs";
import { suggestSize } from "../../api/web/js/pages/suggestion.js";

const WEB = new URL("../../api/web/", import.meta.url).pathname;
const SIZES = [3, 4, 5, 7];

test("without answers the usual size is suggested", () => {
  assert.deepEqual(suggestSize({ what: [] }, SIZES), { size: 3, reason: "usual" });
});

test("what leaves little proof needs one voice more, unless there is proof", () => {
  const what = ["comments"];
  assert.equal(suggestSize({ what }, SIZES).size, 4);
  assert.equal(suggestSize({ what, proof: "yes" }, SIZES).size, 3);
});

test("graver things never raise the number", () => {
  assert.equal(suggestSize({ what: ["comments", "assault"] }, SIZES).size, 3);
});

test("who is afraid is offered more company", () => {
  const found = suggestSize({ what: ["assault"], afraid: "yes" }, SIZES);
  assert.deepEqual(found, { size: 5, reason: "afraid" });
});

test("only a size that is offered is suggested", () => {
  assert.equal(suggestSize({ what: [], afraid: "yes" }, [2, 3]).size, 3);
  assert.equal(suggestSize({ what: [] }, [5]).size, 5);
});

test("every language has the same texts with the same places", () => {
  const [first, ...others] = readCatalogues(WEB, true);
  for (const other of others) {
    comparePlaces(first.texts, other.texts, other.language);
  }
});

function comparePlaces(one, other, path) {
  for (const [key, text] of Object.entries(one)) {
    if (typeof text !== "string") {
      comparePlaces(text, other[key], `${path}.${key}`);
    } else {
      assert.deepEqual(places(other[key]), places(text), `${path}.${key}`);
    }
  }
}

function places(text) {
  return [...text.matchAll(/\{\w+\}|\]\([^)]*\)/gu)].map(([one]) => one).sort();
}

test("every text is used", () => {
  const folders = ["html/pages", "html/parts", "html/screens", "js/pages", "js/ui"];
  const sources = [...folders, "build"]
    .flatMap((folder) => readdirSync(WEB + folder).map((file) => `${folder}/${file}`))
    .map((file) => readFileSync(WEB + file, "utf8"))
    .join("\n");
  const [{ texts }] = readCatalogues(WEB, false);
  // These are looked up by what the program meets at run time.
  const { kinds, reasons, help, progress, channels, ...app } = texts.app;
  const unused = keysOf({ ...texts, app: {} }, "")
    .concat(keysOf(app, ""))
    .filter((key) => !key.startsWith("reason_"))
    .filter((key) => !sources.includes(key) && !sources.includes(key.split(".").at(-1)));
  assert.deepEqual(unused, []);
});

test("a text that a script says is among those the page gives it", () => {
  const said = ["js/pages", "js/ui"]
    .flatMap((folder) => readdirSync(WEB + folder).map((file) => `${folder}/${file}`))
    .flatMap((file) => [
      ...readFileSync(WEB + file, "utf8").matchAll(/\bt\("([\w.]+)"|"(errors\.\w+)"/gu),
    ])
    .map(([, direct, named]) => direct ?? named);
  const [{ texts }] = readCatalogues(WEB, false);
  const given = new Set(keysOf(texts.app, ""));
  assert.ok(said.length > 20);
  assert.deepEqual(said.filter((key) => !given.has(key)), []);
});

function keysOf(texts, above) {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [above + key] : keysOf(value, `${above}${key}.`),
  );
}

test("a text cannot bring markup of its own", () => {
  assert.equal(inline('<b onclick="x">', ""), "&lt;b onclick=&quot;x&quot;&gt;");
  assert.equal(inline("[a](/help)", "/es"), '<a href="/es/help">a</a>');
});
