"""The committed vectors are what the generator gives, and Python reads them."""

import json

import pytest

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.connecting import Reader, open_connection
from escrow.client.vault import SavedReport
from escrow.messages.cases import CaseView, Connection
from escrow.messages.codec import Signed, decode
from escrow.messages.filing import Box, BoxedShares
from escrow.report.contents import box_context, header_digest
from escrow.sealing import open_sealed
from tests.vectors_json.generate import FILES, load
from tests.vectors_json.scene import dealt


def without_samples(value):
    """Vectors without what HPKE's own randomness made."""
    if isinstance(value, dict):
        return {k: without_samples(v) for k, v in value.items() if k != "samples"}
    return value


@pytest.mark.parametrize("name", FILES)
def test_the_committed_vectors_follow_from_their_seeds(name):
    made = json.loads(json.dumps(FILES[name]()))
    assert without_samples(load(name)) == without_samples(made)


def test_the_sealed_sample_opens():
    given = load("locks")["sealing"]
    opened = open_sealed(
        SecretBytes(bytes.fromhex(given["seed"])),
        bytes.fromhex(given["samples"]["ciphertext"]),
        Label(given["label"]),
        *map(bytes.fromhex, given["context"]),
    )
    assert opened.hex() == given["plaintext"]


def test_the_sample_boxes_hold_the_shares():
    given = load("report")
    header = header_digest(decode(given["header"].encode(), Signed).payload)
    for sample, seed, expected in zip(
        given["samples"]["boxes"],
        given["box_seeds"],
        given["boxed_shares"],
        strict=True,
    ):
        box = decode(sample.encode(), Box)
        opened = open_sealed(
            SecretBytes(bytes.fromhex(seed)),
            box.ciphertext,
            Label.TRUSTEE_BOX,
            *box_context(dealt().deployment, header, box.index),
        )
        assert opened == expected.encode()
        decode(opened, BoxedShares)


@pytest.mark.parametrize(
    ("file", "report", "view"),
    [("group", "report", "view"), ("witness", "member", "member_view")],
)
def test_the_sample_connections_open(file, report, view):
    given = load(file)
    reader = Reader(
        dealt().deployment,
        decode(given[report].encode(), SavedReport),
        decode(given[view].encode(), CaseView),
    )
    connection = decode(given["samples"]["connection"].encode(), Connection)
    (contact,), faults = open_connection(reader, connection)
    assert faults == []
    assert contact.verified_name == given["contact"]["verified_name"]
    assert contact.witness == (file == "witness")
