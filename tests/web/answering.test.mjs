/** No answer is called finished that too few trustees signed for (§C10). */

import assert from "node:assert/strict";
import { test } from "node:test";

import { withAnswer } from "../../api/web/js/protocol/client/answers.js";
import { savedReport } from "../../api/web/js/protocol/client/vault.js";
import { settled } from "../../api/web/js/protocol/client/versions.js";
import { VaultKeys } from "../../api/web/js/protocol/client/words.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import { SecretBytes } from "../../api/web/js/protocol/secret.js";
import { goOn, heardOf, retract } from "../../api/web/js/worker/answering.js";
import { today } from "../../api/web/js/worker/place.js";
import { Survivor } from "../../api/web/js/worker/survivor.js";
import { crookedApi, told } from "./crookedApi.mjs";
import { deployment } from "./scene.mjs";
import { load, read } from "./vectors.mjs";

const CONSENTS = "cases/consents";
const STATUS = "reports/status";
const group = load("group");
const RECEIPTS = group.answer_receipts.map((one) => read(one, signed));

function device() {
  const keys = [7, 9].map((byte) => new SecretBytes(new Uint8Array(32).fill(byte)));
  return new Survivor(new VaultKeys(...keys), deployment.digest);
}

/** Somebody who said yes to a group that the server does not show. */
async function saidYes(place) {
  const report = settled(read(group.answered, savedReport));
  const lastDay = today() + 60;
  const answers = report.answers.map((given) => ({ ...given, lastDay }));
  const her = device();
  await her.keep(place, { ...report, label: "1", answers });
  return her;
}

async function back(place) {
  const her = device();
  await her.open(place);
  return her;
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

const unfinished = (heard) => ({ heard, all: 3, unheard: true });

test("a no that a server takes in and keeps back is not called finished", () =>
  crooked(
    { [CONSENTS]: () => ({ receipts: [] }), [STATUS]: () => told([]) },
    async ({ api, place }) => {
      const her = await saidYes(place);
      assert.deepEqual(await retract(place, her, "1"), unfinished(0));
      const before = api.asked.get(CONSENTS);
      const later = await back(place);
      await goOn(place, later, "1", 0);
      assert.equal(api.asked.get(CONSENTS), before + 1);
      const [given] = later.report("1").answers;
      assert.equal(given.answer, "no");
      const shown = heardOf(deployment, later.report("1"), [], []);
      assert.deepEqual(shown, unfinished(0));
    },
  ));

test("it is kept before it is sent, and sent again when the server is back", () =>
  crooked({ [STATUS]: () => "internal-server-error" }, async ({ api, place }) => {
    const her = await saidYes(place);
    api.answers[CONSENTS] = () => "internal-server-error";
    api.answers[STATUS] = () => told([]);
    assert.deepEqual(await retract(place, her, "1"), unfinished(0));
    api.answers[CONSENTS] = () => ({ receipts: RECEIPTS.slice(0, 1) });
    const later = await back(place);
    await goOn(place, later, "1", 0);
    assert.deepEqual(heardOf(deployment, later.report("1"), [], []), unfinished(1));
    // A server that forgets what it showed takes no signature back.
    api.answers[CONSENTS] = () => ({ receipts: RECEIPTS.slice(1, 2) });
    await goOn(place, await back(place), "1", 0);
    const [{ heard }] = (await back(place)).report("1").answers;
    assert.deepEqual(heard, [2, 3]);
    const asked = api.asked.get(CONSENTS);
    await goOn(place, await back(place), "1", 0);
    assert.equal(api.asked.get(CONSENTS), asked);
  }));

test("a receipt for the yes before is none for the no", () =>
  crooked({ [STATUS]: () => told([]) }, async ({ api, place }) => {
    api.answers[CONSENTS] = () => ({ receipts: RECEIPTS.slice(2) });
    const her = await saidYes(place);
    assert.deepEqual(await retract(place, her, "1"), unfinished(0));
  }));

for (const [members, kept] of [
  [8, 32],
  [100, 2],
  [300, 1],
]) {
  test(`of forty answers to groups of ${members} the newest ${kept} are kept`, () => {
    let report = { answers: [], consentCounter: 0 };
    for (let number = 0; number < 40; number += 1) {
      const caseId = new Uint8Array(32).fill(number);
      const headerDigests = Array(members).fill(new Uint8Array(32));
      const given = { caseId, headerDigests, counter: number + 1, lastDay: 60 };
      report = withAnswer(report, given, 1);
    }
    const numbers = report.answers.map(({ caseId }) => caseId[0]);
    const newest = Array.from({ length: kept }, (_, at) => 40 - kept + at);
    assert.deepEqual(numbers, newest);
  });
}
