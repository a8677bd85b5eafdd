"""What the server could try; trustees and survivors check for themselves."""

import pytest
from msgspec.structs import replace

from blind_index.errors import (
    DuplicateShare,
    InvalidProof,
    NotEnoughShares,
    ProtocolError,
)
from blind_index.labels import Label
from escrow.case import case_id_of
from escrow.client.connecting import Reader, open_connection
from escrow.client.following import ask_connection, check_case
from escrow.errors import (
    InvalidCase,
    InvalidConsent,
    InvalidReport,
    InvalidSignature,
)
from escrow.messages.cases import CaseClaim, Connection, Consent
from escrow.messages.codec import Blob, Digest, decode, encode
from escrow.messages.filing import Core, Header
from escrow.messages.mailbox import ConsentNotice
from escrow.report.contents import header_digest
from escrow.signing import public_key, sign
from escrow.trustee.case_files import GatheringCase, JudgedCase
from tests.world.altered import flipped
from tests.world.world import World, X, Y, asked, claimed, connected


def made_claim() -> tuple[World, CaseClaim]:
    """A true claim that no trustee has seen yet, and the world around it."""
    world = claimed("ana", "bea", group=2)
    claims = [queue.pop(0) for queue in world.server.queues.values()]
    return world, claims[0]


@pytest.fixture(scope="module")
def true_claim():
    return made_claim()


def refused(world: World, claim: CaseClaim, kind: type[ProtocolError]) -> None:
    """No trustee opens a file; each says why."""
    for original in world.opening:
        trustee = original.fork()
        trustee.handle(claim, world.day)
        assert [type(error) for error in trustee.refused] == [kind]
        assert claim.case_id not in trustee.files
        assert trustee.events == original.events


def changed(claim: CaseClaim, place: int, **changes) -> CaseClaim:
    members = list(claim.members)
    members[place] = replace(members[place], **changes)
    return replace(claim, members=tuple(members))


def renamed(claim: CaseClaim, members) -> CaseClaim:
    """A claim about these members, correctly named and ordered."""
    ordered = sorted(members, key=lambda m: header_digest(m.header.payload))
    name = case_id_of([header_digest(m.header.payload) for m in ordered])
    return replace(claim, case_id=name, members=tuple(ordered))


def test_the_true_claim_is_taken(true_claim):
    world, claim = true_claim
    trustee = world.opening[0].fork()
    trustee.handle(claim, world.day)
    assert isinstance(trustee.files[claim.case_id], GatheringCase)


def test_members_whose_tags_differ_are_no_case(true_claim):
    world, claim = true_claim
    position = (claim.members[0].position + 1) % 16
    refused(world, changed(claim, 0, position=position), InvalidCase)


def test_reports_about_two_persons_are_no_case():
    world, claim = made_claim()
    world.file("cleo", Y, 2)
    world.settle()
    cleo = world.server.reports[world.survivors["cleo"].report_key("first")]
    header, parts = cleo.submission.header, cleo.submission.parts
    stranger = replace(
        claim.members[0],
        header=header,
        standing=parts[0],
        lock=parts[1],
        answers=tuple(cleo.answers.values()),
    )
    for position in range(16):
        placed = replace(stranger, position=position)
        refused(world, renamed(claim, [claim.members[1], placed]), InvalidCase)


@pytest.mark.parametrize("level", [0, 1, 3, 6, 7])
def test_a_level_that_is_not_filled_is_refused(true_claim, level):
    world, claim = true_claim
    refused(world, replace(claim, level=level), InvalidCase)


def test_a_member_who_asked_for_more_is_no_member():
    world, claim = made_claim()
    world.file("cleo", group=3)
    world.settle()
    cleo = world.server.reports[world.survivors["cleo"].report_key("first")]
    entry = next(c for c in world.server.cases.values() if len(c.group.members) == 2)
    tag_at = dict(enumerate(cleo.report.core.encrypted_tags))
    assert entry.group.level == 2
    for position in tag_at:
        picky = replace(
            claim.members[0],
            header=cleo.submission.header,
            standing=cleo.submission.parts[0],
            lock=cleo.submission.parts[1],
            position=position,
            answers=tuple(cleo.answers.values()),
        )
        refused(world, renamed(claim, [claim.members[1], picky]), InvalidCase)


