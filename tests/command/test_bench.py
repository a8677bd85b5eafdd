"""`alongside bench`: what it compares with is the least that the protocol needs."""

import json
from collections import Counter

import pytest
from msgspec.structs import replace

from blind_index import libsodium
from blind_index.group import Element
from blind_index.secret import SecretBytes
from blind_index.threshold_evaluation import (
    make_evaluation_share,
    verify_evaluation_share,
)
from escrow.client.evaluation import (
    begin_evaluation,
    check_response,
    finalize_outputs,
)
from escrow.client.filing import pad_outputs
from escrow.command.bench import client, evaluation
from escrow.command.bench.figures import Figure, as_json, missed
from escrow.command.main import main
from tests.world.world import World, X

NAMES = {
    id(libsodium.MULTIPLY): "multiply",
    id(libsodium.MULTIPLY_BASE): "multiply base",
    id(libsodium.ELEMENT_ADD): "add",
    id(libsodium.ELEMENT_FROM_HASH): "hash to element",
    id(libsodium.SCALAR_INVERT): "invert",
}


@pytest.fixture
def calls(monkeypatch):
    """Every operation of the library that is called, counted."""
    counted, real = Counter(), libsodium.run

    def run(function, *inputs):
        counted[NAMES.get(id(function), "other")] += 1
        return real(function, *inputs)

    monkeypatch.setattr(libsodium, "run", run)
    return counted


def file_as_client(world, survivor, calls):
    """The client's own work of filing 40 keys, and nothing of the trustees'."""
    held = survivor.registration
    keys = [f"bench/1:{place}" for place in range(client.KEYS)]
    seed = SecretBytes(bytes(held.index_seed))
    report = survivor.draft(X, 3, "bench")
    token = survivor.token()
    calls.clear()
    pending = begin_evaluation(world.deployment, held.index_credential, seed, keys)
    own = Counter(calls)
    answers = [trustee.answer(pending.request, world.day) for trustee in world.index]
    calls.clear()
    shares = [
        check_response(world.deployment, pending, one.index, one) for one in answers[:2]
    ]
    outputs = finalize_outputs(world.deployment, pending, shares)
    survivor.tokens.append(token)
    survivor.seal(replace(report, outputs=pad_outputs(outputs)))
    return own + calls


def test_the_floor_of_filing_counts_no_operation_that_the_client_does_not_need(calls):
    world = World()
    done = file_as_client(world, world.person("ana"), calls)
    floor = client.operations(world.deployment, client.KEYS)
    for name in NAMES.values():
        assert 0.9 * done[name] <= floor[name] <= done[name], (name, done)


def test_the_floor_of_an_evaluation_makes_a_proof_that_is_as_long_and_true():
    trustee = evaluation.dealt_trustee()
    elements = [Element.decode(one) for one in trustee.encoded]
    share = make_evaluation_share(trustee.share, trustee.keys, elements)
    verify_evaluation_share(share, elements, trustee.keys)
    assert len(trustee.floor()) == len(share.proof)
    assert trustee.answer() == [element.encode() for element in share.elements]


def test_a_figure_beyond_its_bound_is_missed_and_one_without_is_not():
    def figure(value, bound, side="most"):
        return Figure(
            section="s", name="n", value=value, unit="x", bound=bound, side=side
        )

    good = [figure(1, None), figure(1, 1), figure(2, 1, "least")]
    bad = [figure(1.1, 1), figure(0.9, 1, "least")]
    assert missed([*good, *bad]) == bad
    shown = json.loads(as_json([*good, *bad]))
    assert [row["within"] for row in shown] == [None, True, True, False, False]


def test_a_part_of_it_is_measured_alone_and_written_as_json(capsys):
    assert main(["bench", "--only", "evaluation", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["unit"] for row in rows] == ["x", "x"]
    assert all(row["value"] > 0 and row["bound"] for row in rows)


def test_an_unknown_part_is_refused_with_the_list(capsys):
    assert main(["bench", "--only", "everything"]) == 2
    assert "evaluation, client" in capsys.readouterr().err
