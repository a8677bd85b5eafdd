"""Configuration, key files, roster: what is refused before anything runs."""

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from msgspec.structs import replace

from api import config as api_config
from api.__main__ import main
from api.config import Config, check_exposure, read_config
from api.key_files import make_keys, read_keys, write_once
from api.registrar import config as registrar_config
from api.registrar.config import read_registrar_config
from blind_index.errors import InputError
from blind_index.labels import Label
from escrow.messages.codec import decode, encode
from escrow.messages.deployment import Roster
from escrow.operation.database.address import is_loopback
from escrow.server.roster import DEMO, NONE_SPARED, ONE_OPERATOR, ONE_ORGANISATION
from escrow.signing import sign
from tests.world.dealt import ROLES, deal_deployment

TEXTS = Path(__file__).parents[2] / "api/web/text"
TOML = 'data_dir = "data"\norigin = "http://127.0.0.1:1"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "api.toml"
    path.write_text(text)
    return path


def test_relative_paths_start_at_the_files_folder(tmp_path):
    config = read_config(written(tmp_path, TOML + 'roster = "/etc/roster.json"\n'))
    assert config.database == tmp_path / "data" / "api.sqlite3"
    assert config.keys == tmp_path / "data" / "keys"
    assert config.roster == "/etc/roster.json"
    assert config.loopback


@pytest.mark.parametrize(
    "text",
    ["", "data_dir", TOML + "unknown = 1\n", TOML + 'port = "x"\n', 'origin = "x"\n'],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, text):
    with pytest.raises(InputError):
        read_config(written(tmp_path, text))
    with pytest.raises(InputError):
        read_config(tmp_path / "missing.toml")


def test_the_example_in_the_documentation_is_a_configuration(tmp_path):
    for found, read in (
        (api_config, read_config),
        (registrar_config, read_registrar_config),
    ):
        example = found.__doc__.split("::\n", 1)[1]
        assert read(written(tmp_path, example.replace("\n    ", "\n")))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "::", "example.org", "10.0.0.1", ""])
def test_everything_else_needs_https_and_no_demonstration(host):
    config = Config(data_dir="", origin="", host=host)
    with pytest.raises(InputError):
        check_exposure(config, demo=False)
    secure = replace(config, certificate="c", certificate_key="k")
    check_exposure(secure, demo=False)
    with pytest.raises(InputError):
        check_exposure(secure, demo=True)


def test_key_files_are_for_their_owner_and_stay_the_same(tmp_path):
    make_keys(tmp_path)
    first = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    make_keys(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == first
    assert len(first) == 4
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in tmp_path.iterdir())
    keys = read_keys(tmp_path)
    assert "bytes" in repr(keys.store_key)


def test_keys_that_others_may_read_or_that_are_damaged_are_refused(tmp_path):
    make_keys(tmp_path)
    (tmp_path / "store.key").chmod(0o640)
    with pytest.raises(InputError, match="others"):
        read_keys(tmp_path)
    (tmp_path / "store.key").unlink()
    with pytest.raises(InputError, match="missing"):
        read_keys(tmp_path)
    write_once(tmp_path / "store.key", b"short")
    with pytest.raises(InputError, match="32 bytes"):
        read_keys(tmp_path)


def cards(folder: Path) -> list[str]:
    dealt = deal_deployment()
    names = []
    for role in ROLES:
        trustees = dealt.deployment.committee(role).trustees
        for card, seed in zip(trustees, dealt.identity_seeds[role], strict=True):
            path = folder / f"{card.name}.card"
            path.write_bytes(encode(sign(seed, Label.ENROLMENT, card)) + b"\n")
            names.append(str(path))
    return names


def roster_command(folder: Path, *more: str) -> list[str]:
    return [
        "roster",
        f"--config={folder / 'api.toml'}",
        "--index-threshold=2",
        "--opening-threshold=2",
        f"--out={folder / 'roster.json'}",
        *more,
    ]


