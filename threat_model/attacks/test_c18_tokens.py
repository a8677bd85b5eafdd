"""C18: forged tokens, borrowed evaluations, one token for two reports."""

import pytest
from msgspec.structs import replace

from blind_index import oprf
from blind_index.errors import ProtocolError
from escrow.messages.codec import Digest, TokenOutput
from escrow.messages.filing import Token
from escrow.server.tokens import token_input
from tests.world.dealt import Plan, deal_deployment
from tests.world.stream import stream
from tests.world.world import World, email

DRAW = stream("C18")


def made_under(key, deployment_id):
    """A token whose output follows from a key that the forger got to use."""
    name = Digest(DRAW(32))
    output = oprf.evaluate(key, token_input(deployment_id, name)).reveal()
    return Token(private_input=name, output=TokenOutput(output))


def forgeries(world):
    """Tokens that were never issued here."""
    dealt = world.dealt
    identity = dealt.deployment.deployment_id
    elsewhere = deal_deployment(Plan(name="C18 elsewhere"))
    real = world.person("mal").token()
    yield Token(private_input=Digest(DRAW(32)), output=TokenOutput(DRAW(64)))
    # What the index committee evaluates for anybody, and what the opening one does.
    yield made_under(dealt.keys["index"], identity)
    yield made_under(dealt.keys["opening"], identity)
    yield made_under(elsewhere.token_key, identity)
    yield made_under(dealt.token_key, elsewhere.deployment.deployment_id)
    yield replace(real, private_input=Digest(DRAW(32)))


def filed(world, token, number):
    """Whether the API takes a report that this token pays for."""
    mal = world.person("mal")
    draft = mal.draft((email(f"named{number}@company.example"),), 3, f"r{number}")
    mal.tokens.append(token)
    try:
        mal.submit(draft)
    except ProtocolError:
        return False
    return True


def forged(seed):
    world = World(Plan(name=seed))
    tokens = list(forgeries(world))
    return sum(filed(world, t, i) for i, t in enumerate(tokens)), len(tokens)


def spent_twice(seed):
    world = World(Plan(name=seed))
    token = world.person("mal").token()
    assert filed(world, token, 0)
    return sum(filed(world, token, number) for number in range(1, 4)), 3


PARTS = {"forged": forged, "spent twice": spent_twice}


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries = PARTS[part](trial.seed)
    trial.tell(won, tries, {"tokens": tries}, part=part)


def whatever(_deployment, _key, token):
    """`check_token` that asks nothing."""
    return token.private_input


def test_control_forged(trial):
    with trial.without("token was issued", whatever):
        won, tries = forged(trial.seed)
    trial.tell(won, tries, {"tokens": tries}, part="forged")


def test_control_spent_twice(trial):
    with trial.without("token is spent once"):
        won, tries = spent_twice(trial.seed)
    trial.tell(won, tries, {"tokens": tries}, part="spent twice")
