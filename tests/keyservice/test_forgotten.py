"""A restored trustee forgets no answer, no alarm and no hold (§T6, §T7)."""

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from escrow.messages.cases import (
    AnswerReceipt,
    CaseClaim,
    Consent,
    SignedAnswerReceipt,
)
from escrow.messages.codec import Blob, Nonce, Signature, encode
from escrow.messages.holds import HONOURED_DAYS, Hold, HoldNotice
from escrow.messages.mailbox import BoxDelivery, ConsentNotice, WorkItem
from escrow.messages.recovery import (
    MAX_ANSWERS,
    MAX_ORDERS,
    TOLD_DAYS,
    RecordsAnswer,
    RecordsWanted,
    ToldOrder,
)
from escrow.signing import peek, sign
from escrow.trustee.holds import Holds
from escrow.trustee.recovery import answer_records
from escrow.trustee.told import Told
from keyservice.handlers import mail
from keyservice.handlers.answers import forget_old_answers, told_answers
from keyservice.handlers.holding import hold_case, resume_case
from keyservice.handlers.judgement import Desk
from keyservice.ports import HOLDS, RECOVERY
from tests.keyservice.old_copies import copy_of

pytestmark = pytest.mark.anyio


async def settle(world):
    """Twice: what the last one posts may reach those who were asked before it."""
    await world.work()
    await world.work()


async def file(world, *names):
    for name in names:
        world.file(name, group=2)
    await settle(world)


async def say(world, name, answer="yes"):
    world.consent(name, answer)
    await settle(world)


async def copies_of(world, *indexes):
    return [await copy_of(world, index) for index in indexes]


async def bring_back(world, copies):
    for copy in copies:
        await copy.bring_back()
    await settle(world)
    for copy in copies:
        async with world.stores[copy.index - 1].transaction() as ledger:
            assert await ledger.load(RECOVERY) is None


def said_to(world, index, kind):
    """What the server ever queued for a trustee, of one kind."""
    items = [work for _, work in world.queues[index - 1].names.values()]
    return [work for work in items if isinstance(work, kind)]


def releases(world):
    return [
        (release.index, release.giver, release.reader)
        for case in world.server.cases.values()
        for release in case.releases
    ]


# Answers


@pytest.mark.parametrize("restored", [(1, 2), (3,)])
async def test_a_yes_whose_author_said_no_since_the_backup_releases_nothing(
    world, restored
):
    await file(world, "ana", "bea")
    await say(world, "ana")
    old = await copies_of(world, *restored)
    await say(world, "ana", "no")
    await bring_back(world, old)
    await say(world, "bea")
    assert releases(world) == []
    assert world.contacts("bea") == []


async def test_undeclared_the_old_yes_releases_her(world):
    """The control: what catching up is there to prevent does happen without it."""
    await file(world, "ana", "bea")
    await say(world, "ana")
    old = await copies_of(world, 1, 2)
    await say(world, "ana", "no")
    for copy in old:
        await copy.bring_back(declared=False)
    await say(world, "bea")
    assert world.contacts("bea") == ["ana"]


async def test_who_said_yes_once_is_introduced_without_acting_again(world):
    """Ana's yes is in the backups; bea's came later, and one fellow has it."""
    await file(world, "ana", "bea", "cleo")
    await say(world, "ana")
    old = await copies_of(world, 1, 2)
    await say(world, "bea")
    world.server.cases[next(iter(world.server.cases))].releases.clear()
    await bring_back(world, old)
    await settle(world)
    assert world.contacts("ana") == ["bea"]
    assert world.contacts("bea") == ["ana"]
    await say(world, "cleo")
    assert world.contacts("ana") == ["bea", "cleo"]


async def test_an_old_yes_that_the_server_repeats_does_not_count(world):
    await file(world, "ana", "bea")
    old = await copies_of(world, 1, 2)
    await say(world, "ana")
    await say(world, "ana", "no")
    yes, _ = said_to(world, 1, ConsentNotice)
    await bring_back(world, old)
    await say(world, "bea")
    for index in (1, 2):
        world.server.queues[index].append(replace(yes))
    await settle(world)
    assert releases(world) == []


