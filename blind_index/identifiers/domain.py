"""Internet domain names: one ASCII spelling, and the label that names the owner."""

import re
from typing import Final

from blind_index.identifiers.fold import known
from blind_index.tables.load import load_words

_SECOND_LEVEL: Final = frozenset(load_words("employers", "second_level"))
_BASE, _T_MIN, _T_MAX, _SKEW, _DAMP, _BIAS, _FIRST = 36, 1, 26, 38, 700, 72, 128
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_DOTS: Final = re.compile("[.\u3002\uff61]")
# Full-width signs of East Asian keyboards, which stand 0xfee0 above ASCII.
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def ascii_domain(domain: str) -> str:
    """Return a domain in lower-case ASCII, other labels as punycode.

    Args:
        domain: A host name; need not be valid.

    Returns:
        Labels joined by dots, empty labels dropped.

    Source: RFC 3492 §6.3 and RFC 5891 §4.4, without the tables of permitted
        letters: a name nobody can register is compared like any other.
    """
    labels = _DOTS.split(known(domain).translate(_NARROW))
    return ".".join(_ascii_label(label) for label in labels if label)


def owner_label(domain: str) -> str:
    """Return the label a domain's owner chose ("firm" of mail.firm.co.uk)."""
    labels = domain.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""


def _ascii_label(label: str) -> str:
    # Letter by letter, since lowering a word depends on the Unicode version.
    lowered = known("".join(letter.lower() for letter in label))
    return lowered if lowered.isascii() else "xn--" + _punycode(lowered)


def _punycode(label: str) -> str:
    points = [ord(letter) for letter in label]
    basic = [letter for letter in label if letter.isascii()]
    out = [*basic, "-"] if basic else []
    done = len(basic)
    bias, delta, current = _BIAS, 0, _FIRST
    while done < len(points):
        following = min(point for point in points if point >= current)
        delta += (following - current) * (done + 1)
        current = following
        for point in points:
            delta += point < current
            if point == current:
                out += _variable_length(delta, bias)
                bias = _adapt(delta, done + 1, first=done == len(basic))
                delta, done = 0, done + 1
        delta, current = delta + 1, current + 1
    return "".join(out)


def _variable_length(delta: int, bias: int) -> list[str]:
    out = []
    step = _BASE
    while delta >= (limit := min(max(step - bias, _T_MIN), _T_MAX)):
        delta, digit = divmod(delta - limit, _BASE - limit)
        out.append(_LETTERS[limit + digit])
        step += _BASE
    return [*out, _LETTERS[delta]]


def _adapt(delta: int, count: int, *, first: bool) -> int:
    delta = delta // _DAMP if first else delta // 2
    delta += delta // count
    steps = 0
    while delta > (_BASE - _T_MIN) * _T_MAX // 2:
        delta //= _BASE - _T_MIN
        steps += _BASE
    return steps + (_BASE - _T_MIN + 1) * delta // (delta + _SKEW)
