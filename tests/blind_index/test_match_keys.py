import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.match_keys import (
    MOST_KEYS,
    match_keys,
    readable_match_keys,
    self_match_keys,
)
from tests.match_data.confusions import CONFUSIONS, one
from tests.match_data.same_person import NAME, SAME_PERSON
from tests.match_data.world import reports

KINDS = sorted(Identifier.__annotations__["kind"].__args__)
KEY = re.compile(r"[a-z][a-z-]*/[0-9]+:[!-~]+")


def identifiers(*fields):
    return [Identifier(**one) for one in fields]


def keys_of(fields, country="GB"):
    return readable_match_keys(identifiers(*fields), country)[0]


def kinds_of(fields, country="GB"):
    return {key.split("/")[0] for key in keys_of(fields, country)}


@pytest.mark.parametrize("confusion", CONFUSIONS)
def test_two_people_are_not_confused(confusion):
    some, others = CONFUSIONS[confusion]
    assert set(keys_of(some)) & set(keys_of(others)) == set()


@pytest.mark.parametrize("case", SAME_PERSON)
def test_the_same_person_is_found(case):
    some, others = SAME_PERSON[case]
    assert set(keys_of(some)) & set(keys_of(others)) != set()


@pytest.mark.parametrize(
    "weak",
    [
        [one("name", "John Smith")],
        [one("name", "John Smith"), one("city", "London")],
        [one("phone", "07700 900123")],
        [one("name", "John"), one("employer", "Brindle Press", size="large")],
        [one("employer", "Brindle Press"), one("job_title", "CEO")],
        [],
    ],
)
def test_too_weak_reports_are_refused_with_advice(weak):
    with pytest.raises(InputError) as refusal:
        match_keys(identifiers(*weak), "GB")
    assert refusal.value.field == "identifiers"
    assert refusal.value.advice


def test_a_report_that_is_strong_enough_has_its_keys():
    report = identifiers(one("email", "a@example.org"), one("name", "Ann Lee"))
    assert match_keys(report) == ["email/1:a@example.org"]


def test_the_first_unreadable_identifier_is_refused():
    unreadable = identifiers(one("email", "a@example.org"), one("plate", "?"))
    with pytest.raises(InputError) as refusal:
        match_keys(unreadable)
    assert refusal.value.field == "plate"


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_a_text_with_nothing_in_it_is_refused_with_advice(kind):
    known = identifiers(one("email", "ann@gmail.com"), one(kind, "?!"))
    with pytest.raises(InputError) as refusal:
        match_keys(known, "GB")
    assert refusal.value.field == kind
    assert refusal.value.reason
    assert refusal.value.advice


def test_in_bulk_the_readable_identifiers_count():
    keys, refusals = readable_match_keys(
        identifiers(one("email", "a@example.org"), one("plate", "?"))
    )
    assert keys == ["email/1:a@example.org"]
    assert [refusal.field for refusal in refusals] == ["plate"]


def test_a_report_of_everything_yields_sixty_four_keys_strongest_first():
    crowded = [
        *(one("name", f"Tam{n}sin Wil{n}helmina Lock{n}hart") for n in range(4)),
        *(one("employer", f"Brindle{n} Press", size="small") for n in range(4)),
        *(one("city", city) for city in ("Leeds", "Cardiff")),
        *(one("job_title", title) for title in ("CEO", "Driver")),
        *(one("email", f"tam{n}@example.org") for n in range(3)),
    ]
    keys = keys_of(crowded)
    assert len(keys) == MOST_KEYS == len(set(keys))
    assert [key.split("/")[0] for key in keys[:4]] == [
        "email",
        "email",
        "email",
        "names-firm-function",
    ]


@given(st.integers(0, 10**6))
def test_keys_are_few_different_printable_and_versioned(seed):
    for report in reports(seed, 2):
        keys = keys_of(report["identifiers"], report["country"])
        assert len(keys) <= MOST_KEYS
        assert len(set(keys)) == len(keys)
        assert all(KEY.fullmatch(key) for key in keys)


@given(st.integers(0, 10**6))
def test_the_order_of_identifiers_does_not_change_the_keys(seed):
    for report in reports(seed, 1):
        fields, country = report["identifiers"], report["country"]
        assert set(keys_of(fields, country)) == set(keys_of(fields[::-1], country))


any_text = st.text(st.characters(codec=None))
any_identifier = st.builds(
    Identifier,
    kind=st.sampled_from(KINDS),
    value=any_text,
    country=st.none() | st.sampled_from(["GB", "US", "IT", "xx"]) | any_text,
    region=st.none() | any_text,
    platform=st.none() | st.sampled_from(["x", "facebook"]) | any_text,
    label=st.none() | st.sampled_from(["work", "mobile"]),
    size=st.none() | st.sampled_from(["small", "large"]),
)


@given(st.lists(any_identifier, max_size=5), st.none() | any_text)
def test_no_text_crashes_the_derivation(report, country):
    keys, _ = readable_match_keys(report, country)
    assert all(KEY.fullmatch(key) for key in keys)


def test_nobody_can_name_herself_by_her_verified_data():
    own = self_match_keys(
        "Tamsin Lockhart", "t.lockhart@gmail.com", "07700 900123", "GB"
    )
    for report in (
        [one("email", "tlockhart@googlemail.com")],
        [NAME, one("phone", "+447700900123")],
        [one("name", "Lockhart"), one("phone", "07700 900123", label="mobile")],
    ):
        assert set(keys_of(report)) <= set(own)


def test_a_verified_name_alone_gives_no_self_key():
    assert self_match_keys("Tamsin Lockhart", None, None, None) == []


def test_unreadable_verified_data_is_refused():
    with pytest.raises(InputError):
        self_match_keys("Tamsin Lockhart", "no address", None, None)


def test_the_small_world_is_found_without_confusion():
    world = reports("small world", 140)
    found = [set(keys_of(one["identifiers"], one["country"])) for one in world]
    right = wrong = missed = 0
    for one_report, other in combinations(range(len(world)), 2):
        same = world[one_report]["offender_id"] == world[other]["offender_id"]
        met = bool(found[one_report] & found[other])
        right += same and met
        wrong += met and not same
        missed += same and not met
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.60
