/** What a note can be: its plants, its languages, where it goes (§N1). */

import { InputError } from "./errors.js";
import { asciiDomain } from "./identifiers/domain.js";

/** @import { NudgePart } from "./messages/filing.js" */

export const EMAIL = "email";
/** @type {Readonly<NudgePart>} */
export const NO_NOTE = Object.freeze({
  channel: "",
  address: "",
  plant: "",
  language: "",
});
export const LANGUAGES = Object.freeze(["en", "es", "ar"]);
export const PLANTS = Object.freeze([
  "basil",
  "cedar",
  "clover",
  "fern",
  "jasmine",
  "lavender",
  "lemon",
  "mint",
  "olive",
  "palm",
  "thyme",
  "willow",
]);

const ADDRESS_BYTES = 254;
// What a mailbox may be called: no quotes, no signs of other scripts, and nothing by
// which an address could become two, or a command.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * An address to which a note can go, its host in ASCII.
 *
 * @param {string} value
 * @returns {string}
 * @throws {InputError} `address`, when it is not one plain address.
 */
export function noteAddress(value) {
  const trimmed = value.trim();
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, Math.max(at, 0));
  const host = asciiDomain(trimmed.slice(at + 1));
  const address = `${local}@${host}`;
  const dotted = local.startsWith(".") || local.endsWith(".") || local.includes("..");
  const plain = LOCAL.test(local) && HOST.test(host) && !dotted;
  if (!plain || address.length > ADDRESS_BYTES) {
    throw new InputError(
      "address",
      "this is not an e-mail address",
      "Give the whole address, such as name@example.org.",
    );
  }
  return address;
}

/**
 * Refuse a wish that no note could meet; "no note" is one that can.
 *
 * @param {NudgePart} part
 * @throws {InputError} Naming what is unknown.
 */
export function checkNote(part) {
  if (Object.values(part).every((text) => text === "")) return;
  if (part.channel !== EMAIL) {
    throw new InputError("note", "a note can go by e-mail only");
  }
  if (!PLANTS.includes(part.plant)) {
    throw new InputError("plant", "is not offered");
  }
  if (!LANGUAGES.includes(part.language)) {
    throw new InputError("language", "is not offered");
  }
  if (noteAddress(part.address) !== part.address) {
    throw new InputError("address", "this is not an e-mail address");
  }
}
