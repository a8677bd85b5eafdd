"""The whole world at random: whatever happens, in whatever order.

Survivors file, change their mind, withdraw; trustees come and go; one of each
committee lies; the server delivers in any order between trustees and repeats
itself. A disorderly server also reorders and withholds: then nobody is promised
a connection, and nobody learns more.
"""

from dataclasses import dataclass

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from escrow.case import satisfied
from escrow.client.filing import is_stored
from escrow.messages.codec import Digest, PublicKey
from escrow.server.matching import largest_group
from escrow.trustee.boxes import Tombstone
from tests.world import lies
from tests.world.test_lying_trustees import INDEX_LIES
from tests.world.world import World, X, Y, asked

PEOPLE = ("ana", "bea", "cleo", "dana", "elif")
LABELS = ("first", "second")
SIZES = (2, 2, 3, 4)
ABOUT = {"x": X, "y": Y}
ANSWERS = ("yes", "yes", "yes", "no", "later")

trustees = st.integers(0, 2)


@dataclass
class Believed:
    """What the model holds of one report."""

    person: str
    label: str
    about: str
    size: int
    order: int
    live: bool = True
    stored: bool = False


class Anything(RuleBasedStateMachine):
    """The world and, beside it, what is plainly true."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.reports: dict[PublicKey, Believed] = {}
        self.attitude = dict.fromkeys(PEOPLE, "yes")
        self.said_yes: set[tuple[Digest, PublicKey]] = set()
        self.liar: int | None = None
        self.disorderly = False
        self.withheld: list[tuple[int, object]] = []
        self.orders = 0

    @initialize(
        disorderly=st.sampled_from([False, False, True]),
        names=st.sampled_from([(), PEOPLE[:1], PEOPLE[:2], PEOPLE[:3]]),
    )
    def begin(self, disorderly, names):
        self.disorderly = disorderly
        self.world = asked(*names, group=2)
        for order, name in enumerate(names, 1):
            believed = Believed(name, "first", "x", 2, order)
            self.reports[self.key(name, "first")] = believed
            self.orders = order

    # Survivors

    def answering(self) -> int:
        return sum(t.up and t.lie is None for t in self.world.index)

    def key(self, person: str, label: str) -> PublicKey | None:
        survivor = self.world.survivors.get(person)
        if survivor is None or label not in survivor.reports:
            return None
        return survivor.report_key(label)

    @precondition(lambda self: self.answering() >= 2)
    @rule(
        person=st.sampled_from(PEOPLE),
        label=st.sampled_from((*LABELS[:1] * 4, *LABELS[1:])),
        about=st.sampled_from(("x", "x", "x", "y")),
        size=st.sampled_from(SIZES),
    )
    def file(self, person, label, about, size):
        if self.key(person, label) is not None:
            return
        self.world.file(person, ABOUT[about], size, report=label)
        key = self.key(person, label)
        self.orders += 1
        self.reports[key] = Believed(person, label, about, size, self.orders)

    @rule(person=st.sampled_from(PEOPLE), size=st.sampled_from(SIZES))
    def change(self, person, size):
        key = self.key(person, "first")
        if key is None or not self.reports[key].live:
            return
        survivor = self.world.survivors[person]
        survivor.submit(survivor.changed("first", match_threshold=size))
        self.orders += 1
        believed = self.reports[key]
        believed.size, believed.order, believed.stored = size, self.orders, False

    @rule(person=st.sampled_from(PEOPLE), label=st.sampled_from(LABELS))
    def withdraw(self, person, label):
        key = self.key(person, label)
        if key is not None and self.reports[key].live:
            self.world.withdraw(person, label)
            self.reports[key].live = False

    @rule(person=st.sampled_from(PEOPLE), attitude=st.sampled_from(ANSWERS))
    def answer(self, person, attitude):
        self.attitude[person] = attitude
        self.answer_all(person)

    def answer_all(self, person) -> int:
        survivor, count = self.world.survivors.get(person), 0
        for label in survivor.reports if survivor else ():
            for view in survivor.views(label):
                if view.answer != self.attitude[person]:
                    survivor.answer(label, view, self.attitude[person])
                    count += 1
                if self.attitude[person] == "yes":
                    self.said_yes.add((view.case_id, survivor.report_key(label)))
        return count

    # Trustees

    @rule(place=trustees)
    def stop_or_start_opening(self, place):
        trustee = self.world.opening[place]
        trustee.up = not trustee.up

    @rule(place=trustees)
    def stop_or_start_index(self, place):
        trustee = self.world.index[place]
        trustee.up = not trustee.up

    @precondition(lambda self: self.liar is None)
    @rule(place=trustees, lie=st.sampled_from(sorted(lies.ALL)))
    def begin_to_lie(self, place, lie):
        self.liar = place
        self.world.opening[place].lie = lies.ALL[lie]

    @rule(place=trustees, lie=st.sampled_from(sorted(INDEX_LIES)))
    def lie_in_the_index_committee(self, place, lie):
        for trustee in self.world.index:
            trustee.lie = None
        self.world.index[place].lie = INDEX_LIES[lie]

    # The server

    def busy(self):
        return [t for t in self.world.opening if t.up and self.world.queue(t)]

    @precondition(lambda self: self.busy())
    @rule(data=st.data(), count=st.integers(1, 8), repeat=st.booleans())
    def deliver(self, data, count, repeat):
        for _ in range(count):
            if busy := self.busy():
                trustee = data.draw(st.sampled_from(busy))
                self.world.deliver(trustee, keep=repeat)

    @precondition(lambda self: self.disorderly and self.busy())
    @rule(data=st.data())
    def deliver_out_of_order(self, data):
        trustee = data.draw(st.sampled_from(self.busy()))
        last = len(self.world.queue(trustee)) - 1
        self.world.deliver(trustee, data.draw(st.integers(0, last)))

    @precondition(lambda self: self.disorderly and self.busy())
    @rule(data=st.data())
    def withhold(self, data):
        trustee = data.draw(st.sampled_from(self.busy()))
        self.withheld.append((trustee.index, self.world.queue(trustee).pop(0)))

    @precondition(lambda self: self.withheld)
    @rule()
    def give_back(self):
        index, work = self.withheld.pop()
        self.world.server.queues[index].append(work)

    @rule()
    def settle(self):
        self.world.settle()
        self.check()

    # What must hold

    def check(self):
        self.nobody_learns_without_consent()
        self.releases_happen_once()
        self.nothing_stored_is_lost()

    def honest(self):
        return [t for place, t in enumerate(self.world.opening) if place != self.liar]

    def nobody_learns_without_consent(self):
        for person, survivor in self.world.survivors.items():
            for label in survivor.reports:
                for view in survivor.views(label):
                    if view.connected:
                        self.is_due(person, label, view)

    def is_due(self, person, label, view):
        survivor = self.world.survivors[person]
        contacts, _ = survivor.connection(label, view)
        members = self.world.server.cases[view.case_id].group.members
        yes = [
            m.report_key
            for m in members
            if (view.case_id, m.report_key) in self.said_yes
        ]
        people = {self.reports[key].person for key in yes}
        for contact in contacts:
            giver = members[contact.member]
            believed = self.reports[giver.report_key]
            mine = self.reports[survivor.report_key(label)]
            assert contact.card.name == believed.person != person
            assert believed.about == mine.about
            assert {giver.report_key, survivor.report_key(label)} <= set(yes)
            assert len(people) >= giver.match_threshold
            assert len(people) >= members[view.member].match_threshold

    def releases_happen_once(self):
        honest = {trustee.index for trustee in self.honest()}
        for case_id, index, giver, reader in self.world.released():
            if index in honest:
                members = self.world.server.cases[case_id].group.members
                assert self.world.decided()[case_id, index, f"{giver} to {reader}"] == 1
                for place in (giver, reader):
                    assert (case_id, members[place].report_key) in self.said_yes

    def nothing_stored_is_lost(self):
        deployment = self.world.deployment
        for believed in self.reports.values():
            survivor = self.world.survivors[believed.person]
            if believed.live:
                held = survivor.held_by(believed.label)
                assert is_stored(deployment, held) or not believed.stored
                believed.stored = is_stored(deployment, held)

    def teardown(self):
        self.check()
        if self.disorderly or self.withheld:
            return
        for trustee in (*self.world.index, *self.world.opening):
            trustee.up = True
        self.world.settle()
        while sum(self.answer_all(person) for person in PEOPLE):
            self.world.settle()
        self.check()
        self.withdrawn_reports_are_gone()
        self.whoever_should_meet_has_met()

    def withdrawn_reports_are_gone(self):
        for key, believed in self.reports.items():
            for trustee in self.honest():
                assert isinstance(trustee.held[key], Tombstone) == (not believed.live)
            filed = self.world.server.reports[key]
            assert (filed.submission is None) == (not believed.live)

    def whoever_should_meet_has_met(self):
        for about in ABOUT:
            group = self.reference_group(about)
            willing = [
                k for k in group if self.attitude[self.reports[k].person] == "yes"
            ]
            sizes = [self.reports[key].size for key in willing]
            met = [willing[i] for i in satisfied(range(len(willing)), sizes)]
            names = {self.reports[key].person for key in met}
            event(f"{len(names)} should have met")
            for key in met:
                mine = self.reports[key]
                seen = set(self.world.contacts(mine.person, mine.label))
                assert names - {mine.person} <= seen

    def reference_group(self, about: str) -> list[PublicKey]:
        """The plain reference: largest set, one report a person, one level."""
        live = {k: b for k, b in self.reports.items() if b.live and b.about == about}
        levels = self.world.deployment.levels
        filled = [m for m in levels if sum(b.size <= m for b in live.values()) >= m]
        claimed = [k for k, b in live.items() if filled and b.size <= filled[-1]]
        newest: dict[str, PublicKey] = {}
        for key in sorted(claimed, key=lambda k: live[k].order):
            newest[live[key].person] = key
        best: list[PublicKey] = []
        for level in levels:
            fits = [key for key in newest.values() if live[key].size <= level]
            best = fits if len(fits) >= max(level, len(best) + 1) else best
        return best


def test_the_world_keeps_its_promises():
    run_state_machine_as_test(
        Anything, settings=settings(max_examples=8, stateful_step_count=18)
    )


@pytest.mark.slow
def test_the_world_keeps_its_promises_at_length():
    run_state_machine_as_test(
        Anything,
        settings=settings(derandomize=False, max_examples=300, stateful_step_count=40),
    )


def test_the_reference_is_the_servers_choice_without_doubles():
    machine = Anything()
    assert machine.reference_group("x") == []
    assert largest_group([], machine.world.deployment.levels) is None
