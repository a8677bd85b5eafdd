/**
 * How the fields of a message are written as JSON and read from it.
 *
 * A message's schema is one table of fields; what it holds in JavaScript is a frozen
 * object with the same names in camelCase, bytes as `Uint8Array`.
 */

import { MalformedMessage, MisuseError } from "../errors.js";
import { fromBase64, toBase64 } from "../libsodium.js";

const MOST = Number.MAX_SAFE_INTEGER;

/**
 * How values of one type are written as JSON and read from it.
 *
 * @template T
 * @typedef {object} Kind
 * @property {string} name
 * @property {(value: T) => unknown} toJson
 * @property {(json: unknown, place: string) => T} fromJson
 */

/**
 * What a kind holds.
 *
 * @template K
 * @typedef {K extends Kind<infer T> ? T : never} ValueOf
 */

/**
 * @param {string} place
 * @returns {never}
 */
function refuse(place) {
  throw new MalformedMessage(place);
}

/** @param {string} name @returns {never} */
function misuse(name) {
  throw new MisuseError(`a value that no ${name} can hold`);
}

/**
 * @param {string} name
 * @param {number | null} size Exactly that many bytes; any number if null.
 * @returns {Kind<Uint8Array>}
 */
function bytesKind(name, size) {
  /** @param {Uint8Array} value */
  const fits = (value) => size === null || value.length === size;
  return Object.freeze({
    name,
    toJson: (value) =>
      value instanceof Uint8Array && fits(value) ? toBase64(value) : misuse(name),
    fromJson: (json, place) => {
      const value = typeof json === "string" ? readBase64(json) : null;
      return value !== null && fits(value) ? value : refuse(place);
    },
  });
}

/**
 * @param {string} text
 * @returns {Uint8Array | null}
 */
