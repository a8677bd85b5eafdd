"""When a note leaves, and which settings of notes are refused."""

import pytest

from api.config import read_config
from api.handlers.desk import Desk
from api.handlers.nudging import random_moment
from blind_index.errors import InputError
from tests.world.stream import stream

DAY, DAY_SECONDS = 20_000, 86_400
WEEK = 7 * DAY_SECONDS
BASE = """
data_dir = "d"
origin = "https://x.example"
[notices]
{more}
[notices.smtp]
host = "{host}"
security = "{security}"
sender = "notes@example.org"
"""


def moments(window, count=500):
    draw = stream("moments", window)
    desk = Desk(None, None, None, None, DAY, window, draw)
    return [random_moment(desk) for _ in range(count)]


def test_a_note_leaves_at_a_random_second_of_the_week_from_tomorrow_on():
    first = (DAY + 1) * DAY_SECONDS
    found = moments(WEEK)
    assert min(found) >= first
    assert max(found) < first + WEEK
    assert {(one - first) // DAY_SECONDS for one in found} == set(range(7))
    assert len(set(found)) > 490


def test_without_a_window_it_leaves_at_once():
    assert set(moments(0)) == {DAY * DAY_SECONDS}


def read(tmp_path, more="", host="mail.example.org", security="starttls"):
    path = tmp_path / "api.toml"
    path.write_text(BASE.format(more=more, host=host, security=security))
    return read_config(path)


def test_the_window_is_a_week_unless_said_otherwise(tmp_path):
    assert read(tmp_path).notice_window == WEEK
    assert read(tmp_path, "window_hours = 1").notice_window == 3600


@pytest.mark.parametrize(
    "name", ["retry_minutes", "attempts", "poll_seconds", "lease_seconds"]
)
def test_a_number_with_which_nothing_leaves_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=name):
        read(tmp_path, f"{name} = 0")


def test_notes_go_to_other_machines_encrypted_only(tmp_path):
    with pytest.raises(InputError, match="encrypted only"):
        read(tmp_path, security="none")
    assert read(tmp_path, host="127.0.0.1", security="none").notices is not None


def test_a_sender_that_is_no_address_is_refused(tmp_path):
    path = tmp_path / "api.toml"
    text = BASE.format(more="", host="127.0.0.1", security="none")
    path.write_text(text.replace("notes@example.org", "notes"))
    with pytest.raises(InputError, match="sender"):
        read_config(path)
