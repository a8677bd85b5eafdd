/** A deployment as this client meets it: its manifest, its servers, the day. */

import { Busy, Cancelled, TooFewBoxes, Unreachable } from "../net/errors.js";
import { exchange, pause } from "../net/send.js";
import {
  beginEvaluation,
  checkResponse,
  conjunctionsOf,
  finishEvaluation,
} from "../protocol/client/evaluation.js";
import { currentBoxKeys, padOutputs } from "../protocol/client/filing.js";
import { InvalidManifest, InvalidReport, ProtocolError } from "../protocol/errors.js";
import { openManifest } from "../protocol/manifest.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { boxKeys, signedManifest } from "../protocol/messages/deployment.js";
import { evaluationResponse } from "../protocol/messages/filing.js";
import { signed } from "../protocol/messages/kinds.js";
import { SecretBytes } from "../protocol/secret.js";
import { clues } from "./clues.js";

/** @import { PendingEvaluation } from "../protocol/client/evaluation.js" */
/** @import { Registration, SavedReport } from "../protocol/client/vault.js" */
/** @import { Deployment } from "../protocol/manifest.js" */
/** @import { EvaluationResponse } from "../protocol/messages/filing.js" */
/** @import { Stretchers } from "./stretchers.js" */

const DAY = 86_400_000;
const PATIENCE = 20_000;
const PAUSE = 300;

/**
 * Told how slow work goes on: which, and how much of it is done.
 *
 * @typedef {(step: string, done?: number, total?: number) => void} Reporter
 */

/**
 * Where one call works.
 *
 * @typedef {object} Place
 * @property {string} server The API's address.
 * @property {Deployment} deployment
 * @property {Stretchers} stretchers
 * @property {Reporter} report
 * @property {AbortSignal} signal
 */

/** Today, counted from 1970-01-01. */
export function today() {
  return Math.floor(Date.now() / DAY);
}

/**
 * A path below /v1 of the API, as a target.
 *
 * @param {Place} place
 * @param {string} path
 * @param {string} [method]
 */
export function apiAt({ server, signal }, path, method) {
  return { url: `${server}/v1/${path}`, signal, ...(method && { method }) };
}

/**
 * Fetch and check the manifest.
 *
 * @param {string} server
 * @returns {Promise<Deployment>}
 * @throws {ProtocolError} A rule or a signature is missing.
 */
export async function findDeployment(server) {
  const target = { url: `${server}/v1/manifest` };
  const deployment = await openManifest(await exchange(target, signedManifest));
  for (const url of hostsOf(deployment)) {
    checkUrl(url);
  }
  return deployment;
}

/**
 * Every address that the manifest lets a client speak to.
 *
 * @param {Deployment} deployment
 */
export function hostsOf({ roster }) {
  return [
    ...roster.index.trustees.map((card) => card.url),
    ...roster.registrars.map((registrar) => registrar.url),
  ];
}

/** @param {string} url */
function checkUrl(url) {
  const { protocol, hostname } = new URL(url);
  const near = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && near)) {
    throw new InvalidManifest("an address that is not safe to use");
  }
}

/**
 * The opening trustees' current box keys, checked.
 *
 * @param {Place} place
 */
export async function findBoxKeys(place) {
  const keys = await exchange(apiAt(place, "box-keys"), boxKeys);
  try {
    return await currentBoxKeys(place.deployment, keys, today());
  } catch (error) {
    throw error instanceof InvalidReport ? new TooFewBoxes() : error;
  }
}

/**
 * Ask every index trustee at once, until t have answered well (§F2).
 *
 * Those who could not be reached are asked again for a while; the identical request
 * costs nothing.
 *
 * @param {Place} place
 * @param {PendingEvaluation} pending
 * @returns {Promise<Map<number, EvaluationResponse>>}
 * @throws {Unreachable} Too few answered.
 * @throws {Busy} Too few answered, for they were asked too often.
 * @throws {ProtocolError} Too few answered well; the first fault among them.
 */
export async function evaluate(place, pending) {
  const needed = place.deployment.indexKeys.trusteeThreshold;
  const deadline = Date.now() + PATIENCE;
  /** @type {Map<number, EvaluationResponse>} */
  const good = new Map();
  const advance = () => place.report("asking", Math.min(good.size, needed), needed);
  advance();
  for (;;) {
    const { silent, fault } = await askRound(place, pending, good, advance);
    if (good.size >= needed) {
      if (silent > 0) place.report("lacking", silent);
      return good;
    }
    if (fault instanceof Busy || (fault !== null && silent === 0)) {
      throw fault;
    }
    if (Date.now() > deadline) {
      throw new Unreachable("trustees");
    }
    await pause(PAUSE, place.signal);
  }
}

/**
 * Ask all who have not answered well; resolves once enough have, or all have spoken.
 *
 * @param {Place} place
 * @param {PendingEvaluation} pending
 * @param {Map<number, EvaluationResponse>} good
 * @param {() => void} advance
 * @returns {Promise<{ silent: number, fault: ProtocolError | Busy | null }>}
 */
async function askRound(place, pending, good, advance) {
  const needed = place.deployment.indexKeys.trusteeThreshold;
  const all = place.deployment.roster.index.trustees.map((_, at) => at + 1);
  let silent = 0;
  /** @type {ProtocolError | Busy | null} */
  let fault = null;
  const asked = all
    .filter((index) => !good.has(index))
    .map(async (index) => {
      try {
        const answer = await askOne(place, pending, index);
        good.set(index, answer);
        advance();
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        if (error instanceof Busy) fault = error;
        else if (error instanceof ProtocolError) fault ??= error;
        else silent += 1;
      }
      // Who has not answered by then is not waited for.
      if (good.size < needed) throw new Unreachable("trustees");
    });
  await Promise.any(asked).catch(() => null);
  if (place.signal.aborted) throw new Cancelled("stopped");
  return { silent, fault };
}

/**
 * @param {Place} place
 * @param {PendingEvaluation} pending
 * @param {number} index
 */
async function askOne(place, pending, index) {
  const { url } = place.deployment.trustee("index", index);
  const target = {
    url: `${url.replace(/\/$/u, "")}/v1/evaluations`,
    who: index,
    patience: 0,
    signal: place.signal,
  };
  const sent = { message: pending.request, kind: signed };
  const answer = await exchange(target, evaluationResponse, sent);
  checkResponse(place.deployment, pending, index, answer);
  return answer;
}

/**
 * The report with its match keys evaluated and stretched: what a lock is made of.
 *
 * @param {Place} place
 * @param {Registration} registration
 * @param {SavedReport} report
 * @returns {Promise<SavedReport>}
 * @throws {InputError} Identifiers that cannot be read, or are too weak.
 * @throws {Unreachable} Too few index trustees.
 */
export async function lockedOutputs(place, registration, report) {
  const { deployment } = place;
  const keys = matchKeys(clues(report.identifiers), report.country || null);
  const seed = new SecretBytes(registration.indexSeed);
  const pending = beginEvaluation(deployment, registration.indexCredential, seed, keys);
  const answers = await evaluate(place, pending);
  const { outputs } = finishEvaluation(deployment, pending, answers);
  const padded = padOutputs(await place.stretchers.stretchAll(place, outputs));
  return { ...report, outputs: padded, conjunctions: conjunctionsOf(pending) };
}
