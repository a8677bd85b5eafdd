"""C16: each sealed object under every other context, and keys put in by the API."""

from dataclasses import dataclass
from functools import cache

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import sealing
from escrow.messages.cases import NudgeLetter, Release, SealedLetter
from escrow.messages.deployment import BoxKey, BoxKeys
from escrow.report.contents import (
    box_context,
    header_digest,
    nudge_context,
    release_context,
)
from escrow.sealing import open_sealed, sealing_key
from escrow.signing import peek, sign
from escrow.trustee.box_keys import VALID_DAYS
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World, X

DRAW = stream("C16")


@dataclass(frozen=True)
class Sealed:
    """One sealed object with the key that opens it and its right context."""

    seed: SecretBytes
    ciphertext: bytes
    label: Label
    context: tuple[bytes, ...]

    def opens(self, context):
        try:
            open_sealed(self.seed, self.ciphertext, self.label, *context)
        except ProtocolError:
            return False
        return True

    def moved(self, place):
        """Contexts that differ at one place, as the API could make them."""
        right = self.context[place]
        others = [bytes([right[0] % 3 + 1])] if len(right) == 1 else []
        others += [DRAW(len(right)), bytes(len(right))]
        for other in others:
            yield (*self.context[:place], other, *self.context[place + 1 :])


def world_of(seed):
    """Two people who met, with every letter that was sent on the way."""
    world = World(Plan(name=seed))
    world.file("ana", group=2)
    world.file("bea", group=2)
    delivered = [(1, work) for work in world.queue(world.opening[0])]
    world.settle()
    world.consent_all()
    return world, delivered


def sealed_objects(world, delivered):
    """One of each kind, with the key of whom it is for."""
    (case_id,) = world.server.cases
    members = [m.header_digest for m in world.server.cases[case_id].group.members]
    identity = world.deployment.deployment_id
    _, delivery = delivered[0]
    header = next(
        f.stored.header_digest
        for f in world.server.reports.values()
        if f.submission.header == delivery.header
    )
    first = world.opening[0].me
    said = [letter for _, letter in world.said]
    letter = next(s for s in said if isinstance(s, SealedLetter) and s.recipient == 1)
    nudge = next(s for s in said if isinstance(s, NudgeLetter))
    release = next(s for s in said if isinstance(s, Release))
    readers = {
        person.report_key("first"): person.reports["first"].keys().reader_seed
        for person in world.survivors.values()
    }
    reader = world.server.cases[case_id].group.members[release.reader].report_key
    deployment = world.deployment
    return {
        "box": Sealed(
            first.box_seeds[delivery.box.box_key],
            delivery.box.ciphertext,
            Label.TRUSTEE_BOX,
            box_context(deployment, header, 1),
        ),
        "letter": Sealed(
            first.box_seeds[letter.box_key],
            letter.ciphertext,
            Label.FELLOW_LETTER_BOX,
            (identity, case_id, bytes([letter.sender]), bytes([1])),
        ),
        "nudge": Sealed(
            world.dealt.notice_seed,
            nudge.ciphertext,
            Label.NUDGE_BOX,
            (
                *nudge_context(deployment, case_id, members[nudge.member]),
                bytes([nudge.index]),
            ),
        ),
        "release": Sealed(
            readers[reader],
            release.ciphertext,
            Label.RELEASE_BOX,
            (
                *release_context(
                    deployment,
                    case_id,
                    members[release.giver],
                    members[release.reader],
                ),
                bytes([release.index]),
            ),
        ),
    }


@cache
def honest_objects(seed):
    """What the product seals with every guard in place; made once."""
    return sealed_objects(*world_of(seed))


def moved(objects, kind, place):
    """Won for each other context under which the object opens."""
    sealed = objects[kind]
    assert sealed.opens(sealed.context)
    contexts = list(sealed.moved(place))
    # Also as another kind of object under the same key.
    labels = {one.label for one in objects.values()} - {sealed.label}
    contexts_won = sum(sealed.opens(context) for context in contexts)
    relabelled = [
        Sealed(sealed.seed, sealed.ciphertext, x, sealed.context) for x in labels
    ]
    return (
        contexts_won + sum(one.opens(one.context) for one in relabelled),
        len(contexts) + len(relabelled),
    )


FIELDS = {
    "box": ("deployment", "report", "trustee"),
    "letter": ("deployment", "case", "sender", "recipient"),
    "nudge": ("deployment", "case", "report", "trustee"),
    "release": ("deployment", "case", "giver", "reader", "trustee"),
}
PLACES = [(kind, place) for kind in FIELDS for place in range(len(FIELDS[kind]))]


