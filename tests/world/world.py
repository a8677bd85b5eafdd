"""The whole world in memory, one step at a time."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache

from blind_index.identifiers import Identifier
from escrow.messages.cases import Answer, CaseClaim, Release, SealedLetter
from escrow.messages.codec import Digest
from escrow.messages.mailbox import Letter
from escrow.registrar.identity import Identity
from tests.world.dealt import Dealt, Plan, deal_deployment
from tests.world.registrar import Office
from tests.world.server import Server
from tests.world.survivor import Survivor
from tests.world.trustees import IndexTrustee, OpeningTrustee, retold

DAY = 20_000
Choose = Callable[[Sequence[OpeningTrustee]], OpeningTrustee]


def email(address: str) -> Identifier:
    """A named person known by an e-mail address: one match key."""
    return Identifier(kind="email", value=address)


X = (email("x@company.example"),)
Y = (email("y@company.example"),)


class World:
    """Survivors, registrar, server, both committees; nothing moves by itself.

    `settle` delivers queued work; while a trustee is down its queue waits.
    """

    def __init__(self, plan: Plan | None = None, day: int = DAY) -> None:
        self.dealt: Dealt = deal_deployment(plan or Plan())
        self.deployment = self.dealt.deployment
        self.day = day
        self.office = Office(self.dealt)
        self.server = Server(self.dealt)
        sizes = self.dealt.plan.index[1], self.dealt.plan.opening[1]
        self.index = [IndexTrustee(self.dealt, i + 1) for i in range(sizes[0])]
        self.opening = [OpeningTrustee(self.dealt, i + 1) for i in range(sizes[1])]
        self.survivors: dict[str, Survivor] = {}
        self.said: list[tuple[int, Letter]] = []
        self.choose: Choose | None = None
        for trustee in self.opening:
            self.server.put_box_key(trustee.index, trustee.publish(day), day)

    # People

    def person(self, name: str, verified: Identity | None = None) -> Survivor:
        """A survivor, registered when she first does something."""
        if name not in self.survivors:
            identity = verified or Identity(
                name=f"{name.title()} Example",
                email=f"{name}@example.org",
                phone="",
                country="",
            )
            held = self.office.register(identity, self.day)
            self.survivors[name] = Survivor(self, name, held)
        return self.survivors[name]

    def file(
        self,
        name: str,
        identifiers: Sequence[Identifier] = X,
        group: int = 3,
        *,
        verified: Identity | None = None,
        report: str = "first",
        witness: bool = False,
    ) -> Survivor:
        """File a report; boxes and answers wait until `settle`."""
        survivor = self.person(name, verified)
        draft = survivor.draft(identifiers, group, report, witness=witness)
        survivor.submit(draft)
        return survivor

    def saw(
        self,
        name: str,
        identifiers: Sequence[Identifier] = X,
        *,
        verified: Identity | None = None,
        report: str = "first",
    ) -> Survivor:
        """File what somebody saw or heard; everything is delivered."""
        smallest = self.deployment.group_sizes()[0]
        witness = self.file(
            name, identifiers, smallest, verified=verified, report=report, witness=True
        )
        self.settle()
        return witness

    def file_all(self, *names: str, group: int = 3) -> list[Survivor]:
        """Several survivors file about X; everything is delivered."""
        filed = [self.file(name, group=group) for name in names]
        self.settle()
        return filed

    def withdraw(self, name: str, report: str = "first") -> None:
        """A survivor takes a report back."""
        self.survivors[name].withdraw(report)

    def consent(self, name: str, answer: Answer = "yes") -> int:
        """Answer every group shown that has another answer; how many."""
        survivor, count = self.survivors[name], 0
        for label in survivor.reports:
            for view in survivor.views(label):
                if view.answer != answer:
                    survivor.answer(label, view, answer)
                    count += 1
        return count

    def consent_all(self, *names: str) -> None:
        """Everybody says yes to everything shown; everything is delivered."""
        for name in names or tuple(self.survivors):
            self.consent(name)
        self.settle()

    def contacts(self, name: str, report: str = "first") -> list[str]:
        """Whom a survivor can reach through a report, by the names on the cards."""
        return sorted({c.card.name for c in self.survivors[name].contacts(report)})

    def hold(self, index: int, case_id: Digest, reason: str = "doubt") -> None:
        """A trustee's operator holds a case; its fellows hear of it later."""
        trustee = self.opening[index - 1]
        for letter in trustee.order(case_id, reason, self.day):
            self._post(trustee, letter)

    def resume(self, index: int, case_id: Digest, reason: str = "checked") -> None:
        """A trustee's operator resumes a case."""
        trustee = self.opening[index - 1]
        for letter in trustee.resume(case_id, reason, self.day):
            self._post(trustee, letter)

    # Delivery

    def settle(self, choose: Choose | None = None) -> None:
        """Deliver until every running trustee's queue is empty."""
        turn, choose = 0, choose or self.choose
        while busy := [t for t in self.opening if t.up and self.queue(t)]:
            trustee = choose(busy) if choose else busy[turn % len(busy)]
            turn += 1
            self.deliver(trustee)

    def pass_days(self, days: int) -> None:
        """Days go by; running trustees look again at their open cases."""
        self.day += days
        for trustee in self.opening:
            if trustee.up:
                for letter in trustee.review(self.day):
                    self._post(trustee, letter)

    def deliver_boxes(self) -> None:
        """Deliver until every trustee has a claim before it, or nothing."""
        while busy := [t for t in self.opening if not self._at_claim(t)]:
            for trustee in busy:
                self.deliver(trustee)

    def _at_claim(self, trustee: OpeningTrustee) -> bool:
        return all(isinstance(work, CaseClaim) for work in self.queue(trustee)[:1])

    def queue(self, trustee: OpeningTrustee) -> list:
        """What waits for a trustee."""
        return self.server.queues[trustee.index]

    def deliver(
        self, trustee: OpeningTrustee, place: int = 0, *, keep: bool = False
    ) -> None:
        """Hand over one item and take what it says; `keep` repeats it later."""
        work = self.queue(trustee)[place]
        letters = trustee.handle(work, self.day)
        if not keep:
            del self.queue(trustee)[place]
        for letter in letters:
            self._post(trustee, letter)

    def _post(self, trustee: OpeningTrustee, letter: Letter) -> None:
        said: Letter | None = letter
        if trustee.lie and isinstance(letter, SealedLetter):
            recipient = self.opening[letter.recipient - 1]
            said = retold(trustee.lie, letter, trustee, recipient)
        elif trustee.lie:
            said = trustee.lie(letter)
        if said is not None:
            self.said.append((trustee.index, said))
            self.server.post(trustee.index, said)

    def fork(self) -> "World":
        """A world that goes on from here without touching this one."""
        other = copy(self)
        other.server = self.server.fork()
        other.index = [copy(trustee) for trustee in self.index]
        other.opening = [trustee.fork() for trustee in self.opening]
        other.said = list(self.said)
        other.office = self.office.fork()
        other.survivors = {
            name: survivor.fork(other) for name, survivor in self.survivors.items()
        }
        return other

    # What tests look at

    def released(self) -> Counter[tuple[bytes, int, int, int]]:
        """How often each trustee released each pair of each case."""
        return Counter(
            (letter.case_id, letter.index, letter.giver, letter.reader)
            for _, letter in self.said
            if isinstance(letter, Release)
        )

    def decided(self) -> Counter[tuple[bytes, int, str]]:
        """How often each trustee noted that it released each pair of each case."""
        return Counter(
            (event.subject, trustee.index, pair)
            for trustee in self.opening
            for event in trustee.events
            if event.kind == "released"
            for pair in event.detail.split(", ")
        )

    def log(self, index: int, kind: str) -> list[str]:
        """What an opening trustee noted, of one kind."""
        return [e.detail for e in self.opening[index - 1].events if e.kind == kind]


@cache
def _asked(names: tuple[str, ...], group: int) -> World:
    world = World()
    world.file_all(*names, group=group)
    return world


def asked(*names: str, group: int = 3) -> World:
    """A world in which these filed about X and everything was delivered."""
    return _asked(names, group).fork()


@cache
def _connected(names: tuple[str, ...], group: int) -> World:
    world = asked(*names, group=group)
    world.consent_all()
    return world


def connected(*names: str, group: int = 3) -> World:
    """A world in which these filed about X and all said yes."""
    return _connected(names, group).fork()


@cache
def _claimed(names: tuple[str, ...], group: int) -> World:
    world = World()
    for name in names:
        world.file(name, group=group)
    world.deliver_boxes()
    return world


def claimed(*names: str, group: int = 3) -> World:
    """A world whose trustees hold these reports and have a claim before them."""
    return _claimed(names, group).fork()
