"""A server that lost a report, or says so, locks nobody out (§F13)."""

from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from escrow.client import following, versions
from escrow.client.vault import SealedVersion
from escrow.errors import ConflictingReport, InvalidCase, InvalidToken
from escrow.messages.codec import Digest
from escrow.messages.filing import ShareReceipt
from escrow.signing import peek, sign
from tests.world.world import World, email

NUMBERS = 64
TRUSTEES = (1, 2, 3)
X_AND_MORE = (email("x@company.example"), email("more@company.example"))


def filed(world, *names):
    """They file, and each one's client waits until her entry is stored."""
    for name in names:
        person = world.person(name)
        assert person.bring(person.draft(X_AND_MORE[:1], 3, "first"))
    return [world.survivors[name] for name in names]


@contextmanager
def answering(world, server):
    """Another server answers for a while: an old one, or one that lies."""
    usual, world.server = world.server, server
    yield
    world.server = usual


def restored(world, old):
    """The server comes back from a backup; trustees publish their keys again."""
    old.box_keys = dict(world.server.box_keys)
    world.server = old


def receipt_of(world, index, report, version, digest):
    """What a lying trustee may sign."""
    said = ShareReceipt(
        deployment_id=world.deployment.roster.deployment_id,
        index=index,
        report_key=report,
        version=version,
        header_digest=digest,
    )
    seed = world.dealt.identity_seeds["opening"][index - 1]
    return sign(seed, Label.SHARE_RECEIPT, said)


# One lie


def test_after_one_false_not_found_she_sees_her_group_and_answers_it():
    world = World()
    nothing = world.server.fork()
    ana, *_ = filed(world, "ana", "bea", "cleo")
    nothing.box_keys = world.server.box_keys
    assert len(ana.views("first")) == 1
    with answering(world, nothing):
        base, paid = ana.base(ana.reports["first"])
    assert paid
    ana.reports["first"], _lost = ana.seal(base, paid=True)
    # Never taken; her old version stands, and its group is hers.
    (view,) = ana.views("first")
    ana.answer("first", view, "yes")
    assert ana.reports["first"].answered_version == 1
    assert ana.bring(ana.reports["first"])
    assert ana.held_by("first") == list(TRUSTEES)
    assert ana.reports["first"].version == 2
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    world.withdraw("ana")
    world.settle()
    assert ana.erased_by("first") == list(TRUSTEES)


def test_a_version_sealed_on_a_lie_and_taken_afterwards_is_the_next_one():
    world = World()
    nothing = world.server.fork()
    ana, *_ = filed(world, "ana", "bea", "cleo")
    with answering(world, nothing):
        nothing.box_keys = world.server.box_keys
        base, paid = ana.base(ana.reports["first"])
        ana.reports["first"], submission = ana.seal(base, paid=paid)
    world.server.submit(submission, world.day)
    world.settle()
    assert ana.held_by("first") == list(TRUSTEES)
    assert len(ana.views("first")) == 1


def test_lies_without_end_use_up_one_number_and_no_more():
    world = World()
    nothing = world.server.fork()
    (ana,) = filed(world, "ana")
    nothing.box_keys = world.server.box_keys
    for _ in range(12):
        with answering(world, nothing):
            base, paid = ana.base(ana.reports["first"])
        ana.reports["first"], _lost = ana.seal(base, paid=paid)
    assert ana.reports["first"].version == 2
    assert len(ana.reports["first"].unsettled) < 10
    assert ana.bring(ana.reports["first"])
    assert ana.reports["first"].version == 2


def test_a_card_released_for_the_version_before_opens_while_the_next_is_on_its_way():
    world = World()
    nothing = world.server.fork()
    ana, *_ = filed(world, "ana", "bea", "cleo")
    world.consent_all()
    nothing.box_keys = world.server.box_keys
    wanted = ana.changed("first", outputs=ana.outputs(X_AND_MORE))
    with answering(world, nothing):
        base, paid = ana.base(wanted)
    ana.reports["first"], _lost = ana.seal(base, paid=paid)
    assert world.contacts("ana") == ["bea", "cleo"]
    ana.alarm("first")
    world.settle()
    assert ana.heard_by("first") == list(TRUSTEES)


