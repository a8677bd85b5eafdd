/** The vault's contents, and sealing them to one fixed size (§V2 to §V4). */

import * as aead from "../aead.js";
import { bigEndian } from "../bytes.js";
import { InvalidCiphertext } from "../errors.js";
import { Label } from "../labels.js";
import { answer } from "../messages/cases.js";
import { decode, encode } from "../messages/codec.js";
import { contactCard, nudgePart, token } from "../messages/filing.js";
import {
  blob,
  digestBytes,
  flag,
  integer,
  list,
  message,
  nullable,
  oneOf,
  signed,
  text,
} from "../messages/kinds.js";
import { vaultWrite } from "../messages/vault.js";
import { pad, unpad, VAULT_BYTES } from "../padding.js";
import { SYSTEM } from "../randomness.js";
import { SecretBytes } from "../secret.js";
import { sign } from "../signing.js";
import { VaultKeys } from "./words.js";

/** @import { Standing } from "../credential.js" */
/** @import { Signed, ValueOf } from "../messages/kinds.js" */
/** @import { Vault } from "../messages/vault.js" */
/** @import { Randomness } from "../randomness.js" */
/** @import { ReportKeys } from "../report/contents.js" */

/** For so many days a person who was not verified yet can go on with a draft. */
export const DRAFT_DAYS = 3;

/** One thing that a survivor knows about the named person, as typed. */
export const identifier = message("identifier", {
  kind: oneOf(
    "name",
    "nickname",
    "employer",
    "department",
    "job_title",
    "city",
    "phone",
    "email",
    "social",
    "website",
    "plate",
  ),
  value: nullable(text),
  given: nullable(text),
  family: nullable(text),
  country: nullable(text),
  region: nullable(text),
  label: nullable(text),
  platform: nullable(text),
  size: nullable(text),
  former: nullable(flag),
});

/** The person's two credentials and the seeds (32 bytes) of their keys. */
export const registration = message("registration", {
  indexCredential: signed,
  indexSeed: blob,
  standingCredential: signed,
  standingSeed: blob,
  selfTags: blob,
  opening: blob,
});
/** @typedef {ValueOf<typeof registration>} Registration */

/**
 * A letterbox (§N): its key's seed (32 bytes), what she wishes to be in it.
 *
 * `counter` is that of the last write that was made; `written` once the API took one
 * that says what `part` says.
 */
export const savedLetterbox = message("saved letterbox", {
  seed: blob,
  part: nudgePart,
  counter: integer,
  written: flag,
});
/** @typedef {ValueOf<typeof savedLetterbox>} SavedLetterbox */

/** A version of a report: its number and its header's digest. */
export const sealedVersion = message("sealed version", {
  version: integer,
  headerDigest: digestBytes,
});
/** @typedef {ValueOf<typeof sealedVersion>} SealedVersion */

/**
 * Her last answer about one case, as it was signed (§C10).
 *
 * `heard` are the trustees that signed for it, or for a later one, unless it is yes.
 */
export const savedAnswer = message("saved answer", {
  caseId: digestBytes,
  headerDigests: list(digestBytes),
  answer,
  counter: integer,
  lastDay: integer,
  heard: list(integer),
});
/** @typedef {ValueOf<typeof savedAnswer>} SavedAnswer */

/**
 * One report: what she knows and wishes, and every secret to go on with it.
 *
 * `outputs` are the stretched outputs (64 bytes each, padded to their class); empty
 * until the trustees were asked, and `conjunctions` says of each which kind of match
 * key is behind it, "" for padding. `version` is 0 until the API took the report, then
 * counts with `headerDigest`. `stored` is the newest version of which t' receipts were
 * verified, and `unsettled` what else was sealed since: somebody may hold it (§F13).
 * `withdrawn` is her will alone: `erased` are the trustees whose erasure receipts
 * verified (§F11). `begunDay` and `metDay` are 0 until it was begun and until cards were
 * first opened with it; `listHidden` is the person's wish not to see those cards any
 * more. `answeredVersion` is the version with which she last told a group yes or later;
 * 0 before, and after a no. `answers` are those that may still be used. A witness saw or
 * heard something happen to somebody else; her `matchThreshold` is the smallest (§B1).
 */
