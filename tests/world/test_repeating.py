"""What a trustee said it says again: a server that came back old lost it (§T1, §T8)."""

from msgspec.structs import replace

from escrow.errors import InvalidCase
from escrow.messages.cases import CaseClaim, Consent, Release
from escrow.messages.codec import Digest, Nonce
from escrow.messages.mailbox import ConsentNotice
from escrow.messages.recovery import CasesWanted
from escrow.signing import peek
from escrow.trustee.repeating import NUDGED_AGAIN_DAYS
from tests.world.releases import opened
from tests.world.world import World, asked, claimed, connected

NAMES = ("ana", "bea", "cleo")


def bring_back(world, old):
    """The server is what it was; trustees' box keys are where they were."""
    old.box_keys = world.server.box_keys
    world.server = old


def restored(world, old):
    """The same, and it has asked the trustees, as it does after a restore."""
    bring_back(world, old)
    old.ask_for_cases()
    world.settle()


def told(world, name):
    return [(v.answer, v.connected) for v in world.survivors[name].views("first")]


def test_a_group_that_met_after_the_backup_meets_again_without_doing_anything():
    world = asked(*NAMES)
    old = world.server.fork()
    world.consent_all()
    bring_back(world, old)
    assert not any(world.contacts(name) for name in NAMES)
    old.ask_for_cases()
    world.settle()
    for name in NAMES:
        assert told(world, name) == [("yes", True)]
        assert world.contacts(name) == sorted({*NAMES} - {name})


def test_a_claim_that_was_judged_after_the_backup_is_answered_again():
    world = World()
    for name in NAMES:
        world.file(name)
    world.deliver_boxes()
    old = world.server.fork()
    world.settle()
    world.consent_all()
    met = [world.contacts(name) for name in NAMES]
    bring_back(world, old)
    assert any(isinstance(work, CaseClaim) for work in world.queue(world.opening[0]))
    world.settle()
    (case,) = world.server.cases.values()
    assert len(case.verdicts) == 3
    assert [world.contacts(name) for name in NAMES] == met


def test_a_case_that_the_server_lost_is_opened_and_answered_again():
    world = World()
    for name in NAMES:
        world.file(name)
    old = world.server.fork()
    world.settle()
    world.consent_all()
    bring_back(world, old)
    assert not old.cases
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]


def turns(world, most):
    """Deliver one item after another, in turn; how many there were."""
    for turn in range(most):
        busy = [t for t in world.opening if world.queue(t)]
        if not busy:
            return turn
        world.deliver(busy[turn % len(busy)])
    return most


def test_a_judgement_that_was_cut_off_anywhere_is_finished():
    """Letters that waited at the lost server are sent again by whoever still judges."""
    whole = claimed("ana", "bea", group=2)
    length = turns(whole, 1000)
    assert length > 10
    for kept in range(1, length, 3):
        for lost in range(2, length - kept, 5):
            world = claimed("ana", "bea", group=2)
            turns(world, kept)
            old = world.server.fork()
            turns(world, lost)
            restored(world, old)
            world.consent_all()
            assert world.contacts("ana") == ["bea"], (kept, lost)


def test_undemanded_a_judgement_that_was_cut_off_stays_so():
    """The control: somewhere in between nobody would ever say it again."""
    stuck = 0
    for kept in range(2, 8, 2):
        world = claimed("ana", "bea", group=2)
        turns(world, kept)
        old = world.server.fork()
        world.settle()
        bring_back(world, old)
        world.settle()
        world.consent_all()
        stuck += world.contacts("ana") != ["bea"]
    assert stuck


def test_what_is_released_again_is_the_same_share_to_the_same_key():
    world = connected(*NAMES)
    world.server.ask_for_cases()
    world.settle()
    by_pair = {}
    for _, letter in world.said:
        if isinstance(letter, Release):
            place = (letter.index, letter.giver, letter.reader)
            by_pair.setdefault(place, []).append(opened(world, letter))
    assert len(by_pair) == 3 * 6
    assert all(len(said) == 2 and said[0] == said[1] for said in by_pair.values())


def test_the_log_says_once_that_it_was_released_and_then_that_it_was_said_again():
    world = connected(*NAMES)
    before = [trustee.events.copy() for trustee in world.opening]
    for _ in range(2):
        world.server.ask_for_cases()
        world.settle()
    for trustee, events in zip(world.opening, before, strict=True):
        more = [event.kind for event in trustee.events[len(events) :]]
        assert more == ["said again", "released again"] * 2
        assert trustee.files[next(iter(trustee.files))].owed == ()


def test_who_took_her_report_back_is_not_given_again():
    world = connected(*NAMES)
    world.withdraw("ana")
    world.settle()
    said = len(world.said)
    world.server.ask_for_cases()
    world.settle()
    file = next(iter(world.opening[0].files.values()))
    gone = [m.report_key for m in file.members].index(
        world.survivors["ana"].report_key("first")
    )
    again = [letter for _, letter in world.said[said:] if isinstance(letter, Release)]
    assert not any(gone in (letter.giver, letter.reader) for letter in again)


