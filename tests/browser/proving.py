"""A deployment whose registrar runs by itself, with every way to be verified."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from escrow.command.layout import Sizes, free_ports
from escrow.command.layout_configs import HOST, Site
from escrow.command.processes import Processes, wait_until_ready
from escrow.command.service import Service
from tests.browser.place import built
from tests.openid_process import Provider, provider_process, section
from tests.registrar.test_codes_process import CODE
from tests.registrar.test_gateway import RealGateway
from tests.smtp_sink import RunningSink, Sink

_LEVELS: Final = '["email+phone", "openid", "referee"]'


def alongside(*arguments: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "escrow.command.main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _key_of(shown: str) -> str:
    return shown.removeprefix("key: ").strip()


class Proving:
    """The registrar's configuration, and what it uses: mail, texts, a provider."""

    def __init__(
        self, folder: Path, sink: Sink, bank: Provider, gateway: RealGateway
    ) -> None:
        self.folder, self.sink, self.bank = folder, sink, bank
        self.gateway = gateway
        (port,) = free_ports(1)
        self.url = f"http://{HOST}:{port}"
        self.referee = str(folder / "referee.key")
        self.config = folder / "registrar.toml"
        self.port = port
        self.server = ""

    def configure(self, api: str) -> str:
        """The registrar's own file; its entry for the server's."""
        shelter = _key_of(alongside("referee", "init", "--key-file", self.referee))
        self.config.write_text(
            f'data_dir = "registrar"\nport = {self.port}\napi_url = "{api}"\n'
            f'[smtp]\nhost = "{HOST}"\nport = {self.sink.port}\nsecurity = "none"\n'
            'sender = "desk@example.org"\n'
            '[[providers]]\nkind = "codes"\n'
            f"{self._texts()}"
            f"{section(self.folder, self.bank)}"
            '[[providers]]\nkind = "voucher"\n[[providers.referees]]\n'
            f'name = "Shelter"\nkey = "{shelter}"\n',
            "utf-8",
        )
        shown = alongside("registrar", "init", "--config", str(self.config))
        return (
            f'[[registrars]]\nname = "Registrar"\nurl = "{self.url}"\n'
            f'key = "{_key_of(shown)}"\ncounting_levels = {_LEVELS}\n'
        )

    def _texts(self) -> str:
        """A second way with codes, by mail and text; its gateway speaks HTTP."""
        key = self.folder / "gateway.key"
        key.write_text("a shared key\n")
        key.chmod(0o600)
        return (
            '[[providers]]\nkind = "codes"\nname = "texts"\n[providers.phone]\n'
            f'kind = "http"\nurl = "{self.gateway.url}/send"\n'
            f'erase_url = "{self.gateway.url}/erase"\nkey_file = "{key}"\n'
        )

    def texts(self, phone: str) -> list[str]:
        """The codes that the gateway was asked to send to this number, in order."""
        sent = [
            json.loads(body) for path, _, body in self.gateway.asked if path == "/send"
        ]
        found = [CODE.search(one["text"]) for one in sent if one["to"] == phone]
        return [code[0] for code in found if code]

    def voucher(self, name: str, email: str) -> str:
        """What a referee writes down for somebody she checked."""
        given = ("--name", name, "--email", email, "--key-file", self.referee)
        return alongside("referee", "voucher", "--server", self.server, *given).strip()

    def full_mailbox(self, email: str) -> str:
        """An address beside this one that takes no mail; each has its own limits."""
        full = f"full.{email}"
        self.sink.answers[full] = "550 this mailbox is full"
        return full

    def code(self, email: str, count: int = 1) -> str:
        """The code in the `count`-th mail to this address."""
        found = CODE.search(self.sink.wait_for(email, count).text)
        if found is None:
            message = "there is no code in the mail"
            raise AssertionError(message)
        return found[0]

    def pending(self) -> str:
        """What the registrar has still to erase, in its own words."""
        return alongside("registrar", "pending-deletions", "--config", str(self.config))


@contextmanager
def proving_place(folder: Path, *flags: str) -> Iterator[Proving]:
    """Everything of it as a process, with the pages."""
    web = built(folder / "web", *flags)
    with (
        RunningSink() as sink,
        provider_process() as bank,
        RealGateway() as gateway,
    ):
        proving = Proving(folder, sink, bank, gateway)
        site = Site(web, registrars=proving.configure)
        processes = Processes(folder / "servers", Sizes(), site)
        run = ("api.registrar", "run", "--config", str(proving.config))
        registrar = Service("registrar", run, folder, proving.url)
        with processes:
            wait_until_ready([registrar])
            proving.server = processes.server
            try:
                yield proving
            finally:
                registrar.stop()
