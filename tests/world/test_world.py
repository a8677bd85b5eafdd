"""What the protocol promises, with everybody honest."""

import pytest

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from escrow.errors import ConflictingReport, InvalidRegistration
from escrow.messages.filing import ContactCard
from escrow.registrar.identity import Identity
from tests.world.dealt import Plan
from tests.world.world import World, X, Y, asked, connected, email


def test_three_who_named_the_same_person_meet():
    world = World()
    world.file_all("ana", "bea", "cleo")
    assert world.contacts("ana") == []
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    assert world.contacts("bea") == ["ana", "cleo"]
    assert world.contacts("cleo") == ["ana", "bea"]


def test_a_contact_shows_the_card_and_what_was_verified():
    world = connected("ana", "bea", "cleo")
    (bea, _) = sorted(
        world.survivors["ana"].contacts("first"), key=lambda contact: contact.card.name
    )
    assert bea.card.email == "bea@example.org"
    assert (bea.verified_name, bea.verified_email) == ("Bea Example", "bea@example.org")


def test_the_status_is_the_same_at_none_and_at_one_short():
    world = World()
    world.file_all("ana")
    alone = world.survivors["ana"].status("first")
    world.file_all("bea")
    assert world.survivors["ana"].status("first") == alone


def test_those_who_named_somebody_else_stay_apart():
    world = World()
    for name, about in (("ana", X), ("bea", X), ("cleo", Y), ("dana", Y)):
        world.file(name, about, 3)
    world.settle()
    assert not world.server.cases


def test_different_knowledge_of_one_person_meets_in_one_identifier():
    world = World()
    other = email("x.private@mail.example")
    world.file("ana", (*X, other))
    world.file("bea", X)
    world.file("cleo", (email("nobody@mail.example"), *X))
    world.settle()
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea"]


def test_everybodys_own_group_size_is_kept():
    world = World()
    for name, size in {"ana": 2, "bea": 2, "cleo": 4}.items():
        world.file(name, X, size)
    world.settle()
    world.consent_all()
    assert world.contacts("cleo") == []
    assert world.contacts("ana") == ["bea"]
    world.file("dana", X, 3)
    world.settle()
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea", "dana"]


@pytest.mark.parametrize("answer", ["no", "later"])
def test_without_her_yes_nobody_meets_her_nor_she_them(answer):
    world = asked("ana", "bea", "cleo", "dana")
    world.consent("ana", answer)
    world.consent_all("bea", "cleo", "dana")
    assert world.contacts("ana") == []
    assert world.contacts("bea") == ["cleo", "dana"]


def test_those_who_said_yes_wait_while_they_are_too_few():
    world = asked("ana", "bea", "cleo")
    world.consent_all("ana", "bea")
    assert world.contacts("ana") == []
    world.consent("cleo", "no")
    (view,) = world.survivors["ana"].views("first")
    assert view.settled
    world.consent_all("cleo")
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_late_joiner_waits_until_everybody_is_asked_again():
    world = connected("ana", "bea", "cleo")
    world.file_all("dana")
    world.consent_all("dana")
    assert world.contacts("dana") == []
    assert world.contacts("ana") == ["bea", "cleo"]
    world.consent_all("ana", "bea")
    assert world.contacts("dana") == ["ana", "bea"]
    assert "dana" not in world.contacts("cleo")


def test_a_withdrawn_report_never_matches():
    world = asked("ana", "bea")
    world.withdraw("ana")
    world.file_all("cleo")
    assert not world.server.cases
    assert world.survivors["ana"].erased_by("first") == [1, 2, 3]
    for trustee in world.opening:
        assert len(trustee.held) == 3
    with pytest.raises(ConflictingReport):
        world.survivors["ana"].submit(world.survivors["ana"].reports["first"])


def test_withdrawing_after_the_verdict_leaves_a_smaller_group_or_none():
    world = asked("ana", "bea", "cleo", "dana")
    world.withdraw("dana")
    world.settle()
    world.consent_all("ana", "bea", "cleo")
    assert world.contacts("ana") == ["bea", "cleo"]
    other = asked("ana", "bea", "cleo")
    other.withdraw("cleo")
    other.settle()
    assert other.consent("ana") == 0


def test_a_yes_goes_with_the_report_that_was_taken_back():
    world = asked("ana", "bea", "cleo", group=2)
    world.consent_all("cleo")
    world.withdraw("cleo")
    world.settle()
    world.consent_all("ana", "bea")
    assert world.contacts("ana") == ["bea"]
    cleo = world.survivors["cleo"].report_key("first")
    for case_id, _, giver, reader in world.released():
        members = world.server.cases[case_id].group.members
        assert cleo not in {members[giver].report_key, members[reader].report_key}


def test_an_identifier_that_is_added_later_matches():
    world = World()
    world.file("ana", Y, 2)
    world.file_all("bea", group=2)
    assert not world.server.cases
    ana = world.survivors["ana"]
    ana.submit(ana.changed("first", outputs=ana.outputs((*X, *Y))))
    world.settle()
    assert ana.reports["first"].version == 2
    assert ana.held_by("first") == [1, 2, 3]
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_a_changed_card_is_the_one_that_is_seen():
    world = asked("ana", "bea", group=2)
    ana = world.survivors["ana"]
    card = ContactCard(name="Ana B.", channel="by the door")
    ana.submit(ana.changed("first", card=card))
    world.settle()
    world.consent_all()
    assert world.contacts("bea") == ["Ana B."]


