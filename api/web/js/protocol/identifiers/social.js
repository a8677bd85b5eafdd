/**
 * Social accounts: platform and handle, from a link or a handle as typed.
 */

import { InputError } from "../errors.js";
import { social } from "../tables.js";
import { fold } from "./fold.js";

/** @type {ReadonlyMap<string, string>} */
const HOSTS = new Map(Object.entries(social.hosts));
const PATH_WORDS = new Set(social.path_words);
/** @type {ReadonlyMap<string, string>} */
const PLATFORMS = new Map(
  Object.entries(social.platforms).flatMap(([platform, spellings]) =>
    spellings.map((word) => /** @type {[string, string]} */ ([word, platform])),
  ),
);
const LINK = /^(?:https?:\/+)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/+([^ ]*)/;
const NUMBER = /[?&](?:id|user_id)=([0-9]+)/;
const LABELLED = /^([a-z][a-z ]*?)(?: *: *| +- +| +)@? *([a-z0-9._-]+)$/;
const HANDLE = /^@?([a-z0-9][a-z0-9._-]*|_[a-z0-9._-]+)/;
const EDGES = /^[ \t\n"'<>.,;]+|[ \t\n"'<>.,;]+$/g;
const BLUESKY = ".bsky.social";
const SHORTEST = 2;

/**
 * A read account: `platform` is empty when nobody said which it is.
 * @typedef {object} Social
 * @property {string} platform
 * @property {string} handle
 */

/**
 * Read one account.
 *
 * Source: MATCHING.md, "Social".
 * @param {string} value a link, "IG: @handle", or the handle alone
 * @param {string | null} platform what the reporter chose; a platform in the text
 *   wins over it
 * @returns {Social} platform (x for twitter, instagram for threads) and handle
 * @throws {InputError} `social`, when there is no handle in the text
 */
export function readSocial(value, platform) {
  const text = fold(value).replace(EDGES, "");
  const chosen = PLATFORMS.get(fold(platform ?? "").replace(/^ +| +$/g, "")) ?? "";
  const link = LINK.exec(text);
  const found = link ? fromLink(link) : fromLabel(text, chosen);
  if (found === null || found.handle.length < SHORTEST) {
    throw new InputError(
      "social",
      "there is no account name in this text",
      "Give the account's name or the link to its page.",
    );
  }
  return found;
}

/**
 * @param {RegExpExecArray} link
 * @returns {Social | null}
 */
function fromLink(link) {
  const labels = link[1].split(".");
  const names = labels.map((_, at) => labels.slice(at).join("."));
  const platform = HOSTS.get(names.find((name) => HOSTS.has(name)) ?? "");
  if (platform === undefined) return null;
  const number = NUMBER.exec(link[2]);
  const path = link[2].split("?")[0].split("#")[0];
  const steps = path.split("/").filter((step) => step && !PATH_WORDS.has(step));
  return account(platform, number ? number[1] : (steps[0] ?? ""));
}

/**
 * @param {string} text
 * @param {string} chosen
 * @returns {Social | null}
 */
function fromLabel(text, chosen) {
  const labelled = LABELLED.exec(text);
  const platform = labelled ? PLATFORMS.get(labelled[1]) : undefined;
  if (labelled && platform !== undefined) return account(platform, labelled[2]);
  return account(chosen, text);
}

/**
 * @param {string} platform
 * @param {string} text
 * @returns {Social | null}
 */
function account(platform, text) {
  const bare = text.endsWith(BLUESKY) ? text.slice(0, -BLUESKY.length) : text;
  const found = HANDLE.exec(bare);
  if (found === null) return null;
  const name = found[1].replace(/[.-]+$/, "");
  return { platform, handle: platform === "facebook" ? name.replaceAll(".", "") : name };
}
