"""What stays on the disk after a visit: nothing that was typed or shown."""

import base64

import pytest

from tests.browser.chromium import keep
from tests.browser.people import offender_stories
from tests.browser.person import Person
from tests.browser.remains import found_in, packed

_PLANTED = "Zyxwvutius Quorthalion"


@pytest.fixture
def keeping(playwright, tmp_path, server):
    """A visit with a profile on the disk, as a person has it at home; its folder."""

    def visited(visit):
        profile = tmp_path / "profile"
        context = keep(playwright, profile)
        person = Person(context.new_page(), server)
        person.watch()
        visit(person)
        # The browser writes what it keeps when it ends.
        context.close()
        assert _files(profile) > 20
        return profile

    return visited


def _files(folder):
    return sum(1 for path in folder.rglob("*") if path.is_file())


def test_the_search_finds_a_word_in_every_form(tmp_path):
    word = "Kaleidoscopia"
    for form in (
        word.encode("utf-16-le"),
        packed(word),
        base64.b64encode(b"ab" + word.encode() + b"c"),
        word.upper().encode(),
    ):
        (tmp_path / "file").write_bytes(b"before" + form + b"after")
        assert found_in(tmp_path, [word]) == {(word, "file")}
    (tmp_path / "file").write_bytes(b"Kaleidoscope")
    assert found_in(tmp_path, [word]) == set()


def test_what_a_page_would_store_is_found(keeping):
    def store(person):
        person.visit("/how")
        person.page.evaluate("value => localStorage.setItem('a', value)", _PLANTED)

    profile = keeping(store)
    assert {word for word, _ in found_in(profile, [_PLANTED])} == {_PLANTED}


def test_nothing_that_was_typed_or_shown_is_on_the_disk(keeping):
    story = offender_stories("disk")[0]
    clues = [
        ("name", {"given": "Zyxwvutius", "family": "Quorthalion"}),
        ("email", {"value": "zyxw.quorthal@example.net"}),
        ("phone", {"value": "(415) 555-0187", "country": "US"}),
    ]
    kept = []

    def file(person):
        person.begin(story.country)
        person.name(clues)
        person.wish(story)
        person.agree()
        person.keep_words()
        person.verify(story.verified)
        kept.extend(person.words.split())
        person.come_back()
        person.page.locator("[data-reveal]").first.click()
        assert "Quorthalion" in person.page.locator("[data-who]").first.inner_text()
        # A visit to the second page of a list is typed half, and left.
        person.page.locator("[data-another]").click()
        person.page.locator('[data-clue="website"]').click()
        person.fill({"value": "https://quorthalion.example.net/about"})

    profile = keeping(file)
    planted = [
        "Zyxwvutius",
        "Quorthalion",
        "zyxw.quorthal",
        "555-0187",
        "4155550187",
        story.email,
        " ".join(kept),
        " ".join(kept[:2]),
    ]
    assert len(kept) == 7
    assert found_in(profile, planted) == set()