def without_place(label, place):
    """`transcript` that leaves one field of one kind of object out."""
    honest = sealing.transcript

    def transcript(given, *context):
        if given is label:
            context = (*context[:place], *context[place + 1 :])
        return honest(given, *context)

    return transcript


LABELS = {
    "box": Label.TRUSTEE_BOX,
    "letter": Label.FELLOW_LETTER_BOX,
    "nudge": Label.NUDGE_BOX,
    "release": Label.RELEASE_BOX,
}


def told(trial, kind, place, won, tries):
    trial.tell(won, tries, {"contexts": tries}, part=f"{kind}: {FIELDS[kind][place]}")


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_attack_moved(trial, kind, place):
    told(trial, kind, place, *moved(honest_objects(trial.seed), kind, place))


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_control_moved(trial, kind, place):
    replacement = without_place(LABELS[kind], place)
    with trial.without("sealed context", replacement):
        objects = sealed_objects(*world_of(trial.seed))
        told(trial, kind, place, *moved(objects, kind, place))


# The API's own keys in place of others'


class Eavesdropper:
    """An API that offers box keys of its own for every trustee."""

    def __init__(self, world):
        self.world = world
        self.seeds = {}
        keys = []
        for index in self.world.server.box_keys:
            seed = SecretBytes(DRAW(32))
            key = BoxKey(
                deployment_id=peek(world.server.box_keys[index], BoxKey).deployment_id,
                index=index,
                key=sealing_key(seed),
                first_day=world.day,
                last_day=world.day + VALID_DAYS,
            )
            self.seeds[index] = seed
            keys.append(sign(SecretBytes(DRAW(32)), Label.BOX_KEY, key))
        self.keys = BoxKeys(keys=tuple(keys))

    def reads(self, submission, digest):
        """How many of a report's boxes it opens."""
        deployment = self.world.deployment
        return sum(
            Sealed(
                self.seeds[box.index],
                box.ciphertext,
                Label.TRUSTEE_BOX,
                box_context(deployment, digest, box.index),
            ).opens(box_context(deployment, digest, box.index))
            for box in submission.boxes
        )


def foreign_box_keys(_seed):
    """Won for each box of a report that the API opens."""
    world = World(Plan(name="C16 boxes"))
    person = world.person("ana")
    draft = person.draft(X, 3, "first")
    api = Eavesdropper(world)
    world.server.list_box_keys = lambda: api.keys
    try:
        _, submission = person.seal(draft)
    except ProtocolError:
        return 0, len(api.seeds)
    digest = header_digest(submission.header.payload)
    return api.reads(submission, digest), len(api.seeds)


def foreign_letter_keys(_seed):
    """Won for each letter between trustees that the API opens."""
    world = World(Plan(name="C16 letters"))
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    api = Eavesdropper(world)
    world.deliver_boxes()
    for trustee in world.opening:
        (claim,) = world.queue(trustee)
        world.queue(trustee)[:] = [replace(claim, box_keys=api.keys.keys)]
    won = tries = 0
    for trustee in world.opening:
        for letter in trustee.handle(world.queue(trustee)[0], world.day):
            if isinstance(letter, SealedLetter):
                tries += 1
                won += _reads_letter(world, api, letter)
    return won, max(tries, len(world.opening))


def _reads_letter(world, api, letter):
    context = (
        world.deployment.deployment_id,
        letter.case_id,
        bytes([letter.sender]),
        bytes([letter.recipient]),
    )
    seed = api.seeds[letter.recipient]
    return Sealed(seed, letter.ciphertext, Label.FELLOW_LETTER_BOX, context).opens(
        context
    )


SUBSTITUTIONS = {
    "box keys of the API": foreign_box_keys,
    "letter keys of the API": foreign_letter_keys,
}


def trusting(signed, kind, _label, _key, **_more):
    """`open_signed` that does not verify."""
    return peek(signed, kind)


@pytest.mark.parametrize("part", SUBSTITUTIONS)
def test_attack_keys(trial, part):
    won, tries = SUBSTITUTIONS[part](trial.seed)
    trial.tell(won, tries, {"foreign keys": 3}, part=part)


@pytest.mark.parametrize("part", SUBSTITUTIONS)
def test_control_keys(trial, part):
    with trial.without("box key signature", trusting):
        won, tries = SUBSTITUTIONS[part](trial.seed)
    trial.tell(won, tries, {"foreign keys": 3}, part=part)
