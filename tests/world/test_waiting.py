"""Late boxes, absent trustees, changed minds: a case waits, and not for ever."""

import pytest

from escrow.messages.cases import StandingShares
from escrow.messages.codec import decode, encode
from escrow.messages.mailbox import BoxDelivery
from escrow.trustee.boxes import Held
from escrow.trustee.case_files import CaseFile, GatheringCase, JudgedCase
from escrow.trustee.fellow_letters import open_letter
from escrow.trustee.round_letters import PATIENCE_DAYS
from tests.world.world import World, asked, claimed, connected


def lacking_a_box() -> tuple[World, BoxDelivery]:
    """The second trustee is down, and the third never got the first one's box."""
    world = World()
    world.file("ana", group=2)
    missing = world.server.queues[3].pop(0)
    world.file("bea", group=2)
    world.deliver_boxes()
    world.opening[1].up = False
    world.settle()
    return world, missing


def open_files(world: World) -> list[CaseFile]:
    return [file for t in world.opening if t.up for file in t.files.values()]


def test_a_case_waits_for_a_members_shares():
    world, _ = lacking_a_box()
    assert open_files(world)
    assert all(isinstance(file, GatheringCase) for file in open_files(world))
    assert world.consent("bea") == 0


def test_a_box_that_comes_late_lets_the_case_go_on():
    world, missing = lacking_a_box()
    world.server.queues[3].append(missing)
    world.settle()
    assert all(isinstance(file, JudgedCase) for file in open_files(world))
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_a_trustee_that_comes_back_lets_the_case_go_on():
    world, _ = lacking_a_box()
    world.opening[1].up = True
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_after_some_days_the_others_go_on_without_her():
    world, _ = lacking_a_box()
    world.pass_days(PATIENCE_DAYS - 1)
    assert all(isinstance(file, GatheringCase) for file in open_files(world))
    world.pass_days(1)
    world.settle()
    assert all(isinstance(file, JudgedCase) for file in open_files(world))
    assert "NotEnoughShares" in world.log(1, "verdict")[0]


def test_a_withdrawal_while_a_case_is_open_erases_what_fellows_sent():
    world = claimed("ana", "bea", group=2)
    first, second = world.opening[:2]
    world.deliver(first)
    world.deliver(second)
    world.deliver(first)
    world.withdraw("ana")
    world.settle()
    ana = world.server.reports[world.survivors["ana"].report_key("first")]
    for trustee in world.opening:
        for file in trustee.files.values():
            if isinstance(file, GatheringCase):
                digests = [m.header.payload for m in file.claim.members]
                place = digests.index(ana.report.signed.payload)
                assert all(letter.shares[place] is None for letter in file.standing)
            else:
                assert file.verdict.level == 0


def test_letters_that_come_before_the_claim_are_kept():
    world = claimed("ana", "bea", group=2)
    late = world.opening[2]
    late.up = False
    world.settle()
    queue = world.queue(late)
    queue.reverse()
    late.up = True
    world.settle()
    (file,) = late.files.values()
    assert isinstance(file, JudgedCase)
    assert len(file.verdict.standing) == 2


def test_a_letter_tells_nothing_by_its_size():
    world = claimed("ana", "bea", group=2)
    sizes, kinds = set(), set()
    for trustee in world.opening:
        world.deliver(trustee)
    while busy := [t for t in world.opening if world.queue(t)]:
        for trustee in busy:
            letter = world.queue(trustee)[0]
            sizes.add(len(letter.ciphertext))
            kinds.add(type(open_letter(trustee.me, letter)))
            world.deliver(trustee)
    assert StandingShares in kinds
    assert len(kinds) == 3
    assert len(sizes) == 1


@pytest.mark.parametrize("make", [claimed, asked, connected])
def test_what_a_trustee_keeps_survives_its_encoding(make):
    world = make("ana", "bea", group=2)
    for trustee in world.opening:
        if world.queue(trustee):
            world.deliver(trustee)
        for held in trustee.held.values():
            assert decode(encode(held), Held) == held
        for file in trustee.files.values():
            assert decode(encode(file), CaseFile) == file


def test_a_report_that_has_expired_does_not_stand():
    world = asked("ana")
    world.day += 31 * 30
    for trustee in world.opening:
        world.server.put_box_key(trustee.index, trustee.publish(world.day), world.day)
    world.file_all("bea", group=3)
    world.file_all("cleo", group=3)
    assert world.consent("bea") == 0
    assert any("expired" in detail for detail in world.log(1, "verdict"))