def test_a_report_is_not_counted_twice(true_claim):
    world, claim = true_claim
    doubled = replace(claim, members=claim.members[:1] * 2)
    refused(world, doubled, InvalidCase)
    refused(world, renamed(claim, claim.members[:1] * 2), InvalidCase)


def test_two_versions_of_a_report_are_not_two_members():
    world, claim = made_claim()
    ana = world.survivors["ana"]
    key = ana.report_key("first")
    old = next(
        member
        for member in claim.members
        if decode(decode(member.header.payload, Header).core, Core).report_key == key
    )
    ana.submit(ana.reports["first"])
    for trustee in world.opening:
        world.deliver(trustee)
    filed = world.server.reports[key]
    new = replace(
        old,
        header=filed.submission.header,
        standing=filed.submission.parts[0],
        lock=filed.submission.parts[1],
        answers=tuple(filed.answers.values()),
    )
    refused(world, renamed(claim, [old, new]), InvalidCase)


def test_a_claim_has_one_order_and_one_name(true_claim):
    world, claim = true_claim
    refused(world, replace(claim, members=claim.members[::-1]), InvalidCase)
    refused(world, replace(claim, case_id=Digest(bytes(32))), InvalidCase)


@pytest.mark.parametrize("part", ["standing", "lock"])
def test_a_part_other_than_the_headers_is_refused(true_claim, part):
    world, claim = true_claim
    altered = Blob(flipped(getattr(claim.members[0], part)))
    refused(world, changed(claim, 0, **{part: altered}), InvalidCase)
    other = getattr(claim.members[1], part)
    refused(world, changed(claim, 0, **{part: other}), InvalidCase)


def test_index_answers_are_verified_again(true_claim):
    world, claim = true_claim
    answers = claim.members[0].answers
    first = answers[0].evaluated_elements
    lied = replace(answers[0], evaluated_elements=(first[1], *first[1:]))
    faults = (
        ((), NotEnoughShares),
        (answers[:1], NotEnoughShares),
        (answers[:1] * 2, DuplicateShare),
        (claim.members[1].answers, InvalidCase),
        ((lied, answers[1]), InvalidProof),
        ((replace(answers[0], index=3), answers[1]), InvalidProof),
    )
    for given, kind in faults:
        refused(world, changed(claim, 0, answers=given), kind)


@pytest.mark.parametrize("position", [16, 64, 1023])
def test_a_position_outside_the_report_is_refused(true_claim, position):
    world, claim = true_claim
    refused(world, changed(claim, 0, position=position), InvalidCase)


def test_an_altered_header_is_refused(true_claim):
    world, claim = true_claim
    header = claim.members[0].header
    decoded = decode(header.payload, Header)
    core = replace(decode(decoded.core, Core), match_threshold=3)
    payload = Blob(encode(replace(decoded, core=Blob(encode(core)))))
    altered = replace(claim.members[0], header=replace(header, payload=payload))
    refused(world, renamed(claim, [altered, claim.members[1]]), InvalidSignature)


def test_a_rolled_back_version_does_not_stand():
    world, claim = made_claim()
    ana = world.survivors["ana"]
    ana.submit(ana.changed("first", match_threshold=5))
    world.settle()
    for trustee in world.opening:
        world.queue(trustee).append(claim)
    world.settle()
    for trustee in world.opening:
        file = trustee.files[claim.case_id]
        assert isinstance(file, JudgedCase)
        assert file.verdict.standing == ()
        assert "withdrawn or replaced" in world.log(trustee.index, "verdict")[-1]


def test_a_withdrawn_report_that_the_server_kept_does_not_stand():
    world, claim = made_claim()
    world.withdraw("ana")
    world.settle()
    for trustee in world.opening:
        world.queue(trustee).append(claim)
    world.settle()
    for trustee in world.opening:
        file = trustee.files[claim.case_id]
        assert isinstance(file, JudgedCase)
        assert file.verdict.level == 0


# Consent


