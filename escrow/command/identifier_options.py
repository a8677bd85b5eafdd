"""Identifiers as they are given on a command line."""

import argparse
import re
from pathlib import Path
from typing import Final, get_args

import msgspec

from blind_index.errors import InputError
from blind_index.identifiers import Identifier, Kind

_KINDS: Final = get_args(Kind)
_CONTEXT: Final = re.compile(
    r",\s*(given|family|country|region|label|platform|size|former)=([^,]*)$"
)


def read_identifier(kind: str, text: str) -> Identifier:
    """Read `VALUE,key=value,...`; the value itself may hold commas.

    Raises:
        InputError: No such kind, or a context that it cannot have.
    """
    if kind not in _KINDS:
        raise InputError(
            "identifier", "no such kind", f"Choose one of {', '.join(_KINDS)}."
        )
    context: dict[str, object] = {}
    while found := _CONTEXT.search(text):
        key, value = found.groups()
        context[key] = value.strip() == "true" if key == "former" else value.strip()
        text = text[: found.start()]
    if text.strip():
        context["value"] = text.strip()
    return msgspec.convert({"kind": kind} | context, Identifier)


def read_any_identifier(text: str) -> Identifier:
    """Read `KIND=VALUE,key=value,...`.

    Raises:
        InputError: As `read_identifier`.
    """
    kind, equals, value = text.partition("=")
    if not equals:
        raise InputError("identifier", "has no value", "Write kind=value.")
    return read_identifier(kind.strip(), value)


def read_identifier_file(name: str) -> list[Identifier]:
    """Read a JSON list of identifiers.

    Raises:
        InputError: It cannot be read, or is something else.
    """
    try:
        return msgspec.json.decode(Path(name).read_bytes(), type=list[Identifier])
    except OSError as error:
        raise InputError("json", f"cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise InputError("json", str(error)) from None


def add_identifier_options(parser: argparse.ArgumentParser) -> None:
    """One option for each kind, one for any, one for a file."""
    group = parser.add_argument_group(
        "what you know about the person",
        "Context follows the value: --phone '(415) 555-0123,country=US,label=mobile'. "
        "Every option may be repeated.",
    )
    for kind in _KINDS:
        name = "--" + kind.replace("_", "-")
        group.add_argument(name, dest=f"kind_{kind}", action="append", metavar="TEXT")
    group.add_argument("--identifier", action="append", metavar="KIND=TEXT")
    group.add_argument("--json", metavar="FILE", help="a JSON list of identifiers")


def identifiers_of(options: argparse.Namespace) -> list[Identifier]:
    """Everything that the options say about the person.

    Raises:
        InputError: As `read_identifier`.
    """
    found = [
        read_identifier(kind, text)
        for kind in _KINDS
        for text in getattr(options, f"kind_{kind}") or ()
    ]
    found += [read_any_identifier(text) for text in options.identifier or ()]
    return found + (read_identifier_file(options.json) if options.json else [])
