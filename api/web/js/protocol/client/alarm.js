/** Something is not right: say so, and see who heard it (§H1). */

import { equal } from "../bytes.js";
import { ProtocolError } from "../errors.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { alarm, alarmReceipt } from "../messages/holds.js";
import { openSigned, peek, publicKey, sign } from "../signing.js";
import { keysOf } from "./vault.js";

/** @import { CaseView } from "../messages/cases.js" */
/** @import { Signed } from "../messages/kinds.js" */
/** @import { SavedReport } from "./vault.js" */

/**
 * The signed alarm about a case in which she was introduced; no details.
 *
 * @param {SavedReport} report
 * @param {CaseView} view
 * @param {number} day
 * @returns {Signed}
 */
export function raiseAlarm(report, view, day) {
  const { reportSeed } = keysOf(report);
  const message = { caseId: view.caseId, reportKey: publicKey(reportSeed), day };
  return sign(reportSeed, Label.ALARM, message, alarm);
}

/**
 * Which trustees signed that they heard her alarm, and until when they wait.
 *
 * A receipt that does not hold is passed over: it is not her trustee's word.
 *
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {CaseView} view
 * @returns {Map<number, number>}
 */
export function heardBy(deployment, report, view) {
  const key = publicKey(keysOf(report).reportSeed);
  /** @type {Map<number, number>} */
  const heard = new Map();
  for (const signed of view.alarms) {
    try {
      const { index } = peek(signed, alarmReceipt);
      const identity = deployment.trustee("opening", index).identityKey;
      const receipt = openSigned(signed, alarmReceipt, Label.ALARM_RECEIPT, identity);
      const mine =
        equal(receipt.deploymentId, deployment.deploymentId) &&
        equal(receipt.caseId, view.caseId) &&
        equal(receipt.reportKey, key);
      if (mine) heard.set(index, receipt.untilDay);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return heard;
}
