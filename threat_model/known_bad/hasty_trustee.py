"""Trustees that seal whenever they are asked, and that log when they have time."""

from contextlib import asynccontextmanager

from msgspec.structs import replace

from escrow.messages.cases import Release
from escrow.trustee import release
from escrow.trustee.case_files import JudgedCase
from keyservice.handlers import mail

_receive_consent = release.receive_consent
_take_in = mail.take_in


def seal_on_each_delivery(bench, file, notice):
    """`release.receive_consent` that releases on every answer, new or known."""
    step = _receive_consent(bench, file, notice)
    released = any(isinstance(letter, Release) for letter in step.letters)
    if released or not isinstance(step.state, JudgedCase):
        return step
    return step.then(release.review(bench, replace(step.state, released=())))


class _Ledger:
    """A ledger whose lines for the log wait."""

    def __init__(self, ledger) -> None:
        self._ledger = ledger
        self.lines = []

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    async def log(self, *line):
        self.lines.append(line)
        return await self._ledger.head()


class _Store:
    """A store that keeps the log after everything else."""

    def __init__(self, store) -> None:
        self._store = store

    @asynccontextmanager
    async def transaction(self):
        async with self._store.transaction() as ledger:
            later = _Ledger(ledger)
            yield later
        if later.lines:
            async with self._store.transaction() as ledger:
                for line in later.lines:
                    await ledger.log(*line)


async def log_afterwards(store, desk, item):
    """`mail.take_in` in two transactions: the letters, then the log."""
    await _take_in(_Store(store), desk, item)
