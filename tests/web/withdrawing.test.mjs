/** Nothing is called taken back that no trustee signed, and no keys are lost. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { savedReport, UNSENT } from "../../api/web/js/protocol/client/vault.js";
import { settled } from "../../api/web/js/protocol/client/versions.js";
import { VaultKeys } from "../../api/web/js/protocol/client/words.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { NO_NOTE } from "../../api/web/js/protocol/note.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { begin } from "../../api/web/js/worker/drafting.js";
import {
  addIdentifiers,
  changeWishes,
  finish,
} from "../../api/web/js/worker/filing.js";
import { today } from "../../api/web/js/worker/place.js";
import { Survivor } from "../../api/web/js/worker/survivor.js";
import { goOn, takeBack } from "../../api/web/js/worker/withdrawing.js";
import { crookedApi, told } from "./crookedApi.mjs";
import { deployment } from "./scene.mjs";
import { hex, load, read } from "./vectors.mjs";

const WITHDRAWALS = "reports/withdrawals";
const STATUS = "reports/status";
const filed = load("report");
const ERASURES = filed.erasures.map((one) => read(one, signed));
const SOMEBODY = { kind: "email", value: "x@company.example" };
const BLANK = ["given", "family", "country", "region", "label", "platform", "size"];
const UNKNOWN = Object.fromEntries([...BLANK, "former"].map((name) => [name, null]));
const CARD = { name: "Ana", email: "", phone: "", channel: "", wishes: "" };
const DRAFT = {
  label: "1",
  identifiers: [{ ...SOMEBODY, ...UNKNOWN, value: SOMEBODY.value }],
  country: "US",
  matchThreshold: 3,
  witness: false,
  card: CARD,
  nudge: NO_NOTE,
  letters: NO_NOTE,
  years: 5,
};

function device() {
  const keys = [7, 9].map((byte) => new SecretBytes(new Uint8Array(32).fill(byte)));
  return new Survivor(new VaultKeys(...keys), deployment.digest);
}

/** @param {(at: any) => Promise<void>} tell */
async function crooked(answers, tell) {
  const api = await crookedApi(answers);
  const place = { server: api.url, deployment, report() {}, signal: undefined };
  try {
    await tell({ api, place });
  } finally {
    api.close();
  }
}

/** Somebody whose entry the trustees hold, as her vault says. */
async function stored(place, changes = {}) {
  const report = settled(read(filed.sent, savedReport));
  const her = device();
  await her.keep(place, { ...report, label: "1", ...changes });
  return her;
}

async function back(place) {
  const her = device();
  await her.open(place);
  return her;
}

test("a withdrawal that never arrived is told, and sent at the next visit", () =>
  crooked({ [WITHDRAWALS]: () => "internal-server-error" }, async ({ api, place }) => {
    const none = { state: "leaving", erased: 0, all: 3 };
    assert.deepEqual(await takeBack(place, await stored(place), "1"), none);
    const her = await back(place);
    assert.equal(her.report("1").withdrawn, true);
    assert.deepEqual(await goOn(place, her, "1"), none);
    assert.equal(api.asked.get(WITHDRAWALS), 2);
    api.answers[WITHDRAWALS] = () => told(ERASURES);
    const all = { state: "withdrawn", erased: 3, all: 3 };
    assert.deepEqual(await goOn(place, her, "1"), all);
    // It is known from then on, on every device: nobody is asked any more.
    assert.deepEqual(await goOn(place, await back(place), "1"), all);
    assert.equal(api.asked.get(WITHDRAWALS), 3);
  }));

test("that the server knows nothing of it is nobody's signature", () =>
  crooked({}, async ({ place }) => {
    const her = await stored(place);
    const none = { state: "leaving", erased: 0, all: 3 };
    assert.deepEqual(await takeBack(place, her, "1"), none);
    assert.deepEqual(await goOn(place, await back(place), "1"), none);
  }));

test("a server that forgets what it showed takes no signature back", () =>
  crooked({}, async ({ api, place }) => {
    api.answers[WITHDRAWALS] = () => told(ERASURES.slice(0, 1));
    const her = await stored(place);
    const one = { state: "leaving", erased: 1, all: 3 };
    assert.deepEqual(await goOn(place, her, "1"), one);
    delete api.answers[WITHDRAWALS];
    assert.deepEqual(await goOn(place, her, "1"), one);
    api.answers[WITHDRAWALS] = () => told(ERASURES.slice(1, 2));
    const two = { state: "withdrawn", erased: 2, all: 3 };
    assert.deepEqual(await goOn(place, her, "1"), two);
    delete api.answers[WITHDRAWALS];
    assert.deepEqual(await goOn(place, await back(place), "1"), two);
  }));

test("of what nobody ever signed for nothing was held, and no one has signed", () =>
  crooked({}, async ({ api, place }) => {
    const nothing = { state: "nothing", erased: 0, all: 3 };
    const sealed = await stored(place, { stored: UNSENT.stored });
    assert.deepEqual(await takeBack(place, sealed, "1"), nothing);
    assert.equal(api.asked.get(WITHDRAWALS), 1);
    const draft = { version: 0, headerDigest: null, begunDay: today() };
    await sealed.keep(place, { ...sealed.report("1"), ...draft });
    assert.deepEqual(await takeBack(place, sealed, "1"), nothing);
    assert.equal(api.asked.get(WITHDRAWALS), 1);
  }));

