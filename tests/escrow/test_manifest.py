"""The manifest: signed by everybody, pinned by digest, its numbers sound."""

import pytest
from msgspec.structs import replace

from blind_index.errors import (
    InconsistentShares,
    InvalidElement,
    InvalidIndex,
    ProtocolError,
)
from blind_index.labels import Label
from escrow.errors import (
    InvalidManifest,
    InvalidSignature,
    MalformedMessage,
    StaleManifest,
)
from escrow.manifest import (
    FLOOR_MEMORY_KIB,
    FLOOR_PASSES,
    check_digest,
    check_roster,
    manifest_digest,
    open_manifest,
    roster_digest,
)
from escrow.messages.codec import Digest, EncodedElement, PublicKey, decode, encode
from escrow.messages.deployment import Manifest, StretchSettings
from escrow.signing import sign_bytes
from tests.world.altered import BAD_POINTS, flipped
from tests.world.dealt import Plan, deal_deployment, sign_manifest

DEALT = deal_deployment(Plan())
SIGNED, ROSTER = DEALT.signed, DEALT.deployment.roster
MANIFEST = decode(SIGNED.payload, Manifest)


def resigned(**changes):
    """A manifest with other contents, signed by every trustee all the same."""
    return sign_manifest(DEALT.plan, encode(replace(MANIFEST, **changes)))


def test_a_manifest_opens_and_has_one_digest():
    deployment = open_manifest(SIGNED)
    assert deployment.digest == manifest_digest(SIGNED.payload)
    assert open_manifest(SIGNED, pinned=deployment.digest) == deployment
    assert deployment.digest != roster_digest(SIGNED.payload)


def test_another_manifest_than_the_pinned_one_is_stale():
    with pytest.raises(StaleManifest):
        open_manifest(SIGNED, pinned=Digest(bytes(32)))
    with pytest.raises(StaleManifest):
        check_digest(DEALT.deployment, Digest(bytes(32)))
    check_digest(DEALT.deployment, DEALT.deployment.digest)


@pytest.mark.parametrize("missing", range(6))
def test_every_trustee_must_have_signed(missing):
    signatures = SIGNED.signatures[:missing] + SIGNED.signatures[missing + 1 :]
    with pytest.raises(InvalidManifest) as caught:
        open_manifest(replace(SIGNED, signatures=signatures))
    left_out = SIGNED.signatures[missing]
    assert caught.value.culprit == f"{left_out.role} trustee {left_out.index}"


@pytest.mark.parametrize("forged", range(6))
def test_a_forged_signature_names_its_trustee(forged):
    one = SIGNED.signatures[forged]
    bad = replace(one, signature=type(one.signature)(flipped(one.signature)))
    signatures = (*SIGNED.signatures[:forged], bad, *SIGNED.signatures[forged + 1 :])
    with pytest.raises(InvalidSignature) as caught:
        open_manifest(replace(SIGNED, signatures=signatures))
    assert caught.value.culprit == f"{one.role} trustee {one.index}"


def test_a_signature_for_something_else_is_none():
    seed = DEALT.identity_seeds["index"][0]
    other = sign_bytes(seed, Label.ROSTER, SIGNED.payload)
    first = replace(SIGNED.signatures[0], signature=other)
    with pytest.raises(InvalidSignature):
        open_manifest(replace(SIGNED, signatures=(first, *SIGNED.signatures[1:])))


def test_altered_bytes_are_refused():
    altered = type(SIGNED.payload)(SIGNED.payload.replace(b"example", b"exampel"))
    with pytest.raises(InvalidSignature):
        open_manifest(replace(SIGNED, payload=altered))
    with pytest.raises(MalformedMessage):
        open_manifest(replace(SIGNED, payload=type(SIGNED.payload)(b"{}")))


def _committee(role="index", **changes):
    return replace(getattr(ROSTER, role), **changes)


