"""The test's OpenID provider as a process, and a browser without a window."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from escrow.command.layout import free_ports
from tests.openid_op import CLIENT, SECRET

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"<output>(\d{4} \d{4})</output>")


class Provider:
    """Its address, its faults, and somebody who signs in there."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(timeout=60, trust_env=False)

    def wrong(self, **faults):
        """Do this wrong from now on; without arguments nothing."""
        self.http.post(f"{self.url}/control", json=faults).raise_for_status()

    def sign_in(self, link, person="ana"):
        """Where the provider sends the browser after its login page."""
        page = self.http.get(link)
        assert page.status_code == 200, page.text
        query = {k: v[0] for k, v in parse_qs(urlsplit(link).query).items()}
        form = {**query, "person": person}
        return self.http.post(f"{self.url}/login", data=form).headers["location"]

    def visit(self, link, person="ana"):
        """The registrar's own page at the end."""
        return self.http.get(self.sign_in(link, person))

    def number(self, link, person="ana"):
        """What it shows."""
        page = self.visit(link, person)
        return NUMBER.search(page.text)[1]


@contextmanager
def provider_process():
    """The provider, running."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "tests.openid_op", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        found = Provider(port)
        for _ in range(600):
            try:
                found.http.get(f"{found.url}/asked")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield found
        found.http.close()
    finally:
        process.terminate()
        process.wait()


def section(folder, provider, more=""):
    """The registrar's configuration of it."""
    secret = folder / "bank.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    return f"""
[[providers]]
kind = "openid"
name = "bank"
level = "openid"
title = "Example Bank"
issuer = "{provider.url}"
client_id = "{CLIENT}"
client_secret_file = "{secret}"
{more}
"""
