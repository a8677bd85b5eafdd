"""O02: trustees, or the API, are killed at each step on the way to the release."""

import asyncio
import shutil
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from escrow.messages.cases import CaseClaim, Release
from escrow.operation.database.look import look
from tests.world.dealt import Plan
from threat_model.harness.canaries import search, search_files
from threat_model.harness.killed_api import ServedWorld
from threat_model.harness.mortal import Chance, MortalWorld, pairs
from threat_model.known_bad import hasty_trustee

NAMES = ("ana", "bea")
SAMPLED = 1
STRIDE = 12
# Steps before a trustee's last.
LATE = range(24, 12, -4)
GUARDS = {
    "sealed twice": ("an answer counts once", hasty_trustee.seal_on_each_delivery),
    "not logged": ("log and letters at once", hasty_trustee.log_afterwards),
}


async def claimed(folder):
    """Two reports about one person, and the claim before each trustee."""
    async with AsyncExitStack() as stack:
        world = MortalWorld(folder, stack)
        await world.start()
        for name in NAMES:
            world.file(name, group=2)
        for index, queue in world.server.queues.items():
            claims = [work for work in queue if isinstance(work, CaseClaim)]
            queue[:] = [work for work in queue if work not in claims]
            await world.pollers[index - 1].round(0)
            queue[:0] = claims
    assert all(map(_one_claim, world.server.queues.values()))
    return world


def _one_claim(queue):
    return sum(isinstance(work, CaseClaim) for work in queue) == 1


async def lived(base, folder, seed, victim=(0, 0)):
    """From the claim to the end: judged, nudged, answered, released."""
    async with AsyncExitStack() as stack:
        world = base.copied(folder, stack, f"{seed} {victim}", victim)
        await world.go_on()
        world.consent_all()
        await world.go_on()
        logs = [await store.log() for store in world.stores]
    found = wrong_with(world, logs)
    assert world.victim_died == (victim != (0, 0))
    shutil.rmtree(folder)
    return world, found


def wrong_with(world, logs):
    """What must not be, by kind."""
    wrong = Counter()
    for queue, entries in zip(world.queues, logs, strict=True):
        letters = {one for one in queue.posted if isinstance(one, Release)}
        sealed = Counter(
            (bytes(one.case_id), f"{one.giver} to {one.reader}") for one in letters
        )
        # Asked again it says the same again, and its log says that.
        sealed.subtract(Counter(pairs(entries, "released again")))
        verdicts = Counter(e.subject for e in entries if e.kind == "verdict")
        counted = (sealed, Counter(pairs(entries)), verdicts)
        wrong["sealed twice"] += any(n > 1 for one in counted for n in one.values())
        wrong["not logged"] += bool(queue.unlogged)
    met = [world.contacts(name) for name in NAMES]
    wrong["did not meet"] += met != [["bea"], ["ana"]]
    wrong["plaintext"] += bool(search_files(world.folder, canaries())[0])
    return wrong


