/**
 * What a report says about the person's name, from names and from addresses.
 */

import { isEpithet, isGiven, shortForms } from "../identifiers/name.js";
import { isCommon, isWidespread } from "../identifiers/nameShare.js";
import { soft } from "../identifiers/sound.js";

/** @typedef {import("../identifiers/name.js").Name} Name */
/** @typedef {import("../identifiers/name.js").Part} Part */

const SEPARATORS = /[._0-9-]+/;
const SHORTEST = 3;
const FOUR_WORDS = 3; // position of the last of four

/**
 * A person's name as it is compared; every list is free of repeats.
 * @typedef {object} Named
 * @property {string[]} pairs two parts in alphabetical order, joined by a comma
 * @property {string[]} singles one part of at least three letters
 * @property {string[]} telling the same without words that many are called by
 * @property {string[]} rare of these, those not among the most frequent names
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
  const bare = nicknames.map(withoutEpithets);
  const telling = formsOf([...names.map(long), ...bare]);
  const singles = formsOf([...names, ...nicknames].map(long));
  const pairs = [
    ...names.flatMap(pairsOf),
    ...names.flatMap((name) => bare.flatMap((parts) => beside(parts, name))),
    ...local.flatMap((text) => fromAddress(text, singles)),
  ];
  return {
    pairs: unique(pairs),
    singles: unique(singles),
    telling: unique(telling),
    rare: unique(telling.filter((form) => !isWidespread(form))),
    initials: unique(names.filter((name) => !name.signs).flatMap(initialsOf)),
    generation: names.length ? names[0].generation : "",
  };
}

/**
 * Count the parts of a pair that are frequent.
 * @param {string} pair
 * @returns {number}
 */
export function commonParts(pair) {
  return pair.split(",").filter(isCommon).length;
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
  // One sign of three is a family name of millions or half a given name.
  return name.parts.filter(
    (part) =>
      part.word.length >= SHORTEST && !(name.signs && part.first === part.last),
  );
}

/**
 * @param {Name} nickname
 * @returns {Part[]}
 */
function withoutEpithets(nickname) {
  // "Chef" and the "big" of "Big Joe" are what many people are called.
  return long(nickname).filter((part) => !isEpithet(part.word));
}

/**
 * @param {Part[][]} names
 * @returns {string[]}
 */
function formsOf(names) {
  return names.flatMap((parts) => parts.flatMap((part) => part.forms));
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
      const whole = apart && !double && isWhole(one, other, name);
      return whole ? joined(one.forms, other.forms) : [];
    }),
  );
}

/**
 * Tell whether two parts can be a given and a family name.
 *
 * The two given names of Maria Clara are as weak as one, and so are the two signs
 * of a given name: both parts together must then be the whole name.
 * @param {Part} one
 * @param {Part} other
 * @param {Name} name
 * @returns {boolean}
 */
function isWhole(one, other, name) {
  if (name.signs) {
    return one.last - one.first + other.last - other.first === name.end - 1;
  }
  const inside = Math.max(one.last, other.last) < name.end;
  const firstOfMany = name.end >= FOUR_WORDS && one.first === 0 && other.last === 1;
  const bothGiven = isGiven(one.word) && isGiven(other.word);
  return !(inside && (firstOfMany || bothGiven));
}

/**
 * @param {Part[]} nickname
 * @param {Name} name
 * @returns {string[]}
 */
function beside(nickname, name) {
  if (nickname.length !== 1) return [];
  return ends(name).flatMap((part) => joined(nickname[0].forms, part.forms));
}

/**
 * @param {string} text
 * @param {string[]} singles
 * @returns {string[]}
 */
function fromAddress(text, singles) {
  const split = text
    .split(SEPARATORS)
    .filter((word) => word.length >= SHORTEST && !isEpithet(word));
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