export const savedReport = message("saved report", {
  label: text,
  identifiers: list(identifier),
  country: text,
  matchThreshold: integer,
  witness: flag,
  expiryMonth: integer,
  card: contactCard,
  nudge: nudgePart,
  reportSeed: blob,
  readerSeed: blob,
  contactKey: blob,
  outputs: list(blob),
  conjunctions: list(text),
  version: integer,
  headerDigest: nullable(digestBytes),
  stored: nullable(sealedVersion),
  unsettled: list(sealedVersion),
  withdrawn: flag,
  consentCounter: integer,
  answeredVersion: integer,
  letterbox: nullable(savedLetterbox),
  begunDay: integer,
  metDay: integer,
  listHidden: flag,
  erased: list(integer),
  answers: list(savedAnswer),
});
/** @typedef {ValueOf<typeof savedReport>} SavedReport */

/** What a report that was never sent holds besides her words and its secrets. */
export const UNSENT = Object.freeze({
  outputs: Object.freeze([]),
  conjunctions: Object.freeze([]),
  version: 0,
  headerDigest: null,
  stored: null,
  unsettled: Object.freeze([]),
  withdrawn: false,
  consentCounter: 0,
  answeredVersion: 0,
  letterbox: null,
  metDay: 0,
  listHidden: false,
  erased: Object.freeze([]),
  answers: Object.freeze([]),
});

/** Everything a client needs to come back, on any device. */
export const vaultContents = message("vault-contents/1", {
  manifestDigest: digestBytes,
  registration: nullable(registration),
  tokens: list(token),
  reports: list(savedReport),
});
/** @typedef {ValueOf<typeof vaultContents>} VaultContents */

/**
 * What stands behind every report of hers.
 *
 * @param {Registration} registered
 * @returns {Standing}
 */
export function standingOf(registered) {
  return Object.freeze({
    credential: registered.standingCredential,
    selfTags: registered.selfTags,
    opening: registered.opening,
    seed: new SecretBytes(registered.standingSeed),
  });
}

/**
 * The report's secrets.
 *
 * @param {SavedReport} report
 * @returns {ReportKeys}
 */
export function keysOf(report) {
  return Object.freeze({
    reportSeed: new SecretBytes(report.reportSeed),
    readerSeed: new SecretBytes(report.readerSeed),
    contactKey: new SecretBytes(report.contactKey),
  });
}

/**
 * The contents without drafts that waited too long for a verification (§V4).
 *
 * What was sent, or belongs to a verified person, stays.
 *
 * @param {VaultContents} contents As opened.
 * @param {number} day Today.
 * @returns {VaultContents}
 */
export function withoutLateDrafts(contents, day) {
  if (contents.registration !== null) {
    return contents;
  }
  const reports = contents.reports.filter(
    ({ version, begunDay }) => version > 0 || begunDay + DRAFT_DAYS >= day,
  );
  return { ...contents, reports };
}

/**
 * The signed write that replaces the vault.
 *
 * @param {VaultKeys} keys From the words.
 * @param {VaultContents} contents What to keep.
 * @param {number} counter Higher than that of the stored vault; 1 for the first.
 * @param {Randomness} [randomness] Draws 24 bytes.
 * @returns {Signed}
 * @throws {InputError} The contents outgrow the vault.
 */
export function sealVault(keys, contents, counter, randomness = SYSTEM) {
  const { key, vaultId } = keys;
  const ciphertext = aead.seal(
    keys.cipherKey,
    pad(encode(contents, vaultContents), VAULT_BYTES, "vault"),
    Label.VAULT_CIPHERTEXT,
    [vaultId, bigEndian(counter, 8)],
    randomness,
  );
  const write = { vaultId, key, counter, ciphertext };
  return sign(keys.seed, Label.VAULT_WRITE, write, vaultWrite);
}

/**
 * The contents of a stored vault.
 *
 * @param {VaultKeys} keys
 * @param {Vault} vault
 * @returns {VaultContents}
 * @throws {InvalidCiphertext} Not sealed by these words, or altered.
 */
export function openVault(keys, vault) {
  if (!(vault.counter >= 0)) {
    throw new InvalidCiphertext("a counter out of range");
  }
  const context = [keys.vaultId, bigEndian(vault.counter, 8)];
  const label = Label.VAULT_CIPHERTEXT;
  const plaintext = aead.unseal(keys.cipherKey, vault.ciphertext, label, context);
  return decode(unpad(plaintext), vaultContents);
}
