/**
 * What the identifiers of one report say, each thing in its one spelling.
 */

import { InputError } from "../errors.js";
import { readEmail } from "../identifiers/email.js";
import { endsLikeFirm, firmCode, readEmployer } from "../identifiers/employer.js";
import { slug } from "../identifiers/fold.js";
import { somethingOf, textOf } from "../identifiers/identifier.js";
import { readName } from "../identifiers/name.js";
import { departmentName, departmentOf, titleName } from "../identifiers/occupation.js";
import { isFixed, isMobile, phoneNumbers } from "../identifiers/phone.js";
import { cityName } from "../identifiers/place.js";
import { readPlate } from "../identifiers/plate.js";
import { readSocial } from "../identifiers/social.js";
import { readWebsite } from "../identifiers/website.js";
import { longWords, named, unique } from "./named.js";

/** @typedef {import("../identifiers/email.js").Email} Email */
/** @typedef {import("../identifiers/identifier.js").Identifier} Identifier */
/** @typedef {import("../identifiers/website.js").Website} Website */
/** @typedef {import("../identifiers/name.js").Name} Name */
/** @typedef {import("./named.js").Named} Named */

const SMALL = "small";
const SHARED = new Set(["work", "shared"]);
const PERSONAL = new Set(["mobile", "personal"]);
// "ann2" at an employer's domain: somebody else there was "ann" already.
const NUMBERED = /[a-z][0-9]$/;

/**
 * What a report says about employers; every list is free of repeats.
 * @typedef {object} Firms
 * @property {string[]} named codes of whole names, then of domains that begin like
 *   one of them or end in a word such as "hotels"
 * @property {string[]} codes the same, then of all domains of addresses and sites,
 *   which may also be a provider's that the table does not know
 * @property {string[]} small as `named`, when the reporter called one small
 * @property {string[]} firstWords codes of first words
 * @property {string[]} acronyms initials
 * @property {string[]} heads first words as folded
 * @property {Set<string>} ownCodes codes that are certainly an employer's
 */

/**
 * A normalised report; every list is free of repeats, in reading order.
 * @typedef {object} Facts
 * @property {Named} named what names, nicknames and addresses say about the name
 * @property {Firms} firms what employers and domains say about the employer
 * @property {string[]} cities cities
 * @property {string[]} titles job titles
 * @property {string[]} functions departments, named or following from job titles
 * @property {string[]} phones all international numbers
 * @property {string[]} ownPhones those that nobody called work or shared lines and
 *   that do not look like a fixed line, unless the reporter called them personal
 * @property {string[]} personalPhones those the reporter called the person's own,
 *   and mobiles that nobody called shared
 * @property {string[]} emails addresses of persons
 * @property {string[]} roles addresses of offices
 * @property {boolean} namesake whether a numbered mailbox says that the employer
 *   has two people of that name
 * @property {string[]} accounts platform and handle
 * @property {string[]} looseHandles handles whose platform nobody said
 * @property {string[]} sites hosts that are not the employer's
 * @property {string[]} plates plates that are one vehicle's
 * @property {string[]} loosePlates plates whose region is not known
 */

/**
 * Read all identifiers of one report.
 * @param {Identifier[]} identifiers what the reporter knows, in any order
 * @param {string | null} country where phones and plates without one belong
 * @param {InputError[]} refusals every refused identifier's error is appended
 * @returns {Facts} the facts of the identifiers that could be read
 */
