"""Logs without personal data: one JSON line an event, from a fixed vocabulary.

An event is a phrase that stands in the code. Beside it stand only the fields of
`FIELDS`, each with values of one narrow form; whatever else somebody hands to a
logger is dropped and counted. Of an exception only class and places are said.
What libraries and the interpreter itself have to say goes the same way: their
texts may quote a request, so only who spoke and how loud is kept.
"""

import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict

from escrow.operation.faults import places_of

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_PLACE: Final = re.compile(r"[\w./<>+-]{1,120}:[0-9]{1,6}")
_FAULT: Final = re.compile(rf"{_NAME.pattern}( at {_PLACE.pattern})?")
_EVENT: Final = re.compile(r"[A-Za-z][A-Za-z ,:'-]{0,80}")
_TIME: Final = re.compile(r"[0-9T:.Z-]{20,32}")
#: Every field that a line may have, and the form of its values.
FIELDS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "event": _EVENT,
        "level": _NAME,
        "timestamp": _TIME,
        "logger": _NAME,
        "error": _FAULT,
        "places": _PLACE,
        "trustee": _NUMBER,
        "pause": _NUMBER,
        "count": _NUMBER,
        "day": _NUMBER,
        "seconds": _NUMBER,
        "status": _NUMBER,
        "dropped": _NUMBER,
    }
)
_UNNAMED: Final = "unnamed event"
_LIBRARIES: Final = "a library spoke"


def set_up_logs(stream: TextIO | None = None, level: int = logging.WARNING) -> None:
    """Send everything that this process logs through the vocabulary.

    Args:
        stream: Where lines go; by default the error stream.
        level: Of libraries' messages; the program's own are all kept.
    """
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            describe_exception,
            allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [LibraryHandler()]
    root.setLevel(level)
    # It would hold every address that is asked.
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _last_words
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_ended


def allow_listed(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep the fields of `FIELDS` whose values have their form; count the rest."""
    kept = {name: value for name, value in event.items() if _fits(name, value)}
    kept.setdefault("event", _UNNAMED)
    if missing := len(event) - len(kept.keys() & event.keys()):
        kept["dropped"] = missing
    return kept


def _fits(name: str, value: object) -> bool:
    form = FIELDS.get(name)
    if form is None:
        return False
    values = value if isinstance(value, list | tuple) else [value]
    return all(
        isinstance(one, str | int | float) and form.fullmatch(str(one))
        for one in values
    )


def describe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put class and places where a caller passed an exception."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["places"] = places_of(error)
    return event


class LibraryHandler(logging.Handler):
    """Turns a library's message into an event that says who spoke, not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record's logger, level and exception."""
        speak: Callable[..., None] = getattr(
            structlog.get_logger(),
            record.levelname.lower(),
            structlog.get_logger().info,
        )
        speak(_LIBRARIES, logger=record.name, exc_info=record.exc_info)


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What nobody caught: class and places instead of a traceback with values."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().error("ended by an error", exc_info=(kind, error, trace))


def _unraisable(found: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("an error was lost", exc_info=found.exc_value)


def _thread_ended(found: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("a thread ended", exc_info=found.exc_value)
