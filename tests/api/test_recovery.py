"""A server that comes back from an old backup brings nothing back to life (§T8)."""

import shutil
from pathlib import Path

import pytest

from api.backup import declare_database
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.mailbox import WithdrawalNotice, Work
from escrow.messages.recovery import RecordsWanted
from escrow.operation.database.look import look
from escrow.trustee.recovery import answer_records
from tests.api.running import ApiFault
from tests.databases import name_of
from tests.world.world import X


class Copies:
    """Copies of a closed database, whichever it is."""

    def __init__(self, server):
        self._server = server

    def keep(self, world):
        """The database as it is now."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            shutil.copy(path, path.with_suffix(".kept"))
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"CREATE DATABASE {name}_kept TEMPLATE {name}")
        world.open()

    def bring_back(self, world, *, declared=True):
        """The copy takes the database's place; by default it is declared."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            for old in path.parent.glob("api.sqlite3*"):
                old.unlink()
            shutil.copy(path.with_suffix(".kept"), path)
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"DROP DATABASE {name} WITH (FORCE)")
            self._server().sql(f"ALTER DATABASE {name}_kept RENAME TO {name}")
        if declared:
            declare_database(world.config.database)
        world.open()


@pytest.fixture
def copies(request):
    return Copies(lambda: request.getfixturevalue("postgres_server"))


def state(world):
    return world.client.get("/v1/health").json()["state"]


@pytest.fixture
def withdrawn(world, copies):
    """Ana took her report back after the copy was made; bea did not."""
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.file("bea")
    world.settle()
    copies.keep(world)
    ana.withdraw("first")
    world.settle()
    return submission


def stored(world, submission):
    piece = bytes(submission.parts[0][200:232])
    if world.config.database_url:
        # What PostgreSQL's files keep of erased rows: see test_rewriting.
        rows = look(world.config.database, "SELECT standing FROM report")
        return any(piece in (standing or b"") for (standing,) in rows)
    return piece in world.stored_bytes()


def test_a_withdrawn_report_is_erased_again_after_a_restore(world, withdrawn, copies):
    assert not stored(world, withdrawn)
    copies.bring_back(world)
    assert stored(world, withdrawn)
    world.settle()
    assert state(world) == "ready"
    assert not stored(world, withdrawn)
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert refused.value.kind == "conflicting-report"


def test_undeclared_the_old_copy_would_live_on(world, withdrawn, copies):
    """The control: without the declaration the ciphertext stays."""
    copies.bring_back(world, declared=False)
    world.settle()
    assert state(world) == "ready"
    assert stored(world, withdrawn)


def test_nobody_is_served_before_t_trustees_have_answered(world, withdrawn, copies):
    copies.bring_back(world)
    world.serve(world.opening[0])
    assert state(world) == "restored"
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert (refused.value.status, refused.value.kind) == (503, "restored")
    world.serve(world.opening[1])
    assert state(world) == "ready"


def test_a_withdrawal_in_a_late_answer_still_counts(world, copies, withdrawn):
    copies.bring_back(world, declared=False)
    trustee = world.opening[2]
    known = tuple(trustee.held.values())
    late = answer_records(trustee.me, a_question(world, 0), known, None).letters
    world.server.post(3, [Blob(encode(letter)) for letter in late])
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert refused.value.kind == "conflicting-report"


def test_it_asks_again_after_a_crash(world, withdrawn, copies):
    copies.bring_back(world)
    world.restart()
    assert state(world) == "restored"
    world.settle()
    assert state(world) == "ready"
    assert not stored(world, withdrawn)


def test_a_report_it_never_knew_cannot_be_filed_again(world, copies):
    copies.keep(world)
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.settle()
    ana.withdraw("first")
    world.settle()
    copies.bring_back(world)
    world.settle()
    with pytest.raises(ApiFault) as refused:
        world.server.submit(submission, world.day)
    assert refused.value.kind == "conflicting-report"


def test_a_restored_trustee_gets_every_withdrawal_from_the_server_first(world):
    for name in ("ana", "bea"):
        world.file(name)
        world.settle()
    world.survivors["ana"].withdraw("first")
    world.settle()
    world.file("cleo")
    wanted = a_question(world, 1)
    world.server.post(1, [Blob(encode(wanted))])
    (first, *rest) = world.server.pull(1).items
    assert isinstance(decoded(first), WithdrawalNotice)
    assert [type(decoded(item)).__name__ for item in rest] == ["BoxDelivery"]
    assert decoded(world.server.pull(2).items[0]) == wanted


def test_a_question_in_anothers_name_goes_nowhere(world):
    world.server.post(1, [Blob(encode(a_question(world, 2)))])
    assert world.server.pull(1).items == ()
    assert world.server.pull(3).items == ()


def test_an_answer_reaches_the_trustee_that_asked_and_nobody_else(world):
    (letter,) = answer_records(
        world.opening[1].me, a_question(world, 1), (), None
    ).letters
    world.server.post(2, [Blob(encode(letter))])
    assert [decoded(item) for item in world.server.pull(1).items] == [letter]
    world.server.post(3, [Blob(encode(letter))])  # Not signed by trustee 3.
    assert world.server.pull(3).items == ()
    assert len(world.server.pull(1).items) == 1


def a_question(world, recipient):
    return RecordsWanted(
        deployment_id=Nonce(world.deployment.deployment_id),
        recipient=recipient,
        nonce=Nonce(bytes(range(16))),
    )


def decoded(item):
    return decode(item.body, Work)
