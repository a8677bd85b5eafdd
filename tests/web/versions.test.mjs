/** On which version the next one builds, whatever the API lost (§F13). */

import assert from "node:assert/strict";
import { test } from "node:test";

import { answerCase, checkCase } from "../../api/web/js/protocol/client/following.js";
import {
  savedReport,
  sealedVersion as sealedVersionKind,
} from "../../api/web/js/protocol/client/vault.js";
import {
  buildOn,
  isOvertaken,
  isOwn,
  nextGround,
  provenReceipts,
  sealedVersion,
  settled,
  withUnsettled,
} from "../../api/web/js/protocol/client/versions.js";
import { InvalidCase } from "../../api/web/js/protocol/errors.js";
import { caseView } from "../../api/web/js/protocol/messages/cases.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { deployment } from "./scene.mjs";
import { flipped, load, read, text } from "./vectors.mjs";

const { cases } = load("versions");

for (const one of cases) {
  test(`the ground is the same: ${one.name}`, () => {
    const report = read(one.report, savedReport);
    const receipts = one.receipts.map((receipt) => read(receipt, signed));
    const shown = provenReceipts(deployment, report, receipts);
    assert.equal(isOvertaken(deployment, report, shown), one.overtaken);
    const ground = nextGround(deployment, report, shown, one.late);
    assert.equal(ground && text(ground, sealedVersionKind), one.ground);
    assert.equal(ground && text(buildOn(report, ground), savedReport), one.base);
    assert.equal(text(settled(report), savedReport), one.settled);
  });
}

test("receipts that do not hold are passed over, and each trustee speaks once", () => {
  const { report: told, receipts: given } = cases[0];
  const report = read(told, savedReport);
  const receipts = given.map((receipt) => read(receipt, signed));
  const forged = { ...receipts[0], signature: flipped(receipts[0].signature) };
  const stranger = { ...report, reportSeed: flipped(report.reportSeed) };
  assert.equal(provenReceipts(deployment, report, [...receipts, ...receipts]).length, 3);
  assert.deepEqual(provenReceipts(deployment, report, [forged]), []);
  assert.deepEqual(provenReceipts(deployment, stranger, receipts), []);
});

test("what was sealed stays hers until the next is stored, and no more than eight", () => {
  let report = read(cases[0].report, savedReport);
  const first = report.headerDigest;
  for (let version = 2; version < 14; version += 1) {
    const headerDigest = new Uint8Array(32).fill(version);
    report = { ...withUnsettled(report), version, headerDigest };
    assert.ok(isOwn(report, first) && isOwn(report, headerDigest));
  }
  assert.equal(report.unsettled.length, 8);
  const done = settled(report);
  assert.ok(!isOwn(done, first) && isOwn(done, report.headerDigest));
  assert.deepEqual(done.stored, sealedVersion(report));
  assert.equal(settled(done), done);
});

test("a group of the version before is hers while the next is on its way", () => {
  const group = load("group");
  const view = read(group.view, caseView);
  const sent = settled(read(group.report, savedReport));
  const next = { ...sent, version: 2, headerDigest: new Uint8Array(32) };
  checkCase(deployment, next, view);
  assert.equal(answerCase(next, view, "yes", group.day).report.answeredVersion, 1);
  assert.throws(() => checkCase(deployment, settled(next), view), InvalidCase);
});
