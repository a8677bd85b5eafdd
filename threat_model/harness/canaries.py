"""Find planted words in bytes, in every form in which they might lie there."""

import base64
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

# Shorter pieces of a base64 text would be found by chance.
_SHORTEST = 8


@dataclass(frozen=True)
class Hit:
    """A planted word that was found: which, in what form, where."""

    word: str
    form: str
    place: str


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every form of a word."""
    raw = word.encode()
    yield "plain", raw
    yield "upper", word.upper().encode()
    yield "lower", word.lower().encode()
    for name in ("utf-16-le", "utf-16-be"):
        yield name, word.encode(name)
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "json", json.dumps(word)[1:-1].encode()
    yield "url", quote(word, safe="").encode()
    yield "form", quote_plus(word).encode()
    yield "NFKC", unicodedata.normalize("NFKC", word).encode()
    yield "NFD", unicodedata.normalize("NFD", word).encode()
    yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The characters that a word gives wherever it begins in the text."""
    for shift in range(3):
        for name, encode in (
            ("base64", base64.b64encode),
            ("base64url", base64.urlsafe_b64encode),
        ):
            text = encode(bytes(shift) + raw)
            # Characters at both ends also hold bits of their neighbours.
            first = -(-shift * 8 // 6)
            last = (shift + len(raw)) * 8 // 6
            inner = text[first:last]
            if len(inner) >= _SHORTEST:
                yield f"{name}+{shift}", inner


def search(data: bytes, words: Iterable[str], place: str) -> list[Hit]:
    """Every form of every word in these bytes."""
    return [
        Hit(word, form, place)
        for word in words
        for form, looked_for in dict(forms(word)).items()
        if looked_for in data
    ]


def search_files(folder: Path, words: Iterable[str]) -> tuple[list[Hit], int]:
    """Search every file below a folder.

    Returns:
        What was found, and how many bytes were read.
    """
    found, read = [], 0
    listed = list(words)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        read += len(data)
        found += search(data, listed, str(path.relative_to(folder)))
    return found, read