def canaries():
    """The addresses on their cards, and the one that they named."""
    words = [f"{name}@example.org" for name in NAMES] + ["x@company.example"]
    assert search(b"." + words[0].encode() + b".", words, "here")
    return words


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Where attack and controls begin, on copies of its files."""
    return asyncio.run(claimed(tmp_path_factory.mktemp("claimed")))


async def sweep(base, folder, seed, choose):
    """Kill at every chosen step; what was wrong, and what was done."""
    honest, _ = await lived(base, folder / "honest", seed)
    steps = [(i, k) for i, n in honest.steps.items() for k in range(1, n + 1)]
    wrong, done = Counter(), Counter(steps=len(steps))
    for victim in choose(steps):
        world, found = await lived(base, folder / "killed", seed, victim)
        wrong += Counter({kind: bool(n) for kind, n in found.items()})
        doubled = sum(queue.doubled for queue in world.queues)
        done += Counter(tried=1, kills=world.kills, lost=world.lost, repeated=doubled)
    return wrong, done


def late(steps):
    """Around the transaction that releases: no four steps there are left out."""
    last = max(k for i, k in steps if i == 1)
    return [(1, last - before) for before in LATE]


def some(steps):
    """A few steps of any trustee, and those where one releases."""
    return Chance("O02").shuffled(steps)[:SAMPLED] + late(steps)


def some_more(steps):
    """Every so manieth step: a control is to succeed, not to be measured."""
    return steps[::STRIDE] + late(steps)


def tell(trial, places, choose, parts, suffix=""):
    wrong, done = asyncio.run(sweep(*places, trial.seed, choose))
    tries = done.pop("tried")
    if trial.kind == "attack":
        assert not wrong["did not meet"]
        assert not wrong["plaintext"]
    for part in parts:
        trial.tell(wrong[part], tries, dict(done), part=part + suffix)


def test_attack_some_steps(trial, base, tmp_path):
    tell(trial, (base, tmp_path), some, GUARDS)


@pytest.mark.parametrize("part", GUARDS)
def test_control_some_steps(trial, base, tmp_path, part):
    with trial.without(*GUARDS[part]):
        tell(trial, (base, tmp_path), late, [part])


@pytest.mark.slow
def test_attack_every_step(trial, base, tmp_path):
    tell(trial, (base, tmp_path), list, GUARDS, ", every step")


@pytest.mark.slow
@pytest.mark.parametrize("part", GUARDS)
def test_control_every_step(trial, base, tmp_path, part):
    with trial.without(*GUARDS[part]):
        tell(trial, (base, tmp_path), some_more, [part], ", every step")


# The API's process is killed, trustees speak to it over HTTP

# After both answers, while one trustee fetches them, releases and posts.
ONE_ROUND = slice(6, 18)
ASKED_SECONDS = 60
OF_THE_API = {
    "sealed twice": ("an answer counts once", hasty_trustee.seal_on_each_delivery),
    "lost": ("work stays until it is done", None),
}


async def asked(folder):
    """Two people who were asked whether they want to meet; nothing runs any more."""
    async with AsyncExitStack() as stack:
        world = ServedWorld(folder, stack, Plan(name="O02"))
        await world.lay_out()
        world.serve()
        await world.start()
        for name in NAMES:
            world.file(name, group=2)
        async with asyncio.timeout(ASKED_SECONDS):
            while not all(world.survivors[name].views("first") for name in NAMES):
                await world.work()
        await world.work()
        world.api.stop()
    return world


async def released(base, folder, last, guard):
    """From the two answers to the two cards, the API killed at a step if any."""
    async with AsyncExitStack() as stack:
        world = await base.copied(folder, stack, f"O02 {last}")
        world.serve(last, guard)
        for queue in world.queues:
            await world.wake(queue.index)
        await world.release()
        logs = [await world.log(queue.index) for queue in world.queues]
        met = [world.contacts(name) for name in NAMES]
    assert world.kills == bool(last)
    steps = world.steps.stat().st_size
    found = wrong_with_release(world, logs)
    found["lost"] += met != [["bea"], ["ana"]]
    shutil.rmtree(folder)
    done = Counter(restarts=world.restarts, repeated=world.repeated)
    return steps, done, found


def wrong_with_release(world, logs):
    """What must not be, by kind; each trustee is to release both ways, once."""
    wrong = Counter()
    for queue, entries in zip(world.queues, logs, strict=True):
        sealed = Counter(f"{one.giver} to {one.reader}" for one in queue.releases)
        sealed.subtract(pair for _, pair in pairs(entries, "released again"))
        logged = Counter(pair for _, pair in pairs(entries))
        wrong["sealed twice"] += any(n > 1 for n in (sealed | logged).values())
        wrong["lost"] += len(logged) != len(NAMES)
    database = world.folder / "data" / "api.sqlite3"
    kept = look(database, "SELECT giver, reader, trustee FROM release")
    wrong["lost"] += len(kept) != len(NAMES) * len(logs)
    wrong["plaintext"] += bool(search_files(world.folder, canaries())[0])
    return wrong


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Where attack and controls of the API begin, on copies of its files."""
    return asyncio.run(asked(tmp_path_factory.mktemp("asked")))


async def api_sweep(base, folder, choose, guard=""):
    """Kill the API at every chosen step; what was wrong, and what was done."""
    steps, _, found = await released(base, folder / "honest", 0, "")
    assert not +found
    wrong, done = Counter(), Counter(steps=steps)
    for last in choose(range(1, steps + 1)):
        _, more, found = await released(base, folder / "killed", last, guard)
        wrong += Counter({kind: bool(n) for kind, n in found.items()})
        done += Counter(kills=1) + more
    return wrong, done


def one_round(steps):
    """Every step of it: a control is to succeed, not to be measured."""
    return steps[ONE_ROUND]


def tell_api(trial, places, choose, parts, guard=""):
    wrong, done = asyncio.run(api_sweep(*places, choose, guard))
    assert trial.kind == "control" or not wrong["plaintext"]
    for part in parts:
        trial.tell(wrong[part], done["kills"], dict(done), part=f"the API: {part}")


@pytest.mark.slow
def test_attack_api(trial, served, tmp_path):
    tell_api(trial, (served, tmp_path), list, OF_THE_API)


@pytest.mark.slow
def test_control_api_sealed_twice(trial, served, tmp_path):
    part = "sealed twice"
    with trial.without(*OF_THE_API[part]):
        tell_api(trial, (served, tmp_path), one_round, [part])


@pytest.mark.slow
def test_control_api_lost(trial, served, tmp_path):
    """The process itself runs without that guard."""
    part = "lost"
    guard, _ = OF_THE_API[part]
    tell_api(trial, (served, tmp_path), one_round, [part], guard)