def test_one_person_counts_once_however_often_she_files():
    world = World()
    world.file("ana", X, 2, report="first")
    world.file("ana", X, 2, report="second")
    world.settle()
    assert world.consent("ana") == 0
    assert "a newer report of the same person" in world.log(1, "verdict")[0]
    world.file_all("bea", group=2)
    world.consent_all()
    assert world.contacts("ana", "second") == ["bea"]
    assert world.contacts("ana", "first") == []
    assert world.contacts("bea") == ["ana"]


def test_who_verifies_again_is_the_same_person():
    world = World()
    again = Identity("Ana Other", "ana@example.org", "", "")
    world.file("ana", X, 2)
    world.file("ana again", X, 2, verified=again)
    world.settle()
    assert world.server.cases
    assert world.consent("ana") == world.consent("ana again") == 0


def test_an_identity_of_two_persons_is_refused():
    world = World()
    world.person("ana", Identity("Ana", "ana@example.org", "", ""))
    world.person("bea", Identity("Bea", "bea@example.org", "+1 415 555 0101", "US"))
    both = Identity("Ana", "ana@example.org", "+1 415 555 0101", "US")
    with pytest.raises(InvalidRegistration):
        world.person("two", both)


def test_nobody_joins_a_group_about_herself():
    # The named person files to see who has named her: her own verified e-mail
    # is among the others' tags, so her report is set aside and nobody is asked.
    world = World()
    herself = Identity("Xavier Example", "x@company.example", "", "")
    world.file("x", X, 2, verified=herself)
    world.file_all("ana", group=2)
    assert world.consent("ana") == world.consent("x") == 0
    assert "her own verified identifiers" in world.log(1, "verdict")[0]
    world.file_all("bea", group=2)
    world.consent_all()
    assert world.contacts("ana") == ["bea"]
    assert world.contacts("x") == []


def test_nobody_joins_a_group_about_herself_by_another_identifier():
    world = World()
    handle = email("someone.else@mail.example")
    herself = Identity("Xavier Example", "x@company.example", "", "")
    world.file("x", (handle,), 2, verified=herself)
    world.file("ana", (*X, handle), 2)
    world.settle()
    assert "her own verified identifiers" in world.log(1, "verdict")[0]
    assert world.consent("ana") == world.consent("x") == 0


def test_a_verified_phone_that_is_named_sets_its_owner_aside():
    world = World()
    phone = Identifier(
        kind="phone", value="(415) 555-0123", country="US", label="mobile"
    )
    name = Identifier(kind="name", value="Xavier Example")
    known = (phone, name)
    herself = Identity("Xavier Example", "x@other.example", "+14155550123", "US")
    world.file("x", known, 2, verified=herself)
    world.file("ana", known, 2)
    world.settle()
    assert "her own verified identifiers" in world.log(1, "verdict")[0]
    assert world.consent("ana") == world.consent("x") == 0


def test_a_group_size_that_is_not_offered_is_refused_with_the_list():
    world = World(Plan(smallest_group=3))
    with pytest.raises(InputError) as caught:
        world.file("ana", group=2)
    assert "3, 4, 5, 7" in caught.value.advice


@pytest.mark.parametrize("down", [1, 2, 3])
def test_everything_works_with_one_trustee_of_each_committee_down(down):
    world = World()
    world.index[down - 1].up = world.opening[down - 1].up = False
    world.file_all("ana", "bea", group=2)
    world.consent_all()
    assert world.contacts("ana") == ["bea"]
    world.opening[down - 1].up = True
    world.settle()
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


def test_a_group_waits_while_too_few_trustees_are_up():
    world = World()
    world.opening[0].up = world.opening[1].up = False
    world.file_all("ana", "bea", group=2)
    assert world.survivors["ana"].held_by("first") == [3]
    world.opening[0].up = True
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_a_larger_committee_works_alike():
    world = World(Plan(name="large", index=(3, 5), opening=(3, 5), smallest_group=2))
    for index in (0, 4):
        world.index[index].up = world.opening[index].up = False
    world.file_all("ana", "bea", group=2)
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_notices_go_where_each_member_asked():
    world = asked("ana", "bea", "cleo")
    (case,) = world.server.cases.values()
    addresses = sorted(nudge.address for nudge in case.nudged.values())
    assert addresses == ["ana@example.org", "bea@example.org", "cleo@example.org"]


def test_each_pair_is_released_once_by_each_trustee():
    world = connected("ana", "bea", "cleo")
    world.consent("ana", "later")
    world.settle()
    world.consent_all("ana")
    assert len(world.released()) == 3 * 6
    assert set(world.decided().values()) == {1}
    # Who says yes again is given it again: it might have been lost.
    assert set(world.released().values()) == {1, 2}


def test_repeated_work_changes_nothing():
    world = World()
    for name in ("ana", "bea"):
        world.file(name, group=2)
    while busy := [t for t in world.opening if world.queue(t)]:
        for trustee in busy:
            world.deliver(trustee, keep=True)
            world.deliver(trustee)
    world.consent_all()
    assert world.contacts("ana") == ["bea"]
    assert set(world.released().values()) == {1}
    assert all(not trustee.refused for trustee in world.opening)


def test_a_box_key_is_renewed_without_anybody_noticing():
    world = asked("ana")
    world.day += 20
    for trustee in world.opening:
        world.server.put_box_key(trustee.index, trustee.publish(world.day), world.day)
    world.file("bea")
    world.file_all("cleo")
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea"]
