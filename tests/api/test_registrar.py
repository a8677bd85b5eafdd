"""The registrar: verifies, signs, remembers nobody."""

import asyncio
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace as changed

import httpx
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from api.app import create_app
from api.config import Config, InlineRegistrar, OtherRegistrar
from api.enrolment import registrar_entries
from api.registrar.__main__ import main
from api.registrar.app import PublishedManifest
from api.registrar.app import create_app as create_registrar
from api.registrar.bureau import Bureau, Seal
from api.registrar.config import RegistrarConfig
from api.registrar.demo_provider import DemoProvider
from api.registrar.opening import demo_offer, read_seal
from api.registrar.ports import Offer, PendingDeletion
from api.registrar.sql_store import open_person_store
from api.registrar.verifications import Verification, Verifications
from blind_index.errors import InputError
from blind_index.secret import SecretBytes
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation
from escrow.credential import check_index_credential
from escrow.errors import InvalidRegistration, NotFound, QuotaExceeded
from escrow.messages.codec import Nonce, Signed, decode, encode
from escrow.messages.registration import (
    DeletionReceipt,
    ProviderEntry,
    ProviderList,
    StandingCredentialGrant,
    VerificationFinish,
    VerificationProgress,
    VerificationRequest,
    VerificationStarted,
)
from escrow.registrar.identity import Identity, self_keys
from escrow.registrar.issue import Person
from escrow.signing import public_key
from tests.api.running import ApiFault, RemoteServer, lay_out
from tests.world.dealt import Plan, deal_deployment
from tests.world.trustees import IndexTrustee
from tests.world.world import DAY

PLAN = Plan()
ANA = VerificationRequest(
    provider="demo",
    name="Ana Zebrowska",
    email="ana.zebrowska@example.org",
    phone="+48 601 234 567",
    country="PL",
)
PREFIX = "/v1/registrar"


class Registrar:
    """The registrar's routes, as a client calls them."""

    def __init__(self, client):
        self.client = client
        self.server = RemoteServer(client, None)

    def call(self, path, message, kind=None):
        return self.server.call("POST", f"{PREFIX}/{path}", message, kind)

    def start(self, request=ANA):
        return self.call("verifications", request, VerificationStarted).verification

    def finish(self, handle, answers=()):
        return self.call(
            "verifications/finish",
            VerificationFinish(verification=handle, answers=answers),
            VerificationProgress,
        )

    def verified(self, request=ANA):
        handle = self.start(request)
        self.finish(handle)
        return handle

    def close(self, handle):
        message = VerificationFinish(verification=handle, answers=())
        return self.call("verifications/close", message, Signed)

    def index_credential(self, handle, seed=b"i"):
        asked = registration.ask_index_credential(handle, key_seed(seed))
        return self.call("index-credentials", asked, Signed)


def key_seed(mark):
    return SecretBytes(mark.rjust(32, b"\0"))


@contextmanager
def inline(folder):
    config = replace(lay_out(folder, PLAN), registrar=InlineRegistrar())
    with TestClient(create_app(config, clock=lambda: DAY)) as client:
        yield Registrar(client)


@pytest.fixture
def registrar(tmp_path):
    with inline(tmp_path) as found:
        yield found


def refused(call, *arguments):
    with pytest.raises(ApiFault) as fault:
        call(*arguments)
    return fault.value.status, fault.value.kind


def ask_standing(handle, index, seed=b"s"):
    """The evaluated self keys, by honest index trustees."""
    dealt = deal_deployment(PLAN)
    identity = Identity(ANA.name, ANA.email, ANA.phone, ANA.country)
    keys = self_keys(identity)
    pending = begin_evaluation(dealt.deployment, index, key_seed(b"i"), keys)
    answers = {
        i: IndexTrustee(dealt, i).answer(pending.request, DAY) for i in (1, 2, 3)
    }
    return registration.ask_standing_credential(
        handle, key_seed(seed), pending, keys, answers
    )


def test_a_person_registers_and_what_she_gets_holds(registrar):
    deployment = deal_deployment(PLAN).deployment
    handle = registrar.verified()
    index = registrar.index_credential(handle)
    asked = ask_standing(handle, index)
    grant = registrar.call("standing-credentials", asked, StandingCredentialGrant)
    seeds = registration.Seeds(key_seed(b"i"), key_seed(b"s"))
    held = registration.complete_registration(deployment, seeds, index, grant, day=DAY)
    assert held.opening == grant.opening
    receipt = decode(registrar.close(handle).payload, DeletionReceipt)
    assert receipt.day == DAY


