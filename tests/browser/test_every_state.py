"""What holds in every state of the web client."""

import pytest

from tests.browser import tour, tour_ends, tour_witness
from tests.browser.inspector import Inspector
from tests.browser.people import offender_stories, story
from tests.browser.person import arrive

#: So many states there are at least: a tour that ends early proves nothing.
_WHOLE, _BEGINNING, _WITNESS, _ENDS = 66, 36, 9, 13


@pytest.mark.parametrize(
    ("prefix", "scheme"),
    [("/ar", "dark"), pytest.param("/qps", "light", marks=pytest.mark.slow)],
)
def test_the_way_to_the_check_is_accessible_in_every_direction(
    browser, server, prefix, scheme
):
    story = offender_stories("axe")[0]
    person = arrive(browser, server, prefix=prefix)
    person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look = Inspector(person)
    tour.read(person, look)
    tour.begin(person, look)
    tour.name(person, story, look)
    tour.wish(person, story, look)
    assert len(set(look.seen)) >= _BEGINNING
    assert look.faults == [], "\n".join(look.faults)
    assert person.problems == []


def test_every_state_is_accessible_and_the_keyboard_reaches_all_of_it(
    browser, processes
):
    server = processes.server
    stories = offender_stories("axe")
    # A phone with a keyboard: the way out covers most there.
    person = arrive(browser, server, phone=True)
    look = Inspector(person, walk=True)
    tour.read(person, look)
    tour.begin(person, look)
    tour.name(person, stories[0], look)
    tour.wish(person, stories[0], look)
    tour.lock(person, stories[0], look)
    tour.wait(person, look)
    wren = arrive(browser, server, prefix="/ar", phone=True)
    wren.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    watch = Inspector(wren, walk=True)
    tour_witness.note(wren, story("axe", 3, stories[0].clues), watch)
    others = []
    for told in stories[1:]:
        others.append(arrive(browser, server))
        others[-1].file(told)
    tour.until(person, "asked")
    tour.meet(person, others, look)
    tour_witness.invite(person, look)
    tour_witness.come(wren, processes, watch)
    tour_witness.met(person, look)
    tour_witness.alarm(person, processes, look)
    tour.leave(person, look)
    assert person.problems == wren.problems == []
    tour.stop(person, look)
    assert len(set(look.seen)) >= _WHOLE
    assert len(set(watch.seen)) >= _WITNESS
    faults = [*look.faults, *watch.faults]
    assert faults == [], "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize(("prefix", "scheme"), [("", "light"), ("/ar", "dark")])
def test_the_end_of_an_entry_and_of_a_group_are_accessible(
    browser, processes, prefix, scheme
):
    person = arrive(browser, processes.server, prefix=prefix, phone=True)
    person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look = Inspector(person, walk=True)
    tour_ends.end(person, processes, f"end{scheme}", look)
    tour_ends.come_to_nothing(person, processes, f"none{scheme}", look)
    tour_ends.leave_in_part(person, processes, f"part{scheme}", look)
    tour_ends.lose(person, processes, f"lost{scheme}", look)
    assert len(set(look.seen)) >= _ENDS
    assert look.faults == [], "\n".join(look.faults)
    assert person.problems == []
    person.page.context.close()
