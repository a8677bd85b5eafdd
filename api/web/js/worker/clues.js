/** What a survivor knows, as the vault keeps it and as match keys read it. */

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { SavedReport } from "../protocol/client/vault.js" */

const FIELDS = /** @type {const} */ ([
  "value",
  "given",
  "family",
  "country",
  "region",
  "label",
  "platform",
  "size",
  "former",
]);

/**
 * The identifiers of a report, without what was not given.
 *
 * @param {SavedReport["identifiers"]} kept
 * @returns {Identifier[]}
 */
export function clues(kept) {
  return kept.map(
    (one) =>
      /** @type {Identifier} */ (
        Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null))
      ),
  );
}

/**
 * Identifiers in the form of the vault, where every field is present.
 *
 * @param {readonly Identifier[]} given
 * @returns {SavedReport["identifiers"]}
 */
export function keptClues(given) {
  return given.map(
    (one) =>
      /** @type {any} */ ({
        kind: one.kind,
        ...Object.fromEntries(FIELDS.map((field) => [field, one[field] ?? null])),
      }),
  );
}
