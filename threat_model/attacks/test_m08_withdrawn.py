"""M08: a withdrawn report comes back, and a survivor is locked out of her quota."""

import asyncio

import pytest

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation
from escrow.errors import QuotaExceeded
from escrow.messages.cases import CaseClaim
from escrow.messages.filing import ErasureReceipt, Withdrawal
from escrow.messages.mailbox import BoxDelivery, SignedErasure
from escrow.signing import peek, sign
from escrow.trustee.case_files import JudgedCase
from escrow.trustee.context import Step
from keyservice.handlers.evaluation import IndexDuty, answer_evaluation
from keyservice.quota import Admission, Rules, admit
from keyservice.sql_store import open_store
from tests.world.dealt import Plan
from tests.world.world import World

PLAN = Plan(name="M08")
QUOTA = 64
STORAGE_KEY = SecretBytes(bytes(range(32)))


def opened(world):
    files = [file for trustee in world.opening for file in trustee.files.values()]
    return sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)


def before_the_claim():
    """Two reports that match; the claim and every box, as an API keeps them."""
    world = World(PLAN)
    world.file("ana", group=2)
    world.file("bea", group=2)
    boxes = [
        (trustee.index, work)
        for trustee in world.opening
        for work in world.queue(trustee)
        if isinstance(work, BoxDelivery)
    ]
    world.deliver_boxes()
    claims = [world.queue(trustee).pop(0) for trustee in world.opening]
    assert all(isinstance(claim, CaseClaim) for claim in claims)
    return world, boxes, claims[0]


def claim_withdrawn(boxes_again):
    """The server goes on as if nothing had been withdrawn; how many agree."""
    world, boxes, claim = before_the_claim()
    world.withdraw("ana")
    world.settle()
    for index, work in boxes if boxes_again else ():
        world.server.queues[index].append(work)
    world.settle()
    world.server.to_all(claim)
    world.settle()
    return opened(world)


def try_withdrawn(trial, part):
    won = claim_withdrawn(part == "old copy")
    trial.tell(won, len(World(PLAN).opening), {"withdrawn reports": 1}, part=part)


# In place of the guards


def said(trustee, notice):
    """The receipt of a trustee that does not do what it says."""
    withdrawal = peek(notice.withdrawal, Withdrawal)
    receipt = ErasureReceipt(
        deployment_id=withdrawal.deployment_id,
        index=trustee.index,
        report_key=withdrawal.report_key,
        version=withdrawal.version,
    )
    signed = sign(trustee.identity_seed, Label.ERASURE_RECEIPT, receipt)
    return (SignedErasure(receipt=signed),)


def keeps(trustee, held, notice):
    """A trustee that keeps what it was told to erase."""
    return Step(held, said(trustee, notice))


def forgets(trustee, _held, notice):
    """A trustee that erases, and remembers nothing of it."""
    return Step(None, said(trustee, notice))


FAULTS = {"claimed all the same": keeps, "old copy": forgets}


@pytest.mark.parametrize("part", FAULTS)
def test_attack_withdrawn(trial, part):
    try_withdrawn(trial, part)


@pytest.mark.parametrize("part", FAULTS)
def test_control_withdrawn(trial, part):
    with trial.without("erasure and tombstone", FAULTS[part]):
        try_withdrawn(trial, part)


# Locked out


def asked_by(world, survivor, keys):
    held = survivor.registration
    seed = SecretBytes(bytes(held.index_seed))
    return begin_evaluation(world.deployment, held.index_credential, seed, keys).request


async def locked_out(folder):
    """Whether she is refused after others repeated her one request."""
    world = World(PLAN)
    ana = world.person("ana")
    duty = IndexDuty(
        world.deployment, world.dealt.key_shares["index"][0], Rules(evaluations=QUOTA)
    )
    first = asked_by(world, ana, ["email/1:one"])
    async with open_store(folder / "index.sqlite", STORAGE_KEY) as store:
        for _ in range(2 * QUOTA // 16):
            try:
                await answer_evaluation(store, duty, first, world.day)
            except QuotaExceeded:
                break
        try:
            second = asked_by(world, ana, ["email/1:two"])
            await answer_evaluation(store, duty, second, world.day)
        except QuotaExceeded:
            return True
    return False


def counts_again(rules, account, newcomers, spending):
    """A trustee that does not recognise a request that it answered before."""
    fresh = replace_request(account, len(account.spendings) if account else 0)
    admission: Admission = admit(rules, fresh, newcomers, spending)
    return admission


def replace_request(account, number):
    if account is None:
        return None
    other = number.to_bytes(32, "big")
    spendings = tuple(
        type(one)(day=one.day, cost=one.cost, request=type(one.request)(other))
        for one in account.spendings
    )
    return type(account)(spendings=spendings)


def try_lock_out(trial, folder):
    won = asyncio.run(locked_out(folder))
    trial.tell(won, 1, {"repeated requests": 2 * QUOTA // 16}, part="locked out")


def test_attack_lock_out(trial, tmp_path):
    try_lock_out(trial, tmp_path)


def test_control_lock_out(trial, tmp_path):
    with trial.without("a repeated request is free", counts_again):
        try_lock_out(trial, tmp_path)
