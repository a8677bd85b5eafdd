import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as aead from "../../api/web/js/protocol/aead.js";
import { bigEndian, fromBigEndian, join } from "../../api/web/js/protocol/bytes.js";
import { monthOf } from "../../api/web/js/protocol/calendar.js";
import {
  generateWords,
  readWords,
  vaultKeys,
} from "../../api/web/js/protocol/client/words.js";
import {
  IdentityElement,
  InputError,
  InvalidCiphertext,
  InvalidLength,
  InvalidScalar,
  MalformedMessage,
  MisuseError,
} from "../../api/web/js/protocol/errors.js";
import { Element, Scalar } from "../../api/web/js/protocol/group.js";
import {
  labelToElement,
  labelToScalar,
} from "../../api/web/js/protocol/hashToGroup.js";
import { encodedLabel, Label } from "../../api/web/js/protocol/labels.js";
import { ready } from "../../api/web/js/protocol/libsodium.js";
import { pad, unpad } from "../../api/web/js/protocol/padding.js";
import { SYSTEM } from "../../api/web/js/protocol/randomness.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { interpolate, Polynomial } from "../../api/web/js/protocol/shamir.js";
import { stretch, stretchSecret } from "../../api/web/js/protocol/stretch.js";
import {
  deriveBytes,
  deriveKey,
  digest,
  transcript,
} from "../../api/web/js/protocol/transcript.js";
import { bytes, flipped, hex, load, replay } from "./vectors.mjs";

const vectors = load("primitives");
before(ready);

test("the register of labels is the same", () => {
  const found = Object.entries(Label).map(([name, label]) => [
    name,
    hex(encodedLabel(label)),
  ]);
  assert.deepEqual(Object.fromEntries(found), vectors.labels);
});

test("transcripts, digests, keys, scalars and elements are the same", () => {
  const { label, secret, ...expected } = vectors.hashing;
  const fields = expected.fields.map(bytes);
  const material = new SecretBytes(bytes(secret));
  assert.equal(hex(transcript(label, ...fields)), expected.transcript);
  assert.equal(hex(digest(label, ...fields)), expected.digest);
  assert.equal(hex(deriveKey(material, label, ...fields).reveal()), expected.key);
  const long = deriveBytes(200, material, label, ...fields);
  assert.equal(hex(long.reveal()), expected.long_key);
  assert.equal(hex(labelToScalar(label, ...fields).encode()), expected.scalar);
  assert.equal(hex(labelToElement(label, ...fields).encode()), expected.element);
});

test("text is not taken for bytes", () => {
  assert.throws(() => join("abc"), MisuseError);
  assert.throws(() => transcript(Label.PART_KEY, "abc"), MisuseError);
});

test("integers are big-endian and bounded", () => {
  assert.deepEqual(bigEndian(258, 3), new Uint8Array([0, 1, 2]));
  assert.equal(hex(bigEndian(Number.MAX_SAFE_INTEGER, 8)), "001fffffffffffff");
  assert.equal(fromBigEndian(new Uint8Array([1, 0])), 256n);
  for (const [value, length] of [
    [256, 1],
    [-1, 1],
    [0.5, 1],
    [2 ** 53, 8],
  ]) {
    assert.throws(() => bigEndian(value, length), MisuseError);
  }
});

test("a polynomial has the same values, and its points give it back", () => {
  const { coefficients, values } = vectors.polynomial;
  const polynomial = new Polynomial(coefficients.map((c) => Scalar.decode(bytes(c))));
  for (const [x, value] of Object.entries(values)) {
    const found = polynomial.evaluate(Scalar.fromInt(Number(x)));
    assert.equal(hex(found.encode()), value);
  }
  const points = [1, 300].map((x) => {
    const at = Scalar.fromInt(x);
    return [at, polynomial.evaluate(at)];
  });
  assert.equal(hex(interpolate(points).encode()), values[0]);
});

test("scalars and elements are decoded strictly", () => {
  const order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
  assert.throws(() => Scalar.decode(bytes(order)), InvalidScalar);
  assert.throws(() => Scalar.decode(new Uint8Array(31)), InvalidLength);
  assert.throws(() => Element.decode(new Uint8Array(32)), IdentityElement);
  assert.throws(() => new Scalar(Symbol("group"), new Uint8Array(32)), MisuseError);
});

