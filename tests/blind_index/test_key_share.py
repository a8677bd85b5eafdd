from dataclasses import replace

import pytest

from blind_index.errors import (
    IdentityElement,
    InconsistentShares,
    InvalidIndex,
    NotEnoughShares,
)
from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare, PublicKeySet
from tests.blind_index.dealing import deal
from tests.vectors import load_public

KEY = Scalar.random()
COMMITTEES = [(t, n) for n in range(1, 6) for t in range(1, n + 1)]


@pytest.mark.parametrize(("trustee_threshold", "size"), COMMITTEES)
def test_dealt_keys_pass(trustee_threshold, size):
    shares, keys = deal(KEY, trustee_threshold, size)
    keys.check()
    assert keys.size == size
    for share in shares:
        expected = Element.base_multiple(share.scalar)
        assert keys.verification_share(share.index) == expected


def test_published_ceremonies_pass():
    vectors = load_public("c2sp_cocktail_dkg_ristretto255_sha512")["vectors"]
    for vector in vectors:
        shares = sorted(vector["round2"], key=lambda row: row["participant_id"])
        PublicKeySet(
            vector["t"],
            Element.decode(bytes.fromhex(vector["group_public_key"])),
            tuple(
                Element.decode(bytes.fromhex(row["verification_share"]))
                for row in shares
            ),
        ).check()


@pytest.mark.parametrize("index", [-1, 0, 6])
def test_a_trustee_that_does_not_exist_is_refused(index):
    _, keys = deal(KEY, 3, 5)
    with pytest.raises(InvalidIndex):
        keys.verification_share(index)


@pytest.mark.parametrize("position", range(5))
def test_one_foreign_verification_share_is_noticed_wherever_it_stands(position):
    _, keys = deal(KEY, 3, 5)
    shares = list(keys.verification_shares)
    shares[position] = shares[position] + Element.generator()
    with pytest.raises(InconsistentShares):
        replace(keys, verification_shares=tuple(shares)).check()


def test_a_foreign_joint_key_is_noticed():
    _, keys = deal(KEY, 3, 5)
    with pytest.raises(InconsistentShares):
        replace(keys, public_key=Element.generator()).check()


def test_a_polynomial_of_higher_degree_is_noticed():
    _, keys = deal(KEY, 4, 5)
    with pytest.raises(InconsistentShares):
        replace(keys, trustee_threshold=3).check()


def test_swapped_verification_shares_are_noticed():
    _, keys = deal(KEY, 2, 3)
    first, second, third = keys.verification_shares
    with pytest.raises(InconsistentShares):
        replace(keys, verification_shares=(second, first, third)).check()


@pytest.mark.parametrize("threshold", [0, -1, 6])
def test_a_threshold_out_of_range_is_refused(threshold):
    _, keys = deal(KEY, 3, 5)
    with pytest.raises(NotEnoughShares):
        replace(keys, trustee_threshold=threshold).check()


def test_identities_are_refused_as_keys():
    _, keys = deal(Scalar.from_int(0), 1, 2)
    with pytest.raises(IdentityElement):
        keys.check()
    _, good = deal(KEY, 1, 2)
    shares = (good.verification_shares[0], Element.identity())
    with pytest.raises(IdentityElement):
        replace(good, verification_shares=shares).check()


def test_a_key_share_shows_nothing_and_has_no_hash():
    share = KeyShare(2, KEY)
    assert repr(share) == "KeyShare(index=2, scalar=Scalar(32 bytes))"
    with pytest.raises(TypeError):
        hash(share)
