"""The database's files, as a thief would read them: P01, P01R and §F11."""

import asyncio
import sqlite3
from contextlib import closing, contextmanager

import pytest

from api.metrics import new_metrics
from api.sender import Tally
from api.sql_store.tables import REWRITING
from escrow.operation.database.daily_rewriting import rewriting_checks
from tests.api.running import running
from tests.world.world import DAY, X, email

MOST_NAMES = 6
NOW = DAY * 86_400
FORBID = """CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"""


@pytest.fixture
def stored(postgres_url, postgres_server, tmp_path):
    """A world on PostgreSQL, and a way to ask the database itself."""
    with running(tmp_path, database=postgres_url) as world:
        name = postgres_url.split("/")[3].split("?")[0]
        yield world, lambda statement: postgres_server.sql(statement, name)


def keep(world):
    world.client.blocking_portal.call(rewriting_of(world).rewrite)


def rewriting_of(world):
    return world.app.state.office.store.rewriting


def written_together(ask):
    """Rows of the index of tags by the transaction that wrote them."""
    rows = ask("SELECT xmin::text AS writer, count(*) FROM tag_row GROUP BY 1")
    return {row["writer"]: row[1] for row in rows}


def linked(ask):
    """Reports that one transaction wrote together with their tags."""
    rows = ask(
        "SELECT DISTINCT r.report_key FROM report r JOIN tag_row t ON t.xmin = r.xmin"
    )
    return len(rows)


def test_a_thief_reads_from_the_files_which_tags_are_whose_until_they_are_rewritten(
    stored,
):
    world, ask = stored
    for number in range(MOST_NAMES):
        world.file(f"person-{number}", (email(f"x{number}@company.example"),))
        world.settle()
    # The attack works on what was just written: tags and report are a transaction's.
    assert sorted(written_together(ask).values()) == [16] * MOST_NAMES
    assert linked(ask) == MOST_NAMES
    ask("VACUUM FREEZE")
    assert linked(ask) == MOST_NAMES
    keep(world)
    # One partition, one transaction; reports and tags have none in common.
    parts = ask("SELECT count(DISTINCT tableoid) FROM tag_row")[0][0]
    assert len(written_together(ask)) == parts
    assert linked(ask) == 0
    assert ask("SELECT count(DISTINCT xmin::text) FROM report")[0][0] == 1
    for table, key in (("report", "report_key"), ("token_grant", "pseudonym")):
        place = f"SELECT {key} FROM {table} ORDER BY ctid"  # noqa: S608
        found = [bytes(row[0]) for row in ask(place)]
        assert len(found) == MOST_NAMES
        assert found == sorted(found)
    # Nothing was lost by it.
    assert len(ask("SELECT name FROM tag_row")) == 16 * MOST_NAMES
    assert len(world.survivors["person-0"].held_by("first")) == 3


def pieces(submission):
    """From every part: short enough to lie whole in one chunk of a stored value."""
    return [bytes(part[200:232]) for part in submission.parts]


def test_a_withdrawn_report_leaves_the_files_when_they_are_rewritten(
    stored, postgres_server
):
    world, _ = stored
    ana, bea = world.person("ana"), world.person("bea")
    taken_back = ana.submit(ana.draft(X, 3, "first"))
    kept = bea.submit(bea.draft(X, 3, "first"))
    world.settle()
    ana.withdraw("first")
    left = postgres_server.files()
    # Deleting alone erases nothing: the rows that were are still in the files.
    assert all(piece in left for piece in pieces(taken_back))
    keep(world)
    left = postgres_server.files()
    assert not any(piece in left for piece in pieces(taken_back))
    assert all(piece in left for piece in pieces(kept))


def attempt(world, day, now):
    """One look whether it is due: whether it was done, or the class of the error."""
    try:
        return world.client.blocking_portal.call(
            rewriting_of(world).rewrite_if_due, day, now
        )
    except Exception as error:  # noqa: BLE001 - any failure is tried again
        return type(error).__name__


def test_only_one_of_many_rewrites_on_one_day(stored):
    world, _ = stored

    async def take():
        once = rewriting_of(world).rewrite_if_due
        return await asyncio.gather(*(once(world.day, NOW) for _ in range(MOST_NAMES)))

    taken = world.client.blocking_portal.call(take)
    assert sum(taken) == 1
    world.day += 1
    assert sum(world.client.blocking_portal.call(take)) == 1