test("secrets do not serialise", () => {
  const secret = new SecretBytes(new Uint8Array([1, 2, 3]));
  assert.equal(`${secret}`, "SecretBytes(3 bytes)");
  assert.throws(() => JSON.stringify({ secret }), MisuseError);
  assert.throws(() => JSON.stringify(Scalar.fromInt(5)), MisuseError);
  assert.deepEqual({ ...structuredClone(secret) }, {});
});

test("encryption gives the same bytes and commits to its key", () => {
  const { label, draws, ...given } = vectors.aead;
  const key = new SecretBytes(bytes(given.key));
  const context = given.context.map(bytes);
  const plaintext = bytes(given.plaintext);
  const sealed = aead.seal(key, plaintext, label, context, replay(draws));
  assert.equal(hex(sealed), given.ciphertext);
  assert.deepEqual(aead.unseal(key, sealed, label, context), plaintext);
  const other = new SecretBytes(flipped(key.reveal()));
  const refused = [
    () => aead.unseal(other, sealed, label, context),
    () => aead.unseal(key, sealed, Label.PART_CIPHERTEXT, context),
    () => aead.unseal(key, sealed, label, context.slice(1)),
    () => aead.unseal(key, sealed.slice(0, 71), label, context),
    ...[0, 24, 56, sealed.length - 1].map(
      (place) => () => aead.unseal(key, flipped(sealed, place), label, context),
    ),
  ];
  for (const attempt of refused) {
    assert.throws(attempt, InvalidCiphertext);
  }
});

test("padding is the same and is taken off", () => {
  const padded = pad(new Uint8Array([0x80, 0]), 8, "field");
  assert.equal(hex(padded), vectors.padded);
  assert.deepEqual(unpad(padded), new Uint8Array([0x80, 0]));
  assert.throws(() => unpad(new Uint8Array(8)), MalformedMessage);
  assert.throws(() => pad(new Uint8Array(8), 8, "field"), InputError);
});

test("days lie in the same months", () => {
  for (const [day, month] of Object.entries(vectors.months)) {
    assert.equal(monthOf(Number(day)), month);
  }
});

test("stretching gives the same bytes, at the default cost too", () => {
  const { memory_kib: memoryKib, passes, ...given } = vectors.stretching;
  const output = new SecretBytes(bytes(given.output));
  const parameters = { memoryKib, passes };
  const stretched = stretch(output, bytes(given.deployment_id), parameters);
  assert.equal(hex(stretched.reveal()), given.stretched);
  const costly = { memoryKib: 64 * 1024, passes: 3 };
  const whole = stretchSecret(output, new Uint8Array(16), costly);
  assert.equal(hex(whole.reveal()), given.default);
});

test("words give the same vault", () => {
  const { words, word_list: list, draws, generated, ...expected } = vectors.words;
  const draw = replay(draws);
  assert.deepEqual(generateWords(list, draw), generated);
  assert.equal(draw.left(), 0);
  const keys = vaultKeys(words);
  assert.equal(hex(keys.key), expected.key);
  assert.equal(hex(keys.vaultId), expected.vault_id);
  assert.equal(hex(keys.cipherKey.reveal()), expected.cipher_key);
});

test("words are read as typed, and a slip is answered with what looks like it", () => {
  const list = ["one", "three", "third"];
  assert.deepEqual(readWords(" One, three\nthird one one\tone ONE", list), [
    "one",
    "three",
    "third",
    "one",
    "one",
    "one",
    "one",
  ]);
  assert.throws(() => readWords("one thre", list), {
    name: "InputError",
    details: { place: 2, close: ["three", "third"] },
  });
  assert.throws(() => readWords("one one", list), {
    name: "InputError",
    details: { found: 2 },
  });
});

test("the system's randomness gives as many bytes as asked for", () => {
  assert.equal(SYSTEM(33).length, 33);
  assert.notDeepEqual(SYSTEM(16), SYSTEM(16));
});
