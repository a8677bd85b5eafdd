"""Telephone numbers: from any spelling to the international number."""

import re
from typing import Final

import phonenumbers

from blind_index.errors import InputError
from blind_index.identifiers.fold import fold

_START: Final = re.compile(r"[+(0-9]")
# Letters after the number begin an extension or a remark ("x12", "his mobile").
_END: Final = re.compile(r"[a-z#;,/*]")
_TRUNK_ZERO: Final = "(0)"
_NOT_DIGIT: Final = re.compile("[^0-9]")
_EXITS: Final = ("00", "011", "0011")
_SHORTEST: Final = 7
_LONGEST: Final = 18
# What must follow a country's code for the code to be believed.
_SUBSCRIBER: Final = 8
_BRAZIL_OLD_MOBILE: Final = re.compile(r"(\+55[1-9][0-9])([6-9][0-9]{7})")
_MEXICO_MOBILE: Final = re.compile(r"\+521([0-9]{10})")
_ARGENTINA_MOBILE: Final = re.compile(r"\+549([0-9]{10})")


def phone_numbers(value: str, country: str | None) -> list[str]:
    """Read one telephone number.

    Args:
        value: The number as typed, extension and remarks included.
        country: Two-letter country whose national spelling it may be.

    Returns:
        `+` and digits; two numbers when the spelling can mean both, best first.

    Raises:
        InputError: `phone`, when no number of a known country can be read.

    Source: ITU-T E.164; MATCHING.md, "Phone". Validity is ignored on purpose:
        numbering plans change faster than their tables.
    """
    international, digits = _clean(value)
    if not _SHORTEST <= len(digits) <= _LONGEST:
        raise InputError(
            "phone",
            "this is not a telephone number",
            "Give all digits, with the country's code if you know it.",
        )
    numbers: list[str] = []
    for spelling in _spellings(international, digits, country):
        number = _parse(spelling, country)
        if number is not None and number not in numbers:
            numbers.append(number)
    if not numbers:
        raise InputError(
            "phone",
            "the country of this number is missing",
            "Choose the country, or begin with + and its code.",
        )
    return numbers


def _clean(value: str) -> tuple[bool, str]:
    text = fold(value).replace(_TRUNK_ZERO, "")
    start = _START.search(text)
    if start is None:
        return False, ""
    text = text[start.start() :]
    end = _END.search(text)
    text = text if end is None else text[: end.start()]
    return text.startswith("+") or "(+" in text, _NOT_DIGIT.sub("", text)


def _spellings(international: bool, digits: str, country: str | None) -> list[str]:  # noqa: FBT001
    code = str(phonenumbers.country_code_for_region(country)) if country else ""
    if international:
        return ["+" + digits.removeprefix("00")]
    for exit_code in _EXITS[1:]:
        rest = digits.removeprefix(exit_code)
        if rest != digits and _begins_with(rest, code):
            return ["+" + rest]
    if digits.startswith(_EXITS[0]):
        return ["+" + digits.removeprefix(_EXITS[0])]
    if _begins_with(digits, code):
        return _possible([digits, "+" + digits], country) or [digits]
    return [digits]


def _begins_with(digits: str, code: str) -> bool:
    rest = digits.removeprefix(code)
    return code not in ("", "0") and rest != digits and len(rest) >= _SUBSCRIBER


def _possible(spellings: list[str], country: str | None) -> list[str]:
    return [text for text in spellings if _is_possible(text, country)]


def _is_possible(text: str, country: str | None) -> bool:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def _parse(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    spelled = _BRAZIL_OLD_MOBILE.sub(r"\g<1>9\2", spelled, count=1)
    spelled = _MEXICO_MOBILE.sub(r"+52\1", spelled, count=1)
    return _ARGENTINA_MOBILE.sub(r"+54\1", spelled, count=1)
