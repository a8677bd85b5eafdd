import assert from "node:assert/strict";
import { test } from "node:test";

import {
  beginEvaluation,
  finishEvaluation,
} from "../../api/web/js/protocol/client/evaluation.js";
import {
  askIndexCredential,
  askStandingCredential,
  beginTokens,
  checkCurrent,
  completeRegistration,
  finishTokens,
} from "../../api/web/js/protocol/client/registration.js";
import { registration as registrationKind } from "../../api/web/js/protocol/client/vault.js";
import {
  InputError,
  InvalidCredential,
  InvalidProof,
  InvalidSignature,
  StaleManifest,
} from "../../api/web/js/protocol/errors.js";
import { openManifest } from "../../api/web/js/protocol/manifest.js";
import { signedManifest } from "../../api/web/js/protocol/messages/deployment.js";
import {
  evaluationResponse,
  token,
} from "../../api/web/js/protocol/messages/filing.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import {
  standingCredentialGrant,
  tokenGrant,
} from "../../api/web/js/protocol/messages/registration.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { deployment, manifestVectors } from "./scene.mjs";
import { bytes, flipped, hex, load, read, replay, text } from "./vectors.mjs";

test("the manifest is the pinned one and offers these groups", async () => {
  const { digest, group_sizes: sizes, signed: encoded } = manifestVectors;
  assert.equal(hex(deployment.digest), digest);
  assert.deepEqual(deployment.groupSizes(), sizes);
  const manifest = read(encoded, signedManifest);
  await openManifest(manifest, bytes(digest));
  await assert.rejects(openManifest(manifest, flipped(bytes(digest))), StaleManifest);
});

test("manifests that protect nobody, or that a trustee did not sign, are refused", async () => {
  for (const [reason, given] of Object.entries(manifestVectors.refused)) {
    const opening = openManifest(read(given.signed, signedManifest));
    const { error: name, culprit } = given;
    await assert.rejects(opening, { name, culprit }, reason);
  }
});

function responsesOf(vectors) {
  const entries = Object.entries(vectors.responses);
  return new Map(
    entries.map(([index, one]) => [Number(index), read(one, evaluationResponse)]),
  );
}

function begin(vectors, seed, keys) {
  const draw = replay(vectors.draws);
  const credential = read(vectors.credential ?? vectors.index_credential, signed);
  const pending = beginEvaluation(deployment, credential, seed, keys, draw);
  assert.equal(draw.left(), 0);
  return pending;
}

function beginVectors() {
  const vectors = load("evaluation");
  const seed = new SecretBytes(bytes(vectors.seed));
  return [vectors, begin(vectors, seed, vectors.match_keys)];
}

test("the same draws give the same request, and any two answers the same outputs", () => {
  const [vectors, pending] = beginVectors();
  assert.equal(text(pending.request, signed), vectors.request);
  const all = responsesOf(vectors);
  for (const missing of [0, 1, 2, 3]) {
    const some = new Map([...all].filter(([index]) => index !== missing));
    const { outputs, faults } = finishEvaluation(deployment, pending, some);
    const found = outputs.map((output) => output && hex(output.reveal()));
    assert.deepEqual(found, vectors.outputs);
    assert.deepEqual(faults, []);
  }
});

test("a lying index trustee is named and passed over", () => {
  const [vectors, pending] = beginVectors();
  const honest = responsesOf(vectors);
  const answer = honest.get(2);
  for (const lie of [
    { ...answer, proof: flipped(answer.proof) },
    { ...answer, index: 3 },
    { ...answer, evaluatedElements: answer.evaluatedElements.slice(1) },
    { ...answer, evaluatedElements: answer.evaluatedElements.toReversed() },
    { ...answer, evaluatedElements: answer.evaluatedElements.map(() => bytes("00")) },
  ]) {
    const responses = new Map([...honest, [2, lie]]);
    const { outputs, faults } = finishEvaluation(deployment, pending, responses);
    assert.equal(hex(outputs.find(Boolean).reveal()), vectors.outputs.find(Boolean));
    assert.deepEqual(
      faults.map((fault) => fault.culprit),
      [2],
    );
    responses.delete(1);
    assert.throws(() => finishEvaluation(deployment, pending, responses), {
      name: "NotEnoughShares",
      culprit: 2,
    });
  }
});

