"""A trustee that comes back from an old backup opens nothing that was withdrawn."""

from collections import Counter

import pytest
from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.errors import ConflictingReport, InvalidSignature
from escrow.messages.codec import (
    Blob,
    Nonce,
    Signature,
    encode,
)
from escrow.messages.filing import Withdrawal
from escrow.messages.mailbox import (
    HeadNotice,
    LogHead,
    SealedLetter,
    WorkItem,
)
from escrow.messages.recovery import (
    SERVER,
    RecordsAnswer,
    RecordsWanted,
    SignedRecords,
)
from escrow.signing import peek, public_key, sign
from escrow.trustee import recovery
from escrow.trustee.boxes import EndedReport, HeldReport, SupersededReport, Tombstone
from escrow.trustee.recovery import Recovery
from keyservice.audit import BrokenLog, Head, gaps, head_of, verify
from keyservice.handlers import mail
from keyservice.handlers.judgement import Desk
from keyservice.handlers.recovery import (
    NotCaughtUp,
    close_quota,
    declare_restored,
    open_quota,
)
from keyservice.ports import HELD, RECOVERY
from keyservice.sql_store import open_store
from tests.databases import place_of
from tests.keyservice.keyed_world import STORAGE_KEY
from tests.keyservice.old_copies import a_report, copy_of, file, held_of, recovering
from tests.world.world import DAY

pytestmark = pytest.mark.anyio
NONCE = Nonce(b"sixteen bytes of")


async def test_a_withdrawn_report_stays_dead_after_a_restore(world):
    await file(world, "ana", "bea")
    old = await copy_of(world, 1)
    world.withdraw("ana")
    await world.work()
    assert isinstance(await held_of(world, 1, "ana"), Tombstone)
    await old.bring_back()
    assert isinstance(await held_of(world, 1, "ana"), HeldReport)
    await world.work()
    assert isinstance(await held_of(world, 1, "ana"), Tombstone)
    assert isinstance(await held_of(world, 1, "bea"), HeldReport)
    assert await recovering(world, 1) is None


async def test_a_version_does_not_outlive_one_that_was_to_end_sooner(world):
    """F12: what has ended never stands again, nor does what it replaced."""
    await file(world, "ana")
    old = await copy_of(world, 1)
    ana = world.survivors["ana"]
    soon = month_of(world.day) + 1
    ana.submit(ana.changed("first", expiry_month=soon))
    await world.work()
    world.day += 70
    await world.work()
    for index in (1, 2, 3):
        assert isinstance(await held_of(world, index, "ana"), EndedReport)
    await old.bring_back()
    assert isinstance(await held_of(world, 1, "ana"), HeldReport)
    await world.work()
    assert await recovering(world, 1) is None
    aside = await held_of(world, 1, "ana")
    assert isinstance(aside, SupersededReport)
    assert (aside.version, aside.kept) == (2, None)


async def test_what_was_said_of_a_case_is_said_again_when_it_is_asked_for(world):
    await file(world, "ana", "bea", "cleo")
    world.consent_all()
    await world.work()
    before = world.queues[0].posted.copy()
    assert any(isinstance(letter, HeadNotice) for letter in before)
    world.server.ask_for_cases()
    await world.work()
    again = world.queues[0].posted[len(before) :]
    # The log's head goes out after a verdict, not after its repetition.
    assert Counter(type(letter).__name__ for letter in again) == {
        "SignedVerdict": 1,
        "ConsentNotice": 3,
        "SignedAnswerReceipt": 3,
        "NudgeLetter": 3,
        "Release": 6,
    }
    kinds = Counter(await world.kinds(1))
    assert (kinds["verdict"], kinds["released"], kinds["released again"]) == (1, 1, 1)


@pytest.mark.parametrize("restored", [(1, 2), (2, 1), (2, 3)])
async def test_restored_fellows_do_not_vouch_for_each_other(world, restored):
    await file(world, "ana", "bea")
    copies = [await copy_of(world, index) for index in restored]
    world.withdraw("ana")
    await world.work()
    for copy in copies:
        await copy.bring_back()
    first, second = (world.pollers[index - 1] for index in restored)
    for poller in (first, second, first, second):
        await poller.round(0)  # Both have heard the other; nobody else spoke.
    assert not first.ready.is_set()
    assert not second.ready.is_set()
    await world.work()
    for index in restored:
        assert isinstance(await held_of(world, index, "ana"), Tombstone)
        assert await recovering(world, index) is None


