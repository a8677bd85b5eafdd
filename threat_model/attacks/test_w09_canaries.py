"""W09: does any word of a request reach a log, an answer, a figure or a file?"""

import asyncio
import base64
import shutil
import sqlite3
import sys
from contextlib import closing

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from escrow.command.layout import Sizes, free_ports
from escrow.command.layout_configs import Site
from escrow.command.processes import Processes
from escrow.operation.database.engines import open_sqlite
from tests.journeys.story import Story, everyone_met, named
from tests.operation.api_process import api_process
from tests.smtp_sink import RunningSink
from threat_model.harness.canaries import Hit, forms, search, search_files
from threat_model.harness.hostile import Planted, bother, routes
from threat_model.known_bad.talkative import SERVER, engine_with_parameters

PLANTED = Planted(word="Canary.Quillfeather+17@example.org", address="203.0.113.177")
OFFENDER = "Wendeline Zwiebelfisch"
PHONE = "+12025550177"
GROUP = ("ana", "bea", "cara")
EXPECTED = {400, 404, 405, 413, 415, 500}


def words(story):
    """Everything that must stand nowhere."""
    people = [
        word for who in GROUP for word in (story.email(who), f"{who} Of {story.title}")
    ]
    return [PLANTED.word, PLANTED.address, OFFENDER, PHONE, PHONE[2:], *people]


def drop_tables(database):
    """Make the server fail at what it cannot foresee."""
    with closing(sqlite3.connect(database, timeout=60)) as opened:
        opened.executescript("DROP TABLE vault; DROP TABLE report;")


def show_figures(folder):
    """Every program shows figures from now on; the port of each."""
    configs = sorted(folder.glob("*.toml"))
    ports = dict(zip(configs, free_ports(len(configs)), strict=True))
    for path, port in ports.items():
        with path.open("a", encoding="utf-8") as config:
            config.write(f"\n[metrics]\nport = {port}\n")
    return {path.stem: port for path, port in ports.items()}


def ask_figures(port):
    found = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
    assert b"alongside_" in found.content
    return found.content


def but_the_recipient(mail):
    """A mail as it went over the wire; its recipient must stand in it, once."""
    (to,) = mail.recipients
    assert mail.data.count(to.encode()) == 1
    return mail.sender.encode() + b"\n" + mail.data.replace(to.encode(), b"")


def provoke(url):
    """Ask for a vault whose table is gone; status and body."""
    vault = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()
    return httpx.get(f"{url}/v1/vaults/{vault}", headers=PLANTED.headers(), timeout=60)


@pytest.fixture(scope="module")
def sinks(tmp_path_factory):
    """A journey and a hostile hour at real processes; their folder, and the words."""
    folder = tmp_path_factory.mktemp("w09") / "deployment"
    (mail,) = free_ports(1)
    processes = Processes(folder, Sizes(memory_kib=64), Site(mail=mail))
    ports = show_figures(folder)
    with (
        RunningSink(port=mail) as sink,
        processes,
        closing(Story(processes, "wnine")) as story,
    ):
        for who in GROUP:
            note = {"address": story.email(who), "plant": "fern", "language": "en"}
            story.file(who, named(OFFENDER, PHONE), note=note)
        assert everyone_met(story, GROUP)
        for who in GROUP:
            sink.wait_for(story.email(who))
        heard = bother(processes.server, routes("api/"), PLANTED)
        for trustee in processes.trustees.values():
            answered = bother(trustee.url, routes("keyservice/"), PLANTED)
            heard.statuses += answered.statuses
            heard.bodies += answered.bodies
        drop_tables(folder / "api" / "api.sqlite3")
        failed = provoke(processes.server)
        figures = {name: ask_figures(port) for name, port in ports.items()}
        assert b"alongside_request_seconds" in figures["api"]
        searched = words(story)
    assert {*heard.statuses, failed.status_code} >= EXPECTED
    heard.bodies.append(failed.content)
    # What is not a file is searched like one.
    for name, shown in figures.items():
        (folder / f"{name}.figures").write_bytes(shown)
    (folder / "mails").write_bytes(b"\n".join(map(but_the_recipient, sink.mails)))
    (folder / "answers").write_bytes(b"\n".join(heard.bodies))
    return folder, searched, len(heard.statuses) + 1


@pytest.mark.slow
def test_attack_sinks(trial, sinks):
    folder, searched, requests = sinks
    assert (folder / "api.log").stat().st_size
    hits, read = search_files(folder, searched)
    injected = {"requests": requests, "bytes searched": read}
    trial.tell(len(hits), len(searched), injected, part="sinks")


@pytest.mark.slow
def test_control_sinks(trial, sinks, tmp_path):
    """A word is put into each sink in each form: is it found, each time?"""
    folder, searched, _ = sinks
    found, tries, read = 0, 0, 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        for word in searched:
            for form, body in forms(word):
                tail = data[-64:] + body + data[:64]
                found += any(h.word == word for h in search(tail, [word], form))
                tries, read = tries + 1, read + len(tail)
    copy = shutil.copytree(folder, tmp_path / "copy")
    with (copy / "api.log").open("ab") as log:
        log.write(PLANTED.word.encode())
    hits, more = search_files(copy, searched)
    assert found == tries
    assert {hit.place for hit in hits} == {"api.log"}
    trial.tell(found, tries, {"bytes searched": read + more}, part="sinks")


def one_server(trial, folder, program=None):
    """A hostile hour at one server whose program can be another."""
    with api_process(folder, program=program) as api:
        heard = bother(api.url, routes("api/"), PLANTED)
        drop_tables(api.database)
        failed = provoke(api.url)
    assert {*heard.statuses, failed.status_code} >= EXPECTED
    said = (folder / "output").read_bytes()
    hits: list[Hit] = search(said, [PLANTED.word, PLANTED.address], "output")
    injected = {"requests": len(heard.statuses) + 1, "bytes searched": len(said)}
    trial.tell(len({hit.word for hit in hits}), 2, injected, part="log")


def test_attack_log(trial, tmp_path):
    one_server(trial, tmp_path)


def test_control_log(trial, tmp_path):
    one_server(trial, tmp_path, [sys.executable, "-c", SERVER])


async def integrity_error(path):
    """What an error of the product's engine says of what was stored twice."""
    engine = open_sqlite(path)
    put = text("INSERT INTO t VALUES (:word)")
    said = ""
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE t (word TEXT PRIMARY KEY)"))
        await connection.execute(put, {"word": PLANTED.word})
        try:
            await connection.execute(put, {"word": PLANTED.word})
        except SQLAlchemyError as error:
            said = f"{error} {error!r}"
    await engine.dispose()
    return said.encode()


def fail_twice(trial, folder):
    said = asyncio.run(integrity_error(folder / "database"))
    assert b"UNIQUE" in said
    hits = search(said, [PLANTED.word], "error")
    injected = {"errors": 1, "bytes searched": len(said)}
    trial.tell(bool(hits), 1, injected, part="database error")


def test_attack_database_error(trial, tmp_path):
    fail_twice(trial, tmp_path)


def test_control_database_error(trial, tmp_path):
    with trial.without("parameters hidden", engine_with_parameters):
        fail_twice(trial, tmp_path)
