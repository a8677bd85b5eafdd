"""`alongside verify`: be verified as one real person, at a terminal."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from blind_index.errors import InputError
from escrow.command.clock import day_text
from escrow.command.registering import Ask, providers, verify
from escrow.command.session import open_session, prompt, tell
from escrow.messages.registration import (
    Awaited,
    ProviderEntry,
    VerificationRequest,
    VerificationStarted,
)

_QUESTIONS: Final[Mapping[Awaited, str]] = MappingProxyType(
    {
        "email": "The code that was sent to your e-mail address",
        "phone": "The code that was sent to your phone",
        "number": "The number that the page shows you at its end",
        "voucher": "Your voucher",
    }
)
_FIELDS: Final = MappingProxyType(
    {
        "name": "Your own name",
        "email": "Your own e-mail address",
        "phone": "Your own phone number",
    }
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is to be verified, by whom, and what was brought back."""
    for field in ("name", "email", "phone"):
        parser.add_argument(f"--verified-{field}", metavar="TEXT", help="your own")
    parser.add_argument(
        "--provider",
        metavar="NAME",
        help="how you want to be checked; without it you are asked",
    )
    parser.add_argument(
        "--answer",
        action="append",
        metavar="TEXT",
        help="a code, a number or a voucher; once for each that is asked for",
    )


def run_verify(options: argparse.Namespace) -> int:
    """Be verified as one real person."""
    with open_session(options) as survivor:
        if survivor.contents.registration is not None:
            print("You are verified already.")
            return 0
        entry = choose(providers(survivor.place), options.provider)
        day = verify(survivor, _request(options, entry), _asker(options))
        erased = "is erased" if day is None else f"was erased on {day_text(day)}"
        print(f"You are verified. What you showed {erased}.")
        return 0


def choose(offered: Sequence[ProviderEntry], wanted: str | None) -> ProviderEntry:
    """The provider that was named or chosen; the only one where there is one.

    Raises:
        InputError: There is none of this name, or none that is ready.
    """
    ready = [entry for entry in offered if entry.ready]
    if not ready:
        raise InputError("provider", "nobody can be verified now", "Try again later.")
    names = [entry.name for entry in ready]
    if not wanted and len(ready) > 1:
        wanted = prompt(f"How do you want to be checked ({', '.join(names)})", names[0])
    found = [entry for entry in ready if entry.name == (wanted or names[0])]
    if not found:
        raise InputError("provider", "is not offered", f"One of: {', '.join(names)}.")
    return found[0]


def _request(options: argparse.Namespace, entry: ProviderEntry) -> VerificationRequest:
    given = {
        "name": options.verified_name or "",
        "email": options.verified_email or "",
        "phone": options.verified_phone or "",
    }
    # A demonstration asks for either of them.
    needed = entry.asks if entry.kind != "demo" else ("name",)
    for field in needed:
        given[field] = given[field] or prompt(_FIELDS[field])
    if not entry.asks:
        given = dict.fromkeys(given, "")
    return VerificationRequest(
        provider=entry.name, country=options.country or "", **given
    )


def _asker(options: argparse.Namespace) -> Ask:
    """What the person brings back: from options, or asked for at a terminal."""

    def ask(started: VerificationStarted, failed: int) -> tuple[str, ...] | None:
        if started.link and not failed:
            tell(
                f"Open this page, and come back here when it shows a number:\n"
                f"{started.link}"
            )
        given = tuple(options.answer or ())
        if failed and (given or not sys.stdin.isatty()):
            return None
        if failed:
            tell("That was not right. Try again, or press Enter to stop.")
        if given:
            return given
        typed = tuple(_typed(awaited) for awaited in started.awaits)
        return typed if all(typed) else None

    return ask


def _typed(awaited: Awaited) -> str:
    if not sys.stdin.isatty():
        raise InputError("answer", "is missing", "Give it as an option.")
    return input(f"{_QUESTIONS[awaited]}: ").strip()