@contextmanager
def in_the_way(world, postgres_server):
    """Something that no rewriting gets past, on the database itself."""
    if world.config.database_url:
        name = world.config.database_url.split("/")[3].split("?")[0]
        postgres_server.sql(FORBID, name)
        postgres_server.sql(
            "CREATE TRIGGER forbid BEFORE DELETE ON report EXECUTE FUNCTION forbid()",
            name,
        )
        yield
        postgres_server.sql("DROP TRIGGER forbid ON report", name)
        return
    with closing(sqlite3.connect(world.config.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM report").fetchone()
        # A log that this reader still needs cannot be emptied.
        world.file("bea")
        yield


def test_a_rewriting_that_fails_is_tried_again_on_the_same_day(
    tmp_path, database_url, postgres_server
):
    with running(tmp_path, database=database_url) as world:
        world.file("ana")
        with in_the_way(world, postgres_server):
            assert isinstance(attempt(world, DAY, NOW), str)
            # Not at once, and each time later than the time before.
            assert attempt(world, DAY, NOW + 899) is False
            assert isinstance(attempt(world, DAY, NOW + 900), str)
            assert attempt(world, DAY, NOW + 900 + 1799) is False
        assert findings(world, DAY) == ["OK"]
        assert findings(world, DAY + 1) == ["OK"]
        assert findings(world, DAY + 2) == ["FAIL"]
        assert days_shown(world, DAY + 2) == 3
        assert attempt(world, DAY, NOW + 900 + 1800) is True
        assert attempt(world, DAY, NOW + 900 + 1801) is False
        assert findings(world, DAY + 2) == ["OK"]
        assert days_shown(world, DAY + 2) == 2
        assert attempt(world, DAY + 1, NOW + 900 + 1802) is True


def test_one_that_died_in_the_middle_is_followed_by_another(tmp_path, database_url):
    with running(tmp_path, database=database_url) as world:
        rewriting = rewriting_of(world)

        async def take():
            async with world.app.state.office.store.begin() as records:
                return await rewriting._take(records._connection, DAY, NOW)

        assert world.client.blocking_portal.call(take) is True
        assert attempt(world, DAY, NOW + 899) is False
        assert attempt(world, DAY, NOW + 900) is True


def findings(world, day):
    found = rewriting_checks(world.config.database, REWRITING, day)
    return [one.state for one in found]


def days_shown(world, day):
    world.day, today = day, world.day
    metrics, office = new_metrics(), world.app.state.office
    world.client.blocking_portal.call(metrics.refresh, office, None, Tally())
    world.day = today
    return metrics.registry.get_sample_value("alongside_rewriting_days")


def places(world, submissions):
    """Where each report's contact stands in the file, by the report's key."""
    stored = world.stored_bytes()
    found = {
        world.survivors[name].report_key("first"): stored.find(bytes(parts[2][200:232]))
        for name, parts in submissions.items()
    }
    assert min(found.values()) >= 0
    return found


def test_a_sqlite_file_has_reports_in_the_order_of_their_keys_once_rewritten(tmp_path):
    with running(tmp_path) as world:
        submissions = {}
        for number in range(MOST_NAMES):
            survivor = world.person(f"person-{number}")
            about = (email(f"x{number}@company.example"),)
            draft = survivor.draft(about, 3, "first")
            submissions[survivor.name] = survivor.submit(draft).parts
            world.settle()
        world.client.blocking_portal.call(world.app.state.office.store.scrub)
        # They lie where there was room when they came (P01R shows what follows).
        found = places(world, submissions)
        assert sorted(found, key=found.get) != sorted(found)
        keep(world)
        found = places(world, submissions)
        assert sorted(found, key=found.get) == sorted(found)
        assert world.survivors["person-0"].held_by("first") == [1, 2, 3]
        assert (tmp_path / "api.sqlite3-wal").stat().st_size == 0


def test_who_looks_while_it_is_rewritten_sees_everything(stored):
    world, ask = stored
    world.file("ana")
    world.settle()

    async def look_and_rewrite():
        store = world.app.state.office.store
        async with store.read() as records:
            before = await records.tag_rows.in_buckets([0])
            rewriting = asyncio.create_task(store.rewriting.rewrite())
            await asyncio.sleep(0.5)
            after = await records.tag_rows.in_buckets([0])
        await rewriting
        return before, after

    before, after = world.client.blocking_portal.call(look_and_rewrite)
    assert len(before) == 16
    assert sorted(before) == sorted(after)
    assert len(ask("SELECT name FROM tag_row")) == 16
