"""Vouchers: a referee checks a person face to face, and seals what she verified (§R1).

The code that the person gets opens the seal; the registrar keeps neither, and cannot
guess the code. The same voucher always yields the same identity: used by several people
it would still make only one person.
"""

from dataclasses import dataclass
from typing import Final

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key, digest
from escrow.aead import OVERHEAD_BYTES, seal, unseal
from escrow.errors import InvalidCiphertext, InvalidRegistration
from escrow.messages.codec import Blob, Day, Digest, Nonce, Signed, decode, encode
from escrow.messages.voucher import VouchedIdentity, Voucher
from escrow.padding import pad, unpad
from escrow.registrar.identity import Identity, check_identity, check_vouched
from escrow.signing import open_signed, peek, public_key, sign

# Without I, L, O and U: they are misread, or spell words (Crockford).
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
CODE_SIGNS: Final = 20
_GROUP: Final = 5
_CODE_BYTES: Final = 13
_PLAIN_BYTES: Final = 1536
#: Of every sealed identity, whatever is in it.
SEALED_BYTES: Final = _PLAIN_BYTES + OVERHEAD_BYTES


@dataclass(frozen=True)
class Made:
    """A new voucher: what the person gets, and what the registrar gets."""

    code: str
    signed: Signed


def read_voucher_code(typed: str) -> str:
    """The code's twenty signs, however they were written.

    Raises:
        InvalidRegistration: They are not a code; in the words of every failure.
    """
    signs = [
        s for s in typed.upper().translate(_MISREAD) if not s.isspace() and s != "-"
    ]
    if len(signs) != CODE_SIGNS or any(sign not in _SIGNS for sign in signs):
        raise InvalidRegistration("the check did not work", culprit="client")
    return "".join(signs)


def shown_voucher_code(code: str) -> str:
    """The code in four groups of five."""
    return "-".join(code[at : at + _GROUP] for at in range(0, CODE_SIGNS, _GROUP))


def voucher_id(deployment_id: Nonce, code: str) -> Digest:
    """The name under which the registrar keeps a voucher; 100 bits hide the code."""
    return Digest(digest(Label.VOUCHER_ID, bytes(deployment_id), code.encode()))


def _key(deployment_id: Nonce, code: str) -> SecretBytes:
    secret = SecretBytes(code.encode())
    return derive_key(secret, Label.VOUCHER_KEY, bytes(deployment_id))


def make_voucher(
    deployment_id: Nonce,
    seed: SecretBytes,
    identity: Identity,
    last_day: Day,
    *,
    randomness: Randomness = SYSTEM,
) -> Made:
    """Seal an identity under a new code, and sign that.

    Args:
        deployment_id: Of the registrar's deployment.
        seed: The referee's (Ed25519, 32 bytes).
        identity: As the referee saw it.
        last_day: The last day on which it is good.
        randomness: Draws 13 bytes for the code, then the seal's nonce.

    Raises:
        InputError: Something cannot be read, or too little was given.
        InvalidRegistration: The e-mail address is not in its plain form.
    """
    normal = check_vouched(identity)
    check_identity(normal)
    drawn = int.from_bytes(randomness(_CODE_BYTES), "big")
    code = "".join(_SIGNS[drawn >> 5 * at & 31] for at in range(CODE_SIGNS))
    name = voucher_id(deployment_id, code)
    told = VouchedIdentity(
        name=normal.name,
        email=normal.email,
        phone=normal.phone,
        country=normal.country,
    )
    sealed = seal(
        _key(deployment_id, code),
        pad(encode(told), _PLAIN_BYTES, "name"),
        Label.VOUCHER_SEAL,
        bytes(name),
        randomness=randomness,
    )
    voucher = Voucher(
        deployment_id=deployment_id,
        referee=public_key(seed),
        voucher=name,
        last_day=last_day,
        sealed=Blob(sealed),
    )
    return Made(shown_voucher_code(code), sign(seed, Label.VOUCHER, voucher))


def open_voucher(signed: Signed) -> Voucher:
    """A voucher that the referee it names has signed.

    Raises:
        InvalidSignature: She did not.
    """
    key = peek(signed, Voucher, culprit="referee").referee
    return open_signed(signed, Voucher, Label.VOUCHER, key, culprit="referee")


def open_seal(deployment_id: Nonce, code: str, sealed: bytes) -> Identity:
    """The identity that a referee verified.

    Raises:
        InvalidRegistration: The seal is not this code's.
    """
    name = voucher_id(deployment_id, code)
    key = _key(deployment_id, code)
    try:
        plain = unseal(key, sealed, Label.VOUCHER_SEAL, bytes(name))
    except InvalidCiphertext:
        raise InvalidRegistration("the check did not work") from None
    told = decode(unpad(plain), VouchedIdentity, culprit="referee")
    return Identity(told.name, told.email, told.phone, told.country)
