"""The configuration files of a deployment that is laid out on this machine."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Site:
    """What a deployment's API has around it; it may be another at every start.

    Attributes:
        pages: The built web client, if the API is to serve it.
        mail: The port of a mail server on this machine, if notes are to be sent.
        registrars: Given the API's address, gives the `[[registrars]]` of its
            configuration, as TOML. Left out, one for demonstrations runs inside it.
        limits: Settings of its `[limits]` other than the usual ones.
    """

    pages: Path | None = None
    mail: int | None = None
    registrars: Callable[[str], str] | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


def trustee_name(role: str, index: int) -> str:
    """What a trustee's files are called."""
    return f"{role}-{index}"


def url_of(port: int) -> str:
    """The address of a server of the deployment."""
    return f"http://{HOST}:{port}"


def api_config(port: int, database: str, site: Site) -> str:
    """The API's configuration.

    Args:
        port: Where it listens.
        database: URL of its database; empty for a file in its folder.
        site: What it has around it.
    """
    at = url_of(port)
    server = {
        "host": HOST,
        "port": port,
        "origin": at,
        "data_dir": "api",
        "roster": "roster.json",
        "web_dir": "" if site.pages is None else str(site.pages),
        "database": database,
    }
    registrars = "[registrar]\n" if site.registrars is None else site.registrars(at)
    limits = f"\n[limits]\n{_toml(site.limits)}"
    return f"{_toml(server)}\n{registrars}{_notices(site.mail)}{limits}"


def trustee_config(place: tuple[str, int], port: int, api: int, database: str) -> str:
    """A trustee's configuration.

    Args:
        place: Its role and index.
        port: Where it listens.
        api: Where the API listens.
        database: URL of its database; empty for a file in its folder.
    """
    role, index = place
    name = trustee_name(role, index)
    trustee = {
        "role": role,
        "name": f"Demonstration {role} trustee {index}",
        "url": url_of(port),
        "data_dir": name,
        "api_url": url_of(api),
        "key_file": f"{name}.key",
        "database": database,
    }
    listen = _toml({"host": HOST, "port": port})
    return f"{_toml(trustee)}\n[listen]\n{listen}"


def _notices(mail: int | None) -> str:
    """Notes leave at once, to a mail server on this machine; none without one."""
    if mail is None:
        return ""
    notices = {"name": "Notes", "window_hours": 0, "poll_seconds": 0.5}
    smtp = {
        "host": HOST,
        "port": mail,
        "security": "none",
        "sender": "notes@example.org",
    }
    return f"\n[notices]\n{_toml(notices)}\n[notices.smtp]\n{_toml(smtp)}"


def _toml(table: Mapping[str, object]) -> str:
    """Simple keys as TOML; a JSON string is a TOML string."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
