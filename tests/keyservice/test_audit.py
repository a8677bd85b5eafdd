"""The log's chain: every edit at every place is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from escrow.messages.codec import Blob, Digest
from keyservice.audit import BrokenLog, Head, append, empty_head, head_of, verify

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


def test_the_error_names_the_first_broken_entry():
    edited = [*LOG[:4], replace(LOG[4], day=7), *LOG[5:]]
    with pytest.raises(BrokenLog, match="entry 6"):
        verify(edited)
