"""What a browser left on the disk, searched for words in every form it may take."""

import base64
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

_GZIP: Final = b"\x1f\x8b\x08"
_ZLIB: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_LEAST: Final = 4


def forms(word: str) -> Iterator[bytes]:
    """A word as a file may hold it: characters, base64 at every offset, hex, URL."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = word.encode(encoding)
        yield raw
        yield raw.hex().encode()
        for shift in range(3):
            # The signs that depend on the neighbours are left out.
            text = base64.b64encode(b"\0" * shift + raw)
            start, rest = (shift * 4 + 2) // 3, (len(raw) + shift) % 3
            inner = text[start : len(text) - (4 if rest else 0)]
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")
    yield "".join(f"%{byte:02X}" for byte in word.encode()).encode()


def unpacked(content: bytes) -> Iterator[bytes]:
    """The content itself, and every gzip or zlib stream that begins within it."""
    yield content
    at = content.find(_GZIP)
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(content[at:])
        at = content.find(_GZIP, at + 1)
    for match in _ZLIB.finditer(content):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[match.start() :])


def found_in(folder: Path, words: Sequence[str]) -> set[tuple[str, str]]:
    """Each of these words that is in a file or a name, with the file.

    Args:
        folder: Searched with everything below it.
        words: Longer than three signs; case does not matter.
    """
    wanted = [(word, form.lower()) for word in words for form in forms(word)]
    if any(len(form) < _LEAST for _, form in wanted):
        message = "a word too short to be searched for"
        raise ValueError(message)
    found = set()
    for path in (one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        for text in (name.encode(), *unpacked(path.read_bytes())):
            lower = text.lower()
            found |= {(word, name) for word, form in wanted if form in lower}
    return found


def packed(word: str) -> bytes:
    """A word as a compressed file holds it, for the search's own test."""
    return gzip.compress(word.encode())
