"""HOUSE: lock files pin by hash and name no host."""

import re
import tomllib

import pytest

from tests.house.sources import ROOT

REQUIREMENTS = ("requirements-run.txt", "requirements-dev.txt")
ADDRESS = re.compile(r":/{2}")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==", re.MULTILINE)


def lock_files():
    return [*ROOT.glob("requirements-*.txt"), *ROOT.glob("api/web/package-lock.json")]


def pins(name):
    return set(PIN.findall((ROOT / name).read_text("utf-8")))


def entries(text):
    """One string for each pinned package: its line and those that continue it."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [e for e in "\n".join(lines).replace("\\\n", " ").splitlines() if e.strip()]


def test_no_lock_file_holds_an_address():
    texts = {path.name: path.read_text("utf-8") for path in lock_files()}
    found = [name for name, text in texts.items() if ADDRESS.search(text)]
    assert found == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_pin_has_a_hash(name):
    found = [
        entry.split()[0]
        for entry in entries((ROOT / name).read_text("utf-8"))
        if "--hash=sha256:" not in entry
    ]
    assert found == []


def test_developers_run_what_survivors_run():
    run, dev = ({*entries((ROOT / n).read_text("utf-8"))} for n in REQUIREMENTS)
    assert run <= dev


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        re.split(r"[^a-z0-9-]", requirement)[0]
        for requirement in project["dependencies"]
    }
    assert wanted - pins("requirements-run.txt") == set()
