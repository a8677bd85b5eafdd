"""Telephone numbers: from any spelling to the international number."""

import re
from typing import Final

import phonenumbers

from blind_index.errors import InputError
from blind_index.identifiers.fold import fold, slug
from blind_index.tables.load import load_words

# What numbers of mobiles begin with, where they differ from fixed lines.
_MOBILE: Final = load_words("phones", "mobile")
# What numbers of fixed lines begin with, where no mobile's does.
_FIXED: Final = load_words("phones", "fixed")
_BRAZIL_FIXED: Final = re.compile(r"\+55[1-9][0-9][2-5][0-9]{7}\Z")
# North America tells nothing apart, but a switchboard likes a round number.
_ROUND: Final = "00"
_START: Final = re.compile(r"[+(0-9]")
# Letters after the number begin an extension or a remark ("x12", "his mobile").
_END: Final = re.compile(r"[a-z#;,/*]")
_TRUNK_ZERO: Final = "(0)"
_NOT_DIGIT: Final = re.compile("[^0-9]")
_PLUS: Final = ("+", "(+")
_INTERNATIONAL: Final = ("+", "00")
_EXITS: Final = ("011", "0011")
_SHORTEST: Final = 7
_LONGEST: Final = 18
# What must follow a country's code for the code to be believed.
_SUBSCRIBER: Final = 8
_ITALY: Final = 39
_NORTH_AMERICA: Final = "1"
_BRAZIL_OLD_MOBILE: Final = re.compile(r"(\+55[1-9][0-9])([6-9][0-9]{7})\Z")
_MEXICO_MOBILE: Final = re.compile(r"\+521([0-9]{10})\Z")
_ARGENTINA_MOBILE: Final = re.compile(r"\+549([0-9]{10})\Z")


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
    country = slug(country).upper() if country else None
    typed = _clean(value)
    if not _SHORTEST <= len(typed.removeprefix("+")) <= _LONGEST:
        raise InputError(
            "phone",
            "this is not a telephone number",
            "Give all digits, with the country's code if you know it.",
        )
    read = [_parse(spelling, country) for spelling in _spellings(typed, country)]
    numbers = list(dict.fromkeys(number for number in read if number is not None))
    if not numbers:
        raise InputError(
            "phone",
            "the country of this number is missing",
            "Choose the country, or begin with + and its code.",
        )
    return numbers


def is_mobile(number: str) -> bool:
    """Tell whether an international number is certainly a mobile's."""
    return number.startswith(_MOBILE)


def is_fixed(number: str) -> bool:
    """Tell whether an international number looks like a fixed line of many people."""
    begins = number.startswith(_FIXED) or _BRAZIL_FIXED.match(number) is not None
    looks = begins or number.endswith(_ROUND)
    return looks and not is_mobile(number)


def _clean(value: str) -> str:
    """Return the digits, after a + if the number was typed with one."""
    text = fold(value).replace(_TRUNK_ZERO, "")
    start = _START.search(text)
    text = text[start.start() :] if start else ""
    end = _END.search(text)
    text = text[: end.start()] if end else text
    plus = "+" if text.startswith(_PLUS) else ""
    return plus + _NOT_DIGIT.sub("", text)


def _spellings(typed: str, country: str | None) -> list[str]:
    code = str(phonenumbers.country_code_for_region(country)) if country else ""
    dialled = (typed.removeprefix(exit_code) for exit_code in _EXITS)
    for rest in dialled:
        if rest != typed and _begins_with(rest, code):
            return [_abroad(rest)]
    if typed.startswith(_INTERNATIONAL):
        return [_abroad(typed)]
    if code == _NORTH_AMERICA:
        return [_abroad(code + typed)]
    if _begins_with(typed, code):
        both = [typed, _abroad(typed)]
        return [one for one in both if _is_possible(one, country)] or [typed]
    return [typed]


def _abroad(typed: str) -> str:
    # No country's code begins with 0, and no number of North America with 1.
    digits = typed.removeprefix("+").lstrip("0")
    return f"+1{digits.lstrip('1')}" if digits.startswith("1") else "+" + digits


def _begins_with(digits: str, code: str) -> bool:
    rest = digits.removeprefix(code)
    return code not in ("", "0") and rest != digits and len(rest) >= _SUBSCRIBER


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
    # Only in Italy does a zero at the start belong to the number.
    zero = "0" if number.italian_leading_zero and number.country_code == _ITALY else ""
    spelled = f"+{number.country_code}{zero}{number.national_number}"
    if len(spelled) <= _SHORTEST:
        return None
    spelled = _BRAZIL_OLD_MOBILE.sub(r"\g<1>9\2", spelled)
    spelled = _MEXICO_MOBILE.sub(r"+52\1", spelled)
    return _ARGENTINA_MOBILE.sub(r"+54\1", spelled)
