/**
 * The one canonical encoding: compact JSON in field order, base64url unpadded.
 *
 * `decode` refuses bytes that do not re-encode to themselves, so a message has exactly
 * one encoding and signatures cover what travels (PROTOCOL.md §W1).
 */

import { equal, utf8 } from "../bytes.js";
import { MalformedMessage } from "../errors.js";

/** @import { Kind } from "./kinds.js" */

/**
 * The canonical encoding of a message.
 *
 * @template T
 * @param {T} value
 * @param {Kind<T>} kind
 * @returns {Uint8Array}
 */
export function encode(value, kind) {
  return utf8(JSON.stringify(kind.toJson(value)));
}

/**
 * Read a message, refusing anything but its canonical encoding.
 *
 * @template T
 * @param {Uint8Array} data What arrived.
 * @param {Kind<T>} kind
 * @param {string | number | null} [culprit] Who sent it, for the error.
 * @returns {T}
 * @throws {MalformedMessage} With the place of the fault, never its value.
 */
export function decode(data, kind, culprit = null) {
  const value = read(data, kind, culprit);
  if (!equal(encode(value, kind), data)) {
    throw new MalformedMessage("not the canonical encoding", culprit);
  }
  return value;
}

/**
 * @template T
 * @param {Uint8Array} data
 * @param {Kind<T>} kind
 * @param {string | number | null} culprit
 * @returns {T}
 */
function read(data, kind, culprit) {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return kind.fromJson(JSON.parse(decoder.decode(data)), "$");
  } catch (error) {
    const place = error instanceof MalformedMessage ? ` at ${error.message}` : "";
    throw new MalformedMessage(`${kind.name} does not decode${place}`, culprit);
  }
}
