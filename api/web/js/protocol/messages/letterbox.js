/** A letterbox: where a regular note goes, linked to no report (§N). */

import { token } from "./filing.js";
import {
  blob,
  counterNumber,
  message,
  monthNumber,
  nonce,
  nullable,
  publicKeyBytes,
  signed,
} from "./kinds.js";

/** @import { ValueOf } from "./kinds.js" */

/**
 * Make, change or empty a letterbox; signed by its own key (§N3).
 *
 * `counter` rises with every write, so that an old write cannot be replayed. `sealed`
 * holds a nudge part for the notice key; an empty one empties the box.
 */
export const letterboxWrite = message("letterbox-write/1", {
  deploymentId: nonce,
  key: publicKeyBytes,
  counter: counterNumber,
  expiryMonth: monthNumber,
  sealed: blob,
});
/** @typedef {ValueOf<typeof letterboxWrite>} LetterboxWrite */

/** A write on its way; `token` pays for a new letterbox. */
export const letterboxSubmission = message("letterbox-submission/1", {
  write: signed,
  token: nullable(token),
});
/** @typedef {ValueOf<typeof letterboxSubmission>} LetterboxSubmission */
