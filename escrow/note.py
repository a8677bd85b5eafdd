"""The one note that is ever sent: fixed words of one length, whatever happened (§N1).

A nudge and a regular letter carry the same bytes. There is no link in it, no name
of a service, nothing that differs by event. The plant that she picked tells her
that it is real.
"""

import re
from types import MappingProxyType
from typing import Final

from blind_index.errors import InputError
from blind_index.identifiers.domain import ascii_domain
from escrow.messages.filing import NudgePart

EMAIL: Final = "email"
NO_NOTE: Final = NudgePart(channel="", address="")
NOTE_BYTES: Final = 384
SUBJECT_BYTES: Final = 15
ADDRESS_BYTES: Final = 254
LANGUAGES: Final = ("en", "es", "ar")
PLANTS: Final = (
    "basil",
    "cedar",
    "clover",
    "fern",
    "jasmine",
    "lavender",
    "lemon",
    "mint",
    "olive",
    "palm",
    "thyme",
    "willow",
)

# What a mailbox may be called: no quotes, no signs of other scripts, and nothing
# by which an address could become two, or a command.
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}")
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_SUBJECTS: Final = MappingProxyType(
    {"en": "Your note", "es": "Su nota", "ar": "رسالتك"}
)
_TEXTS: Final = MappingProxyType(
    {
        "en": "Hello. This is your note from {plant}.\nIf you like, visit your page "
        "in the usual way.\nTo stop notes, change the setting on your page.\n",
        "es": "Hola. Esta es su nota de {plant}.\nSi quiere, visite su página como "
        "siempre.\nPara no recibir más notas, cambie el ajuste en su página.\n",
        "ar": "مرحبا. هذه رسالتك من {plant}.\nإن شئت فزر صفحتك كالمعتاد.\n"
        "لإيقاف الرسائل غيّر الإعداد في صفحتك.\n",
    }
)
_NAMES: Final = MappingProxyType(
    {
        "en": "Basil Cedar Clover Fern Jasmine Lavender Lemon Mint Olive Palm Thyme "
        "Willow",
        "es": "Albahaca Cedro Trébol Helecho Jazmín Lavanda Limonero Menta Olivo "
        "Palmera Tomillo Sauce",
        "ar": "ريحان أرز برسيم سرخس ياسمين خزامى ليمون نعناع زيتون نخلة زعتر صفصاف",
    }
)


def plant_name(plant: str, language: str) -> str:
    """What a plant is called in a language."""
    return _NAMES[language].split()[PLANTS.index(plant)]


def note_subject(language: str) -> bytes:
    """The subject, padded with spaces to `SUBJECT_BYTES` of UTF-8."""
    return _SUBJECTS[language].encode().ljust(SUBJECT_BYTES)


def note_text(plant: str, language: str) -> bytes:
    """The text, padded with spaces to `NOTE_BYTES` of UTF-8."""
    words = _TEXTS[language].format(plant=plant_name(plant, language))
    return words.encode().ljust(NOTE_BYTES)


def note_address(value: str) -> str:
    """An address to which a note can go, its host in ASCII.

    Raises:
        InputError: `address`, when it is not one plain address.
    """
    local, _, host = value.strip().rpartition("@")
    host = ascii_domain(host)
    address = f"{local}@{host}"
    plain = _LOCAL.fullmatch(local) and _HOST.fullmatch(host)
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if not plain or dotted or len(address) > ADDRESS_BYTES:
        raise InputError(
            "address",
            "this is not an e-mail address",
            "Give the whole address, such as name@example.org.",
        )
    return address


def check_note(part: NudgePart) -> None:
    """Refuse a wish that no note could meet; "no note" is one that can.

    Raises:
        InputError: Naming what is unknown.
    """
    if part == NO_NOTE:
        return
    if part.channel != EMAIL:
        raise InputError("note", "a note can go by e-mail only")
    if part.plant not in PLANTS:
        raise InputError("plant", "is not offered", f"One of {', '.join(PLANTS)}.")
    if part.language not in LANGUAGES:
        raise InputError(
            "language", "is not offered", f"One of {', '.join(LANGUAGES)}."
        )
    if note_address(part.address) != part.address:
        raise InputError("address", "this is not an e-mail address")
