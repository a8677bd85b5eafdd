"""Trustees with real files: configurations, secrets, a roster of them all."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow.messages.codec import EncodedElement, Nonce, Signed, decode, encode
from escrow.messages.deployment import (
    RegistrarEntry,
    Roster,
    StretchSettings,
)
from escrow.sealing import sealing_key
from escrow.server.roster import Numbers, ServerKeys, Site, build_roster, read_card
from escrow.signing import public_key
from keyservice.ceremony import Chair
from keyservice.config import Config, load_config
from keyservice.enrolment import enrolment_card, keep_roster, participant
from keyservice.premises import store_of
from keyservice.sealed_key import TrusteeSecrets, make_secrets, open_secrets
from keyservice.sql_store import SqlStore
from tests.world.stream import stream

DAY = 20_000


def never() -> SecretBytes:
    raise AssertionError("nobody is asked for a passphrase")


def write_config(folder: Path, role: str, index: int, **more: object) -> Path:
    """A configuration file; `more` is appended as TOML values."""
    lines = [
        f'role = "{role}"',
        f'name = "{role} {index}"',
        f'url = "http://127.0.0.1:{8200 + index}"',
        f'data_dir = "{role}-{index}"',
        f'key_file = "{role}-{index}.key"',
        f'api_url = "{more.get("api_url", "http://127.0.0.1:8000")}"',
        f'database = "{more.get("database", "")}"',
        "[listen]",
        f"port = {more.get('port', 8200 + index)}",
        *([f"[quota]\n{more['quota']}"] if "quota" in more else []),
    ]
    path = folder / f"{role}-{index}.toml"
    path.write_text("\n".join(lines))
    return path


def build_test_roster(cards: list[Signed], threshold: int, origin: str) -> Roster:
    draw = stream("roster")
    return build_roster(
        [read_card(card) for card in cards],
        Site(
            deployment_id=Nonce(draw(16)),
            origin=origin,
            registrars=(
                RegistrarEntry(
                    name="registrar",
                    url=origin,
                    key=public_key(SecretBytes(draw(32))),
                    counting_levels=("demo",),
                ),
            ),
            registrar_inline=True,
        ),
        Numbers(
            needed={"index": threshold, "opening": threshold},
            levels=(2, 3),
            smallest_group=2,
            stretch=StretchSettings(memory_kib=8, passes=1),
            demo=True,
        ),
        ServerKeys(
            token_key=EncodedElement(
                Element.base_multiple(Scalar.random(draw)).encode()
            ),
            notice_key=sealing_key(SecretBytes(draw(32))),
        ),
    )


@dataclass(frozen=True)
class Enrolled:
    """A trustee that has its secrets."""

    config: Config
    secrets: TrusteeSecrets


def enrol(folder: Path, role: str, index: int, database: str = "") -> Enrolled:
    config = load_config(write_config(folder, role, index, database=database))
    make_secrets(config, never)
    return Enrolled(config, open_secrets(config, never))


def enrol_all(
    folder: Path, size: int, threshold: int, new_database: Callable[[], str] = str
) -> tuple[list[Enrolled], bytes]:
    """`size` trustees in each committee, and their roster's bytes."""
    trustees = [
        enrol(folder, role, index, new_database())
        for role in ("index", "opening")
        for index in range(1, size + 1)
    ]
    cards = [decode(enrolment_card(t.config, t.secrets), Signed) for t in trustees]
    roster = build_test_roster(cards, threshold, "http://127.0.0.1:8000")
    return trustees, encode(roster)


async def open_store_of(stack: AsyncExitStack, trustee: Enrolled) -> SqlStore:
    return await stack.enter_async_context(store_of(trustee.config, trustee.secrets))


async def seat(
    stack: AsyncExitStack, trustee: Enrolled, roster: bytes, board: object
) -> Chair:
    """A trustee's place at the ceremony, its roster confirmed."""
    store = await open_store_of(stack, trustee)
    me = participant(trustee.config, trustee.secrets, roster)
    await keep_roster(store, roster, DAY)
    return Chair(me, store, board, lambda _: None)