CARDS = ROSTER.index.trustees
ROSTERS = {
    "levels in disorder": {"levels": (3, 2)},
    "a level twice": {"levels": (2, 2, 3)},
    "no levels": {"levels": ()},
    "a level of one": {"levels": (1, 2)},
    "a level beyond all": {"levels": (2, 17)},
    "a smallest group between levels": {"smallest_group": 6},
    "no registrar": {"registrars": ()},
    "one trustee is enough": {"index": _committee(trustee_threshold=1)},
    "more needed than there are": {"index": _committee(trustee_threshold=4)},
    "a trustee of the other role": {"opening": ROSTER.index},
    "one identity twice": {
        "index": _committee(
            trustees=(CARDS[0], replace(CARDS[1], identity_key=CARDS[0].identity_key))
        )
    },
    "one ceremony key twice": {
        "index": _committee(
            trustees=(CARDS[0], replace(CARDS[1], ceremony_key=CARDS[0].ceremony_key))
        )
    },
    "too little memory": {
        "demo": False,
        "stretch": StretchSettings(memory_kib=FLOOR_MEMORY_KIB - 1, passes=9),
    },
    "too few passes": {
        "demo": False,
        "stretch": StretchSettings(
            memory_kib=FLOOR_MEMORY_KIB, passes=FLOOR_PASSES - 1
        ),
    },
}


@pytest.mark.parametrize("fault", ROSTERS)
def test_numbers_that_could_not_protect_anybody_are_refused(fault):
    roster = replace(ROSTER, **ROSTERS[fault])
    with pytest.raises(InvalidManifest):
        check_roster(roster)
    with pytest.raises(InvalidManifest):
        open_manifest(resigned(roster=roster))


def test_a_demo_may_be_fast_and_production_may_not():
    check_roster(ROSTER)
    slow = StretchSettings(memory_kib=FLOOR_MEMORY_KIB, passes=FLOOR_PASSES)
    check_roster(replace(ROSTER, demo=False, stretch=slow))
    with pytest.raises(InvalidManifest):
        check_roster(replace(ROSTER, demo=False))


@pytest.mark.parametrize("point", BAD_POINTS.values(), ids=BAD_POINTS)
def test_keys_are_decoded_strictly(point):
    bad = EncodedElement(point)
    shares = MANIFEST.opening_keys.verification_shares
    faults = (
        {"roster": replace(ROSTER, token_key=bad)},
        {"index_keys": replace(MANIFEST.index_keys, public_key=bad)},
        {
            "opening_keys": replace(
                MANIFEST.opening_keys, verification_shares=(bad, *shares[1:])
            )
        },
    )
    for fault in faults:
        with pytest.raises(InvalidElement):
            open_manifest(resigned(**fault))


def test_verification_shares_must_be_those_of_the_key():
    keys = MANIFEST.index_keys
    shares = keys.verification_shares
    with pytest.raises(InvalidManifest):
        open_manifest(
            resigned(index_keys=replace(keys, verification_shares=shares[:2]))
        )
    swapped = replace(keys, verification_shares=(shares[1], shares[0], shares[2]))
    for other in (swapped, replace(keys, public_key=shares[0])):
        with pytest.raises(InconsistentShares):
            open_manifest(resigned(index_keys=other))


def test_a_notice_key_that_takes_nothing_is_refused():
    notice = type(ROSTER.notice_key)(b"\xff" * 1216)
    with pytest.raises(ProtocolError):
        check_roster(replace(ROSTER, notice_key=notice))


def test_a_deployment_knows_its_parties_and_sizes():
    deployment = DEALT.deployment
    assert deployment.trustee("index", 2).name == "index trustee 2"
    for index in (0, 4):
        with pytest.raises(InvalidIndex):
            deployment.trustee("opening", index)
    assert deployment.registrar(ROSTER.registrars[0].key) == ROSTER.registrars[0]
    assert deployment.registrar(PublicKey(bytes(32))) is None
    three = deal_deployment(Plan(smallest_group=3)).deployment
    assert three.group_sizes() == (3, 4, 5, 7)
    assert deployment.group_sizes() == (2, 3, 4, 5, 7)