def test_a_group_of_a_version_that_is_not_hers_is_refused():
    world = World()
    ana, *_ = filed(world, "ana", "bea", "cleo")
    (view,) = ana.views("first")
    other = ana.changed("first", header_digest=Digest(bytes(32)), stored=None)
    with pytest.raises(InvalidCase):
        following.check_case(world.deployment, other, view)
    assert ana.change("first", match_threshold=2)
    with pytest.raises(InvalidCase):
        following.check_case(world.deployment, ana.reports["first"], view)


# A server from a backup


@pytest.mark.parametrize("changes", [0, 1, 3])
def test_who_filed_after_the_backup_is_stored_again(changes):
    world = World()
    ana = world.person("ana")
    old = world.server.fork()
    filed(world, "ana", "bea", "cleo")
    for size in (2, 3, 2)[:changes]:
        assert ana.change("first", match_threshold=size)
    restored(world, old)
    for name in ("ana", "bea", "cleo"):
        assert world.survivors[name].bring(world.survivors[name].reports["first"])
    assert ana.reports["first"].version == changes + 2
    assert ana.held_by("first") == list(TRUSTEES)
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]


@pytest.mark.parametrize("changes", [1, 2, 3])
def test_who_changed_after_the_backup_is_stored_again_as_she_changed_it(changes):
    world = World()
    ana, *_ = filed(world, "ana", "bea", "cleo")
    old = world.server.fork()
    for size in (2, 3, 2)[:changes]:
        assert ana.change("first", match_threshold=size)
    restored(world, old)
    assert ana.bring(ana.reports["first"])
    assert ana.reports["first"].version == changes + 2
    assert ana.held_by("first") == list(TRUSTEES)
    assert ana.reports["first"].unsettled == ()


@pytest.mark.parametrize("changes", [0, 1, 3])
def test_who_got_her_old_vault_back_learns_from_the_trustees_what_they_hold(changes):
    world = World()
    ana = world.person("ana")
    vault = ana.draft(X_AND_MORE[:1], 3, "first")
    old = world.server.fork()
    assert ana.bring(vault)
    for size in (2, 3, 2)[:changes]:
        assert ana.change("first", match_threshold=size)
    restored(world, old)
    assert ana.bring(vault)
    assert ana.reports["first"].version == changes + 2
    assert ana.held_by("first") == list(TRUSTEES)


def test_a_vault_and_a_server_of_the_same_backup_change_on_what_trustees_hold():
    world = World()
    (ana,) = filed(world, "ana")
    vault, old = ana.reports["first"], world.server.fork()
    for size in (2, 3):
        assert ana.change("first", match_threshold=size)
    restored(world, old)
    ana.reports["first"] = vault
    assert ana.change("first", match_threshold=2)
    assert ana.reports["first"].version == 4
    assert ana.held_by("first") == list(TRUSTEES)


def test_each_of_many_backups_costs_one_number():
    world = World()
    (ana,) = filed(world, "ana")
    for count in range(2, 12):
        old = world.server.fork()
        assert ana.change("first", match_threshold=2 + count % 2)
        changed = ana.reports["first"].version
        restored(world, old)
        assert ana.bring(ana.reports["first"])
        assert ana.reports["first"].version == changed + 1


def test_a_box_that_reached_one_trustee_only_stands_in_nobodys_way():
    world = World()
    (ana,) = filed(world, "ana")
    old = world.server.fork()
    ana.submit(ana.changed("first", match_threshold=2))
    world.deliver(world.opening[0])
    restored(world, old)
    assert ana.bring(ana.reports["first"])
    assert ana.bring(ana.changed("first", match_threshold=3))
    assert len(ana.held_by("first")) >= 2
    assert ana.change("first", match_threshold=2)
    assert ana.held_by("first") == list(TRUSTEES)


