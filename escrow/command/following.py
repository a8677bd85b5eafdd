"""Come back: see whether a group formed, meet the others (§S, §C8)."""

from dataclasses import dataclass

from blind_index.errors import ProtocolError
from escrow.client.alarm import heard_by, raise_alarm
from escrow.client.connecting import Contact, Reader, open_connection
from escrow.client.following import ask_connection, check_case
from escrow.client.vault import SavedReport
from escrow.command.receipts import ask
from escrow.command.survivor import Survivor
from escrow.messages.cases import CaseView, Connection, ReportStatus
from escrow.messages.codec import decode
from escrow.messages.filing import Core, Header
from escrow.signing import peek


@dataclass(frozen=True)
class Standing:
    """How one report stands: its status, and the groups that hold.

    `cases` are hers to answer: her groups or, for a witness, what she is invited
    to. `notes` are those of witnesses whom she may invite (§B4).
    """

    report: SavedReport
    status: ReportStatus
    cases: tuple[CaseView, ...]
    notes: tuple[CaseView, ...] = ()

    @property
    def asked(self) -> tuple[CaseView, ...]:
        """Groups in which her answer is open, or others' answers are."""
        return tuple(view for view in self.cases if _is_open(view))

    @property
    def unanswered(self) -> tuple[CaseView, ...]:
        """Groups to which she has not answered yet, "later" counting as no answer."""
        return tuple(v for v in self.cases if v.answer in {None, "later"})

    @property
    def given_away(self) -> bool:
        """Whether a witness's own card was released to those who invited her."""
        return self.report.witness and any(view.connected for view in self.cases)

    @property
    def open_notes(self) -> tuple[CaseView, ...]:
        """Witnesses whom she has neither invited nor declined to."""
        return tuple(v for v in self.notes if v.answer in {None, "later"})


def _is_open(view: CaseView) -> bool:
    if view.answer == "yes":
        return not view.settled
    return view.answer != "no"


def look(survivor: Survivor, label: str) -> Standing:
    """Ask how a report stands, and check every group that is shown.

    A group that its trustees did not find is not shown.

    Raises:
        InputError: No entry of this name.
        NotFound: The server never took it.
    """
    report, place = survivor.report(label), survivor.place
    status = ask(place, report)
    good = []
    for view in status.cases:
        try:
            check_case(place.deployment, report, view)
        except ProtocolError:
            continue
        good.append(view)
    cases = tuple(view for view in good if view.witness == report.witness)
    notes = tuple(view for view in good if view not in cases)
    return Standing(report, status, cases, notes)


def alarm(survivor: Survivor, standing: Standing) -> int:
    """Say that something is not right with every group she was introduced in (§H1)."""
    place = survivor.place
    views = [v for v in (*standing.cases, *standing.notes) if v.connected]
    if standing.report.witness:
        return 0
    for view in views:
        signed = raise_alarm(standing.report, view, day=place.day)
        place.http.tell(place.url("cases/alarms"), signed)
    return len(views)


def heard(survivor: Survivor, standing: Standing) -> dict[int, int]:
    """Which trustees signed that they heard an alarm of hers, and until when."""
    deployment, report = survivor.place.deployment, standing.report
    found: dict[int, int] = {}
    for view in standing.cases:
        found |= heard_by(deployment, report, view)
    return found


def meet(survivor: Survivor, standing: Standing) -> dict[str, Contact]:
    """Open every contact that was released to her (§C8).

    Returns:
        Each person once, as the newest of the groups shows her; under a name that
        stays hers over new versions of her report.
    """
    place = survivor.place
    if standing.report.witness:
        return {}  # Nothing is released to a witness.
    met: dict[str, Contact] = {}
    for view in (*standing.cases, *standing.notes):
        if not view.connected:
            continue
        request = ask_connection(place.deployment, standing.report, view.case_id)
        connection = place.http.post(
            place.url("cases/connections"), request, Connection
        )
        reader = Reader(place.deployment, standing.report, view)
        contacts, _ = open_connection(reader, connection)
        met |= {_name_of(contact, connection): contact for contact in contacts}
    return met


def _name_of(contact: Contact, connection: Connection) -> str:
    """The verified address; where only a phone was verified, the report's key."""
    if contact.verified_email:
        return contact.verified_email
    giver = next(one for one in connection.givers if one.member == contact.member)
    core = decode(peek(giver.header, Header).core, Core)
    return core.report_key.hex()
