/**
 * Websites: the domain, and which page of a shared host is meant.
 */

import { InputError } from "../errors.js";
import { asciiDomain, ownerLabel } from "./domain.js";

const ADDRESS =
  /^[ \t]*(?:[a-zA-Z]+:\/+)?([^\u0000- /?#@:]+\.[^\u0000- /?#@:]+)/u;
const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;
const FRONT = /^(?:www[0-9]?|m|mobile)\./;

/**
 * A read website: its host, and the label its owner chose.
 * @typedef {object} Website
 * @property {string} host
 * @property {string} label
 */

/**
 * Read one website.
 * @param {string} value a link or a host name; page, query and fragment are dropped
 * @returns {Website} the host without "www.", and the owner's label
 * @throws {InputError} `website`, when there is no host in the text
 */
export function readWebsite(value) {
  const address = ADDRESS.exec(value);
  const host = address ? asciiDomain(address[1]).replace(FRONT, "") : "";
  if (!HOST.test(host)) {
    throw new InputError(
      "website",
      "this is not the address of a website",
      "Copy it from the browser's address line.",
    );
  }
  return { host, label: ownerLabel(host) };
}
