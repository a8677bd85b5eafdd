"""Notes: addresses they may go to, whose work addresses are whose, letterboxes."""

from typing import Any

import msgspec

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.identifiers.work_address import check_private_address
from escrow.calendar import monday_of, month_of
from escrow.client.letterbox import letter_day, wish_letters, write_letterbox
from escrow.messages.filing import NudgePart
from escrow.note import EMAIL, LANGUAGES, NO_NOTE, PLANTS, check_note, note_address
from tests.vectors_json.asking import text
from tests.vectors_json.scene import DAY, Recorder, dealt

PART = NudgePart(channel=EMAIL, address="ana@example.org", plant="fern", language="es")
ADDRESSES = (
    " ana@example.org ",
    "a.b+c@mail.example.org",
    "ana@BÜCHER.example",
    "ana@例え.example",
    "",
    "ana",
    "@example.org",
    "ana@",
    "ana@example",
    "ana@@example.org",
    "ana@example.org,bea@example.org",
    "ana@example.org\r\nBcc: bea@example.org",
    "ana@example.org\n",
    "<ana@example.org>",
    '"ana"@example.org',
    "anä@example.org",
    ".ana@example.org",
    "ana.@example.org",
    "a..na@example.org",
    "ana@-example.org",
    "ana@192.0.2.1",
    "ana@[192.0.2.1]",
    f"{'a' * 64}@example.org",
    f"{'a' * 65}@example.org",
    f"ana@{'a.' * 124}org",
    f"ana@{'a.' * 123}org",
    "ana@example.org\u2028",
    "ana @example.org",
)
WISHES = (
    NO_NOTE,
    PART,
    msgspec.structs.replace(PART, channel="text"),
    msgspec.structs.replace(PART, channel=""),
    msgspec.structs.replace(PART, plant="nettle"),
    msgspec.structs.replace(PART, plant=""),
    msgspec.structs.replace(PART, language="qps"),
    msgspec.structs.replace(PART, address=" ana@example.org"),
    msgspec.structs.replace(PART, address=""),
    msgspec.structs.replace(NO_NOTE, plant="fern"),
)
NAMED = (
    Identifier(kind="name", value="Robin Doe"),
    Identifier(kind="employer", value="Northwind Clinic Ltd"),
    Identifier(kind="employer", value="University of North Wessex", former=True),
    Identifier(kind="employer", value="IBM"),
    Identifier(kind="employer", value="\u5317\u4eac\u4e1c\u65b9"),
    Identifier(kind="employer", value="..."),
    Identifier(kind="email", value="robin@london.acme.co.uk"),
    Identifier(kind="email", value="robin.doe@gmail.com"),
    Identifier(kind="email", value="nonsense"),
    Identifier(kind="email", value="robin@studio.example.org"),
    Identifier(kind="email", value="robin@example.org"),
    Identifier(kind="website", value="https://www.pell-films.example/about"),
    Identifier(kind="website", value="https://sites.free.fr/robin"),
    Identifier(kind="city", value="Brindle"),
)
ASKED = (
    "ana@northwindclinic.org",
    "ana@northwind-clinic.example",
    "ana@mail.northwindclinic.co.uk",
    "ana@northwind.example",
    "ana@southwind.example",
    "ana@unw.ac.uk",
    "ana@ibm.com",
    "ana@ibmx.com",
    "ana@acme.co.uk",
    "ana@paris.acme.co.uk",
    "ana@ACME.co.uk",
    "ana@acme.example",
    "ana@notacme.co.uk",
    "ana@co.uk",
    "ana@gmail.com",
    "ana@googlemail.com",
    "ana@free.fr",
    "ana@proton.me",
    "ana@example.org",
    "ana@studio.example.org",
    "ana@mail.studio.example.org",
    "ana@other.example.org",
    "ana@pell-films.example",
    "ana@mail.pell-films.example",
    "ana@pellfilms.example",
    "ana@brindle.example",
    "ana@dongfang.example",
    "nonsense",
)
AFTER = (0, 90, 91, 181, DAY, DAY + 1, DAY + 50, DAY + 91, DAY + 1000)


def _reason(refused: InputError) -> list[str]:
    return [refused.field, str(refused).removeprefix(f"{refused.field}: ")]


def _address(value: str) -> dict[str, Any]:
    try:
        return {"value": value, "address": note_address(value)}
    except InputError as error:
        return {"value": value, "refused": _reason(error)}


def _wish(part: NudgePart) -> dict[str, Any]:
    try:
        check_note(part)
    except InputError as error:
        return {"part": text(part), "refused": _reason(error)}
    return {"part": text(part), "refused": None}


def _work(address: str) -> dict[str, Any]:
    try:
        check_private_address(address, NAMED)
    except InputError as error:
        return {"address": address, "refused": _reason(error)}
    return {"address": address, "refused": None}


def notes() -> dict[str, Any]:
    """Everything of §N that both languages decide."""
    recorder, month = Recorder("letterbox"), month_of(DAY) + 60
    wished = wish_letters(None, PART, randomness=recorder)
    written, request = write_letterbox(dealt().deployment, wished, month)
    emptied = wish_letters(
        msgspec.structs.replace(written, written=True), NO_NOTE, randomness=recorder
    )
    return {
        "plants": PLANTS,
        "languages": LANGUAGES,
        "addresses": [_address(value) for value in ADDRESSES],
        "wishes": [_wish(part) for part in WISHES],
        "named": [
            {k: v for k, v in msgspec.to_builtins(one).items() if v is not None}
            for one in NAMED
        ],
        "work_addresses": [_work(address) for address in ASKED],
        "part": text(PART),
        "draws": recorder.draws,
        "wished": text(wished),
        "expiry_month": month,
        "written": text(written),
        "emptied": text(emptied),
        "days": [[after, letter_day(written, after)] for after in AFTER],
        "weeks": [[day, monday_of(day)] for day in range(DAY, DAY + 9)],
        "notice_seed": dealt().notice_seed.reveal().hex(),
        "samples": {"request": text(request)},
    }
