import assert from "node:assert/strict";
import { test } from "node:test";

import { mondayOf } from "../../api/web/js/protocol/calendar.js";
import {
  letterDay,
  wishLetters,
  writeLetterbox,
} from "../../api/web/js/protocol/client/letterbox.js";
import { savedLetterbox } from "../../api/web/js/protocol/client/vault.js";
import { checkPrivateAddress } from "../../api/web/js/protocol/identifiers/workAddress.js";
import { Label } from "../../api/web/js/protocol/labels.js";
import { letterboxContext } from "../../api/web/js/protocol/letterbox.js";
import { nudgePart } from "../../api/web/js/protocol/messages/filing.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { letterboxWrite } from "../../api/web/js/protocol/messages/letterbox.js";
import {
  checkNote,
  LANGUAGES,
  NO_NOTE,
  noteAddress,
  PLANTS,
} from "../../api/web/js/protocol/note.js";
import { unpad } from "../../api/web/js/protocol/padding.js";
import { openSealed } from "../../api/web/js/protocol/sealing.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { openSigned, peek, publicKey } from "../../api/web/js/protocol/signing.js";
import { deployment } from "./scene.mjs";
import { bytes, load, read, replay, text } from "./vectors.mjs";

const vectors = load("notes");
const part = read(vectors.part, nudgePart);
const letterboxOf = (name) => read(vectors[name], savedLetterbox);

function refusal(act) {
  try {
    act();
    return null;
  } catch (error) {
    assert.equal(error.name, "InputError");
    return [error.field, error.reason];
  }
}

test("the same plants and languages are offered", () => {
  assert.deepEqual(PLANTS, vectors.plants);
  assert.deepEqual(LANGUAGES, vectors.languages);
});

test("an address is read as Python reads it, or refused", () => {
  for (const { value, address, refused = null } of vectors.addresses) {
    assert.deepEqual(
      refusal(() => noteAddress(value)),
      refused,
      value,
    );
    if (refused === null) assert.equal(noteAddress(value), address);
  }
});

test("a wish that no note could meet is refused", () => {
  for (const { part: wish, refused } of vectors.wishes) {
    assert.deepEqual(
      refusal(() => checkNote(read(wish, nudgePart))),
      refused,
      wish,
    );
  }
});

test("work addresses of a named employer are refused, and no others", () => {
  for (const { address, refused } of vectors.work_addresses) {
    const found = refusal(() => checkPrivateAddress(address, vectors.named));
    assert.deepEqual(found, refused, address);
  }
});

test("a letterbox is made, written and emptied as Python does", async () => {
  const wished = wishLetters(null, part, replay(vectors.draws));
  assert.equal(text(wished, savedLetterbox), vectors.wished);
  const month = vectors.expiry_month;
  const { letterbox, request } = await writeLetterbox(deployment, wished, month);
  assert.equal(text(letterbox, savedLetterbox), vectors.written);
  const emptied = wishLetters({ ...letterbox, written: true }, NO_NOTE);
  assert.equal(text(emptied, savedLetterbox), vectors.emptied);
  const ours = peek(request, letterboxWrite);
  const theirs = peek(read(vectors.samples.request, signed), letterboxWrite);
  assert.deepEqual({ ...ours, sealed: 0 }, { ...theirs, sealed: 0 });
  assert.equal(ours.sealed.length, theirs.sealed.length);
});

test("a wish that changes nothing is written no second time", () => {
  const written = letterboxOf("written");
  assert.equal(wishLetters(written, part), written);
  assert.equal(wishLetters(null, NO_NOTE), null);
});

test("what either language seals, the notice key opens", async () => {
  const { request } = await writeLetterbox(
    deployment,
    letterboxOf("wished"),
    vectors.expiry_month,
  );
  const key = publicKey(new SecretBytes(letterboxOf("wished").seed));
  for (const one of [request, read(vectors.samples.request, signed)]) {
    const write = openSigned(one, letterboxWrite, Label.LETTERBOX_WRITE, key);
    const opened = await openSealed(
      new SecretBytes(bytes(vectors.notice_seed)),
      write.sealed,
      Label.LETTERBOX_BOX,
      ...letterboxContext(deployment, write.key, write.counter),
    );
    assert.equal(new TextDecoder().decode(unpad(opened)), vectors.part);
  }
});

test("a week begins on its Monday", () => {
  for (const [day, monday] of vectors.weeks) {
    assert.equal(mondayOf(day), monday);
  }
});

test("both languages await a letter on the same day", () => {
  for (const [after, day] of vectors.days) {
    assert.equal(letterDay(letterboxOf("written"), after), day);
  }
});
