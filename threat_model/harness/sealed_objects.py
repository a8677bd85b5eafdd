"""One of each kind of sealed object, made by the product as it runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.messages.cases import NudgeLetter, Release, SealedLetter
from escrow.report.contents import box_context, nudge_context, release_context
from escrow.sealing import open_sealed
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World

_DRAW = stream("sealed objects")
_NAMES = ("ana", "bea")


@dataclass(frozen=True)
class Sealed:
    """One sealed object with the key that opens it and its right context."""

    seed: SecretBytes
    ciphertext: bytes
    label: Label
    context: tuple[bytes, ...]

    def opens(self, context: tuple[bytes, ...]) -> bool:
        """Whether it opens under this context."""
        try:
            open_sealed(self.seed, self.ciphertext, self.label, *context)
        except ProtocolError:
            return False
        return True

    def moved(self, place: int) -> Iterator[tuple[bytes, ...]]:
        """Contexts that differ at one place, as the API could make them."""
        right = self.context[place]
        others = [bytes([right[0] % 3 + 1])] if len(right) == 1 else []
        others += [_DRAW(len(right)), bytes(len(right))]
        for other in others:
            yield (*self.context[:place], other, *self.context[place + 1 :])


@cache
def _eve(seed: str, kind: type) -> World:
    """Two people about one person, up to the moment at which somebody seals such."""
    world = World(Plan(name=seed))
    for name in _NAMES:
        world.file(name, group=2)
    if kind is Release:
        world.settle()
        for name in _NAMES:
            world.consent(name)
    while True:
        before = world.fork()
        if _sealed_by(world, kind):
            return before


def _sealed_by(world: World, kind: type) -> list:
    """What of a kind the next trustee says that has something to do."""
    said = len(world.said)
    world.deliver(next(one for one in world.opening if world.queue(one)))
    return [one for _, one in world.said[said:] if isinstance(one, kind)]


def box(seed: str) -> Sealed:
    """What a survivor seals for the first trustee."""
    world = World(Plan(name=seed))
    world.file("ana")
    (delivery,) = world.queue(world.opening[0])
    (filed,) = world.server.reports.values()
    return Sealed(
        world.opening[0].me.box_seeds[delivery.box.box_key],
        delivery.box.ciphertext,
        Label.TRUSTEE_BOX,
        box_context(world.deployment, filed.stored.header_digest, 1),
    )


def letter(seed: str) -> Sealed:
    """What one trustee seals for another."""
    world = _eve(seed, SealedLetter).fork()
    one = _sealed_by(world, SealedLetter)[0]
    recipient = world.opening[one.recipient - 1].me
    identity = world.deployment.deployment_id
    return Sealed(
        recipient.box_seeds[one.box_key],
        one.ciphertext,
        Label.FELLOW_LETTER_BOX,
        (identity, one.case_id, bytes([one.sender]), bytes([one.recipient])),
    )


def nudge(seed: str) -> Sealed:
    """What a trustee gives of the place to which a note goes."""
    world = _eve(seed, NudgeLetter).fork()
    one = _sealed_by(world, NudgeLetter)[0]
    member = world.server.cases[one.case_id].group.members[one.member]
    context = nudge_context(world.deployment, one.case_id, member.header_digest)
    return Sealed(
        world.dealt.notice_seed,
        one.ciphertext,
        Label.NUDGE_BOX,
        (*context, bytes([one.index])),
    )


def release(seed: str) -> Sealed:
    """What a trustee gives a member of another one's contact."""
    world = _eve(seed, Release).fork()
    one = _sealed_by(world, Release)[0]
    members = world.server.cases[one.case_id].group.members
    giver, reader = members[one.giver], members[one.reader]
    (reads,) = [
        person.reports["first"].keys().reader_seed
        for person in world.survivors.values()
        if person.report_key("first") == reader.report_key
    ]
    context = release_context(
        world.deployment, one.case_id, giver.header_digest, reader.header_digest
    )
    return Sealed(
        reads, one.ciphertext, Label.RELEASE_BOX, (*context, bytes([one.index]))
    )


#: By its kind: seals one, in a world of that name.
SEALED: dict[str, Callable[[str], Sealed]] = {
    "box": box,
    "letter": letter,
    "nudge": nudge,
    "release": release,
}
