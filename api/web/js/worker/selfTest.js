/** Known answers of every building block: nothing is asked before all of them hold. */

import * as aead from "../protocol/aead.js";
import { equal, utf8 } from "../protocol/bytes.js";
import { AlongsideError, InvalidCiphertext } from "../protocol/errors.js";
import { Scalar } from "../protocol/group.js";
import { whatWillBeCompared } from "../protocol/identifiers/explain.js";
import { Label } from "../protocol/labels.js";
import { fromBase64, sha512 } from "../protocol/libsodium.js";
import { levelSecrets } from "../protocol/matchLock.js";
import { matchKeys } from "../protocol/matchKeys.js";
import { blind, finalize } from "../protocol/oprf.js";
import { SYSTEM } from "../protocol/randomness.js";
import { openSealed } from "../protocol/sealing.js";
import { SecretBytes } from "../protocol/secret.js";
import { interpolate, Polynomial } from "../protocol/shamir.js";
import { signBytes } from "../protocol/signing.js";
import { stretch } from "../protocol/stretch.js";
import { deriveKey, digest } from "../protocol/transcript.js";
import { ANSWERS, SEALED } from "./knownAnswers.js";

/** @import { Stretchers } from "./stretchers.js" */

const WORD = utf8("alongside");
const CONTEXT = utf8("context");
const SEED = new SecretBytes(Uint8Array.from({ length: 32 }, (_, at) => at));
const LEVELS = [2, 3, 4];

/** This browser computes something else than it should. */
export class FailedSelfTest extends AlongsideError {
  name = "FailedSelfTest";
}

/** A stream of bytes that is the same everywhere. */
function recorded() {
  let count = 0;
  return (/** @type {number} */ wanted) => {
    const bytes = new Uint8Array(Math.ceil(wanted / 64) * 64);
    for (let at = 0; at < wanted; at += 64) {
      bytes.set(sha512(Uint8Array.of(0, 0, 0, count)), at);
      count += 1;
    }
    return bytes.slice(0, wanted);
  };
}

/** @param {Uint8Array} bytes */
function short(bytes) {
  return hex(sha512(bytes).slice(0, 16));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {readonly [string, () => boolean | Promise<boolean>][]} */
const TESTS = [
  [
    "transcript",
    () => hex(digest(Label.MANIFEST, WORD).slice(0, 16)) === ANSWERS.transcript,
  ],
  ["derive", () => short(deriveKey(SEED, Label.VAULT_KEY).reveal()) === ANSWERS.derive],
  ["seal", () => short(sealed()) === ANSWERS.seal],
  ["unseal", () => equal(unsealed(sealed()), WORD) && refusesAltered()],
  ["sign", () => short(signBytes(SEED, Label.MANIFEST, WORD)) === ANSWERS.sign],
  ["blind", () => short(blinded().element.encode()) === ANSWERS.blind],
  ["finalize", () => short(finalized()) === ANSWERS.finalize],
  ["stretch", () => short(stretched()) === ANSWERS.stretch],
  ["lock", () => short(locked()) === ANSWERS.lock],
  ["shares", sharesCombine],
  ["open", opensSealed],
  ["identifiers", readsIdentifiers],
  ["randomness", () => !equal(SYSTEM(32), SYSTEM(32))],
];

function sealed() {
  return aead.seal(SEED, WORD, Label.VAULT_CIPHERTEXT, [CONTEXT], recorded());
}

/** @param {Uint8Array} ciphertext */
function unsealed(ciphertext) {
  return aead.unseal(SEED, ciphertext, Label.VAULT_CIPHERTEXT, [CONTEXT]);
}

function refusesAltered() {
  const altered = sealed();
  altered[altered.length - 1] = Number(altered.at(-1)) ^ 1;
  try {
    unsealed(altered);
    return false;
  } catch (error) {
    return error instanceof InvalidCiphertext;
  }
}

function blinded() {
  return blind(WORD, recorded());
}

function finalized() {
  const { blind: factor, element } = blinded();
  return finalize(WORD, factor, element).reveal();
}

const STRETCH = Object.freeze({
  deploymentId: new Uint8Array(16),
  stretch: { memoryKib: 1024, passes: 2 },
});
const ZEROS = new SecretBytes(new Uint8Array(64));

function stretched() {
  return stretch(ZEROS, STRETCH.deploymentId, STRETCH.stretch).reveal();
}

function locked() {
  const output = new SecretBytes(Uint8Array.from({ length: 64 }, (_, at) => at));
  const { byLevel } = levelSecrets(output, LEVELS);
  return Uint8Array.from(
    LEVELS.flatMap((level) => [...(byLevel.get(level)?.encode() ?? [])]),
  );
}

function sharesCombine() {
  const secret = Scalar.fromInt(7);
  const line = new Polynomial([secret, Scalar.fromInt(5)]);
  const points = [3, 9].map((x) => {
    const at = Scalar.fromInt(x);
    return /** @type {[Scalar, Scalar]} */ ([at, line.evaluate(at)]);
  });
  return equal(interpolate(points).encode(), secret.encode());
}

async function opensSealed() {
  const ciphertext = fromBase64(SEALED);
  return equal(await openSealed(SEED, ciphertext, Label.RELEASE_BOX, CONTEXT), WORD);
}

function readsIdentifiers() {
  const email = { kind: "email", value: "Example.Person@Example.org" };
  const phone = { kind: "phone", value: "07700 900123", country: "GB" };
  const name = { kind: "name", value: "Жанна Дарк" };
  return (
    matchKeys([email]).includes("email/1:example.person@example.org") &&
    whatWillBeCompared(phone).endsWith("+447700900123") &&
    whatWillBeCompared(name).endsWith("zhanna + dark")
  );
}

/**
 * Run every test.
 *
 * @param {Stretchers} stretchers Tested too.
 * @returns {Promise<number>} How many there were.
 * @throws {FailedSelfTest} Naming the first that did not hold.
 */
export async function selfTest(stretchers) {
  for (const [name, holds] of TESTS) {
    if (!(await holds())) {
      throw new FailedSelfTest(name);
    }
  }
  const beside = await stretchers.stretch(STRETCH, ZEROS);
  if (short(beside.reveal()) !== ANSWERS.stretch) {
    throw new FailedSelfTest("stretcher");
  }
  return TESTS.length + 1;
}
