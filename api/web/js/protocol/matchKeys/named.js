/**
 * What a report says about the person's name, from names and from addresses.
 */

import { isCommon, shortForms } from "../identifiers/name.js";
import { soft } from "../identifiers/sound.js";

/** @typedef {import("../identifiers/name.js").Name} Name */
/** @typedef {import("../identifiers/name.js").Part} Part */

const SEPARATORS = /[._0-9-]+/;
const SHORTEST = 3;

/**
 * A person's name as it is compared; every list is free of repeats.
 * @typedef {object} Named
 * @property {string[]} pairs two parts in alphabetical order, joined by a comma
 * @property {string[]} singles one part of at least three letters
 * @property {string[]} rare single parts that are long and no widespread given names
 * @property {string[]} initials the initial of one part and the whole last part
 * @property {string} generation "jr" or "sr" if a name says so, else empty
 */

/**
 * Join what names, nicknames and addresses say.
 * @param {Name[]} names the names as read
 * @param {Name[]} nicknames nicknames as read; each stands beside the last part of
 *   a name
 * @param {string[]} local local parts of personal addresses and handles. "ann.lee"
 *   is a name too, but only if the report has no name or a part of that one
 * @returns {Named}
 */
export function named(names, nicknames, local) {
  const singles = [...names, ...nicknames].flatMap((name) =>
    long(name).flatMap((part) => part.forms),
  );
  const pairs = [
    ...names.flatMap(pairsOf),
    ...names.flatMap((name) => nicknames.flatMap((nick) => beside(nick, name))),
    ...local.flatMap((text) => fromAddress(text, singles)),
  ];
  return {
    pairs: unique(pairs),
    singles: unique(singles),
    rare: unique(singles.filter((form) => form.length > SHORTEST && !isCommon(form))),
    initials: unique(names.flatMap(initialsOf)),
    generation: names.length ? names[0].generation : "",
  };
}

/**
 * Return the parts of names as folded, of at least three letters.
 * @param {Name[]} names
 * @returns {string[]}
 */
export function longWords(names) {
  return names.flatMap((name) => long(name).map((part) => part.word));
}

/**
 * Return values in their order without repeats and empty ones.
 * @param {string[]} values
 * @returns {string[]}
 */
export function unique(values) {
  return values.length ? [...new Set(values)].filter((value) => value) : [];
}

/**
 * @param {Name} name
 * @returns {Part[]}
 */
function long(name) {
  return name.parts.filter((part) => part.word.length >= SHORTEST);
}

/**
 * @param {Name} name
 * @returns {string[]}
 */
function pairsOf(name) {
  return name.parts.flatMap((one, at) =>
    name.parts.slice(at + 1).flatMap((other) => {
      // Both halves of a double name are one name, not two that agree.
      const double = other.hyphened && other.first === one.last + 1;
      const apart = one.last < other.first || other.last < one.first;
      return apart && !double ? joined(one.forms, other.forms) : [];
    }),
  );
}

/**
 * @param {Name} nickname
 * @param {Name} name
 * @returns {string[]}
 */
function beside(nickname, name) {
  if (nickname.end !== 0) return [];
  return ends(name).flatMap((part) => joined(nickname.parts[0].forms, part.forms));
}

/**
 * @param {string} text
 * @param {string[]} singles
 * @returns {string[]}
 */
function fromAddress(text, singles) {
  const split = text.split(SEPARATORS).filter((word) => word.length >= SHORTEST);
  const fits = !singles.length || split.some((one) => singles.includes(soft(one)));
  if (split.length !== 2 || !fits) return [];
  return joined(shortForms(split[0]), shortForms(split[1]));
}

/**
 * @param {Name} name
 * @returns {string[]}
 */
function initialsOf(name) {
  return ends(name).flatMap((end) => [
    ...name.initials.map((initial) => `${initial},${end.forms[0]}`),
    ...name.parts
      .filter((part) => part.last < end.first)
      .flatMap((part) => part.forms.map((form) => `${form[0]},${end.forms[0]}`)),
  ]);
}

/**
 * @param {Name} name
 * @returns {Part[]}
 */
function ends(name) {
  return name.parts.filter((part) => part.last === name.end);
}

/**
 * @param {string[]} some
 * @param {string[]} others
 * @returns {string[]}
 */
function joined(some, others) {
  return some.flatMap((one) =>
    others
      .filter((other) => one !== other)
      .map((other) => (one < other ? `${one},${other}` : `${other},${one}`)),
  );
}
