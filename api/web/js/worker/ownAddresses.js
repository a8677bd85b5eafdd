/** Her own addresses: none at an employer that she names, and one that takes a note. */

import { checkPrivateAddress } from "../protocol/identifiers/workAddress.js";
import { noteAddress } from "../protocol/note.js";
import { clues } from "./clues.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { SavedReport } from "../protocol/client/vault.js" */

/**
 * Refuse an address of hers at an employer that the report names.
 *
 * @param {readonly Identifier[]} identifiers
 * @param {readonly string[]} addresses Empty ones say nothing.
 * @throws {InputError} It is one, or no address at all.
 */
export function checkOwnAddresses(identifiers, addresses) {
  for (const address of addresses.filter((one) => one !== "")) {
    checkPrivateAddress(address, identifiers);
  }
}

/**
 * The same for a report that is there, and for what she adds to it.
 *
 * @param {SavedReport} report
 * @param {readonly Identifier[]} more
 */
export function checkAddressesOf(report, more) {
  const { card, nudge, letterbox } = report;
  const addresses = [card.email, nudge.address, letterbox?.part.address ?? ""];
  checkOwnAddresses([...clues(report.identifiers), ...more], addresses);
}

/**
 * Read an address as it was typed.
 *
 * @param {string} address
 * @param {readonly Identifier[]} identifiers
 * @returns {string} As notes go to it.
 * @throws {InputError} It is none, or at work.
 */
export function readOwnAddress(address, identifiers) {
  checkOwnAddresses(identifiers, [address]);
  return noteAddress(address);
}
