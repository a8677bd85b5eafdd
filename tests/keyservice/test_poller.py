"""Opening trustees with real stores, going round in a world of real reports."""

import sqlite3
from contextlib import closing

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.messages.cases import Release, SealedLetter
from escrow.messages.codec import Blob, Nonce
from escrow.messages.mailbox import (
    BoxDelivery,
    HeadNotice,
    LogHead,
    Refusal,
    SignedReceipt,
    SignedVerdict,
    WorkItem,
)
from escrow.operation.database.outages import StoreAway
from escrow.signing import peek, public_key
from escrow.trustee.boxes import EndedReport, HeldReport, Tombstone
from keyservice.audit import verify
from keyservice.handlers import mail, upkeep
from keyservice.handlers.judgement import Desk
from keyservice.ports import HELD, OPEN_CASES, Refused, Unreachable
from keyservice.tables import RECORD
from tests.databases import sqlite_file

pytestmark = pytest.mark.anyio


async def meet(world, *names):
    """File, match, agree, release."""
    for name in names:
        world.file(name)
    await world.work()
    world.consent_all(*names)
    await world.work()


async def test_three_who_named_the_same_person_meet(world):
    await meet(world, "ana", "bea", "cleo")
    assert world.contacts("ana") == ["bea", "cleo"]
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


async def test_two_who_asked_for_three_stay_alone(world):
    await meet(world, "ana", "bea")
    assert world.survivors["ana"].views("first") == []
    assert "verdict" not in await world.kinds(1)


async def test_a_verdict_is_logged_before_its_letters_go_out(world):
    await meet(world, "ana", "bea", "cleo")
    for index in (1, 2, 3):
        posted = world.queues[index - 1].posted
        (head,) = [peek(n.head, LogHead) for n in posted if isinstance(n, HeadNotice)]
        covered = (await world.log(index))[: head.size]
        assert "verdict" in [entry.kind for entry in covered]
        assert verify(covered).hash == head.head


async def test_fellows_remember_each_others_heads(world):
    await meet(world, "ana", "bea", "cleo")
    for index in (1, 2, 3):
        kinds = await world.kinds(index)
        assert kinds.count("fellow head") == 2
        assert "fork" not in kinds


async def test_the_log_of_a_trustee_verifies(world):
    await meet(world, "ana", "bea", "cleo")
    entries = await world.log(1)
    async with world.stores[0].transaction() as ledger:
        assert verify(entries) == await ledger.head()


async def test_a_withdrawn_report_leaves_a_tombstone_and_no_bytes(world):
    ana = world.file("ana")
    await world.work()
    key = public_key(SecretBytes(bytes(ana.reports["first"].report_seed)))
    async with world.stores[0].transaction() as ledger:
        held = await ledger.load(HELD, key)
        assert isinstance(held, HeldReport)
        name = ledger._name(HELD.name, (key,))
        sealed = select(RECORD.c.sealed).where(RECORD.c.name == name)
        ciphertext = (await ledger._connection.execute(sealed)).scalar_one()
    world.withdraw("ana")
    await world.work()
    assert ana.erased_by("first") == [1, 2, 3]
    async with world.stores[0].transaction() as ledger:
        assert isinstance(await ledger.load(HELD, key), Tombstone)
    file = sqlite_file(world.places[0])
    for path in file.parent.glob(file.name + "*"):
        assert ciphertext not in path.read_bytes()


async def test_when_a_month_is_over_the_shares_of_what_ended_leave_no_bytes(world):
    ana, bea = world.file("ana"), world.file("bea")
    await world.work()
    longer = replace(bea.reports["first"], expiry_month=month_of(world.day) + 60)
    bea.submit(longer)
    await world.work()
    keys = [who.report_key("first") for who in (ana, bea)]
    async with world.stores[0].transaction() as ledger:
        name = ledger._name(HELD.name, (keys[0],))
        sealed = select(RECORD.c.sealed).where(RECORD.c.name == name)
        ciphertext = (await ledger._connection.execute(sealed)).scalar_one()
    world.day += 25 * 31
    await world.work()
    async with world.stores[0].transaction() as ledger:
        found = [await ledger.load(HELD, key) for key in keys]
    assert [type(held) for held in found] == [EndedReport, HeldReport]
    ended = [one.detail for one in await world.log(1) if one.kind == "ended"]
    assert ended == ["shares of 1 erased"]
    file = sqlite_file(world.places[0])
    for path in file.parent.glob(file.name + "*"):
        assert ciphertext not in path.read_bytes()


