"""`alongside scenario` and `alongside demo` as programs of their own."""

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.journeys.story import named

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "escrow.command.main")
TARGET = named("Robert Halvorsen", "(415) 555-0142")
OTHER = named("Nigel Other", "415 555 0150")
SECONDS = 240


def filing(who, target, **fields):
    return {
        "do": "file",
        "as": who,
        "verified": {"name": f"{who} Example", "email": f"{who}@example.org"},
        "identifiers": target,
        "group": 2,
        "consent": "yes",
        "contact": {"name": who.capitalize()},
    } | fields


STEPS = [
    {"do": "stop-trustee", "role": "index", "index": 2},
    filing("ana", TARGET),
    filing("ana", OTHER, report="second"),
    {"do": "kill-api"},
    filing("bea", TARGET),
    {"do": "start-api"},
    {"do": "stop-trustee", "role": "opening", "index": 2},
    {"do": "withdraw", "as": "ana", "report": "second"},
    filing("cara", TARGET, group=6),
]


# Most journeys are on SQLite already.
@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.slow), "postgres"])
def server(request):
    """On either database, whatever the option says: one whole journey."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgres_server").url("postgres")


def test_a_scenario_prints_one_line_a_report_and_nothing_else(tmp_path, server):
    kept = tmp_path / "kept"
    ended = subprocess.run(
        [
            *(*PROGRAM, "scenario", "-", "--smallest-group", "2"),
            *("--argon2-memory-kib", "64", "--keep", str(kept)),
            *("--database", server),
        ],
        input="\n".join(map(json.dumps, STEPS)).encode(),
        capture_output=True,
        timeout=SECONDS,
        cwd=ROOT,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    refused = rows.pop()
    assert rows == [
        row("ana", "first", "connected", [{"name": "Bea"}]),
        row("ana", "second", "withdrawn", []),
        row("bea", "first", "connected", [{"name": "Ana"}]),
    ]
    assert (refused["survivor"], refused["state"]) == ("cara", "refused")
    assert "Choose one of 2, 3, 4, 5, 7" in refused["refused"]
    assert (kept / "api" / "api.sqlite3").exists() is not bool(server)


def row(survivor, report, state, connected_to):
    return {
        "survivor": survivor,
        "report": report,
        "state": state,
        "connected_to": connected_to,
        "refused": None,
    }


@contextmanager
def demo(folder, *options):
    """A running demo, its output in a file; killed at the end at the latest."""
    output = folder.parent / "output"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [*PROGRAM, "demo", "--dir", str(folder), *options],
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    try:
        yield process, output
    finally:
        process.kill()
        process.wait()


def refusal(folder, *options):
    """What a demo says that does not begin."""
    ended = subprocess.run(
        [*PROGRAM, "demo", "--dir", str(folder), *options],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
        check=False,
    )
    assert ended.returncode == 2
    return ended.stderr


def wait_for(output, text, process):
    deadline = time.monotonic() + SECONDS
    while text not in output.read_text("utf-8"):
        assert process.poll() is None, output.read_text("utf-8")
        assert time.monotonic() < deadline, output.read_text("utf-8")
        time.sleep(0.1)
    return output.read_text("utf-8")


def servers_of(folder):
    """Processes that run with a configuration in this folder."""
    config = f"{folder}/".encode()
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if b"--config" in command and any(config in word for word in command):
                found.append(entry.name)
    return found


def cells(output, who):
    """A person's line of the first table."""
    line = next(one for one in output.splitlines() if one.startswith(f"│ {who}"))
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_the_demo_shows_a_group_and_ends_with_all_its_servers(tmp_path):
    folder = tmp_path / "shown"
    options = ("--argon2-memory-kib", "64")
    with demo(folder, *options) as (process, output):
        said = wait_for(output, "Ctrl-C ends it", process)
        assert said.count("DEMO: keys are public. Do not type real names.") == 2
        assert cells(said, "ana")[3:] == ["connected", "Bea, Cara, Hugo"]
        assert cells(said, "eve")[3:] == ["waiting", ""]
        assert cells(said, "fay")[3:] == ["waiting", ""]
        assert cells(said, "gia")[3:] == ["taken back", ""]
        assert len(servers_of(folder)) == 7
        # Each of the group got the note that she asked for; dora waits for a letter.
        notes = [note.read_bytes() for note in (folder / "mail").glob("*.eml")]
        for name in ("ana", "bea", "cara"):
            to = f"To: <{name}.private@example.org>".encode()
            assert len([note for note in notes if to in note]) == 1
        assert len({len(note) for note in notes}) == 1
        assert len(notes) == 3
        assert "a demo runs there already" in refusal(folder, "--reset")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert servers_of(folder) == []
    with demo(folder, *options) as (process, output):
        again = wait_for(output, "Ctrl-C ends it", process)
        assert cells(again, "ana")[3:] == ["connected", "Bea, Cara, Hugo"]
        assert len(list((folder / "mail").glob("*.eml"))) == 3
        assert [line for line in again.splitlines() if line.startswith("  ana: ")] == [
            line for line in said.splitlines() if line.startswith("  ana: ")
        ]
        process.kill()
        process.wait()
        deadline = time.monotonic() + SECONDS
        while servers_of(folder) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert servers_of(folder) == []
