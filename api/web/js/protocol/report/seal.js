/** Seal one version of a report, inside out (§F4 to §F9). */

import * as aead from "../aead.js";
import { signCore } from "../credential.js";
import { encryptTag } from "../encryptedTag.js";
import { Scalar } from "../group.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { levelSecrets, makeEntry } from "../matchLock.js";
import { encode } from "../messages/codec.js";
import {
  boxedShares,
  contactPart,
  core as coreKind,
  header as headerKind,
  lockPart,
  nudgePart,
  standingPart,
} from "../messages/filing.js";
import { partSizes } from "../padding.js";
import { SYSTEM } from "../randomness.js";
import { sealingKey, sealTo } from "../sealing.js";
import { publicKey, sign } from "../signing.js";
import * as trusteeLock from "../trusteeLock.js";
import { PARTS } from "../trusteeLock.js";
import {
  boxContext,
  boxKeyDigest,
  checkWishes,
  contactSubkey,
  headerDigest,
  nudgeKey,
  quorum,
} from "./contents.js";

/** @import { Signed } from "../messages/kinds.js" */
/** @import { BoxKey } from "../messages/deployment.js" */
/**
 * @import {
 *   Box, EncryptedTag, Header, LockEntry, ReportSubmission
 * } from "../messages/filing.js"
 */
/** @import { Randomness } from "../randomness.js" */
/** @import { Content } from "./contents.js" */

/**
 * One part on its way: its secret, its ciphertext, its share for each trustee.
 *
 * @typedef {object} SealedPart
 * @property {trusteeLock.PartNumber} part
 * @property {Scalar} secret
 * @property {Uint8Array} ciphertext
 * @property {readonly Scalar[]} shares
 */

/**
 * Seal one version of a report; the token is left to the caller.
 *
 * Source: PROTOCOL.md §F4 to §F9.
 *
 * @param {Deployment} deployment The pinned manifest.
 * @param {Content} content What the survivor decided and holds.
 * @param {readonly BoxKey[]} boxKeys The opening trustees' current keys, checked; at
 *   least t'.
 * @param {Randomness} [randomness] Draws, in order: per entry one r, one wrap nonce,
 *   one proof nonce; then the secrets of the parts; the nonces of contact card and
 *   nudge; the nonces of the parts.
 * @returns {Promise<ReportSubmission>}
 * @throws {InputError} A group size that the deployment does not offer, or text that
 *   does not fit.
 */
export async function sealReport(deployment, content, boxKeys, randomness = SYSTEM) {
  checkWishes(deployment, content.wishes);
  const reportKey = publicKey(content.keys.reportSeed);
  const { entries, tags } = lock(deployment, content, reportKey, randomness);
  const core = encode(coreOf(deployment, content, reportKey, tags), coreKind);
  const parts = sealParts(deployment, content, { core, entries }, randomness);
  const header = headerOf(reportKey, core, parts);
  const seed = content.keys.reportSeed;
  const signed = sign(seed, Label.REPORT_HEADER, header, headerKind);
  const boxes = [];
  for (const boxKey of boxKeys) {
    boxes.push(await boxFor(deployment, signed, parts, boxKey));
  }
  const ciphertexts = parts.map((sealed) => sealed.ciphertext);
  return Object.freeze({ header: signed, parts: ciphertexts, boxes, token: null });
}

/**
 * @param {Deployment} deployment
 * @param {Content} content
 * @param {Uint8Array} reportKey
 * @param {Randomness} randomness
 * @returns {{entries: LockEntry[], tags: EncryptedTag[]}}
 */
function lock(deployment, content, reportKey, randomness) {
  const { keys, wishes, outputs } = content;
  const base = deployment.openingKeys.publicKey;
  const binding = [deployment.digest, reportKey];
  const entries = [];
  const tags = [];
  for (const [position, output] of outputs.entries()) {
    const secrets = levelSecrets(output, deployment.levels);
    const r = Scalar.random(randomness);
    const wrapped = { contactKey: keys.contactKey, r };
    const { matchThreshold, witness } = wishes;
    const entry = makeEntry(secrets, reportKey, matchThreshold, wrapped, randomness);
    // A witness holds no point of any level: nothing of hers can help to open.
    entries.push(witness ? Object.freeze({ ...entry, shares: [] }) : entry);
    const open = { tagPoint: secrets.tagPoint, r };
    tags.push(encryptTag(open, base, binding, position, randomness));
  }
  return { entries, tags };
}

