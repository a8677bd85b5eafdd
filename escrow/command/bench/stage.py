"""A deployment of real processes, and invented people who have been verified."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client.filing import pad_outputs, seal_version
from escrow.client.vault import SavedReport
from escrow.client.words import VaultKeys
from escrow.command import registering
from escrow.command.clock import today
from escrow.command.net import Http, Unreachable
from escrow.command.place import Place, find_deployment
from escrow.command.processes import Processes
from escrow.command.progress import Silent
from escrow.command.survivor import Survivor
from escrow.messages.cases import ReportStatus
from escrow.messages.codec import Blob
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import ContactCard, NudgePart, ReportSubmission
from escrow.messages.registration import VerificationRequest
from escrow.report.contents import new_report_keys

#: Submission tokens of a person and period (PROTOCOL.md §R7).
TOKENS_EACH: Final = 6
KEPT_MONTHS: Final = 12
_PATIENCE, _PAUSE = 120.0, 0.05


@dataclass
class Stage:
    """A running deployment, and who was verified by it so far."""

    processes: Processes
    place: Place
    people: list[Survivor] = field(default_factory=list)

    def person(self, number: int) -> Survivor:
        """The person of this number, verified if she was not yet."""
        while len(self.people) <= number:
            self.people.append(self._verified(len(self.people)))
        return self.people[number]

    def _verified(self, number: int) -> Survivor:
        # Her words are left out: nobody comes back, and Argon2id is measured apart.
        keys = VaultKeys(SecretBytes(SYSTEM(32)), SecretBytes(SYSTEM(32)))
        survivor = Survivor(self.place, keys)
        identity = VerificationRequest(
            provider="demo",
            name=f"Person {_spelled(number)} Example",
            email=f"bench-{number}@example.org",
            phone="",
            country="US",
        )
        registering.verify(survivor, identity, lambda *_: ())
        missing = TOKENS_EACH - len(survivor.contents.tokens)
        registering.withdraw_tokens(survivor, missing)
        return survivor

    def seal(
        self,
        survivor: Survivor,
        outputs: Sequence[Blob],
        group: int,
        box_keys: Sequence[BoxKey] = (),
    ) -> tuple[SavedReport, ReportSubmission]:
        """A first version of a new report with these outputs, for one token."""
        place, keys = self.place, new_report_keys()
        report = SavedReport(
            label="bench",
            identifiers=(),
            country="",
            match_threshold=group,
            witness=False,
            expiry_month=month_of(place.day) + KEPT_MONTHS,
            card=ContactCard(name="Example"),
            nudge=NudgePart(channel="", address=""),
            report_seed=Blob(keys.report_seed.reveal()),
            reader_seed=Blob(keys.reader_seed.reveal()),
            contact_key=Blob(keys.contact_key.reveal()),
            outputs=tuple(outputs),
        )
        token, *others = survivor.contents.tokens
        survivor.contents = replace(survivor.contents, tokens=tuple(others))
        return seal_version(
            place.deployment,
            survivor.registration,
            report,
            box_keys or place.box_keys(),
            token,
        )

    def submit(self, submission: ReportSubmission) -> None:
        """File it; the trustees take it in by themselves."""
        self.place.http.post(self.place.url("reports"), submission, ReportStatus)

    def settle(self) -> None:
        """Wait until no trustee has anything to do.

        Raises:
            Unreachable: They do not come to an end.
        """
        deadline = time.monotonic() + _PATIENCE
        while self.processes.pending() != 0:
            if time.monotonic() > deadline:
                raise Unreachable("the trustees do not come to an end")
            time.sleep(_PAUSE)


def _spelled(number: int) -> str:
    """A number as letters: names hold no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()


def fresh_outputs(entries: int) -> tuple[Blob, ...]:
    """Stretched outputs of a report that shares no match key with any other."""
    return pad_outputs([None] * entries)


@contextmanager
def open_stage(processes: Processes) -> Iterator[Stage]:
    """People for a deployment that runs."""
    with Http(_PATIENCE) as http:
        deployment = find_deployment(http, processes.server, None)
        place = Place(processes.server, http, deployment, today(), Silent())
        yield Stage(processes, place)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
