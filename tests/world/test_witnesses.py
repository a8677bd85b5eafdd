"""Witnesses: entries that never count, whom a group that met may invite (§N)."""

from functools import cache

import pytest
from msgspec.structs import replace

from blind_index.errors import InputError, ProtocolError
from escrow.case import case_id_of, witness_case_id_of
from escrow.errors import (
    ConflictingReport,
    InvalidCase,
    InvalidReport,
    InvalidSignature,
)
from escrow.messages.cases import CaseView, NudgeLetter
from escrow.messages.codec import Blob, Digest, PublicKey, decode, encode
from escrow.messages.filing import Core, Header
from escrow.messages.mailbox import BoxDelivery, ConsentNotice
from escrow.registrar.identity import Identity
from escrow.server.matching import Candidate, Group
from escrow.server.tag_index import open_row
from escrow.trustee.boxes import Tombstone
from escrow.trustee.case_files import CaseFile, JudgedCase
from tests.world.crooked import bent
from tests.world.dealt import Plan
from tests.world.server import Case
from tests.world.world import World, X, Y, asked, connected, email

GROUP = ("ana", "bea", "cleo")


@cache
def _met_with_a_witness() -> World:
    world = World()
    world.saw("wren")
    world.file_all(*GROUP)
    world.consent_all(*GROUP)
    return world


def met_with_a_witness() -> World:
    """Three met; somebody who saw something had left a note before."""
    return _met_with_a_witness().fork()


def invitation(world: World, name: str) -> CaseView:
    """The one case of a witness that a member or the witness is shown."""
    (view,) = [v for v in world.survivors[name].views("first") if v.witness]
    return view


def invite(world: World, *names: str) -> None:
    for name in names:
        world.survivors[name].answer("first", invitation(world, name), "yes")
    world.settle()


def sees_nothing(world: World, name: str, report: str = "first") -> bool:
    return world.survivors[name].views(report) == []


def given_away(world: World, name: str) -> set[str]:
    """Who was handed a share of this person's contact, by any trustee."""
    return {
        _name(world, case_id, reader)
        for case_id, _, giver, reader in world.released()
        if _name(world, case_id, giver) == name
    }


def _name(world: World, case_id: bytes, place: int) -> str:
    key = world.server.cases[case_id].group.everybody[place].report_key
    return next(
        s.name
        for s in world.survivors.values()
        for label in s.reports
        if s.report_key(label) == key
    )


# What a witness is for


def test_a_group_that_met_invites_a_witness_and_she_comes():
    world = met_with_a_witness()
    assert sees_nothing(world, "wren")
    invite(world, "ana")
    assert not invitation(world, "wren").connected
    world.consent("wren")
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo", "wren"]
    assert world.contacts("bea") == ["ana", "cleo"]
    assert invitation(world, "wren").connected


def test_the_card_of_a_witness_says_that_she_is_one():
    world = met_with_a_witness()
    invite(world, "ana")
    world.consent_all("wren")
    contacts = {c.card.name: c for c in world.survivors["ana"].contacts("first")}
    assert contacts["wren"].witness
    assert contacts["wren"].verified_name == "Wren Example"
    assert not contacts["bea"].witness


def test_a_witness_who_comes_later_can_be_invited_too():
    world = connected(*GROUP)
    world.saw("wren")
    invite(world, "bea", "cleo")
    world.consent_all("wren")
    assert world.contacts("bea") == ["ana", "cleo", "wren"]
    assert world.contacts("cleo") == ["ana", "bea", "wren"]
    assert world.contacts("ana") == ["bea", "cleo"]


def test_nothing_of_the_members_goes_to_the_witness():
    world = met_with_a_witness()
    invite(world, *GROUP)
    world.consent_all("wren")
    assert world.contacts("wren") == []
    readers = {_name(world, c, reader) for c, _, _, reader in world.released()}
    assert readers == set(GROUP)
    assert given_away(world, "wren") == set(GROUP)


