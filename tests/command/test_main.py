import stat
import subprocess
import sys
from pathlib import Path

import pytest

from escrow.client.words import read_words
from escrow.command.clock import day_text, month_text, today
from escrow.command.main import main
from escrow.command.word_list import word_list

ROOT = Path(__file__).parents[2]
COMMANDS = (
    *("words", "verify", "file", "add", "status", "consent", "connect", "change"),
    *("withdraw", "scenario", "demo", "keys", "match-quality"),
)
WORDS = "abacus abdomen abdominal abide abiding ability ablaze"


@pytest.fixture
def words_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(WORDS, "utf-8")
    return str(path)


def test_help_explains_what_it_is_for(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "nobody can read anything" in said
    assert all(command in said for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage: alongside" in capsys.readouterr().out


def test_no_command_is_a_slip(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().out


def test_new_words_are_seven_from_the_list_in_a_file_of_ones_own(tmp_path, capsys):
    path = tmp_path / "mine.txt"
    assert main(["words", "--out", str(path)]) == 0
    said = capsys.readouterr().out
    assert len(read_words(said, word_list())) == 7
    assert path.read_text("utf-8") == said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert main(["words", "--out", str(path)]) == 2
    assert path.read_text("utf-8") == said


def refused(capsys, *arguments, code):
    """The one line that a command says when it does not do it."""
    assert main([*arguments]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_a_missing_words_file_is_a_slip(capsys, tmp_path):
    missing = str(tmp_path / "missing")
    said = refused(capsys, "status", "--words-file", missing, code=2)
    assert "alongside words --out FILE" in said


def test_a_word_that_is_not_on_the_list_is_named_by_its_place(capsys, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(WORDS.replace("abide", "abidx"), "utf-8")
    said = refused(capsys, "status", "--words-file", str(path), code=2)
    assert "word 4" in said
    assert "abide" in said


def test_a_server_that_is_away_is_no_slip_and_loses_nothing(
    capsys, words_file, monkeypatch
):
    monkeypatch.setattr("escrow.command.net.Http.__init__.__defaults__", (0.1,))
    session = ("--words-file", words_file, "--server", "http://127.0.0.1:9")
    said = refused(capsys, "status", *session, code=1)
    assert "api cannot be reached. Nothing is lost" in said


@pytest.mark.parametrize("server", ["http://example.org", "example.org"])
def test_an_unsafe_server_is_refused(capsys, words_file, server):
    session = ("--words-file", words_file, "--server", server)
    assert "https://" in refused(capsys, "status", *session, code=2)


def test_a_digest_that_is_none_is_refused(capsys, words_file):
    session = ("--words-file", words_file, "--manifest-digest", "abc")
    assert "64 hexadecimal" in refused(capsys, "status", *session, code=2)


def test_a_report_about_nobody_is_refused(capsys, words_file):
    said = refused(capsys, "file", "--words-file", words_file, code=2)
    assert "nothing is said about the person" in said


def test_what_will_be_compared_is_shown_before_anything_is_sent(capsys, words_file):
    arguments = ("--email", "X.Y@Firm.Example.org", "--server", "http://example.org")
    said = refused(capsys, "file", "--words-file", words_file, *arguments, code=2)
    assert "email: we will compare x.y@firm.example.org" in said


def test_a_scenario_is_checked_before_anything_starts(capsys, tmp_path):
    path = tmp_path / "steps.jsonl"
    path.write_text('{"do":"settle"}\n{"do":"dance"}\n', "utf-8")
    assert "line 2: " in refused(capsys, "scenario", str(path), code=2)


def test_a_scenario_that_is_not_there_is_a_slip(capsys, tmp_path):
    missing = str(tmp_path / "missing.jsonl")
    assert "FILE: cannot be read" in refused(capsys, "scenario", missing, code=2)


def test_sizes_that_cannot_be_are_refused(capsys, tmp_path):
    path = tmp_path / "steps.jsonl"
    path.touch()
    said = refused(capsys, "scenario", str(path), "--index-threshold", "4", code=2)
    assert "--index-threshold" in said


def test_a_reset_spares_what_is_no_demo(capsys, tmp_path):
    (tmp_path / "diary.txt").touch()
    said = refused(capsys, "demo", "--reset", "--dir", str(tmp_path), code=2)
    assert "not the folder of a demo" in said
    assert (tmp_path / "diary.txt").exists()


def test_servers_are_started_by_the_same_program():
    ended = subprocess.run(
        [sys.executable, "-m", "escrow.command.main", "keyservice", "--help"],
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert b"keyservice" in ended.stdout


def test_days_and_months_are_written_as_people_do():
    assert day_text(0) == "1 January 1970"
    assert month_text(12 * 2031 + 10) == "November 2031"
    assert today() > 20_000


def test_a_demo_in_which_its_people_could_not_meet_is_refused(capsys, tmp_path):
    options = ("--dir", str(tmp_path / "new"), "--smallest-group", "4")
    assert "groups of 3" in refused(capsys, "demo", *options, code=2)
