"""O01: a process killed, or its machine without power, after every single call."""

import hashlib
from collections import Counter
from functools import cache
from itertools import count

import pytest

from threat_model.harness.recovery import found, moments
from threat_model.harness.trace import calls, record

DATABASE = ".sqlite"
# Beside every moment at which somebody was just told something.
SHARES = {"filing": 0.12, "matching": 0.25}
RANDOM_LOSSES = 2
STORIES = ("every moment", "matching", "trustees")


def coin(seed):
    """A source of chance, the same for the same seed."""
    draws = count()

    def luck(chance=0.5):
        drawn = hashlib.sha256(f"{seed}/{next(draws)}".encode()).digest()
        return drawn[0] < 256 * chance

    return luck


def killed(disk, _luck):
    """Every call that a process made is in the files; the others never were."""
    yield disk.lose_nothing()


def power_lost(disk, luck):
    """Of what was not synchronised nothing is there, or any sectors."""
    yield disk.lose_power(lambda: False)
    for _ in range(RANDOM_LOSSES):
        yield disk.lose_power(luck)


PARTS = {"killed": killed, "power lost": power_lost}
CONTROLS = {"killed": "one transaction or nothing", "power lost": "waits for the disk"}


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """Lives a story under strace, once; both parts begin with the same trace."""

    @cache
    def live(story, guard=""):
        story = "filing" if story == "every moment" else story
        folder = tmp_path_factory.mktemp("recorded")
        (folder / "data").mkdir()
        lived = (story, str(folder / "data"), *filter(None, [guard]))
        return record(folder, "threat_model.harness.recorded", *lived)

    return live


def try_moments(trial, trace, folder, losses, story):
    """Every moment, or some and those at which somebody was told something.

    Returns:
        What was wrong, by kind, and what was done.
    """
    rebuilt = folder / "rebuilt"
    rebuilt.mkdir()
    choose, luck = coin(f"{trial.seed} moments"), coin(f"{trial.seed} sectors")
    wrong, done, told = Counter(), Counter(), Counter()
    for cut in moments(calls(trace), DATABASE):
        news = cut.told.said > told[cut.database]
        told[cut.database] = cut.told.said
        if not news and not choose(SHARES.get(story, 1)):
            continue
        done["moments"] += 1
        for files in losses(cut.disk, luck):
            done["disks rebuilt"] += 1
            wrong[cut.told.judge(found(files, cut.database, rebuilt))] += 1
    assert all(told.values())
    del wrong[""]
    return wrong, done


def attack(trial, trace, folder, part, story):
    wrong, done = try_moments(trial, trace, folder, PARTS[part], story)
    name = part if story == "filing" else f"{part}, {story}"
    notes = {kind: str(number) for kind, number in wrong.items()}
    tries = done["disks rebuilt"]
    trial.tell(wrong.total(), tries, dict(done), part=name, notes=notes)


@pytest.mark.parametrize("part", PARTS)
def test_attack_filing(trial, traces, tmp_path, part):
    attack(trial, traces("filing"), tmp_path, part, "filing")


@pytest.mark.parametrize("part", PARTS)
def test_control_filing(trial, traces, tmp_path, part):
    attack(trial, traces("filing", CONTROLS[part]), tmp_path, part, "filing")


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("part", PARTS)
def test_attack_every_moment(trial, traces, tmp_path, part, story):
    attack(trial, traces(story), tmp_path, part, story)


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("part", PARTS)
def test_control_every_moment(trial, traces, tmp_path, part, story):
    attack(trial, traces(story, CONTROLS[part]), tmp_path, part, story)
