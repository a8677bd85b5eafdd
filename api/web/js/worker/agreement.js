/** Which of her own answers a group shares: never more than she gave herself. */

import { equal } from "../protocol/bytes.js";

/** @import { SavedReport } from "../protocol/client/vault.js" */
/** @import { CaseView } from "../protocol/messages/cases.js" */

const NAME = ["name", "nickname"];
const WORK = ["job_title", "department"];

/** What each part of a conjunction's name was made from. */
const SOURCES = new Map(
  Object.entries({
    email: ["email"],
    mailbox: ["email"],
    account: ["social"],
    handle: ["social"],
    site: ["website"],
    plate: ["plate"],
    phone: ["phone"],
    name: NAME,
    names: NAME,
    initial: NAME,
    rare: NAME,
    firm: ["employer"],
    start: ["employer"],
    acronym: ["employer"],
    city: ["city"],
    function: WORK,
    title: WORK,
  }),
);

/**
 * The kinds of identifiers behind a conjunction.
 *
 * @param {string} conjunction Such as "name-phone".
 * @returns {string[]}
 */
export function kindsOf(conjunction) {
  return conjunction.split("-").flatMap((part) => SOURCES.get(part) ?? []);
}

/**
 * The kinds of her identifiers that every member of these groups gave too.
 *
 * @param {SavedReport} report
 * @param {readonly CaseView[]} views
 * @returns {string[]}
 */
export function agreedKinds(report, views) {
  const found = views.flatMap(({ headerDigests, positions, member }) => {
    const [own, place] = [headerDigests[member], positions[member]];
    // An earlier version's places are in another order.
    const now = own && report.headerDigest && equal(own, report.headerDigest);
    return !now || place === undefined ? [] : kindsOf(report.conjunctions[place] ?? "");
  });
  return [...new Set(found)];
}
