"""What a survivor says at the command line of how she is reached."""

import argparse
from collections.abc import Iterable

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.identifiers.work_address import check_private_address
from blind_index.randomness import SYSTEM
from escrow.calendar import monday_of
from escrow.client.letterbox import letter_day
from escrow.client.vault import SavedReport
from escrow.command.clock import day_text
from escrow.messages.filing import NudgePart
from escrow.note import (
    EMAIL,
    LANGUAGES,
    NO_NOTE,
    PLANTS,
    check_note,
    note_address,
    plant_name,
)

_WAYS = ("none", "once", "regular")


def add_note_options(parser: argparse.ArgumentParser) -> None:
    """Where a note may go, and when."""
    group = parser.add_argument_group("notes, which say nothing of why you get them")
    group.add_argument(
        "--notice",
        choices=_WAYS,
        help="none; once: one, if something changes; regular: the same note every "
        "three months, whether or not anything changed (default: once, if there is "
        "an address)",
    )
    group.add_argument(
        "--notice-email", metavar="ADDRESS", help="where notes go; no work address"
    )
    group.add_argument(
        "--plant",
        choices=PLANTS,
        help="every note names it, so that you know it is real (default: any)",
    )
    group.add_argument(
        "--notice-language", choices=LANGUAGES, help="of the note (default: en)"
    )


def wishes_of(
    options: argparse.Namespace, before: SavedReport | None = None
) -> tuple[NudgePart, NudgePart]:
    """Where the one note and where regular letters are to go; one at most is set.

    Raises:
        InputError: No address, or one to which no note could go.
    """
    old_nudge, old_letters = notes_of(before)
    given = (options.notice, options.notice_email, options.plant)
    if not any((*given, options.notice_language)):
        return old_nudge, old_letters
    way = options.notice or ("regular" if old_letters.address else "once")
    if way == "none":
        return NO_NOTE, NO_NOTE
    part = _part(options, old_letters if old_letters.address else old_nudge)
    check_note(part)
    return (part, NO_NOTE) if way == "once" else (NO_NOTE, part)


def notes_of(report: SavedReport | None) -> tuple[NudgePart, NudgePart]:
    """The wishes that a report holds."""
    if report is None:
        return NO_NOTE, NO_NOTE
    box = report.letterbox
    return report.nudge, NO_NOTE if box is None else box.part


def _part(options: argparse.Namespace, old: NudgePart) -> NudgePart:
    address = options.notice_email or old.address
    if not address:
        raise InputError("notice-email", "is missing", "Say where notes go.")
    drawn = PLANTS[int.from_bytes(SYSTEM(16)) % len(PLANTS)]
    return NudgePart(
        channel=EMAIL,
        address=note_address(address),
        plant=options.plant or old.plant or drawn,
        language=options.notice_language or old.language or LANGUAGES[0],
    )


def check_own_addresses(
    addresses: Iterable[str | None], identifiers: Iterable[Identifier]
) -> None:
    """Refuse an address of hers at an employer that the report names.

    Raises:
        InputError: It is one, or no address at all.
    """
    named = tuple(identifiers)
    for address in filter(None, addresses):
        check_private_address(address, named)


def notes_text(report: SavedReport, day: int) -> str:
    """What she chose, for her status."""
    nudge, letters = notes_of(report)
    if letters.address and report.letterbox is not None:
        monday = monday_of(letter_day(report.letterbox, day))
        name = plant_name(letters.plant, "en")
        week = f"the week of {day_text(monday)}"
        return f"the next regular note ({name}) goes out in {week}"
    if nudge.address:
        return f"one note ({plant_name(nudge.plant, 'en')}) if something changes"
    return "no notes"
