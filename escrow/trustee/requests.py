"""An opening trustee signs its requests to the API (§T1)."""

import base64
import hashlib
from dataclasses import dataclass

from nacl.signing import SigningKey

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import transcript
from escrow.messages.codec import Message, Nonce


class Challenge(Message, frozen=True):
    """What the API's process drew at its start; signatures are bound to it."""

    boot: Nonce


@dataclass(frozen=True)
class OutgoingRequest:
    """A request about to be sent; `path` is without query and host."""

    method: str
    path: str
    body: bytes


def authorise(
    identity_seed: SecretBytes,
    index: int,
    counter: int,
    boot: Nonce,
    request: OutgoingRequest,
) -> str:
    """The value of the header `alongside-trustee`.

    Args:
        identity_seed: Of the trustee, 32 bytes.
        index: Its place in the opening committee.
        counter: Higher than in any request before, within one boot.
        boot: Of the API's process.
        request: What the signature covers.
    """
    signed = transcript(
        Label.REQUEST_SIGNATURE,
        boot,
        request.method.encode(),
        request.path.encode(),
        counter.to_bytes(8, "big"),
        hashlib.sha512(request.body).digest(),
    )
    signature = SigningKey(identity_seed.reveal()).sign(signed).signature
    text = base64.urlsafe_b64encode(signature).rstrip(b"=").decode("ascii")
    return f"{index}.{counter}.{text}"
