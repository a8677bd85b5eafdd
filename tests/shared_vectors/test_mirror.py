"""The browser's protocol mirrors the Python modules, file by file."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "api" / "web" / "js" / "protocol"
LONGEST_MODULE = 300
# What only JavaScript needs, or parts differently.
OWN = {
    "bytes": "byte strings have no operations of their own",
    "messages/kinds": "schemas, which msgspec is for in Python",
    "client/connecting": "the second half of client/following",
    "tables": "JSON tables as a module",
}
MODULES = sorted(
    path.relative_to(PROTOCOL).with_suffix("").as_posix()
    for path in PROTOCOL.rglob("*.js")
)


def snake(name):
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@pytest.mark.parametrize("module", [m for m in MODULES if m not in OWN])
def test_every_module_mirrors_a_python_module(module):
    places = [ROOT / package / snake(module) for package in ("blind_index", "escrow")]
    assert any(p.with_suffix(".py").exists() or p.is_dir() for p in places)


def test_every_client_step_has_its_mirror():
    client = {path.stem for path in (ROOT / "escrow" / "client").glob("[!_]*.py")}
    assert client <= {snake(m.removeprefix("client/")) for m in MODULES}


@pytest.mark.parametrize("module", [m for m in MODULES if m != "tables"])
def test_no_module_is_too_long(module):
    lines = (PROTOCOL / f"{module}.js").read_text("utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE
