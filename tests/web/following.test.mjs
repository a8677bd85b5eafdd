import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { heardBy as alarmHeardBy, raiseAlarm } from "../../api/web/js/protocol/client/alarm.js";
import {
  heardBy,
  noteHeard,
  signAnswer,
  toldYes,
  unheard,
} from "../../api/web/js/protocol/client/answers.js";
import { openConnection } from "../../api/web/js/protocol/client/connecting.js";
import { monthOf } from "../../api/web/js/protocol/calendar.js";
import {
  beginWithdrawal,
  currentBoxKeys,
  endsSoon,
  erasedBy,
  hasEnded,
  heldBy,
  isStored,
  keepUntil,
  KEPT_YEARS,
  lastMonth,
  padOutputs,
  sealVersion,
} from "../../api/web/js/protocol/client/filing.js";
import {
  answerCase,
  askConnection,
  askStatus,
  checkCase,
  hasShrunk,
  retract,
} from "../../api/web/js/protocol/client/following.js";
import {
  openVault,
  registration as registrationKind,
  savedReport,
  sealVault,
  vaultContents,
  withoutLateDrafts,
} from "../../api/web/js/protocol/client/vault.js";
import {
  isErased,
  isGone,
  isProven,
  noteErasures,
} from "../../api/web/js/protocol/client/withdrawal.js";
import { vaultKeys } from "../../api/web/js/protocol/client/words.js";
import {
  InputError,
  InvalidCase,
  InvalidCiphertext,
  InvalidReport,
  InvalidSignature,
} from "../../api/web/js/protocol/errors.js";
import { Label } from "../../api/web/js/protocol/labels.js";
import {
  caseView,
  connection as connectionKind,
} from "../../api/web/js/protocol/messages/cases.js";
import { decode, encode } from "../../api/web/js/protocol/messages/codec.js";
import { NO_NOTE } from "../../api/web/js/protocol/note.js";
import { boxKeys as boxKeysKind } from "../../api/web/js/protocol/messages/deployment.js";
import {
  box as boxKind,
  boxedShares,
  contactCard,
  token as tokenKind,
} from "../../api/web/js/protocol/messages/filing.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { vaultWrite } from "../../api/web/js/protocol/messages/vault.js";
import { checkHeader } from "../../api/web/js/protocol/report/check.js";
import { boxContext, headerDigest } from "../../api/web/js/protocol/report/contents.js";
import { openSealed } from "../../api/web/js/protocol/sealing.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { deployment } from "./scene.mjs";
import { bytes, flipped, hex, load, read, replay, text } from "./vectors.mjs";

const filed = load("report");

async function seal(changes = {}, draw = replay(filed.draws)) {
  const keys = read(filed.box_keys, boxKeysKind);
  const sealing = {
    registration: read(filed.registration, registrationKind),
    report: { ...read(filed.draft, savedReport), ...changes.report },
    boxKeys: await currentBoxKeys(deployment, keys, filed.day),
    token: read(filed.token, tokenKind),
    ...changes.sealing,
  };
  return sealVersion(deployment, sealing, draw);
}

async function openBoxes(boxes, header) {
  const digest = headerDigest(header.payload);
  return Promise.all(
    boxes.map(async ({ index, ciphertext }) => {
      const seed = new SecretBytes(bytes(filed.box_seeds[index - 1]));
      const context = boxContext(deployment, digest, index);
      const label = Label.TRUSTEE_BOX;
      const opened = await openSealed(seed, ciphertext, label, ...context);
      return text(decode(opened, boxedShares), boxedShares);
    }),
  );
}

test("the same draws seal the same report, boxes apart", async () => {
  const draw = replay(filed.draws);
  const { report, submission } = await seal({}, draw);
  assert.equal(draw.left(), 0);
  assert.equal(text(submission.header, signed), filed.header);
  assert.deepEqual(submission.parts.map(hex), filed.parts);
  assert.equal(text(submission.token, tokenKind), filed.token);
  assert.equal(text(report, savedReport), filed.sent);
  assert.deepEqual(
    await openBoxes(submission.boxes, submission.header),
    filed.boxed_shares,
  );
});

test("boxes that Python sealed open to the same shares", async () => {
  const boxes = filed.samples.boxes.map((one) => read(one, boxKind));
  const found = await openBoxes(boxes, read(filed.header, signed));
  assert.deepEqual(found, filed.boxed_shares);
});

test("a header is checked like everybody checks it", async () => {
  const header = read(filed.header, signed);
  const report = await checkHeader(deployment, header, filed.day);
  assert.equal(report.points.length, 16);
  const forged = { ...header, signature: flipped(header.signature) };
  await assert.rejects(checkHeader(deployment, forged, filed.day), InvalidSignature);
  for (const day of [filed.day + 800, filed.day - 3000]) {
    await assert.rejects(checkHeader(deployment, header, day), InvalidReport);
  }
  await checkHeader(deployment, header, null);
});

test("a later version names its predecessor and costs no token", async () => {
  const { report: first } = await seal();
  const later = { report: first, sealing: { report: first, token: null } };
  const { report, submission } = await seal(later, undefined);
  const { core } = await checkHeader(deployment, submission.header, filed.day);
  assert.deepEqual([core.version, report.version], [2, 2]);
  assert.deepEqual(core.previous, first.headerDigest);
  await assert.rejects(seal({ sealing: { token: null } }), InputError);
});

test("a later version of what the API lost costs a token", async () => {
  const { report: first } = await seal();
  const token = read(filed.token, tokenKind);
  const { submission } = await seal({ sealing: { report: first, token } }, undefined);
  assert.deepEqual(submission.token, token);
});

test("a group that is not offered and text that does not fit are refused", async () => {
  await assert.rejects(seal({ report: { matchThreshold: 6 } }), {
    name: "InputError",
    field: "group",
    details: { offered: [2, 3, 4, 5, 7] },
  });
  const { card } = read(filed.draft, savedReport);
  const long = { ...card, wishes: "a".repeat(6000) };
  const attempt = seal({ report: { card: long } }, undefined);
  await assert.rejects(attempt, { name: "InputError", field: "contact" });
});

test("only current box keys that their trustees signed are used", async () => {
  const { keys } = read(filed.box_keys, boxKeysKind);
  const forged = { ...keys[0], signature: flipped(keys[0].signature) };
  const two = await currentBoxKeys(
    deployment,
    { keys: [keys[2], forged, keys[1]] },
    filed.day,
  );
  assert.deepEqual(
    two.map((key) => key.index),
    [2, 3],
  );
  for (const [given, day] of [
    [{ keys: [keys[2], forged] }, filed.day],
    [{ keys }, filed.day + 40],
    [{ keys }, filed.day - 2],
  ]) {
    await assert.rejects(currentBoxKeys(deployment, given, day), InvalidReport);
  }
});

test("receipts count for this version, erasures for this report", () => {
  const report = read(filed.sent, savedReport);
  const receipts = filed.receipts.map((one) => read(one, signed));
  const held = heldBy(deployment, report, receipts);
  assert.deepEqual(held, filed.held_by);
  assert.ok(isStored(deployment, held) && !isStored(deployment, [1]));
  const forged = { ...receipts[0], signature: flipped(receipts[0].signature) };
  assert.deepEqual(heldBy(deployment, report, [forged, receipts[1], receipts[1]]), [1]);
  const other = { ...report, headerDigest: flipped(report.headerDigest) };
  assert.deepEqual(heldBy(deployment, other, receipts), []);
  const erasures = filed.erasures.map((one) => read(one, signed));
  assert.deepEqual(erasedBy(deployment, report, erasures), [1, 2, 3]);
  assert.deepEqual(erasedBy(deployment, report, receipts), []);
  const stranger = { ...report, reportSeed: flipped(report.reportSeed) };
  assert.deepEqual(erasedBy(deployment, stranger, erasures), []);
});

test("taking a report back is the same request", () => {
  const { report, request } = beginWithdrawal(
    deployment,
    read(filed.sent, savedReport),
  );
  assert.equal(text(report, savedReport), filed.withdrawn);
  assert.equal(text(request, signed), filed.withdrawal);
});

