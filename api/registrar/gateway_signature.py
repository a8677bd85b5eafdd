"""What a text gateway and the registrar sign for each other.

A request carries its time in seconds since 1970 and a signature over
`time ‖ "." ‖ body`: HMAC-SHA256 under a shared key in hexadecimal digits, or
Ed25519 in unpadded base64url. What is older than five minutes, or was there before,
is refused.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from blind_index.secret import SecretBytes
from escrow.errors import InvalidSignature

TIME_HEADER: Final = "alongside-timestamp"
SIGNATURE_HEADER: Final = "alongside-signature"
WINDOW_SECONDS: Final = 300
_MOST_DIGITS: Final = 12


def _signed(seconds: str, body: bytes) -> bytes:
    return seconds.encode() + b"." + body


def sign_request(key: SecretBytes, body: bytes, now: float) -> dict[str, str]:
    """The two headers of a request to the gateway."""
    seconds = str(int(now))
    mac = hmac.new(key.reveal(), _signed(seconds, body), hashlib.sha256)
    return {TIME_HEADER: seconds, SIGNATURE_HEADER: mac.hexdigest()}


class Verifier(Protocol):
    """Tells whether these bytes were signed."""

    def __call__(self, signed: bytes, signature: str) -> bool:
        """Whether the signature holds."""


def hmac_verifier(key: SecretBytes) -> Verifier:
    """Checks HMAC-SHA256 in hexadecimal digits."""

    def verify(signed: bytes, signature: str) -> bool:
        mac = hmac.new(key.reveal(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(mac.encode(), signature.encode("utf-8", "replace"))

    return verify


def ed25519_verifier(key: bytes) -> Verifier:
    """Checks Ed25519 in unpadded base64url, under a key of 32 bytes."""
    checker = VerifyKey(key)

    def verify(signed: bytes, signature: str) -> bool:
        try:
            padded = signature + "=" * (-len(signature) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
            checker.verify(signed, raw)
        except (binascii.Error, ValueError, BadSignatureError):
            return False
        return True

    return verify


@dataclass
class Callbacks:
    """Accepts each signed callback once.

    Args:
        verify: Under the gateway's key.
        now: Seconds since 1970.
    """

    verify: Verifier
    now: Callable[[], float]
    _seen: dict[bytes, float] = field(default_factory=dict)

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Refuse what the gateway did not sign just now, or sent before.

        Raises:
            InvalidSignature: In one text for every reason.
        """
        seconds = headers.get(TIME_HEADER, "")
        fresh = (
            seconds.isascii()
            and seconds.isdecimal()
            and len(seconds) <= _MOST_DIGITS
            and abs(self.now() - int(seconds)) <= WINDOW_SECONDS
        )
        signed = _signed(seconds, body)
        held = self.verify(signed, headers.get(SIGNATURE_HEADER, ""))
        mark = hashlib.sha256(signed).digest()
        if not (fresh and held) or mark in self._seen:
            raise InvalidSignature("not a callback of the gateway", culprit="gateway")
        now = self.now()
        self._seen = {
            one: at for one, at in self._seen.items() if now - at <= 2 * WINDOW_SECONDS
        }
        self._seen[mark] = now
