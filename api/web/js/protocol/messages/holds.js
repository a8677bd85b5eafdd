/** Something is not right: a member's alarm, and who heard it (§H). */

import {
  dayNumber,
  digestBytes,
  message,
  nonce,
  publicKeyBytes,
  trusteeIndex,
} from "./kinds.js";

/** A member who was introduced says that something is not right; no details. */
export const alarm = message("alarm/1", {
  caseId: digestBytes,
  reportKey: publicKeyBytes,
  day: dayNumber,
});

/** A trustee's word that it got the alarm, and until when it releases nothing. */
export const alarmReceipt = message("alarm-receipt/1", {
  deploymentId: nonce,
  index: trusteeIndex,
  caseId: digestBytes,
  reportKey: publicKeyBytes,
  untilDay: dayNumber,
});
