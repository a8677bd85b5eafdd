/**
 * What will be compared, in words for the person who typed it.
 */

import { readEmail } from "./email.js";
import { employerWords } from "./employer.js";
import { words } from "./fold.js";
import { somethingOf, textOf } from "./identifier.js";
import { readName } from "./name.js";
import { phoneNumbers } from "./phone.js";
import { readPlate } from "./plate.js";
import { readSocial } from "./social.js";
import { readWebsite } from "./website.js";

/** @typedef {import("./identifier.js").Identifier} Identifier */

/** @type {ReadonlyMap<string, (identifier: Identifier) => string>} */
const SHOWN = new Map([
  ["name", name],
  ["nickname", plain],
  ["employer", (one) => employerWords(textOf(one)).join(" ")],
  ["department", plain],
  ["job_title", plain],
  ["city", plain],
  ["phone", (one) => phoneNumbers(textOf(one), one.country ?? null).join(" or ")],
  ["email", email],
  ["social", social],
  ["website", (one) => readWebsite(textOf(one)).host],
  ["plate", plate],
]);

/**
 * Say what will be compared instead of what was typed.
 * @param {Identifier} identifier one identifier with its context
 * @returns {string} one English sentence without a full stop, shown before filing
 * @throws {InputError} as reading the identifier does; also when nothing is left
 */
export function whatWillBeCompared(identifier) {
  const shown = SHOWN.get(identifier.kind)?.(identifier) ?? "";
  return `we will compare ${somethingOf(identifier.kind, shown)}`;
}

/**
 * @param {Identifier} identifier
 * @returns {string}
 */
function name(identifier) {
  return readName(textOf(identifier))
    .parts.filter((part) => part.first === part.last)
    .map((part) => part.word)
    .join(" + ");
}

/**
 * @param {Identifier} identifier
 * @returns {string}
 */
function plain(identifier) {
  return words(textOf(identifier)).join(" ");
}

/**
 * @param {Identifier} identifier
 * @returns {string}
 */
function email(identifier) {
  const { address, role } = readEmail(textOf(identifier));
  return address + (role ? " (a shared mailbox: only together with a name)" : "");
}

/**
 * @param {Identifier} identifier
 * @returns {string}
 */
function social(identifier) {
  const { platform, handle } = readSocial(
    textOf(identifier),
    identifier.platform ?? null,
  );
  return `${handle} on ${platform || "an unnamed platform: only together with a full name"}`;
}

/**
 * @param {Identifier} identifier
 * @returns {string}
 */
function plate(identifier) {
  const { place, signs, sure } = readPlate(
    textOf(identifier),
    identifier.country ?? null,
    identifier.region ?? null,
  );
  const shown = `${place.toUpperCase()} ${signs.toUpperCase()}`.trim();
  return shown + (sure ? "" : " (only together with a name)");
}
