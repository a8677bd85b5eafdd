"""The trustee's program as its operator starts it: real processes, real files."""

import calendar
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
import uvicorn

from escrow.manifest import roster_digest
from escrow.messages.codec import Signed, decode, encode
from keyservice.__main__ import main
from keyservice.app import once
from keyservice.audit import empty_head
from keyservice.premises import today
from tests.keyservice.committees import (
    build_test_roster,
    enrol_all,
    write_config,
)
from tests.keyservice.small_api import Bulletin, Queue, WebApi

ROOT = Path(__file__).parents[2]


def command(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture
def config(tmp_path, new_database):
    return write_config(tmp_path, "opening", 1, database=new_database())


def test_every_command_explains_itself(capsys):
    for name in ("init", "card", "confirm", "run", "status", "verify-log"):
        with pytest.raises(SystemExit) as caught:
            main([name, "--help"])
        assert caught.value.code == 0
        assert "--config" in capsys.readouterr().out


def test_the_card_is_printed_again(config, tmp_path, capsys):
    assert command("init", "--config", config) == 0
    printed = capsys.readouterr().out.strip().encode()
    out = tmp_path / "card"
    assert command("card", "--config", config, "--out", out) == 0
    assert out.read_bytes() == printed
    assert decode(printed, Signed)


def test_a_second_init_is_refused_in_one_line(config, capsys):
    command("init", "--config", config)
    capsys.readouterr()
    assert command("init", "--config", config) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_passphrase_is_read_and_a_short_one_refused(config, monkeypatch, capsys):
    lines = [line for line in config.read_text().splitlines() if "key_file" not in line]
    config.write_text("\n".join(lines))
    monkeypatch.setattr("sys.stdin", io.StringIO("too short\n"))
    assert command("init", "--config", config) == 1
    assert "12 characters" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("twelve characters\n"))
    assert command("init", "--config", config) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("another passphrase\n"))
    assert command("card", "--config", config) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("twelve characters\n"))
    assert command("status", "--config", config) == 0


def test_running_without_a_confirmed_roster_says_what_to_do(config, capsys):
    command("init", "--config", config)
    assert command("run", "--config", config) == 1
    assert "confirm" in capsys.readouterr().err


@pytest.fixture
def enrolled(tmp_path, new_database):
    """Three and three trustees; the roster's file and the first one's config."""
    _, roster = enrol_all(tmp_path, 3, 2, new_database)
    path = tmp_path / "roster.json"
    path.write_bytes(roster)
    return path, tmp_path / "index-1.toml"


def confirm(enrolled, *more):
    path, config = enrolled
    return command("confirm", "--config", config, "--roster", path, *more)


def test_a_roster_is_confirmed_by_its_digest(enrolled, capsys):
    digest = roster_digest(enrolled[0].read_bytes()).hex()
    assert confirm(enrolled, "--digest", "00" * 32) == 1
    assert confirm(enrolled, "--digest", digest.upper()) == 0
    out = capsys.readouterr().out
    assert digest in out
    assert "index trustee 1" in out
    assert command("status", "--config", enrolled[1]) == 0
    assert f"roster: {digest}" in capsys.readouterr().out


def test_a_port_that_is_taken_is_named_in_one_line(enrolled, capsys):
    confirm(enrolled, "--yes")
    with _listening_socket() as taken:
        port = taken.getsockname()[1]
        text = enrolled[1].read_text()
        enrolled[1].write_text(text.replace("port = 8201", f"port = {port}"))
        taken.listen()
        capsys.readouterr()
        assert command("run", "--config", enrolled[1]) == 1
    err = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("answer", "status"), [("yes\n", 0), ("y\n", 1), ("", 1)])
def test_a_roster_is_confirmed_by_typing_yes(enrolled, monkeypatch, answer, status):
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert confirm(enrolled) == status


def test_a_roster_that_is_not_there_is_named(enrolled, capsys):
    enrolled[0].unlink()
    assert confirm(enrolled, "--yes") == 1
    assert "roster.json" in capsys.readouterr().err


