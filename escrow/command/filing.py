"""File a report, and change it; every step may be interrupted (§F)."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.match_keys import match_keys
from escrow.client.filing import has_ended, keep_until, last_month
from escrow.client.letterbox import wish_letters
from escrow.client.vault import SavedReport
from escrow.command import letterboxes, withdrawing
from escrow.command.place import Place, locked_outputs
from escrow.command.receipts import Filed
from escrow.command.submitting import bring, replace_version
from escrow.command.survivor import Survivor
from escrow.messages.codec import Blob
from escrow.messages.filing import ContactCard, NudgePart
from escrow.note import NO_NOTE
from escrow.report.contents import new_report_keys

KEPT_YEARS = 5


@dataclass(frozen=True)
class Draft:
    """What a survivor gives and wishes, before anything is locked."""

    label: str
    identifiers: tuple[Identifier, ...]
    country: str
    match_threshold: int
    card: ContactCard
    nudge: NudgePart
    letters: NudgePart = NO_NOTE
    witness: bool = False
    kept_years: int = KEPT_YEARS


@dataclass(frozen=True)
class Changes:
    """What she wishes otherwise than before; None for what stays.

    `kept_years` count from today.
    """

    card: ContactCard | None = None
    match_threshold: int | None = None
    nudge: NudgePart | None = None
    letters: NudgePart | None = None
    kept_years: int | None = None


def check_group(place: Place, size: int, *, witness: bool = False) -> None:
    """Refuse a group size that this deployment does not offer.

    Raises:
        InputError: With the list of those offered; a witness has the smallest.
    """
    offered = place.deployment.group_sizes()
    if witness and size != offered[0]:
        raise InputError("group", "a witness has no group size of her own")
    if size not in offered:
        raise InputError(
            "group",
            "this size is not offered here",
            f"Choose one of {', '.join(map(str, offered))}.",
        )


def begin(survivor: Survivor, draft: Draft) -> None:
    """Check a draft, and keep it in the vault under fresh keys.

    The same draft again is what a person does who was interrupted; an entry that
    was taken back makes room for a new one of its name.

    Raises:
        InputError: Group, years or identifiers cannot be used, or another entry has
            this name, or had it and is not taken back everywhere yet.
    """
    expiry_month = last_month(survivor.place.day, draft.kept_years)
    check_group(survivor.place, draft.match_threshold, witness=draft.witness)
    match_keys(draft.identifiers, draft.country or None)
    if survivor.has(draft.label) and not _is_over(survivor, draft.label):
        if not _same(survivor.report(draft.label), draft):
            raise InputError(
                "report",
                "there is an entry of this name already",
                "Add to it or change it, or choose another name.",
            )
        return
    keys = new_report_keys()
    report = SavedReport(
        label=draft.label,
        identifiers=draft.identifiers,
        country=draft.country,
        match_threshold=draft.match_threshold,
        witness=draft.witness,
        expiry_month=expiry_month,
        card=draft.card,
        nudge=draft.nudge,
        report_seed=Blob(keys.report_seed.reveal()),
        reader_seed=Blob(keys.reader_seed.reveal()),
        contact_key=Blob(keys.contact_key.reveal()),
        letterbox=wish_letters(None, draft.letters),
        begun_day=survivor.place.day,
    )
    survivor.keep(report)


def _is_over(survivor: Survivor, label: str) -> bool:
    """Whether it makes room for a new entry of its name.

    The keys of one that is taken back are needed until that is finished.

    Raises:
        InputError: It is not finished, and could not be now.
    """
    report, day = survivor.report(label), survivor.place.day
    if not report.withdrawn or has_ended(report, day):
        return has_ended(report, day)
    sent = withdrawing.go_on(survivor, label)
    if not withdrawing.wait(survivor, label, sent).finished:
        raise InputError(
            "report",
            "the entry of this name is not taken back everywhere yet",
            "Try again later, or choose another name.",
        )
    return True


def _same(report: SavedReport, draft: Draft) -> bool:
    return draft == Draft(
        report.label,
        report.identifiers,
        report.country,
        report.match_threshold,
        report.card,
        report.nudge,
        NO_NOTE if report.letterbox is None else report.letterbox.part,
        report.witness,
        # Another day gives the same years another end.
        draft.kept_years,
    )


def finish(survivor: Survivor, label: str) -> Filed:
    """Bring a saved report to its trustees, and wait until it is stored.

    May be called again after any interruption (§F1 to §F10).

    Raises:
        InputError: It was taken back, or its time is over.
        Unreachable: Too few servers answered in time; call again.
    """
    report = _changeable(survivor, label)
    if not report.outputs:
        survivor.keep(locked_outputs(survivor.place, survivor.registration, report))
    filed = bring(survivor, label)
    letterboxes.settle(survivor, label)
    return filed


def add_identifiers(
    survivor: Survivor, label: str, more: Sequence[Identifier]
) -> Filed:
    """Add what she learned, as a new version with new outputs (§F).

    Raises:
        InputError: The new identifiers cannot be read.
        Unreachable: Too few servers answered in time; call again.
    """
    survivor.open()
    report = _changeable(survivor, label)
    new = [one for one in more if one not in report.identifiers]
    if new:
        wanted = replace(report, identifiers=(*report.identifiers, *new))
        match_keys(wanted.identifiers, wanted.country or None)
        replace_version(
            survivor, locked_outputs(survivor.place, survivor.registration, wanted)
        )
    return finish(survivor, label)


def change_wishes(survivor: Survivor, label: str, changes: Changes) -> Filed:
    """Change how to reach her, her own minimum, or the end; a new version (§F).

    Raises:
        InputError: A group size, or a number of years, that is not offered.
        Unreachable: Too few servers answered in time; call again.
    """
    survivor.open()
    report = _changeable(survivor, label)
    wanted = replace(
        report,
        card=changes.card or report.card,
        match_threshold=changes.match_threshold or report.match_threshold,
        nudge=changes.nudge or report.nudge,
    )
    check_group(survivor.place, wanted.match_threshold, witness=wanted.witness)
    if changes.kept_years is not None:
        month = last_month(survivor.place.day, changes.kept_years)
        wanted = keep_until(wanted, month)
    if wanted != report:
        replace_version(survivor, wanted)
    if changes.letters is not None:
        letterboxes.wish(survivor, label, changes.letters)
    return finish(survivor, label)


def _changeable(survivor: Survivor, label: str) -> SavedReport:
    report = survivor.report(label)
    if report.withdrawn:
        raise InputError("report", "this entry was taken back", "File it again.")
    if has_ended(report, survivor.place.day):
        raise InputError("report", "the time of this entry is over", "File it again.")
    return report