def test_the_same_person_is_known_again_by_either_mark(registrar):
    deployment = deal_deployment(PLAN).deployment

    def pseudonym(request):
        signed = registrar.index_credential(registrar.verified(request))
        return check_index_credential(deployment, signed, DAY).pseudonym

    first = pseudonym(ANA)
    assert pseudonym(ANA) == first
    assert pseudonym(replace(ANA, name="A. Zebrowska", phone="")) == first
    assert pseudonym(replace(ANA, email="other@example.org")) == first
    assert pseudonym(replace(ANA, email="bea@example.org", phone="")) != first


def test_marks_of_two_persons_are_refused(registrar):
    registrar.verified(replace(ANA, phone=""))
    registrar.verified(replace(ANA, email="bea@example.org"))
    assert refused(registrar.verified, ANA) == (400, "invalid-registration")


def test_nothing_of_the_identity_is_in_the_files(registrar, tmp_path):
    handle = registrar.verified()
    registrar.index_credential(handle)
    stored = b"".join(p.read_bytes() for p in tmp_path.glob("*.sqlite3*"))
    for piece in (b"Ana", b"Zebrowska", b"zebrowska@", b"601234567", b"601 234"):
        assert piece not in stored
    with closing(sqlite3.connect(tmp_path / "registrar.sqlite3")) as connection:
        tables = {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in ("person", "dedupe_tag", "pending_deletion")
        }
    assert tables == {
        "person": ["person", "pseudonym", "month", "level"],
        "dedupe_tag": ["tag", "person"],
        "pending_deletion": ["reference", "provider", "day"],
    }


def test_after_closing_nothing_can_be_had_but_the_receipt(registrar):
    handle = registrar.verified()
    receipt = registrar.close(handle)
    assert registrar.close(handle) == receipt
    assert refused(registrar.index_credential, handle) == (404, "not-found")
    assert refused(registrar.finish, handle) == (404, "not-found")


def test_an_unfinished_or_unknown_check_gives_no_credential(registrar):
    handle = registrar.start()
    unfinished = (400, "invalid-registration")
    assert refused(registrar.index_credential, handle) == unfinished
    other = Nonce(bytes(16))
    assert refused(registrar.index_credential, other) == (404, "not-found")
    assert refused(registrar.close, other) == (404, "not-found")


def test_a_request_signed_with_another_key_is_refused(registrar):
    handle = registrar.verified()
    asked = registration.ask_index_credential(handle, key_seed(b"i"))
    other = registration.ask_index_credential(handle, key_seed(b"x"))
    forged = replace(asked, signature=other.signature)
    answer = refused(registrar.call, "index-credentials", forged, Signed)
    assert answer == (403, "invalid-signature")


def test_other_keys_than_the_self_keys_are_not_signed(registrar):
    handle = registrar.verified()
    index = registrar.index_credential(handle)
    elsewhere = registrar.verified(replace(ANA, name="Zofia Kowalska"))
    asked = ask_standing(elsewhere, index)
    answer = refused(
        registrar.call, "standing-credentials", asked, StandingCredentialGrant
    )
    assert answer == (400, "invalid-registration")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (replace(ANA, provider="other"), 400),
        (replace(ANA, name=" "), 422),
        (replace(ANA, email="", phone=""), 422),
        (replace(ANA, email="not an address"), 422),
        (replace(ANA, phone="12"), 422),
    ],
)
def test_what_cannot_be_verified_is_refused_without_echo(registrar, request_, status):
    with pytest.raises(ApiFault) as fault:
        registrar.start(request_)
    assert fault.value.status == status
    assert b"not an address" not in fault.value.body


def test_a_demonstrations_provider_serves_demonstrations_only():
    dealt = deal_deployment(PLAN)
    real = changed(
        dealt.deployment, roster=replace(dealt.deployment.roster, demo=False)
    )

    async def find():
        return real

    bureau = Bureau(
        seal=Seal(dealt.registrar_seed, SecretBytes(bytes(32))),
        store=None,
        offers=(Offer("demo", "demo", DemoProvider()),),
        clock=lambda: DAY,
        find_deployment=find,
    )
    with pytest.raises(InvalidRegistration):
        asyncio.run(bureau.registrar(bureau.offers[0]))
    assert not asyncio.run(bureau.ready(bureau.offers[0]))