async def test_the_server_hears_a_restored_trustee_once_it_has_caught_up(world):
    await file(world, "ana")
    async with world.stores[0].transaction() as ledger:
        await declare_restored(ledger)
    trustee = world.pollers[0]._trustee
    wanted = RecordsWanted(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        recipient=SERVER,
        nonce=NONCE,
    )
    item = WorkItem(item=NONCE, body=Blob(encode(wanted)))
    desk = Desk(trustee, DAY, 1000)
    with pytest.raises(NotCaughtUp):
        await mail.take_in(world.stores[0], desk, item)
    async with world.stores[0].transaction() as ledger:
        await ledger.erase(RECOVERY)
    await mail.take_in(world.stores[0], desk, item)
    assert "records shown" in await world.kinds(1)


async def test_without_being_told_it_would_still_hold_the_shares(world):
    """The control: what the recovery is there to prevent does happen without it."""
    await file(world, "ana")
    old = await copy_of(world, 1)
    world.withdraw("ana")
    await world.work()
    await old.bring_back(declared=False)
    await world.work()
    assert isinstance(await held_of(world, 1, "ana"), HeldReport)


async def test_nothing_is_answered_before_enough_fellows_were_heard(world):
    await file(world, "ana", "bea", "cleo")
    old = await copy_of(world, 1)
    await old.bring_back()
    said = len(world.queues[0].posted)
    world.file("dora")
    await world.pollers[0].round(0)
    await world.work(2)  # One fellow answers; two are needed of three trustees.
    await world.pollers[0].round(0)
    posted = world.queues[0].posted[said:]
    assert {type(letter) for letter in posted} == {RecordsWanted}
    assert not world.pollers[0].ready.is_set()
    await world.work()
    assert world.pollers[0].ready.is_set()
    assert isinstance(await held_of(world, 1, "dora"), HeldReport)


async def test_letters_that_waited_in_the_backup_are_not_sent(world):
    await file(world, "ana", "bea", "cleo")
    async with world.stores[0].transaction() as ledger:
        letter = next(p for p in world.queues[0].posted if isinstance(p, SealedLetter))
        await ledger.enqueue((letter,))
    old = await copy_of(world, 1)
    await old.bring_back()
    said = len(world.queues[0].posted)
    await world.pollers[0].round(0)
    assert letter not in world.queues[0].posted[said:]


async def test_the_log_goes_on_from_the_head_that_fellows_remember(world):
    await file(world, "ana")
    old = await copy_of(world, 1)
    await file(world, "bea", "cleo")
    before = await world.log(1)
    remembered = [
        peek(n.head, LogHead)
        for n in world.queues[0].posted
        if type(n).__name__ == "HeadNotice"
    ]
    newest = max(remembered, key=lambda head: head.size)
    await old.bring_back()
    await world.work()
    after = await world.log(1)
    first = next(entry for entry in after if entry.kind == "restored")
    assert first.position == newest.size + 1
    assert first.previous == newest.head
    shown = Head(newest.size, first.previous)
    assert verify(after, [shown]).size == after[-1].position
    with pytest.raises(BrokenLog):
        verify(after, [Head(newest.size, head_of(before[0]).hash)])
    with pytest.raises(BrokenLog):
        verify([*after[:1], *after[2:]])
    lost = first.position - 1 - after[after.index(first) - 1].position
    (gap,) = gaps(after, [shown])
    assert (gap.last, gap.remembered) == (newest.size, True)
    assert verify(after).skipped == lost
    for fellow in (2, 3):
        assert "fork" not in await world.kinds(fellow)
        (noted,) = [e.detail for e in await world.log(fellow) if e.kind == "gap"]
        assert noted == f"trustee 1 lacks {lost} of {first.position} entries"


