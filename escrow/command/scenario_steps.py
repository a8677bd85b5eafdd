"""The steps of a scenario, read and checked line by line before anything starts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from escrow.command.layout import Sizes
from escrow.messages.cases import Answer
from escrow.messages.filing import ContactCard, NudgePart
from escrow.note import EMAIL


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a step; unknown fields are refused."""


class Verified(_Value, frozen=True):
    """What the registrar verifies of a person."""

    name: str
    email: str = ""
    phone: str = ""
    country: str | None = None


class Contact(_Value, frozen=True):
    """What others may see of a person once she said yes."""

    name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""
    wishes: str = ""

    def card(self) -> ContactCard:
        """The same, as a report carries it."""
        return ContactCard(
            name=self.name,
            email=self.email,
            phone=self.phone,
            channel=self.channel,
            wishes=self.wishes,
        )


class Note(_Value, frozen=True):
    """Where she gets one note if a group forms, or the same every three months."""

    address: str
    plant: str = "fern"
    language: str = "en"
    regular: bool = False

    def part(self) -> NudgePart:
        """The same, as a report or a letterbox carries it."""
        return NudgePart(
            channel=EMAIL,
            address=self.address,
            plant=self.plant,
            language=self.language,
        )


class _Step(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="do",
):
    """One line of a scenario."""


class _PersonStep(_Step, frozen=True, kw_only=True, rename={"survivor": "as"}):
    """Something that one person does."""

    survivor: str


class FileStep(_PersonStep, frozen=True, kw_only=True, tag="file"):
    """She files a report, verified first if she was not yet.

    A `witness` saw or heard something; her yes is to a group that invites her.
    """

    identifiers: tuple[Identifier, ...]
    report: str = "first"
    verified: Verified | None = None
    group: int | None = None
    consent: Literal["yes", "ask"] = "ask"
    witness: bool = False
    contact: Contact = Contact()
    note: Note | None = None


class ConsentStep(_PersonStep, frozen=True, kw_only=True, tag="consent"):
    """She answers every group that she is shown, or the one of one report."""

    answer: Answer
    report: str | None = None


class InviteStep(_PersonStep, frozen=True, kw_only=True, tag="invite"):
    """She invites the witnesses of whom she is told, or not."""

    answer: Answer = "yes"
    report: str | None = None


class AlarmStep(_PersonStep, frozen=True, kw_only=True, tag="alarm"):
    """She says that something is not right with those she was introduced to."""

    report: str | None = None


class WithdrawStep(_PersonStep, frozen=True, kw_only=True, tag="withdraw"):
    """She takes a report back; her first, if none is named."""

    report: str | None = None


class AddStep(_PersonStep, frozen=True, kw_only=True, tag="add"):
    """She adds what she learned."""

    identifiers: tuple[Identifier, ...]
    report: str = "first"


class StopTrustee(_Step, frozen=True, kw_only=True, tag="stop-trustee"):
    """A trustee goes down."""

    role: Literal["index", "opening"]
    index: int


class StartTrustee(_Step, frozen=True, kw_only=True, tag="start-trustee"):
    """A trustee comes back."""

    role: Literal["index", "opening"]
    index: int


class KillApi(_Step, frozen=True, kw_only=True, tag="kill-api"):
    """The API is killed on the spot (SIGKILL)."""


class StartApi(_Step, frozen=True, kw_only=True, tag="start-api"):
    """The API is started again."""


class Settle(_Step, frozen=True, kw_only=True, tag="settle"):
    """Wait until nothing is pending."""


PersonStep = FileStep | ConsentStep | InviteStep | AlarmStep | WithdrawStep | AddStep
DeploymentStep = StopTrustee | StartTrustee | KillApi | StartApi | Settle
Step = PersonStep | DeploymentStep


def read_steps(lines: Iterable[bytes], sizes: Sizes) -> list[Step]:
    """Read a scenario; empty lines are passed over.

    Raises:
        InputError: The first line that cannot be run, by its number.
    """
    known = _Known()
    steps = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            step = msgspec.json.decode(line, type=Step)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise InputError(f"line {number}", str(error)) from None
        fault = _fault(step, known, sizes)
        if fault:
            raise InputError(f"line {number}", fault)
        steps.append(step)
    return steps


@dataclass
class _Known:
    """Persons with what was verified of them, and their reports."""

    verified: dict[str, Verified] = field(default_factory=dict)
    reports: set[tuple[str, str]] = field(default_factory=set)


def _fault(step: Step, known: _Known, sizes: Sizes) -> str:
    """Why a step cannot follow those before it; empty if it can."""
    match step:
        case FileStep():
            return _file_fault(step, known)
        case ConsentStep() | InviteStep() | AlarmStep() | WithdrawStep() | AddStep():
            return _later_fault(step, known)
        case StopTrustee() | StartTrustee():
            if (step.role, step.index) not in sizes.trustees():
                return f"there is no {step.role} trustee {step.index}"
        case KillApi() | StartApi() | Settle():
            pass
    return ""


def _file_fault(step: FileStep, known: _Known) -> str:
    name = step.survivor
    before = known.verified.get(name)
    if before is None and step.verified is None:
        return f"the first report of {name} needs `verified`"
    if before and step.verified and before != step.verified:
        return f"{name} was verified as somebody else before"
    if step.witness and step.group is not None:
        return "a witness has no group size"
    if (name, step.report) in known.reports:
        return f"{name} filed the report {step.report} before; name another"
    if step.verified:
        known.verified[name] = step.verified
    known.reports.add((name, step.report))
    return ""


def _later_fault(
    step: ConsentStep | InviteStep | AlarmStep | WithdrawStep | AddStep, known: _Known
) -> str:
    if step.survivor not in known.verified:
        return f"{step.survivor} has not filed anything before"
    if step.report and (step.survivor, step.report) not in known.reports:
        return f"{step.survivor} has no report {step.report}"
    return ""