# Whom she believes


def test_one_lying_trustee_cannot_use_up_her_numbers():
    world = World()
    (ana,) = filed(world, "ana")
    key = ana.report_key("first")
    lie = receipt_of(world, 3, key, NUMBERS - 1, Digest(bytes(32)))
    for _ in range(3):
        world.server.reports[key].receipts[3] = lie
        assert ana.bring(ana.reports["first"])
        assert ana.change("first", match_threshold=2)
    assert ana.reports["first"].version == 4


def test_a_version_unknown_to_her_vault_counts_when_an_honest_trustee_must_have_it():
    world = World()
    (ana,) = filed(world, "ana")
    report, key = ana.reports["first"], ana.report_key("first")

    def shown(*numbers):
        receipts = [
            receipt_of(world, index, key, number, Digest(bytes([number] * 32)))
            for index, number in enumerate(numbers, 1)
        ]
        return versions.proven_receipts(world.deployment, report, receipts)

    ground = versions.next_ground
    assert ground(world.deployment, report, shown(9)) is None
    alone = ground(world.deployment, report, shown(9), late=True)
    assert alone == report.stored
    together = ground(world.deployment, report, shown(9, 7))
    assert together == SealedVersion(7, Digest(bytes([7] * 32)))


def test_receipts_about_another_report_prove_nothing():
    world = World()
    ana, bea = filed(world, "ana", "bea")
    receipts = bea.status("first").receipts
    report = ana.reports["first"]
    assert versions.proven_receipts(world.deployment, report, receipts) == []
    mine = ana.status("first").receipts
    forged = [replace(one, signature=receipts[0].signature) for one in mine]
    assert versions.proven_receipts(world.deployment, report, forged) == []
    assert len(versions.proven_receipts(world.deployment, report, mine)) == 3


# What the server admits


def test_a_later_version_of_an_unknown_report_costs_a_token():
    world = World()
    (ana,) = filed(world, "ana")
    old = World().server
    restored(world, old)
    base, paid = ana.base(ana.reports["first"])
    assert paid
    _, submission = ana.seal(base)
    with pytest.raises(InvalidToken):
        world.server.submit(submission, world.day)


def test_the_server_takes_no_version_back_and_none_beside_the_next():
    world = World()
    (ana,) = filed(world, "ana")
    first = ana.reports["first"]
    _, second = ana.seal(first)
    _, beside = ana.seal(replace(first, header_digest=Digest(bytes(32))))
    _, skipping = ana.seal(replace(first, version=5))
    _, beyond = ana.seal(replace(first, version=5, header_digest=Digest(bytes(32))))
    for refused in (beside, skipping):
        with pytest.raises(ConflictingReport):
            world.server.submit(refused, world.day)
    world.server.submit(second, world.day)
    world.server.submit(beyond, world.day)
    with pytest.raises(ConflictingReport):
        world.server.submit(second, world.day)


def test_a_trustee_shows_again_what_it_holds_and_keeps_it():
    world = World()
    (ana,) = filed(world, "ana")
    first = ana.reports["first"]
    assert ana.change("first", match_threshold=2)
    old = World().server
    restored(world, old)
    submission = ana.submit(replace(first, version=0, header_digest=None))
    held = dict(world.opening[0].held)
    world.settle()
    assert world.opening[0].held == held
    assert world.log(1, "behind") == [
        "version 1 came, version 2 is held and shown again"
    ]
    shown = [peek(one, ShareReceipt) for one in ana.status("first").receipts]
    assert [(one.index, one.version) for one in shown] == [(1, 2), (2, 2), (3, 2)]
    assert submission.token is not None
