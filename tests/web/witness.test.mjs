import assert from "node:assert/strict";
import { test } from "node:test";

import { caseIdOf, witnessCaseIdOf } from "../../api/web/js/protocol/case.js";
import { openConnection } from "../../api/web/js/protocol/client/connecting.js";
import {
  currentBoxKeys,
  sealVersion,
} from "../../api/web/js/protocol/client/filing.js";
import {
  answerCase,
  checkCase,
  isWitness,
} from "../../api/web/js/protocol/client/following.js";
import {
  registration as registrationKind,
  savedReport,
} from "../../api/web/js/protocol/client/vault.js";
import { InputError, InvalidCase } from "../../api/web/js/protocol/errors.js";
import {
  caseView,
  connection as connectionKind,
} from "../../api/web/js/protocol/messages/cases.js";
import { boxKeys as boxKeysKind } from "../../api/web/js/protocol/messages/deployment.js";
import {
  contactCard,
  token as tokenKind,
} from "../../api/web/js/protocol/messages/filing.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { deployment } from "./scene.mjs";
import { hex, load, read, replay, text } from "./vectors.mjs";

const given = load("witness");

async function seal(changes = {}, draw = undefined) {
  const keys = read(given.box_keys, boxKeysKind);
  const sealing = {
    registration: read(given.registration, registrationKind),
    report: { ...read(given.draft, savedReport), ...changes },
    boxKeys: await currentBoxKeys(deployment, keys, given.day),
    token: read(given.token, tokenKind),
  };
  return sealVersion(deployment, sealing, draw);
}

test("the same draws seal the same note of a witness", async () => {
  const draw = replay(given.draws);
  const { report, submission } = await seal({}, draw);
  assert.equal(draw.left(), 0);
  assert.equal(text(submission.header, signed), given.header);
  assert.deepEqual(submission.parts.map(hex), given.parts);
  assert.equal(text(report, savedReport), given.sent);
});

test("a witness has no group size of her own", async () => {
  await assert.rejects(seal({ matchThreshold: 3 }), InputError);
});

test("a witness is shown her case, and answers it alike", () => {
  const report = read(given.sent, savedReport);
  const view = read(given.view, caseView);
  checkCase(deployment, report, view);
  assert.ok(isWitness(view));
  const { report: answered, request } = answerCase(report, view, "yes", given.day);
  assert.equal(text(request, signed), given.consent);
  assert.equal(text(answered, savedReport), given.answered);
});

test("a note is not a member's report, nor a member's a note", () => {
  const report = read(given.sent, savedReport);
  const view = read(given.view, caseView);
  const member = read(given.member, savedReport);
  const shown = read(given.member_view, caseView);
  checkCase(deployment, member, shown);
  assert.ok(!isWitness(shown));
  for (const [held, seen] of [
    [{ ...report, witness: false }, view],
    [{ ...member, witness: true }, shown],
    [report, { ...view, witness: false }],
    [report, { ...view, witness: false, caseId: caseIdOf(view.headerDigests) }],
  ]) {
    assert.throws(() => checkCase(deployment, held, seen), InvalidCase);
  }
  assert.deepEqual(witnessCaseIdOf(view.headerDigests), view.caseId);
});

async function connect(changes = {}) {
  const report = read(given.member, savedReport);
  const view = { ...read(given.member_view, caseView), ...changes };
  const connection = read(given.samples.connection, connectionKind);
  const reader = { deployment, report, view };
  const { contacts, faults } = await openConnection(reader, connection);
  return [contacts, faults.map((fault) => fault.name)];
}

test("a member who invited her opens the witness's card", async () => {
  const [[contact], faults] = await connect();
  assert.deepEqual(faults, []);
  assert.equal(contact.witness, true);
  assert.equal(contact.member, given.contact.member);
  assert.equal(text(contact.card, contactCard), given.contact.card);
  assert.equal(contact.verifiedName, given.contact.verified_name);
});

test("a witness is not passed off as one of the group", async () => {
  assert.deepEqual(await connect({ witness: false }), [[], ["InvalidCase"]]);
});