test("how far a report is taken back follows from its trustees' signatures", () => {
  const erasures = filed.erasures.map((one) => read(one, signed));
  const withdrawn = read(filed.withdrawn, savedReport);
  filed.taken_back.forEach((expected, count) => {
    const some = erasures.slice(0, count);
    const noted = noteErasures(deployment, withdrawn, some);
    assert.deepEqual(erasedBy(deployment, withdrawn, some), expected.erased_by);
    assert.equal(text(noted, savedReport), expected.noted);
    assert.equal(isProven(deployment, withdrawn, some), expected.proven);
    assert.equal(isGone(deployment, noted), expected.gone);
    assert.equal(isErased(deployment, noted), expected.erased);
    // What was proven once stays so, whatever a server has lost since.
    assert.equal(noteErasures(deployment, noted, []), noted);
    const forged = some.map((one) => ({ ...one, signature: flipped(one.signature) }));
    assert.equal(noteErasures(deployment, withdrawn, forged), withdrawn);
    const alone = [...forged, ...some.slice(0, 1), ...some.slice(0, 1)];
    assert.ok(!isProven(deployment, withdrawn, alone));
  });
});

test("the years that are offered count from the month of the choice", () => {
  const months = KEPT_YEARS.map((years) => lastMonth(20_000, years) - monthOf(20_000));
  assert.deepEqual(months, [12, 24, 36, 60]);
  for (const years of [0, 4, 10, -1]) {
    assert.throws(() => lastMonth(20_000, years), InputError);
  }
});

test("she is asked three months before the end, and told after it", () => {
  const report = read(filed.sent, savedReport);
  for (const [months, soon, over] of [
    [4, false, false],
    [3, true, false],
    [0, true, false],
    [-1, true, true],
  ]) {
    const ending = { ...report, expiryMonth: monthOf(20_000) + months };
    assert.deepEqual([endsSoon(ending, 20_000), hasEnded(ending, 20_000)], [soon, over]);
  }
});

test("a new end has the letterbox written anew", async () => {
  const report = read(filed.sent, savedReport);
  const part = { channel: "email", address: "a@x.example", plant: "fern", language: "en" };
  const box = { seed: new Uint8Array(32), part, counter: 3, written: true };
  const kept = { ...report, letterbox: box };
  const changed = keepUntil(kept, report.expiryMonth + 12);
  assert.equal(changed.expiryMonth, report.expiryMonth + 12);
  assert.deepEqual(changed.letterbox, { ...box, written: false });
  assert.deepEqual(keepUntil(kept, report.expiryMonth), kept);
  const emptied = { ...kept, letterbox: { ...box, part: NO_NOTE } };
  assert.deepEqual(keepUntil(emptied, 1).letterbox, emptied.letterbox);
  assert.equal(keepUntil({ ...report, letterbox: null }, 1).letterbox, null);
  const later = { report: changed, sealing: { report: changed, token: null } };
  const { submission } = await seal(later, undefined);
  const { core } = await checkHeader(deployment, submission.header, filed.day);
  assert.equal(core.expiryMonth, report.expiryMonth + 12);
});

test("padding places take random outputs", () => {
  const known = new SecretBytes(new Uint8Array(64));
  const [first, second] = padOutputs([known, null]);
  assert.deepEqual(first, new Uint8Array(64));
  assert.equal(second.length, 64);
});

const group = load("group");

function member() {
  return [read(group.report, savedReport), read(group.view, caseView)];
}

test("questions and answers are the same", () => {
  const [report, view] = member();
  const draw = replay(group.draws);
  const status = askStatus(deployment, report, draw);
  assert.equal(text(status, signed), group.status_request);
  const connection = askConnection(deployment, report, view.caseId, draw);
  assert.equal(text(connection, signed), group.connection_request);
  const { report: answered, request } = answerCase(
    report,
    view,
    group.answer,
    group.day,
  );
  assert.equal(text(request, signed), group.consent);
  assert.equal(text(answered, savedReport), group.answered);
});

test("a group that is gone is told to who answered it with this version", () => {
  const [report, view] = member();
  const shrunk = (held, groups = []) => hasShrunk(held, groups);
  assert.ok(!shrunk(report));
  for (const given of ["yes", "later"]) {
    const { report: answered } = answerCase(report, view, given, 1);
    assert.ok(shrunk(answered));
    assert.ok(!shrunk(answered, [view]));
    assert.ok(!shrunk({ ...answered, version: answered.version + 1 }));
    assert.ok(!shrunk({ ...answered, witness: true }));
    assert.ok(!shrunk(answerCase(answered, view, "no", 1).report));
  }
  assert.ok(!shrunk(answerCase(report, { ...view, witness: true }, "yes", 1).report));
});

