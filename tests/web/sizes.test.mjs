/** What a person loads, over the wire: bounds that every change has to keep. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const WEB = new URL("../../api/web/", import.meta.url).pathname;
const [LANDING, JOURNEY] = [30_000, 480_000];
const READ = ["index", "how", "help"];
const WALKED = [...READ, "start", "return"];

/** The compressed sizes of a fresh build, by file. */
function built() {
  const folder = mkdtempSync(join(tmpdir(), "alongside-sizes-"));
  try {
    execFileSync("node", [`${WEB}build.mjs`, "--out", folder]);
    const { entries } = JSON.parse(readFileSync(join(folder, "site.json"), "utf8"));
    return entries.map(({ file }) => [file, statSync(join(folder, `${file}.br`)).size]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sizes = built();
const languages = [...new Set(sizes.map(([file]) => /^(\w+)\/index/u.exec(file)?.[1]))];

/** Bytes of these pages in one language, and of the scripts and the style they load. */
function load(language, pages, scripts) {
  const wanted = [
    ...pages.map((page) => new RegExp(`^${language}/${page}\\.html$`, "u")),
    ...scripts.map((script) => new RegExp(`^assets/${script}-\\w+\\.(js|css)$`, "u")),
  ];
  return wanted
    .map((name) => sizes.filter(([file]) => name.test(file)))
    .map((found) => {
      assert.equal(found.length, 1);
      return found[0][1];
    })
    .reduce((sum, size) => sum + size, 0);
}

for (const language of languages.filter(Boolean)) {
  test(`the landing page stays light (${language})`, () => {
    assert.ok(load(language, ["index"], ["style", "reading"]) <= LANDING);
  });

  test(`the whole journey stays light (${language})`, () => {
    const scripts = ["style", "reading", "app", "core", "sodium", "stretcher"];
    const bytes = load(language, WALKED, scripts);
    assert.ok(bytes <= JOURNEY, `${bytes} bytes`);
    // Smaller than its largest part alone can only be a mistake of this test.
    assert.ok(bytes > 300_000, `${bytes} bytes`);
  });
}
