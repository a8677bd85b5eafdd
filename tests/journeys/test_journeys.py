"""Whole journeys of invented people, against real processes on this machine.

Those marked slow have a twin in memory (`tests/world/test_world.py`) or in
`test_kills.py`; what only processes can show is not.
"""

import pytest

from tests.journeys.story import everyone_met, named


def test_three_who_write_differently_meet_and_a_namesake_does_not(story):
    mobile = {"kind": "phone", "label": "mobile"}
    story.file(
        "ana",
        [
            {"kind": "name", "value": "Dr. Bartholomew Quist"},
            mobile | {"value": "(415) 555-0131", "country": "US"},
        ],
    )
    story.file(
        "bea",
        [
            {"kind": "name", "value": "QUIST, Bart"},
            mobile | {"value": "+1 415-555-0131"},
        ],
    )
    story.file(
        "cara",
        [
            {"kind": "name", "given": "Bartholomew", "family": "Quist"},
            mobile | {"value": "001 415 555 0131", "country": "GB"},
        ],
    )
    story.file(
        "fay",
        [
            {"kind": "name", "value": "Bartholomew Quist"},
            {"kind": "employer", "value": "Lakeside Opera"},
            {"kind": "city", "value": "Cleveland", "country": "US"},
            {"kind": "job_title", "value": "Conductor"},
        ],
    )
    assert everyone_met(story, ["ana", "bea", "cara"])
    assert story.ends()["fay"]["state"] == "waiting"


def test_contacts_are_exactly_what_each_person_gave_sorted(story):
    who = named("Casper Vane", "415 555 0132")
    story.file("ana", who, contact={"name": "Zoe", "phone": "+1 415 555 0101"})
    story.file("bea", who, contact={"email": "b@example.org"})
    story.file("cara", who, contact={"name": "Abel", "email": "c@example.org"})
    rows = story.ends()
    assert rows["ana"]["connected_to"] == [
        {"email": "b@example.org"},
        {"name": "Abel", "email": "c@example.org"},
    ]
    assert rows["bea"]["connected_to"] == [
        {"name": "Abel", "email": "c@example.org"},
        {"name": "Zoe", "phone": "+1 415 555 0101"},
    ]


@pytest.mark.slow
def test_who_wants_five_is_not_found_by_three_but_by_five(story):
    who = named("Dmitri Falk", "415 555 0133")
    for name in ("ana", "bea", "cara"):
        story.file(name, who, group=3)
    story.file("dora", who, group=5)
    assert everyone_met(story, ["ana", "bea", "cara"])
    assert story.ends()["dora"]["state"] == "waiting"
    story.file("eve", who, group=5)
    assert everyone_met(story, ["ana", "bea", "cara", "dora", "eve"])


def test_nobody_meets_before_everyone_needed_said_yes(story):
    who = named("Emil Garrow", "415 555 0134")
    for name in ("ana", "bea", "cara"):
        story.file(name, who, consent="ask")
    assert set(story.states().values()) == {"asked"}
    story.consent("ana", "yes")
    story.consent("bea", "later")
    story.consent("cara", "no")
    assert story.states() == {"ana": "asked", "bea": "asked", "cara": "waiting"}
    story.consent("bea", "yes")
    assert set(story.states().values()) == {"waiting"}
    story.consent("cara", "yes")
    assert everyone_met(story, ["ana", "bea", "cara"])


def test_an_answer_given_too_early_is_remembered(story):
    who = named("Fabian Hoyt", "415 555 0135")
    story.file("ana", who, consent="ask")
    story.consent("ana", "yes")
    story.file("bea", who)
    story.file("cara", who)
    assert everyone_met(story, ["ana", "bea", "cara"])


@pytest.mark.slow
def test_an_entry_taken_back_before_the_match_counts_no_more(story):
    who = named("Gregor Innes", "415 555 0136")
    story.file("ana", who)
    story.file("bea", who)
    story.step("withdraw", **{"as": "ana"})
    story.file("cara", who)
    expected = {"ana": "withdrawn", "bea": "waiting", "cara": "waiting"}
    assert story.states() == expected
    story.file("dora", who)
    assert everyone_met(story, ["bea", "cara", "dora"])


@pytest.mark.slow
def test_an_entry_taken_back_after_the_match_frees_the_others(story):
    who = named("Harald Jansky", "415 555 0137")
    for name in ("ana", "bea", "cara"):
        story.file(name, who, consent="ask")
    story.settle()
    story.step("withdraw", **{"as": "ana"})
    expected = {"ana": "withdrawn", "bea": "waiting", "cara": "waiting"}
    assert story.states() == expected


@pytest.mark.slow
def test_a_late_joiner_is_seen_only_by_those_who_agree_again(story):
    who = named("Ivan Kessel", "415 555 0138")
    for name in ("ana", "bea", "cara"):
        story.file(name, who, consent="ask")
    story.settle()
    for name in ("ana", "bea", "cara"):
        story.consent(name, "yes")
    assert everyone_met(story, ["ana", "bea", "cara"])
    story.file("dora", who)
    assert story.states()["dora"] == "asked"
    assert story.met("ana") == ["Bea", "Cara"]
    for name in ("ana", "bea", "cara"):
        story.consent(name, "yes")
    assert everyone_met(story, ["ana", "bea", "cara", "dora"])