def case_pair() -> tuple[World, Digest, Digest]:
    """Three who said yes, then a late joiner: the old case and the new one."""
    world = connected("ana", "bea", "cleo")
    (old,) = world.server.cases
    world.file_all("dana")
    (new,) = set(world.server.cases) - {old}
    return world, old, new


def hand_over(world: World, consent) -> list[ProtocolError]:
    """Give every trustee an answer; what they refused, released nothing for."""
    before = world.released()
    for trustee in world.opening:
        world.queue(trustee).append(ConsentNotice(consent=consent))
    world.settle()
    assert world.released() == before
    return [trustee.refused[-1] for trustee in world.opening]


def test_a_yes_is_not_replayed_to_a_later_joiner():
    world, old, new = case_pair()
    world.consent("dana")
    world.settle()
    for signed in world.server.cases[old].consents:
        consent = decode(signed.payload, Consent)
        listed = world.server.record(new).members
        moved = replace(
            consent,
            case_id=new,
            header_digests=tuple(member.header_digest for member in listed),
        )
        forged = replace(signed, payload=Blob(encode(moved)))
        errors = hand_over(world, forged)
        assert {type(error) for error in errors} == {InvalidSignature}
    assert world.contacts("dana") == []


def test_a_yes_for_one_case_is_none_for_another():
    world, old, new = case_pair()
    world.consent("dana")
    world.settle()
    ana = world.survivors["ana"]
    seed = ana.reports["first"].keys().report_seed
    first = next(
        decode(signed.payload, Consent)
        for signed in world.server.cases[old].consents
        if decode(signed.payload, Consent).report_key == ana.report_key("first")
    )
    crossed = (
        replace(first, case_id=new, counter=9),
        replace(first, header_digests=first.header_digests[:2], counter=9),
        replace(first, header_digests=first.header_digests[::-1], counter=9),
    )
    for consent in crossed:
        errors = hand_over(world, sign(seed, Label.CONSENT, consent))
        assert {type(error) for error in errors} == {InvalidConsent}


@pytest.mark.parametrize(("name", "days"), [("ana", -1), ("cleo", 1)])
def test_an_expired_answer_or_a_strangers_is_refused(name, days):
    world = asked("ana", "bea", group=2)
    (case_id,) = world.server.cases
    survivor = world.person(name)
    drafted = survivor.reports.get("first") or survivor.draft(X, 2, "first")
    seed = drafted.keys().report_seed
    consent = Consent(
        case_id=case_id,
        report_key=public_key(seed),
        header_digests=tuple(
            member.header_digest for member in world.server.record(case_id).members
        ),
        answer="yes",
        counter=1,
        last_day=world.day + days,
    )
    errors = hand_over(world, sign(seed, Label.CONSENT, consent))
    assert {type(error) for error in errors} == {InvalidConsent}


def test_an_earlier_yes_does_not_win_over_a_later_no():
    world = asked("ana", "bea", group=2)
    (case_id,) = world.server.cases
    world.consent_all("ana")
    (yes,) = world.server.cases[case_id].consents
    world.consent("ana", "no")
    world.settle()
    for trustee in world.opening:
        world.queue(trustee).append(ConsentNotice(consent=yes))
    world.settle()
    world.consent_all("bea")
    assert world.contacts("bea") == []
    assert not world.released()


def test_answers_that_come_before_the_claim_count_after_the_verdict():
    world = World()
    for name in ("ana", "bea"):
        world.file(name, group=2)
    late = world.opening[2]
    late.up = False
    world.settle()
    world.consent_all()
    world.queue(late).sort(key=lambda work: not isinstance(work, ConsentNotice))
    late.up = True
    world.settle()
    (file,) = late.files.values()
    assert isinstance(file, JudgedCase)
    assert sorted(file.released) == [(0, 1), (1, 0)]


def test_garbage_among_early_answers_does_not_stop_the_verdict():
    world = World()
    for name in ("ana", "bea"):
        world.file(name, group=2)
    world.settle()
    world.consent_all()
    (case_id,) = world.server.cases
    (yes, _) = world.server.cases[case_id].consents
    late = world.opening[2].fork()
    late.files.clear()
    forged = replace(yes, signature=type(yes.signature)(bytes(64)))
    late.handle(ConsentNotice(consent=forged), world.day)
    late.handle(ConsentNotice(consent=yes), world.day)
    (file,) = late.files.values()
    assert yes in file.consents
    assert forged not in file.consents


