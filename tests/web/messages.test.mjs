import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as vaultContents from "../../api/web/js/protocol/client/vault.js";
import { MalformedMessage, MisuseError } from "../../api/web/js/protocol/errors.js";
import { ready } from "../../api/web/js/protocol/libsodium.js";
import * as cases from "../../api/web/js/protocol/messages/cases.js";
import * as holds from "../../api/web/js/protocol/messages/holds.js";
import { decode } from "../../api/web/js/protocol/messages/codec.js";
import * as deployment from "../../api/web/js/protocol/messages/deployment.js";
import * as filing from "../../api/web/js/protocol/messages/filing.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import * as letterbox from "../../api/web/js/protocol/messages/letterbox.js";
import * as registration from "../../api/web/js/protocol/messages/registration.js";
import * as vault from "../../api/web/js/protocol/messages/vault.js";
import { load, read, text } from "./vectors.mjs";

const vectors = load("messages");
const KINDS = {
  ...deployment,
  ...filing,
  ...letterbox,
  ...registration,
  ...vault,
  ...cases,
  ...holds,
  ...vaultContents,
  signed,
};
before(ready);

function kindOf(name) {
  return KINDS[`${name[0].toLowerCase()}${name.slice(1)}`];
}

test("every message is read and written as the same bytes", () => {
  for (const [name, { encoded }] of Object.entries(vectors)) {
    const kind = kindOf(name);
    assert.ok(kind, `${name} is missing`);
    assert.equal(text(read(encoded, kind), kind), encoded, name);
  }
});

test("what Python refuses is refused", () => {
  for (const [name, { encoded, refused }] of Object.entries(vectors)) {
    assert.ok(Object.keys(refused).length > 0);
    for (const [change, [start, end, put]] of Object.entries(refused)) {
      const changed = encoded.slice(0, start) + put + encoded.slice(end);
      const attempt = () => read(changed, kindOf(name));
      assert.throws(attempt, MalformedMessage, `${name}, ${change}`);
    }
  }
});

test("bytes that are not UTF-8 are refused", () => {
  const attempt = () => decode(new Uint8Array([0xff]), filing.nudgePart, "api");
  assert.throws(attempt, { name: "MalformedMessage", culprit: "api" });
});

test("an error names the place and never the value", () => {
  const { encoded } = vectors.Box;
  const changed = encoded.replace('"index":32', '"index":77');
  assert.throws(() => read(changed, filing.box), {
    message: "box does not decode at $.index",
  });
});

test("a value that its field cannot hold is our own mistake", () => {
  const part = { channel: "email", address: "\ud800", plant: "", language: "" };
  assert.throws(() => text(part, filing.nudgePart), MisuseError);
  const token = { privateInput: new Uint8Array(31), output: new Uint8Array(64) };
  assert.throws(() => text(token, filing.token), MisuseError);
  assert.throws(() => text({ channel: "" }, filing.nudgePart), MisuseError);
});

test("messages are frozen", () => {
  const box = read(vectors.Box.encoded, filing.box);
  assert.throws(() => {
    box.index = 1;
  }, TypeError);
});