export function readFacts(identifiers, country, refusals) {
  const read = reader(identifiers, refusals);
  const emails = read("email", (_, text) => readEmail(text));
  const sites = read("website", (_, text) => readWebsite(text));
  const firms = firmsOf(read, emails, sites);
  const names = read("name", (_, text) => readName(text));
  const nicknames = read("nickname", (_, text) => readName(text));
  const accounts = read("social", (one, text) => readSocial(text, one.platform ?? null))
    // A firm's own account says nothing about a person.
    .filter((one) => !isFirms(one.handle, firms, names));
  /** @type {(kind: string, rule: (text: string) => string) => string[]} */
  const nameIn = (kind, rule) =>
    read(kind, (_, text) => somethingOf(kind, rule(text)));
  const titles = unique(nameIn("job_title", titleName));
  const departments = nameIn("department", departmentName);
  const phones = read("phone", (one, text) =>
    phoneNumbers(text, one.country || country).map((number) => ({
      number,
      line: slug(one.label ?? ""),
    })),
  ).flat();
  const plates = read("plate", (one, text) =>
    readPlate(text, one.country || country, one.region ?? null),
  );
  const local = emails.filter((one) => !one.role).map((one) => one.local);
  const handles = accounts.map((one) => one.handle);
  return {
    named: named(names, nicknames, [...local, ...handles]),
    firms,
    cities: unique(nameIn("city", cityName)),
    titles,
    functions: unique([...departments, ...titles.map(departmentOf)]),
    phones: unique(phones.map((one) => one.number)),
    ownPhones: unique(phones.filter(isOwn).map((one) => one.number)),
    personalPhones: unique(phones.filter(isPersonal).map((one) => one.number)),
    emails: unique(emails.filter((one) => !one.role).map((one) => one.address)),
    roles: unique(emails.filter((one) => one.role).map((one) => one.address)),
    namesake: emails.some((one) => one.firm !== "" && NUMBERED.test(one.local)),
    accounts: unique(
      accounts.filter((one) => one.platform).map((one) => `${one.platform},${one.handle}`),
    ),
    looseHandles: unique(
      accounts.filter((one) => !one.platform).map((one) => one.handle),
    ),
    sites: unique(
      sites.filter((one) => !firms.ownCodes.has(firmCode(one.label))).map((one) => one.host),
    ),
    plates: unique(
      plates.filter((one) => one.sure).map((one) => `${one.place},${one.signs}`),
    ),
    loosePlates: unique(plates.filter((one) => !one.sure).map((one) => one.signs)),
  };
}

/**
 * Read the identifiers of one kind after another and keep the refusals.
 * @param {Identifier[]} identifiers
 * @param {InputError[]} refusals
 */
function reader(identifiers, refusals) {
  /** @type {Map<string, Identifier[]>} */
  const ofKind = new Map();
  for (const one of identifiers) {
    ofKind.set(one.kind, [...(ofKind.get(one.kind) ?? []), one]);
  }
  /**
   * @template Read
   * @param {string} kind
   * @param {(identifier: Identifier, text: string) => Read} rule
   * @returns {Read[]}
   */
  return (kind, rule) => {
    /** @type {Read[]} */
    const found = [];
    for (const one of ofKind.get(kind) ?? []) {
      try {
        found.push(rule(one, textOf(one)));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // A nickname is read as a name, and yet it is the nickname's fault.
        refusals.push(new InputError(kind, error.reason, error.advice));
      }
    }
    return found;
  };
}

/**
 * @param {{ number: string, line: string }} phone
 * @returns {boolean}
 */
function isOwn({ number, line }) {
  return PERSONAL.has(line) || (!SHARED.has(line) && !isFixed(number));
}

/**
 * @param {{ number: string, line: string }} phone
 * @returns {boolean}
 */
function isPersonal({ number, line }) {
  return PERSONAL.has(line) || (!SHARED.has(line) && isMobile(number));
}

/**
 * Tell whether an account is a firm's, which says nothing about a person.
 * @param {string} handle
 * @param {Firms} firms
 * @param {Name[]} names
 * @returns {boolean}
 */
function isFirms(handle, firms, names) {
  if (firms.ownCodes.has(firmCode(slug(handle)))) return true;
  const begins = firms.heads.some((head) => handle.startsWith(head));
  const looks = begins || endsLikeFirm(handle);
  return looks && !longWords(names).some((word) => handle.includes(word));
}

/**
 * @param {ReturnType<typeof reader>} read
 * @param {Email[]} emails
 * @param {Website[]} sites
 * @returns {Firms}
 */
function firmsOf(read, emails, sites) {
  const employers = read("employer", (one, text) => ({
    ...readEmployer(text),
    small: slug(one.size ?? "") === SMALL,
  }));
  const mail = emails.map((one) => one.firm).filter((label) => label);
  const labels = [...mail, ...sites.map((one) => one.label)];
  const said = employers.map((one) => one.code);
  const small = employers.filter((one) => one.small).map((one) => one.code);
  const firstWords = unique(employers.map((one) => one.first));
  const alike = labels
    .filter((label) => {
      const code = firmCode(label);
      return firstWords.some((first) => code.startsWith(first)) || endsLikeFirm(label);
    })
    .map(firmCode);
  return {
    named: unique([...said, ...alike]),
    codes: unique([...said, ...labels.map(firmCode)]),
    small: unique(small.length ? [...small, ...alike] : []),
    firstWords,
    acronyms: unique(employers.map((one) => one.initials)),
    heads: unique(employers.map((one) => one.head)),
    ownCodes: new Set([...said, ...mail.map(firmCode)]),
  };
}
