"""A person of a scenario: what she wants done, and what became of it."""

import json
from collections import deque

from blind_index.errors import AlongsideError, InputError
from escrow.client.words import VaultKeys
from escrow.command import answering, filing, following, withdrawing
from escrow.command.following import Standing
from escrow.command.net import Unreachable
from escrow.command.note_options import check_own_addresses, notes_of
from escrow.command.person_entry import Entry
from escrow.command.place import Place
from escrow.command.registering import verify
from escrow.command.scenario_steps import (
    AddStep,
    AlarmStep,
    ConsentStep,
    FileStep,
    InviteStep,
    PersonStep,
    Verified,
    WithdrawStep,
)
from escrow.command.survivor import Survivor
from escrow.errors import NotFound
from escrow.messages.registration import VerificationRequest
from escrow.note import NO_NOTE

_FALLBACK_COUNTRY = "US"
CARD_FIELDS = ("name", "email", "phone", "channel", "wishes")


class Person:
    """Takes her steps in order; what cannot be done now is tried again later.

    Args:
        name: As the scenario calls her.
        place: The deployment.
        keys: From her words.
    """

    def __init__(self, name: str, place: Place, keys: VaultKeys) -> None:
        self.name = name
        self.entries: dict[str, Entry] = {}
        self._survivor = Survivor(place, keys)
        self._verified: Verified | None = None
        self._steps: deque[PersonStep] = deque()

    def wants(self, step: PersonStep) -> None:
        """Note what she wants done next."""
        if isinstance(step, FileStep):
            self.entries[step.report] = Entry(step.report, step.consent == "yes")
            self._verified = step.verified or self._verified
        self._steps.append(step)

    @property
    def next_step(self) -> PersonStep | None:
        """What she would do next."""
        return self._steps[0] if self._steps else None

    def go_on(self) -> str | None:
        """Take steps until none is left or one cannot be taken now.

        Returns:
            Why the next one cannot be taken now; None if none is left.
        """
        while self._steps:
            try:
                self._take(self._steps[0])
            except Unreachable as error:
                return str(error)
            except AlongsideError as error:
                self._refuse(self._steps[0], reason_of(error))
            self._steps.popleft()
        return None

    def give_up(self, reason: str) -> None:
        """What could never be done is refused, with the reason."""
        while self._steps:
            self._refuse(self._steps.popleft(), reason)

    def _refuse(self, step: PersonStep, reason: str) -> None:
        for entry in self._meant(step.report):
            entry.refused = reason

    def _meant(self, label: str | None) -> list[Entry]:
        """Her entries, or the one that is named, without the refused ones."""
        return [e for e in self.entries.values() if label in {None, e.label}]

    def _take(self, step: PersonStep) -> None:
        match step:
            case FileStep():
                self._file(step)
            case ConsentStep():
                self._consent(step)
            case InviteStep():
                self._invite(step)
            case AlarmStep():
                self._alarm(step)
            case WithdrawStep():
                self._withdraw(step)
            case AddStep():
                self._add(step)

    def _file(self, step: FileStep) -> None:
        place = self._survivor.place
        size = step.group
        if size is None:
            size = min(place.deployment.group_sizes())
        note = step.note
        own = (step.contact.email, note.address if note else None)
        check_own_addresses(own, step.identifiers)
        draft = filing.Draft(
            label=step.report,
            identifiers=step.identifiers,
            country=self._country(step),
            match_threshold=size,
            card=step.contact.card(),
            nudge=NO_NOTE if note is None or note.regular else note.part(),
            letters=note.part() if note is not None and note.regular else NO_NOTE,
            witness=step.witness,
        )
        self._survivor.open()
        # Before she proves who she is: nobody should do so for nothing.
        filing.begin(self._survivor, draft)
        if self._survivor.contents.registration is None:
            verify(self._survivor, self._request(step), lambda *_: ())
        filing.finish(self._survivor, step.report)
        self.entries[step.report].filed = True

    def _country(self, step: FileStep) -> str:
        if self._verified and self._verified.country:
            return self._verified.country
        named = (one.country for one in step.identifiers if one.country)
        return next(named, _FALLBACK_COUNTRY)

    def _request(self, step: FileStep) -> VerificationRequest:
        if self._verified is None:
            raise InputError("verified", "is missing")
        return VerificationRequest(
            provider="demo",
            name=self._verified.name,
            email=self._verified.email,
            phone=self._verified.phone,
            country=self._country(step),
        )

    def _consent(self, step: ConsentStep) -> None:
        self._survivor.open()
        for entry in self._open_entries(step.report):
            standing = following.look(self._survivor, entry.label)
            due = [v for v in standing.cases if v.answer != step.answer]
            if standing.cases:
                answering.answer(self._survivor, entry.label, due, step.answer)
            else:
                # She meant it for the group that she has not been shown yet.
                entry.remembered = step.answer

    def _add(self, step: AddStep) -> None:
        if not self.entries[step.report].filed:
            return
        report = self._survivor.report(step.report)
        own = (report.card.email, *(part.address for part in notes_of(report)))
        check_own_addresses(own, step.identifiers)
        filing.add_identifiers(self._survivor, step.report, step.identifiers)

    def _alarm(self, step: AlarmStep) -> None:
        for entry in self._open_entries(step.report):
            standing = following.look(self._survivor, entry.label)
            following.alarm(self._survivor, standing)

    def _invite(self, step: InviteStep) -> None:
        """Her answer holds for every note, also for those that come later."""
        self._survivor.open()
        for entry in self._open_entries(step.report):
            entry.invites = step.answer
            notes = following.look(self._survivor, entry.label).notes
            due = [note for note in notes if note.answer != step.answer]
            answering.answer(self._survivor, entry.label, due, step.answer)

    def _withdraw(self, step: WithdrawStep) -> None:
        label = step.report or next(iter(self.entries))
        for entry in self._open_entries(label):
            entry.withdrawal = withdrawing.take_back(self._survivor, entry.label)

    def _open_entries(self, label: str | None) -> list[Entry]:
        return [e for e in self._meant(label) if e.filed and not e.withdrawal]

    def come_back(self) -> bool:
        """Look after every report, answer what she decided, meet who said yes.

        Returns:
            Whether anything changed since she last looked.

        Raises:
            Unreachable: The API does not answer.
        """
        visits = [self._visit(entry) for entry in self._open_entries(None)]
        leaves = [self._leave(entry) for entry in self.entries.values()]
        return any(visits) or any(leaves)

    def _leave(self, entry: Entry) -> bool:
        """Go on with what she took back, until every trustee has signed."""
        before = entry.withdrawal
        if before is None or before.everywhere:
            return False
        entry.withdrawal = withdrawing.go_on(self._survivor, entry.label)
        return entry.withdrawal != before

    def _visit(self, entry: Entry) -> bool:
        try:
            standing = following.look(self._survivor, entry.label)
        except NotFound:
            # The server has lost it (§F13): she sends it again.
            filing.finish(self._survivor, entry.label)
            return True
        before, entry.standing = entry.standing, standing
        if entry.invites and (due := [v for v in standing.notes if v.answer is None]):
            answering.answer(self._survivor, entry.label, due, entry.invites)
            return True
        given = entry.given
        if given and standing.cases:
            due = [view for view in standing.cases if view.answer is None]
            answering.answer(self._survivor, entry.label, due, given)
            entry.remembered = None
            if due:
                return True
        met = len(entry.met)
        entry.met |= following.meet(self._survivor, standing)
        return before is None or _moved(before, standing) or met != len(entry.met)

    def results(self) -> list[dict[str, object]]:
        """What became of each report, in the order of their first mention."""
        return [
            {
                "survivor": self.name,
                "report": entry.label,
                "state": entry.state,
                "connected_to": _cards(entry),
                "refused": entry.reason,
            }
            for entry in self.entries.values()
        ]


def _moved(before: Standing, now: Standing) -> bool:
    return before.cases != now.cases or before.notes != now.notes


def _cards(entry: Entry) -> list[dict[str, str]]:
    if entry.state != "connected":
        return []
    cards = [
        {name: text for name in CARD_FIELDS if (text := getattr(met.card, name))}
        for met in entry.met.values()
    ]
    return sorted(cards, key=json.dumps)


def reason_of(error: AlongsideError) -> str:
    """Why something was refused, with what to do instead."""
    if isinstance(error, InputError) and error.advice:
        return f"{error}. {error.advice}"
    return str(error)
