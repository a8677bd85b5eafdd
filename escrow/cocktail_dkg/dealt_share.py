"""One dealt share on its way from a dealer to a trustee, encrypted.

Source: COCKTAIL-DKG v0.2.1, Round 1 step 5 and Round 2 step 3.
"""

from dataclasses import dataclass

from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow.cocktail_dkg.suite import (
    SCALAR_SIZE,
    derive_channel_key,
    open_sealed,
    seal,
)


@dataclass(frozen=True, slots=True)
class Route:
    """From whom, to whom, in which session: what the key is bound to.

    Attributes:
        context: Of the ceremony.
        ephemeral_key: The dealer's key of this session.
        sender_key: The dealer's static key.
        recipient_key: The trustee's static key.
    """

    context: bytes
    ephemeral_key: Element
    sender_key: Element
    recipient_key: Element


def seal_share(
    route: Route, ephemeral_secret: Scalar, static_secret: Scalar, plaintext: bytes
) -> bytes:
    """Encrypt a share for the trustee at the end of a route.

    Args:
        route: Where the share goes.
        ephemeral_secret: The dealer's, of this session.
        static_secret: The dealer's.
        plaintext: The share, 32 bytes, and an optional payload after it.

    Returns:
        The ciphertext, 16 bytes longer.
    """
    ephemeral = ephemeral_secret * route.recipient_key
    static = static_secret * route.recipient_key
    return seal(_channel_key(route, ephemeral, static), plaintext)


def open_share(
    route: Route, static_secret: Scalar, ciphertext: bytes
) -> tuple[Scalar, bytes]:
    """Decrypt a share that came along a route.

    Args:
        route: Where the share came from.
        static_secret: The recipient's.
        ciphertext: At least 48 bytes.

    Returns:
        The share, not yet held against its commitment, and the payload, which
        is empty unless the dealer's application adds one.

    Raises:
        InvalidLength: The ciphertext or the plaintext cannot hold a share.
        InvalidCiphertext: It does not open. No third party can check this, for
            the key depends on the recipient's secret.
        InvalidScalar: It opens to something that is not a scalar.
    """
    ephemeral = static_secret * route.ephemeral_key
    static = static_secret * route.sender_key
    plaintext = open_sealed(_channel_key(route, ephemeral, static), ciphertext)
    return Scalar.decode(plaintext[:SCALAR_SIZE]), plaintext[SCALAR_SIZE:]


def _channel_key(route: Route, ephemeral: Element, static: Element) -> SecretBytes:
    return derive_channel_key(
        (ephemeral, static),
        route.ephemeral_key,
        route.sender_key,
        route.recipient_key,
        route.context,
    )
