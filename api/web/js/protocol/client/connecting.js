/** Meet those who also said yes: open what the trustees released (§C8). */

import { equal } from "../bytes.js";
import {
  checkCoreSignature,
  checkOpening,
  checkStandingCredential,
} from "../credential.js";
import {
  InvalidCase,
  InvalidReport,
  NotEnoughShares,
  ProtocolError,
} from "../errors.js";
import { Scalar } from "../group.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { levelSecrets, openWrap, secretOf } from "../matchLock.js";
import { releasedShare } from "../messages/cases.js";
import { decode } from "../messages/codec.js";
import { checkHeader } from "../report/check.js";
import {
  headerDigest,
  openContact,
  quorum,
  releaseContext,
} from "../report/contents.js";
import { openSealed } from "../sealing.js";
import { SecretBytes } from "../secret.js";
import {
  checkShare,
  ciphertextDigest,
  combineShares,
  openPart,
  Part,
} from "../trusteeLock.js";
import { keysOf } from "./vault.js";

/** @import { CaseView, Connection, Giver, Release } from "../messages/cases.js" */
/** @import { ContactCard } from "../messages/filing.js" */
/** @import { CheckedReport } from "../report/check.js" */
/** @import { SavedReport } from "./vault.js" */

/**
 * One member who said yes: her card, and what the registrar verified.
 *
 * `witness`: she saw or heard something, and came on the group's invitation.
 *
 * @typedef {object} Contact
 * @property {number} member
 * @property {ContactCard} card
 * @property {string} verifiedName
 * @property {string} verifiedEmail
 * @property {boolean} witness
 */

/**
 * What a reader opens with: her report, and the group as she sees it.
 *
 * @typedef {object} Reader
 * @property {Deployment} deployment
 * @property {SavedReport} report
 * @property {CaseView} view
 */

/**
 * Open every contact that was released to her.
 *
 * @param {Reader} reader
 * @param {Connection} connection
 * @returns {Promise<{contacts: Contact[], faults: ProtocolError[]}>} The contacts, and
 *   the faults of givers who could not be opened. A giver for whom fewer than t'
 *   trustees have spoken is in neither.
 */
export async function openConnection(reader, connection) {
  /** @type {Contact[]} */
  const contacts = [];
  /** @type {ProtocolError[]} */
  const faults = [];
  for (const giver of connection.givers) {
    try {
      contacts.push(await openGiver(reader, giver));
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) {
        throw fault;
      }
      if (!(fault instanceof NotEnoughShares)) {
        faults.push(fault);
      }
    }
  }
  return { contacts, faults };
}

/**
 * Combine the shares, unlock with her own secret, check who it is (§C8).
 *
 * @param {Reader} reader
 * @param {Giver} giver
 * @returns {Promise<Contact>}
 * @throws {NotEnoughShares} Fewer than t' trustees have released yet.
 * @throws {ProtocolError} What of the giver's report does not hold.
 */
export async function openGiver(reader, giver) {
  const report = await checkGiver(reader, giver);
  const { reportKey } = report.core;
  const { shares, wraps } = await released(reader, giver, report);
  const hashes = contactHashes(report);
  const needed = quorum(reader.deployment);
  const secret = combineShares(shares, hashes, reportKey, Part.CONTACT, needed);
  const sealed = openPart(secret, reportKey, Part.CONTACT, giver.contact);
  const { contactKey } = unwrap(reader, report, wraps);
  const part = openContact(contactKey, reportKey, sealed);
  // No date: the trustees judged it, and a report may outlive its credential.
  const credential = checkStandingCredential(reader.deployment, part.credential, null);
  checkCoreSignature(credential, part.coreSignature, report.header.core);
  const { name, email } = checkOpening(credential, part.opening);
  return Object.freeze({
    member: giver.member,
    card: part.card,
    verifiedName: name,
    verifiedEmail: email,
    witness: reader.view.witness,
  });
}

/**
 * The giver's header, checked, with the contact that it is about.
 *
 * @param {Reader} reader
 * @param {Giver} giver
 * @returns {Promise<CheckedReport>}
 */