def test_every_witness_is_a_case_of_her_own():
    world = met_with_a_witness()
    world.saw("will")
    views = [v for v in world.survivors["ana"].views("first") if v.witness]
    assert len(views) == 2
    world.survivors["ana"].answer("first", views[1], "yes")
    world.settle()
    assert [sees_nothing(world, name) for name in ("wren", "will")] == [True, False]


def test_who_named_somebody_else_is_no_witness_of_this_group():
    world = connected(*GROUP)
    world.saw("wren", Y)
    assert len(world.server.cases) == 1


@pytest.mark.parametrize("smallest", [2, 3])
def test_a_witness_is_opened_by_a_group_of_any_size(smallest):
    names = ("ana", "bea", "cleo", "dana")
    world = World(Plan(name=f"from {smallest}", smallest_group=smallest))
    world.saw("wren")
    world.file_all(*names, group=4)
    world.consent_all(*names)
    invite(world, "dana")
    world.consent_all("wren")
    assert "wren" in world.contacts("dana")


# Before she is invited


def test_a_witness_sees_the_same_before_and_after_a_group_met():
    world = World()
    world.saw("wren")
    alone = world.survivors["wren"].status("first")
    world.file_all(*GROUP)
    assert world.survivors["wren"].status("first") == alone
    world.consent_all(*GROUP)
    assert world.survivors["wren"].status("first") == alone


def test_no_notice_for_a_witness_before_a_member_who_met_invites_her():
    world = met_with_a_witness()
    witness_case = next(c for c in world.server.cases.values() if c.group.witness)
    assert not any(
        isinstance(letter, NudgeLetter) for letter in _about(world, witness_case)
    )
    invite(world, "ana")
    invite(world, "bea")
    (nudged,) = witness_case.nudged.values()
    assert nudged.address == "wren@example.org"
    told = [s for s in _about(world, witness_case) if isinstance(s, NudgeLetter)]
    assert len(told) == 3


def _about(world: World, case: Case) -> list:
    case_id = next(i for i, c in world.server.cases.items() if c is case)
    return [said for _, said in world.said if getattr(said, "case_id", None) == case_id]


def test_members_who_have_not_met_see_no_note_and_cannot_invite():
    world = World()
    world.saw("wren")
    world.file_all(*GROUP, "dana")
    world.consent_all(*GROUP)
    assert [v.witness for v in world.survivors["dana"].views("first")] == [False]
    # A client of her own asks past the server: the trustees know who met.
    view = invitation(world, "ana")
    dana = world.survivors["dana"]
    place = [m.report_key for m in _case(world, view).group.everybody].index(
        dana.report_key("first")
    )
    dana.answer("first", replace(view, member=place), "yes")
    world.settle()
    assert sees_nothing(world, "wren")
    world.survivors["wren"].answer("first", replace(view, member=4), "yes")
    world.settle()
    assert given_away(world, "wren") == set()


def _case(world: World, view: CaseView) -> Case:
    return world.server.cases[view.case_id]


@pytest.mark.parametrize("answer", ["later", "no"])
def test_without_her_yes_nobody_gets_her_card_or_learns_her_answer(answer):
    world = met_with_a_witness()
    invite(world, "ana")
    before = invitation(world, "ana")
    world.consent("wren", answer)
    world.settle()
    assert given_away(world, "wren") == set()
    assert invitation(world, "ana") == before


def test_a_yes_of_an_uninvited_witness_releases_nothing():
    world = met_with_a_witness()
    view = invitation(world, "ana")
    world.survivors["wren"].answer("first", replace(view, member=3), "yes")
    world.settle()
    assert given_away(world, "wren") == set()
    invite(world, "cleo")
    assert given_away(world, "wren") == {"cleo"}


