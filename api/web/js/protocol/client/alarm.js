/** Something is not right: say so, and see who heard it (§H1). */

import { equal } from "../bytes.js";
import { Label } from "../labels.js";
import { Deployment } from "../manifest.js";
import { alarm, alarmReceipt } from "../messages/holds.js";
import { publicKey, sign } from "../signing.js";
import { openReceipts } from "./receipts.js";
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
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {CaseView} view
 * @returns {Map<number, number>}
 */
export function heardBy(deployment, report, view) {
  const expected = { kind: alarmReceipt, label: Label.ALARM_RECEIPT };
  const heard = openReceipts(deployment, report, view.alarms, expected)
    .filter((receipt) => equal(receipt.caseId, view.caseId))
    .map(({ index, untilDay }) => /** @type {[number, number]} */ ([index, untilDay]));
  return new Map(heard);
}