test("the server's count of answers is heeded, but not a jump", () => {
  const [report, view] = member();
  for (const [own, shown, next] of [
    [0, 5, 6],
    [7, 5, 8],
    [1, 1001, 1002],
    [1, 1002, 2],
  ]) {
    const held = { ...report, consentCounter: own };
    const { report: answered } = answerCase(held, { ...view, counter: shown }, "no", 1);
    assert.equal(answered.consentCounter, next);
  }
});

test("a group is believed only if enough trustees found it with her in it", () => {
  const [report, view] = member();
  checkCase(deployment, report, view);
  const [first, second] = view.verdicts;
  const other = { ...report, headerDigest: flipped(report.headerDigest) };
  for (const [held, shown] of [
    [report, { ...view, verdicts: [first] }],
    [report, { ...view, verdicts: [first, first] }],
    [report, { ...view, headerDigests: view.headerDigests.toReversed() }],
    [report, { ...view, caseId: flipped(view.caseId) }],
    [report, { ...view, member: 1 - view.member }],
    [report, { ...view, member: 2 }],
    [report, { ...view, positions: [0] }],
    [other, view],
  ]) {
    assert.throws(() => checkCase(deployment, held, shown), InvalidCase);
  }
  const forged = { ...second, signature: flipped(second.signature) };
  const lied = { ...view, verdicts: [first, forged] };
  assert.throws(() => checkCase(deployment, report, lied), InvalidSignature);
});

test("an alarm is the same, and receipts tell who heard it", () => {
  const [report, view] = member();
  assert.equal(text(raiseAlarm(report, view, group.day), signed), group.alarm);
  const alarms = group.alarms.map((one) => read(one, signed));
  const heard = alarmHeardBy(deployment, report, { ...view, alarms });
  const expected = Object.entries(group.heard_by).map(([i, day]) => [Number(i), day]);
  assert.deepEqual([...heard].sort(), expected);
  const forged = { ...alarms[0], signature: flipped(alarms[0].signature) };
  const other = { ...view, caseId: flipped(view.caseId), alarms };
  assert.equal(alarmHeardBy(deployment, report, { ...view, alarms: [forged] }).size, 0);
  assert.equal(alarmHeardBy(deployment, report, other).size, 0);
});

test("her no, and how far it came, is what Python says", () => {
  const answered = read(group.answered, savedReport);
  const [, view] = member();
  const { report: refused, request } = answerCase(answered, view, "no", group.day);
  assert.equal(text(refused, savedReport), group.refused);
  assert.equal(text(request, signed), group.no);
  const [given] = refused.answers;
  assert.equal(text(signAnswer(refused, given), signed), group.no);
  const receipts = group.answer_receipts.map((one) => read(one, signed));
  const days = [group.day, given.lastDay + 2, given.lastDay + 3];
  for (const [count, expected] of group.told.entries()) {
    const noted = noteHeard(deployment, refused, receipts.slice(0, count));
    assert.equal(text(noted, savedReport), expected.noted);
    const left = days.map((day) => unheard(deployment, noted, day).length);
    assert.deepEqual(left, expected.unheard);
    const shown = { ...view, heard: receipts.slice(0, count) };
    assert.deepEqual(heardBy(deployment, refused, shown), noted.answers[0].heard);
  }
  const forged = { ...receipts[0], signature: flipped(receipts[0].signature) };
  assert.equal(noteHeard(deployment, refused, [forged]), refused);
});

test("a yes about a group that is hidden turns into a no", () => {
  const answered = read(group.answered, savedReport);
  const [given] = toldYes(answered, group.day);
  const kept = retract(answered, given, group.day);
  assert.equal(text(kept, savedReport), group.retracted);
  assert.deepEqual(toldYes(kept, group.day), []);
  assert.deepEqual(toldYes(answered, given.lastDay + 3), []);
});

async function connect(change = (giver) => giver, changedView = {}) {
  const [report, view] = member();
  const { caseId, givers } = read(group.samples.connection, connectionKind);
  const reader = { deployment, report, view: { ...view, ...changedView } };
  const connection = { caseId, givers: givers.map(change) };
  const { contacts, faults } = await openConnection(reader, connection);
  return [contacts, faults.map((fault) => fault.name)];
}

