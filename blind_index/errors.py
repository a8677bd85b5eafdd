"""What can go wrong: a person's slip, a peer's fault, or our caller's bug."""


class AlongsideError(Exception):
    """The root of every error this project raises itself."""


class InputError(AlongsideError):
    """Something a person typed cannot be used as it stands.

    Attributes:
        field: Which entry of the form it was.
        reason: Why it was refused; never repeats what was typed.
        advice: What to do instead; may be empty.
    """

    def __init__(self, field: str, reason: str, advice: str = "") -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.advice = advice


class ProtocolError(AlongsideError):
    """A message, file or share made by somebody else is unacceptable.

    Attributes:
        culprit: Who made it: a trustee's index, a role's name, or None where the
            fault cannot be laid on one party. The text never carries values.
    """

    def __init__(self, message: str, *, culprit: str | int | None = None) -> None:
        super().__init__(message)
        self.culprit = culprit


class MisuseError(AlongsideError):
    """Our own caller broke a function's contract: a bug, never a peer's fault."""


class InvalidLength(ProtocolError):
    """A value has the wrong number of bytes."""


class InvalidScalar(ProtocolError):
    """A scalar is not reduced modulo the group's order."""


class InvalidElement(ProtocolError):
    """Bytes are not the one canonical encoding of a group element."""


class IdentityElement(InvalidElement):
    """The group's identity stands where an element must carry something."""


class InvalidProof(ProtocolError):
    """A proof does not hold for the statement it came with."""


class InvalidIndex(ProtocolError):
    """A share's position is zero or belongs to no trustee."""


class DuplicateShare(ProtocolError):
    """Two shares claim the same position."""


class NotEnoughShares(ProtocolError):
    """Fewer shares than the threshold."""


class InconsistentShares(ProtocolError):
    """Shares do not lie on one polynomial of the claimed degree."""
