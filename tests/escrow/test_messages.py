"""Every message class: one encoding, and a typed refusal of anything else."""

import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from escrow.client.vault import Registration, SavedReport, VaultContents
from escrow.errors import MalformedMessage
from escrow.messages.codec import Blob, Message, Nonce, Signed, decode, encode
from tests.world.altered import at, places, put, sample

MODULES = (
    "escrow.messages.cases",
    "escrow.messages.deployment",
    "escrow.messages.filing",
    "escrow.messages.mailbox",
    "escrow.messages.registration",
    "escrow.messages.vault",
    "escrow.server.filing",
    "escrow.trustee.boxes",
    "escrow.trustee.box_keys",
    "escrow.trustee.case_files",
    "escrow.trustee.context",
    "escrow.trustee.log_heads",
)


def _defined(name: str) -> list[type[Message]]:
    found = vars(import_module(name)).values()
    return [
        kind
        for kind in found
        if isinstance(kind, type)
        and issubclass(kind, Message)
        and kind.__module__ == name
    ]


KINDS = [Signed, *(kind for name in MODULES for kind in _defined(name))]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def _plain(kind: type[Message]) -> Any:
    return json.loads(encode(sample(kind)))


def _packed(plain: Any) -> bytes:
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()


def _refused(data: bytes, kind: type[Message]) -> None:
    with pytest.raises(MalformedMessage) as caught:
        decode(data, kind, culprit="peer")
    assert caught.value.culprit == "peer"


def test_the_table_holds_the_messages_of_every_flow():
    assert len(KINDS) > 60


@every_kind
def test_a_message_survives_its_encoding(kind):
    message = sample(kind)
    assert decode(encode(message), kind) == message


@every_kind
def test_an_unknown_field_is_refused(kind):
    _refused(_packed(_plain(kind) | {"more": 1}), kind)


@every_kind
def test_a_missing_field_is_refused(kind):
    plain = _plain(kind)
    for name in [f.name for f in fields(kind)]:
        less = {key: value for key, value in plain.items() if key != name}
        _refused(_packed(less), kind)


@every_kind
def test_a_field_of_another_type_is_refused(kind):
    plain = _plain(kind)
    for field in fields(kind):
        _refused(_packed(plain | {field.name: {"other": 1.5}}), kind)


@every_kind
def test_another_version_of_a_tagged_message_is_refused(kind):
    plain = _plain(kind)
    if "type" in plain:
        version = plain["type"].rsplit("/", 1)[0] + "/2"
        _refused(_packed(plain | {"type": version}), kind)


@every_kind
def test_a_blob_of_another_length_is_refused(kind):
    message = sample(kind)
    for path in places(message, Blob):
        blob = at(message, path)
        if type(blob).size is not None:
            _refused(encode(put(message, path, blob + b"\x00")), kind)
            _refused(encode(put(message, path, blob[:-1])), kind)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if kind.__module__.startswith("escrow.messages")],
    ids=lambda kind: kind.__name__,
)
def test_a_number_out_of_range_is_refused(kind):
    plain = _plain(kind)
    for name, value in plain.items():
        if isinstance(value, int) and not isinstance(value, bool):
            _refused(_packed(plain | {name: -1}), kind)
            _refused(_packed(plain | {name: 2**64}), kind)


@every_kind
def test_other_spellings_of_the_same_message_are_refused(kind):
    data = encode(sample(kind))
    spaced = json.dumps(json.loads(data)).encode()
    reordered = _packed(dict(reversed(_plain(kind).items())))
    for other in (b" " + data, data + b"\n", spaced, reordered):
        if other != data:
            _refused(other, kind)


@every_kind
def test_a_truncated_message_is_refused(kind):
    data = encode(sample(kind))
    for length in (0, 1, len(data) // 2, len(data) - 1):
        _refused(data[:length], kind)


@pytest.mark.parametrize(
    "text",
    ["AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAA+"],
    ids=["padded", "trailing bits", "other alphabet"],
)
def test_a_blob_has_one_spelling(text):
    _refused(_packed(text), Nonce)


def test_a_repeated_field_is_refused():
    data = encode(sample(Signed))
    doubled = data[:-1] + b"," + data[1:]
    _refused(doubled, Signed)


def test_text_that_is_not_utf8_is_refused():
    _refused(b'{"payload":"\xff"}', Signed)


def test_nesting_without_end_is_refused():
    _refused(b"[" * 100_000, Signed)


def test_the_error_names_the_place_and_never_the_value():
    plain = _plain(Signed) | {"signature": "c2VjcmV0IHZhbHVl"}
    with pytest.raises(MalformedMessage, match="signature") as caught:
        decode(_packed(plain), Signed)
    assert "c2VjcmV0" not in str(caught.value)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_canonical(data):
    for kind in (Signed, KINDS[1], KINDS[-1]):
        try:
            message = decode(data, kind)
        except MalformedMessage:
            continue
        assert encode(message) == data


@pytest.mark.parametrize("kind", [Registration, SavedReport, VaultContents])
def test_what_a_vault_holds_refuses_unknown_fields(kind):
    _refused(b'{"more":1}', kind)
