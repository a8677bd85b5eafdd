"""The routes of the web client, on a small built client."""

import json
import types

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from api.handlers.desk import Office
from api.routes.pages import choose_coding, page_handlers, read_site, worker_policy
from blind_index.errors import InputError
from escrow.operation.answer_headers import add_security_headers

FILES = {
    "/": ("index.html", "text/html", "page"),
    "/missing": ("missing.html", "text/html", "page"),
    "/es/missing": ("es/missing.html", "text/html", "page"),
    "/assets/core-1.js": ("assets/core-1.js", "text/javascript", "worker"),
}


@pytest.fixture
def folder(tmp_path):
    entries = []
    for path, (file, kind, rule) in FILES.items():
        place = tmp_path / file
        place.parent.mkdir(exist_ok=True)
        for ending in ("", ".br", ".gz"):
            place.with_name(place.name + ending).write_bytes(f"{file}{ending}".encode())
        entries.append({"path": path, "file": file, "type": kind, "rule": rule})
    site = {"away": "https://weather.example.org/", "entries": entries}
    (tmp_path / "site.json").write_text(json.dumps(site))
    return tmp_path


def _office(deployment=None):
    # The routes read nothing else of it.
    office = Office.__new__(Office)
    object.__setattr__(office, "deployment", deployment)
    return office


def _before():
    return _office()


@pytest.fixture
def client(folder):
    app = Litestar(
        page_handlers(folder),
        dependencies={"office": Provide(_before, sync_to_thread=False)},
        before_send=[add_security_headers],
    )
    with TestClient(app) as found:
        yield found


def _deployment():
    cards = [types.SimpleNamespace(url="https://one.example.org/some/path")]
    registrars = [types.SimpleNamespace(url="https://two.example.org:8443")]
    roster = types.SimpleNamespace(
        index=types.SimpleNamespace(trustees=cards), registrars=registrars
    )
    return types.SimpleNamespace(roster=roster)


def test_a_page_comes_in_the_best_coding_that_is_accepted(client):
    for accepted, body, coding in (
        ("gzip, deflate, br", b"index.html.br", "br"),
        ("gzip", b"index.html.gz", "gzip"),
        ("identity", b"index.html", None),
    ):
        with client.stream("GET", "/", headers={"accept-encoding": accepted}) as answer:
            assert b"".join(answer.iter_raw()) == body
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "accept-encoding"


def test_codings_are_read_without_their_weights():
    assert choose_coding("gzip;q=0.5, br;q=1.0") == "br"
    assert choose_coding("") == ""


def test_only_the_worker_may_compile_and_ask_trustees(client):
    page = client.get("/", headers={"accept-encoding": "identity"})
    worker = client.get("/assets/core-1.js", headers={"accept-encoding": "identity"})
    assert "wasm-unsafe-eval" not in page.headers["content-security-policy"]
    assert "'wasm-unsafe-eval'" in worker.headers["content-security-policy"]
    for answer in (page, worker):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_worker_reaches_the_manifests_servers_and_no_other():
    before = worker_policy(_office())
    assert before.endswith("connect-src 'self'")
    after = worker_policy(_office(_deployment()))
    assert after.endswith(
        "connect-src 'self' https://one.example.org https://two.example.org:8443"
    )


def test_a_wrong_link_meets_a_calm_page_in_its_language(client):
    accepted = {"accept": "text/html", "accept-encoding": "identity"}
    for path, body in (
        ("/nothing/there", "missing.html"),
        ("/es/x", "es/missing.html"),
    ):
        answer = client.get(path, headers=accepted)
        assert (answer.status_code, answer.text) == (404, body)
        assert "trusted-types" in answer.headers["content-security-policy"]
    for path, accept in (("/nothing", "*/*"), ("/v1/nothing", "text/html")):
        answer = client.get(path, headers={"accept": accept})
        assert answer.status_code == 404
        assert "trusted-types 'none'" in answer.headers["content-security-policy"]
        assert "missing" not in answer.text


def test_the_exit_leads_away_and_clears(client):
    answer = client.get("/exit", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://weather.example.org/"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_a_tab_shows_no_picture(client):
    assert client.get("/favicon.ico").status_code == 204


@pytest.mark.parametrize("damage", ["nothing", "no list", "no coding", "other list"])
def test_a_folder_without_a_built_client_is_refused(folder, damage):
    if damage == "no list":
        (folder / "site.json").unlink()
    if damage == "no coding":
        (folder / "index.html.br").unlink()
    if damage == "other list":
        (folder / "site.json").write_text('{"entries": []}')
    if damage == "nothing":
        assert set(read_site(folder)[0]) == set(FILES)
        return
    with pytest.raises(InputError, match="web_dir"):
        read_site(folder)
