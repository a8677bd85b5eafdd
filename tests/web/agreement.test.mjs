/** What a group agreed on, told from the kind of the match key alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { agreedKinds, kindsOf } from "../../api/web/js/worker/agreement.js";

const VECTORS = new URL("../vectors_json/match_keys.json", import.meta.url);

test("every kind of match key says what it was made from", () => {
  const text = readFileSync(VECTORS, "utf8");
  const kinds = new Set([...text.matchAll(/"([a-z-]+)\/\d+:/gu)].map(([, kind]) => kind));
  assert.ok(kinds.size > 10);
  for (const kind of kinds) {
    assert.notDeepEqual(kindsOf(kind), [], kind);
  }
  assert.deepEqual(kindsOf("name-phone"), ["name", "nickname", "phone"]);
});

test("only the entry at her own place counts, and padding says nothing", () => {
  const [own, other] = [new Uint8Array(32).fill(1), new Uint8Array(32)];
  const conjunctions = ["", "email", "name-phone"];
  const report = { conjunctions, headerDigest: own };
  const view = (place, headerDigests = [other, own]) => ({
    headerDigests,
    positions: [0, place],
    member: 1,
  });
  assert.deepEqual(agreedKinds(report, [view(1)]), ["email"]);
  assert.deepEqual(agreedKinds(report, [view(0)]), []);
  assert.deepEqual(agreedKinds(report, [view(1, [own, other])]), []);
  assert.deepEqual(agreedKinds({ ...report, conjunctions: [] }, [view(1)]), []);
  assert.deepEqual(agreedKinds(report, []), []);
});
