/** Say that something is not right, and wait for the trustees' word (§H1). */

import { tell } from "../net/send.js";
import { heardBy, raiseAlarm } from "../protocol/client/alarm.js";
import { signed } from "../protocol/messages/kinds.js";
import { quorum } from "../protocol/report/contents.js";
import { look } from "./following.js";
import { apiAt, today } from "./place.js";

/** @import { Place } from "./place.js" */
/** @import { Survivor } from "./survivor.js" */

const TRIES = 10;
const PAUSE = 1000;

/**
 * What became of an alarm: how many trustees signed that they heard it, of how many,
 * and until which day they introduce nobody further.
 *
 * @typedef {{ heard: number, all: number, until: number }} Heard
 */

/**
 * Raise it in every group in which somebody was introduced to her.
 *
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Heard>}
 */
export async function alarm(place, survivor, label) {
  place.report("looking");
  const found = await look(place, survivor, label);
  const views = [...(found?.cases ?? []), ...(found?.notes ?? [])];
  for (const view of views.filter((one) => one.connected)) {
    const message = raiseAlarm(survivor.report(label), view, today());
    await tell(apiAt(place, "cases/alarms"), { message, kind: signed });
  }
  const all = quorum(place.deployment).size;
  for (let tried = 1; tried < TRIES; tried += 1) {
    const told = await heard(place, survivor, label);
    if (told.size === all) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  const told = await heard(place, survivor, label);
  return { heard: told.size, all, until: Math.max(0, ...told.values()) };
}

/**
 * @param {Place} place
 * @param {Survivor} survivor
 * @param {string} label
 * @returns {Promise<Map<number, number>>}
 */
async function heard(place, survivor, label) {
  const found = await look(place, survivor, label);
  const report = survivor.report(label);
  const maps = (found?.cases ?? []).map((view) =>
    heardBy(place.deployment, report, view),
  );
  return new Map(maps.flatMap((one) => [...one]));
}