async def test_fellows_are_shown_the_log_every_day(world):
    await file(world, "ana")
    world.day += 1
    await world.work()
    for index in (1, 2, 3):
        assert (await world.kinds(index)).count("fellow head") == 2


async def test_it_asks_again_every_day(world):
    await file(world, "ana")
    await (await copy_of(world, 1)).bring_back()
    said = len(world.queues[0].posted)
    for _ in range(2):
        await world.pollers[0].round(0)
        await world.pollers[0].round(0)
        world.day += 1
    asked = [p for p in world.queues[0].posted[said:] if isinstance(p, RecordsWanted)]
    assert len(asked) == 2
    await world.work()
    assert world.pollers[0].ready.is_set()


async def test_a_withdrawal_in_a_late_answer_still_counts(world, trustees):
    me, fellow = trustees
    old = await copy_of(world, 1)
    world.withdraw("ana")
    await world.work()
    tomb = await held_of(world, 2, "ana")
    await old.bring_back(declared=False)
    desk = Desk(me, DAY, 1000)
    assert isinstance(await held_of(world, 1, "ana"), HeldReport)
    for letter in an_answer(fellow, 1, NONCE, (tomb,)):
        item = WorkItem(item=NONCE, body=Blob(encode(letter)))
        await mail.take_in(world.stores[0], desk, item)
    assert isinstance(await held_of(world, 1, "ana"), Tombstone)


def an_answer(fellow, recipient=1, nonce=NONCE, known=(), head=None):
    wanted = RecordsWanted(
        deployment_id=Nonce(fellow.deployment.deployment_id),
        recipient=recipient,
        nonce=nonce,
    )
    return recovery.answer_records(fellow, wanted, known, head).letters


async def test_an_answer_to_another_question_is_refused(trustees):
    me, fellow = trustees
    state = Recovery(nonce=NONCE)
    (good,) = an_answer(fellow)
    assert recovery.open_answer(me, state, good).index == 2
    for letters in (an_answer(fellow, 3), an_answer(fellow, 1, Nonce(bytes(16)))):
        with pytest.raises(ConflictingReport):
            recovery.open_answer(me, state, letters[0])


async def test_an_answer_that_the_fellow_did_not_sign_is_refused(trustees):
    me, fellow = trustees
    (good,) = an_answer(fellow)
    body = peek(good.answer, RecordsAnswer)
    forged = replace(good.answer, payload=Blob(encode(replace(body, index=3))))
    with pytest.raises(InvalidSignature):
        recovery.open_answer(me, Recovery(nonce=NONCE), SignedRecords(answer=forged))


async def test_one_does_not_answer_oneself(trustees):
    me, _ = trustees
    (own,) = an_answer(me, 2)
    with pytest.raises(InvalidIndex):
        recovery.open_answer(me, Recovery(nonce=NONCE), own)
    for recipient in (1, 4):
        wanted = RecordsWanted(
            deployment_id=Nonce(me.deployment.deployment_id),
            recipient=recipient,
            nonce=NONCE,
        )
        with pytest.raises(InvalidIndex):
            recovery.check_asker(me, wanted)


async def test_a_long_answer_comes_in_parts_and_counts_when_whole(trustees):
    me, fellow = trustees
    held = [a_report(n) for n in range(2 * recovery.PART_ENTRIES + 1)]
    letters = an_answer(fellow, known=held)
    assert len(letters) == 3
    state = Recovery(nonce=NONCE, enough=1)
    for letter in (letters[2], letters[0], letters[0]):
        state = recovery.hear(state, recovery.open_answer(me, state, letter))
        assert not recovery.caught_up(me.deployment, state)
    state = recovery.hear(state, recovery.open_answer(me, state, letters[1]))
    assert recovery.caught_up(me.deployment, state)
    assert not recovery.caught_up(me.deployment, replace(state, enough=0))