def test_the_log_is_verified_and_compared_with_a_noted_head(enrolled, capsys):
    confirm(enrolled, "--yes")
    capsys.readouterr()
    verify = ("verify-log", "--config", enrolled[1])
    assert command(*verify) == 0
    head = capsys.readouterr().out.split()[-1]
    assert command(*verify, "--remembered", head) == 0
    other = f"1:{empty_head().hash.hex()}"
    assert command(*verify, "--remembered", other) == 1
    assert command(*verify, "--remembered", other.replace("1:", "7:", 1)) == 1
    with pytest.raises(SystemExit):
        command(*verify, "--remembered", "nonsense")


def test_a_line_is_said_once(capsys):
    speak = once()
    for text in ("a", "a", "b", "a"):
        speak(text)
    assert capsys.readouterr().out == "a\nb\na\n"


def test_a_day_is_counted_from_1970():
    assert today() == calendar.timegm(time.gmtime()) // 86_400


class Deployment:
    """Two and three real processes, and a small API in this one."""

    def __init__(self, folder, new_database):
        self.api_socket = _listening_socket()
        url = f"http://127.0.0.1:{self.api_socket.getsockname()[1]}"
        self.configs, cards = [], []
        members = [
            *(("index", i) for i in (1, 2)),
            *(("opening", i) for i in (1, 2, 3)),
        ]
        for role, index in members:
            port = _free_port()
            where = {"api_url": url, "port": port, "database": new_database()}
            path = write_config(folder, role, index, **where)
            card = folder / f"{role}-{index}.card"
            assert command("init", "--config", path, "--out", card) == 0
            self.configs.append(path)
            cards.append(decode(card.read_bytes(), Signed))
        roster = encode(build_test_roster(cards, 2, url))
        (folder / "roster").write_bytes(roster)
        for path in self.configs:
            confirm((folder / "roster", path), "--yes")
        self.api = WebApi(Bulletin(roster), Queue())
        self.server = uvicorn.Server(
            uvicorn.Config(self.api.app(), log_level="warning", access_log=False)
        )
        self.processes = []

    def start(self, configs):
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "keyservice", "run", "--config", path],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for path in configs
        ]

    def serve_api(self):
        thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.api_socket]}, daemon=True
        )
        thread.start()

    def until_ready(self):
        return [_until_ready(process) for process in self.processes]

    def stop(self, number=signal.SIGTERM):
        for process in self.processes:
            process.send_signal(number)
        status = [process.wait(120) for process in self.processes]
        for process in self.processes:
            process.stdout.close()
        return status


def _listening_socket():
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def _free_port():
    with _listening_socket() as found:
        return found.getsockname()[1]


def _until_ready(process):
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith("ready"):
            return lines
    raise AssertionError(lines)


def test_a_deployment_comes_up_survives_kills_and_stops_cleanly(
    tmp_path, capsys, new_database
):
    deployment = Deployment(tmp_path, new_database)
    deployment.start(deployment.configs)
    deployment.serve_api()
    lines = deployment.until_ready()
    assert [said[-1].split(" on ")[0] for said in lines] == [
        "ready: index trustee 1",
        "ready: index trustee 2",
        "ready: opening trustee 1",
        "ready: opening trustee 2",
        "ready: opening trustee 3",
    ]
    address = lines[0][-1].split(" on ")[1]
    with urllib.request.urlopen(f"http://{address}/v1/health") as answer:
        assert json.load(answer) == {"state": "ready"}
    assert command("run", "--config", deployment.configs[0]) == 1
    assert "running already" in capsys.readouterr().err
    assert deployment.stop(signal.SIGKILL) == [-signal.SIGKILL] * 5
    deployment.start(deployment.configs[1:3])
    again = deployment.until_ready()
    assert [said[0] for said in again] == [said[-1] for said in lines[1:3]]
    assert deployment.stop() == [0] * 2
    deployment.server.should_exit = True
    for config in deployment.configs:
        assert command("verify-log", "--config", config) == 0
    assert command("status", "--config", deployment.configs[2]) == 0
    assert "box key: until day" in capsys.readouterr().out
