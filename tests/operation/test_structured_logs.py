"""A line in the log says what happened and where, never to whom or about whom."""

import ast
import io
import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest
import structlog

from escrow.operation.structured_logs import FIELDS, set_up_logs
from tests.house.sources import shipped_modules

CANARY = "canary@example.org"


@pytest.fixture
def lines():
    """What a process would write, set up as a server sets it up."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, sys.unraisablehook)
    hook, shown = threading.excepthook, warnings.showwarning
    stream = io.StringIO()
    set_up_logs(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, sys.unraisablehook = before[2:]
    logging.captureWarnings(capture=False)
    threading.excepthook, warnings.showwarning = hook, shown


def test_an_event_and_the_fields_of_the_list_are_kept(lines):
    structlog.get_logger().warning("item refused", trustee=2, error="InvalidCase")
    (line,) = lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "item refused",
        "level": "warning",
        "trustee": 2,
        "error": "InvalidCase",
    }


@pytest.mark.parametrize(
    ("given", "dropped"),
    [
        ({"email": CANARY}, 1),
        ({"error": f"KeyError: {CANARY}"}, 1),
        ({"trustee": CANARY}, 1),
        ({"trustee": None}, 1),
        ({"places": ["api/app.py:12", CANARY]}, 1),
        ({"places": {"x": CANARY}}, 1),
        ({"count": 3, "who": CANARY, "what": CANARY}, 2),
    ],
)
def test_everything_else_is_dropped_and_counted(lines, given, dropped):
    structlog.get_logger().info("something", **given)
    (line,) = lines()
    assert line["dropped"] == dropped
    assert CANARY not in json.dumps(line)


def test_an_event_that_holds_a_value_is_not_said(lines):
    structlog.get_logger().info(f"welcome {CANARY}")
    (line,) = lines()
    assert line["event"] == "unnamed event"


def fail():
    raise ValueError(CANARY)


def test_of_an_exception_class_and_places_are_said(lines):
    for speak in (
        lambda error: structlog.get_logger().error("failed", exc_info=error),
        lambda _: structlog.get_logger().error("failed", exc_info=True),
        lambda _: structlog.get_logger().exception("failed"),
    ):
        try:
            fail()
        except ValueError as error:
            speak(error)
    for line in lines():
        assert line["error"] == "ValueError"
        assert line["places"][-1].startswith("tests/operation/test_structured_logs.py:")
    assert len(lines()) == 3


def test_a_library_is_quoted_by_name_only(lines):
    logging.getLogger("sqlalchemy.pool").error("lost %s", CANARY)
    try:
        fail()
    except ValueError:
        logging.getLogger("asyncio").exception("task of %s", CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    first, second, third = lines()
    assert (first["logger"], first["event"]) == ("sqlalchemy.pool", "a library spoke")
    assert (second["logger"], second["error"]) == ("asyncio", "ValueError")
    assert third["logger"] == "py.warnings"
    assert CANARY not in json.dumps(lines())


def test_what_nobody_catches_is_told_without_its_text(lines):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["event"], line["error"]) == ("a thread ended", "ValueError")


def test_a_program_that_dies_says_class_and_place_alone():
    code = (
        "from escrow.operation.structured_logs import set_up_logs\n"
        f"set_up_logs()\nraise ValueError({CANARY!r})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert CANARY not in ended.stdout + ended.stderr
    line = json.loads(ended.stderr)
    assert (line["event"], line["error"]) == ("ended by an error", "ValueError")
    control = subprocess.run(
        [sys.executable, "-c", code.replace("set_up_logs()\n", "\n")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert CANARY in control.stderr


def spoken(text):
    """First argument and field names of every call on a logger."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"LOG", "_LOG"}
        ):
            yield node.args[0], {keyword.arg for keyword in node.keywords}


def test_every_event_stands_in_the_code_and_every_field_in_the_list():
    found = 0
    for path, text in shipped_modules():
        for event, fields in spoken(text):
            found += 1
            assert isinstance(event, ast.Constant), path
            assert FIELDS["event"].fullmatch(event.value), path
            assert fields <= FIELDS.keys() | {"exc_info"}, path
    assert found > 5


def test_a_formatted_event_would_be_found():
    (event, _), *_ = spoken('LOG.info(f"hello {name}", who=name)')
    assert not isinstance(event, ast.Constant)
