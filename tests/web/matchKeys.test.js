/** Match keys: the vectors that Python reads too, and the Node command. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { InputError } from "../../api/web/js/protocol/errors.js";
import { whatWillBeCompared } from "../../api/web/js/protocol/identifiers/explain.js";
import { isIdentifier } from "../../api/web/js/protocol/identifiers/identifier.js";
import {
  MOST_KEYS,
  matchKeys,
  readableMatchKeys,
  selfMatchKeys,
} from "../../api/web/js/protocol/matchKeys.js";

const VECTORS = new URL("../vectors_json/match_keys.json", import.meta.url);
const COMMAND = new URL("../../api/web/js/keys_command.js", import.meta.url);
const vectors = JSON.parse(readFileSync(VECTORS, "utf8"));

function compared(identifier) {
  try {
    return whatWillBeCompared(identifier);
  } catch (error) {
    assert.ok(error instanceof InputError);
    return [error.field, error.reason];
  }
}

function command(input) {
  return spawnSync(process.execPath, [fileURLToPath(COMMAND)], { input });
}

test("reports have the match keys that Python derives", () => {
  for (const { identifiers, country, keys, refusals } of vectors.reports) {
    const derived = readableMatchKeys(identifiers, country);
    assert.deepEqual(derived.keys, keys);
    const refused = derived.refusals.map((one) => [one.field, one.reason]);
    assert.deepEqual(refused, refusals);
    assert.ok(keys.length <= MOST_KEYS);
  }
});

test("survivors are told the same as in Python", () => {
  for (const { identifiers, compared: said } of vectors.reports) {
    assert.deepEqual(identifiers.map(compared), said);
  }
});

test("verified people have the self keys that Python derives", () => {
  for (const { verified, keys } of vectors.self) {
    assert.deepEqual(selfMatchKeys(...verified), keys);
  }
});

test("a report that is too weak is refused with advice", () => {
  const weak = [{ kind: "name", value: "John Smith" }];
  assert.throws(
    () => matchKeys(weak, "GB"),
    (error) => error.field === "identifiers" && error.advice !== "",
  );
});

test("an unreadable identifier is refused", () => {
  const unreadable = [
    { kind: "email", value: "a@example.org" },
    { kind: "plate", value: "?" },
  ];
  assert.throws(
    () => matchKeys(unreadable),
    (error) => error.field === "plate",
  );
});

test("only what has the shape of an identifier is one", () => {
  assert.ok(isIdentifier({ kind: "name", value: "Ann Lee", former: null }));
  const others = [
    null,
    [],
    {},
    "name",
    { kind: "dog" },
    { kind: "name", value: 1 },
    { kind: "name", colour: "red" },
    { kind: "employer", former: "yes" },
  ];
  for (const other of others) assert.ok(!isIdentifier(other));
});

test("the command answers each report with one line", () => {
  const lines = vectors.reports.map(({ identifiers, country }, number) =>
    JSON.stringify({ report_id: `r${number}`, country, identifiers }),
  );
  const { stdout, status } = command(lines.join("\n"));
  assert.equal(status, 0);
  const expected = vectors.reports.map(({ keys }, number) =>
    JSON.stringify({ report_id: `r${number}`, keys }),
  );
  assert.equal(stdout.toString(), expected.join("\n") + "\n");
});

test("the command counts what it leaves out and never repeats it", () => {
  const lines = [
    "secret",
    '{"report_id": "half", "identifiers": [{"kind": "name", "value": "\\ud800"}]}',
    '{"report_id": "a", "identifiers": [{"kind": "secret"}]}',
    '{"report_id": "b", "identifiers": [{"kind": "plate", "value": "s?"}]}',
    "",
  ];
  const { stdout, stderr, status } = command(lines.join("\n"));
  assert.equal(status, 1);
  assert.equal(
    stdout.toString(),
    '{"report_id":"a","keys":[]}\n{"report_id":"b","keys":[]}\n',
  );
  assert.equal(
    stderr.toString(),
    "2 times: a line that is not a report\n" +
      "1 times: an identifier of unknown shape\n" +
      "1 times: plate: this is not a whole number plate\n",
  );
});