def test_who_said_no_since_is_not_given_again_and_her_no_is_shown():
    world = asked("ana", "bea", group=2)
    old = world.server.fork()
    world.consent_all()
    world.consent("ana", "no")
    world.settle()
    said = len(world.said)
    restored(world, old)
    assert told(world, "ana") == [("no", False)]
    assert not any(isinstance(letter, Release) for _, letter in world.said[said:])
    assert world.contacts("bea") == []


def test_an_older_answer_does_not_push_a_newer_one_out():
    world = asked("ana", "bea", group=2)
    world.consent("ana")
    world.settle()
    file = next(iter(world.opening[0].files.values()))
    (yes,) = file.consents
    world.consent("ana", "no")
    world.settle()
    world.server.post(1, ConsentNotice(consent=yes))
    assert told(world, "ana") == [("no", False)]
    assert not world.queue(world.opening[1])


def test_an_answer_that_nobody_signed_is_not_kept():
    world = asked("ana", "bea", group=2)
    world.consent("ana")
    world.settle()
    file = next(iter(world.opening[0].files.values()))
    (yes,) = file.consents
    (case,) = world.server.cases.values()
    case.consents.clear()
    forged = replace(yes, signature=type(yes.signature)(bytes(64)))
    world.server.post(2, ConsentNotice(consent=forged))
    assert not case.consents
    assert world.server.dropped


def test_an_answer_that_has_run_out_comes_back_so_that_the_next_one_counts():
    world = asked("ana", "bea", group=2)
    old = world.server.fork()
    world.consent("ana")
    world.settle()
    world.pass_days(61)
    restored(world, old)
    (case,) = old.cases.values()
    assert [peek(signed, Consent).counter for signed in case.consents] == [1]
    assert not old.dropped


def test_what_a_hold_keeps_back_is_said_again_once_it_is_over():
    world = asked("ana", "bea", group=2)
    old = world.server.fork()
    world.consent_all()
    (case_id,) = world.server.cases
    for index in (1, 2, 3):
        world.hold(index, case_id)
    world.settle()
    restored(world, old)
    assert world.contacts("ana") == []
    for index in (1, 2, 3):
        world.resume(index, case_id)
    world.settle()
    assert world.contacts("ana") == ["bea"]


def test_who_raised_an_alarm_sees_again_who_heard_it():
    world = connected("ana", "bea", group=2)
    old = world.server.fork()
    world.survivors["ana"].alarm("first")
    world.settle()
    assert world.survivors["ana"].heard_by("first") == [1, 2, 3]
    bring_back(world, old)
    assert world.survivors["ana"].heard_by("first") == []
    old.ask_for_cases()
    world.settle()
    assert world.survivors["ana"].heard_by("first") == [1, 2, 3]


def test_a_new_yes_after_the_old_one_ran_out_is_answered_with_what_was_released():
    world = asked("ana", "bea", group=2)
    old = world.server.fork()
    world.consent_all()
    world.pass_days(61)
    restored(world, old)
    assert world.contacts("ana") == []
    for survivor in world.survivors.values():
        (view,) = survivor.views("first")
        survivor.answer("first", view, "yes")
    world.settle()
    assert world.contacts("ana") == ["bea"]


def test_a_note_that_the_server_lost_is_made_again_but_not_of_an_old_group():
    for days, again in ((NUDGED_AGAIN_DAYS, True), (NUDGED_AGAIN_DAYS + 1, False)):
        world = claimed(*NAMES)
        old = world.server.fork()
        for queue in old.queues.values():
            queue.clear()
        world.settle()
        world.day += days
        restored(world, old)
        (case,) = world.server.cases.values()
        assert len(case.verdicts) == 3
        assert len(case.nudged) == (3 if again else 0)


def test_a_witness_who_was_invited_is_met_again():
    world = asked("ana", "bea", group=2)
    world.consent_all()
    world.saw("wil")
    old = world.server.fork()
    world.consent_all()
    world.consent_all()
    met = {name: world.contacts(name) for name in ("ana", "bea")}
    assert "wil" in met["ana"]
    restored(world, old)
    assert {name: world.contacts(name) for name in met} == met
    assert any(case.nudged for case in old.cases.values() if case.group.witness)


def test_too_long_a_question_or_one_of_another_deployment_is_refused():
    world = connected("ana", "bea", group=2)
    trustee = world.opening[0]
    (case_id,) = world.server.cases
    here = Nonce(world.deployment.deployment_id)
    for wanted in (
        CasesWanted(deployment_id=here, case_ids=(case_id,) * 21),
        CasesWanted(deployment_id=Nonce(bytes(16)), case_ids=(case_id,)),
    ):
        trustee.handle(wanted, world.day)
        assert isinstance(trustee.refused.pop(), InvalidCase)
    unknown = CasesWanted(deployment_id=here, case_ids=(Digest(bytes(32)),))
    assert trustee.handle(unknown, world.day) == ()
