/** What can go wrong: a person's slip, a peer's fault, or our caller's bug. */

/** The root of every error this project raises itself. */
export class AlongsideError extends Error {
  name = "AlongsideError";
}

/**
 * Something a person typed cannot be used as it stands.
 *
 * `field` says which entry of the form, `reason` why it was refused (never what was
 * typed), `advice` what to do instead. `details` carries what a translated message
 * needs: places and suggestions, never what was typed.
 */
export class InputError extends AlongsideError {
  name = "InputError";

  /**
   * @param {string} field
   * @param {string} reason
   * @param {string} [advice]
   * @param {Readonly<Record<string, unknown>>} [details]
   */
  constructor(field, reason, advice = "", details = {}) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.reason = reason;
    this.advice = advice;
    this.details = details;
  }
}

/**
 * A message, file or share made by somebody else is unacceptable.
 *
 * `culprit` is who made it: a trustee's index, a role's name, or null where the
 * fault cannot be laid on one party. The text never carries values.
 */
export class ProtocolError extends AlongsideError {
  name = "ProtocolError";

  /**
   * @param {string} message
   * @param {string | number | null} [culprit]
   */
  constructor(message, culprit = null) {
    super(message);
    this.culprit = culprit;
  }
}

/** Our own caller broke a function's contract: a bug, never a peer's fault. */
export class MisuseError extends AlongsideError {
  name = "MisuseError";
}

/** A value has the wrong number of bytes. */
export class InvalidLength extends ProtocolError {
  name = "InvalidLength";
}

/** A scalar is not reduced modulo the group's order. */
export class InvalidScalar extends ProtocolError {
  name = "InvalidScalar";
}

/** Bytes are not the one canonical encoding of a group element. */
export class InvalidElement extends ProtocolError {
  name = "InvalidElement";
}

/** The group's identity stands where an element must carry something. */
export class IdentityElement extends InvalidElement {
  name = "IdentityElement";
}

/** A proof does not hold for the statement it came with. */
export class InvalidProof extends ProtocolError {
  name = "InvalidProof";
}

/** A share's position is zero or belongs to no trustee. */
export class InvalidIndex extends ProtocolError {
  name = "InvalidIndex";
}

/** Two shares claim the same position. */
export class DuplicateShare extends ProtocolError {
  name = "DuplicateShare";
}

/** Fewer shares than the threshold. */
export class NotEnoughShares extends ProtocolError {
  name = "NotEnoughShares";
}

/** Shares do not lie on one polynomial of the claimed degree. */
export class InconsistentShares extends ProtocolError {
  name = "InconsistentShares";
}

/** Bytes that are not the one canonical encoding of the expected message. */
export class MalformedMessage extends ProtocolError {
  name = "MalformedMessage";
}

/** A signature that the named key did not make over these bytes. */
export class InvalidSignature extends ProtocolError {
  name = "InvalidSignature";
}

/** A ciphertext that does not open under this key and context. */
export class InvalidCiphertext extends ProtocolError {
  name = "InvalidCiphertext";
}

/** A message made for another manifest than the one in force. */
export class StaleManifest extends ProtocolError {
  name = "StaleManifest";
}

/** A manifest that its trustees did not sign or whose numbers do not fit. */
export class InvalidManifest extends ProtocolError {
  name = "InvalidManifest";
}

/** A credential that is unsigned, expired, or bound to something else. */
export class InvalidCredential extends ProtocolError {
  name = "InvalidCredential";
}

/** A report whose layers do not fit together. */
export class InvalidReport extends ProtocolError {
  name = "InvalidReport";
}

/** Another report, or a newer version, already stands under this key. */
export class ConflictingReport extends ProtocolError {
  name = "ConflictingReport";
}

/** A submission token that was never issued, or was spent on another report. */
export class InvalidToken extends ProtocolError {
  name = "InvalidToken";
}

/** A claimed match that the trustee cannot confirm by itself. */
export class InvalidCase extends ProtocolError {
  name = "InvalidCase";
}

/** A consent that is for another case, expired, or not a member's. */
export class InvalidConsent extends ProtocolError {
  name = "InvalidConsent";
}

/** A ceremony message that does not belong to this roster or step. */
export class InvalidCeremony extends ProtocolError {
  name = "InvalidCeremony";
}

/** A registration step that does not follow from what was verified. */
export class InvalidRegistration extends ProtocolError {
  name = "InvalidRegistration";
}

/** More evaluations, tokens or persons than the period allows. */
export class QuotaExceeded extends ProtocolError {
  name = "QuotaExceeded";
}

/** No such object, or not one that the asker may see. */
export class NotFound extends ProtocolError {
  name = "NotFound";
}
