"""The registrar's store, on both databases: persons are known again."""

import pytest

from api.registrar.ports import PendingDeletion
from api.registrar.sql_store import open_person_store
from blind_index.errors import InputError
from escrow.messages.codec import Digest, Nonce
from escrow.operation.database.address import Postgres
from escrow.operation.database.line import only_one
from escrow.registrar.issue import Person

pytestmark = pytest.mark.anyio

ANA = Person(Nonce(b"a" * 16), Nonce(b"p" * 16), "demo")
MAIL, PHONE = Digest(b"m" * 32), Digest(b"t" * 32)


@pytest.fixture
def place(database_url, tmp_path):
    return Postgres(database_url) if database_url else tmp_path / "registrar.sqlite3"


async def test_a_person_is_known_by_every_tag_after_a_restart(place):
    store = await open_person_store(place, b"mark")
    async with store.begin() as persons:
        await persons.add(ANA, 24_000)
        await persons.link(MAIL, ANA.person)
        await persons.link(PHONE, ANA.person)
    await store.close()
    store = await open_person_store(place, b"mark")
    async with store.begin() as persons:
        assert await persons.known([MAIL, PHONE]) == {MAIL: ANA, PHONE: ANA}
        assert await persons.known([Digest(bytes(32))]) == {}
    await store.close()


async def test_what_is_to_be_erased_stays_until_it_is(place):
    store = await open_person_store(place)
    pending = PendingDeletion(Nonce(b"r" * 16), "demo", 20_000)
    async with store.begin() as persons:
        await persons.add_pending(pending)
    async with store.begin() as persons:
        assert await persons.pending() == [pending]
        await persons.remove_pending(pending.reference)
    async with store.begin() as persons:
        assert await persons.pending() == []
    await store.close()


async def test_another_registrars_database_is_refused(place):
    await (await open_person_store(place, b"mark")).close()
    with pytest.raises(InputError, match="another deployment"):
        await open_person_store(place, b"other")


async def test_a_registrar_on_postgresql_is_one_process(postgres_url):
    place = Postgres(postgres_url)
    async with only_one(place):
        with pytest.raises(InputError, match="must be alone"):
            async with only_one(place):
                pass
    async with only_one(place):
        pass
