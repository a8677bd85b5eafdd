"""Fellows' log heads and one's own box keys, as pure steps."""

import pytest
from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
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
from escrow.trustee.remembered_heads import (
    A_DAY,
    DAYS,
    WHOLE_DAYS,
    FellowHeads,
    RememberedHead,
    remember,
)
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
        step = receive_head(trustees[0], known, notice, DAY)
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


def shown(trustees, known, sizes, day):
    """Trustee 2 shows heads of these sizes on one day; what became of them."""
    kinds = []
    for size in sizes:
        notice = sign_head(trustees[1], size, size.to_bytes(32, "big"))
        step = receive_head(trustees[0], known, notice, day)
        known = step.state
        kinds += [event.kind for event in step.events]
    return known, kinds


def sizes_of(known):
    return [one.size for one in known.heads]


def test_a_flood_of_heads_pushes_none_of_another_day_out(trustees):
    honest = range(10, 110, 10)
    known, _ = shown(trustees, None, honest, DAY)
    known, kinds = shown(trustees, known, range(101, 301), DAY + 1)
    first = [size for size in range(101, 301) if size not in honest][: A_DAY - 1]
    assert sizes_of(known) == [*honest, *first, 300]
    assert kinds == ["fellow head"] * A_DAY + ["many heads"]


def test_each_flooded_day_is_noted_once_and_what_it_leaves_is_bounded(trustees):
    known, kinds = shown(trustees, None, (7,), DAY)
    for day in range(1, 4):
        sizes = range(1000 * day, 1000 * day + 2 * A_DAY)
        known, more = shown(trustees, known, sizes, DAY + day)
        kinds += more
    assert kinds.count("many heads") == 3
    assert len(known.heads) == 1 + 3 * A_DAY
    assert sizes_of(known)[0] == 7


def test_the_longest_head_of_a_day_is_remembered_and_shorter_ones_change_nothing(
    trustees,
):
    known, _ = shown(trustees, None, [*range(100, 200), 50, 99], DAY)
    assert sizes_of(known) == [*range(100, 100 + A_DAY - 1), 199]
    assert max(sizes_of(known)) == 199


def test_a_fork_shows_on_a_crowded_day_too(trustees):
    known, _ = shown(trustees, None, range(100, 200), DAY)
    notice = sign_head(trustees[1], 101, b"f" * 32)
    step = receive_head(trustees[0], known, notice, DAY)
    assert [event.kind for event in step.events] == ["fork"]


def test_forks_are_kept_and_noted_until_they_are_proven_well_enough(trustees):
    known, kinds = receive(trustees, (5, 1), *((5, 2 + n) for n in range(30)))
    assert len(known.conflicts) == kinds.count("fork") == 10


def test_a_rise_of_what_a_log_lacks_is_noted_on_a_crowded_day_too(trustees):
    known, _ = shown(trustees, None, range(100, 200), DAY)
    for size, lacking in ((300, 3), (301, 3), (302, 4)):
        notice = sign_head(trustees[1], size, bytes(32), skipped=lacking)
        step = receive_head(trustees[0], known, notice, DAY)
        known = step.state
        assert [e.kind for e in step.events] == ["gap"] * (size != 301)
    assert known.heads[-1].size == 302


def test_with_the_years_the_ends_of_days_and_then_of_months_are_left(trustees):
    known = None
    for day in range(800):
        base = 10 * day + 10
        heads = known.heads if known else ()
        for size in (base, base + 1, base + 2):
            notice = sign_head(trustees[1], size, bytes(32))
            heads = remember(heads, RememberedHead(day=DAY + day, head=notice.head))
        known = FellowHeads(index=2, heads=heads)
    sizes = sizes_of(known)
    last = 10 * 799 + 10
    assert sizes[0] == 10
    assert sizes[-3:] == [last, last + 1, last + 2]
    ages = [799 - (size - 10) // 10 for size in sizes]
    assert sum(age < WHOLE_DAYS for age in ages) == 3 * WHOLE_DAYS
    assert sum(WHOLE_DAYS <= age < DAYS for age in ages) == 2 * (DAYS - WHOLE_DAYS)
    months = {month_of(DAY + 799 - age) for age in ages if age >= DAYS}
    assert sum(age >= DAYS for age in ages) == 2 * len(months)


def test_a_head_that_the_fellow_did_not_sign_is_refused(trustees):
    notice = sign_head(replace_index(trustees[2], 2), 5, bytes(32))
    with pytest.raises(InvalidSignature):
        receive_head(trustees[0], None, notice, DAY)


@pytest.mark.parametrize("index", [1, 4, 32])
def test_a_head_of_nobody_or_of_oneself_is_refused(trustees, index):
    notice = sign_head(replace_index(trustees[1], index), 5, bytes(32))
    with pytest.raises(InvalidIndex):
        receive_head(trustees[0], None, notice, DAY)


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
