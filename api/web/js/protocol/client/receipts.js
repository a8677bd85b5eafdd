/** What trustees signed about a report: verified in one place (§F10, §F11, §H1). */

import { equal } from "../bytes.js";
import { ProtocolError } from "../errors.js";
import { Deployment } from "../manifest.js";
import { openSigned, peek, publicKey } from "../signing.js";
import { keysOf } from "./vault.js";

/** @import { LabelName } from "../labels.js" */
/** @import { Kind, Signed } from "../messages/kinds.js" */
/** @import { SavedReport } from "./vault.js" */

/**
 * The receipts about this report that their trustees signed.
 *
 * One that does not hold is passed over: it is not her trustee's word.
 *
 * @template {{index: number, deploymentId: Uint8Array, reportKey: Uint8Array}} R
 * @param {Deployment} deployment
 * @param {SavedReport} report
 * @param {readonly Signed[]} receipts
 * @param {{kind: Kind<R>, label: LabelName}} expected
 * @returns {R[]}
 */
export function openReceipts(deployment, report, receipts, { kind, label }) {
  const key = publicKey(keysOf(report).reportSeed);
  return receipts.flatMap((signed) => {
    try {
      const { index } = peek(signed, kind);
      const identity = deployment.trustee("opening", index).identityKey;
      const receipt = openSigned(signed, kind, label, identity);
      const mine =
        equal(receipt.deploymentId, deployment.deploymentId) &&
        equal(receipt.reportKey, key);
      return mine ? [receipt] : [];
    } catch (error) {
      if (error instanceof ProtocolError) {
        return [];
      }
      throw error;
    }
  });
}
