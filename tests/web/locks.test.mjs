import assert from "node:assert/strict";
import { before, test } from "node:test";

import {
  checkEncryptedTags,
  encryptTag,
} from "../../api/web/js/protocol/encryptedTag.js";
import {
  InconsistentShares,
  InvalidCiphertext,
  InvalidIndex,
  InvalidProof,
  MalformedMessage,
  NotEnoughShares,
} from "../../api/web/js/protocol/errors.js";
import { Element, Scalar } from "../../api/web/js/protocol/group.js";
import { Label } from "../../api/web/js/protocol/labels.js";
import { ready } from "../../api/web/js/protocol/libsodium.js";
import {
  levelPoint,
  levelPolynomial,
  levelSecrets,
  makeEntry,
  openWrap,
  secretOf,
} from "../../api/web/js/protocol/matchLock.js";
import { encryptedTag, lockEntry } from "../../api/web/js/protocol/messages/filing.js";
import {
  checkSealingKey,
  openSealed,
  sealingKey,
  sealTo,
} from "../../api/web/js/protocol/sealing.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import * as trusteeLock from "../../api/web/js/protocol/trusteeLock.js";
import { bytes, flipped, hex, load, read, replay, text } from "./vectors.mjs";

const vectors = load("locks");
before(ready);

test("the match lock: secrets, tag point, polynomial, entry and wrap", () => {
  const given = vectors.match_lock;
  const secrets = levelSecrets(new SecretBytes(bytes(given.output)), given.levels);
  assert.deepEqual([...secrets.byLevel.keys()], given.levels);
  for (const level of given.levels) {
    const found = secretOf(secrets, level).encode();
    assert.equal(hex(found), given.secrets[level]);
  }
  assert.equal(hex(secrets.tagPoint.encode()), given.tag_point);
  const { coefficients } = levelPolynomial(secretOf(secrets, 5), 5);
  assert.deepEqual(
    coefficients.map((one) => hex(one.encode())),
    given.coefficients,
  );
  const key = bytes(given.report_key);
  assert.equal(hex(levelPoint(key).encode()), given.point);
  const wrapped = {
    contactKey: new SecretBytes(bytes(given.contact_key)),
    r: Scalar.decode(bytes(given.r)),
  };
  const draw = replay(given.draws);
  const entry = makeEntry(secrets, key, given.match_threshold, wrapped, draw);
  assert.equal(text(entry, lockEntry), given.entry);
  const secret = secretOf(secrets, given.match_threshold);
  const opened = openWrap(secret, key, entry.wrap);
  assert.ok(opened.contactKey.equals(wrapped.contactKey) && opened.r.equals(wrapped.r));
  const lower = secretOf(secrets, 2);
  assert.throws(() => openWrap(lower, key, entry.wrap), InvalidCiphertext);
});

test("the trustee lock: shares, hashes, digests and a part", () => {
  const given = vectors.trustee_lock;
  const [secret, key] = [Scalar.decode(bytes(given.secret)), bytes(given.report_key)];
  const quorum = { trusteeThreshold: given.trustee_threshold, size: given.size };
  const shares = trusteeLock.makeShares(secret, key, given.part, quorum);
  assert.deepEqual(
    shares.map((share) => hex(share.encode())),
    given.shares,
  );
  const hashes = shares.map((share, place) =>
    trusteeLock.shareHash(key, given.part, place + 1, share),
  );
  assert.deepEqual(hashes.map(hex), given.share_hashes);
  assert.equal(hex(trusteeLock.keyDigest(secret, key, given.part)), given.key_digest);
  const padded = [bytes(given.plaintext), given.padded_size];
  const draw = replay(given.draws);
  const sealed = trusteeLock.sealPart(secret, key, given.part, padded, draw);
  assert.equal(hex(sealed), given.ciphertext);
  assert.equal(hex(trusteeLock.ciphertextDigest(sealed)), given.ciphertext_digest);
  const opened = trusteeLock.openPart(secret, key, given.part, sealed);
  assert.equal(hex(opened), given.plaintext);
});

