"""The documents, the catalogue and the product agree with one another."""

import ast
import re
import tomllib

import pytest

from tests.house.sources import shipped_modules
from threat_model.harness.catalogue import FOLDER, OUTCOMES, attacks, claims, guards
from threat_model.harness.guards import resolve

ROOT = FOLDER.parent
DEFEATER_STATES = {"refuted", "residual", "open"}


def functions(attack):
    tree = ast.parse(attack.module.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("attack", attacks().values(), ids=attacks())
def test_an_attack_has_a_control_and_an_outcome(attack):
    assert attack.outcome in OUTCOMES
    assert attack.text
    assert attack.control
    names = functions(attack)
    assert any(name.startswith("test_attack") for name in names)
    assert any(name.startswith("test_control") for name in names)
    assert (attack.bound > 0) <= (attack.outcome in "BR")


def test_every_module_of_an_attack_is_in_the_catalogue():
    modules = set((FOLDER / "attacks").glob("test_*.py"))
    assert modules == {attack.module for attack in attacks().values()}


def test_every_claim_has_an_attack_and_a_doubt():
    for claim in claims().values():
        assert claim.evidence, claim.id
        assert claim.defeaters, claim.id
        assert set(claim.evidence) <= set(attacks()), claim.id
        states = {defeater["status"] for defeater in claim.defeaters}
        assert states <= DEFEATER_STATES, claim.id


def test_every_attack_is_evidence_for_a_claim():
    used = {attack for claim in claims().values() for attack in claim.evidence}
    assert set(attacks()) - used == set()


def test_every_test_that_a_claim_names_exists():
    named = {path for claim in claims().values() for path in claim.tests}
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_assumption_that_a_claim_names_is_written_down():
    written = set(
        re.findall(r"\| (AS-\d+) \|", (FOLDER / "ASSUMPTIONS.md").read_text("utf-8"))
    )
    named = {one for claim in claims().values() for one in claim.assumptions}
    assert named - written == set()


def test_every_residual_has_its_sentence():
    text = (FOLDER / "NOT_PROTECTED.md").read_text("utf-8")
    said = set(re.findall(r"\*\*([A-Z]\d+[A-Z]?)\.\*\*", text))
    assert said == {a.id for a in attacks().values() if a.outcome == "R"}


def test_documents_name_no_attack_that_does_not_exist():
    for path in FOLDER.glob("*.md"):
        named = set(re.findall(r"\b([CWMPO]\d\d[A-Z]?)\b", path.read_text("utf-8")))
        assert named - set(attacks()) == set(), path.name


@pytest.mark.parametrize("guard", guards().values(), ids=guards())
def test_a_guard_stands_where_it_is_said_to_stand(guard):
    for path in guard.paths:
        assert callable(resolve(path))
    assert guard.removed_in
    for attack in guard.removed_in:
        assert guard.name in attacks()[attack].module.read_text("utf-8")


def test_nothing_of_this_folder_is_packaged():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    targets = built["hatch"]["build"]["targets"]
    listed = targets["wheel"]["packages"] + targets["sdist"]["include"]
    assert not [name for name in listed if "threat_model" in name]


SWITCH = re.compile(r"^(unsafe|insecure|skip|no_?verify|disable)(_|$)", re.IGNORECASE)


def names(text):
    """Every name that a module binds or takes: parameters, fields, functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name | ast.FunctionDef):
            yield node.id if isinstance(node, ast.Name) else node.name


def test_the_product_has_no_switch_that_turns_a_check_off():
    assert [
        n for n in names("def f(skip_checks=False): insecure = 1") if SWITCH.match(n)
    ]
    found = [
        f"{path}: {name}"
        for path, text in shipped_modules()
        for name in names(text)
        if SWITCH.match(name)
    ]
    assert found == []
