"""A survivor in memory: the client's steps, over whatever world she is in."""

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.identifiers import Identifier
from blind_index.match_keys import match_keys
from blind_index.secret import SecretBytes
from blind_index.stretch import stretch
from escrow.calendar import month_of
from escrow.client import (
    alarm,
    answers,
    connecting,
    filing,
    following,
    registration,
    versions,
)
from escrow.client.connecting import Contact, Reader
from escrow.client.evaluation import begin_evaluation, finish_evaluation
from escrow.client.vault import Registration, SavedAnswer, SavedReport
from escrow.errors import ConflictingReport, NotFound
from escrow.messages.cases import Answer, CaseView, ReportStatus
from escrow.messages.codec import Blob, PublicKey, Signed
from escrow.messages.filing import ContactCard, NudgePart, ReportSubmission, Token
from escrow.report.contents import new_report_keys
from escrow.signing import public_key
from tests.world.stream import stream

if TYPE_CHECKING:
    from tests.world.world import World

VALID_MONTHS = 24


class Survivor:
    """Her registration, her reports by label, what she has been shown."""

    def __init__(self, world: "World", name: str, held: Registration) -> None:
        self.world = world
        self.name = name
        self.registration = held
        self.reports: dict[str, SavedReport] = {}
        self.tokens: list[Token] = []
        self.faults: list[ProtocolError] = []
        self.draw = stream(world.dealt.plan, "survivor", name)

    def fork(self, world: "World") -> "Survivor":
        """The same survivor in another world."""
        other = copy(self)
        other.world = world
        other.reports, other.tokens = dict(self.reports), list(self.tokens)
        other.faults = list(self.faults)
        return other

    # Filing

    def outputs(self, identifiers: Sequence[Identifier]) -> tuple[Blob, ...]:
        """The padded, stretched outputs of what she knows."""
        deployment, held = self.world.deployment, self.registration
        pending = begin_evaluation(
            deployment,
            held.index_credential,
            SecretBytes(bytes(held.index_seed)),
            match_keys(identifiers),
            randomness=self.draw,
        )
        answers = {
            trustee.index: response
            for trustee in self.world.index
            if (response := trustee.answer(pending.request, self.world.day))
        }
        found, faults = finish_evaluation(deployment, pending, answers)
        self.faults += faults
        stretched = [
            y and stretch(y, deployment.deployment_id, deployment.stretch)
            for y in found
        ]
        return filing.pad_outputs(stretched, randomness=self.draw)

    def draft(
        self,
        identifiers: Sequence[Identifier],
        group: int,
        label: str,
        *,
        witness: bool = False,
    ) -> SavedReport:
        """A report as it stands before it is sealed."""
        keys = new_report_keys(randomness=self.draw)
        return SavedReport(
            label=label,
            identifiers=tuple(identifiers),
            country="US",
            match_threshold=group,
            witness=witness,
            expiry_month=month_of(self.world.day) + VALID_MONTHS,
            card=ContactCard(name=self.name, email=f"{self.name}@example.org"),
            nudge=NudgePart(
                channel="email",
                address=f"{self.name}@example.org",
                plant="fern",
                language="en",
            ),
            report_seed=Blob(keys.report_seed.reveal()),
            reader_seed=Blob(keys.reader_seed.reveal()),
            contact_key=Blob(keys.contact_key.reveal()),
            outputs=self.outputs(identifiers),
        )

    def seal(
        self, report: SavedReport, *, paid: bool = False
    ) -> tuple[SavedReport, ReportSubmission]:
        """The next version of a report, ready to be sent; with a token if it costs."""
        server, day = self.world.server, self.world.day
        keys = server.list_box_keys()
        boxes = filing.current_box_keys(self.world.deployment, keys, day=day)
        token = self.token() if paid or report.version == 0 else None
        return filing.seal_version(
            self.world.deployment,
            self.registration,
            report,
            boxes,
            token,
            randomness=self.draw,
        )

    def token(self) -> Token:
        """One of her tokens; a few are withdrawn when none is left."""
        if not self.tokens:
            deployment = self.world.deployment
            pending = registration.begin_tokens(
                deployment, self.registration, 2, randomness=self.draw
            )
            grant = self.world.server.grant_tokens(pending.request, self.world.day)
            self.tokens += registration.finish_tokens(deployment, pending, grant)
        return self.tokens.pop()

    def submit(self, report: SavedReport, *, paid: bool = False) -> ReportSubmission:
        """Seal and send; kept as sent."""
        sent, submission = self.seal(report, paid=paid)
        self.world.server.submit(submission, self.world.day)
        self.reports[report.label] = sent
        return submission

    def base(self, report: SavedReport) -> tuple[SavedReport, bool] | None:
        """What the next version builds on, and whether it costs a token (§F13)."""
        deployment = self.world.deployment
        if report.version == 0:
            return report, True
        try:
            receipts = self._ask(report).receipts
        except NotFound:
            return versions.build_on(report, report.stored), True
        shown = versions.proven_receipts(deployment, report, receipts)
        ground = versions.next_ground(deployment, report, shown, late=True)
        return ground and (versions.build_on(report, ground), False)

    def bring(self, report: SavedReport) -> bool:
        """Send until t' trustees hold what she wishes, as a client does in one go."""
        self.reports[report.label] = report
        for _ in range(3):
            base = self.base(self.reports[report.label])
            if base is not None:
                kept, paid = base
                # In the vault before it is sent, whatever becomes of it.
                self.reports[report.label], submission = self.seal(kept, paid=paid)
                try:
                    self.world.server.submit(submission, self.world.day)
                except ConflictingReport:
                    return False
            self.world.settle()
            held = self.held_by(report.label)
            if filing.is_stored(self.world.deployment, held):
                self.reports[report.label] = versions.settled(
                    self.reports[report.label]
                )
                return True
        return False

    def change(self, label: str, **changes: object) -> bool:
        """Change what she wishes, as a client does in one go."""
        wanted = self.changed(label, **changes)
        kept, paid = self.base(wanted) or (wanted, False)
        self.submit(kept, paid=paid)
        return self.bring(self.reports[label])

    def withdraw(self, label: str) -> None:
        """Take a report back."""
        deployment = self.world.deployment
        gone, signed = filing.begin_withdrawal(deployment, self.reports[label])
        self.world.server.withdraw(signed)
        self.reports[label] = gone

    def report_key(self, label: str) -> PublicKey:
        """The public key of a report."""
        return public_key(self.reports[label].keys().report_seed)

    # Coming back

    def status(self, label: str) -> ReportStatus:
        """What the server says of a report."""
        return self._ask(self.reports[label])

    def _ask(self, report: SavedReport) -> ReportStatus:
        asked = following.ask_status(
            self.world.deployment, report, randomness=self.draw
        )
        return self.world.server.status(asked)

    def held_by(self, label: str) -> list[int]:
        """Trustees whose receipt for the version in force she has verified."""
        receipts = self.status(label).receipts
        return filing.held_by(self.world.deployment, self.reports[label], receipts)

    def erased_by(self, label: str) -> list[int]:
        """Trustees whose word that they erased her shares she has verified."""
        erasures = self.status(label).erasures
        return filing.erased_by(self.world.deployment, self.reports[label], erasures)

    def views(self, label: str) -> list[CaseView]:
        """The groups of a report, each checked."""
        views = self.status(label).cases
        for view in views:
            following.check_case(self.world.deployment, self.reports[label], view)
        return list(views)

    def answer(self, label: str, view: CaseView, answer: Answer) -> None:
        """Answer one case."""
        report, signed = following.answer_case(
            self.reports[label], view, answer, day=self.world.day
        )
        self.reports[label] = report
        self._tell(label, signed)

    def _tell(self, label: str, signed: Signed) -> None:
        receipts = self.world.server.consent(signed).receipts
        self._note(label, receipts)

    def _note(self, label: str, receipts: Sequence[Signed]) -> None:
        deployment, report = self.world.deployment, self.reports[label]
        self.reports[label] = answers.note_heard(deployment, report, receipts)

    def unheard(self, label: str) -> list[SavedAnswer]:
        """What is not finished of her answers, once she has looked again."""
        world = self.world
        for view in self.status(label).cases:
            self._note(label, view.heard)
        return answers.unheard(world.deployment, self.reports[label], world.day)

    def go_on(self, label: str) -> None:
        """Send again what too few trustees signed for."""
        for given in self.unheard(label):
            self._tell(label, answers.sign_answer(self.reports[label], given))

    def alarm(self, label: str) -> None:
        """Say that something is not right with every group of a report."""
        for view in self.views(label):
            if view.connected:
                report = self.reports[label]
                signed = alarm.raise_alarm(report, view, day=self.world.day)
                self.world.server.alarm(signed)

    def heard_by(self, label: str) -> list[int]:
        """Trustees who signed that they heard it."""
        report, deployment = self.reports[label], self.world.deployment
        return sorted(
            index
            for view in self.views(label)
            for index in alarm.heard_by(deployment, report, view)
        )

    def contacts(self, label: str) -> list[Contact]:
        """Everybody released to her in a report's groups."""
        met = []
        for view in self.views(label):
            if view.connected:
                contacts, faults = self.connection(label, view)
                self.faults += faults
                met += contacts
        return met

    def connection(
        self, label: str, view: CaseView
    ) -> tuple[list[Contact], list[ProtocolError]]:
        """Who was released to her in one group."""
        world, report = self.world, self.reports[label]
        asked = following.ask_connection(
            world.deployment, report, view.case_id, randomness=self.draw
        )
        reader = Reader(world.deployment, report, view)
        return connecting.open_connection(reader, world.server.connection(asked))

    def changed(self, label: str, **changes: object) -> SavedReport:
        """A report with other wishes; not yet sent."""
        return replace(self.reports[label], **changes)
