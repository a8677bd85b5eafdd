"""Something is not right: an alarm, and what trustees do about it, for real."""

import subprocess
import sys
import time

import pytest

from tests.journeys.story import everyone_met, named

SECONDS = 120


def say(processes, command, index, *words):
    """One command of a trustee's operator, while the trustee runs."""
    config = processes.folder / f"opening-{index}.toml"
    ended = subprocess.run(
        [sys.executable, "-m", "keyservice", command, "--config", config, *words],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def held_cases(processes, index):
    """The cases that a trustee's `status` says are held."""
    lines = say(processes, "status", index).splitlines()
    return {
        line.removeprefix("hold of ").split(":")[0]
        for line in lines
        if line.startswith("hold of ") and "IN FORCE" in line
    }


def until(story, holds):
    """What a command said goes out when the running trustee next looks."""
    deadline = time.monotonic() + SECONDS
    while True:
        story.settle()
        if holds():
            return
        assert time.monotonic() < deadline
        time.sleep(1)


def test_an_alarm_stops_introductions_until_trustees_lift_it(story):
    who = named("Otto Brandt", "415 555 0174")
    for name in ("ana", "bea", "cara"):
        story.file(name, who)
    assert everyone_met(story, ["ana", "bea", "cara"])
    before = held_cases(story.processes, 1)
    story.step("alarm", **{"as": "ana"})
    story.settle()
    (case,) = held_cases(story.processes, 1) - before
    story.file("dora", who)
    story.settle()
    assert "Dora" not in story.met("ana")
    for index in (1, 2):
        said = say(story.processes, "resume", index, case[:12], "--reason", "checked")
        assert case in said
    until(story, lambda: "Dora" in story.met("ana"))


@pytest.mark.slow
def test_any_one_trustee_can_hold_a_release(story):
    who = named("Paul Krantz", "415 555 0175")
    before = held_cases(story.processes, 2)
    for name in ("ana", "bea", "cara"):
        story.file(name, who)
    assert everyone_met(story, ["ana", "bea", "cara"])
    case = _newest_case(story, before)
    say(story.processes, "hold", 3, case, "--reason", "doubt")
    until(story, lambda: case in held_cases(story.processes, 1))
    story.file("dora", who)
    story.settle()
    assert "Dora" not in story.met("ana")
    say(story.processes, "resume", 3, case, "--reason", "mistake")
    until(story, lambda: case not in held_cases(story.processes, 1))


def _newest_case(story, before):
    """Ana's case, as an alarm of hers names it; it is lifted at once."""
    story.step("alarm", **{"as": "ana"})
    story.settle()
    (case,) = held_cases(story.processes, 2) - before
    for index in (1, 2, 3):
        say(story.processes, "resume", index, case, "--reason", "checked")
    return case
