"""What survivors do at a terminal, against real processes."""

import json
import re

import pytest

from escrow.calendar import month_of
from escrow.command.clock import month_text, today
from escrow.command.main import main
from tests.journeys.story import named

GROUP = ("--group", "4")
# The command comes back once two of three trustees hold their part (§F10).
ENOUGH = r"\b[23] of 3 trustees hold their part"


class Terminal:
    """One person's terminal: her words file, and what she was told."""

    def __init__(self, story, folder, capsys):
        self._capsys = capsys
        self._words = folder / "words.txt"
        digest = story.scenario.place.deployment.digest.hex()
        self._session = [
            "--server",
            story.processes.server,
            "--manifest-digest",
            digest,
            "--words-file",
            str(self._words),
        ]
        folder.mkdir()
        assert main(["words", "--out", str(self._words)]) == 0
        capsys.readouterr()

    def __call__(self, command, *arguments, code=0):
        assert main([command, *arguments, *self._session]) == code
        said = self._capsys.readouterr()
        return said.out if code == 0 else said.err


@pytest.fixture
def terminal(story, tmp_path, capsys):
    return Terminal(story, tmp_path / "her", capsys)


def test_a_survivor_does_everything_at_her_terminal(story, terminal, tmp_path):
    who = named("Yorick Zander", "415 555 0161")
    story.file("bea", who)
    story.file("cara", who)
    me = ["--verified-name", "Ana Lund", "--verified-email", story.email("ana")]
    assert "You are verified" in terminal("verify", *me)
    assert "already" in terminal("verify", *me)
    assert "no entry yet" in terminal("status")
    known = tmp_path / "known.json"
    known.write_text(json.dumps(who[:1]), "utf-8")
    phone = "415 555 0161,country=US,label=mobile"
    stored = terminal(
        *("file", "--json", str(known), "--phone", phone, "--group", "3"),
        *("--contact-name", "Ana"),
    )
    assert "Stored: " in stored
    story.settle()
    assert "Nobody has been given your name" in terminal("status")
    assert "Nobody's contact" in terminal("connect")
    assert "is kept" in terminal("consent", "yes")
    story.settle()
    assert "alongside connect" in terminal("status")
    shown = terminal("connect")
    assert f"email: {story.email('bea')}" in shown
    assert f"email: {story.email('cara')}" in shown
    assert story.met("bea") == ["Ana", "Cara"]
    said = terminal("consent", "no")
    assert "Enough trustees signed that they have your no" in said
    assert "What was opened before stays open" in said
    # Two of three are enough for the command to come back.
    assert re.search(ENOUGH, terminal("change", "--contact-name", "Anna"))
    learned = ["--email", "yorick@firm.example.org"]
    assert re.search(ENOUGH, terminal("add", *learned))
    assert "Erased: all 3" in terminal("withdraw", "--yes")
    assert "taken back" in terminal("status")


@pytest.mark.slow
def test_taking_back_tells_how_many_trustees_signed(story, terminal):
    me = ["--verified-name", "Ida Lund", "--verified-email", story.email("ida")]
    terminal("verify", *me)
    assert "Stored" in terminal("file", "--email", "z.ninth@firm.example.org", *GROUP)
    trustees = story.processes.trustees
    away = [trustees["opening", index] for index in (2, 3)]
    for trustee in away:
        trustee.stop()
    # One alone that signed is not enough: the others could open it together.
    terminal("withdraw", "--yes", code=1)
    told = terminal("status")
    assert "being taken back, not finished: 1 of 3 trustees have signed" in told
    assert "may still stand" in told
    story.processes.start(away[:1])
    told = terminal("withdraw", "--yes")
    assert "Taken back; 2 of 3 trustees have signed" in told
    assert "the others erase it when they are back" in told
    story.processes.start(away[1:])
    assert "Erased: all 3" in terminal("withdraw", "--yes")
    assert "taken back; 3 of 3 trustees have signed" in terminal("status")


def test_an_interrupted_filing_goes_on_with_the_same_command(story, terminal):
    me = ["--verified-name", "Dora Lund", "--verified-email", story.email("dora")]
    terminal("verify", *me)
    entry = ["file", "--email", "z.other@firm.example.org", "--group", "4"]
    assert "Stored" in terminal(*entry)
    assert "Stored" in terminal(*entry)
    other = ["file", "--email", "somebody@firm.example.org", "--group", "4"]
    assert "an entry of this name" in terminal(*other, code=2)


def test_another_deployment_than_the_pinned_one_is_refused(story, terminal, capsys):
    wrong = ["--server", story.processes.server, "--manifest-digest", "00" * 32]
    assert terminal("status") == "There is no entry yet.\n"
    words = terminal._session[-2:]
    assert main(["status", *wrong, *words]) == 1
    assert "another manifest than the pinned one" in capsys.readouterr().err


def test_a_group_that_is_not_offered_is_refused_with_the_list(terminal):
    said = terminal("file", "--email", "a@firm.example.org", "--group", "6", code=2)
    assert "Choose one of 3, 4, 5, 7." in said


def test_who_was_not_verified_is_told_so(terminal):
    said = terminal("file", "--email", "a@firm.example.org", "--group", "3", code=2)
    assert "Verify first." in said


def test_notes_are_chosen_changed_and_stopped(story, terminal):
    me = ["--verified-name", "Gia Lund", "--verified-email", story.email("gia")]
    terminal("verify", *me)
    entry = ["file", "--email", "z.third@firm.example.org", "--group", "4"]
    regular = ["--notice", "regular", "--notice-email", "gia@private.example"]
    assert "Stored" in terminal(*entry, *regular)
    # The plant that was drawn stays.
    assert "Stored" in terminal(*entry, *regular)
    said = terminal("status")
    assert re.search(r"the next regular note \(\w+\) goes out in the week of \d", said)
    assert re.search(ENOUGH, terminal("change", "--plant", "mint"))
    assert "regular note (Mint)" in terminal("status")
    assert re.search(ENOUGH, terminal("change", "--notice", "once"))
    assert "one note (Mint) if something changes" in terminal("status")
    assert re.search(ENOUGH, terminal("change", "--notice", "none"))
    assert "no notes" in terminal("status")
    assert "Erased: all 3" in terminal("withdraw", "--yes")


def test_how_long_an_entry_is_kept_is_chosen_and_changed(story, terminal):
    me = ["--verified-name", "Hedy Lund", "--verified-email", story.email("hedy")]
    terminal("verify", *me)
    entry = ["file", "--email", "z.fourth@firm.example.org", "--group", "4"]
    assert "Stored" in terminal(*entry, "--keep-years", "1")
    month = month_of(today())
    assert f"kept until {month_text(month + 12)}" in terminal("status")
    assert re.search(ENOUGH, terminal("change", "--keep-years", "3"))
    said = terminal("status")
    assert f"kept until {month_text(month + 36)}" in said
    assert "keeps it longer" not in said
    # What is not named stays.
    assert re.search(ENOUGH, terminal("change", "--group", "5"))
    assert f"kept until {month_text(month + 36)}" in terminal("status")


def test_a_work_address_is_refused_before_anything_is_sent(terminal):
    entry = ["file", "--employer", "Brindle Studios Ltd", "--email", "z@firm.example"]
    for own in (
        ("--contact-email", "me@brindlestudios.example"),
        ("--notice-email", "me@mail.firm.example"),
        ("--notice-email", "me@brindle.example", "--notice", "regular"),
    ):
        said = terminal(*entry, "--group", "3", *own, code=2)
        assert "work address" in said
        assert "Give an address of your own." in said
