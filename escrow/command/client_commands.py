"""`alongside words|verify|file|add|...`: what a survivor does at a terminal."""

import argparse
from pathlib import Path

from blind_index.errors import InputError
from blind_index.identifiers import Identifier, what_will_be_compared
from escrow.client.vault import SavedReport
from escrow.command import answering, filing, following, withdrawing
from escrow.command.identifier_options import identifiers_of
from escrow.command.note_options import (
    check_own_addresses,
    notes_of,
    notes_text,
    wishes_of,
)
from escrow.command.place import Place
from escrow.command.receipts import Filed
from escrow.command.session import (
    new_words,
    open_session,
    prompt,
    tell,
)
from escrow.command.standing_text import (
    standing_text,
    unheard_text,
    withdrawal_text,
)
from escrow.command.survivor import Survivor
from escrow.command.withdrawing import Progress
from escrow.errors import NotFound
from escrow.messages.cases import ReportStatus
from escrow.messages.filing import ContactCard

_FINISHED = (
    "Enough trustees signed that they have your no: they give your contact to nobody "
    "else. What was opened before stays open."
)
CONTACT_FIELDS = ("name", "email", "phone", "channel", "wishes")


def run_words(options: argparse.Namespace) -> int:
    """Seven new words."""
    out = Path(options.out) if options.out else None
    print(new_words(out))
    tell("They open your page. Nobody can see or reset them. Write them down.")
    return 0


def run_file(options: argparse.Namespace) -> int:
    """Name a person."""
    known = _named(options)
    card = _card(options, ContactCard())
    check_own_addresses((card.email, options.notice_email), known)
    with open_session(options) as survivor:
        # The same command again keeps the plant that was drawn before.
        begun = survivor.has(options.report)
        before = survivor.report(options.report) if begun else None
        nudge, letters = wishes_of(options, before)
        draft = filing.Draft(
            label=options.report,
            identifiers=known,
            country=options.country or "",
            match_threshold=_group_size(options, survivor.place),
            card=card,
            nudge=nudge,
            letters=letters,
            witness=options.witness,
            kept_years=options.keep_years or filing.KEPT_YEARS,
        )
        filing.begin(survivor, draft)
        _say_filed(filing.finish(survivor, options.report), "Stored")
        return 0


def _group_size(options: argparse.Namespace, place: Place) -> int:
    offered = place.deployment.group_sizes()
    if options.group or options.witness:
        return options.group or offered[0]
    question = f"How many people, you included ({', '.join(map(str, offered))})"
    return _number(prompt(question, str(offered[0])))


def run_add(options: argparse.Namespace) -> int:
    """Add what you have learned."""
    known = _named(options)
    with open_session(options) as survivor:
        report = survivor.report(options.report)
        nudge, letters = notes_of(report)
        check_own_addresses((report.card.email, nudge.address, letters.address), known)
        _say_filed(filing.add_identifiers(survivor, options.report, known), "Changed")
        return 0


def run_change(options: argparse.Namespace) -> int:
    """Change how to reach you, the size of the group, or how long it is kept."""
    with open_session(options) as survivor:
        report = survivor.report(options.report)
        nudge, letters = wishes_of(options, report)
        card = _card(options, report.card)
        check_own_addresses(
            (card.email, nudge.address, letters.address), report.identifiers
        )
        changes = filing.Changes(
            card=card,
            match_threshold=options.group,
            nudge=nudge,
            letters=letters,
            kept_years=options.keep_years,
        )
        filed = filing.change_wishes(survivor, options.report, changes)
        _say_filed(filed, "Changed")
        return 0


def run_status(options: argparse.Namespace) -> int:
    """See how your entries stand."""
    with open_session(options) as survivor:
        if not survivor.contents.reports:
            print("There is no entry yet.")
        for report in survivor.contents.reports:
            print(f"{report.label}: {standing_text(survivor, report)}")
            if not report.withdrawn:
                print(f"  {notes_text(report, survivor.place.day)}")
        return 0


def run_consent(options: argparse.Namespace) -> int:
    """Answer whether you want to meet a group."""
    with open_session(options) as survivor:
        told, finished = 0, True
        for report in _meant(survivor, options.report):
            views = _shown(survivor, report.label).cases
            told += answering.answer(survivor, report.label, views, options.answer)
            if options.answer == "no":
                told += answering.take_back_yes(survivor, report.label, views)
            finished &= _say_heard(survivor, report.label)
        if not told:
            print("There is no group to answer to.")
        elif finished:
            print("Your answer is kept.")
            if options.answer == "no":
                print(_FINISHED)
        return 0 if finished else 1