/**
 * @param {Deployment} deployment
 * @param {Content} content
 * @param {Uint8Array} reportKey
 * @param {readonly EncryptedTag[]} encryptedTags
 */
function coreOf(deployment, { keys, version, wishes }, reportKey, encryptedTags) {
  return {
    manifestDigest: deployment.digest,
    reportKey,
    version: version.number,
    previous: version.previous,
    readerKey: sealingKey(keys.readerSeed),
    matchThreshold: wishes.matchThreshold,
    witness: wishes.witness ? 1 : 0,
    expiryMonth: wishes.expiryMonth,
    encryptedTags,
  };
}

/**
 * @param {Deployment} deployment
 * @param {Content} content
 * @param {{core: Uint8Array, entries: readonly LockEntry[]}} inside
 * @param {Randomness} randomness
 * @returns {SealedPart[]}
 */
function sealParts(deployment, content, { core, entries }, randomness) {
  const reportKey = publicKey(content.keys.reportSeed);
  const secrets = PARTS.map(() => Scalar.random(randomness));
  const plaintexts = plaintextsOf(content, core, entries, randomness);
  const sizes = partSizes(entries.length);
  return PARTS.map((part) => {
    const secret = /** @type {Scalar} */ (secrets[part]);
    const plaintext = /** @type {Uint8Array} */ (plaintexts[part]);
    const shares = trusteeLock.makeShares(secret, reportKey, part, quorum(deployment));
    const padded = /** @type {const} */ ([plaintext, sizes[part]]);
    const ciphertext = trusteeLock.sealPart(
      secret,
      reportKey,
      part,
      padded,
      randomness,
    );
    return { part, secret, ciphertext, shares };
  });
}

/**
 * @param {Content} content
 * @param {Uint8Array} core
 * @param {readonly LockEntry[]} entries
 * @param {Randomness} randomness
 * @returns {Uint8Array[]} Of standing, lock, contact and nudge.
 */
function plaintextsOf({ keys, standing, wishes }, core, entries, randomness) {
  const reportKey = publicKey(keys.reportSeed);
  const { credential, selfTags, opening } = standing;
  const coreSignature = signCore(standing, core);
  const contact = { card: wishes.card, credential, coreSignature, opening };
  return [
    encode({ credential, selfTags, coreSignature }, standingPart),
    encode({ entries }, lockPart),
    aead.seal(
      contactSubkey(keys.contactKey, Label.CONTACT_KEY, reportKey),
      encode(contact, contactPart),
      Label.CONTACT_KEY,
      [reportKey],
      randomness,
    ),
    aead.seal(
      nudgeKey(keys.contactKey, reportKey),
      encode(wishes.nudge, nudgePart),
      Label.NUDGE_KEY,
      [reportKey],
      randomness,
    ),
  ];
}

/**
 * @param {Uint8Array} reportKey
 * @param {Uint8Array} core
 * @param {readonly SealedPart[]} parts
 * @returns {Header}
 */
function headerOf(reportKey, core, parts) {
  const digests = parts.map(({ part, secret, ciphertext }) => ({
    ciphertext: trusteeLock.ciphertextDigest(ciphertext),
    key: trusteeLock.keyDigest(secret, reportKey, part),
  }));
  const trustees = parts[0]?.shares ?? [];
  const shareHashes = trustees.map((_, place) =>
    parts.map(({ part, shares }) => {
      const share = /** @type {Scalar} */ (shares[place]);
      return trusteeLock.shareHash(reportKey, part, place + 1, share);
    }),
  );
  return { core, parts: digests, shareHashes };
}

/**
 * @param {Deployment} deployment
 * @param {Signed} header
 * @param {readonly SealedPart[]} parts
 * @param {BoxKey} boxKey
 * @returns {Promise<Box>}
 */
async function boxFor(deployment, header, parts, boxKey) {
  const name = headerDigest(header.payload);
  const { index, key } = boxKey;
  const shares = parts.map((sealed) =>
    /** @type {Scalar} */ (sealed.shares[index - 1]).encode(),
  );
  const content = encode({ headerDigest: name, shares }, boxedShares);
  const context = boxContext(deployment, name, index);
  const ciphertext = await sealTo(key, content, Label.TRUSTEE_BOX, ...context);
  return Object.freeze({ index, boxKey: boxKeyDigest(boxKey), ciphertext });
}