function dealing() {
  const given = vectors.trustee_lock;
  const quorum = { trusteeThreshold: given.trustee_threshold, size: given.size };
  const shares = given.shares.map((share) => Scalar.decode(bytes(share)));
  return {
    shares: new Map(shares.map((share, place) => [place + 1, share])),
    hashes: given.share_hashes.map(bytes),
    combine(held, hashes) {
      const key = bytes(given.report_key);
      return trusteeLock.combineShares(held, hashes, key, given.part, quorum);
    },
  };
}

test("any two of three shares give the part's secret", () => {
  const { shares, hashes, combine } = dealing();
  for (const missing of shares.keys()) {
    const held = new Map([...shares].filter(([index]) => index !== missing));
    const secret = combine(held, hashes);
    assert.equal(hex(secret.encode()), vectors.trustee_lock.secret);
  }
});

test("too few shares, foreign ones and crooked dealings are refused", () => {
  const { shares, hashes, combine } = dealing();
  const one = new Map([[1, shares.get(1)]]);
  assert.throws(() => combine(one, hashes), NotEnoughShares);
  const swapped = new Map([...shares, [2, shares.get(3)]]);
  assert.throws(() => combine(swapped, hashes), {
    name: "InconsistentShares",
    culprit: 2,
  });
  const foreign = new Map([...shares, [4, shares.get(3)]]);
  assert.throws(() => combine(foreign, hashes), InvalidIndex);
  const held = new Map([...shares].slice(0, 2));
  const crooked = [hashes[0], hashes[1], flipped(hashes[2])];
  assert.throws(() => combine(held, crooked), { culprit: "reporter" });
  assert.throws(() => combine(held, hashes.slice(0, 2)), InconsistentShares);
});

test("an encrypted tag is the same and stays at its place", () => {
  const given = vectors.encrypted_tag;
  const open = {
    tagPoint: Element.decode(bytes(given.tag_point)),
    r: Scalar.decode(bytes(given.r)),
  };
  const base = Element.decode(bytes(given.base));
  const binding = given.binding.map(bytes);
  const tag = encryptTag(open, base, binding, given.position, replay(given.draws));
  assert.equal(text(tag, encryptedTag), given.tag);
  const first = encryptTag(open, base, binding, 0);
  assert.equal(checkEncryptedTags([first], base, binding).length, 1);
  const moved = [flipped(binding[0]), binding[1]];
  const { c1, c2, proof } = first;
  for (const [tags, bound] of [
    [[tag], binding],
    [[first, first], binding],
    [[first], moved],
    [[{ c1: c2, c2, proof }], binding],
    [[{ c1, c2: c1, proof }], binding],
    [[{ c1, c2, proof: flipped(proof) }], binding],
  ]) {
    assert.throws(() => checkEncryptedTags(tags, base, bound), InvalidProof);
  }
});

test("what Python sealed to a key opens, and nothing else does", async () => {
  const given = vectors.sealing;
  const seed = new SecretBytes(bytes(given.seed));
  assert.equal(hex(sealingKey(seed)), given.public_key);
  const sealed = bytes(given.samples.ciphertext);
  const context = given.context.map(bytes);
  const opened = await openSealed(seed, sealed, given.label, ...context);
  assert.equal(hex(opened), given.plaintext);
  const other = new SecretBytes(flipped(seed.reveal()));
  for (const attempt of [
    openSealed(other, sealed, given.label, ...context),
    openSealed(seed, flipped(sealed), given.label, ...context),
    openSealed(seed, flipped(sealed, 1120), given.label, ...context),
    openSealed(seed, sealed.slice(0, 1119), given.label, ...context),
    openSealed(seed, sealed, Label.RELEASE_BOX, ...context),
    openSealed(seed, sealed, given.label, context[1], context[0]),
  ]) {
    await assert.rejects(attempt, InvalidCiphertext);
  }
});

test("keys to which nothing can be sealed are refused", async () => {
  const { refused_keys: refused, public_key: good } = vectors.sealing;
  await checkSealingKey(bytes(good));
  for (const [reason, key] of Object.entries(refused)) {
    await assert.rejects(checkSealingKey(bytes(key)), MalformedMessage, reason);
  }
  const short = bytes(good).slice(1);
  await assert.rejects(sealTo(short, short, Label.TRUSTEE_BOX), MalformedMessage);
});
