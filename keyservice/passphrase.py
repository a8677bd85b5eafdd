"""What an operator types: a passphrase, a log head."""

import argparse
import getpass
import sys
from typing import Final

from blind_index.secret import SecretBytes
from escrow.messages.codec import Digest
from keyservice.audit import Head
from keyservice.config import UnusableConfig

_LEAST_PASSPHRASE: Final = 12


def ask_passphrase() -> SecretBytes:
    """Ask on the terminal; without one, take a line from standard input."""
    if sys.stdin.isatty():
        text = getpass.getpass("Passphrase: ")
    else:
        text = sys.stdin.readline().rstrip("\n")
    return SecretBytes(text.encode())


def choose_passphrase() -> SecretBytes:
    """Ask twice.

    Raises:
        UnusableConfig: Too short, or the two differ.
    """
    chosen = ask_passphrase()
    if len(chosen) < _LEAST_PASSPHRASE:
        raise UnusableConfig(f"a passphrase has {_LEAST_PASSPHRASE} characters or more")
    if sys.stdin.isatty() and chosen != ask_passphrase():
        raise UnusableConfig("the two passphrases differ")
    return chosen


def head_of_text(text: str) -> Head:
    """A log head as `SIZE:HASH`, or `SIZE:HASH:LACKING` of a log with gaps.

    Raises:
        ArgumentTypeError: Of another form.
    """
    size, _, rest = text.partition(":")
    name, _, skipped = rest.partition(":")
    try:
        return Head(int(size), Digest(bytes.fromhex(name)), int(skipped or 0))
    except ValueError:
        raise argparse.ArgumentTypeError("not SIZE:HASH or SIZE:HASH:LACKING") from None
