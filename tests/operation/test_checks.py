"""Each check of the doctor can fail, and does not when all is well."""

import datetime as dt
import json
import os
import ssl
from email.utils import format_datetime

import httpx
import pytest

from escrow.operation import host_checks, network_checks
from escrow.operation.answer_headers import HEADERS
from escrow.operation.doctor import Finding, good, run_checks, show
from tests.operation.certificates import make, serving

ME = os.geteuid()
WANTED = dict(HEADERS)


def states(findings):
    return [one.state for one in findings]


def test_root_is_refused():
    assert states(host_checks.account(0)) == ["FAIL"]
    assert states(host_checks.account(1000)) == ["OK"]


@pytest.mark.parametrize(
    ("mode", "state"), [(0o600, "OK"), (0o400, "OK"), (0o640, "FAIL"), (0o604, "FAIL")]
)
def test_a_key_open_to_others_fails_with_the_command_to_close_it(tmp_path, mode, state):
    path = tmp_path / "a.key"
    path.write_bytes(bytes(32))
    path.chmod(mode)
    (found,) = host_checks.private_files([path])
    assert found.state == state
    assert (f"chmod 600 {path}" == found.fix) is (state == "FAIL")


def test_a_key_that_is_missing_or_somebody_elses_fails(tmp_path):
    path = tmp_path / "a.key"
    assert states(host_checks.private_files([path])) == ["FAIL"]
    path.touch(mode=0o600)
    assert states(host_checks.private_files([path], ME + 1)) == ["FAIL"]


def test_keys_inside_the_data_directory_are_doubted(tmp_path):
    data = tmp_path / "data"
    assert states(host_checks.keys_apart(data / "keys", data)) == ["WARN"]
    assert states(host_checks.keys_apart(tmp_path / "keys", data)) == ["OK"]


def test_core_dumps_that_are_allowed_are_doubted():
    assert states(host_checks.core_dumps(0)) == ["OK"]
    assert states(host_checks.core_dumps(-1)) == ["WARN"]


def test_open_swap_fails(tmp_path):
    table = tmp_path / "swaps"
    head = "Filename\tType\tSize\tUsed\tPriority\n"
    table.write_text(head)
    assert states(host_checks.swap(table)) == ["OK"]
    table.write_text(f"{head}/dev/zram0 partition 1 0 -2\n")
    assert states(host_checks.swap(table)) == ["OK"]
    table.write_text(f"{head}/dev/no-such-disk partition 1 0 -2\n")
    assert states(host_checks.swap(table)) == ["FAIL"]


def test_an_encrypted_block_device_is_known_through_those_below_it(tmp_path):
    lvm, crypt, plain = (tmp_path / name for name in ("lvm", "crypt", "plain"))
    (lvm / "slaves/crypt/dm").mkdir(parents=True)
    (lvm / "slaves/crypt/dm/uuid").write_text("CRYPT-LUKS2-0")
    (crypt / "dm").mkdir(parents=True)
    (crypt / "dm/uuid").write_text("CRYPT-LUKS2-0")
    (plain / "dm").mkdir(parents=True)
    (plain / "dm/uuid").write_text("LVM-0")
    assert host_checks._encrypted(lvm)
    assert host_checks._encrypted(crypt)
    assert not host_checks._encrypted(plain)
    assert not host_checks._encrypted(tmp_path / "none")


