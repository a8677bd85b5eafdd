/**
 * Internet domain names: one ASCII spelling, and the label that names the owner.
 */

import { employers } from "../tables.js";
import { isAscii, known } from "./fold.js";

const SECOND_LEVEL = new Set(employers.second_level);
const [BASE, T_MIN, T_MAX, SKEW, DAMP, BIAS, FIRST] = [36, 1, 26, 38, 700, 72, 128];
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const DOTS = /[.\u3002\uff61]/u;
// Full-width signs of East Asian keyboards, which stand 0xfee0 above ASCII.
const WIDE = /[\uff01-\uff5e]/gu;

/**
 * Return a domain in lower-case ASCII, other labels as punycode.
 *
 * Source: RFC 3492 §6.3 and RFC 5891 §4.4, without the tables of permitted
 * letters: a name nobody can register is compared like any other.
 * @param {string} domain a host name; need not be valid
 * @returns {string} labels joined by dots, empty labels dropped
 */
export function asciiDomain(domain) {
  const narrow = known(domain).replace(WIDE, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  );
  const labels = narrow.split(DOTS).filter((label) => label);
  return labels.map(asciiLabel).join(".");
}

/**
 * Return the label a domain's owner chose ("firm" of mail.firm.co.uk).
 * @param {string} domain
 * @returns {string}
 */
export function ownerLabel(domain) {
  const labels = domain.split(".").slice(0, -1);
  if (labels.length > 1 && SECOND_LEVEL.has(labels[labels.length - 1])) labels.pop();
  return labels[labels.length - 1] ?? "";
}

/**
 * @param {string} label
 * @returns {string}
 */
function asciiLabel(label) {
  // Letter by letter, since lowering a word depends on the Unicode version.
  const lowered = known([...label].map((letter) => letter.toLowerCase()).join(""));
  return isAscii(lowered) ? lowered : "xn--" + punycode(lowered);
}

/**
 * @param {string} label
 * @returns {string}
 */
function punycode(label) {
  const points = [...label].map((letter) => /** @type {number} */ (letter.codePointAt(0)));
  const basic = points.filter((point) => point < FIRST).length;
  let out = points
    .filter((point) => point < FIRST)
    .map((point) => String.fromCharCode(point))
    .join("");
  if (basic) out += "-";
  let [bias, delta, current, done] = [BIAS, 0, FIRST, basic];
  while (done < points.length) {
    const following = Math.min(...points.filter((point) => point >= current));
    delta += (following - current) * (done + 1);
    current = following;
    for (const point of points) {
      if (point < current) delta += 1;
      if (point === current) {
        out += variableLength(delta, bias);
        bias = adapt(delta, done + 1, done === basic);
        delta = 0;
        done += 1;
      }
    }
    delta += 1;
    current += 1;
  }
  return out;
}

/**
 * @param {number} delta
 * @param {number} bias
 * @returns {string}
 */
function variableLength(delta, bias) {
  let out = "";
  let left = delta;
  for (let step = BASE; ; step += BASE) {
    const limit = Math.min(Math.max(step - bias, T_MIN), T_MAX);
    if (left < limit) return out + LETTERS[left];
    out += LETTERS[limit + ((left - limit) % (BASE - limit))];
    left = Math.floor((left - limit) / (BASE - limit));
  }
}

/**
 * @param {number} delta
 * @param {number} count
 * @param {boolean} first
 * @returns {number}
 */
function adapt(delta, count, first) {
  let left = Math.floor(delta / (first ? DAMP : 2));
  left += Math.floor(left / count);
  let steps = 0;
  while (left > Math.floor(((BASE - T_MIN) * T_MAX) / 2)) {
    left = Math.floor(left / (BASE - T_MIN));
    steps += BASE;
  }
  return steps + Math.floor(((BASE - T_MIN + 1) * left) / (left + SKEW));
}
