/** The signed deployment that everyone pins: check, look things up (§M). */

import { equal } from "./bytes.js";
import { InvalidIndex, InvalidManifest, StaleManifest } from "./errors.js";
import { Element } from "./group.js";
import { PublicKeySet } from "./keyShare.js";
import { Label } from "./labels.js";
import { decode } from "./messages/codec.js";
import { manifest as manifestKind } from "./messages/deployment.js";
import { checkSealingKey } from "./sealing.js";
import { checkSignature } from "./signing.js";
import { digest } from "./transcript.js";

/**
 * @import {
 *   Committee, CommitteeKeys, RegistrarEntry, Role, Roster, SignedManifest,
 *   TrusteeCard
 * } from "./messages/deployment.js"
 */
/** @import { StretchParameters } from "./stretch.js" */

// What a client refuses to go below, whoever signed the manifest. A deployment that is
// marked as a demo may be faster and says so everywhere.
export const FLOOR_MEMORY_KIB = 64 * 1024;
export const FLOOR_PASSES = 3;
export const MIN_LEVEL = 2;
export const MAX_LEVEL = 12;
export const MAX_LEVELS = 7; // as many shares as fit into an entry of the lock part
export const MIN_NEEDED = 2;
export const MAX_TRUSTEES = 32;

/**
 * What clients pin.
 *
 * @param {Uint8Array} payload
 * @returns {Uint8Array} 32 bytes.
 */
export function manifestDigest(payload) {
  return digest(Label.MANIFEST, payload);
}

/** A checked manifest, decoded; built only by `openManifest`. */
export class Deployment {
  /**
   * @param {object} checked
   * @param {Uint8Array} checked.digest
   * @param {Roster} checked.roster
   * @param {PublicKeySet} checked.indexKeys
   * @param {PublicKeySet} checked.openingKeys
   * @param {Element} checked.tokenKey
   */
  constructor({ digest: found, roster, indexKeys, openingKeys, tokenKey }) {
    this.digest = found;
    this.roster = roster;
    this.indexKeys = indexKeys;
    this.openingKeys = openingKeys;
    this.tokenKey = tokenKey;
    Object.freeze(this);
  }

  /** 16 bytes, new for every deployment. */
  get deploymentId() {
    return this.roster.deploymentId;
  }

  /** Match levels, ascending. */
  get levels() {
    return this.roster.levels;
  }

  /**
   * Argon2id parameters for OPRF outputs.
   *
   * @returns {StretchParameters}
   */
  get stretch() {
    return this.roster.stretch;
  }

  /**
   * The committee of a role.
   *
   * @param {Role} role
   * @returns {Committee}
   */
  committee(role) {
    return role === "index" ? this.roster.index : this.roster.opening;
  }

  /**
   * A trustee's card.
   *
   * @param {Role} role
   * @param {number} index
   * @returns {TrusteeCard}
   * @throws {InvalidIndex} No such trustee.
   */
  trustee(role, index) {
    const card = this.committee(role).trustees[index - 1];
    if (card === undefined) {
      throw new InvalidIndex(`no ${role} trustee of this index`);
    }
    return card;
  }

  /**
   * The registrar that signs with `key`, if the manifest lists it.
   *
   * @param {Uint8Array} key
   * @returns {RegistrarEntry | undefined}
   */
  registrar(key) {
    return this.roster.registrars.find((entry) => equal(entry.key, key));
  }

  /**
   * The match thresholds a survivor may choose.
   *
   * @returns {number[]}
   */
  groupSizes() {
    return this.levels.filter((level) => level >= this.roster.smallestGroup);
  }
}

/**
 * Refuse a message made for another manifest.
 *
 * @param {Deployment} deployment
 * @param {Uint8Array} claimed
 * @throws {StaleManifest} Fetch the manifest in force and begin again.
 */
export function checkDigest(deployment, claimed) {
  if (!equal(claimed, deployment.digest)) {
    throw new StaleManifest("made for another manifest than the one in force");
  }
}

/**
 * Refuse numbers that could not protect anybody.
 *
 * @param {Roster} roster
 * @returns {Promise<void>}
 * @throws {InvalidManifest} Naming the rule.
 */
export async function checkRoster(roster) {
  checkCommittee("index", roster.index);
  checkCommittee("opening", roster.opening);
  checkLevels(roster);
  checkRegistrars(roster);
  const { memoryKib, passes } = roster.stretch;
  if ((memoryKib < FLOOR_MEMORY_KIB || passes < FLOOR_PASSES) && !roster.demo) {
    throw new InvalidManifest("Argon2id parameters below the floor");
  }
  Element.decode(roster.tokenKey);
  await checkSealingKey(roster.noticeKey);
}

