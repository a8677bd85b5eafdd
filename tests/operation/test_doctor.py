"""The doctor on a real deployment, well and ailing; and health of its servers."""

import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import msgspec
import pytest

import api.doctor
import api.registrar.deletions
import keyservice.doctor
from api.config import read_config
from api.registrar.__main__ import main as registrar
from escrow.command.layout import Sizes, free_ports
from escrow.command.main import main
from escrow.command.processes import Processes
from escrow.operation import network_checks
from escrow.operation.doctor import run_checks
from escrow.operation.network_checks import client
from keyservice.config import load_config
from keyservice.premises import today
from tests.forwarding_proxy import forwarding_proxy
from tests.registrar.test_codes_process import providers
from tests.registrar_place import registrar_place

PROGRAM = (sys.executable, "-m", "escrow.command.main")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doctor") / "deployment"
    with Processes(folder, Sizes(memory_kib=64)) as running:
        yield running


def examine(deployment, name):
    """Findings by check, and the exit code, of the command itself."""
    ended = subprocess.run(
        [*PROGRAM, "doctor", "--json", "--config", deployment.folder / f"{name}.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(ended.stdout)
    return found, ended.returncode


def of(found, check):
    return [one["state"] for one in found if one["check"] == check]


def unexpected(found):
    """What fails although this deployment is well; the machine is not ours."""
    mine = {"account", "swap", "disk space"}
    return [one for one in found if one["state"] == "FAIL" and one["check"] not in mine]


def test_a_healthy_server(deployment):
    found, code = examine(deployment, "api")
    assert unexpected(found) == []
    assert code == int(any(one["state"] == "FAIL" for one in found))
    for role in ("index", "opening"):
        for index in (1, 2, 3):
            assert of(found, f"{role} trustee {index}") == ["OK"]
    assert of(found, "headers") == ["OK", "OK"]
    assert of(found, "proxies") == ["OK"]
    assert of(found, "rewriting") == ["OK"]
    assert of(found, "database") == ["OK"]
    assert of(found, "tables") == ["OK"]
    assert of(found, "roster") == ["WARN"]
    assert of(found, "deletions") == ["OK"]
    assert of(found, "place of the keys") == ["WARN"]
    assert of(found, "clock") == ["OK"] * 6
    if os.geteuid() == 0:
        assert of(found, "account") == ["FAIL"]


@pytest.mark.parametrize("name", ["opening-2", "index-1"])
def test_a_healthy_trustee(deployment, name):
    found, _ = examine(deployment, name)
    assert unexpected(found) == []
    assert of(found, "server") == ["OK"]
    assert of(found, "proxies") == ["OK"]
    role, index = name.split("-")
    assert of(found, f"{role} trustee {index} (this one)") == ["OK"]
    assert of(found, "headers") == ["OK", "OK"]
    assert of(found, "rewriting") == ["OK"]
    assert of(found, "box key") == (["OK"] if role == "opening" else [])


def test_a_trustee_that_is_away_is_found(deployment):
    service = deployment.trustees["opening", 3]
    service.stop()
    try:
        found, code = examine(deployment, "api")
        assert of(found, "opening trustee 3") == ["FAIL"]
        assert code == 1
    finally:
        deployment.start([service])


def config_of(deployment):
    return read_config(deployment.folder / "api.toml")


def states(findings):
    return [one.state for one in findings]


@pytest.mark.parametrize(
    ("visitor", "configured", "state"),
    [
        ("203.0.113.7", 1, "OK"),
        ("203.0.113.7", 0, "WARN"),
        ("203.0.113.7", 2, "WARN"),
        ("203.0.113.7, 10.0.0.2", 2, "OK"),
        ("", 0, "OK"),
        ("", 1, "WARN"),
    ],
)
@pytest.mark.parametrize("name", ["api", "index-1"])
def test_proxies_that_nobody_configured_are_found(
    deployment, name, visitor, configured, state
):
    target = deployment.server if name == "api" else deployment.trustees["index", 1].url
    with forwarding_proxy(visitor) as proxy, client() as asked:
        proxy.target = target
        (found,) = network_checks.proxies(asked, proxy.url, configured)
    assert (found.check, found.state) == ("proxies", state)
    assert bool(found.fix) == (state == "WARN")


def test_a_proxy_that_uses_another_header_is_found(deployment):
    with client() as asked:
        asked.headers["forwarded"] = "for=203.0.113.7"
        (found,) = network_checks.proxies(asked, deployment.server, 1)
    assert found.state == "WARN"
    assert "X-Forwarded-For" in found.fix


def test_late_notices_and_deletions_are_found(tmp_path):
    place = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(place)) as file:
        file.execute("CREATE TABLE notice (due)")
        file.execute("CREATE TABLE pending_deletion (day)")
        file.commit()
        assert states(api.doctor.notices(place, 100)) == ["OK"]
        assert states(api.registrar.deletions.overdue(place, 100, 72)) == ["OK"]
        file.execute("INSERT INTO notice VALUES (?)", (97 * 86_400 + 5,))
        file.execute("INSERT INTO pending_deletion VALUES (98)")
        file.commit()
    assert states(api.doctor.notices(place, 100)) == ["WARN"]
    assert states(api.doctor.notices(place, 110)) == ["FAIL"]
    assert states(api.registrar.deletions.overdue(place, 102, 72)) == ["OK"]
    assert states(api.registrar.deletions.overdue(place, 103, 72)) == ["FAIL"]


def test_a_damaged_database_and_old_tables_are_found(deployment, tmp_path):
    from api.sql_store.schema import SCHEMA  # noqa: PLC0415
    from escrow.operation.database.look import database_checks  # noqa: PLC0415

    missing = tmp_path / "none.sqlite3"
    assert states(database_checks(missing, SCHEMA)) == ["FAIL"]
    copy = tmp_path / "copy.sqlite3"
    with (
        closing(sqlite3.connect(config_of(deployment).database)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("UPDATE api_version SET version_num = '0'")
        target.commit()
    assert states(database_checks(copy, SCHEMA)) == ["OK", "FAIL"]
    data = bytearray(copy.read_bytes())
    data[4096 * 6 : 4096 * 60] = bytes(4096 * 54)
    copy.write_bytes(data)
    assert "FAIL" in states(database_checks(copy, SCHEMA))[:1]


def test_a_demonstration_served_to_others_fails(deployment):
    config = config_of(deployment)
    open_ = msgspec.structs.replace(config, origin="https://example.org")
    assert "FAIL" not in states(api.doctor.demonstration(config))
    assert states(api.doctor.demonstration(open_)) == ["FAIL", "FAIL", "WARN"]


def test_a_box_key_that_runs_out_is_found(deployment):
    config = load_config(deployment.folder / "opening-1.toml")
    with client() as asked:
        days = [today(), today() + 25, today() + 40]
        found = [states(keyservice.doctor.box_key(config, asked, day)) for day in days]
    assert found == [["OK"], ["FAIL"], ["FAIL"]]


def test_a_registrar_is_examined_too(deployment, tmp_path):
    file = tmp_path / "registrar.toml"
    file.write_text(f'data_dir = "r"\napi_url = "{deployment.server}"\n')
    assert registrar(["init", "--config", str(file)]) == 0
    assert registrar(["migrate", "--config", str(file)]) == 0
    found = examined(file)
    assert unexpected(found) == []
    # Nobody lists it, so nobody knows where it is.
    assert of(found, "headers") == ["WARN"]
    assert of(found, "server") == ["OK"]
    assert of(found, "manifest") == ["WARN"]


def examined(file):
    """Findings about a registrar."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        registrar(["doctor", "--json", "--config", str(file)])
    return json.loads(out.getvalue())


def test_a_registrars_headers_are_looked_at_where_the_manifest_says(
    deployment, tmp_path
):
    # The one inside the server has its keys, and answers at the server's address.
    keys = deployment.folder / "api" / "keys"
    file = tmp_path / "registrar.toml"
    file.write_text(
        f'data_dir = "r"\napi_url = "{deployment.server}"\nkey_dir = "{keys}"\n'
    )
    assert of(examined(file), "headers") == ["OK", "OK"]
    assert of(examined(file), "certificate") == ["OK"]
    assert of(examined(file), "verifying") == ["OK"]


def test_a_registrar_at_which_nobody_can_be_verified_is_found(tmp_path):
    (nowhere,) = free_ports(1)
    # It runs, and has the manifest; its mail server is away.
    with registrar_place(tmp_path, providers(nowhere)) as place:
        file = tmp_path / "registrar.toml"
        file.write_text(f'url = "{place.url}"\n{file.read_text("utf-8")}')
        found = examined(file)
        assert of(found, "headers") == ["OK", "OK"]
        assert of(found, "verifying") == ["FAIL"]


def test_a_key_that_systemd_hands_over_is_not_missing(deployment, tmp_path):
    config = load_config(deployment.folder / "index-1.toml")
    assert states(keyservice.doctor.key_file(config)) == ["OK"]
    file = tmp_path / "trustee.toml"
    text = (deployment.folder / "index-1.toml").read_text("utf-8")
    file.write_text(text.replace('"index-1.key"', '"credential:trustee.key"'))
    handed = load_config(file)
    assert states(keyservice.doctor.key_file(handed)) == ["WARN"]
    nowhere = msgspec.structs.replace(config, key_file=tmp_path / "none")
    assert states(keyservice.doctor.key_file(nowhere)) == ["FAIL"]


def test_an_opening_trustee_that_lets_nobody_in_is_no_failure(deployment):
    config = load_config(deployment.folder / "opening-1.toml")
    shut = msgspec.structs.replace(config, url="http://127.0.0.1:9")
    assert states(keyservice.doctor.certificate(shut)) == ["WARN"]
    with client() as asked:
        assert states(keyservice.doctor.headers(shut, asked)) == []
        for role in ("index", "opening"):
            config = load_config(deployment.folder / f"{role}-1.toml")
            assert states(keyservice.doctor.headers(config, asked)) == ["OK", "OK"]


def test_health_says_a_line_each_and_fails_for_one_that_is_away(deployment, capsys):
    urls = [deployment.server, *(s.url for s in deployment.trustees.values())]
    assert main(["health", *urls]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({line.split()[-1] for line in lines}) == 1  # One manifest.
    assert {line.split()[0] for line in lines} == {"ready"}
    assert main(["health", deployment.server, "http://127.0.0.1:9"]) == 1
    assert "no answer" in capsys.readouterr().out


def test_a_file_that_is_no_configuration_is_refused(tmp_path, capsys):
    file = tmp_path / "x.toml"
    file.write_text("colour = 1\n")
    assert main(["doctor", "--config", str(file)]) == 2
    assert "none of a server" in capsys.readouterr().err


def test_nothing_breaks_where_nothing_is(tmp_path):
    file = tmp_path / "api.toml"
    file.write_text('data_dir = "none"\norigin = "http://127.0.0.1:9"\n')
    with client() as asked:
        found = run_checks(api.doctor.checks(read_config(file), asked, today()))
    assert "FAIL" in states(found)