async def test_an_erasure_that_was_cut_short_begins_again(world, monkeypatch):
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    await world.work()
    monkeypatch.setattr(upkeep, "_BATCH", 1)
    done, end = [], upkeep.end_report

    def killed(held, month):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(held)
        return end(held, month)

    world.day += 25 * 31
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "end_report", killed)
        with pytest.raises(KeyboardInterrupt):
            await world.pollers[0].round(0)
    await world.start()
    async with world.stores[0].transaction() as ledger:
        for who in world.survivors.values():
            held = await ledger.load(HELD, who.report_key("first"))
            assert isinstance(held, EndedReport)
    assert (await world.kinds(1)).count("ended") == 3


async def test_no_receipt_goes_out_while_what_was_erased_is_still_in_the_files(world):
    ana = world.file("ana")
    await world.work()
    with closing(sqlite3.connect(sqlite_file(world.places[0]))) as backup:
        # As a backup does: it reads what was there when it began.
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM record").fetchone()
        world.withdraw("ana")
        for _ in range(2):
            with pytest.raises(StoreAway):
                await world.pollers[0].round(0)
        await world.work(2, 3)
        assert ana.erased_by("first") == [2, 3]
    await world.work()
    assert ana.erased_by("first") == [1, 2, 3]


async def test_answers_lost_on_the_way_change_nothing(world):
    for queue in world.queues:
        queue.unheard = 7
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    for _ in range(40):
        for poller in world.pollers:
            try:
                await poller.round(0)
            except Unreachable:
                continue
    world.consent_all()
    await world.work()
    assert world.contacts("cleo") == ["ana", "bea"]


async def test_a_trustee_killed_after_saving_posts_when_started_again(world):
    world.file("ana")

    async def killed(_):
        raise KeyboardInterrupt

    queue = world.queues[0]
    post, queue.post = queue.post, killed
    with pytest.raises(KeyboardInterrupt):
        await world.pollers[0].round(0)
    queue.post = post
    await world.start()
    assert [type(letter) for letter in queue.posted][:1] == [SignedReceipt]
    assert (await world.kinds(1)).count("accepted") == 1
    assert world.server.queues[1] == []


async def test_a_trustee_killed_while_working_takes_the_item_up_again(
    world, monkeypatch
):
    world.file("ana")

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mail.boxes, "accept_box", killed)
        with pytest.raises(SystemExit):
            await world.pollers[0].round(0)
    assert "accepted" not in await world.kinds(1)
    await world.start()
    await world.work()
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


async def test_every_trustee_started_again_at_every_step_releases_once(world):
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    for turn in range(60):
        if turn == 30:
            world.consent_all()
        await world.start()
    assert world.contacts("ana") == ["bea", "cleo"]
    for queue in world.queues:
        released = [
            (letter.giver, letter.reader)
            for letter in queue.posted
            if isinstance(letter, Release)
        ]
        assert sorted(released) == sorted(set(released))
        assert len(released) == 6
        verdicts = [v for v in queue.posted if isinstance(v, SignedVerdict)]
        assert len(verdicts) == 1


async def test_what_does_not_hold_is_refused_logged_and_leaves_the_queue(world):
    ana, queue = world.file("ana"), world.server.queues[1]
    (delivery,) = queue
    altered = delivery.header.signature[:-1] + b"\0"
    forged = type(delivery.header)(
        payload=delivery.header.payload,
        signature=type(delivery.header.signature)(altered),
    )
    queue[:] = [type(delivery)(header=forged, box=delivery.box), delivery]
    await world.work()
    (refusal,) = [r for r in world.queues[0].posted if isinstance(r, Refusal)]
    assert refusal.error == "InvalidSignature"
    assert queue == []
    assert (await world.kinds(1)).count("refused") == 1
    assert ana.held_by("first") == [1, 2, 3]