# Connection


def opened(world: World, name: str, change) -> tuple[list, list]:
    """What a reader makes of a connection that the server changed."""
    survivor = world.survivors[name]
    (view,) = survivor.views("first")
    asked_for = ask_connection(
        world.deployment, survivor.reports["first"], view.case_id
    )
    connection = change(world.server.connection(asked_for))
    reader = Reader(world.deployment, survivor.reports["first"], view)
    return open_connection(reader, connection)


def with_giver(connection: Connection, **changes) -> Connection:
    return replace(connection, givers=(replace(connection.givers[0], **changes),))


@pytest.fixture(scope="module")
def pair():
    return connected("ana", "bea", group=2)


def test_a_release_opens_for_its_reader_only(pair):
    (case,) = pair.server.cases.values()
    to_other = {r.reader: r for r in case.releases}
    places = [m.report_key for m in case.group.members]
    mine = places.index(pair.survivors["ana"].report_key("first"))
    hers = [r for r in case.releases if r.reader != mine]
    assert len(to_other) == 2
    contacts, faults = opened(
        pair, "ana", lambda c: with_giver(c, releases=tuple(hers))
    )
    assert (contacts, faults) == ([], [])


def test_an_altered_contact_or_header_is_refused(pair):
    for change in (
        lambda c: with_giver(c, contact=Blob(flipped(c.givers[0].contact))),
        lambda c: with_giver(c, member=1 - c.givers[0].member),
        lambda c: with_giver(c, member=99),
        lambda c: with_giver(
            c, header=replace(c.givers[0].header, payload=Blob(b"{}"))
        ),
        lambda c: with_giver(
            c,
            header=replace(
                c.givers[0].header,
                signature=type(c.givers[0].header.signature)(bytes(64)),
            ),
        ),
    ):
        contacts, faults = opened(pair, "ana", change)
        assert contacts == []
        kinds = (InvalidReport, InvalidCase, InvalidSignature)
        assert all(isinstance(fault, kinds) for fault in faults)
        assert faults


def test_releases_that_do_not_hold_are_passed_over(pair):
    def spoil(connection: Connection) -> Connection:
        first, *rest = connection.givers[0].releases
        bad = (
            replace(first, ciphertext=Blob(flipped(first.ciphertext))),
            replace(first, index=32),
            replace(first, index=1 + first.index % 3),
        )
        return with_giver(connection, releases=(*bad, *rest))

    contacts, faults = opened(pair, "ana", spoil)
    assert [contact.card.name for contact in contacts] == ["bea"]
    assert faults == []


def test_too_few_releases_are_no_contact_and_no_fault(pair):
    few = opened(
        pair, "ana", lambda c: with_giver(c, releases=c.givers[0].releases[:1])
    )
    assert few == ([], [])


def test_a_group_that_the_server_altered_is_refused(pair):
    ana = pair.survivors["ana"]
    (view,) = ana.views("first")
    report = ana.reports["first"]
    faults = (
        {"case_id": Digest(bytes(32))},
        {"header_digests": view.header_digests[::-1]},
        {"header_digests": view.header_digests[:1]},
        {"member": 1 - view.member},
        {"member": 99},
        {"positions": view.positions[:1]},
        {"verdicts": view.verdicts[:1]},
        {"verdicts": ()},
    )
    for fault in faults:
        with pytest.raises(InvalidCase) as caught:
            check_case(pair.deployment, report, replace(view, **fault))
        assert caught.value.culprit == "api"


def test_a_wrong_position_gives_nothing(pair):
    ana = pair.survivors["ana"]
    (view,) = ana.views("first")
    positions = list(view.positions)
    for position in (positions[view.member] + 1) % 16, 99:
        positions[view.member] = position
        moved = replace(view, positions=tuple(positions))
        contacts, faults = ana.connection("first", moved)
        assert contacts == []
        assert [type(fault) for fault in faults] == [InvalidCase]