def test_cards_become_a_roster_that_says_what_is_weak(tmp_path, capsys):
    path = written(tmp_path, TOML + "[registrar]\n")
    assert main(["init", f"--config={path}"]) == 0
    command = roster_command(tmp_path, "--demo", "--levels=2,3", *cards(tmp_path))
    assert main(command) == 0
    roster = decode((tmp_path / "roster.json").read_bytes(), Roster)
    assert roster.weaknesses == (DEMO, ONE_OPERATOR)
    assert roster.levels == (2, 3)
    assert len(roster.opening.trustees) == 3
    assert roster.registrars[0].counting_levels == ("demo",)
    shown = capsys.readouterr().out
    assert "digest: " in shown
    assert f"weakness: {ONE_OPERATOR}" in shown


def test_a_roster_says_that_no_trustee_may_be_lost(tmp_path):
    main(["init", f"--config={written(tmp_path, TOML + '[registrar]')}"])
    command = roster_command(tmp_path, "--opening-threshold=3", *cards(tmp_path))
    assert main(command) == 0
    roster = decode((tmp_path / "roster.json").read_bytes(), Roster)
    assert roster.weaknesses == (ONE_OPERATOR, NONE_SPARED)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_pages_have_words_for_every_weakness(language):
    texts = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    known = {DEMO, ONE_OPERATOR, ONE_ORGANISATION, NONE_SPARED}
    assert set(texts["app"]["weaknesses"]) == known


def test_a_card_with_another_signature_is_refused(tmp_path, capsys):
    path = written(tmp_path, TOML + "[registrar]\n")
    main(["init", f"--config={path}"])
    names = cards(tmp_path)
    card = Path(names[0]).read_bytes()
    Path(names[0]).write_bytes(card.replace(b'"signature":"', b'"signature":"A')[:-5])
    assert main(roster_command(tmp_path, *names)) == 2
    assert "not an enrolment card" in capsys.readouterr().err


def test_numbers_that_protect_nobody_are_refused(tmp_path, capsys):
    path = written(tmp_path, TOML + "[registrar]\n")
    main(["init", f"--config={path}"])
    names = cards(tmp_path)
    assert main(roster_command(tmp_path, "--stretch-passes=1", *names)) == 2
    assert main(roster_command(tmp_path, "--opening-threshold=1", *names)) == 2
    assert main(roster_command(tmp_path, "--opening-threshold=4", *names)) == 2
    assert main(roster_command(tmp_path, "--smallest-group=6", *names)) == 2
    assert main(roster_command(tmp_path, *names[:3])) == 2
    assert not (tmp_path / "roster.json").exists()
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_without_a_registrar_there_is_no_roster(tmp_path):
    path = written(tmp_path, TOML)
    main(["init", f"--config={path}"])
    assert main(roster_command(tmp_path, *cards(tmp_path))) == 2


def test_a_process_serves_until_it_is_told_to_stop(tmp_path):
    path = written(tmp_path, TOML + "port = 18791\n[registrar]\n")
    assert main(["init", f"--config={path}"]) == 0
    assert main(roster_command(tmp_path, "--demo", *cards(tmp_path))) == 0
    command = [sys.executable, "-m", "api", "run", f"--config={path}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        health = b""
        for _ in range(600):
            try:
                url = "http://127.0.0.1:18791/v1/health"
                with urllib.request.urlopen(url) as answer:
                    health = answer.read()
                break
            except OSError:
                time.sleep(0.1)
        process.terminate()
        _, logged = process.communicate(timeout=120)
    assert health == b'{"state":"ceremony"}'
    assert process.returncode == 0
    assert b"GET" not in logged
    assert b"Traceback" not in logged


def test_a_run_without_a_roster_says_what_is_missing(tmp_path, capsys):
    path = written(tmp_path, TOML)
    main(["init", f"--config={path}"])
    assert main(["run", f"--config={path}"]) == 2
    assert "Run `roster` first." in capsys.readouterr().err