def test_a_check_is_forgotten_after_its_time():
    handle, gone = Nonce(bytes(16)), []
    identity = Identity(ANA.name, ANA.email, ANA.phone, ANA.country)

    async def wait():
        running = Verifications(lambda *one: gone.append(one), lifetime=0.05)
        running.begin(handle, Verification(Nonce(b"r" * 16), identity, "demo"))
        assert running.get(handle).identity == identity
        await asyncio.sleep(0.2)
        with pytest.raises(NotFound):
            running.get(handle)

    asyncio.run(wait())
    assert gone == [("demo", b"r" * 16)]


def new_check():
    identity = Identity(ANA.name, ANA.email, ANA.phone, ANA.country)
    return Verification(Nonce(b"r" * 16), identity, "codes")


def test_a_check_lasts_three_days_but_only_an_hour_once_she_is_verified():
    handle = Nonce(bytes(16))

    async def left():
        running = Verifications(lambda *_: None)
        now = asyncio.get_running_loop().time
        running.begin(handle, new_check())
        open_for = running._timers[handle].when() - now()
        person = Person(Nonce(b"p" * 16), Nonce(b"q" * 16), "demo")
        identity = running.get(handle).identity
        running.verified(handle, identity, person, known=False)
        proven_for = running._timers[handle].when() - now()
        running.forget_all()
        assert running._timers == {}
        return open_for, proven_for

    open_for, proven_for = asyncio.run(left())
    assert open_for == pytest.approx(72 * 3600, abs=60)
    assert proven_for == pytest.approx(3600, abs=60)


@pytest.mark.parametrize("old", [True, False])
def test_where_checks_are_too_many_the_oldest_makes_room_after_an_hour(
    monkeypatch, old
):
    monkeypatch.setattr("api.registrar.verifications.MOST_AT_ONCE", 3)
    monkeypatch.setattr("api.registrar.verifications.SAFE_SECONDS", 0 if old else 3600)
    handles, gone = [Nonce(bytes([n]) * 16) for n in range(4)], []

    async def crowd():
        running = Verifications(lambda *one: gone.append(one))
        for handle in handles[:3]:
            running.begin(handle, new_check())
        # Whoever was verified keeps her place.
        person = Person(Nonce(b"p" * 16), Nonce(b"q" * 16), "demo")
        identity = running.get(handles[0]).identity
        running.verified(handles[0], identity, person, known=False)
        if not old:
            with pytest.raises(QuotaExceeded):
                running.begin(handles[3], new_check())
            return
        running.begin(handles[3], new_check())
        assert running.get(handles[0]).person == person
        with pytest.raises(NotFound):
            running.get(handles[1])
        running.get(handles[2])

    asyncio.run(crowd())
    assert len(gone) == old


def test_five_attempts_are_enough():
    handle, gone = Nonce(bytes(16)), []
    identity = Identity(ANA.name, ANA.email, ANA.phone, ANA.country)

    async def guess():
        running = Verifications(lambda *one: gone.append(one))
        running.begin(handle, Verification(Nonce(b"r" * 16), identity, "demo"))
        for _ in range(5):
            running.attempt(handle)
        with pytest.raises(InvalidRegistration):
            running.attempt(handle)
        with pytest.raises(NotFound):
            running.attempt(handle)

    asyncio.run(guess())
    assert gone == [("demo", b"r" * 16)]


def test_what_a_provider_failed_to_erase_stays_pending(tmp_path, capsys):
    class Failing(DemoProvider):
        async def redact(self, _reference):
            raise OSError

    async def leave_something():
        store = await open_person_store(tmp_path / "registrar.sqlite3")
        bureau = Bureau(
            seal=Seal(key_seed(b"r"), key_seed(b"d")),
            store=store,
            offers=(Offer("demo", "demo", Failing()),),
            clock=lambda: DAY,
            find_deployment=lambda: None,
        )
        async with store.begin() as persons:
            await persons.add_pending(PendingDeletion(Nonce(bytes(16)), "demo", DAY))
        await bureau.redact_all()
        await store.close()

    asyncio.run(leave_something())
    toml = tmp_path / "registrar.toml"
    toml.write_text(f'data_dir = "{tmp_path}"\napi_url = "http://127.0.0.1:1"\n')
    assert main(["pending-deletions", "--config", str(toml)]) == 0
    assert f"since day {DAY}\n1 pending" in capsys.readouterr().out
    with inline(tmp_path):
        pass
    assert main(["pending-deletions", "--config", str(toml)]) == 0
    assert capsys.readouterr().out.endswith("0 pending\n")


