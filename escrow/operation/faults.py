"""What may be said of an unexpected error: its class and places, no values.

Its text stays out: it could quote what a stranger sent.
"""

from pathlib import Path
from traceback import extract_tb

_SOURCES = Path(__file__).parents[2]
_MOST_PLACES = 6


def place_of(error: BaseException) -> str:
    """The class of an error and the line that raised it."""
    places = places_of(error)
    name = type(error).__name__
    return f"{name} at {places[-1]}" if places else name


def places_of(error: BaseException) -> list[str]:
    """The innermost lines through which an error came, as file:line."""
    frames = extract_tb(error.__traceback__)
    return [
        f"{_short(frame.filename)}:{frame.lineno}" for frame in frames[-_MOST_PLACES:]
    ]


def _short(name: str) -> str:
    """A path from the sources, or the last folder and file of a library's."""
    path = Path(name)
    if path.is_relative_to(_SOURCES):
        return path.relative_to(_SOURCES).as_posix()
    return "/".join(path.parts[-2:])