async def test_nor_does_it_in_a_case_that_the_backup_did_not_know(world):
    """The server repeats all that it ever laid before them, but for the no."""
    old = await copies_of(world, 1, 2)
    await file(world, "ana", "bea")
    await say(world, "ana")
    await say(world, "ana", "no")
    await say(world, "bea")
    assert releases(world) == []
    await bring_back(world, old)
    for kind in (BoxDelivery, CaseClaim, ConsentNotice):
        for index in (1, 2):
            again = said_to(world, index, kind)
            if kind is ConsentNotice:
                assert len(again) == 3
                del again[1]
            world.server.queues[index] += [replace(work) for work in again]
        await settle(world)
    assert "claim" in (await world.kinds(1))
    assert releases(world) == []


async def test_one_fellow_that_says_nothing_does_not_hide_a_no(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    (old,) = await copies_of(world, 1)
    await say(world, "ana", "no")
    await old.bring_back()
    await world.pollers[0].round(0)
    await lie(world, 2, 1)
    await settle(world)
    await say(world, "bea")
    assert releases(world) == []


async def lie(world, liar, index):
    """A trustee that was never away says that it knows of nothing."""
    queue = world.server.queues[liar]
    (wanted,) = [work for work in queue if isinstance(work, RecordsWanted)]
    queue.remove(wanted)
    (letter,) = answer_records(
        world.pollers[liar - 1]._trustee, wanted, (), None
    ).letters
    world.server.queues[index].append(letter)


async def test_a_fellow_cannot_make_an_answer_up(world):
    await file(world, "ana", "bea")
    await say(world, "ana", "no")
    (notice,) = said_to(world, 1, ConsentNotice)
    forged = replace(notice.consent, signature=Signature(bytes(64)))
    await tell(world, 2, 1, Told(answers=(forged, notice.consent)))
    async with world.stores[0].transaction() as ledger:
        assert await told_answers(ledger, world.day) == (notice.consent,)


async def tell(world, fellow, index, told):
    """One fellow's answer to a trustee that was just restored, and no other."""
    old = await copy_of(world, index)
    await old.bring_back()
    me, other = (world.pollers[one - 1] for one in (index, fellow))
    await me.round(0)
    queue = world.server.queues[fellow]
    wanted = next(work for work in queue if isinstance(work, RecordsWanted))
    letters = answer_records(other._trustee, wanted, (), None, told=told).letters
    world.server.queues[index] += letters
    await me.round(0)


async def test_an_answer_that_is_to_hold_for_ever_is_not_kept_from_a_fellow(world):
    """It would stop the forgetting of all that came after it."""
    await file(world, "ana", "bea")
    await say(world, "ana", "no")
    (notice,) = said_to(world, 1, ConsentNotice)
    ana = world.survivors["ana"].reports["first"].keys().report_seed
    ever = replace(peek(notice.consent, Consent), last_day=10**6, counter=9)
    signed = sign(ana, Label.CONSENT, ever)
    await tell(world, 2, 1, Told(answers=(signed, notice.consent)))
    async with world.stores[0].transaction() as ledger:
        assert await told_answers(ledger, world.day) == (notice.consent,)
    world.server.queues[2].append(ConsentNotice(consent=signed))
    await settle(world)
    async with world.stores[1].transaction() as ledger:
        assert await told_answers(ledger, world.day) == (notice.consent,)


async def test_it_signs_for_an_answer_that_comes_while_it_catches_up(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    old = await copy_of(world, 1)
    await old.bring_back()
    posted = len(world.queues[0].posted)
    world.consent("ana", "no")
    await world.pollers[0].round(0)
    async with world.stores[0].transaction() as ledger:
        assert await ledger.load(RECOVERY) is not None
    (said,) = [
        peek(letter.receipt, AnswerReceipt)
        for letter in world.queues[0].posted[posted:]
        if isinstance(letter, SignedAnswerReceipt)
    ]
    assert (said.answer, said.counter) == ("no", 2)
    await settle(world)
    await say(world, "bea")
    assert releases(world) == []


async def test_what_ran_out_long_ago_is_forgotten(world):
    await file(world, "ana", "bea")
    await say(world, "ana", "no")
    store = world.stores[0]
    for days, known in ((2 * TOLD_DAYS, 1), (1, 0)):
        world.day += days
        await forget_old_answers(store, world.day)
        async with store.transaction() as ledger:
            assert len(await told_answers(ledger, 0)) == known


async def test_what_the_backup_had_released_but_not_sent_is_released_again(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    await say(world, "bea")
    old = await copies_of(world, 1)
    (case,) = world.server.cases.values()
    case.releases.clear()
    await bring_back(world, old)
    assert sorted(releases(world)) == [(1, 0, 1), (1, 1, 0)]


# Alarms


async def test_an_alarm_since_the_backup_is_heeded(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    await say(world, "bea")
    old = await copies_of(world, 1, 2)
    await alarm(world, "ana")
    await bring_back(world, old)
    await late_joiner(world)
    assert world.contacts("ana") == ["bea"]
    world.day += HONOURED_DAYS + 1
    await settle(world)
    assert world.contacts("ana") == ["bea", "cleo"]


async def test_it_is_heeded_where_the_backup_did_not_know_the_case(world):
    """What the alarm covers is a fellow's word; the late joiner's case is new."""
    for name in ("ana", "bea"):
        world.file(name, group=2)
    for index in (1, 2, 3):
        await world.pollers[index - 1].round(0)  # Boxes; no claim before it is posted.
    old = await copies_of(world, 1, 2)
    await settle(world)
    await say(world, "ana")
    await say(world, "bea")
    await alarm(world, "ana")
    assert world.contacts("ana") == ["bea"]
    await bring_back(world, old)
    await late_joiner(world)
    assert world.contacts("ana") == ["bea"]


async def late_joiner(world):
    await file(world, "cleo")
    for name in ("ana", "bea", "cleo"):
        await say(world, name)


async def alarm(world, name):
    world.survivors[name].alarm("first")
    await settle(world)


async def test_an_alarm_that_this_trustee_lifted_stays_lifted(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    await say(world, "bea")
    old = await copies_of(world, 1)
    await alarm(world, "ana")
    world.day += 1
    await resume_case(world.stores[0], desk(world, 1), case_of(world).hex(), "checked")
    await settle(world)
    await bring_back(world, old)
    assert await in_force(world, 1) == []
    assert [by for by, _ in await in_force(world, 2)] == [key_of(world, "ana")]


# Holds


def desk(world, index):
    return Desk(world.pollers[index - 1]._trustee, world.day, 1000)


def case_of(world):
    return next(iter(world.server.cases))


def key_of(world, name):
    return world.survivors[name].report_key("first").hex()


async def hold(world, index, reason="doubt"):
    await hold_case(
        world.stores[index - 1], desk(world, index), case_of(world).hex(), reason
    )
    await settle(world)


async def resume(world, index):
    store, case = world.stores[index - 1], case_of(world).hex()
    await resume_case(store, desk(world, index), case, "checked")
    await settle(world)


async def in_force(world, index):
    async with world.stores[index - 1].transaction() as ledger:
        known = await ledger.load(HOLDS) or Holds()
    return [(order.by, order.reason) for order in known.in_force(world.day)]


async def test_holds_since_the_backup_are_in_force_its_own_and_its_fellows(world):
    await file(world, "ana", "bea")
    old = await copies_of(world, 1, 2)
    await hold(world, 1, "doubt")
    await hold(world, 2, "legal")
    await bring_back(world, old)
    for index in (1, 2, 3):
        assert sorted(await in_force(world, index)) == [("1", "doubt"), ("2", "legal")]
    await say(world, "ana")
    await say(world, "bea")
    assert releases(world) == []
    world.day += HONOURED_DAYS + 1
    await settle(world)
    # Its own it heeds until it resumes; a fellow's its days.
    assert await in_force(world, 1) == [("1", "doubt")]
    assert await in_force(world, 3) == []


async def test_what_was_resumed_since_the_backup_is_not_held_again(world):
    await file(world, "ana", "bea")
    await hold(world, 1)
    old = await copies_of(world, 1, 2)
    await resume(world, 1)
    await bring_back(world, old)
    for index in (1, 2, 3):
        assert await in_force(world, index) == []


async def test_a_restored_trustee_goes_on_counting_its_orders(world):
    await file(world, "ana", "bea")
    old = await copies_of(world, 1)
    for _ in range(3):
        await hold(world, 1)
        await resume(world, 1)
    await bring_back(world, old)
    await hold(world, 1, "legal")
    assert [await in_force(world, index) for index in (1, 2, 3)] == 3 * [
        [("1", "legal")]
    ]


async def test_a_resumption_lets_nothing_out_before_it_has_caught_up(world):
    await file(world, "ana", "bea")
    await hold(world, 2)
    await say(world, "ana")
    await say(world, "bea")
    old = await copies_of(world, 1)
    await resume(world, 2)
    assert {index for index, _, _ in releases(world)} == {1, 2, 3}
    (case,) = world.server.cases.values()
    case.releases.clear()
    (resumed,) = [
        work for work in said_to(world, 1, HoldNotice) if not peek(work.hold, Hold).held
    ]
    await old[0].bring_back()
    world.server.queues[1].append(replace(resumed))
    await world.pollers[0].round(0)
    assert await in_force(world, 1) == []
    assert releases(world) == []
    await settle(world)
    assert {index for index, _, _ in releases(world)} == {1}


async def test_a_fellow_cannot_order_in_anothers_name(world):
    await file(world, "ana", "bea")
    fellow = world.pollers[1]._trustee
    for index in (1, 3):
        order = Hold(
            deployment_id=Nonce(world.deployment.deployment_id),
            index=index,
            case_id=case_of(world),
            held=1,
            reason="doubt",
            number=9,
            day=world.day,
        )
        signed = sign(fellow.identity_seed, Label.HOLD, order)
        told = Told(orders=(ToldOrder(signed=signed, report_keys=()),))
        await tell(world, 2, 1, told)
        assert await in_force(world, 1) == []


async def test_a_late_answer_still_counts_about_cases_that_are_known(world):
    await file(world, "ana", "bea")
    await hold(world, 3)
    (order,) = said_to(world, 1, HoldNotice)
    old = await copies_of(world, 1)
    await say(world, "ana", "no")
    (no,) = said_to(world, 1, ConsentNotice)
    at = desk(world, 1)
    await old[0].bring_back(declared=False)
    wanted = RecordsWanted(
        deployment_id=Nonce(world.deployment.deployment_id),
        recipient=1,
        nonce=Nonce(bytes(16)),
    )
    told = Told((no.consent,), (), (ToldOrder(signed=order.hold, report_keys=()),))
    (letter,) = answer_records(
        world.pollers[1]._trustee, wanted, (), None, told=told
    ).letters
    item = WorkItem(item=Nonce(bytes(16)), body=Blob(encode(letter)))
    await mail.take_in(world.stores[0], at, item)
    async with world.stores[0].transaction() as ledger:
        assert await told_answers(ledger, world.day) == (no.consent,)


async def test_a_long_answer_comes_in_parts(world):
    await file(world, "ana", "bea")
    await say(world, "ana", "no")
    (no,) = said_to(world, 1, ConsentNotice)
    order = ToldOrder(signed=no.consent, report_keys=())
    told = Told((no.consent,) * (MAX_ANSWERS + 1), (), (order,) * (2 * MAX_ORDERS + 1))
    wanted = RecordsWanted(
        deployment_id=Nonce(world.deployment.deployment_id),
        recipient=1,
        nonce=Nonce(bytes(16)),
    )
    letters = answer_records(
        world.pollers[1]._trustee, wanted, (), None, told=told
    ).letters
    parts = [peek(letter.answer, RecordsAnswer) for letter in letters]
    assert [len(part.answers) for part in parts] == [MAX_ANSWERS, 1, 0]
    assert [len(part.orders) for part in parts] == [MAX_ORDERS, MAX_ORDERS, 1]
    assert [part.parts for part in parts] == [3, 3, 3]
