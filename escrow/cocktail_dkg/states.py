"""A trustee's states as bytes, so that a ceremony survives a restart.

The bytes hold secrets in the clear: whoever stores them seals them first.
"""

from typing import Final

import msgspec

from blind_index.errors import MisuseError, ProtocolError
from blind_index.group import Scalar
from blind_index.key_share import KeyShare
from escrow.cocktail_dkg.fields import Reader, encode_elements
from escrow.cocktail_dkg.rounds import RoundOne, RoundTwo
from escrow.cocktail_dkg.setup import CeremonySetup
from escrow.cocktail_dkg.suite import ELEMENT_SIZE


class _SetupRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    context: bytes
    index: int
    trustee_threshold: int
    static_public_keys: bytes
    extension: bytes


class _RoundOneRecord(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ceremony-dealt/1"
):
    setup: _SetupRecord
    static_secret: bytes
    message: bytes


class _RoundTwoRecord(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ceremony-signed/1"
):
    setup: _SetupRecord
    key_share: bytes
    transcript: bytes
    signature: bytes


_Record = _RoundOneRecord | _RoundTwoRecord

_DECODER: Final[msgspec.msgpack.Decoder[_Record]] = msgspec.msgpack.Decoder(_Record)


def encode_state(state: RoundOne | RoundTwo) -> bytes:
    """Write a state down.

    Args:
        state: Of either round.

    Returns:
        Bytes that hold secrets and must be sealed before they are stored.
    """
    return msgspec.msgpack.encode(_record(state))


def decode_state(data: bytes) -> RoundOne | RoundTwo:
    """Take a state up again.

    Args:
        data: Of `encode_state`, unsealed.

    Returns:
        The state as it was.

    Raises:
        MisuseError: Not a state this program wrote.
    """
    try:
        return _state(_DECODER.decode(data))
    except (msgspec.DecodeError, ProtocolError) as error:
        raise MisuseError("These bytes are no state of a ceremony.") from error


def _record(state: RoundOne | RoundTwo) -> _Record:
    setup = _setup_record(state.setup)
    match state:
        case RoundOne(_, static_secret, message):
            return _RoundOneRecord(setup, static_secret.encode(), message)
        case RoundTwo(_, key_share, transcript, signature):
            share = key_share.scalar.encode()
            return _RoundTwoRecord(setup, share, transcript, signature)


def _state(record: _Record) -> RoundOne | RoundTwo:
    setup = _setup(record.setup)
    match record:
        case _RoundOneRecord(_, static_secret, message):
            return RoundOne(setup, Scalar.decode(static_secret), message)
        case _RoundTwoRecord(_, share, transcript, signature):
            key_share = KeyShare(setup.index, Scalar.decode(share))
            return RoundTwo(setup, key_share, transcript, signature)


def _setup_record(setup: CeremonySetup) -> _SetupRecord:
    return _SetupRecord(
        setup.context,
        setup.index,
        setup.trustee_threshold,
        encode_elements(setup.static_public_keys),
        setup.extension,
    )


def _setup(record: _SetupRecord) -> CeremonySetup:
    reader = Reader(record.static_public_keys)
    count = len(record.static_public_keys) // ELEMENT_SIZE
    static_public_keys = reader.take_elements(count)
    reader.finish()
    return CeremonySetup(
        record.context,
        record.index,
        record.trustee_threshold,
        static_public_keys,
        record.extension,
    )
