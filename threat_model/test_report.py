"""The report says first what is not protected, then claims, and ends with the truth."""

import json

from threat_model.harness.catalogue import attacks, claims
from threat_model.harness.pages import as_json, as_markdown
from threat_model.harness.terminal import as_text
from threat_model.harness.verdicts import Observation, judge
from threat_model.report import _exit_code


def result(name, attacked, controlled):
    def seen(kind, won):
        return Observation(name, kind, "", won, 10, 0, {"things": 1}, {"price": "7 s"})

    return judge(
        attacks()[name], [seen("attack", attacked), seen("control", controlled)]
    )


HELD, BROKEN, VOID = (result("C05", *won) for won in ((0, 10), (1, 10), (0, 0)))
RESIDUAL, GONE = result("C02", 10, 0), result("C02", 0, 0)
NOT_RUN = judge(attacks()["C06"], [])


def test_what_is_not_protected_comes_first_with_its_price():
    text = as_text([HELD, RESIDUAL])
    places = [text.index(word) for word in ("C02", "Its price: price: 7 s", "C05")]
    assert places == sorted(places)


def test_a_claim_is_told_in_its_own_words_and_with_how_much_of_it_was_tried():
    text = as_text([HELD, NOT_RUN])
    claim = next(one for one in claims().values() if "C05" in one.evidence)
    row = next(line for line in text.splitlines() if line.startswith(f"{claim.id} "))
    assert f"1 of its {len(claim.evidence)} attacks ran" in row
    assert claim.claim.split(",")[0][:40] in text
    assert "C06" not in text


def test_a_claim_with_a_broken_attack_names_it_and_how_to_run_it_again():
    text = as_text([BROKEN, RESIDUAL])
    row = next(line for line in text.splitlines() if line.startswith("G5 "))
    assert "BROKEN" in row
    assert 'make threats ARGS="--only C05"' in text


def test_whatever_is_not_as_claimed_ends_with_an_error(capsys):
    assert _exit_code([HELD, RESIDUAL], ended=True, quick=False) == 0
    for bad in (BROKEN, VOID, GONE):
        assert _exit_code([HELD, bad], ended=True, quick=True) == 1
        assert bad.verdict in capsys.readouterr().out
    assert _exit_code([HELD], ended=False, quick=True) == 1


def test_an_attack_that_did_not_run_is_an_error_unless_it_was_left_out():
    assert _exit_code([HELD, NOT_RUN], ended=True, quick=False) == 1
    assert _exit_code([HELD, NOT_RUN], ended=True, quick=True) == 0


def test_the_pages_say_the_same():
    results = [HELD, BROKEN]
    body = json.loads(as_json(results))
    assert [row["verdict"] for row in body["results"]] == ["HELD", "BROKEN"]
    assert "| C05 | prevented | BROKEN |" in as_markdown(results)