def test_an_invitation_that_is_taken_back_in_time_releases_nothing():
    world = met_with_a_witness()
    invite(world, "ana")
    world.survivors["ana"].answer("first", invitation(world, "ana"), "no")
    world.settle()
    assert sees_nothing(world, "wren")


def test_an_invitation_expires():
    world = met_with_a_witness()
    invite(world, "ana")
    view = invitation(world, "wren")
    world.day += 61
    world.survivors["wren"].answer("first", view, "yes")
    world.settle()
    assert given_away(world, "wren") == set()


# She comes and goes


def test_a_witness_who_took_her_note_back_is_gone():
    world = met_with_a_witness()
    invite(world, "ana")
    world.withdraw("wren")
    world.settle()
    assert not [v for v in world.survivors["ana"].views("first") if v.witness]
    for trustee in world.opening:
        assert isinstance(trustee.held[_key(world, "wren")], Tombstone)
    assert world.survivors["wren"].erased_by("first") == [1, 2, 3]


def _key(world: World, name: str) -> PublicKey:
    return world.survivors[name].report_key("first")


def test_a_member_who_took_her_report_back_gets_no_witness():
    world = met_with_a_witness()
    invite(world, "ana", "bea")
    world.withdraw("ana")
    world.settle()
    world.consent_all("wren")
    assert given_away(world, "wren") == {"bea"}


def test_a_changed_note_is_a_new_case_and_everybody_is_asked_again():
    world = met_with_a_witness()
    invite(world, "ana")
    wren = world.survivors["wren"]
    wren.submit(wren.changed("first", outputs=wren.outputs((*X, *Y))))
    world.settle()
    assert sees_nothing(world, "wren")
    invite(world, "bea")
    world.consent_all("wren")
    assert given_away(world, "wren") == {"bea"}


def test_after_a_late_joiner_those_who_met_before_can_still_invite():
    world = met_with_a_witness()
    world.file_all("dana")
    invite(world, "ana")
    world.consent_all("wren")
    assert given_away(world, "wren") == {"ana"}
    assert sees_nothing(world, "dana") or not any(
        v.witness for v in world.survivors["dana"].views("first")
    )


# Who cannot be one


def test_who_files_both_is_a_member_and_her_note_is_set_aside():
    world = World()
    world.saw("ana", report="note")
    world.file_all(*GROUP)
    world.consent_all(*GROUP)
    assert world.contacts("ana") == ["bea", "cleo"]
    assert sees_nothing(world, "ana", "note")
    assert not any(v.witness for v in world.survivors["bea"].views("first"))
    assert any("also a member" in said for said in world.log(1, "verdict"))


def test_a_note_left_after_the_report_is_set_aside_too():
    world = connected(*GROUP)
    world.saw("ana", report="note")
    assert sees_nothing(world, "ana", "note")
    assert not any(v.witness for v in world.survivors["bea"].views("first"))


def test_the_named_person_is_no_witness():
    world = connected(*GROUP)
    world.saw("x", verified=Identity("Xavier Example", "x@company.example", "", ""))
    assert not any(v.witness for v in world.survivors["ana"].views("first"))
    assert any("named by members" in said for said in world.log(1, "verdict"))


def test_a_witness_who_names_a_member_is_set_aside_and_the_member_stays():
    world = connected(*GROUP)
    world.saw("wren", (*X, email("ana@example.org")))
    assert not any(v.witness for v in world.survivors["ana"].views("first"))
    assert any("she names member" in said for said in world.log(1, "verdict"))
    assert world.contacts("ana") == ["bea", "cleo"]
    world.saw("will")
    invite(world, "ana")
    world.consent_all("will")
    assert world.contacts("ana") == ["bea", "cleo", "will"]


# What the dishonest try


