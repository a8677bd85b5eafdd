/** What a case is (§C1). */

import { Label } from "./labels.js";
import { digest } from "./transcript.js";

/**
 * The name of the case of exactly these report versions, in order.
 *
 * @param {readonly Uint8Array[]} headerDigests
 * @returns {Uint8Array} 32 bytes.
 */
export function caseIdOf(headerDigests) {
  return digest(Label.CASE_ID, ...headerDigests);
}

/**
 * The name of the case of a group and one witness, who stands last (§B2).
 *
 * @param {readonly Uint8Array[]} headerDigests
 * @returns {Uint8Array} 32 bytes.
 */
export function witnessCaseIdOf(headerDigests) {
  const witness = headerDigests.at(-1) ?? new Uint8Array();
  const group = caseIdOf(headerDigests.slice(0, -1));
  return digest(Label.WITNESS_CASE_ID, group, witness);
}
