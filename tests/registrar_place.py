"""A registrar as a real process, beside a real API that publishes the manifest."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import httpx

from escrow.command.layout import free_ports
from escrow.command.processes import wait_until_ready
from escrow.command.service import Service
from escrow.messages.codec import Signed, decode, encode
from escrow.messages.registration import (
    DeletionReceipt,
    ProviderList,
    VerificationAgain,
    VerificationFinish,
    VerificationProgress,
    VerificationRequest,
    VerificationStarted,
)
from tests.api.running import JSON, ApiFault, lay_out
from tests.world.dealt import Plan

LEVELS = ("demo", "email+phone", "referee", "openid")
PLAN = Plan(name="registrar", registrar_levels=LEVELS)
HOST = "127.0.0.1"


class RegistrarPlace:
    """Both processes, and what a client says to the registrar.

    Args:
        folder: Of keys, databases and logs.
        providers: The rest of the registrar's configuration, as TOML.
        new_database: Makes a PostgreSQL database each; SQLite if it gives none.
    """

    def __init__(
        self, folder: Path, providers: str, new_database: Callable[[], str] = str
    ) -> None:
        self.folder = folder
        self.config = lay_out(folder, PLAN, database=new_database())
        self.database = new_database()
        api, registrar = free_ports(2)
        self.url = f"http://{HOST}:{registrar}"
        self._write(api, registrar, providers)
        at = f"http://{HOST}:{api}"
        self.api = self._service("api", "api", at)
        self.registrar = self._service("registrar", "api.registrar", self.url)
        self.http = httpx.Client(timeout=60, trust_env=False)

    def _write(self, api: int, registrar: int, providers: str) -> None:
        shared = {"host": HOST, "data_dir": str(self.folder)}
        tables = {
            "api": {
                "port": api,
                "origin": self.config.origin,
                "database": self.config.database_url,
                "roster": self.config.roster,
            },
            "registrar": {
                "port": registrar,
                "api_url": f"http://{HOST}:{api}",
                "database": self.database,
            },
        }
        for name, table in tables.items():
            lines = [f"{k} = {json.dumps(v)}" for k, v in {**shared, **table}.items()]
            more = providers if name == "registrar" else ""
            text = "\n".join([*lines, more])
            (self.folder / f"{name}.toml").write_text(text, "utf-8")

    def _service(self, name: str, module: str, url: str) -> Service:
        arguments = (module, "run", "--config", str(self.folder / f"{name}.toml"))
        return Service(name, arguments, self.folder, url)

    def start(self) -> None:
        wait_until_ready([self.api])
        wait_until_ready([self.registrar])

    def stop(self) -> None:
        self.http.close()
        for service in (self.registrar, self.api):
            service.stop()

    def log(self) -> str:
        return (self.folder / "registrar.log").read_text("utf-8")

    def pending(self) -> int:
        """What `alongside registrar pending-deletions` counts."""
        config = str(self.folder / "registrar.toml")
        command = [sys.executable, "-m", "escrow.command.main", "registrar"]
        found = subprocess.run(
            [*command, "pending-deletions", "--config", config],
            check=True,
            capture_output=True,
            text=True,
        )
        return int(found.stdout.splitlines()[-1].split()[0])

    def call(self, path, message=None, kind=None):
        """Post a message (or get, without one); ApiFault if refused."""
        url = f"{self.url}/v1/registrar/{path}"
        if message is None:
            answer = self.http.get(url)
        else:
            answer = self.http.post(url, content=encode(message), headers=JSON)
        if not answer.is_success:
            raise ApiFault(answer)
        return decode(answer.content, kind) if kind else None

    def providers(self):
        return self.call("providers", None, ProviderList).providers

    def start_check(self, provider, name="", email="", phone="", country=""):
        asked = VerificationRequest(
            provider=provider, name=name, email=email, phone=phone, country=country
        )
        return self.call("verifications", asked, VerificationStarted)

    def finish(self, started, *answers):
        wish = VerificationFinish(verification=started.verification, answers=answers)
        return self.call("verifications/finish", wish, VerificationProgress)

    def again(self, started, awaited):
        wish = VerificationAgain(verification=started.verification, awaited=awaited)
        self.call("verifications/again", wish)

    def close(self, started):
        wish = VerificationFinish(verification=started.verification, answers=())
        signed = self.call("verifications/close", wish, Signed)
        return decode(signed.payload, DeletionReceipt)


@contextmanager
def registrar_place(
    folder: Path, providers: str, new_database: Callable[[], str] = str
):
    """Both processes, started and in the end stopped."""
    place = RegistrarPlace(folder, providers, new_database)
    try:
        place.start()
        yield place
    finally:
        place.stop()
