"""Notes leave: a task of the server, or a process of its own (§N5).

A note is erased before its text is sent. Whatever happens then, a crash at any moment
included, it is never sent a second time; what cannot be known is not tried again.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from api.config import Config, NoticesSection
from api.handlers import letterboxes, recovery
from api.handlers.desk import Desk, Office
from api.handlers.nudging import open_notice
from api.note_mail import From, check_name, write_mail
from api.notice_ports import TakenNotice
from api.smtp import MailDelayed, Mailer, MailRefused, MailUnclear
from blind_index.errors import InputError, ProtocolError
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.filing import NudgePart
from escrow.note import NO_NOTE, check_note
from escrow.operation.database.address import Postgres
from escrow.operation.database.sole import sole_process

LOG: Final = structlog.stdlib.get_logger("api.sender")
_LONGEST_PAUSE: Final = 6 * 3600
_GRACE_SECONDS: Final = 10.0


@dataclass
class Tally:
    """How many notes went which way since this process began."""

    handed_over: int = 0
    put_off: int = 0
    dropped: int = 0
    unclear: int = 0


@dataclass(frozen=True)
class Sender:
    """Sends what is due.

    `now` gives seconds since 1970-01-01; `randomness` draws message ids and 8 bytes
    for each pause.
    """

    office: Office
    section: NoticesSection
    mailer: Mailer
    now: Callable[[], int]
    randomness: Randomness = SYSTEM
    tally: Tally = field(default_factory=Tally)

    async def step(self) -> bool:
        """Put a letter that is due into the outbox, or send a note; False for neither.

        Nothing is done before the key ceremony is over, or while a restored server
        does not know yet what was withdrawn.
        """
        office = self.office
        if office.deployment is None or await recovery.catching_up(office):
            return False
        desk, now = office.desk(), self.now()
        async with desk.transaction() as records:
            if await letterboxes.post_letter(desk, records, now):
                return True
        async with desk.transaction() as records:
            taken = await records.notices.take(now, self.section.lease_seconds)
        if taken is None:
            return False
        await self._send(desk, taken)
        return True

    async def _send(self, desk: Desk, taken: TakenNotice) -> None:
        part = _readable(desk, taken)
        if part is None or taken.attempts > self.section.attempts:
            await self._drop(desk, taken)
            return
        message = self._written(part)
        over = _HandingOver(desk, taken)
        try:
            await self.mailer.hand_over(part.address, message, over.commit)
        except MailDelayed:
            await self._again(desk, taken, erased=over.erased)
        except MailRefused:
            await self._drop(desk, taken)
        except MailUnclear:
            self.tally.unclear += 1
            LOG.warning("a note may not have arrived", count=1)
        else:
            self.tally.handed_over += over.erased
        # What was erased leaves the database's log too.
        await desk.store.scrub()

    def _written(self, part: NudgePart) -> bytes:
        sender = From(self.section.name, self.section.smtp.sender)
        return write_mail(part, sender, self.now(), randomness=self.randomness)

    async def _again(self, desk: Desk, taken: TakenNotice, *, erased: bool) -> None:
        """Try later: what was erased and for certain not accepted waits again."""
        self.tally.put_off += 1
        due = self.now() + self._pause(taken.attempts)
        async with desk.transaction() as records:
            if erased:
                await records.notices.put_back(taken, due)
            else:
                await records.notices.put_off(taken, due)

    def _pause(self, attempts: int) -> int:
        """Twice as long each time, and half of it random."""
        first = int(self.section.retry_minutes * 60)
        longest = min(first << min(attempts - 1, 20), _LONGEST_PAUSE)
        drawn = int.from_bytes(self.randomness(8))
        return longest // 2 + drawn % (longest // 2 + 1)

    async def _drop(self, desk: Desk, taken: TakenNotice) -> None:
        self.tally.dropped += 1
        LOG.warning("a note was dropped", count=1)
        async with desk.transaction() as records:
            await records.notices.hand_over(taken)


@dataclass
class _HandingOver:
    """The moment between naming the recipient and sending the text."""

    desk: Desk
    taken: TakenNotice
    erased: bool = False

    async def commit(self) -> bool:
        """Erase the note, durably; False if another process has it by now."""
        async with self.desk.transaction() as records:
            self.erased = await records.notices.hand_over(self.taken)
        return self.erased


def _readable(desk: Desk, taken: TakenNotice) -> NudgePart | None:
    """Where a note goes; None for what nobody could deliver."""
    try:
        part = open_notice(desk, taken)
        check_note(part)
    except (ProtocolError, InputError):
        return None
    return None if part == NO_NOTE else part


def open_sender(
    office: Office, section: NoticesSection, now: Callable[[], int]
) -> Sender:
    """A sender on a configuration.

    Raises:
        InputError: The mail server's settings do not fit.
    """
    check_name(section.name)
    return Sender(office, section, Mailer(section.smtp), now)


@contextmanager
def sole_sender(config: Config) -> Iterator[None]:
    """On SQLite, be the only process that sends: its file has one writer at a time.

    Several would send no note twice, but stand in each other's and the server's way
    until notes are late.

    Raises:
        InputError: Another process sends.
    """
    if isinstance(config.database, Postgres):
        yield
        return
    taken = ("notices", "another process sends notes already")
    advice = "Stop it, or let the server itself send; several senders need PostgreSQL."
    with sole_process(Path(config.data_dir), advice, lock="sender.lock", taken=taken):
        yield


def check_sender(config: Config) -> None:
    """Refuse, before the server starts, to send beside another process.

    Raises:
        InputError: As `sole_sender`, if the server itself is to send.
    """
    if config.notices is not None and config.notices.in_process:
        with sole_sender(config):
            pass


@asynccontextmanager
async def sending(
    office: Office, config: Config, now: Callable[[], int]
) -> AsyncIterator[Tally]:
    """Notes leave meanwhile, if this process is to send them; gives its tally.

    Raises:
        InputError: The mail server's settings do not fit, or another process sends.
    """
    if config.notices is None or not config.notices.in_process:
        yield Tally()
        return
    sender, stop = open_sender(office, config.notices, now), asyncio.Event()
    with sole_sender(config):
        task = asyncio.create_task(_send_until(sender, stop))
        try:
            yield sender.tally
        finally:
            # The note under way goes out; one that takes too long is given up.
            stop.set()
            await asyncio.wait([task], timeout=_GRACE_SECONDS)
            task.cancel()
            await asyncio.wait([task])


async def send_alone(
    office: Office,
    config: Config,
    now: Callable[[], int],
    told: Callable[[], None],
) -> None:
    """Send notes and nothing else, until told to stop by SIGTERM or SIGINT.

    Args:
        office: Of a deployment whose key ceremony is over.
        config: Says how.
        now: Gives seconds since 1970-01-01.
        told: Called once everything is ready.

    Raises:
        InputError: No such section, the key ceremony is not over, or another process
            sends.
    """
    if config.notices is None:
        raise InputError("notices", "is missing", "Add the section to the file.")
    if office.deployment is None:
        raise InputError("roster", "the key ceremony is not over", "Try again later.")
    sender, stop = open_sender(office, config.notices, now), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with sole_sender(config):
        told()
        await _send_until(sender, stop)


async def _send_until(sender: Sender, stop: asyncio.Event) -> None:
    """Send what becomes due, until told to stop; the note under way is finished."""
    while not stop.is_set():
        try:
            busy = await sender.step()
        except Exception as error:  # noqa: BLE001 - the next round tries again
            LOG.warning("sending failed", error=type(error).__name__)
            busy = False
        if not busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), sender.section.poll_seconds)