test("a connection that Python released shows the giver's card and verified name", async () => {
  const [[contact], faults] = await connect();
  assert.deepEqual(faults, []);
  assert.equal(contact.member, group.contact.member);
  assert.equal(text(contact.card, contactCard), group.contact.card);
  assert.equal(contact.verifiedName, group.contact.verified_name);
  assert.equal(contact.verifiedEmail, group.contact.verified_email);
});

test("two of three trustees are enough, one is not, a liar is passed over", async () => {
  const keep = (places) => (giver) => ({
    ...giver,
    releases: giver.releases.filter((_, place) => places.includes(place)),
  });
  const lie = (giver) => ({
    ...giver,
    releases: giver.releases.map((release, place) =>
      place === 0 ? { ...release, ciphertext: flipped(release.ciphertext) } : release,
    ),
  });
  const moved = (giver) => ({
    ...giver,
    releases: giver.releases.map((release) => ({ ...release, index: 1 })),
  });
  const foreign = (giver) => ({
    ...giver,
    releases: giver.releases.map((release) => ({ ...release, index: 9 })),
  });
  assert.equal((await connect(keep([0, 2])))[0].length, 1);
  assert.equal((await connect(lie))[0].length, 1);
  for (const change of [keep([1]), moved, foreign]) {
    assert.deepEqual(await connect(change), [[], []]);
  }
});

test("a contact other than the header's, and a stranger, are faults", async () => {
  const [{ member: place }] = read(group.samples.connection, connectionKind).givers;
  const other = 1 - place;
  for (const [change, view, fault] of [
    [(giver) => ({ ...giver, contact: flipped(giver.contact) }), {}, "InvalidReport"],
    [(giver) => ({ ...giver, member: other }), {}, "InvalidCase"],
    [(giver) => ({ ...giver, member: 9 }), {}, "InvalidCase"],
    [(giver) => giver, { positions: [0, 0] }, "InvalidCase"],
    [(giver) => giver, { positions: [99, 99] }, "InvalidCase"],
  ]) {
    assert.deepEqual(await connect(change, view), [[], [fault]]);
  }
});

const kept = load("vault");

test("the same draw writes the same vault, and the words open it", () => {
  const keys = vaultKeys(kept.words);
  const contents = read(kept.contents, vaultContents);
  const write = sealVault(keys, contents, kept.counter, replay(kept.draws));
  const digest = createHash("sha512").update(encode(write, signed)).digest("hex");
  assert.equal(digest, kept.write_digest);
  const { vaultId, counter, ciphertext } = decode(write.payload, vaultWrite);
  const vault = { vaultId, counter, ciphertext };
  assert.equal(text(openVault(keys, vault), vaultContents), kept.contents);
  const others = vaultKeys([...kept.words].reverse());
  for (const attempt of [
    () => openVault(others, vault),
    () => openVault(keys, { ...vault, counter: counter + 1 }),
    () => openVault(keys, { ...vault, counter: -1 }),
    () => openVault(keys, { ...vault, ciphertext: flipped(ciphertext, 99) }),
  ]) {
    assert.throws(attempt, InvalidCiphertext);
  }
});

test("a draft waits three days for a verification", () => {
  const contents = read(kept.contents, vaultContents);
  const [report] = contents.reports;
  const draft = { ...report, version: 0, begunDay: 100 };
  const sent = { ...report, version: 1 };
  const waiting = { ...contents, registration: null, reports: [draft, sent] };
  assert.deepEqual(withoutLateDrafts(waiting, 103), waiting);
  assert.deepEqual(withoutLateDrafts(waiting, 104).reports, [sent]);
  const verified = { ...contents, registration: {}, reports: [draft] };
  assert.equal(withoutLateDrafts(verified, 1000), verified);
});

test("contents that outgrow the vault are refused", () => {
  const keys = vaultKeys(kept.words);
  const contents = read(kept.contents, vaultContents);
  const many = { ...contents, reports: Array(100).fill(contents.reports[0]) };
  assert.throws(() => sealVault(keys, many, 1), { name: "InputError", field: "vault" });
});