test("no match key, and more than 64, are refused", () => {
  const credential = read(load("evaluation").credential, signed);
  const seed = new SecretBytes(new Uint8Array(32));
  for (const keys of [[], Array.from({ length: 65 }, (_, place) => `key/1:${place}`)]) {
    const attempt = () => beginEvaluation(deployment, credential, seed, keys);
    assert.throws(attempt, InputError);
  }
});

function registrationVectors() {
  const vectors = load("registration");
  return {
    vectors,
    seeds: {
      index: new SecretBytes(bytes(vectors.index_seed)),
      standing: new SecretBytes(bytes(vectors.standing_seed)),
    },
    credential: read(vectors.index_credential, signed),
    grant: read(vectors.grant, standingCredentialGrant),
  };
}

test("credential requests are the same", () => {
  const { vectors, seeds } = registrationVectors();
  const handle = bytes(vectors.verification);
  const index = askIndexCredential(handle, seeds.index);
  assert.equal(text(index, signed), vectors.index_request);
  const pending = begin(vectors, seeds.index, vectors.self_keys);
  const responses = responsesOf(vectors);
  const asked = askStandingCredential(
    handle,
    seeds.standing,
    pending,
    vectors.self_keys,
    new Map([...responses].reverse()),
  );
  assert.equal(text(asked, signed), vectors.standing_request);
});

test("what the registrar signed is checked and kept", () => {
  const { vectors, seeds, credential, grant } = registrationVectors();
  const { day } = vectors;
  const held = completeRegistration(deployment, seeds, credential, grant, day);
  assert.equal(text(held, registrationKind), vectors.registration);
});

test("credentials for others, altered, expired or endless are refused", () => {
  const { vectors, seeds, credential, grant } = registrationVectors();
  const { day } = vectors;
  const swapped = { index: seeds.standing, standing: seeds.index };
  const altered = (one) => ({ ...one, signature: flipped(one.signature) });
  const opening = flipped(grant.opening);
  const selfTags = flipped(grant.selfTags);
  const moved = { ...grant, credential: altered(grant.credential) };
  for (const [error, ...given] of [
    [InvalidCredential, swapped, credential, grant, day],
    [InvalidSignature, seeds, altered(credential), grant, day],
    [InvalidSignature, seeds, credential, moved, day],
    [InvalidCredential, seeds, credential, { ...grant, opening }, day],
    [InvalidCredential, seeds, credential, { ...grant, selfTags }, day],
    [InvalidCredential, seeds, credential, grant, day + 800],
    [InvalidCredential, seeds, credential, grant, day - 62],
  ]) {
    assert.throws(() => completeRegistration(deployment, ...given), error);
  }
});

test("credentials whose time is over are not gone on with", () => {
  const { vectors } = registrationVectors();
  const held = read(vectors.registration, registrationKind);
  checkCurrent(deployment, held, vectors.day);
  assert.throws(() => checkCurrent(deployment, held, vectors.day + 800), {
    name: "InputError",
    field: "verified",
  });
  const forged = { ...held.indexCredential, signature: flipped(held.indexCredential.signature) };
  const other = { ...held, indexCredential: forged };
  assert.throws(() => checkCurrent(deployment, other, vectors.day), InvalidSignature);
});

test("tokens are the same, and another key's are refused", () => {
  const { tokens: vectors, registration } = load("registration");
  const held = read(registration, registrationKind);
  const draw = replay(vectors.draws);
  const pending = beginTokens(deployment, held, vectors.count, draw);
  assert.equal(draw.left(), 0);
  assert.equal(text(pending.request, signed), vectors.request);
  const grant = read(vectors.grant, tokenGrant);
  const found = finishTokens(deployment, pending, grant);
  assert.deepEqual(
    found.map((one) => text(one, token)),
    vectors.tokens,
  );
  for (const lie of [
    { ...grant, proof: flipped(grant.proof) },
    { ...grant, evaluatedElements: grant.evaluatedElements.slice(1) },
    { ...grant, evaluatedElements: grant.evaluatedElements.toReversed() },
  ]) {
    assert.throws(() => finishTokens(deployment, pending, lie), InvalidProof);
  }
});