def test_a_registrar_of_its_own_asks_the_api_for_the_manifest(tmp_path):
    dealt = deal_deployment(PLAN)
    lay_out(tmp_path, PLAN)
    config = RegistrarConfig(data_dir=str(tmp_path), api_url="https://example.org")
    found = []

    async def find():
        return found[0] if found else None

    app = create_registrar(config, clock=lambda: DAY, find=find)
    with TestClient(app) as client:
        registrar = Registrar(client)
        assert refused(registrar.start) == (503, "not-ready")
        assert client.get("/v1/health").json() == {"state": "ceremony"}
        found.append(dealt.deployment)
        signed = registrar.index_credential(registrar.verified())
        credential = check_index_credential(dealt.deployment, signed, DAY)
        assert credential.pseudonym
        assert client.get("/v1/health").json() == {"state": "ready"}
        headers = {
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        path = f"{PREFIX}/verifications"
        allowed = client.options(path, headers=headers)
        assert allowed.headers["access-control-allow-origin"] == "https://example.org"
        elsewhere = client.options(
            path, headers={**headers, "origin": "https://evil.example"}
        )
        assert "access-control-allow-origin" not in elsewhere.headers


def fetched(pinned, *answers):
    """Which of several attempts to get the manifest gave one."""
    waiting = list(answers)
    config = RegistrarConfig(
        data_dir="", api_url="https://example.org/", manifest_digest=pinned
    )

    async def find():
        transport = httpx.MockTransport(lambda _request: waiting.pop(0))
        async with httpx.AsyncClient(transport=transport) as client:
            source = PublishedManifest(config, client)
            return [await source.find() is not None for _ in answers]

    return asyncio.run(find())


def test_the_manifest_is_fetched_until_it_is_there_and_only_the_pinned_one():
    dealt = deal_deployment(PLAN)
    good = httpx.Response(200, content=encode(dealt.signed))
    missing, broken = httpx.Response(404), httpx.Response(200, content=b"{}")
    digest = dealt.deployment.digest.hex()
    assert fetched(digest, missing, broken, good, missing) == [False, False, True, True]
    assert fetched("", good) == [True]
    assert fetched("00" * 32, good) == [False]


@pytest.mark.parametrize(
    "text",
    [
        'data_dir = "."\n',
        'data_dir = "."\napi_url = "http://example.org"\n',
        'data_dir = "."\napi_url = "https://example.org"\nhost = "192.0.2.1"\n',
        'data_dir = "."\napi_url = "https://x"\nmanifest_digest = "xyz"\n',
        'data_dir = "."\napi_url = "https://x"\nunknown = 1\n',
        "data_dir",
    ],
)
def test_an_unsafe_configuration_is_refused(tmp_path, text, capsys):
    path = tmp_path / "registrar.toml"
    path.write_text(text)
    assert main(["run", "--config", str(path)]) == 2
    assert capsys.readouterr().err


def test_init_shows_the_key_for_the_apis_configuration(tmp_path, capsys):
    path = tmp_path / "registrar.toml"
    path.write_text('data_dir = "data"\napi_url = "https://example.org"\n')
    assert main(["init", "--config", str(path)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    text = line.removeprefix("key: ")
    other = OtherRegistrar("name", "https://registrar.example.org", text, ("demo",))
    config = Config(data_dir="", origin="", registrars=(other,))
    (entry,) = registrar_entries(config)
    seal = read_seal(tmp_path / "data" / "keys")
    assert entry.key == public_key(seal.seed)
    short = replace(config, registrars=(replace(other, key=text[:-2]),))
    with pytest.raises(InputError):
        registrar_entries(short)
    with pytest.raises(InputError):
        demo_offer("codes", "email+phone")


def test_everybody_sees_the_same_ways_to_be_verified(registrar):
    found = registrar.server.call("GET", f"{PREFIX}/providers", None, ProviderList)
    asks = ("name", "email", "phone")
    demo = ProviderEntry(name="demo", kind="demo", title="", asks=asks, ready=True)
    assert found == ProviderList(providers=(demo,))


def test_only_somebody_whose_every_mark_was_hers_is_told_that_she_is_known(registrar):
    def known(request):
        return registrar.finish(registrar.start(request)).known

    assert not known(ANA)
    assert known(ANA)
    assert not known(replace(ANA, phone="+48 601 234 568"))
    assert known(replace(ANA, phone=""))


def test_what_was_verified_is_told_to_the_holder_of_the_handle_only(registrar):
    handle = registrar.start()
    found = registrar.finish(handle)
    assert (found.name, found.email, found.phone) == (ANA.name, ANA.email, ANA.phone)
    assert registrar.finish(handle) == found
    assert refused(registrar.finish, Nonce(bytes(16))) == (404, "not-found")