test("forged signatures are not counted", () =>
  crooked({}, async ({ api, place }) => {
    const forged = ERASURES.map((one) => ({ ...one, signature: new Uint8Array(64) }));
    api.answers[WITHDRAWALS] = () => told(forged);
    const found = await goOn(place, await stored(place), "1");
    assert.deepEqual(found, { state: "leaving", erased: 0, all: 3 });
  }));

test("who takes an entry back waits for the trustees' word", () =>
  crooked({ [WITHDRAWALS]: () => told([]) }, async ({ api, place }) => {
    let questions = 0;
    api.answers[STATUS] = () => told(ERASURES.slice(0, (questions += 1)));
    const found = await takeBack(place, await stored(place), "1");
    assert.deepEqual(found, { state: "withdrawn", erased: 3, all: 3 });
    assert.deepEqual((await back(place)).report("1").erased, [1, 2, 3]);
  }));

test("an entry is not called taken back while letters may still go out for it", () =>
  crooked({}, async ({ api, place }) => {
    const part = { channel: "email", address: "a@x.example", plant: "fern", language: "en" };
    const seed = new Uint8Array(32).fill(3);
    const letterbox = { seed, part, counter: 1, written: true };
    api.answers[WITHDRAWALS] = () => told(ERASURES);
    api.answers.letterboxes = () => "internal-server-error";
    const her = await stored(place, { letterbox });
    const all = { state: "leaving", erased: 3, all: 3 };
    assert.deepEqual(await takeBack(place, her, "1"), all);
    api.answers.letterboxes = () => told([]);
    assert.deepEqual(await goOn(place, her, "1"), { ...all, state: "withdrawn" });
  }));

for (const [title, changes] of [
  ["taken back", { withdrawn: true }],
  ["over", { expiryMonth: 12 }],
]) {
  test(`nothing is added to, changed of or filed of an entry that is ${title}`, () =>
    crooked({}, async ({ api, place }) => {
      const her = await stored(place, changes);
      const refused = { name: "InputError", field: "report" };
      await assert.rejects(addIdentifiers(place, her, "1", DRAFT.identifiers), refused);
      await assert.rejects(changeWishes(place, her, "1", { years: 0 }), refused);
      await assert.rejects(finish(place, her, "1"), refused);
      assert.deepEqual([...api.asked.keys()].filter((path) => !/^vaults/u.test(path)), []);
    }));
}

test("a device that begins the same entry gets another name, and no keys are lost", () =>
  crooked({}, async ({ place }) => {
    const [one, other] = [device(), device()];
    assert.equal(await begin(place, one, DRAFT), "1");
    const live = { ...one.report("1"), version: 1, headerDigest: new Uint8Array(32) };
    await one.keep(place, live);
    // The other one knows nothing of that yet.
    assert.equal(await begin(place, other, DRAFT), "2");
    // She went back, changed something, and comes to the same button again.
    const changed = { ...DRAFT, matchThreshold: 4 };
    assert.equal(await begin(place, other, { ...changed, label: "2" }), "2");
    assert.equal(await begin(place, other, { ...changed, label: "1" }), "2");
    const { contents } = await back(place);
    assert.deepEqual(
      contents.reports.map(({ label, version, matchThreshold }) => [
        label,
        version,
        matchThreshold,
      ]),
      [["1", 1, 3], ["2", 0, 4]],
    );
    const [first, second] = contents.reports;
    assert.equal(hex(first.reportSeed), hex(live.reportSeed));
    assert.notEqual(hex(second.reportSeed), hex(live.reportSeed));
  }));

test("a draft of another device is neither overwritten nor shares its keys", () =>
  crooked({}, async ({ place }) => {
    const [one, other] = [device(), device()];
    await begin(place, one, DRAFT);
    assert.equal(await begin(place, other, { ...DRAFT, country: "DE" }), "2");
    // The first one's vault is behind now: hers stays the first, changed or not.
    assert.equal(await begin(place, one, { ...DRAFT, matchThreshold: 5 }), "1");
    const { reports } = (await back(place)).contents;
    assert.deepEqual(
      reports.map(({ label, country, matchThreshold }) => [
        label,
        country,
        matchThreshold,
      ]),
      [["1", "US", 5], ["2", "DE", 3]],
    );
    assert.notEqual(hex(reports[0].reportSeed), hex(reports[1].reportSeed));
  }));

test("an entry whose withdrawal is not finished keeps its keys and its name", () =>
  crooked({}, async ({ place }) => {
    const her = await stored(place, { withdrawn: true });
    const seed = hex(her.report("1").reportSeed);
    assert.equal(await begin(place, her, DRAFT), "2");
    assert.equal(hex((await back(place)).report("1").reportSeed), seed);
  }));