async def test_what_does_not_decode_is_refused(world):
    item = WorkItem(item=Nonce(bytes(16)), body=Blob(b"zipzap"))
    trustee = await world.pollers[0]._upkeep()
    await mail.take_in(world.stores[0], Desk(trustee, world.day, 100), item)
    (entry,) = [e for e in await world.log(1) if e.kind == "refused"]
    assert "zipzap" not in entry.detail
    assert entry.detail.startswith("MalformedMessage")


async def test_a_poison_item_stops_no_other(world, monkeypatch):
    world.file("ana")
    world.file("bea")
    accept, poison = mail.boxes.accept_box, world.server.queues[1][0]

    def sometimes(trustee, held, delivery, acceptance):
        if delivery == poison and trustee.index == 1:
            raise RuntimeError
        return accept(trustee, held, delivery, acceptance)

    with monkeypatch.context() as patch:
        patch.setattr(mail.boxes, "accept_box", sometimes)
        await world.work()
    assert world.survivors["bea"].held_by("first") == [1, 2, 3]
    assert world.survivors["ana"].held_by("first") == [2, 3]
    assert world.server.queues[1] == [poison]
    await world.start()
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


async def test_evaluations_under_s_are_capped_a_day(world):
    world.file("ana")
    world.file("bea")
    store = world.stores[0]
    world.pollers[0] = world._poller(store, world.queues[0], entries=16)
    await world.work(1)
    assert len(world.server.queues[1]) == 1
    assert (await world.kinds(1)).count("accepted") == 1
    async with store.transaction() as ledger:
        assert await ledger.count(mail.INDEXED, world.day) == 16
    world.day += 1
    world.pollers[0] = world._poller(store, world.queues[0], entries=16)
    await world.work(1)
    assert world.server.queues[1] == []
    assert "totals" in await world.kinds(1)


async def test_a_box_key_is_published_at_the_start_and_every_day(world):
    queue, poller = world.queues[0], world.pollers[0]
    before = world.server.box_keys[1]
    await poller.round(0)
    assert queue.published == 1
    world.day += 1
    await poller.round(0)
    assert (queue.published, world.server.box_keys[1]) == (2, before)
    world.day += 20
    await poller.round(0)
    assert world.server.box_keys[1] != before


async def test_a_letter_the_api_never_takes_is_dropped_and_the_rest_is_sent(world):
    world.file("ana")
    queue = world.queues[0]
    post = queue.post

    async def picky(request):
        if any(b"signed-receipt" in letter for letter in request.letters):
            raise Refused(413)
        await post(request)

    queue.post = picky
    await world.pollers[0].round(0)
    assert "letter dropped" in await world.kinds(1)
    assert world.server.queues[1] == []
    assert [type(letter).__name__ for letter in queue.posted] == ["IndexAnswer"]


async def test_letters_before_the_claim_wait(world):
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    await world.work(1, 2)
    late = world.server.queues[3]
    late.sort(key=lambda work: not isinstance(work, SealedLetter))
    assert isinstance(late[0], SealedLetter)
    await world.work()
    assert "verdict" in await world.kinds(3)


async def test_a_box_that_comes_after_the_claim_carries_the_case_on(world):
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    for index in (1, 2):
        await world.pollers[index - 1].round(0)
    # From here on trustee 2 is away, and trustee 3 gets its boxes last.
    world.server.queues[3].sort(key=lambda work: isinstance(work, BoxDelivery))
    await world.work(1, 3)
    for index in (1, 3):
        assert "verdict" in await world.kinds(index)


async def test_a_case_is_on_the_list_of_open_ones_until_its_verdict(world):
    async def open_cases():
        async with world.stores[0].transaction() as ledger:
            found = await ledger.load(OPEN_CASES)
        return () if found is None else found.case_ids

    for name in ("ana", "bea", "cleo"):
        world.file(name)
    for index in (1, 2):
        await world.pollers[index - 1].round(0)
    await world.pollers[0].round(0)
    assert len(await open_cases()) == 1
    await world.work()
    assert await open_cases() == ()
