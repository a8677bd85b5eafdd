"""C10: a dealing of an earlier ceremony, and a dealer with two faces."""

import pytest

from blind_index.errors import ProtocolError
from escrow.cocktail_dkg import receive_round_one, receive_signatures
from escrow.cocktail_dkg.suite import sign
from tests.escrow import cocktail_dkg_world
from tests.escrow.cocktail_dkg_world import coefficients, deal, make_world

T, N = 2, 3
DEALERS = range(1, N + 1)


def replayed():
    """Won for each trustee that takes a dealing of the ceremony before."""
    now, before = make_world(T, N), make_world(T, N, session=b"before")
    won = tries = 0
    for dealer in DEALERS:
        crooked = now.with_message(dealer, before.messages[dealer - 1])
        for recipient in now.others(dealer):
            tries += 1
            state = now.states[recipient - 1]
            try:
                receive_round_one(state, crooked.received(recipient))
            except ProtocolError:
                continue
            won += 1
    return won, tries


def one_session(honest):
    """`ceremony_context` without the session."""
    return lambda _session, keys: honest(b"always", keys)


def two_faced():
    """Won if two honest trustees end with different keys."""
    won, world = 0, make_world(T, N)
    for dealer in DEALERS:
        other = world.with_message(dealer, deal(world, dealer, coefficients(T)))
        first, second = world.others(dealer)
        states = {
            trustee: receive_round_one(
                world.states[trustee - 1], side.received(trustee)
            )[0]
            for trustee, side in ((first, world), (second, other))
        }
        won += _certified(world, dealer, states)
    return won, N


def _certified(world, dealer, states):
    """Whether both sides accept; the dealer signs what each of them believes."""
    keys = set()
    for state in states.values():
        signatures = [b""] * N
        for each, its in states.items():
            signatures[each - 1] = its.signature
        signatures[dealer - 1] = sign(world.secret(dealer), state.transcript)
        try:
            keys.add(receive_signatures(state, signatures).keys.public_key)
        except ProtocolError:
            return False
    return len(keys) == len(states)


PARTS = {"replayed dealing": replayed, "two faces": two_faced}


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries = PARTS[part]()
    trial.tell(won, tries, {"dealings": tries}, part=part)


def test_control_replayed(trial):
    honest = cocktail_dkg_world.ceremony_context
    with trial.without("session of a ceremony", one_session(honest)):
        won, tries = replayed()
    trial.tell(won, tries, {"dealings": tries}, part="replayed dealing")


def test_control_two_faces(trial):
    with trial.without("all sign one transcript"):
        won, tries = two_faced()
    trial.tell(won, tries, {"dealings": tries}, part="two faces")
