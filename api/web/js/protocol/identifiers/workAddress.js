/**
 * Addresses at the employer of the named person: those that others there can read.
 */

import { InputError } from "../errors.js";
import { ownerLabel } from "./domain.js";
import { readEmail } from "./email.js";
import { firmCode, readEmployer } from "./employer.js";
import { slug } from "./fold.js";
import { textOf } from "./identifier.js";
import { readWebsite } from "./website.js";

/** @import { Identifier } from "./identifier.js" */

const SHORTEST = 2;
// Reserved for examples (RFC 2606): they are nobody's, and each name below them is a
// firm of its own.
const NOBODYS = new Set(["example.com", "example.net", "example.org"]);

/**
 * Refuse an address at an employer that a report names.
 *
 * An address at a mail provider is nobody's work address, whatever is named.
 * @param {string} address of the person who reports, for contact or for notes
 * @param {Iterable<Identifier>} identifiers what she says of the person she names;
 *   those that cannot be read say nothing
 * @throws {InputError} `email`, when its domain is one of the report's, lies under the
 *   same owner's domain, or is called like an employer of the report
 */
export function checkPrivateAddress(address, identifiers) {
  const own = readEmail(address);
  if (!own.firm) return;
  const domain = ownersDomain(hostOf(own.address));
  if (NOBODYS.has(domain)) return;
  for (const one of identifiers) {
    if (isAt(domain, own.firm, one)) {
      throw new InputError(
        "email",
        "this is a work address of an employer that you named",
        "Employers can read work mail. Give an address of your own.",
      );
    }
  }
}

/**
 * @param {string} domain
 * @param {string} label
 * @param {Identifier} one
 * @returns {boolean}
 */
function isAt(domain, label, one) {
  try {
    return isNamed(domain, label, one);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * @param {string} domain
 * @param {string} label
 * @param {Identifier} one
 * @returns {boolean}
 */
function isNamed(domain, label, one) {
  if (one.kind === "email") {
    const other = readEmail(textOf(one));
    return Boolean(other.firm) && ownersDomain(hostOf(other.address)) === domain;
  }
  if (one.kind === "website") {
    return ownersDomain(readWebsite(textOf(one)).host) === domain;
  }
  return one.kind === "employer" && isCalled(label, textOf(one));
}

/**
 * Whether a domain's label is an employer's name, its first word or initials.
 * @param {string} label
 * @param {string} employer
 * @returns {boolean}
 */
function isCalled(label, employer) {
  const read = readEmployer(employer);
  const initials = slug(read.initials);
  const code = firmCode(slug(label));
  const short = initials.length >= SHORTEST && label === initials;
  return short || (code !== "" && [read.code, read.first].includes(code));
}

/**
 * The part of a host name that one owner has: "firm.co.uk" of its mail host.
 * @param {string} host
 * @returns {string}
 */
function ownersDomain(host) {
  const labels = host.split(".");
  const at = Math.max(0, labels.lastIndexOf(ownerLabel(host)));
  const nobodys = at > 0 && NOBODYS.has(labels.slice(at).join("."));
  return labels.slice(nobodys ? at - 1 : at).join(".");
}

/**
 * @param {string} address
 * @returns {string}
 */
function hostOf(address) {
  return address.slice(address.indexOf("@") + 1);
}