function readBase64(text) {
  try {
    return fromBase64(text);
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {string} name
 * @param {(value: unknown) => value is T} holds
 * @returns {Kind<T>}
 */
function plainKind(name, holds) {
  return Object.freeze({
    name,
    toJson: (value) => (holds(value) ? value : misuse(name)),
    fromJson: (json, place) => (holds(json) ? json : refuse(place)),
  });
}

/** Bytes of any length. */
export const blob = bytesKind("blob", null);
/** 16 random bytes: an identifier nobody can guess or link. */
export const nonce = bytesKind("nonce", 16);
/** 32 bytes: a truncated SHA-512 digest. */
export const digestBytes = bytesKind("digest", 32);
/** 32 bytes: an Ed25519 verification key. */
export const publicKeyBytes = bytesKind("public key", 32);
/** 32 bytes: a ristretto255 element; checked where it is decoded. */
export const encodedElement = bytesKind("element", 32);
/** 32 bytes: a reduced ristretto255 scalar, little-endian. */
export const encodedScalar = bytesKind("scalar", 32);
/** 64 bytes: an Ed25519 signature. */
export const signatureBytes = bytesKind("signature", 64);
/** 64 bytes: a DLEQ or Schnorr proof, challenge then response. */
export const proofBytes = bytesKind("proof", 64);
/** 64 bytes: the VOPRF output of a submission token. */
export const tokenOutput = bytesKind("token output", 64);
/** 1216 bytes: an HPKE public key of KEM MLKEM768-X25519. */
export const sealingKeyBytes = bytesKind("sealing key", 1216);

/**
 * Numbers on the wire are bounded where they are decoded, so that no later step meets
 * one that does not fit its byte.
 *
 * @param {string} name
 * @param {number} least
 * @param {number} most
 * @returns {Kind<number>}
 */
function integerKind(name, least, most) {
  /** @type {(value: unknown) => value is number} */
  const holds = (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
  return plainKind(name, holds);
}

/** Any integer that JavaScript holds exactly. */
export const integer = integerKind("integer", -MOST, MOST);
export const trusteeIndex = integerKind("trustee index", 1, 32);
export const placeNumber = integerKind("place", 0, 1023);
export const levelNumber = integerKind("level", 0, 32);
export const counterNumber = integerKind("counter", 0, MOST);
export const dayNumber = integerKind("day", 0, 1_000_000);
export const monthNumber = integerKind("month", 0, 60_000);
/** Yes or no as 1 or 0: "true" and "false" differ in length, which would show. */
export const bit = integerKind("bit", 0, 1);
/** Text without lone surrogates, which have no UTF-8 encoding. */
export const text = plainKind(
  "text",
  /** @returns {value is string} */
  (value) => typeof value === "string" && !/\p{Surrogate}/u.test(value),
);
/** True or false. */
export const flag = plainKind(
  "flag",
  /** @returns {value is boolean} */
  (value) => typeof value === "boolean",
);

/**
 * One of a few words.
 *
 * @template {string} T
 * @param {readonly T[]} words
 * @returns {Kind<T>}
 */
export function oneOf(...words) {
  /** @type {(value: unknown) => value is T} */
  const holds = (value) => words.some((word) => word === value);
  return plainKind("word", holds);
}

/**
 * A kind or null; what is left out is written as null.
 *
 * @template T
 * @param {Kind<T>} kind
 * @returns {Kind<T | null>}
 */
export function nullable(kind) {
  return Object.freeze({
    name: kind.name,
    toJson: (value) =>
      value === null || value === undefined ? null : kind.toJson(value),
    fromJson: (json, place) => (json === null ? null : kind.fromJson(json, place)),
  });
}

/**
 * A list of one kind.
 *
 * @template T
 * @param {Kind<T>} kind
 * @param {number | null} [length] Exactly that many; any number if null.
 * @returns {Kind<readonly T[]>}
 */
export function list(kind, length = null) {
  /** @type {(value: unknown) => value is unknown[]} */
  const holds = (value) =>
    Array.isArray(value) && (length === null || value.length === length);
  return Object.freeze({
    name: "list",
    toJson: (value) =>
      holds(value) ? value.map((one) => kind.toJson(one)) : misuse("list"),
    fromJson: (json, place) =>
      holds(json)
        ? Object.freeze(json.map((one) => kind.fromJson(one, `${place}[...]`)))
        : refuse(place),
  });
}

/**
 * A message or a part of one.
 *
 * @template {Record<string, Kind<any>>} F
 * @param {string} name Its tag (`type`) if it has a version, else only a name.
 * @param {F} fields In the order in which they are declared.
 * @returns {Kind<Readonly<{[K in keyof F]: ValueOf<F[K]>}>>}
 */
export function message(name, fields) {
  const tag = name.includes("/") ? { type: name } : {};
  const rows = Object.entries(fields).map(([key, kind]) => ({
    key,
    kind,
    wire: wireName(key),
  }));
  const names = new Set([...Object.keys(tag), ...rows.map(({ wire }) => wire)]);
  return Object.freeze({
    name,
    toJson: (value) => ({
      ...tag,
      ...Object.fromEntries(
        rows.map(({ key, kind, wire }) => [wire, kind.toJson(value[key])]),
      ),
    }),
    fromJson: (json, place) => {
      const found = readFields(json, place, names);
      if (found["type"] !== tag.type && tag.type !== undefined) {
        refuse(`${place}.type`);
      }
      const values = rows.map(({ key, kind, wire }) => [
        key,
        kind.fromJson(found[wire], `${place}.${wire}`),
      ]);
      return /** @type {any} */ (Object.freeze(Object.fromEntries(values)));
    },
  });
}

/**
 * @param {unknown} json
 * @param {string} place
 * @param {ReadonlySet<string>} names
 * @returns {Readonly<Record<string, unknown>>}
 */
function readFields(json, place, names) {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refuse(place);
  }
  const keys = Object.keys(json);
  if (keys.length !== names.size || keys.some((key) => !names.has(key))) {
    return refuse(place);
  }
  return /** @type {Record<string, unknown>} */ (json);
}

/** @param {string} key A name in camelCase. */
function wireName(key) {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A payload as it was signed; decoded only after verification (§W2). */
export const signed = message("signed", { payload: blob, signature: signatureBytes });
/** @typedef {ValueOf<typeof signed>} Signed */
