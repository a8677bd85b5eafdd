"""A version of which fellows hold a newer one is set aside, and never used (§T7)."""

from functools import partial

import pytest
from msgspec.structs import replace

from escrow.messages.codec import (
    Blob,
    Nonce,
    decode,
    encode,
)
from escrow.messages.filing import Core, Header
from escrow.messages.mailbox import (
    BoxDelivery,
    WorkItem,
)
from escrow.messages.recovery import (
    HeldVersion,
)
from escrow.report.check import MAX_VERSIONS
from escrow.signing import peek
from escrow.trustee import recovery
from escrow.trustee.boxes import HeldReport, SupersededReport
from escrow.trustee.superseding import supersede
from keyservice.handlers import mail
from keyservice.handlers.judgement import Desk
from keyservice.ports import HELD
from tests.keyservice.old_copies import a_report, copy_of, file, held_of
from tests.world.dealt import Plan, deal_deployment
from tests.world.world import DAY, X

pytestmark = pytest.mark.anyio
NONCE = Nonce(b"sixteen bytes of")


async def test_one_fellows_word_sets_an_old_version_aside_two_erase_it(world, trustees):
    me, _ = trustees
    held = await held_of(world, 1, "ana")
    claim = HeldVersion(report_key=held.report_key, version=2)
    same = HeldVersion(report_key=held.report_key, version=1)
    assert supersede(me.deployment, held, same, 2) is None
    assert supersede(me.deployment, None, claim, 2) is None
    aside = supersede(me.deployment, held, claim, 2)
    assert isinstance(aside, SupersededReport)
    assert aside.kept == held
    assert supersede(me.deployment, aside, claim, 2) is None
    assert supersede(me.deployment, aside, same, 3) is None
    gone = supersede(me.deployment, aside, claim, 3)
    assert (gone.version, gone.kept) == (2, None)
    assert [(c.fellow, c.version) for c in gone.claims] == [(2, 2), (3, 2)]


@pytest.mark.parametrize(
    ("claimed", "taken", "erased"),
    [
        ({2: 64}, 2, False),
        ({2: 64, 3: 64}, 2, False),  # t' - 1 liars
        ({2: 64, 3: 64, 4: 2}, 2, True),
        ({2: 64, 3: 3, 4: 64, 5: 3}, 3, True),
        ({2: 5, 3: 5, 4: 5}, 5, True),
    ],
)
def test_of_three_that_are_needed_two_liars_bind_nothing(claimed, taken, erased):
    deployment = deal_deployment(Plan(opening=(3, 5))).deployment
    held = a_report(1)
    for fellow, version in claimed.items():
        claim = HeldVersion(report_key=held.report_key, version=version)
        held = supersede(deployment, held, claim, fellow)
    assert held.version == taken
    assert (held.kept is None) == erased


def test_a_version_that_no_report_can_have_is_not_heard():
    deployment = deal_deployment(Plan()).deployment
    held = a_report(1)
    for version in (MAX_VERSIONS + 1, 2**53 - 1):
        claim = HeldVersion(report_key=held.report_key, version=version)
        assert supersede(deployment, held, claim, 2) is None


def test_a_fellow_that_filed_on_meanwhile_may_name_a_higher_number():
    deployment = deal_deployment(Plan()).deployment
    held = a_report(1)
    for fellow, version in ((2, 2), (3, 4), (2, 4), (2, 3)):
        claim = HeldVersion(report_key=held.report_key, version=version)
        held = supersede(deployment, held, claim, fellow) or held
    assert held.version == 4


async def restored_beside_a_liar(world, monkeypatch, version=MAX_VERSIONS):
    """Trustee 1 comes back, and trustee 2 names a version that does not exist."""
    old = await copy_of(world, 1)
    await old.bring_back()
    await world.pollers[0].round(0)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_versions", partial(lied, version))
        await world.pollers[1].round(0)
    await world.work()


def lied(version, known):
    return tuple(
        HeldVersion(report_key=held.report_key, version=version)
        for held in known
        if isinstance(held, HeldReport)
    )


async def test_what_an_author_files_anew_is_taken_whatever_one_liar_said(
    world, monkeypatch
):
    await file(world, "ana")
    ana = world.survivors["ana"]
    await restored_beside_a_liar(world, monkeypatch)
    assert isinstance(await held_of(world, 1, "ana"), SupersededReport)
    for version in (2, 3):
        ana.submit(ana.changed("first"))
        await world.work()
        held = await held_of(world, 1, "ana")
        assert isinstance(held, HeldReport)
        assert held.version == version
        assert ana.held_by("first") == [1, 2, 3]


async def delivered(world, submission):
    """A trustee that set a report aside gets a box of it; what it then holds."""
    (box,) = [box for box in submission.boxes if box.index == 1]
    delivery = BoxDelivery(header=submission.header, box=box)
    item = WorkItem(item=NONCE, body=Blob(encode(delivery)))
    await mail.take_in(
        world.stores[0], Desk(world.pollers[0]._trustee, DAY, 1000), item
    )
    key = decode(peek(submission.header, Header).core, Core).report_key
    async with world.stores[0].transaction() as ledger:
        return await ledger.load(HELD, key)


async def test_a_box_of_the_version_set_aside_is_not_taken_again(world, monkeypatch):
    ana = world.person("ana")
    first = ana.submit(ana.draft(X, 3, "first"))
    await world.work()
    await restored_beside_a_liar(world, monkeypatch)
    assert isinstance(await delivered(world, first), SupersededReport)
    assert (await world.kinds(1))[-1] == "refused"


@pytest.mark.parametrize("witness", [True, False])
async def test_a_report_set_aside_stays_of_its_kind(world, monkeypatch, witness):
    wren = world.person("wren")
    wren.submit(wren.draft(X, 2, "first", witness=True))
    await world.work()
    await restored_beside_a_liar(world, monkeypatch)
    changed = replace(wren.changed("first"), witness=witness)
    _, second = wren.seal(changed)
    held = await delivered(world, second)
    assert isinstance(held, HeldReport if witness else SupersededReport)
