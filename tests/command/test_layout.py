import json
import socket

import pytest

from blind_index.errors import InputError
from escrow.command.in_turn import run_in_turn
from escrow.command.layout import Sizes, check_sizes, free_ports, open_layout
from escrow.command.layout_configs import HOST
from escrow.command.service import ProcessFailed, Service, run_module


@pytest.mark.parametrize(
    ("sizes", "option"),
    [
        (Sizes(index_threshold=1), "--index-threshold"),
        (Sizes(index_trustees=2, index_threshold=3), "--index-threshold"),
        (Sizes(opening_threshold=4), "--opening-threshold"),
        (Sizes(levels=(3, 2)), "--levels"),
        (Sizes(levels=()), "--levels"),
        (Sizes(smallest_group=6), "--smallest-group"),
    ],
)
def test_sizes_that_cannot_be_are_refused_by_the_option(sizes, option):
    with pytest.raises(InputError) as caught:
        check_sizes(sizes)
    assert caught.value.field == option


def test_the_usual_sizes_are_in_order():
    check_sizes(Sizes())


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "diary.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="is not empty"):
        open_layout(tmp_path, Sizes())
    assert (tmp_path / "diary.txt").exists()


def test_free_ports_differ_and_can_be_listened_on():
    ports = free_ports(5)
    assert len(set(ports)) == 5
    with socket.socket() as listener:
        listener.bind((HOST, ports[0]))


def test_a_set_up_that_fails_shows_the_end_of_its_log(tmp_path):
    with pytest.raises(ProcessFailed, match="No module named"):
        run_module(("no_such_module",), tmp_path / "log", folder=tmp_path)


def test_a_server_that_ended_by_itself_is_noticed(tmp_path):
    service = Service("ghost", ("no_such_module",), tmp_path, "http://127.0.0.1:9")
    assert service.state() is None
    service.start()
    service.wait_to_stop()
    assert not service.running
    with pytest.raises(ProcessFailed, match="ghost ended"):
        service.check_alive()


def test_a_server_that_never_ran_can_be_stopped(tmp_path):
    service = Service("ghost", ("no_such_module",), tmp_path, "http://127.0.0.1:9")
    service.stop()
    service.kill()
    service.check_alive()
    assert not service.running


def test_commands_in_turn_end_at_the_first_that_fails(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["tests"])
    good = ["json.tool", "--help"]
    assert run_in_turn([good]) == 0
    assert run_in_turn([["json.tool", "--no-such-option"], good]) == 1
    assert "usage" in capsys.readouterr().out


def test_the_mark_of_a_half_laid_folder_lets_it_be_begun_again(tmp_path, monkeypatch):
    (tmp_path / "deployment.json").write_text(
        json.dumps({"sizes": {}, "ports": [1], "ready": False}), "utf-8"
    )
    (tmp_path / "half.key").touch()

    class Begun(Exception):
        """The set-up was begun."""

    def begin(*_arguments, **_options):
        raise Begun

    monkeypatch.setattr("escrow.command.layout.run_module", begin)
    with pytest.raises(Begun):
        open_layout(tmp_path, Sizes())
    assert not (tmp_path / "half.key").exists()