@pytest.mark.parametrize("witnesses", [1, 4])
def test_witnesses_never_complete_a_group(witnesses):
    world = World()
    for number in range(witnesses):
        world.saw(f"witness {number}")
    world.file_all("ana", "bea")
    assert not world.server.cases
    # Nor does the server's word for it help.
    for claim in (
        Group(3, _holders(world)),
        Group(3, _holders(world, "ana", "bea"), _holders(world, "witness 0")[0]),
        Group(2, _holders(world, "ana"), _holders(world, "witness 0")[0]),
    ):
        _claim(world, claim)
        assert not any(trustee.files for trustee in world.opening)


def _holders(world: World, *names: str) -> tuple[Candidate, ...]:
    """These reports, all about X, as the server would list them; witnesses last."""
    server, found = world.server, []
    rows = [open_row(server._keys, r) for f in server.reports.values() for r in f.rows]
    tags = [row.tag for row in rows]
    (shared,) = {tag for tag in tags if tags.count(tag) > 1}
    wanted = {_key(world, name) for name in names or world.survivors}
    found = [
        server._candidate(row)
        for row in rows
        if row.tag == shared and row.report_key in wanted
    ]
    return tuple(sorted(found, key=lambda c: (c.witness, c.header_digest)))


def _claim(world: World, group: Group) -> list[ProtocolError]:
    """The server claims this; what the trustees refused of it."""
    world.server._open(group)
    for trustee in world.opening:
        trustee.refused.clear()
    world.settle()
    return [error for trustee in world.opening for error in trustee.refused]


def test_a_claim_with_two_witnesses_is_refused():
    world = connected(*GROUP)
    world.saw("wren")
    world.saw("will")
    ana, bea, cleo, *witnesses = _holders(world)
    refused = _claim(world, Group(3, (ana, bea, cleo, witnesses[0]), witnesses[1]))
    assert [type(error) for error in refused] == [InvalidCase] * 3


def test_a_witness_among_the_members_is_refused():
    world = connected(*GROUP)
    world.saw("wren")
    ana, bea, cleo, wren = _holders(world)
    for members in ((wren, ana, bea, cleo), (ana, bea, cleo, wren)):
        refused = _claim(world, Group(3, members))
        assert [type(error) for error in refused] == [InvalidCase] * 3


def test_a_group_that_does_not_stand_has_no_witness():
    # The third report shares the tag, but its lock is not this group's.
    world = World()

    def no_share(entries, tags):
        return [
            replace(entry, shares=_swapped(entry.shares)) for entry in entries
        ], tags

    world.file_all("ana", "bea")
    mal = world.person("mal")
    bent(mal, lock=no_share).file(mal.draft(X, 3, "first"))
    world.saw("wren")
    world.settle()
    assert not [c for c in world.server.cases.values() if c.group.witness]
    *group, wren = _holders(world)
    assert not _claim(world, Group(3, tuple(group), wren))
    for trustee in world.opening:
        assert all(file.verdict.level == 0 for file in trustee.files.values())
    assert sees_nothing(world, "ana")
    assert sees_nothing(world, "wren")


def _swapped(shares):
    return tuple(reversed(shares))


def test_the_witness_of_a_group_that_never_met_is_never_asked():
    world = asked(*GROUP)
    world.saw("wren")
    view = world.survivors["ana"].views("first")[0]
    witness = next(i for i, c in world.server.cases.items() if c.group.witness)
    everybody = world.server.cases[witness].group.everybody
    digests = tuple(m.header_digest for m in everybody)
    for name in (*GROUP, "wren"):
        faked = replace(
            view,
            case_id=witness,
            witness=True,
            header_digests=digests,
            member=[m.report_key for m in everybody].index(_key(world, name)),
        )
        world.survivors[name].answer("first", faked, "yes")
    world.settle()
    assert not world.released()
    assert not world.server.cases[witness].nudges


