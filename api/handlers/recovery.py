"""After a backup: the server asks the trustees, and passes their questions on (§T8)."""

from pathlib import Path
from typing import Final

from api.handlers import letterboxes
from api.handlers.desk import Desk, Office
from api.handlers.filing import forget_version, take_back
from api.ports import Records, Store
from blind_index.errors import ProtocolError
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.codec import Nonce, encode
from escrow.messages.holds import HONOURED_DAYS, AlarmNotice, HoldNotice
from escrow.messages.mailbox import ConsentNotice, WithdrawalNotice
from escrow.messages.recovery import (
    MOST_CASES,
    SERVER,
    TOLD_DAYS,
    CasesWanted,
    RecordsAnswer,
    RecordsWanted,
    SignedRecords,
)
from escrow.server.filing import check_withdrawal
from escrow.server.recovery import (
    ServerRecovery,
    ask_trustees,
    caught_up,
    check_wanted,
    hear,
    open_records,
)

#: In the data directory beside a dump: the database it went into is to be marked.
RESTORED_MARK: Final = "restored"


async def mark_restored(store: Store, *, randomness: Randomness = SYSTEM) -> None:
    """From now on nobody is served before t' trustees said what was withdrawn.

    Args:
        store: On files that came from a backup.
        randomness: Draws the question's nonce, 16 bytes.
    """
    recovery = ServerRecovery(nonce=Nonce(randomness(16)))
    async with store.begin() as records:
        await records.withdrawals.set_recovery(recovery)
        # Whatever waited when the backup was made may have been sent since: it must
        # not be sent twice (§N5).
        await records.notices.clear()


async def heed_mark(store: Store, folder: Path) -> None:
    """Mark the database if a dump was restored into it, once."""
    mark = folder / RESTORED_MARK
    if mark.exists():
        await mark_restored(store)
        mark.unlink()


async def ask_again(desk: Desk) -> bool:
    """Ask every trustee what was withdrawn, if this server is a restored one."""
    async with desk.transaction() as records:
        recovery = await records.withdrawals.recovery()
        if recovery is not None:
            await letterboxes.skip_overdue(desk, records)
            body = encode(ask_trustees(desk.deployment, recovery))
            await records.queue.add("records", recovery.nonce, desk.to_all(body))
    return recovery is not None


async def catching_up(office: Office) -> bool:
    """Whether this server was restored and has not caught up yet.

    Once it has, no byte of what was withdrawn is left in the database's log.
    """
    if office.restored:
        async with office.store.read() as records:
            office.restored = await records.withdrawals.recovery() is not None
        if not office.restored:
            await office.store.scrub()
    return office.restored


async def take_records(
    desk: Desk, records: Records, sender: int, letter: RecordsWanted | SignedRecords
) -> None:
    """A question or an answer after somebody's restored backup.

    Raises:
        InvalidCase: In another trustee's name.
    """
    if isinstance(letter, RecordsWanted):
        await _pass_on(desk, records, sender, letter)
    else:
        await _receive(desk, records, sender, letter)


async def _pass_on(
    desk: Desk, records: Records, sender: int, wanted: RecordsWanted
) -> None:
    """A restored trustee asks: its fellows hear it, and it gets what is known here."""
    check_wanted(desk.deployment, sender, wanted)
    fellows = desk.to_all(encode(wanted), but=sender)
    await records.queue.add("records", wanted.nonce, fellows)
    everyone = await records.withdrawals.everyone()
    withdrawn = [encode(WithdrawalNotice(withdrawal=signed)) for signed in everyone]
    said = await _said_meanwhile(desk, records, sender)
    await records.queue.add_all("withdrawal", wanted.nonce, sender, withdrawn)
    await records.queue.add_all("records", wanted.nonce, sender, said)


async def _said_meanwhile(desk: Desk, records: Records, sender: int) -> list[bytes]:
    """Answers, alarms and holds that a restored trustee may have lost (§T6)."""
    answers = await records.cases.consents_until(desk.day - TOLD_DAYS)
    alarms = await records.orders.alarms_since(desk.day - HONOURED_DAYS)
    holds = await records.orders.holds_for(sender, desk.day - HONOURED_DAYS)
    return [
        *(encode(ConsentNotice(consent=signed)) for signed in answers),
        *(encode(AlarmNotice(alarm=signed)) for signed in alarms),
        *(encode(HoldNotice(hold=signed)) for signed in holds),
    ]


async def _receive(
    desk: Desk, records: Records, sender: int, message: SignedRecords
) -> None:
    """Pass an answer on to the trustee that asked, or learn from it."""
    answer = open_records(desk.deployment, sender, message)
    if answer.recipient != SERVER:
        if answer.recipient in desk.trustees:
            passed_on = {answer.recipient: encode(message)}
            await records.queue.add("records", answer.nonce, passed_on)
        return
    recovery = await records.withdrawals.recovery()
    asked = recovery is not None and answer.nonce == recovery.nonce
    await _heed_withdrawals(desk, records, answer, asked=asked)
    await _heed_versions(desk, records, answer)
    if recovery is None or not asked:
        return
    await _note_lost(records, answer)
    recovery = hear(recovery, answer)
    done = caught_up(desk.deployment, recovery)
    await records.withdrawals.set_recovery(None if done else recovery)
    if done:
        await _ask_for_cases(desk, records)


async def _heed_withdrawals(
    desk: Desk, records: Records, answer: RecordsAnswer, *, asked: bool
) -> None:
    """Erase what a trustee knows to be withdrawn, and tell the others.

    Withdrawals prove themselves: who answers after the others is heeded too, but for
    reports that nobody here ever saw.
    """
    for signed in answer.withdrawals:
        try:
            withdrawal = check_withdrawal(desk.deployment, signed)
        except ProtocolError:
            # A trustee's bad entry must not hide its good ones.
            continue
        entry = await records.reports.get(withdrawal.report_key)
        known = await records.withdrawals.known(withdrawal.report_key)
        if entry is None and (known or not asked):
            continue
        if entry is None or not (known and entry.stored.withdrawn):
            await take_back(desk, records, withdrawal, signed)


async def _heed_versions(desk: Desk, records: Records, answer: RecordsAnswer) -> None:
    """Forget a version once t' trustees say that they hold a newer one.

    Among them one is honest, and no trustee goes back: an answer to an older question
    counts as well.
    """
    claimed = {claim.report_key: claim.version for claim in answer.versions}
    for key, entry in (await records.reports.several(claimed)).items():
        if not entry.stored.withdrawn and claimed[key] > entry.stored.version:
            holding = await records.reports.overtake(key, answer.index)
            if holding >= desk.needed:
                await forget_version(desk, records, entry)


async def _note_lost(records: Records, answer: RecordsAnswer) -> None:
    """Remember which reports a trustee holds and nobody here knows.

    Their authors may withdraw them (§F11), and nobody else can.
    """
    keys = {claim.report_key for claim in answer.versions}
    await records.withdrawals.add_lost(keys - set(await records.reports.several(keys)))


async def _ask_for_cases(desk: Desk, records: Records) -> None:
    """Have every trustee say again what it said of each case that is not over."""
    case_ids = await records.cases.live(desk.month)
    deployment_id = Nonce(desk.deployment.deployment_id)
    works = []
    for start in range(0, len(case_ids), MOST_CASES):
        some = tuple(case_ids[start : start + MOST_CASES])
        wanted = CasesWanted(deployment_id=deployment_id, case_ids=some)
        works.append((some[0], desk.to_all(encode(wanted))))
    await records.queue.add_new("cases", works)
