"""P08: what each operator's holdings give up; writes the table of DISCLOSURE.md."""

import shutil
from dataclasses import dataclass
from functools import cache

import pytest

from threat_model.harness.canaries import search_files
from threat_model.harness.catalogue import FOLDER
from threat_model.harness.deployment import GROUP, PLANTERS, STALKER
from threat_model.harness.thief import dictionary, run_attacker

WORDS = 200
BUILD = FOLDER.parent / "build"
ONE_OF_EACH = {"index": (1,), "opening": (1,)}
T_INDEX, T_OPENING = {"index": (1, 2)}, {"opening": (1, 2)}
RUNNING = {"api_keys": True}

_PAGE = """\
# What a court gets

Written by the attack P08, not by hand: a small deployment of real processes, {names}
named people, {survivors} survivors who filed {entries} single entries, and {group} who
named one person and met. Each holding was worked on with the product's own code and a
list of {words} names, all the right ones among them.

| handed over | names confirmed | contacts of the group that met \
| contacts of the others | which entries are equal | pseudonyms of reporters |
|---|---|---|---|---|---|
{rows}

The registrar's own store: {registrar} of the planted names and addresses. It holds
keyed marks, pseudonyms, months and levels.
"""


@dataclass(frozen=True, eq=False)
class Holding:
    """What somebody hands over, and which contacts it may give up (C02, SURRENDER)."""

    who: str
    stores: dict
    may_open_groups: bool = False


HOLDINGS = (
    Holding("the API's database, every backup of it", {}),
    Holding("the running API, with its keys", RUNNING),
    Holding("one trustee of each committee, with the API", RUNNING | ONE_OF_EACH),
    Holding(
        "enough index trustees and one opening trustee, with the API",
        RUNNING | T_INDEX | {"opening": (1,)},
    ),
    Holding(
        "enough opening trustees and one index trustee, with the API",
        RUNNING | T_OPENING | {"index": (1,)},
        may_open_groups=True,
    ),
)
EVERYTHING = Holding(
    "enough trustees of both committees, with the API", RUNNING | T_INDEX | T_OPENING
)


@dataclass(frozen=True)
class Given:
    """What came of one holding: names, contacts of the group, of everybody."""

    names: int
    group: int
    others: int
    equal: bool
    persons: bool


@pytest.fixture(scope="module")
def words(deployed, tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "dictionary"
    return dictionary(path, [*deployed.planted, STALKER], WORDS)


@cache
def work_on(deployed, words, holding):
    """Both programs on one holding, once; other attacks' people are left out."""
    loot = deployed.stolen(f"p08 {holding.who}", **holding.stores)
    tried = run_attacker("dictionary", loot, words)
    untried = run_attacker("openers", loot, deployed.report_keys())
    opened = {*tried["contacts"], *untried["contacts"]}
    group = {deployed.story.card(who)["email"] for who in GROUP}
    others = {deployed.story.card(who)["email"] for who in PLANTERS}
    return Given(
        names=len(set(tried["confirmed"]) & {*deployed.planted, STALKER}),
        group=len(opened & group),
        others=len(opened & others),
        equal=untried["equal"] > 0,
        persons=untried["persons"] > 0,
    )


def registrar_gives(deployed):
    """Planted words in the registrar's own store."""
    loot = deployed.folder.parent / "p08 registrar"
    loot.mkdir(exist_ok=True)
    for path in (deployed.folder / "api").glob("registrar.sqlite3*"):
        shutil.copy2(path, loot)
    hits, _ = search_files(loot, deployed.words())
    return len(hits)


def beyond(holding, given):
    """What came of it that must not."""
    return given.names + given.others + (0 if holding.may_open_groups else given.group)


def table(deployed, found, registrar):
    """DISCLOSURE.md, in full."""
    names, group, others = len(deployed.planted) + 1, len(GROUP), len(PLANTERS)
    rows = [
        f"| {holding.who} | {given.names} of {names} | {given.group} of {group} | "
        f"{given.others} of {others} | {_word(given.equal)} | {_word(given.persons)} |"
        for holding, given in found
    ]
    return _PAGE.format(
        names=names,
        survivors=others,
        entries=len(deployed.planted),
        group=group,
        words=WORDS,
        rows="\n".join(rows),
        registrar=registrar,
    )


def _word(there):
    return "yes" if there else "no"


def test_attack(trial, deployed, words):
    found = [(h, work_on(deployed, words, h)) for h in HOLDINGS]
    everything = work_on(deployed, words, EVERYTHING)
    registrar = registrar_gives(deployed)
    written = table(deployed, [*found, (EVERYTHING, everything)], registrar)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "DISCLOSURE.md").write_text(written, "utf-8")
    won = registrar + sum(beyond(holding, given) for holding, given in found)
    tries = len(HOLDINGS) * (len(deployed.planted) + 1)
    # The document must say what was found: copy build/DISCLOSURE.md over it.
    assert (FOLDER / "DISCLOSURE.md").read_text("utf-8") == written
    trial.tell(won, tries, {"holdings": len(HOLDINGS) + 1, "words": WORDS})


def test_control(trial, deployed, words):
    given = work_on(deployed, words, EVERYTHING)
    tries = len(deployed.planted) + 1 + len(GROUP) + len(PLANTERS)
    won = given.names + given.group + given.others
    trial.tell(won, tries, {"holdings": 1, "words": WORDS})
