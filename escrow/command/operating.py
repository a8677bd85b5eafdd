"""`alongside doctor` and `alongside health`: for whoever runs a part of it."""

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path

import httpx

from blind_index.errors import InputError

_SECONDS = 10.0


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add both commands."""
    health = subparsers.add_parser(
        "health",
        help="whether servers are ready: a line each, exit code 1 if one is not",
    )
    health.add_argument("urls", nargs="+", metavar="URL", help="of a server")
    health.set_defaults(run=run_health)
    subparsers.add_parser(
        "doctor", help="check the host that a configuration is for", add_help=False
    )


def run_health(options: argparse.Namespace) -> int:
    """Ask each server, and say what it says."""
    states = [_state(url.rstrip("/")) for url in options.urls]
    for url, (state, digest) in zip(options.urls, states, strict=True):
        print(f"{state:<12} {url} {digest}".rstrip())
    return int(any(state != "ready" for state, _ in states))


def _state(url: str) -> tuple[str, str]:
    try:
        said = httpx.get(
            f"{url}/v1/health/ready", timeout=_SECONDS, trust_env=False
        ).json()
        state, digest = str(said["state"]), str(said.get("manifest", ""))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return "no answer", ""
    known = state if state in {"ready", "restored", "ceremony"} else "unknown"
    return known, digest if digest.isalnum() else ""


def program_of(arguments: list[str]) -> str:
    """The program whose configuration `--config FILE` names.

    Raises:
        InputError: No file is named, or it is no configuration.
    """
    parser = argparse.ArgumentParser(prog="alongside doctor")
    parser.add_argument("--config", type=Path, required=True, help="a TOML file")
    parser.add_argument("--json", action="store_true", help="findings for programs")
    path: Path = parser.parse_args(arguments).config
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("--config", f"cannot be read: {error}") from None
    return _program(table)


def _program(table: Mapping[str, object]) -> str:
    if "role" in table:
        return "keyservice"
    if "origin" in table and "api_url" not in table:
        return "api"
    if "api_url" in table:
        return "registrar"
    raise InputError(
        "--config",
        "is none of a server, a registrar or a trustee",
        "`example-config` of each shows one.",
    )
