/**
 * The register of every domain-separation label.
 *
 * A label is encoded as `alongside/1:` + name + NUL. Names are lower-case ASCII
 * words parted by single spaces, so no name contains the terminator and no encoded
 * label is a prefix of another. A changed meaning takes a new name.
 */

import { join, utf8 } from "./bytes.js";

const PREFIX = utf8("alongside/1:");
const TERMINATOR = new Uint8Array(1);

/** What a hash, key, proof, signature or ciphertext is for. */
export const Label = Object.freeze(
  /** @type {const} */ ({
    // The report, outside in.
    REPORT_CORE: "report core",
    REPORT_HEADER: "report header",
    REPORT_WITHDRAWAL: "report withdrawal",
    STANDING_SIGNATURE: "standing signature",
    PART_COEFFICIENT: "part coefficient",
    PART_KEY: "part key",
    PART_KEY_DIGEST: "part key digest",
    PART_CIPHERTEXT: "part ciphertext",
    SHARE_HASH: "share hash",
    TRUSTEE_BOX: "trustee box",
    SEALING_KEY_CHECK: "sealing key check",

    // The match lock. A level's point is the x of a report.
    LEVEL_TOP: "level top",
    LEVEL_CHAIN: "level chain",
    LEVEL_COEFFICIENT: "level coefficient",
    LEVEL_POINT: "level point",
    WRAP_KEY: "wrap key",
    CONTACT_KEY: "contact key",
    NUDGE_KEY: "nudge key",

    // Encrypted tags.
    TAG_POINT: "tag point",
    ENCRYPTED_TAG_PROOF: "encrypted tag proof",
    TAG_DIGEST: "tag digest",

    // The deployment.
    STRETCH_SALT: "stretch salt",
    MANIFEST: "manifest",
    ROSTER: "roster",
    ENROLMENT: "enrolment",
    BOX_KEY: "box key",
    CEREMONY_CONTEXT: "ceremony context",
    CEREMONY_POST: "ceremony post",

    // Credentials, evaluations, tokens.
    INDEX_CREDENTIAL: "index credential",
    INDEX_CREDENTIAL_REQUEST: "index credential request",
    STANDING_CREDENTIAL_REQUEST: "standing credential request",
    STANDING_CREDENTIAL: "standing credential",
    IDENTITY_COMMITMENT: "identity commitment",
    DEDUPE_TAG: "dedupe tag",
    DELETION_RECEIPT: "deletion receipt",
    CODE_MARK: "code mark",
    SEND_MARK: "send mark",
    VOUCHER: "voucher",
    VOUCHER_ID: "voucher id",
    VOUCHER_KEY: "voucher key",
    VOUCHER_SEAL: "voucher seal",
    EVALUATION_REQUEST: "evaluation request",
    TOKEN_INPUT: "token input",
    TOKEN_SPENT: "token spent",
    TOKEN_REQUEST: "token request",

    // Cases.
    CASE_ID: "case id",
    WITNESS_CASE_ID: "witness case id",
    FELLOW_LETTER: "fellow letter",
    FELLOW_LETTER_BOX: "fellow letter box",
    VERDICT: "verdict",
    CONSENT: "consent",
    ANSWER_RECEIPT: "answer receipt",
    ALARM: "alarm",
    ALARM_RECEIPT: "alarm receipt",
    HOLD: "hold",
    RELEASE_BOX: "release box",
    NUDGE_BOX: "nudge box",
    STATUS_REQUEST: "status request",
    CONNECTION_REQUEST: "connection request",

    // Letterboxes.
    LETTERBOX_WRITE: "letterbox write",
    LETTERBOX_BOX: "letterbox box",
    LETTERBOX_PAYER: "letterbox payer",
    LETTER_DAY: "letter day",

    // Receipts and logs.
    SHARE_RECEIPT: "share receipt",
    ERASURE_RECEIPT: "erasure receipt",
    LOG_ENTRY: "log entry",
    LOG_HEAD: "log head",
    RECORDS_ANSWER: "records answer",

    // Vaults.
    VAULT_ROOT: "vault root",
    VAULT_KEY: "vault key",
    VAULT_ID: "vault id",
    VAULT_WRITE: "vault write",
    VAULT_CIPHERTEXT: "vault ciphertext",

    // Requests and storage.
    REQUEST_SIGNATURE: "request signature",
    AEAD_KEY: "aead key",
    SEALED_KEY: "sealed key",
    STORED_SHARE: "stored share",
    STORED_TAG: "stored tag",
    STORED_ANSWER: "stored answer",
    STORED_NOTICE: "stored notice",
    TAG_BUCKET: "tag bucket",
    BACKUP_KEY: "backup key",
    BACKUP_CHUNK: "backup chunk",
    TAG_HINT: "tag hint",
  }),
);

/** @typedef {typeof Label[keyof typeof Label]} LabelName */

/**
 * A label's bytes, prefix-free among all labels.
 *
 * @param {LabelName} label
 * @returns {Uint8Array}
 */
export function encodedLabel(label) {
  return join(PREFIX, utf8(label), TERMINATOR);
}

const CONTEXT = join(
  utf8("OPRFV1-"),
  new Uint8Array([0x01]),
  utf8("-ristretto255-SHA512"),
);

/**
 * The strings of RFC 9497 for the suite ristretto255-SHA512 in mode VOPRF.
 *
 * They are the standard's; none starts like a label.
 *
 * Source: RFC 9497 §2.2.1, §3.1 and §4.1.
 */
export const OprfTag = Object.freeze({
  /** The domain-separation tag of HashToGroup. */
  GROUP: join(utf8("HashToGroup-"), CONTEXT),
  /** The domain-separation tag of HashToScalar. */
  SCALAR: join(utf8("HashToScalar-"), CONTEXT),
  /** The tag inside the transcript that weighs a batch. */
  SEED: join(utf8("Seed-"), CONTEXT),
});
