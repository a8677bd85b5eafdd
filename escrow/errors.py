"""What a peer's message can be refused for, above the arithmetic.

Every leaf is a `ProtocolError`: `culprit` names the peer, the message never
carries a value from a report.
"""

from blind_index.errors import ProtocolError


class MalformedMessage(ProtocolError):
    """Bytes that are not the one canonical encoding of the expected message."""


class InvalidSignature(ProtocolError):
    """A signature that the named key did not make over these bytes."""


class InvalidCiphertext(ProtocolError):
    """A ciphertext that does not open under this key and context."""


class StaleManifest(ProtocolError):
    """A message made for another manifest than the one in force."""


class InvalidManifest(ProtocolError):
    """A manifest that its trustees did not sign or whose numbers do not fit."""


class InvalidCredential(ProtocolError):
    """A credential that is unsigned, expired, or bound to something else."""


class InvalidReport(ProtocolError):
    """A report whose layers do not fit together."""


class ConflictingReport(ProtocolError):
    """Another report, or a newer version, already stands under this key."""


class InvalidToken(ProtocolError):
    """A submission token that was never issued, or was spent on another report."""


class InvalidCase(ProtocolError):
    """A claimed match that the trustee cannot confirm by itself."""


class InvalidConsent(ProtocolError):
    """A consent that is for another case, expired, or not a member's."""


class InvalidCeremony(ProtocolError):
    """A ceremony message that does not belong to this roster or step."""


class InvalidRegistration(ProtocolError):
    """A registration step that does not follow from what was verified."""


class QuotaExceeded(ProtocolError):
    """More evaluations, tokens or persons than the period allows."""


class NotFound(ProtocolError):
    """No such object, or not one that the asker may see."""