def test_a_full_disk_fails_and_a_nearly_full_one_is_doubted():
    gib = 1024**3
    assert host_checks.space_left(50 * gib, 100 * gib).state == "OK"
    assert host_checks.space_left(9 * gib, 100 * gib).state == "WARN"
    assert host_checks.space_left(gib // 2, 2 * gib).state == "WARN"
    assert host_checks.space_left(gib, 100 * gib).state == "FAIL"


def test_a_backup_grows_old(tmp_path):
    assert states(host_checks.backup_age(tmp_path)) == ["WARN"]
    mark = tmp_path / "backup.done"
    mark.touch()
    now = mark.stat().st_mtime
    for days, state in ((0, "OK"), (3, "WARN"), (8, "FAIL")):
        assert states(host_checks.backup_age(tmp_path, now + days * 86_400)) == [state]


def test_a_certificate_file_is_held_against_name_days_and_key(tmp_path):
    pem, key = make(tmp_path / "a")
    _, other = make(tmp_path / "b")
    url = "https://localhost"
    check = network_checks.certificate_file
    assert states(check(pem, key, url)) == ["OK", "OK", "OK"]
    assert states(check(pem, other, url)) == ["OK", "OK", "FAIL"]
    assert states(check(pem, key, "https://elsewhere.example")) == ["OK", "FAIL", "OK"]
    end = dt.datetime(2120, 1, 1, tzinfo=dt.UTC).timestamp()
    for days, state in ((13, "WARN"), (-1, "FAIL")):
        assert states(check(pem, key, url, end - days * 86_400))[0] == state


def nothing(_path):
    return 200, {}, b"{}"


def test_a_served_certificate_is_held_against_name_and_chain(tmp_path):
    check = network_checks.served_certificate
    pem, key = make(tmp_path / "a")
    trusted = ssl.create_default_context(cafile=pem)
    with serving(nothing, (pem, key)) as url:
        assert states(check(url, trusted)) == ["OK"]
        assert states(check(url)) == ["FAIL"]
    pem, key = make(tmp_path / "b", "other.example")
    with serving(nothing, (pem, key)) as url:
        assert states(check(url, ssl.create_default_context(cafile=pem))) == ["FAIL"]
    ended = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    pem, key = make(tmp_path / "c", until=ended)
    with serving(nothing, (pem, key)) as url:
        assert states(check(url, ssl.create_default_context(cafile=pem))) == ["FAIL"]


def test_plain_http_beyond_this_machine_fails():
    check = network_checks.served_certificate
    assert states(check("http://127.0.0.1:1")) == ["OK"]
    assert states(check("http://example.org")) == ["FAIL"]


def test_headers_are_looked_for_on_errors_too():
    def half(path):
        return (404, {}, b"") if path == "/none" else (200, WANTED, b"")

    with network_checks.client() as asked:
        with serving(half) as url:
            found = network_checks.headers(asked, url, ["/", "/none"])
            assert states(found) == ["OK", "FAIL"]
        weak = WANTED | {"content-security-policy": "default-src *", "server": "x/1"}
        with serving(lambda _: (200, weak, b"")) as url:
            found = list(network_checks.headers(asked, url, ["/"]))
            assert states(found) == ["FAIL", "WARN"]
            assert "content-security-policy" in found[0].found


def test_clocks_that_differ_are_noticed():
    there = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    date = {"date": format_datetime(there, usegmt=True)}
    with serving(lambda _: (200, date, b"")) as url, network_checks.client() as asked:
        for apart, state in ((0, "OK"), (6, "WARN"), (-61, "FAIL")):
            now = there.timestamp() + apart
            assert states(network_checks.clock(asked, [url], now)) == [state]
        assert states(network_checks.clock(asked, ["http://localhost:9"])) == []


def test_a_peer_that_is_silent_or_of_another_manifest_fails():
    def says(**said):
        return lambda _: (200, {}, json.dumps(said).encode())

    with network_checks.client() as asked:
        for said, state in (
            ({"state": "ready", "manifest": "aa"}, "OK"),
            ({"state": "restored", "manifest": "aa"}, "WARN"),
            ({"state": "ready", "manifest": "bb"}, "FAIL"),
        ):
            with serving(says(**said)) as url:
                assert states(network_checks.peers(asked, {"x": url}, "aa")) == [state]
        silent = {"x": "http://localhost:9"}
        assert states(network_checks.peers(asked, silent, "aa")) == ["FAIL"]


def test_a_check_that_breaks_is_a_finding_and_stops_no_other():
    def broken():
        raise OSError("canary")

    found = run_checks([("one", broken), ("two", lambda: [good("two", "fine")])])
    assert states(found) == ["FAIL", "OK"]
    assert "canary" not in found[0].found


def test_the_exit_code_follows_the_worst_finding(capsys):
    warn = Finding("x", "WARN", "not so well", "do this")
    assert show([good("a", "fine"), warn], as_json=False) == 0
    shown = capsys.readouterr().out
    assert "do this" in shown
    assert "WARN" in shown
    assert show([warn, Finding("y", "FAIL", "bad", "that")], as_json=True) == 1
    (first, second) = json.loads(capsys.readouterr().out)
    assert (first["check"], second["fix"]) == ("x", "that")


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://localhost:9")
    with serving(nothing) as url, network_checks.client() as asked:
        assert isinstance(asked, httpx.Client)
        assert asked.get(url).status_code == 200
