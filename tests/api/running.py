"""The real API on real SQLite files, and the world's survivors talking to it."""

import asyncio
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient

from api.app import create_app
from api.config import Config, NoticesSection
from api.key_files import (
    DEDUPE_KEY,
    ISSUING_KEY,
    NOTICE_SEED,
    OPERATOR,
    REGISTRAR_SEED,
    STORE_KEY,
    make_folder,
    write_once,
)
from api.smtp import SmtpSection
from api.sql_store.store import open_store
from escrow.errors import ConflictingReport, NotFound
from escrow.messages.cases import AnswerReceipts, Connection, ReportStatus
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.deployment import BoxKeys
from escrow.messages.mailbox import PostRequest, PullRequest, PullResponse, Work
from escrow.messages.registration import TokenGrant
from escrow.trustee.requests import Challenge, OutgoingRequest, authorise
from tests.world.dealt import Plan, deal_deployment
from tests.world.world import World

# Notes are due at once, and wait for whoever sends them.
NOTICES = NoticesSection(
    smtp=SmtpSection(
        host="127.0.0.1", port=9, security="none", sender="notes@example.org"
    ),
    window_hours=0,
    in_process=False,
)
OPERATOR_WORD = "operator-pass"
JSON = {"content-type": "application/json"}


def lay_out(
    folder: Path, plan: Plan, *, with_manifest: bool = True, database: str = ""
) -> Config:
    """Keys, roster and (as if the ceremony were over) manifest in a folder."""
    dealt = deal_deployment(plan)
    config = Config(
        data_dir=str(folder),
        origin=dealt.deployment.roster.origin,
        roster=str(folder / "roster.json"),
        database_url=database,
        notices=NOTICES,
    )
    if config.keys.exists():
        return config
    make_folder(config.keys)
    for name, data in (
        (ISSUING_KEY, dealt.token_key.encode()),
        (NOTICE_SEED, dealt.notice_seed.reveal()),
        (STORE_KEY, bytes(range(32))),
        (OPERATOR, OPERATOR_WORD.encode()),
        (REGISTRAR_SEED, dealt.registrar_seed.reveal()),
        (DEDUPE_KEY, bytes(32)),
    ):
        write_once(config.keys / name, data)
    Path(config.roster).write_bytes(encode(dealt.deployment.roster))
    if with_manifest:
        asyncio.run(_publish(config, dealt.signed))
    return config


async def _publish(config, manifest):
    store = await open_store(config.database)
    async with store.begin() as records:
        await records.beginnings.set_manifest(manifest)
    await store.close()


class ApiFault(Exception):
    """A problem document, as the API answered it."""

    def __init__(self, answer) -> None:
        self.status = answer.status_code
        self.body = answer.content
        self.problem = msgspec.json.decode(answer.content)
        self.kind = self.problem["type"].removeprefix("urn:alongside:problem:")
        super().__init__(f"{self.status} {self.kind}: {self.problem['detail']}")


class MissingFault(ApiFault, NotFound):
    """The server does not have it."""


class ConflictFault(ApiFault, ConflictingReport):
    """The server has another version."""


_FAULTS = {"not-found": MissingFault, "conflicting-report": ConflictFault}


def fault_of(answer) -> ApiFault:
    """The fault, by its kind also one that a client's steps know."""
    fault = ApiFault(answer)
    return _FAULTS.get(fault.kind, ApiFault)(answer)


