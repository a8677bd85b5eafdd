"""The mail that carries a note: the same bytes for every event, all of one size (§N5).

Every header has one length but the one that names the recipient; as many spaces as
her address is shorter than the longest one stand behind the text.
"""

import base64
import re
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.filing import NudgePart
from escrow.note import ADDRESS_BYTES, note_subject, note_text

_ID_BYTES: Final = 16
_LINE: Final = 76
_NAME: Final = re.compile(r"[A-Za-z0-9 .-]{0,60}")


@dataclass(frozen=True)
class From:
    """Whom a note comes from: a neutral name, which may be empty, and an address."""

    name: str
    address: str


def check_name(name: str) -> None:
    """Refuse a sender's name that could be more than a name.

    Raises:
        InputError: Other signs than letters, digits, spaces, dots and hyphens.
    """
    if _NAME.fullmatch(name) is None:
        raise InputError("notices.name", "may hold letters, digits and spaces only")


def write_mail(
    part: NudgePart, sender: From, moment: int, *, randomness: Randomness = SYSTEM
) -> bytes:
    """The whole message, lines ended by CR LF.

    Args:
        part: Checked by `escrow.note.check_note`, not empty.
        sender: The same for everybody.
        moment: Seconds since 1970-01-01.
        randomness: Draws 16 bytes for the message's id.
    """
    name = f'"{sender.name}" ' if sender.name else ""
    subject = base64.b64encode(note_subject(part.language)).decode()
    drawn, domain = randomness(_ID_BYTES).hex(), sender.address.rpartition("@")[2]
    headers = (
        f"From: {name}<{sender.address}>",
        f"To: <{part.address}>",
        f"Subject: =?utf-8?b?{subject}?=",
        f"Date: {formatdate(moment)}",
        f"Message-ID: <{drawn}@{domain}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
    )
    text = base64.b64encode(note_text(part.plant, part.language)).decode()
    filling = " " * (ADDRESS_BYTES - len(part.address))
    lines = (*headers, "", *_lines(text, len(text)), *_lines(filling, ADDRESS_BYTES))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _lines(text: str, longest: int) -> list[str]:
    """A text in as many lines as the longest one would need."""
    return [text[start : start + _LINE] for start in range(0, longest, _LINE)]
