/** A group size to begin with, and why; a person may choose any other. */

/**
 * @typedef {object} Happened
 * @property {string[]} what
 * @property {string} [proof]
 * @property {string} [afraid]
 */

/** @typedef {{ size: number, reason: "proof" | "afraid" | "usual" }} Suggestion */

const LITTLE_PROOF = new Set(["comments", "pressure", "unsure"]);

/**
 * Suggest a size among those that are offered.
 *
 * It is never a measure of how serious it was: only of how many voices help.
 *
 * @param {Happened} happened
 * @param {readonly number[]} offered Ascending, at least one.
 * @returns {Suggestion}
 */
export function suggestSize({ what, proof, afraid }, offered) {
  const at = (/** @type {number} */ wanted) =>
    offered.find((size) => size >= wanted) ?? Number(offered.at(-1));
  if (afraid === "yes") {
    return { size: at(5), reason: "afraid" };
  }
  const slight = what.length > 0 && what.every((one) => LITTLE_PROOF.has(one));
  if (slight && proof !== "yes") {
    return { size: at(4), reason: "proof" };
  }
  return { size: at(3), reason: "usual" };
}