def test_a_group_that_meets_after_it_was_invited_lets_the_witness_come():
    # Answers may reach a trustee in any order: it looks again.
    world = met_with_a_witness()
    late = world.opening[2]
    late.up = False
    invite(world, "ana")
    world.consent_all("wren")
    world.server.queues[3].sort(key=lambda work: isinstance(work, ConsentNotice))
    late.up = True
    world.settle()
    releases = [r for r in world.released() if r[1] == 3]
    assert any(_name(world, case, giver) == "wren" for case, _, giver, _ in releases)


# A report is of one kind for ever


@pytest.mark.parametrize("witness", [False, True])
def test_the_server_cannot_turn_a_report_into_the_other_kind(witness):
    world = World()
    ana = world.person("ana")
    _, submission = ana.seal(ana.draft(X, 2, "first", witness=witness))
    header = decode(submission.header.payload, Header)
    core = decode(header.core, Core)
    turned = Blob(encode(replace(core, witness=1 - core.witness)))
    payload = Blob(encode(replace(header, core=turned)))
    signed = replace(submission.header, payload=payload)
    with pytest.raises(InvalidSignature):
        world.server.submit(replace(submission, header=signed), world.day)


@pytest.mark.parametrize("witness", [False, True])
def test_a_later_version_is_of_the_same_kind(witness):
    world = World()
    ana = world.file("ana", X, 2, witness=witness)
    world.settle()
    _, turned = ana.seal(ana.changed("first", witness=not witness))
    with pytest.raises(ConflictingReport):
        world.server.submit(turned, world.day)
    # Past a server that does not look, the trustees do.
    for box in turned.boxes:
        world.server.queues[box.index].append(
            BoxDelivery(header=turned.header, box=box)
        )
    world.settle()
    for trustee in world.opening:
        assert [type(error) for error in trustee.refused] == [ConflictingReport]
        assert trustee.held[_key(world, "ana")].version == 1


def test_a_witness_has_no_group_size_of_her_own():
    world = World()
    wren = world.person("wren")
    with pytest.raises(InputError):
        wren.seal(wren.draft(X, 3, "first", witness=True))
    forger = bent(wren, core=lambda core: replace(core, match_threshold=3))
    with pytest.raises(InvalidReport):
        forger.file(wren.draft(X, 2, "first", witness=True))


def test_a_witness_who_keeps_shares_does_not_stand():
    world = connected(*GROUP)
    mal = world.person("mal")
    honest = mal.draft(X, 2, "first")
    draft = replace(honest, witness=False)
    forger = bent(mal, core=lambda core: replace(core, witness=1))
    forger.file(draft)
    world.settle()
    assert not any(v.witness for v in world.survivors["ana"].views("first"))
    assert any("shares do not fit" in said for said in world.log(1, "verdict"))


def test_who_was_harmed_and_holds_back_her_shares_does_not_stand():
    world = World()
    mal = world.person("mal")
    forger = bent(mal, core=lambda core: replace(core, witness=0))
    forger.file(mal.draft(X, 2, "first", witness=True))
    world.file_all("ana", group=2)
    assert sees_nothing(world, "ana")
    assert any("shares do not fit" in said for said in world.log(1, "verdict"))


# What shows


def test_a_note_is_as_large_as_a_report():
    world = World()
    ana = world.person("ana")
    _, report = ana.seal(ana.draft(X, 2, "report"))
    _, note = ana.seal(ana.draft(X, 2, "note", witness=True))
    assert len(encode(note)) == len(encode(report))


def test_what_a_trustee_keeps_of_a_witness_survives_its_encoding():
    world = met_with_a_witness()
    invite(world, "ana")
    for trustee in world.opening:
        assert any(
            isinstance(file, JudgedCase) and file.invitable
            for file in trustee.files.values()
        )
        for file in trustee.files.values():
            assert decode(encode(file), CaseFile) == file


def test_the_case_of_a_witness_is_named_apart_from_a_groups():
    digests = tuple(Digest(bytes([n]) * 32) for n in range(4))
    names = {case_id_of(digests), witness_case_id_of(digests), case_id_of(digests[:3])}
    assert len(names) == 3
