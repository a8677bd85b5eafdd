/** From what went wrong to what a person is told. */

import { shownTimeIn, t, textIn } from "../ui/catalogue.js";
import { Slips } from "../ui/form.js";
import { Trouble } from "./helper.js";

/** @import { Slip } from "../ui/form.js" */

/** @type {ReadonlyMap<string, string>} */
const TEXTS = new Map([
  ["QuotaExceeded", "quota"],
  ["StaleManifest", "stale"],
  ["InvalidRegistration", "verification"],
  ["InvalidCredential", "verification"],
  ["ConflictingReport", "conflict"],
  ["InvalidToken", "quota"],
  ["TooFewBoxes", "boxes"],
  ["Unsafe", "unsafe"],
  ["WorkerFailed", "unsafe"],
  ["NotFound", "closed"],
  ["Altered", "altered"],
]);
const OURS = new Set(["TypeError", "RangeError", "MisuseError", "Error"]);

/**
 * Say what happened, whether anything was sent, and what to do.
 *
 * @param {unknown} error
 * @param {Record<string, string>} [fields] From a field of the error to the form's.
 * @param {boolean} [kept] Whether what she gave is kept under her words already.
 * @returns {Slip[]}
 */
export function slipsOf(error, fields = {}, kept = false) {
  if (error instanceof Slips) {
    return error.slips;
  }
  if (error instanceof Trouble && error.kind === "InputError") {
    const { field = "" } = error.told;
    return [{ field: fields[field] ?? field, text: inputText(error.told) }];
  }
  return [{ field: null, text: troubleText(error, kept) }];
}

/**
 * @param {unknown} error
 * @param {boolean} kept
 * @returns {string}
 */
function troubleText(error, kept) {
  if (!(error instanceof Trouble)) {
    return t("errors.other");
  }
  if (error.kind === "Busy") {
    return t("errors.busy", { time: shownTimeIn(error.told.details.seconds) });
  }
  if (error.kind === "Unreachable") {
    if (error.told.who === "trustees") return t("errors.trustees");
    return t(kept ? "errors.offline_kept" : "errors.offline");
  }
  const known = TEXTS.get(error.kind) ?? (OURS.has(error.kind) ? "other" : "lying");
  return t(`errors.${known}`);
}

/** @param {Record<string, any>} told */
function inputText({ field, reason = "", details = {} }) {
  if (field === "words") {
    return wordsText(details);
  }
  if (reason === "is too long") {
    return t("errors.size");
  }
  return textIn("reasons", reason) ?? t("errors.fill");
}

/**
 * @param {Record<string, any>} details
 */
function wordsText({ place, close = [], found }) {
  if (place !== undefined) {
    const words = [t("errors.words_place", { place })];
    if (close.length > 0) {
      words.push(t("errors.words_close", { close: close.join(", ") }));
    }
    return words.join(" ");
  }
  return t(found === undefined ? "errors.words_wrong" : "errors.words_count");
}
