"""What every command of a survivor begins with: server, words, vault."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.client.words import generate_words, read_words, vault_keys
from escrow.command.clock import today
from escrow.command.net import Http, check_url
from escrow.command.place import Place, find_deployment
from escrow.command.progress import Bars
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from escrow.messages.codec import Digest

_OWNER_ONLY = 0o600


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """Where the service is, and which deployment it must be."""
    parser.add_argument(
        "--server",
        default="http://127.0.0.1:8700",
        metavar="URL",
        help="the service's address (default: %(default)s)",
    )
    parser.add_argument(
        "--manifest-digest",
        metavar="HEX",
        help="refuse every other deployment; without it the one found is printed",
    )


def add_session_options(parser: argparse.ArgumentParser) -> None:
    """Server and words."""
    add_server_options(parser)
    parser.add_argument(
        "--words-file",
        metavar="FILE",
        help="your seven words; without it they are asked for",
    )


def find_place(options: argparse.Namespace, http: Http) -> Place:
    """The deployment that the options name.

    Raises:
        InputError: An unsafe address, or no digest.
        StaleManifest: Another deployment than the pinned one.
    """
    server = check_url(options.server)
    pinned = _digest(options.manifest_digest)
    deployment = find_deployment(http, server, pinned)
    if pinned is None:
        tell(f"deployment {deployment.digest.hex()} (pin it with --manifest-digest)")
    if deployment.roster.demo:
        tell("DEMO: the keys of this deployment are public. Do not type real names.")
    return Place(server, http, deployment, today(), Bars())


def _digest(text: str | None) -> Digest | None:
    if text is None:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != Digest.size:
        raise InputError("manifest-digest", "is not 64 hexadecimal digits")
    return Digest(found)


def tell(text: str) -> None:
    """Say something that is not the result."""
    print(text, file=sys.stderr, flush=True)


def prompt(question: str, default: str = "") -> str:
    """Ask a person at a terminal; elsewhere nothing is asked.

    Raises:
        InputError: Nobody can be asked, and there is no default.
    """
    if not sys.stdin.isatty():
        if default:
            return default
        raise InputError(question, "is missing", "Give it as an option.")
    shown = f"{question} [{default}]: " if default else f"{question}: "
    return input(shown).strip() or default


def find_words(options: argparse.Namespace) -> tuple[str, ...]:
    """The words from the file, or as typed; typing is not shown.

    Raises:
        InputError: The file cannot be read, or a word is not on the list.
    """
    if options.words_file:
        try:
            text = Path(options.words_file).read_text("utf-8")
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
            advice = "`alongside words --out FILE` makes new ones."
            raise InputError("words-file", reason, advice) from None
    elif sys.stdin.isatty():
        text = getpass("Your seven words: ")
    else:
        raise InputError("words", "are missing", "Name them with --words-file.")
    return read_words(text, word_list())


@contextmanager
def open_session(options: argparse.Namespace) -> Iterator[Survivor]:
    """Server, words and vault, ready to work with."""
    words = find_words(options)
    with Http() as http:
        place = find_place(options, http)
        with place.reporter.work("Opening your page", None):
            survivor = Survivor(place, vault_keys(words))
            survivor.open()
        yield survivor


def new_words(out: Path | None) -> str:
    """Seven new words; in a file of her own if one is named.

    Raises:
        InputError: There is a file of this name, or it cannot be written.
    """
    text = " ".join(generate_words(word_list(), randomness=SYSTEM))
    if out is not None:
        try:
            out.touch(_OWNER_ONLY, exist_ok=False)
            out.write_text(text + "\n", "utf-8")
        except OSError as error:
            reason = f"cannot be written: {error.strerror}"
            raise InputError("out", reason) from None
    return text
