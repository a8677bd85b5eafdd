"""The trustee's file: what is sealed stays sealed, what is altered is noticed."""

import asyncio

import pytest

from blind_index.errors import InputError
from blind_index.secret import SecretBytes
from escrow.messages.codec import Digest, EncodedScalar, Nonce, PublicKey
from escrow.operation.database.address import Postgres
from escrow.trustee.boxes import HeldReport
from keyservice.audit import BrokenLog, verify
from keyservice.ports import HELD, DamagedStore
from keyservice.sql_store import open_store

pytestmark = pytest.mark.anyio

KEY = SecretBytes(bytes(range(32)))
NAME = PublicKey(b"report key of thirty-two bytes..")
SHARE = EncodedScalar(b"a share, which must stay sealed.")
ALTERED = (
    "UPDATE log_entry SET sealed = (SELECT mark FROM trustee_owner) WHERE position = 3"
)
REPEATED = (
    "UPDATE log_entry SET sealed = "
    "(SELECT sealed FROM log_entry WHERE position = 1) WHERE position = 3"
)
REPORT = HeldReport(
    report_key=NAME,
    version=1,
    witness=0,
    header_digest=Digest(b"digest of a header, 32 bytes ok."),
    expiry_month=24_000,
    accepted_day=20_000,
    sequence=1,
    shares=(SHARE, SHARE, SHARE, SHARE),
)


@pytest.fixture
def path(database_url, tmp_path):
    return Postgres(database_url) if database_url else tmp_path / "trustee.sqlite"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "trustee.sqlite"


async def change(path, statement, *values):
    async with open_store(path, KEY) as store, store.transaction() as ledger:
        await ledger._connection.exec_driver_sql(statement, values)


async def keep(path, report=REPORT, key=KEY):
    async with open_store(path, key) as store, store.transaction() as ledger:
        await ledger.save(HELD, report, report.report_key)


async def load(path, name=NAME, key=KEY):
    async with open_store(path, key) as store, store.transaction() as ledger:
        return await ledger.load(HELD, name)


async def write_log(path, count):
    async with open_store(path, KEY) as store, store.transaction() as ledger:
        for number in range(count):
            await ledger.log(20_000, "accepted", NAME, f"detail {number}")


async def read_log(path):
    async with open_store(path, KEY) as store, store.transaction() as ledger:
        return verify([entry async for entry in ledger.entries()])


async def test_what_was_kept_is_loaded(path):
    await keep(path)
    assert await load(path) == REPORT


async def test_nothing_readable_is_in_the_files(file):
    await keep(file)
    await write_log(file, 3)
    for part in file.parent.glob("trustee.sqlite*"):
        data = part.read_bytes()
        for secret in (NAME, SHARE, b"held-report", b"accepted", b"detail"):
            assert bytes(secret) not in data


async def test_another_trustees_database_is_refused(path):
    await keep(path)
    with pytest.raises(InputError, match="other keys"):
        await load(path, key=SecretBytes(bytes(32)))


async def test_an_altered_record_is_noticed(path):
    await keep(path)
    await change(path, "UPDATE record SET sealed = (SELECT mark FROM trustee_owner)")
    with pytest.raises(DamagedStore):
        await load(path)


async def test_a_record_moved_to_another_name_is_noticed(path):
    other = PublicKey(bytes(32))
    await keep(path)
    await keep(
        path,
        HeldReport(
            report_key=other,
            version=2,
            witness=0,
            header_digest=Digest(bytes(32)),
            expiry_month=24_000,
            accepted_day=1,
            sequence=2,
            shares=(SHARE,) * 4,
        ),
    )
    await change(
        path,
        "UPDATE record SET sealed = (SELECT sealed FROM record ORDER BY name LIMIT 1)",
    )
    found = []
    for name in (NAME, other):
        try:
            found.append(await load(path, name))
        except DamagedStore:
            found.append("damaged")
    assert sorted(map(str, found)).count("damaged") == 1


async def write_and_fail(store):
    async with store.transaction() as ledger:
        await ledger.save(HELD, REPORT, NAME)
        await ledger.log(1, "accepted", b"", "")
        await ledger.count("evaluations", 1, 5)
        await ledger.enqueue_acknowledgement(Nonce(bytes(16)))
        raise RuntimeError


async def test_an_exception_rolls_everything_back(path):
    async with open_store(path, KEY) as store:
        with pytest.raises(RuntimeError):
            await write_and_fail(store)
        async with store.transaction() as ledger:
            assert await ledger.load(HELD, NAME) is None
            assert (await ledger.head()).size == 0
            assert await ledger.count("evaluations", 1) == 0
            assert await ledger.outbox(10) == []


async def test_a_whole_log_is_read_back(path):
    await write_log(path, 5)
    assert (await read_log(path)).size == 5


@pytest.mark.parametrize(
    "statement",
    [
        ALTERED,
        "DELETE FROM log_entry WHERE position = 3",
        "DELETE FROM log_entry WHERE position = 1",
        REPEATED,
        "UPDATE log_entry SET position = 99 WHERE position = 3",
    ],
)
async def test_an_edited_log_is_noticed(path, statement):
    await write_log(path, 5)
    await change(path, statement)
    with pytest.raises(BrokenLog):
        await read_log(path)


async def test_a_broken_last_entry_stops_the_log_from_growing(path):
    await write_log(path, 3)
    await change(path, ALTERED)
    with pytest.raises(BrokenLog, match="entry 3"):
        await write_log(path, 1)


async def test_the_outbox_gives_the_oldest_rows_first(path):
    async with open_store(path, KEY) as store, store.transaction() as ledger:
        for number in range(4):
            await ledger.enqueue_acknowledgement(Nonce(bytes([number]) * 16))
        first = await ledger.outbox(2)
        assert [row.acknowledged for row in first] == [
            Nonce(bytes([number]) * 16) for number in range(2)
        ]
        await ledger.dequeue(first)
        (third, _) = await ledger.outbox(10)
        assert third.acknowledged == Nonce(bytes([2]) * 16)
        assert third.letter is None


async def test_what_was_erased_leaves_the_files_of_postgresql_when_they_are_rewritten(
    postgres_url, postgres_server
):
    place = Postgres(postgres_url)
    await keep(place)
    async with open_store(place, KEY) as store:
        async with store.transaction() as ledger:
            query = "SELECT sealed FROM record"
            found = await ledger._connection.exec_driver_sql(query)
            sealed = bytes(found.scalar_one())
            await ledger.erase(HELD, NAME)
        assert sealed in postgres_server.files()
        await store.rewriting.rewrite()
        assert sealed not in postgres_server.files()
        async with store.transaction() as ledger:
            assert await ledger.load(HELD, NAME) is None


async def test_two_who_write_at_once_fork_neither_log_nor_count(path):
    async def write(number):
        async with open_store(path, KEY) as store:
            for step in range(8):
                async with store.transaction() as ledger:
                    await ledger.log(20_000, "accepted", NAME, f"{number} {step}")
                    await ledger.count("evaluations", 20_000, 1)
                    await ledger.enqueue_acknowledgement(Nonce(bytes(16)))

    await write(0)
    await asyncio.gather(*(write(number) for number in range(1, 4)))
    assert (await read_log(path)).size == 32
    async with open_store(path, KEY) as store, store.transaction() as ledger:
        assert await ledger.count("evaluations", 20_000) == 32
        assert len({row.position for row in await ledger.outbox(100)}) == 32
