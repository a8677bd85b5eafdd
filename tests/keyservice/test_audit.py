"""The log's chain: every edit at every place is found."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from escrow.messages.codec import Blob, Digest
from keyservice.audit import (
    BrokenLog,
    Gap,
    Head,
    append,
    empty_head,
    gaps,
    head_of,
    resume,
    verify,
)

LENGTH = 30


def a_log(length=LENGTH, word="accepted"):
    head, entries = empty_head(), []
    for number in range(length):
        entry = append(head, 100 + number // 7, word, b"subject", f"detail {number}")
        entries.append(entry)
        head = head_of(entry)
    return entries


LOG = a_log()
HEAD = head_of(LOG[-1])
place = st.integers(0, LENGTH - 1)


def test_a_whole_log_is_verified():
    assert verify(LOG, [head_of(LOG[11]), HEAD]) == HEAD
    assert verify([]) == Head(0, empty_head().hash)


@given(
    place,
    st.sampled_from(
        [
            {"day": 7},
            {"kind": "erased"},
            {"subject": Blob(b"another")},
            {"detail": "another"},
            {"position": 999},
            {"previous": Digest(bytes(32))},
        ]
    ),
)
def test_a_changed_entry_is_found(at, change):
    edited = [*LOG[:at], replace(LOG[at], **change), *LOG[at + 1 :]]
    with pytest.raises(BrokenLog):
        verify(edited, [HEAD])


@given(place)
def test_a_dropped_entry_is_found(at):
    with pytest.raises(BrokenLog):
        verify([*LOG[:at], *LOG[at + 1 :]], [HEAD])


@given(place, place)
def test_swapped_entries_are_found(one, other):
    edited = list(LOG)
    edited[one], edited[other] = edited[other], edited[one]
    if one == other:
        assert verify(edited) == HEAD
    else:
        with pytest.raises(BrokenLog):
            verify(edited)


@given(place)
def test_an_inserted_entry_is_found(at):
    with pytest.raises(BrokenLog):
        verify([*LOG[:at], LOG[at], *LOG[at:]])


@given(place)
def test_a_cut_tail_is_found_by_a_remembered_head(at):
    assert verify(LOG[:at]).size == at
    with pytest.raises(BrokenLog, match=f"ends at {at}"):
        verify(LOG[:at], [HEAD])


def test_a_log_written_anew_is_found_by_a_remembered_head():
    forged = a_log(LENGTH + 5, word="nothing happened")
    assert verify(forged).size == LENGTH + 5
    with pytest.raises(BrokenLog, match="size 30"):
        verify(forged, [HEAD])


def restored(own, newest, skipped=None):
    """The log as a backup had it up to `own`, and what follows a known head."""
    before, after = head_of(LOG[own - 1]), head_of(LOG[newest - 1])
    entry = resume(before, after, 200, "caught up")
    if skipped is not None:
        entry = replace(entry, skipped=skipped)
    last = append(head_of(entry), 200, "accepted", b"", "")
    return [*LOG[:own], entry, last]


def test_a_gap_is_named_with_its_day_and_whether_its_end_is_known():
    entries = restored(10, 20)
    head = verify(entries, [head_of(LOG[4]), head_of(LOG[19])])
    assert head == Head(22, head_of(entries[-1]).hash, 10)
    assert gaps(entries) == (Gap(11, 20, 200, remembered=False),)
    assert gaps(entries, [head_of(LOG[19])]) == (Gap(11, 20, 200, remembered=True),)
    assert gaps(LOG) == gaps([]) == ()


@pytest.mark.parametrize("skipped", [0, 9, 11])
def test_a_gap_that_is_not_counted_breaks_the_log(skipped):
    with pytest.raises(BrokenLog, match="entry 11"):
        verify(restored(10, 20, skipped))


def test_a_gap_ends_at_the_head_that_was_shown():
    with pytest.raises(BrokenLog, match="size 20"):
        verify(restored(10, 20), [Head(20, Digest(bytes(32)))])


def test_a_head_that_lacks_another_number_of_entries_is_another_logs():
    entries = restored(10, 20)
    head = head_of(entries[-1])
    assert verify(entries, [head]) == head
    with pytest.raises(BrokenLog, match="size 22"):
        verify(entries, [dataclasses.replace(head, skipped=0)])


def test_a_backup_that_lacks_nothing_leaves_no_gap():
    entry = resume(HEAD, head_of(LOG[5]), 200, "caught up")
    assert gaps([*LOG, entry]) == ()
    assert verify([*LOG, entry]).skipped == 0


def test_the_error_names_the_first_broken_entry():
    edited = [*LOG[:4], replace(LOG[4], day=7), *LOG[5:]]
    with pytest.raises(BrokenLog, match="entry 6"):
        verify(edited)