class RemoteServer:
    """What `tests.world.server.Server` offers, over HTTP."""

    def __init__(self, client: TestClient, world: "ApiWorld") -> None:
        self.client = client
        self.world = world
        self.counter = 0
        self.boot: Nonce | None = None

    def call(self, method, path, message=None, kind=None, headers=None):
        content = None if message is None else encode(message)
        answer = self.client.request(
            method, path, content=content, headers={**JSON, **(headers or {})}
        )
        if not answer.is_success:
            raise fault_of(answer)
        return decode(answer.content, kind) if kind else None

    def submit(self, submission, _day):
        return self.call("POST", "/v1/reports", submission, ReportStatus)

    def grant_tokens(self, signed, _day):
        return self.call("POST", "/v1/tokens", signed, TokenGrant)

    def withdraw(self, signed):
        return self.call("POST", "/v1/reports/withdrawals", signed, ReportStatus)

    def status(self, signed):
        return self.call("POST", "/v1/reports/status", signed, ReportStatus)

    def consent(self, signed):
        return self.call("POST", "/v1/cases/consents", signed, AnswerReceipts)

    def write_letterbox(self, submission):
        self.call("PUT", "/v1/letterboxes", submission)

    def alarm(self, signed):
        self.call("POST", "/v1/cases/alarms", signed)

    def connection(self, signed):
        return self.call("POST", "/v1/cases/connections", signed, Connection)

    def list_box_keys(self):
        return self.call("GET", "/v1/box-keys", None, BoxKeys)

    def put_box_key(self, sender, signed, _day):
        self.as_trustee(sender, "PUT", "/v1/trustees/box-keys", signed)

    # As a trustee

    def authorisation(self, index, request: OutgoingRequest) -> str:
        if self.boot is None:
            found = self.call("GET", "/v1/trustees/challenge", None, Challenge)
            self.boot = found.boot
        self.counter += 1
        seed = self.world.dealt.identity_seeds["opening"][index - 1]
        return authorise(seed, index, self.counter, self.boot, request)

    def as_trustee(self, index, method, path, message, kind=None):
        request = OutgoingRequest(method, path, encode(message))
        header = {"alongside-trustee": self.authorisation(index, request)}
        return self.call(method, path, message, kind, header)

    def pull(self, index, wait_seconds=0) -> PullResponse:
        asked = PullRequest(wait_seconds=wait_seconds)
        return self.as_trustee(index, "POST", "/v1/trustees/pull", asked, PullResponse)

    def post(self, index, letters, acknowledged=()):
        request = PostRequest(letters=tuple(letters), acknowledged=tuple(acknowledged))
        self.as_trustee(index, "POST", "/v1/trustees/post", request)


class ApiWorld(World):
    """The world, its server behind HTTP; `restart` is a new run on the same files."""

    def __init__(self, folder: Path, plan: Plan, database: str = "") -> None:
        super().__init__(plan)
        self.config = lay_out(folder, plan, database=database)
        self.open()
        for trustee in self.opening:
            key = trustee.publish(self.day)
            self.server.put_box_key(trustee.index, key, self.day)

    def open(self) -> None:
        self.app = create_app(self.config, clock=lambda: self.day)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.client.__enter__()
        self.server = RemoteServer(self.client, self)

    def close(self) -> None:
        self.client.__exit__(None, None, None)

    def restart(self) -> None:
        self.close()
        self.open()

    def desk(self):
        """A desk of the running server, for what no route shows."""
        return self.app.state.office.desk()

    def read(self, question):
        """Ask the running store: `question` gets its records."""

        async def ask():
            async with self.app.state.office.store.begin() as records:
                return await question(records)

        return self.client.blocking_portal.call(ask)

    def settle(self, _choose=None) -> None:
        while sum(self.serve(trustee) for trustee in self.opening if trustee.up):
            pass

    def serve(self, trustee) -> int:
        """Pull once, handle each item, post, acknowledge; how many items."""
        items = self.server.pull(trustee.index).items
        for item in items:
            letters = trustee.handle(decode(item.body, Work), self.day)
            self.said += [(trustee.index, letter) for letter in letters]
            bodies = [Blob(encode(letter)) for letter in letters]
            self.server.post(trustee.index, bodies, [item.item])
        return len(items)

    def stored_bytes(self) -> bytes:
        """Everything the database has on disk, its log included."""
        if self.config.database_url:
            pytest.skip("what PostgreSQL's files hold: see test_rewriting")
        folder = Path(self.config.data_dir)
        return b"".join(p.read_bytes() for p in sorted(folder.glob("api.sqlite3*")))


@contextmanager
def running(folder: Path, plan: Plan | None = None, database: str = ""):
    """A world whose server is the real one, on files in `folder`."""
    world = ApiWorld(folder, plan or Plan(), database)
    try:
        yield world
    finally:
        world.close()
