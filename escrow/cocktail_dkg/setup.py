"""What all trustees agree on before a key ceremony begins.

Source: COCKTAIL-DKG v0.2.1, Setup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha512

from blind_index.errors import InvalidIndex
from blind_index.group import Element, Scalar
from escrow.cocktail_dkg.errors import InvalidSetup
from escrow.cocktail_dkg.suite import CIPHERSUITE


@dataclass(frozen=True, slots=True)
class Agreement:
    """A ceremony as everybody sees it, checked when made.

    Attributes:
        context: Unique to this ceremony; binds the ordered static keys and
            the ciphersuite, as `ceremony_context` does.
        trustee_threshold: t; any t shares make the key, t - 1 tell nothing.
        static_public_keys: Of trustee i at position i - 1; all distinct.
        extension: What else every trustee must agree on; may be empty.

    Raises:
        InvalidSetup: The threshold is not within 1…n, the context is empty, or
            a static key is the identity or occurs twice; `culprit` is then
            the index that repeats another's key.
    """

    context: bytes
    trustee_threshold: int
    static_public_keys: tuple[Element, ...]
    extension: bytes

    def __post_init__(self) -> None:
        if not self.context:
            raise InvalidSetup("A ceremony needs a context of its own.")
        check_threshold(self.trustee_threshold, self.size)
        _check_static_keys(self.static_public_keys)

    @property
    def size(self) -> int:
        """The number n of trustees."""
        return len(self.static_public_keys)


@dataclass(frozen=True, slots=True)
class CeremonySetup:
    """A ceremony as one trustee sees it, checked when made.

    Attributes:
        context: As in `Agreement`.
        index: Our own index, 1…n.
        trustee_threshold: As in `Agreement`.
        static_public_keys: As in `Agreement`; ours at position index - 1.
        extension: As in `Agreement`.

    Raises:
        InvalidSetup: As `Agreement`.
        InvalidIndex: The own index is not within 1…n.
    """

    context: bytes
    index: int
    trustee_threshold: int
    static_public_keys: tuple[Element, ...]
    extension: bytes = b""

    def __post_init__(self) -> None:
        check_index(self.index, self.agreement.size)

    @property
    def agreement(self) -> Agreement:
        """The part that is the same for all trustees."""
        return Agreement(
            self.context,
            self.trustee_threshold,
            self.static_public_keys,
            self.extension,
        )

    @property
    def size(self) -> int:
        """The number n of trustees."""
        return len(self.static_public_keys)

    @property
    def own_key(self) -> Element:
        """Our own static public key."""
        return self.static_public_keys[self.index - 1]

    def check_static_secret(self, static_secret: Scalar) -> None:
        """Refuse a secret that is not behind our own static key.

        Raises:
            InvalidIndex: Another trustee's index, or another's secret.
        """
        if Element.base_multiple(static_secret) != self.own_key:
            raise InvalidIndex("The static key at our index is not ours.")


def ceremony_context(session_id: bytes, static_public_keys: Sequence[Element]) -> bytes:
    """Bind a session, the ciphersuite and the ordered trustees.

    Args:
        session_id: Never used for another ceremony.
        static_public_keys: Of all trustees, in the order of their indexes.

    Returns:
        The context, 64 bytes.

    Source: Setup, the recommended construction.
    """
    hashed = sha512(b"COCKTAIL-DKG-CONTEXT")
    for field in (session_id, CIPHERSUITE):
        hashed.update(len(field).to_bytes(8, "big") + field)
    hashed.update(len(static_public_keys).to_bytes(4, "little"))
    hashed.update(b"".join(key.encode() for key in static_public_keys))
    return hashed.digest()


def check_threshold(trustee_threshold: int, size: int) -> None:
    """Refuse a threshold that no committee of this size can have.

    Args:
        trustee_threshold: t.
        size: The number n of trustees.

    Raises:
        InvalidSetup: Not 1 <= t <= n, or n needs more than 32 bits.
    """
    if not 1 <= trustee_threshold <= size < 1 << 32:
        raise InvalidSetup("The trustee threshold does not fit the committee.")


def check_index(index: int, size: int) -> None:
    """Refuse an index that no trustee has.

    Args:
        index: To be checked; zero would make the share the secret itself.
        size: The number n of trustees.

    Raises:
        InvalidIndex: Not within 1…n.
    """
    if not 1 <= index <= size:
        raise InvalidIndex("No trustee has this index.")


def _check_static_keys(static_public_keys: Sequence[Element]) -> None:
    seen: set[Element] = set()
    for index, key in enumerate(static_public_keys, start=1):
        if key in seen or key.is_identity():
            raise InvalidSetup("A static key is not one of its own.", culprit=index)
        seen.add(key)
