"""C16: each sealed object under every other context, and keys put in by the API."""

from functools import cache

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import sealing
from escrow.messages.cases import SealedLetter
from escrow.messages.deployment import BoxKey, BoxKeys
from escrow.report.contents import box_context, header_digest
from escrow.sealing import sealing_key
from escrow.signing import peek, sign
from escrow.trustee.box_keys import VALID_DAYS
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World, X
from threat_model.harness.sealed_objects import SEALED, Sealed

DRAW = stream("C16")


@cache
def honest_object(seed, kind):
    """What the product seals with every guard in place; made once."""
    return SEALED[kind](seed)


def moved(sealed, kind, place):
    """Won for each other context under which the object opens."""
    assert sealed.opens(sealed.context)
    contexts = list(sealed.moved(place))
    contexts_won = sum(sealed.opens(context) for context in contexts)
    # Also as another kind of object under the same key.
    relabelled = [
        Sealed(sealed.seed, sealed.ciphertext, label, sealed.context)
        for other, label in LABELS.items()
        if other != kind
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
    told(trial, kind, place, *moved(honest_object(trial.seed, kind), kind, place))


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_control_moved(trial, kind, place):
    if kind != "box":
        # What happened before it was sealed happened to the product as it is.
        honest_object(trial.seed, kind)
    replacement = without_place(LABELS[kind], place)
    with trial.without("sealed context", replacement):
        told(trial, kind, place, *moved(SEALED[kind](trial.seed), kind, place))


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
