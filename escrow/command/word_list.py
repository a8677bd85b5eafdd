"""The EFF's long word list, as the package `xkcdpass` carries it."""

from functools import cache
from importlib.resources import files


@cache
def word_list() -> tuple[str, ...]:
    """7,776 words, in the list's own order."""
    text = (files("xkcdpass") / "static" / "eff-long").read_text("utf-8")
    return tuple(text.split())
