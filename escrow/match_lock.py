"""The match lock: enough reports that name the same person make the key (§F4).

From a stretched output Y comes a chain of level secrets, highest first; level m
has a polynomial of degree m-1 whose coefficients follow from its secret, so m
points give it and every lower one, never a higher one, and the result proves
itself. One step below the lowest level lies the tag point M.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.group import Element, Scalar
from blind_index.hash_to_group import label_to_element, label_to_scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.shamir import Polynomial
from blind_index.transcript import derive_key
from escrow import aead
from escrow.errors import InvalidCiphertext, InvalidReport
from escrow.messages.codec import Blob, EncodedScalar, PublicKey
from escrow.messages.filing import LockEntry

CONTACT_KEY_BYTES = 32


@dataclass(frozen=True)
class LevelSecrets:
    """σ_m for some level and all below it, keyed by level."""

    by_level: dict[int, Scalar]
    tag_point: Element


def _descend(top: Scalar, levels: Sequence[int]) -> LevelSecrets:
    """Secrets of `levels` (ascending), `top` being that of the last."""
    secrets, current = {}, top
    for level in reversed(levels):
        secrets[level] = current
        current = label_to_scalar(Label.LEVEL_CHAIN, current.encode())
    return LevelSecrets(secrets, label_to_element(Label.TAG_POINT, current.encode()))


def level_secrets(stretched: SecretBytes, levels: Sequence[int]) -> LevelSecrets:
    """The whole chain from a stretched output Y (64 bytes)."""
    return _descend(label_to_scalar(Label.LEVEL_TOP, stretched.reveal()), levels)


def recovered_secrets(
    secret: Scalar, level: int, levels: Sequence[int]
) -> LevelSecrets:
    """The chain from an interpolated σ of `level` downward."""
    return _descend(secret, [m for m in levels if m <= level])


def level_polynomial(secret: Scalar, level: int) -> Polynomial:
    """f_m: degree m-1, f_m(0) = σ_m, the other coefficients hashed from σ_m."""
    rest = (
        label_to_scalar(
            Label.LEVEL_COEFFICIENT,
            secret.encode(),
            bytes([level]),
            bytes([j]),
        )
        for j in range(1, level)
    )
    return Polynomial((secret, *rest))


def level_point(report_key: PublicKey) -> Scalar:
    """The x of a report: hashed from its key; never zero.

    Raises:
        InvalidReport: The hash is zero (chance 2^-252).
    """
    x = label_to_scalar(Label.LEVEL_POINT, report_key)
    if x.is_zero():
        raise InvalidReport("the report key hashes to zero")
    return x


def wrap_key(secret: Scalar, report_key: PublicKey) -> SecretBytes:
    """The key of a wrap: from σ_h of the entry and the report key."""
    return derive_key(SecretBytes(secret.encode()), Label.WRAP_KEY, report_key)


@dataclass(frozen=True)
class Wrapped:
    """What a wrap holds: the contact key CK (32 bytes) and the tag's r."""

    contact_key: SecretBytes
    r: Scalar


def make_entry(
    secrets: LevelSecrets,
    report_key: PublicKey,
    match_threshold: int,
    wrapped: Wrapped,
    *,
    randomness: Randomness = SYSTEM,
) -> LockEntry:
    """Shares at each level >= h, lowest first, and the wrap under σ_h."""
    x = level_point(report_key)
    shares = tuple(
        EncodedScalar(level_polynomial(secret, level).evaluate(x).encode())
        for level, secret in sorted(secrets.by_level.items())
        if level >= match_threshold
    )
    wrap = aead.seal(
        wrap_key(secrets.by_level[match_threshold], report_key),
        wrapped.contact_key.reveal() + wrapped.r.encode(),
        Label.WRAP_KEY,
        report_key,
        randomness=randomness,
    )
    return LockEntry(shares=shares, wrap=Blob(wrap))


def open_wrap(secret: Scalar, report_key: PublicKey, wrap: bytes) -> Wrapped:
    """Open a wrap with σ_h.

    Raises:
        InvalidCiphertext: Another secret's wrap, or altered.
        InvalidScalar: The tag's r is not reduced.
    """
    key = wrap_key(secret, report_key)
    plaintext = aead.unseal(key, wrap, Label.WRAP_KEY, report_key)
    if len(plaintext) != CONTACT_KEY_BYTES + 32:
        raise InvalidCiphertext("a wrap holds 64 bytes")
    contact_key, r = plaintext[:CONTACT_KEY_BYTES], plaintext[CONTACT_KEY_BYTES:]
    return Wrapped(SecretBytes(contact_key), Scalar.decode(r))


@dataclass(frozen=True)
class Claimant:
    """One member's lock entry for the shared tag, as a judge sees it.

    `shares` holds her share at each level >= h; `c1`, `c2` are the encrypted
    tag at the same position.
    """

    report_key: PublicKey
    match_threshold: int
    shares: dict[int, Scalar]
    wrap: bytes
    c1: Element
    c2: Element


def claimant(
    report_key: PublicKey,
    match_threshold: int,
    levels: Sequence[int],
    entry: LockEntry,
    points: tuple[Element, Element],
    *,
    witness: bool = False,
) -> Claimant:
    """A member's entry, its shares matched to their levels.

    Raises:
        InvalidReport: Other than a share a level >= h, or of a witness any.
        InvalidScalar: A share is not reduced.
    """
    open_levels = [m for m in levels if m >= match_threshold and not witness]
    if len(open_levels) != len(entry.shares):
        raise InvalidReport("the lock's shares do not fit its levels")
    shares = {
        m: Scalar.decode(s) for m, s in zip(open_levels, entry.shares, strict=True)
    }
    return Claimant(report_key, match_threshold, shares, entry.wrap, *points)


def check_member(
    member: Claimant, level: int, secrets: LevelSecrets, base: Element
) -> Wrapped:
    """Refuse a member whose share, wrap or encrypted tag is not this group's.

    Raises:
        ProtocolError: Which of the three does not fit.
    """
    polynomial = level_polynomial(secrets.by_level[level], level)
    if polynomial.evaluate(level_point(member.report_key)) != member.shares[level]:
        raise InvalidReport("a share off the group's polynomial")
    return check_wrap(member, secrets, base)


def check_wrap(member: Claimant, secrets: LevelSecrets, base: Element) -> Wrapped:
    """Refuse a wrap or encrypted tag that is not this group's (of a witness: §B3)."""
    wrapped = open_wrap(
        secrets.by_level[member.match_threshold], member.report_key, member.wrap
    )
    if wrapped.r * base != member.c1:
        raise InvalidReport("the wrapped r is not the encrypted tag's")
    if member.c2 - Element.base_multiple(wrapped.r) != secrets.tag_point:
        raise InvalidReport("the encrypted tag is not of this tag point")
    return wrapped
