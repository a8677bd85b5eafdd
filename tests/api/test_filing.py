"""Reports come in once, pay once, follow one another."""

from dataclasses import replace as changed

import pytest
from msgspec.structs import replace

from escrow.client import filing, following, versions
from escrow.messages.codec import Blob, Digest, TokenOutput, encode
from escrow.trustee.holding import share_receipt
from tests.api.running import ApiFault
from tests.world.world import X


def refused(call, *arguments):
    with pytest.raises(ApiFault) as fault:
        call(*arguments)
    return fault.value.status, fault.value.kind


def sealed(world, name, label="first"):
    survivor = world.person(name)
    return survivor.seal(survivor.draft(X, 3, label))


def test_resending_the_same_submission_changes_nothing(world):
    saved, submission = sealed(world, "ana")
    first = world.server.submit(submission, world.day)
    assert world.server.submit(submission, world.day) == first
    world.person("ana").reports["first"] = saved
    world.settle()
    again = world.server.submit(submission, world.day)
    assert len(again.receipts) == 3
    assert world.read(lambda records: records.queue.counts()) == {}


def test_a_token_pays_for_one_report_only(world):
    _, first = sealed(world, "ana")
    _, second = sealed(world, "ana", "second")
    world.server.submit(first, world.day)
    spent = replace(second, token=first.token)
    assert refused(world.server.submit, spent, 0) == (403, "invalid-token")
    world.server.submit(second, world.day)


def test_a_report_without_a_token_or_with_a_made_up_one_is_refused(world):
    _, submission = sealed(world, "ana")
    bare = replace(submission, token=None)
    assert refused(world.server.submit, bare, 0) == (403, "invalid-token")
    output = TokenOutput(bytes(64))
    made_up = replace(submission, token=replace(submission.token, output=output))
    assert refused(world.server.submit, made_up, 0) == (403, "invalid-token")
    world.server.submit(submission, world.day)


def test_altered_parts_are_refused_and_not_stored(world):
    _, submission = sealed(world, "ana")
    nudge = bytearray(submission.parts[3])
    nudge[-1] ^= 1
    altered = replace(submission, parts=(*submission.parts[:3], Blob(bytes(nudge))))
    assert refused(world.server.submit, altered, 0) == (400, "invalid-report")
    fewer = replace(submission, boxes=submission.boxes[:1])
    assert refused(world.server.submit, fewer, 0) == (400, "invalid-report")
    assert world.read(lambda records: records.queue.counts()) == {}


def test_a_version_must_follow_the_stored_one(world):
    survivor = world.person("ana")
    first, submission = sealed(world, "ana")
    second, later = survivor.seal(first)
    assert refused(world.server.submit, later, 0) == (403, "invalid-token")
    world.server.submit(submission, world.day)
    world.server.submit(later, world.day)
    assert refused(world.server.submit, submission, 0) == (409, "conflicting-report")
    _, third = survivor.seal(replace(second, header_digest=first.header_digest))
    assert refused(world.server.submit, third, 0) == (409, "conflicting-report")


def test_a_later_version_of_a_report_that_was_lost_costs_one_token(world):
    ana = world.person("ana")
    first, _never_taken = sealed(world, "ana")
    second, submission = ana.seal(first, paid=True)
    world.server.submit(submission, world.day)
    ana.reports["first"] = second
    world.settle()
    assert ana.held_by("first") == [1, 2, 3]
    _, other = sealed(world, "ana", "second")
    again = replace(other, token=submission.token)
    assert refused(world.server.submit, again, 0) == (403, "invalid-token")
    _, third = ana.seal(second)
    world.server.submit(third, world.day)


def test_a_version_may_skip_what_is_not_stored_but_never_go_back(world):
    ana = world.file("ana")
    first = ana.reports["first"]
    lost, never_taken = ana.seal(first)
    _, skipping = ana.seal(replace(first, version=2))
    assert refused(world.server.submit, skipping, 0) == (409, "conflicting-report")
    third, submission = ana.seal(lost)
    world.server.submit(submission, world.day)
    assert refused(world.server.submit, never_taken, 0) == (409, "conflicting-report")
    ana.reports["first"] = third
    world.settle()
    assert ana.held_by("first") == [1, 2, 3]


def test_the_receipt_for_a_newer_version_reaches_its_author(world):
    ana = world.file("ana")
    world.settle()
    report, trustee = ana.reports["first"], world.opening[0].me
    for version in (9, 0, 8):
        other = ana.report_key("first"), version, Digest(bytes(32))
        world.server.post(1, [Blob(encode(share_receipt(trustee, *other)))])
    receipts = ana.status("first").receipts
    shown = versions.proven_receipts(world.deployment, report, receipts)
    assert [(one.index, one.version) for one in shown] == [(1, 8), (2, 1), (3, 1)]


def test_a_withdrawn_report_cannot_come_back(world):
    survivor = world.file("ana")
    saved = survivor.reports["first"]
    survivor.withdraw("first")
    _, later = survivor.seal(saved)
    assert refused(world.server.submit, later, 0) == (409, "conflicting-report")


def test_withdrawing_again_is_answered_again(world):
    survivor = world.file("ana")
    saved = survivor.reports["first"]
    survivor.withdraw("first")
    world.settle()
    _, signed = filing.begin_withdrawal(world.deployment, saved)
    assert len(world.server.withdraw(signed).erasures) == 3


def test_a_withdrawal_of_nothing_is_refused(world):
    saved, _ = sealed(world, "ana")
    _, signed = filing.begin_withdrawal(world.deployment, saved)
    assert refused(world.server.withdraw, signed) == (404, "not-found")


def test_only_the_holder_of_the_report_key_learns_its_status(world):
    ana = world.file("ana")
    bea = world.person("bea")
    asked = following.ask_status(world.deployment, bea.draft(X, 3, "x"))
    assert refused(world.server.status, asked) == (404, "not-found")
    mine = following.ask_status(world.deployment, ana.reports["first"])
    forged = replace(mine, signature=asked.signature)
    assert refused(world.server.status, forged) == (403, "invalid-signature")


def test_a_message_for_another_manifest_is_stale(world):
    ana = world.file("ana")
    other = changed(world.deployment, digest=Digest(bytes(32)))
    asked = following.ask_status(other, ana.reports["first"])
    assert refused(world.server.status, asked) == (409, "stale-manifest")