async function checkGiver({ deployment, view }, giver) {
  const expected = view.headerDigests[giver.member];
  if (expected === undefined) {
    throw new InvalidCase("a giver outside the case", "api");
  }
  if (!equal(headerDigest(giver.header.payload), expected)) {
    throw new InvalidCase("a giver of another case", "api");
  }
  const report = await checkHeader(deployment, giver.header, null);
  if ((report.core.witness === 1) !== view.witness) {
    throw new InvalidCase("a giver in another role than the case's", "api");
  }
  const described = report.header.parts[Part.CONTACT]?.ciphertext;
  if (described === undefined || !equal(ciphertextDigest(giver.contact), described)) {
    throw new InvalidReport("a contact other than the header's", "api");
  }
  return report;
}

/**
 * @param {CheckedReport} report
 * @returns {Uint8Array[]} The hash of every trustee's share of the contact key.
 */
function contactHashes(report) {
  return report.header.shareHashes.map(
    (row) => /** @type {Uint8Array} */ (row[Part.CONTACT]),
  );
}

/**
 * The shares that verify, by trustee; and the wraps that came with them.
 *
 * @param {Reader} reader
 * @param {Giver} giver
 * @param {CheckedReport} report
 */
async function released(reader, giver, report) {
  /** @type {Map<number, Scalar>} */
  const shares = new Map();
  /** @type {Uint8Array[]} */
  const wraps = [];
  const hashes = contactHashes(report);
  for (const release of giver.releases) {
    try {
      reader.deployment.trustee("opening", release.index);
      const opened = await openRelease(reader, release, report);
      const share = Scalar.decode(opened.share);
      const { reportKey } = report.core;
      checkShare(reportKey, Part.CONTACT, release.index, share, hashes);
      shares.set(release.index, share);
      wraps.push(opened.wrap);
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) {
        throw fault;
      }
    }
  }
  return { shares, wraps };
}

/**
 * @param {Reader} reader
 * @param {Release} release
 * @param {CheckedReport} giver
 */
async function openRelease({ deployment, report, view }, release, giver) {
  const own = view.headerDigests[view.member];
  if (own === undefined) {
    throw new InvalidCase("a place outside the case", "api");
  }
  const headers = { giver: giver.digest, reader: own };
  const context = releaseContext(deployment, view.caseId, headers, release.index);
  const { readerSeed } = keysOf(report);
  const label = Label.RELEASE_BOX;
  const plaintext = await openSealed(readerSeed, release.ciphertext, label, ...context);
  return decode(plaintext, releasedShare, release.index);
}

/**
 * The giver's contact key, opened with the reader's own level secret.
 *
 * @param {Reader} reader
 * @param {CheckedReport} giver
 * @param {readonly Uint8Array[]} wraps
 * @throws {InvalidCase} No wrap opens: they do not name the same person.
 */
function unwrap(reader, giver, wraps) {
  for (const output of sharedOutputs(reader)) {
    const secrets = levelSecrets(new SecretBytes(output), reader.deployment.levels);
    const secret = secretOf(secrets, giver.core.matchThreshold);
    for (const wrap of wraps) {
      try {
        return openWrap(secret, giver.core.reportKey, wrap);
      } catch (fault) {
        if (!(fault instanceof ProtocolError)) {
          throw fault;
        }
      }
    }
  }
  throw new InvalidCase("the giver's lock does not open with this report");
}

/**
 * The reader's output at her place; all of them for an earlier version's case.
 *
 * There the order may have been another one; what she named then she names still.
 *
 * @param {Reader} reader
 * @returns {readonly Uint8Array[]}
 * @throws {InvalidCase} A place that her report does not have.
 */
function sharedOutputs({ report, view }) {
  const { headerDigest, outputs } = report;
  const own = view.headerDigests[view.member];
  if (own === undefined || headerDigest === null || !equal(own, headerDigest)) {
    return outputs;
  }
  const position = view.positions[view.member];
  const output = position === undefined ? undefined : outputs[position];
  if (output === undefined) {
    throw new InvalidCase("a position outside the report", "api");
  }
  return [output];
}
