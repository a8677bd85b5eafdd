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
