"""A client files 40 match keys: against the operations that the protocol needs."""

from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Final

from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch_secret
from escrow.client.evaluation import (
    PendingEvaluation,
    begin_evaluation,
    check_response,
    finalize_outputs,
)
from escrow.client.filing import pad_outputs
from escrow.command.bench import floor
from escrow.command.bench.figures import Figure
from escrow.command.bench.stage import Stage
from escrow.command.place import evaluate
from escrow.command.progress import Reporter
from escrow.command.survivor import Survivor
from escrow.manifest import FLOOR_MEMORY_KIB, FLOOR_PASSES, Deployment
from escrow.messages.codec import Blob
from escrow.padding import entry_class, part_sizes

KEYS: Final = 40
_ROUNDS: Final = 6
_GROUP: Final = 3
_SECTION: Final = f"client, filing {KEYS} match keys"


def measure(stage: Stage, reporter: Reporter) -> Iterator[Figure]:
    """The ratio to the floor, and what Argon2id adds; see the module.

    Rounds of the client alternate with rounds of the floor; a person pays for as
    many as she has tokens.
    """
    survivor = stage.person(0)
    known = floor.operations()
    counts = operations(stage.place.deployment, KEYS)
    ratios, ours = [], []
    with reporter.work("A client files", _ROUNDS) as advance:
        for number in range(_ROUNDS):
            taken = _file_once(stage, survivor, number)
            ratios.append(taken / floor.priced(counts, floor.unit_times(known)))
            ours.append(taken)
            advance()
    yield Figure(
        section=_SECTION,
        name="without Argon2id, against its operations",
        value=median(ratios),
        unit="x",
        bound=1.5,
        note=f"{sum(counts.values())} operations, {1000 * median(ours):.0f} ms here",
    )
    yield Figure(
        section=_SECTION,
        name="Argon2id of the keys at the smallest allowed parameters, one core",
        value=KEYS * _stretching(),
        unit="s",
        note=f"{FLOOR_MEMORY_KIB // 1024} MiB, {FLOOR_PASSES} passes, {KEYS} times",
    )


def _file_once(stage: Stage, survivor: Survivor, number: int) -> float:
    """Seconds of the client's own work; trustees and network are not in it."""
    begin = perf_counter()
    pending = _begin(stage, survivor, number)
    asked = perf_counter()
    answers = evaluate(stage.place, pending)
    answered = perf_counter()
    needed = stage.place.deployment.index_keys.trustee_threshold
    shares = [
        check_response(stage.place.deployment, pending, index, one.response)
        for index, one in sorted(answers.items())[:needed]
    ]
    outputs = finalize_outputs(stage.place.deployment, pending, shares)
    stretched = pad_outputs(outputs)
    locked = perf_counter()
    seal = _seal_seconds(stage, survivor, stretched)
    return (asked - begin) + (locked - answered) + seal


def _begin(stage: Stage, survivor: Survivor, number: int) -> PendingEvaluation:
    registration = survivor.registration
    return begin_evaluation(
        stage.place.deployment,
        registration.index_credential,
        SecretBytes(bytes(registration.index_seed)),
        [f"bench/1:{number}-{place}" for place in range(KEYS)],
    )


def _seal_seconds(stage: Stage, survivor: Survivor, outputs: Sequence[Blob]) -> float:
    """Seconds to seal; the box keys are fetched before."""
    keys = stage.place.box_keys()
    begin = perf_counter()
    stage.seal(survivor, outputs, _GROUP, keys)
    return perf_counter() - begin


def _stretching() -> float:
    """Seconds of one Argon2id at the floor of what a manifest may say."""
    parameters = StretchParameters(FLOOR_MEMORY_KIB, FLOOR_PASSES)
    taken = []
    for _ in range(3):
        begin = perf_counter()
        stretch_secret(SecretBytes(SYSTEM(64)), SYSTEM(16), parameters, length=64)
        taken.append(perf_counter() - begin)
    return median(taken)


def operations(deployment: Deployment, keys: int) -> dict[str, int]:
    """How many of each operation filing needs, by the steps of PROTOCOL.md §F."""
    entries = entry_class(keys)
    needed = deployment.index_keys.trustee_threshold
    total: dict[str, int] = {}
    for counted in (
        _asking(entries, needed, keys),
        _locking(entries, deployment.levels),
        _sealing(entries),
    ):
        for name, count in counted.items():
            total[name] = total.get(name, 0) + count
    return total


def _asking(entries: int, needed: int, keys: int) -> dict[str, int]:
    """F2 and F3: blind; decode, weigh and check t answers; combine, unblind."""
    blinding, combining = entries, needed * entries + keys
    checking = needed * (2 * entries + 3)
    return {
        "hash to element": entries,
        "decode": needed * entries,
        "hash to scalar": needed * (entries + 1),
        "multiply": blinding + checking + combining,
        "multiply base": needed,
        "add": needed * 2 * entries + (needed - 1) * entries,
        "invert": keys,
        "hash": keys,
    }


def _locking(entries: int, levels: Sequence[int]) -> dict[str, int]:
    """F4 and F5: the chain, each polynomial and its value, a wrap an entry."""
    coefficients = sum(m - 1 for m in levels if m >= _GROUP)
    return {
        "hash to scalar": entries * (1 + len(levels) + coefficients),
        "hash to element": entries,
        "scalar": 2 * entries * coefficients,
        "derive": 2 * entries,
        "encrypt 1 KiB": entries,
    }


def _sealing(entries: int) -> dict[str, int]:
    """F8: r S, r G, k S and a challenge an entry; F7: the parts."""
    kib = -(-sum(part_sizes(entries)) // 1024)
    return {
        "multiply": 2 * entries,
        "multiply base": entries,
        "add": entries,
        "hash to scalar": entries,
        "scalar": 2 * entries,
        "encrypt 1 KiB": kib,
        "derive": 12,
    }
