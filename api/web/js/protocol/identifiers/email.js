/**
 * E-mail addresses: from any spelling to one address, and what its parts tell.
 */

import { InputError } from "../errors.js";
import { mail } from "../tables.js";
import { asciiDomain, ownerLabel } from "./domain.js";
import { fold, known } from "./fold.js";

const AT = /[ \t]*(?:\[at\]|\(at\)|\{at\}|\uff20|@)[ \t]*|[ \t]+at[ \t]+/gi;
const DOT = /[ \t]*(?:\[dot\]|\(dot\)|\{dot\})[ \t]*|[ \t]+dot[ \t]+/gi;
const LOCAL = /[a-z0-9.!#$%&'*+/=?^_{|}~-]+$/;
const DOMAIN = /^[^\u0000- <>(),;:/[\]"'@?]+/u;
const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;
const WEBMAIL = new Set(mail.webmail);
const WEBMAIL_LABELS = new Set(mail.webmail.map((host) => host.split(".")[0]));
const ROLES = new Set(mail.roles);
/** @type {ReadonlyMap<string, string>} */
const ALIASES = new Map(Object.entries(mail.aliases));
/** @type {ReadonlyMap<string, string>} */
const ENDINGS = new Map(Object.entries(mail.endings));
/** @type {ReadonlyMap<string, string>} */
const SAME = new Map(Object.entries(mail.same));
const LONGEST = 254;

/**
 * A read address.
 * @typedef {object} Email
 * @property {string} address the one spelling of the whole address
 * @property {string} local the mailbox, as compared
 * @property {string} firm the label that names whose domain it is; empty at a
 *   mail provider
 * @property {boolean} role whether the mailbox belongs to an office, not a person
 */

/**
 * Read one e-mail address.
 *
 * Source: MATCHING.md, "E-mail".
 * @param {string} value the address as typed; "mailto:", brackets, "(at)" and
 *   remarks before and after it are understood
 * @returns {Email}
 * @throws {InputError} `email`, when there is no address in the text
 */
export function readEmail(value) {
  const text = known(value).replace(DOT, ".").replace(AT, "@");
  const at = text.indexOf("@");
  const local = at < 0 ? null : LOCAL.exec(fold(text.slice(0, at)));
  const domain = at < 0 ? null : DOMAIN.exec(text.slice(at + 1));
  const host = domain ? correct(asciiDomain(domain[0])) : "";
  const name = local ? mailbox(local[0], host) : "";
  if (!name || !HOST.test(host) || [...value].length > LONGEST) {
    throw new InputError(
      "email",
      "this is not an e-mail address",
      "Give the whole address, such as name@example.org.",
    );
  }
  const firm = WEBMAIL.has(host) ? "" : ownerLabel(host);
  return { address: `${name}@${host}`, local: name, firm, role: ROLES.has(name) };
}

/**
 * @param {string} local
 * @param {string} host
 * @returns {string}
 */
function mailbox(local, host) {
  const name = local.split("+")[0].replace(/^[.']+|[.']+$/g, "");
  return host === "gmail.com" ? name.replaceAll(".", "") : name;
}

/**
 * @param {string} host
 * @returns {string}
 */
function correct(host) {
  const [typed, ...others] = host.split(".");
  const rest = others.map((label) => ENDINGS.get(label) ?? label).join(".");
  let first = typed;
  if (!WEBMAIL_LABELS.has(typed)) {
    first = mail.providers.find((one) => oneSlip(typed, one)) ?? typed;
  }
  const dot = host.includes(".") ? "." : "";
  const corrected = (ALIASES.get(first) ?? first) + dot + rest;
  return SAME.get(corrected) ?? corrected;
}

/**
 * Tell whether one letter was added, left out or changed, or two swapped.
 * @param {string} typed
 * @param {string} meant
 * @returns {boolean}
 */
function oneSlip(typed, meant) {
  const [short, long] = typed.length <= meant.length ? [typed, meant] : [meant, typed];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length === long.length) {
    const [one, other] = [typed.slice(at, at + 2), meant.slice(at, at + 2)];
    const left = one === [...other].reverse().join("") ? at + 2 : at + 1;
    return typed.slice(left) === meant.slice(left);
  }
  return long.length === short.length + 1 && short.slice(at) === long.slice(at + 1);
}