/** @param {Roster} roster */
function checkLevels({ levels, smallestGroup }) {
  const ascend = levels.every(
    (level, place) => place === 0 || Number(levels[place - 1]) < level,
  );
  const [lowest, highest] = [levels[0], levels.at(-1)];
  if (!ascend || lowest === undefined || highest === undefined) {
    throw new InvalidManifest("levels must ascend");
  }
  if (lowest < MIN_LEVEL || highest > MAX_LEVEL) {
    throw new InvalidManifest(`levels lie between ${MIN_LEVEL} and ${MAX_LEVEL}`);
  }
  if (levels.length > MAX_LEVELS) {
    throw new InvalidManifest(`at most ${MAX_LEVELS} levels`);
  }
  if (!levels.includes(smallestGroup)) {
    throw new InvalidManifest("the smallest group must be a level");
  }
}

/** @param {Roster} roster */
function checkRegistrars({ registrars }) {
  const keys = new Set(registrars.map((registrar) => String(registrar.key)));
  if (keys.size === 0 || keys.size !== registrars.length) {
    throw new InvalidManifest("one registrar or more, each with its own key");
  }
  if (registrars.some((registrar) => registrar.countingLevels.length === 0)) {
    throw new InvalidManifest("a registrar none of whose levels counts");
  }
}

/**
 * @param {Role} role
 * @param {Committee} committee
 */
function checkCommittee(role, { trusteeThreshold: t, trustees }) {
  if (!(t >= MIN_NEEDED && t <= trustees.length && trustees.length <= MAX_TRUSTEES)) {
    throw new InvalidManifest(`${role}: 2 <= t <= n <= ${MAX_TRUSTEES} does not hold`);
  }
  if (trustees.some((card) => card.role !== role)) {
    throw new InvalidManifest(`${role}: a trustee of the other role`);
  }
  for (const keys of [
    trustees.map((card) => card.identityKey),
    trustees.map((card) => card.ceremonyKey),
  ]) {
    if (new Set(keys.map(String)).size !== trustees.length) {
      throw new InvalidManifest(`${role}: two trustees share a key`);
    }
  }
}

/**
 * A committee's public keys, decoded and consistent.
 *
 * @param {Committee} committee
 * @param {CommitteeKeys} keys
 * @returns {PublicKeySet}
 * @throws {InvalidManifest} As many shares as trustees are required.
 * @throws {InconsistentShares} The shares are not those of the public key.
 */
export function keySet(committee, keys) {
  if (keys.verificationShares.length !== committee.trustees.length) {
    throw new InvalidManifest("one verification share a trustee is required");
  }
  const decoded = new PublicKeySet(
    committee.trusteeThreshold,
    Element.decode(keys.publicKey),
    keys.verificationShares.map((share) => Element.decode(share)),
  );
  decoded.check();
  return decoded;
}

/**
 * Check a manifest and every trustee's signature on it (§M2).
 *
 * @param {SignedManifest} signed As served by the API.
 * @param {Uint8Array | null} [pinned] The digest the client knows, if it has seen one.
 * @returns {Promise<Deployment>}
 * @throws {StaleManifest} It is not the pinned one.
 * @throws {InvalidManifest} A rule or a signature is missing.
 * @throws {InvalidSignature} A trustee did not sign; `culprit` names it.
 */
export async function openManifest(signed, pinned = null) {
  const found = manifestDigest(signed.payload);
  if (pinned !== null && !equal(found, pinned)) {
    throw new StaleManifest("the server shows another manifest than the pinned one");
  }
  const { roster, indexKeys, openingKeys } = decode(signed.payload, manifestKind);
  await checkRoster(roster);
  checkSignatures(roster, signed);
  return new Deployment({
    digest: found,
    roster,
    indexKeys: keySet(roster.index, indexKeys),
    openingKeys: keySet(roster.opening, openingKeys),
    tokenKey: Element.decode(roster.tokenKey),
  });
}

/**
 * @param {Roster} roster
 * @param {SignedManifest} signed
 */
function checkSignatures(roster, signed) {
  const given = new Map(
    signed.signatures.map((one) => [`${one.role} ${one.index}`, one.signature]),
  );
  for (const committee of [roster.index, roster.opening]) {
    for (const [place, card] of committee.trustees.entries()) {
      const signature = given.get(`${card.role} ${place + 1}`);
      const name = `${card.role} trustee ${place + 1}`;
      if (signature === undefined) {
        throw new InvalidManifest(`not signed by ${name}`, name);
      }
      const { payload } = signed;
      checkSignature(card.identityKey, Label.MANIFEST, payload, signature, name);
    }
  }
}