@pytest.mark.slow
def test_one_person_counts_once_and_her_newest_report_stands(story):
    who = named("Jonas Lindner", "415 555 0139")
    same = {"name": "Ana Same", "email": story.email("same")}
    story.file("ana", who, verified=same)
    story.file("anna", who, verified=same)
    story.file("bea", who)
    assert set(story.states().values()) == {"waiting"}
    story.file("cara", who)
    assert everyone_met(story, ["anna", "bea", "cara"])
    assert story.ends()["ana"]["state"] == "waiting"


def test_namesakes_who_were_verified_by_phone_are_two_people(story):
    who = named("Kaspar Munk", "415 555 0151")
    same = {"name": "Eve Same"}
    story.file("ana", who)
    for name, phone in (("eva", "+1 415 555 0152"), ("eve", "+1 415 555 0153")):
        story.file(name, who, verified=same | {"phone": phone})
    assert everyone_met(story, ["ana", "eva", "eve"])


@pytest.mark.slow
def test_naming_your_own_phone_or_address_never_counts(story):
    # At a host that is nobody's work address: she may be reached there.
    own = {"kind": "email", "value": "mallory.nord@example.org"}
    mobile = {"kind": "phone", "value": "+1 415 555 0140", "label": "mobile"}
    me = {
        "name": "Mallory Nord",
        "email": own["value"],
        "phone": "+1 415 555 0140",
    }
    name = {"kind": "name", "value": "Mallory Nord"}
    story.file("mallory", [name, mobile, own], verified=me)
    story.file("bea", [name, mobile])
    story.file("cara", [name, own, mobile])
    assert set(story.states().values()) == {"waiting"}
    story.file("dora", [name, mobile])
    assert everyone_met(story, ["bea", "cara", "dora"])
    assert story.ends()["mallory"]["state"] == "waiting"


def test_one_trustee_of_each_committee_may_be_down(story):
    who = named("Karl Morrow", "415 555 0141")
    story.file("ana", who)
    story.step("stop-trustee", role="index", index=3)
    story.step("stop-trustee", role="opening", index=1)
    story.file("bea", who)
    story.file("cara", who)
    assert everyone_met(story, ["ana", "bea", "cara"])
    story.step("start-trustee", role="opening", index=1)
    story.step("stop-trustee", role="opening", index=2)
    story.file("dora", who)
    assert everyone_met(story, ["ana", "bea", "cara", "dora"])


@pytest.mark.slow
def test_with_too_few_trustees_a_report_waits_and_is_not_lost(story):
    who = named("Lars Nystrom", "415 555 0143")
    story.step("stop-trustee", role="index", index=1)
    story.step("stop-trustee", role="index", index=2)
    story.file("ana", who)
    assert story.ends()["ana"]["state"] == "refused"


@pytest.mark.slow
def test_the_api_may_be_killed_between_any_two_steps(story):
    who = named("Magnus Ostrander", "415 555 0144")
    story.file("ana", who)
    story.step("kill-api")
    story.step("start-api")
    story.file("bea", who)
    story.step("kill-api")
    story.file("cara", who)
    story.settle()
    story.step("start-api")
    assert everyone_met(story, ["ana", "bea", "cara"])


@pytest.mark.slow
def test_two_reports_of_one_person_are_two_matters(story):
    one = named("Nils Petrov", "415 555 0145")
    other = named("Oskar Quill", "415 555 0146")
    story.file("ana", one)
    story.file("ana", other, report="second")
    for name in ("bea", "cara"):
        story.file(name, other)
    states = story.states()
    assert states["ana"] == "waiting"
    assert states["ana/second"] == "connected"


@pytest.mark.slow
def test_what_is_learned_later_can_complete_a_group(story):
    who = named("Per Rasmus", "415 555 0147")
    mail = {"kind": "email", "value": "p.rasmus@firm.example.org"}
    story.file("ana", [*who, mail])
    story.file("bea", [mail])
    story.file("cara", who)
    assert set(story.states().values()) == {"waiting"}
    story.step("add", **{"as": "cara", "identifiers": [mail]})
    assert everyone_met(story, ["ana", "bea", "cara"])


def test_what_may_not_be_is_refused_with_the_reason(story):
    who = named("Quentin Ross", "415 555 0148")
    phone = {"phone": "+1 415 555 0149"}
    story.file("ana", who, group=6)
    story.file("bea", [{"kind": "name", "value": "Quentin Ross"}])
    story.file("cara", [{"kind": "phone", "value": "12"}])
    story.file("dora", who)
    story.file("eve", who, verified={"name": "Eve", **phone})
    both = {"name": "Fay", "email": story.email("dora"), **phone}
    story.file("fay", who, verified=both)
    firm = {"kind": "employer", "value": "Brindle Studios Ltd"}
    story.file("gia", [*who, firm], contact={"name": "G", "email": "g@brindle.example"})
    note = {"address": "hal@mail.brindlestudios.example", "regular": True}
    story.file("hal", [*who, firm], note=note)
    rows = story.ends()
    reasons = {name: row["refused"] for name, row in rows.items()}
    for name in ("gia", "hal"):
        assert "work address" in reasons[name]
        assert "Give an address of your own." in reasons[name]
    assert "Choose one of 3, 4, 5, 7" in reasons["ana"]
    assert "not enough to mean one person" in reasons["bea"]
    assert "not a telephone number" in reasons["cara"]
    assert "the check did not work" in reasons["fay"]
    assert [rows[name]["state"] for name in ("ana", "bea", "cara", "fay")] == [
        "refused"
    ] * 4
    assert rows["dora"]["state"] == rows["eve"]["state"] == "waiting"
