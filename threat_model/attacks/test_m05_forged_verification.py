"""M05: the API makes up a person, and lets her complete a survivor's group."""

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.credential import self_tag_binding, self_tags_digest
from escrow.encrypted_tag import encrypt_tag
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.registration import SelfTags, StandingCredential
from escrow.padding import SELF_TAG_COUNT
from escrow.registrar.identity import Identity
from escrow.signing import peek, public_key, sign
from escrow.trustee.case_files import JudgedCase
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World, email

PLAN = Plan(name="M05")
REX = Identity(name="Rex Example", email="rex@company.example", phone="", country="")
ON_REX = (email("rex@company.example"),)
Forge = Callable[[World, Label], object]


def tags_of_nobody(world, key):
    """Self tags that are well made and catch nobody."""
    draw = stream("M05", "tags")
    base = world.deployment.opening_keys.public_key
    binding = self_tag_binding(world.deployment, key)
    tags = tuple(
        encrypt_tag(
            Element.base_multiple(Scalar.random(draw)),
            Scalar.random(draw),
            base,
            binding,
            place,
            randomness=draw,
        )
        for place in range(SELF_TAG_COUNT)
    )
    return Blob(encode(SelfTags(encrypted_tags=tags)))


def invented(world, by, **changes):
    """A registration of nobody, signed with a key of the forger's choice."""
    draw = stream("M05", "person")
    seed = SecretBytes(draw(32))
    tags = tags_of_nobody(world, public_key(seed))
    true = world.person("mallory").registration
    credential = replace(
        peek(true.standing_credential, StandingCredential),
        registrar=public_key(by),
        person=Nonce(draw(16)),
        key=public_key(seed),
        self_tags_digest=self_tags_digest(tags),
    )
    credential = replace(credential, **changes)
    return replace(
        true,
        standing_credential=sign(by, Label.STANDING_CREDENTIAL, credential),
        standing_seed=Blob(seed.reveal()),
        self_tags=tags,
    )


def by_a_key_of_its_own(world):
    return invented(world, SecretBytes(stream("M05", "own")(32)))


def in_the_registrars_name(world):
    own = SecretBytes(stream("M05", "own")(32))
    return invented(world, own, registrar=public_key(world.dealt.registrar_seed))


def by_a_trustee(world):
    return invented(world, world.dealt.identity_seeds["opening"][0])


def of_a_level_that_does_not_count(world):
    return invented(world, world.dealt.registrar_seed, level="hearsay")


def expired(world):
    past = month_of(world.day) - 1
    return invented(world, world.dealt.registrar_seed, expiry_month=past)


def of_another_deployment(world):
    other = Nonce(bytes(16))
    return invented(world, world.dealt.registrar_seed, deployment_id=other)


def another_persons(world):
    """A credential that somebody showed to her group, without its key."""
    shown = world.person("bea").registration
    return replace(shown, standing_seed=Blob(stream("M05", "seed")(32)))


def with_tags_of_nobody(world):
    """The named person's own credential, so that he may complete the group."""
    own = world.person("rex", REX).registration
    key = peek(own.standing_credential, StandingCredential).key
    return replace(own, self_tags=tags_of_nobody(world, key))


def with_anothers_tags(world):
    own = world.person("rex", REX).registration
    return replace(own, self_tags=world.person("bea").registration.self_tags)


FORGERIES = {
    "credential": (
        by_a_key_of_its_own,
        in_the_registrars_name,
        by_a_trustee,
        of_a_level_that_does_not_count,
        expired,
        of_another_deployment,
    ),
    "possession": (another_persons,),
    "self tags": (with_tags_of_nobody, with_anothers_tags),
}


@cache
def filed():
    """What a real survivor filed; everybody who forges something begins there."""
    world = World(PLAN)
    world.file("ana", ON_REX, 2)
    world.deliver_boxes()
    return world


@cache
def forged(forge):
    """The forger's report too, up to the trustees' judgement."""
    world = filed().fork()
    forger = world.person("mallory")
    forger.registration = forge(world)
    world.file("mallory", ON_REX, 2)
    world.deliver_boxes()
    return world


def counted(forge):
    """Trustees that saw the case, and those that found a group in it."""
    world = forged(forge).fork()
    world.settle()
    files = [file for trustee in world.opening for file in trustee.files.values()]
    opened = sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return len(files), opened


def try_all(trial, part):
    answers = [counted(forge) for forge in FORGERIES[part]]
    assert all(judged for judged, _ in answers), "a forged report did not match at all"
    won = sum(opened > 0 for _, opened in answers)
    trial.tell(won, len(answers), {"forgeries": len(answers)}, part=part)


# In place of the checks


def any_credential(_deployment, signed, _day):
    return peek(signed, StandingCredential)


def any_tags(_deployment, _credential, self_tags):
    tags = decode(self_tags, SelfTags).encrypted_tags
    return tags, [Element.decode(tag.c2) for tag in tags]


GUARDS = {
    "credential": ("credential", any_credential),
    "possession": ("signed by the person", lambda *_: None),
    "self tags": ("own self tags", any_tags),
}


@pytest.mark.parametrize("part", FORGERIES)
def test_attack(trial, part):
    try_all(trial, part)


@pytest.mark.parametrize("part", FORGERIES)
def test_control(trial, part):
    for forge in FORGERIES[part]:
        forged(forge)
    with trial.without(*GUARDS[part]):
        try_all(trial, part)
