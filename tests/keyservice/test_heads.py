"""Fellows' log heads and one's own box keys, as pure steps."""

import pytest
from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.secret import SecretBytes
from escrow.errors import InvalidSignature
from escrow.messages.codec import Nonce
from escrow.messages.deployment import BoxKey
from escrow.report.contents import box_key_digest
from escrow.signing import peek
from escrow.trustee.box_keys import (
    KEPT_DAYS,
    RENEW_BEFORE_DAYS,
    VALID_DAYS,
    BoxRing,
    box_seeds,
    newest_key,
    renew,
)
from escrow.trustee.log_heads import receive_head, sign_head
from tests.world.stream import stream
from tests.world.world import DAY, World

PLACE = (Nonce(bytes(16)), 2)
SEED = SecretBytes(bytes(range(32)))


@pytest.fixture(scope="module")
def trustees():
    return [trustee.me for trustee in World().opening]


def receive(trustees, *heads):
    """What trustee 1 makes of heads that trustee 2 signed."""
    known, kinds = None, []
    for size, name, *lacking in heads:
        skipped = sum(lacking)
        notice = sign_head(trustees[1], size, bytes([name]) * 32, skipped=skipped)
        step = receive_head(trustees[0], known, notice)
        known = step.state
        kinds += [event.kind for event in step.events]
    return known, kinds


def test_growing_heads_are_remembered(trustees):
    known, kinds = receive(trustees, (3, 1), (5, 2), (9, 3))
    assert kinds == ["fellow head"] * 3
    assert len(known.heads) == 3


def test_a_repeated_head_changes_nothing(trustees):
    known, kinds = receive(trustees, (3, 1), (5, 2), (3, 1), (5, 2))
    assert kinds == ["fellow head"] * 2
    assert known.conflicts == ()


@pytest.mark.parametrize("second", [(5, 2), (5, 3)])
def test_a_fork_is_noted_and_both_heads_are_kept(trustees, second):
    known, kinds = receive(trustees, (5, 1), second)
    assert kinds == ["fellow head", "fork"]
    assert (len(known.heads), len(known.conflicts)) == (1, 1)


def test_heads_out_of_order_prove_nothing(trustees):
    known, kinds = receive(trustees, (5, 1), (3, 2))
    assert kinds == ["fellow head"] * 2
    assert known.conflicts == ()


def test_a_log_that_lacks_more_than_before_is_noted(trustees):
    known, kinds = receive(trustees, (5, 1), (9, 2, 3), (12, 3, 3), (30, 4, 10))
    plain, rise = ["fellow head"], ["fellow head", "gap"]
    assert kinds == [*plain, *rise, *plain, *rise]
    assert known.conflicts == ()


@pytest.mark.parametrize("order", [1, -1])
def test_a_log_that_lacks_fewer_entries_later_was_forked(trustees, order):
    heads = [(9, 1, 3), (12, 2, 0)][::order]
    known, kinds = receive(trustees, *heads)
    assert kinds[-1] == "fork"
    assert len(known.conflicts) == 1


def test_a_head_that_the_fellow_did_not_sign_is_refused(trustees):
    notice = sign_head(replace_index(trustees[2], 2), 5, bytes(32))
    with pytest.raises(InvalidSignature):
        receive_head(trustees[0], None, notice)


@pytest.mark.parametrize("index", [1, 4, 32])
def test_a_head_of_nobody_or_of_oneself_is_refused(trustees, index):
    notice = sign_head(replace_index(trustees[1], index), 5, bytes(32))
    with pytest.raises(InvalidIndex):
        receive_head(trustees[0], None, notice)


def replace_index(trustee, index):
    return type(trustee)(
        trustee.deployment,
        index,
        trustee.identity_seed,
        trustee.key_share,
        trustee.box_seeds,
    )


def ring_on(*days):
    ring, draw = BoxRing(), stream("ring")
    for day in days:
        ring = renew(ring, SEED, PLACE, day=day, randomness=draw)
    return ring


def test_a_new_box_key_is_made_when_little_of_the_old_is_left():
    half = VALID_DAYS - RENEW_BEFORE_DAYS
    assert len(ring_on(DAY, DAY + half).seeds) == 1
    ring = ring_on(DAY, DAY + half + 1)
    assert len(ring.seeds) == 2
    assert peek(newest_key(ring), BoxKey).last_day == DAY + half + 1 + VALID_DAYS


def test_an_old_seed_is_kept_for_boxes_still_under_way_and_then_dropped():
    (first,) = ring_on(DAY).seeds
    kept = DAY + VALID_DAYS + KEPT_DAYS
    assert first in ring_on(DAY, kept).seeds
    assert first not in ring_on(DAY, kept + 1).seeds


def test_a_clock_set_back_gets_a_key_that_is_valid_now():
    ring = ring_on(DAY, DAY - 100)
    assert peek(newest_key(ring), BoxKey).first_day == DAY - 100


def test_a_ring_without_keys_publishes_none():
    assert newest_key(BoxRing()) is None


def test_a_seed_is_found_under_its_keys_digest():
    ring = ring_on(DAY)
    digest = box_key_digest(peek(newest_key(ring), BoxKey))
    assert box_seeds(ring)[digest] == SecretBytes(ring.seeds[0].seed)
    assert replace(ring, seeds=()) == BoxRing()
