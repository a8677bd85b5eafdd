"""The command line of a survivor: names, options, help."""

import argparse

from escrow.client.filing import KEPT_YEARS
from escrow.command import client_commands, verifying
from escrow.command.identifier_options import add_identifier_options
from escrow.command.note_options import add_note_options
from escrow.command.session import add_session_options


def _report_option(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--report",
        default=default,
        metavar="NAME",
        help="which entry, if you have several "
        + (f"(default: {default})" if default else "(default: all)"),
    )


def _contact_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what others see of you once you said yes")
    for name in client_commands.CONTACT_FIELDS:
        group.add_argument(f"--contact-{name}", metavar="TEXT")
    parser.add_argument("--group", type=int, metavar="N", help="people, you included")
    parser.add_argument(
        "--keep-years",
        type=int,
        choices=KEPT_YEARS,
        help="how long it is kept, from today on (default of a new entry: 5)",
    )
    add_note_options(parser)


def _country_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--country", metavar="XX", help="of phones without a code")


def _witness_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--witness",
        action="store_true",
        help="you saw or heard something happen to somebody else: your note never "
        "counts, and a group that met may invite you",
    )


def _one_report(parser: argparse.ArgumentParser) -> None:
    _report_option(parser, "first")


def _all_reports(parser: argparse.ArgumentParser) -> None:
    _report_option(parser, None)


def _answer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("answer", choices=("yes", "later", "no"))


def _sure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask again")


def add_parsers(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add every command of a survivor."""
    words = subparsers.add_parser("words", help="make seven new words")
    words.add_argument("--out", metavar="FILE", help="keep them in this new file")
    words.set_defaults(run=client_commands.run_words)
    filing = (
        _one_report,
        _country_option,
        _witness_option,
        add_identifier_options,
        _contact_options,
    )
    for name, run, parts in (
        ("verify", verifying.run_verify, (verifying.add_options, _country_option)),
        ("file", client_commands.run_file, filing),
        ("add", client_commands.run_add, (_one_report, add_identifier_options)),
        ("status", client_commands.run_status, ()),
        ("consent", client_commands.run_consent, (_answer, _all_reports)),
        ("invite", client_commands.run_invite, (_answer, _all_reports)),
        ("alarm", client_commands.run_alarm, (_all_reports,)),
        ("connect", client_commands.run_connect, (_all_reports,)),
        ("change", client_commands.run_change, (_one_report, _contact_options)),
        ("withdraw", client_commands.run_withdraw, (_one_report, _sure)),
    ):
        text = (run.__doc__ or "").rstrip(".")
        parser = subparsers.add_parser(
            name, help=text[0].lower() + text[1:], description=text + "."
        )
        add_session_options(parser)
        for add_options in parts:
            add_options(parser)
        parser.set_defaults(run=run)