def _say_heard(survivor: Survivor, label: str) -> bool:
    """Wait for the trustees' word; whether nothing of an entry is left unfinished."""
    answering.wait(survivor, label)
    unfinished = answering.unfinished(survivor, label)
    if unfinished:
        print(f"{label}: {unheard_text(unfinished)}")
    return unfinished is None


def _shown(survivor: Survivor, label: str) -> following.Standing:
    """What the server shows of an entry; what it denies she can take back as well."""
    try:
        return following.look(survivor, label)
    except NotFound:
        nothing = ReportStatus(receipts=(), erasures=(), cases=(), padding="")
        return following.Standing(survivor.report(label), nothing, ())


def run_invite(options: argparse.Namespace) -> int:
    """Invite the witnesses who left a note, once your group has met."""
    with open_session(options) as survivor:
        told, finished = 0, True
        for report in _meant(survivor, options.report):
            notes = following.look(survivor, report.label).notes
            told += answering.answer(survivor, report.label, notes, options.answer)
            finished &= _say_heard(survivor, report.label)
        if not told:
            print("There is nobody to invite now.")
        elif finished:
            print("Your answer is kept.")
        return 0 if finished else 1


def run_connect(options: argparse.Namespace) -> int:
    """See whom you may contact."""
    with open_session(options) as survivor:
        found = 0
        for report in _meant(survivor, options.report):
            standing = following.look(survivor, report.label)
            for contact in following.meet(survivor, standing).values():
                found += 1
                fields = {name: getattr(contact.card, name) for name in CONTACT_FIELDS}
                shown = "; ".join(
                    f"{name}: {text}" for name, text in fields.items() if text
                )
                verified = ", ".join(
                    filter(None, (contact.verified_name, contact.verified_email))
                )
                kind = "a witness; " if contact.witness else ""
                print(f"{shown or 'no contact given'} ({kind}verified: {verified})")
        if not found:
            print("Nobody's contact is open to you now.")
        return 0


def run_alarm(options: argparse.Namespace) -> int:
    """Say that something is not right with the people you were introduced to."""
    with open_session(options) as survivor:
        told = 0
        for report in _meant(survivor, options.report):
            told += following.alarm(survivor, following.look(survivor, report.label))
        if not told:
            print("You were introduced to nobody yet.")
            return 1
        print(
            "The trustees are told: they introduce nobody further in your group for "
            "up to 30 days, and look into it. `alongside status` says who heard it."
        )
        return 0


def run_withdraw(options: argparse.Namespace) -> int:
    """Take an entry back."""
    with open_session(options) as survivor:
        survivor.report(options.report)
        if not options.yes and prompt("Erase this entry? Type yes") != "yes":
            print("Nothing was changed.")
            return 1
        so_far = withdrawing.take_back(survivor, options.report)
        withdrawal = withdrawing.wait(survivor, options.report, so_far)
        if withdrawal.progress is Progress.GONE and withdrawal.everywhere:
            print(f"Erased: all {withdrawal.all_trustees} trustees signed it.")
        else:
            text = withdrawal_text(withdrawal)
            print(f"{text[0].upper()}{text[1:]}.")
        return 0 if withdrawal.finished else 1


def _named(options: argparse.Namespace) -> tuple[Identifier, ...]:
    known = tuple(identifiers_of(options))
    if not known:
        raise InputError(
            "identifiers",
            "nothing is said about the person",
            "Give at least one, such as --email or --name with --employer.",
        )
    for one in known:
        tell(f"{one.kind}: {what_will_be_compared(one)}")
    return known


def _number(text: str) -> int:
    if not text.isdecimal():
        raise InputError("group", "is not a number")
    return int(text)


def _card(options: argparse.Namespace, before: ContactCard) -> ContactCard:
    given = {name: getattr(options, f"contact_{name}") for name in CONTACT_FIELDS}
    chosen = {
        name: getattr(before, name) if text is None else text
        for name, text in given.items()
    }
    return ContactCard(**chosen)


def _say_filed(filed: Filed, what: str) -> None:
    held = f"{len(filed.trustees)} of {filed.all_trustees} trustees hold their part"
    if filed.everywhere or what == "Stored":
        print(f"{what}: {held}. You do not have to do anything now.")
    else:
        print(f"Taken, not yet changed everywhere: {held}.")


def _meant(survivor: Survivor, label: str | None) -> list[SavedReport]:
    if label is not None:
        return [survivor.report(label)]
    return [r for r in survivor.contents.reports if not r.withdrawn and r.version]
