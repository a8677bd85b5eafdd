"""The server's own arithmetic: candidates, tags at rest, views, versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.case import MAX_MEMBERS, latest_answers, satisfied
from escrow.client.filing import begin_withdrawal
from escrow.client.following import ask_connection, ask_status
from escrow.errors import (
    ConflictingReport,
    InvalidCiphertext,
    InvalidConsent,
    InvalidManifest,
    InvalidSignature,
    MalformedMessage,
    StaleManifest,
)
from escrow.messages.cases import ConnectionRequest, StatusRequest
from escrow.messages.codec import Digest, EncodedElement, PublicKey, Signed, encode
from escrow.messages.deployment import BoxKey
from escrow.messages.mailbox import LogHead
from escrow.padding import STATUS_BYTES
from escrow.server.answers import admit_consent
from escrow.server.box_keys import admit_box_key
from escrow.server.cases import report_status
from escrow.server.claims import group_case_id
from escrow.server.filing import StoredReport, check_withdrawal
from escrow.server.heads import check_head
from escrow.server.matching import Candidate, Group, is_news, largest_group
from escrow.server.receipts import check_erasure, check_receipt
from escrow.server.requests import check_connection_request, check_status_request
from escrow.server.tag_index import (
    ROWS_PER_BUCKET,
    Buckets,
    TagRow,
    bucket_of,
    open_row,
    rows_with,
    seal_row,
    tag_keys,
)
from escrow.signing import peek, sign
from escrow.trustee.log_heads import sign_head
from tests.world.altered import flipped
from tests.world.dealt import Plan, deal_deployment
from tests.world.stream import stream
from tests.world.world import DAY, asked, connected

LEVELS = (2, 3, 4, 5, 7)
KEYS = tag_keys(SecretBytes(bytes(32)))
WORLD = asked("ana", "bea", group=2)
DEPLOYMENT = WORLD.deployment


def candidate(number: int, h: int, position: int = 0) -> Candidate:
    draw = stream("candidate", number)
    return Candidate(PublicKey(draw(32)), Digest(draw(32)), position, h)


# Candidates


def largest(thresholds: list[int]) -> set[int]:
    """The plain reference: the largest set with a level that its members fill."""
    best: set[int] = set()
    for level in LEVELS:
        fits = {i for i, h in enumerate(thresholds) if h <= level}
        best = fits if len(fits) >= max(level, len(best) + 1) else best
    return best


@given(st.lists(st.sampled_from(LEVELS), max_size=12))
def test_the_largest_group_is_the_plain_references(chosen):
    found = [candidate(i, h) for i, h in enumerate(chosen)]
    group = largest_group(found, LEVELS)
    expected = {found[i].report_key for i in largest(chosen)}
    assert {m.report_key for m in (group.members if group else ())} == expected
    if group:
        digests = [m.header_digest for m in group.members]
        assert digests == sorted(digests)


def test_a_report_that_holds_a_tag_twice_counts_once():
    twice = [candidate(1, 2, 3), candidate(1, 2, 9)]
    assert largest_group(twice, LEVELS) is None
    group = largest_group([*twice, candidate(2, 2)], LEVELS)
    assert [m.position for m in group.members if m.position] == [3]


def test_a_group_is_cut_where_a_case_ends():
    group = largest_group([candidate(i, 2) for i in range(MAX_MEMBERS + 9)], LEVELS)
    assert len(group.members) == MAX_MEMBERS


def test_a_part_of_a_known_case_is_no_news():
    group = Group(2, (candidate(1, 2), candidate(2, 2)))
    digests = [m.header_digest for m in group.members]
    assert is_news(group, [])
    assert is_news(group, [frozenset(digests[:1])])
    assert not is_news(group, [frozenset(digests)])
    assert not is_news(group, [frozenset([*digests, Digest(bytes(32))])])
    assert len(group_case_id(group)) == 32


@given(st.lists(st.sampled_from(LEVELS), max_size=10))
def test_the_satisfied_part_is_the_largest_in_which_everyone_is(thresholds):
    kept = satisfied(range(len(thresholds)), thresholds)
    assert all(thresholds[p] <= len(kept) for p in kept)
    for size in range(len(kept) + 1, len(thresholds) + 1):
        smallest = sorted(thresholds)[:size]
        assert smallest[-1] > size


# Tags at rest


def row(number: int) -> TagRow:
    draw = stream("row", number)
    return TagRow(EncodedElement(draw(32)), PublicKey(draw(32)), number % 64)


def test_rows_come_back_and_equal_tags_look_unrelated():
    one = row(1)
    sealed = [seal_row(KEYS, one) for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert [open_row(KEYS, s) for s in sealed] == [one, one]
    other = seal_row(KEYS, row(2))
    found = rows_with(KEYS, {7: [one.tag]}, [(7, s) for s in (*sealed, other)])
    assert list(found) == [one, one]


def test_hints_of_equal_tags_look_unrelated_and_none_is_taken_for_a_match():
    one = row(1)
    sealed = [seal_row(KEYS, one) for _ in range(64)]
    assert len({hint[:2] for hint in sealed}) > 60
    others = [seal_row(KEYS, row(number)) for number in range(2, 2000)]
    # One of these 1,998 in 33 runs has the hint of `one` by chance.
    stored = [(7, row) for row in (*others, *sealed)]
    assert list(rows_with(KEYS, {7: [one.tag]}, stored)) == [one] * 64


def test_a_row_with_another_hint_is_refused():
    sealed = seal_row(KEYS, row(1))
    with pytest.raises(InvalidCiphertext):
        open_row(KEYS, bytes([sealed[0] ^ 1]) + sealed[1:])


def test_altered_rows_and_other_keys_are_refused():
    sealed = seal_row(KEYS, row(1))
    for keys, data in (
        (KEYS, flipped(sealed)),
        (KEYS, b""),
        (tag_keys(SecretBytes(b"k" * 32)), sealed),
    ):
        with pytest.raises(InvalidCiphertext):
            open_row(keys, data)


@given(st.integers(0, 3000))
def test_buckets_split_one_at_a_time_and_rows_stay_findable(rows):
    buckets = Buckets()
    for count in range(0, rows, 97):
        buckets = Buckets(buckets.bits, buckets.split, count)
        while buckets.full:
            before = buckets
            buckets = buckets.after_split()
            assert buckets.count == before.count + 1
            for number in range(8):
                was = bucket_of(KEYS, row(number).tag, before)
                now = bucket_of(KEYS, row(number).tag, buckets)
                moved = was == before.split and now == before.count
                assert moved or now == was
        assert buckets.rows <= buckets.count * ROWS_PER_BUCKET
    assert all(bucket_of(KEYS, row(n).tag, buckets) < buckets.count for n in range(20))


# What trustees and clients send


def test_a_box_key_is_its_trustees_own_and_current():
    (first, second, _) = WORLD.server.list_box_keys().keys
    admit_box_key(DEPLOYMENT, 1, first, day=DAY)
    admit_box_key(DEPLOYMENT, 1, first, day=DAY - 1)
    with pytest.raises(InvalidManifest):
        admit_box_key(DEPLOYMENT, 1, second, day=DAY)
    for day in (DAY - 2, DAY + 31):
        with pytest.raises(InvalidManifest):
            admit_box_key(DEPLOYMENT, 1, first, day=day)
    key, seed = peek(first, BoxKey), WORLD.dealt.identity_seeds["opening"][0]
    for change, kind in (
        ({"index": 2}, InvalidSignature),
        ({"deployment_id": type(key.deployment_id)(bytes(16))}, InvalidManifest),
        ({"key": type(key.key)(b"\xff" * 1216)}, MalformedMessage),
    ):
        signed = sign(seed, Label.BOX_KEY, replace(key, **change))
        with pytest.raises(kind):
            admit_box_key(DEPLOYMENT, 1, signed, day=DAY)


def test_receipts_are_for_the_version_in_force_or_one_in_its_place():
    filed = WORLD.server.reports[WORLD.survivors["ana"].report_key("first")]
    receipt, stored = filed.receipts[1], filed.stored
    elsewhere = Digest(bytes(32))
    for lost in (stored, replace(stored, version=0, header_digest=elsewhere)):
        check_receipt(DEPLOYMENT, 1, lost, receipt)
    for sender, other, kind in (
        (2, stored, InvalidSignature),
        (1, replace(stored, version=2), ConflictingReport),
        (1, replace(stored, report_key=PublicKey(bytes(32))), ConflictingReport),
        (1, replace(stored, withdrawn=True), ConflictingReport),
    ):
        with pytest.raises(kind):
            check_receipt(DEPLOYMENT, sender, other, receipt)


def test_erasures_are_for_the_withdrawal_in_force():
    world = WORLD.fork()
    world.withdraw("ana")
    world.settle()
    filed = world.server.reports[world.survivors["ana"].report_key("first")]
    erasure, stored = filed.erasures[1], filed.stored
    check_erasure(DEPLOYMENT, 1, stored, erasure)
    for sender, other, kind in (
        (2, stored, InvalidSignature),
        (1, replace(stored, withdrawn=False), ConflictingReport),
        (1, replace(stored, report_key=PublicKey(bytes(32))), ConflictingReport),
    ):
        with pytest.raises(kind):
            check_erasure(DEPLOYMENT, sender, other, erasure)
    assert isinstance(stored, StoredReport)


def test_a_withdrawal_from_another_deployment_is_refused():
    other = deal_deployment(Plan(name="elsewhere")).deployment
    ana = WORLD.survivors["ana"]
    _, signed = begin_withdrawal(other, ana.reports["first"])
    with pytest.raises(ConflictingReport):
        check_withdrawal(DEPLOYMENT, signed)


def test_a_log_head_is_signed_by_the_trustee_it_names():
    notice = sign_head(WORLD.opening[0].me, 4, bytes(32))
    assert check_head(DEPLOYMENT, notice.head).size == 4
    head = peek(notice.head, LogHead)
    seed = WORLD.dealt.identity_seeds["opening"][0]
    with pytest.raises(InvalidSignature):
        check_head(DEPLOYMENT, sign(seed, Label.LOG_HEAD, replace(head, index=2)))
    with pytest.raises(InvalidIndex):
        check_head(DEPLOYMENT, sign(seed, Label.LOG_HEAD, replace(head, index=4)))


def test_only_the_holder_of_the_report_key_may_ask():
    ana, bea = (WORLD.survivors[name] for name in ("ana", "bea"))
    (case_id,) = WORLD.server.cases
    status = ask_status(DEPLOYMENT, ana.reports["first"])
    connection = ask_connection(DEPLOYMENT, ana.reports["first"], case_id)
    assert check_status_request(DEPLOYMENT, status).report_key == ana.report_key(
        "first"
    )
    assert check_connection_request(DEPLOYMENT, connection).case_id == case_id
    thief = bea.reports["first"].keys().report_seed
    asked_for = peek(status, StatusRequest)
    wanted = peek(connection, ConnectionRequest)
    stale = {"manifest_digest": Digest(bytes(32))}
    own = ana.reports["first"].keys().report_seed
    for check, label, message in (
        (check_status_request, Label.STATUS_REQUEST, asked_for),
        (check_connection_request, Label.CONNECTION_REQUEST, wanted),
    ):
        with pytest.raises(InvalidSignature):
            check(DEPLOYMENT, sign(thief, label, message))
        with pytest.raises(StaleManifest):
            check(DEPLOYMENT, sign(own, label, replace(message, **stale)))


# Answers and status


def test_an_answer_is_new_once_and_its_counter_rises():
    world = connected("ana", "bea", group=2)
    (case,) = world.server.cases.values()
    first: Signed = case.consents[0]
    assert admit_consent([], first)
    assert not admit_consent([first], first)
    again = replace(first, signature=type(first.signature)(bytes(64)))
    with pytest.raises(InvalidConsent):
        admit_consent([first], again)
    assert len(latest_answers([first, again])) == 1


def test_every_status_has_one_size():
    sizes = set()
    for world in (asked("ana"), WORLD, connected("ana", "bea", group=2)):
        sizes.add(len(encode(world.survivors["ana"].status("first"))))
    assert sizes == {STATUS_BYTES}


def test_more_groups_than_fit_show_the_newest():
    (view,) = WORLD.survivors["ana"].status("first").cases
    receipts = WORLD.survivors["ana"].status("first").receipts
    large = replace(view, positions=(1,) * 4000)
    status = report_status(receipts, (), [view, large, large, large, large])
    assert len(status.cases) < 5
    assert len(encode(status)) == STATUS_BYTES
    shown = report_status(receipts, (), [replace(view, counter=i) for i in range(12)])
    assert [v.counter for v in shown.cases] == [4, 5, 6, 7, 8, 9, 10, 11]