async def test_who_was_restored_counts_only_when_everybody_has_answered(trustees):
    me, fellow = trustees
    (answer,) = an_answer(fellow)
    heard = recovery.open_answer(me, Recovery(nonce=NONCE), answer)
    old = replace(heard, catching_up=True)
    deployment = me.deployment  # Three trustees, of whom two fellows must answer.
    state = recovery.hear(Recovery(nonce=NONCE), old)
    assert not recovery.caught_up(deployment, state)
    both = recovery.hear(state, replace(old, index=3))
    assert not recovery.caught_up(deployment, both)
    assert recovery.caught_up(deployment, replace(both, enough=2))
    one = recovery.hear(state, replace(heard, index=3))
    assert recovery.caught_up(deployment, one)
    # A fellow that has caught up since answers anew, and its first answer is forgotten.
    assert recovery.caught_up(deployment, recovery.hear(both, heard))


async def test_a_fellows_bad_withdrawal_does_not_hide_its_good_ones(world, trustees):
    me, fellow = trustees
    old = await copy_of(world, 1)
    world.withdraw("ana")
    await world.work()
    good = await held_of(world, 2, "ana")
    bad = replace(
        good, withdrawal=replace(good.withdrawal, signature=Signature(bytes(64)))
    )
    await old.bring_back()
    state = await recovering(world, 1)
    desk = Desk(me, DAY, 1000)
    for letter in an_answer(fellow, 1, state.nonce, (bad, good)):
        item = WorkItem(item=NONCE, body=Blob(encode(letter)))
        await mail.take_in(world.stores[0], desk, item)
    assert isinstance(await held_of(world, 1, "ana"), Tombstone)
    assert peek(good.withdrawal, Withdrawal).report_key == good.report_key


async def test_the_same_question_is_answered_once_a_day(world, trustees):
    me, _ = trustees
    wanted = RecordsWanted(
        deployment_id=Nonce(me.deployment.deployment_id), recipient=0, nonce=NONCE
    )
    item = WorkItem(item=NONCE, body=Blob(encode(wanted)))
    for day in (DAY, DAY, DAY + 1):
        await mail.take_in(world.stores[0], Desk(me, day, 1000), item)
    assert (await world.kinds(1)).count("records shown") == 2


async def test_an_asker_gets_few_answers_a_day_whatever_it_asks(world, trustees):
    me, _ = trustees
    for number in range(9):
        wanted = RecordsWanted(
            deployment_id=Nonce(me.deployment.deployment_id),
            recipient=2,
            nonce=Nonce(bytes([number]) * 16),
        )
        item = WorkItem(item=NONCE, body=Blob(encode(wanted)))
        await mail.take_in(world.stores[0], Desk(me, DAY, 1000), item)
    assert (await world.kinds(1)).count("records shown") == 4
    await mail.take_in(world.stores[0], Desk(me, DAY + 1, 1000), item)
    assert (await world.kinds(1)).count("records shown") == 5


async def test_who_was_not_asked_leaves_no_tombstone_of_a_report_never_seen(
    world, trustees
):
    me, fellow = trustees
    key = SecretBytes(b"made up, and 32 bytes long......")
    taken_back = Withdrawal(
        deployment_id=Nonce(me.deployment.deployment_id),
        report_key=public_key(key),
        version=1,
    )
    tomb = Tombstone(
        report_key=public_key(key),
        version=1,
        withdrawal=sign(key, Label.REPORT_WITHDRAWAL, taken_back),
    )
    for letter in an_answer(fellow, 1, NONCE, (tomb,)):
        item = WorkItem(item=NONCE, body=Blob(encode(letter)))
        await mail.take_in(world.stores[0], Desk(me, DAY, 1000), item)
    async with world.stores[0].transaction() as ledger:
        assert await ledger.load(HELD, public_key(key)) is None


async def test_a_restored_quota_stays_closed_for_one_window(tmp_path, new_database):
    place = place_of(new_database(), tmp_path / "index.sqlite")
    async with open_store(place, STORAGE_KEY) as store:
        assert await open_quota(store, DAY) is None
        async with store.transaction() as ledger:
            await close_quota(ledger, DAY, 30)
        assert await open_quota(store, DAY) == DAY + 30
        assert await open_quota(store, DAY + 29) == DAY + 30
        assert await open_quota(store, DAY + 30) is None
        assert await open_quota(store, DAY) is None
