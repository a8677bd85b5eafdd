"""In the browser: codes, signing in elsewhere, a voucher of a person."""

import subprocess
import sys
from contextlib import contextmanager

import pytest

from escrow.command import layout
from escrow.command.layout import HOST, Sizes, free_ports
from escrow.command.processes import Processes, wait_until_ready
from escrow.command.service import Service
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive
from tests.browser.place import built
from tests.openid_process import provider_process, section
from tests.registrar.test_codes_process import CODE
from tests.smtp_sink import RunningSink

LEVELS = '["email+phone", "openid", "referee"]'


def alongside(*arguments):
    command = [sys.executable, "-m", "escrow.command.main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def key_of(shown):
    return shown.removeprefix("key: ").strip()


class Proving:
    """A deployment whose registrar runs by itself, a mail server, a provider."""

    def __init__(self, folder, sink, bank):
        self.folder, self.sink, self.bank = folder, sink, bank
        (port,) = free_ports(1)
        self.url = f"http://{HOST}:{port}"
        self.referee = str(folder / "referee.key")
        self.config = folder / "registrar.toml"
        self.port = port

    def configure(self, api):
        """The registrar's own file; its key for the server's."""
        shelter = key_of(alongside("referee", "init", "--key-file", self.referee))
        self.config.write_text(
            f'data_dir = "registrar"\nport = {self.port}\napi_url = "{api}"\n'
            f'[smtp]\nhost = "{HOST}"\nport = {self.sink.port}\nsecurity = "none"\n'
            'sender = "desk@example.org"\n'
            '[[providers]]\nkind = "codes"\n'
            f"{section(self.folder, self.bank)}"
            '[[providers]]\nkind = "voucher"\n[[providers.referees]]\n'
            f'name = "Shelter"\nkey = "{shelter}"\n',
            "utf-8",
        )
        shown = alongside("registrar", "init", "--config", str(self.config))
        return (
            f'[[registrars]]\nname = "Registrar"\nurl = "{self.url}"\n'
            f'key = "{key_of(shown)}"\ncounting_levels = {LEVELS}\n'
        )

    def voucher(self, server, name, email):
        given = ("--name", name, "--email", email, "--key-file", self.referee)
        return alongside("referee", "voucher", "--server", server, *given).strip()


@contextmanager
def registrar_by_itself(proving):
    """The layout lists it instead of the demonstration's."""
    write = layout._write_configs

    def rewritten(folder, laid, *more):
        write(folder, laid, *more)
        path = folder / "api.toml"
        text = path.read_text("utf-8")
        if not proving.config.exists():
            proving.entry = proving.configure(layout.url_of(laid.ports[0]))
        path.write_text(text.replace("[registrar]\n", proving.entry), "utf-8")

    layout._write_configs = rewritten
    try:
        yield
    finally:
        layout._write_configs = write


@pytest.fixture(scope="module")
def proving(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proving")
    web = built(folder / "web")
    with RunningSink() as sink, provider_process() as bank:
        found = Proving(folder, sink, bank)
        with registrar_by_itself(found):
            processes = Processes(folder / "servers", Sizes(), pages=web)
        run = ("api.registrar", "run", "--config", str(found.config))
        registrar = Service("registrar", run, folder, found.url)
        with processes:
            wait_until_ready([registrar])
            found.server = processes.server
            yield found
            registrar.stop()


def to_the_choice(browser, proving, place):
    person = arrive(browser, proving.server)
    story = offender_stories(place)[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.sees("[data-words] li")
    words = person.page.locator("[data-words] li").all_inner_texts()
    person.go("retype")
    person.fill({"first": words[1], "second": words[4]})
    person.submit()
    person.sees("[data-ways] .option", seconds=LOCK_SECONDS)
    return person


def none_pending(proving):
    shown = alongside("registrar", "pending-deletions", "--config", str(proving.config))
    return shown.endswith("0 pending\n")


def locked(person, proving):
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    assert person.page.locator("[data-erased]").is_visible()
    assert none_pending(proving)
    assert person.problems == []
    person.page.context.close()


def test_a_code_from_her_mailbox_verifies_her(browser, proving):
    person = to_the_choice(browser, proving, "one")
    person.choose("way", "codes")
    person.submit()
    person.sees("#name")
    email = "ana.browser@example.org"
    person.fill({"name": "Ana Browser", "email": email})
    person.submit()
    person.sees('[data-awaits="email"]', seconds=LOCK_SECONDS)
    person.fill({"email": "0000 0000"})
    person.submit()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    person.fill({"email": CODE.search(proving.sink.wait_for(email).text)[0]})
    person.submit()
    locked(person, proving)


def test_signing_in_elsewhere_verifies_her(browser, proving):
    person = to_the_choice(browser, proving, "two-ways")
    person.choose("way", "bank")
    person.submit()
    person.sees("[data-link]", seconds=LOCK_SECONDS)
    with person.page.context.expect_page() as opened:
        person.page.locator("[data-link]").click()
    tab = opened.value
    tab.locator("[name=person]").fill("ana")
    tab.locator("button").click()
    number = tab.locator("output").inner_text()
    tab.close()
    person.sees("[data-returned]:not([hidden])", seconds=LOCK_SECONDS)
    person.fill({"number": number})
    person.submit()
    locked(person, proving)


def test_a_voucher_of_a_referee_verifies_her(browser, proving):
    code = proving.voucher(proving.server, "Cleo Browser", "cleo.b@example.org")
    person = to_the_choice(browser, proving, "three-ways")
    person.go("person")
    person.sees("[data-voucher]:not([hidden])")
    person.page.locator("[data-voucher]").click()
    person.sees("#voucher", seconds=LOCK_SECONDS)
    person.fill({"voucher": code.lower()})
    person.submit()
    locked(person, proving)
