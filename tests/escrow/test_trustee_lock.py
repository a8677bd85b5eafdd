"""The trustee lock: any t' open a part, and whoever lies is named."""

from itertools import combinations

import pytest

from blind_index.errors import InconsistentShares, NotEnoughShares
from blind_index.group import Scalar
from escrow.errors import InvalidCiphertext
from escrow.messages.codec import PublicKey
from escrow.trustee_lock import (
    Part,
    Quorum,
    ciphertext_digest,
    combine_shares,
    key_digest,
    make_shares,
    open_part,
    seal_part,
    share_hash,
)
from tests.world.altered import flipped
from tests.world.stream import stream

DRAW = stream("trustee lock")
KEY, OTHER = PublicKey(DRAW(32)), PublicKey(DRAW(32))
SECRET = Scalar.random(DRAW)
ONE = Scalar.from_int(1)
SIZES = [(2, 3), (3, 5), (4, 4), (2, 2)]


def dealt(quorum, secret=SECRET, part=Part.LOCK):
    """Shares by trustee, and the hashes a header would publish."""
    shares = dict(enumerate(make_shares(secret, KEY, part, quorum), 1))
    return shares, hashes(shares, part)


def hashes(shares, part=Part.LOCK):
    return [share_hash(KEY, part, index, share) for index, share in shares.items()]


@pytest.mark.parametrize("sizes", SIZES)
def test_every_subset_of_enough_trustees_finds_the_secret(sizes):
    quorum = Quorum(*sizes)
    shares, published = dealt(quorum)
    for count in range(quorum.trustee_threshold, quorum.size + 1):
        for chosen in combinations(shares, count):
            some = {index: shares[index] for index in chosen}
            assert combine_shares(some, published, KEY, Part.LOCK, quorum) == SECRET


@pytest.mark.parametrize("sizes", SIZES)
def test_one_share_less_is_not_enough(sizes):
    quorum = Quorum(*sizes)
    shares, published = dealt(quorum)
    some = {i: shares[i] for i in range(1, quorum.trustee_threshold)}
    with pytest.raises(NotEnoughShares):
        combine_shares(some, published, KEY, Part.LOCK, quorum)


@pytest.mark.parametrize("liar", [1, 2, 3])
def test_a_lying_trustee_is_named(liar):
    quorum = Quorum(2, 3)
    shares, published = dealt(quorum)
    with pytest.raises(InconsistentShares) as caught:
        combine_shares(
            shares | {liar: shares[liar] + ONE}, published, KEY, Part.LOCK, quorum
        )
    assert caught.value.culprit == liar


@pytest.mark.parametrize("crooked", [1, 2, 3])
def test_a_crooked_dealing_is_refused_whoever_combines(crooked):
    # One trustee's share is wrong and so is its hash: her two fellows would find
    # the secret, she and either of them another one. Nobody must accept it.
    quorum = Quorum(2, 3)
    shares, _ = dealt(quorum)
    bent = shares | {crooked: shares[crooked] + ONE}
    published = hashes(bent)
    for pair in combinations(bent, 2):
        with pytest.raises(InconsistentShares) as caught:
            combine_shares(
                {i: bent[i] for i in pair}, published, KEY, Part.LOCK, quorum
            )
        assert caught.value.culprit == "reporter"


def test_a_dealing_with_coefficients_of_ones_own_choice_is_refused():
    quorum = Quorum(2, 3)
    slope = Scalar.from_int(9)
    line = {i: SECRET + Scalar.from_int(i) * slope for i in (1, 2, 3)}
    with pytest.raises(InconsistentShares) as caught:
        combine_shares(line, hashes(line), KEY, Part.LOCK, quorum)
    assert caught.value.culprit == "reporter"


def test_shares_of_one_part_or_report_are_none_of_another():
    quorum = Quorum(2, 3)
    shares, published = dealt(quorum)
    for key, part in ((OTHER, Part.LOCK), (KEY, Part.CONTACT)):
        with pytest.raises(InconsistentShares):
            combine_shares(shares, published, key, part, quorum)


def test_a_part_opens_with_its_secret_only():
    sealed = seal_part(SECRET, KEY, Part.CONTACT, (b"card", 64), randomness=DRAW)
    assert open_part(SECRET, KEY, Part.CONTACT, sealed) == b"card"
    wrong = (
        (SECRET + ONE, KEY, Part.CONTACT, sealed),
        (SECRET, OTHER, Part.CONTACT, sealed),
        (SECRET, KEY, Part.NUDGE, sealed),
        (SECRET, KEY, Part.CONTACT, flipped(sealed)),
    )
    for secret, key, part, ciphertext in wrong:
        with pytest.raises(InvalidCiphertext):
            open_part(secret, key, part, ciphertext)


def test_digests_tell_keys_parts_and_ciphertexts_apart():
    digests = {
        bytes(key_digest(secret, key, part))
        for secret in (SECRET, ONE)
        for key in (KEY, OTHER)
        for part in Part
    }
    assert len(digests) == 16
    assert ciphertext_digest(b"a") != ciphertext_digest(b"b")
