"""C09: one dealer of a key ceremony deviates; the coordinator helps it."""

from contextlib import ExitStack

import pytest

from blind_index import shamir
from blind_index.errors import InvalidElement, ProtocolError
from blind_index.group import Element, Scalar
from blind_index.shamir import Polynomial, index_scalar, interpolate
from escrow.cocktail_dkg import receive_round_one
from escrow.cocktail_dkg.contribution import Contribution
from escrow.cocktail_dkg.dealt_share import Route, seal_share
from escrow.cocktail_dkg.messages import Dealing, decode_round_one
from escrow.cocktail_dkg.setup import CeremonySetup
from tests.blind_index.strategies import ORDER
from tests.escrow.cocktail_dkg_world import coefficients, counted, deal, make_world
from tests.world.altered import BAD_POINTS
from tests.world.stream import stream
from threat_model.known_bad import lax_dealing

T, N = 2, 3
DEALERS = range(1, N + 1)
DRAW = stream("C09")


def received(world, dealer, message, recipient):
    """What the recipient gets: the crooked dealing at its dealer's place."""
    setup = world.setup(recipient)
    parts = []
    for each in range(1, world.size + 1):
        if each == dealer:
            parts.append(message(recipient))
        else:
            parts.append(world.dealing(each).addressed_to(recipient).encode())
    return receive_round_one(world.states[setup.index - 1], b"".join(parts))[0]


def accepting(world, dealer, message, recipients=()):
    """States of those who took it; who refuses must name the dealer or ends this."""
    states = []
    for recipient in recipients or world.others(dealer):
        try:
            states.append(received(world, dealer, message, recipient))
        except ProtocolError as error:
            if error.culprit != dealer:
                raise Unnamed from error
    return states


class Unnamed(Exception):
    """Somebody refused without saying whose fault it was."""


# Another threshold than agreed


def _of_length(world, dealer, count):
    """A dealing with another number of commitments, addressed by hand."""
    setup, secret = world.setup(dealer), world.secret(dealer)
    chosen = coefficients(count)
    encoded = deal(world, dealer, chosen)
    # The contribution is in front; the ciphertexts are made again, one by one.
    public = encoded[: 32 * count + 96]
    ephemeral = _ephemeral(dealer)
    key = Element.base_multiple(ephemeral)
    polynomial = Polynomial(tuple(chosen))

    def message(recipient):
        to = setup.static_public_keys[recipient - 1]
        share = polynomial.evaluate(index_scalar(recipient)).encode()
        route = Route(setup.context, key, setup.own_key, to)
        body = seal_share(route, ephemeral, secret, share)
        return public + len(body).to_bytes(8, "big") + body

    return message


def _ephemeral(dealer):
    return Scalar.random(counted(b"crooked" + bytes([dealer])))


def other_threshold():
    """Won if the others accept and their t shares do not make the joint key."""
    won = 0
    world = make_world(T, N)
    for dealer in DEALERS:
        states = accepting(world, dealer, _of_length(world, dealer, T + 1))
        if len(states) == T:
            points = [
                (index_scalar(s.key_share.index), s.key_share.scalar) for s in states
            ]
            made = Element.base_multiple(interpolate(points))
            constants = [world.dealing(i).contribution.commitment[0] for i in DEALERS]
            constants[dealer - 1] = Element.base_multiple(coefficients(T + 1)[0])
            won += made != sum(constants, Element.identity())
        won += bool(accepting(world, dealer, _of_length(world, dealer, T - 1)))
    return won, 2 * N


# A key that the dealer alone knows


def rogue_key():
    """Won if the joint key is one whose secret the last dealer chose.

    It takes a committee that needs all of its n trustees: with fewer, shares for
    all the others would give the dealer's constant away, and it has none.
    """
    won, tries = 0, 4
    for number in range(tries):
        world = make_world(2, 2, session=b"rogue" + bytes([number]))
        chosen = Scalar.random(DRAW)
        other = world.dealing(1).contribution.commitment[0]
        constant = Element.base_multiple(chosen) - other
        share = Scalar.random(DRAW)
        slope = Element.base_multiple(share) - constant
        states = accepting(world, 2, _rogue(world, (constant, slope), share))
        joint = other + constant
        won += bool(states) and joint == Element.base_multiple(chosen)
    return won, tries


def _rogue(world, commitment, share):
    setup, ephemeral = world.setup(2), Scalar.random(DRAW)
    key = Element.base_multiple(ephemeral)
    contribution = Contribution(commitment, world.dealing(1).contribution.proof, key)

    def message(recipient):
        to = setup.static_public_keys[recipient - 1]
        route = Route(setup.context, key, setup.own_key, to)
        body = seal_share(route, ephemeral, world.secret(2), share.encode())
        return Dealing(contribution, (body,)).encode()

    return message


# A share that contradicts its commitment


def wrong_share():
    """Won if a victim goes on with a share that belongs to no key."""
    won, world = 0, make_world(T, N)
    for dealer in DEALERS:
        for victim in world.others(dealer):
            lie = {victim: Scalar.random(DRAW).encode()}
            encoded = deal(world, dealer, coefficients(T), plaintexts=lie)
            dealing = decode_round_one(encoded, T, N)

            def message(recipient, dealing=dealing):
                return dealing.addressed_to(recipient).encode()

            won += bool(accepting(world, dealer, message, [victim]))
    return won, N * (N - 1)


# Points that are none


def bad_points():
    """Won if a commitment or a key of a dealer is taken that is no point."""
    won, tries, world = 0, 0, make_world(T, N)
    for dealer in DEALERS:
        for bad in BAD_POINTS.values():
            for place in (0, 32):
                tries += 1

                def message(recipient, dealer=dealer, bad=bad, place=place):
                    honest = world.dealing(dealer).addressed_to(recipient).encode()
                    return honest[:place] + bad + honest[place + 32 :]

                won += _taken(world, dealer, message)
    return won, tries


def _taken(world, dealer, message):
    try:
        return bool(accepting(world, dealer, message))
    except Unnamed as error:
        # libsodium itself refuses what is no point at all, whoever sent it.
        if isinstance(error.__cause__, InvalidElement):
            return False
        raise


# Indexes at which the share is the secret


def bad_indexes():
    """Won if a trustee at place zero gets what is the dealer's secret itself."""
    won, world = 0, make_world(T, N)
    setup = world.setup(1)
    indexes = (0, N + 1, -1, ORDER, ORDER + 1)
    for index in indexes:
        try:
            CeremonySetup(setup.context, index, T, setup.static_public_keys)
            chosen = coefficients(T)
            share = Polynomial(tuple(chosen)).evaluate(shamir.index_scalar(index))
            won += share == chosen[0] or index != 0
        except ProtocolError:
            continue
    return won, len(indexes)


# Numbers and keys of which no committee can be made


def bad_numbers():
    """Won if a ceremony begins whose threshold or whose trustees cannot be."""
    keys, context = make_world(T, N).setup(1).static_public_keys, b"C09"
    twice, nobodys = (keys[0], keys[0], *keys[2:]), (keys[0], Element.identity())
    agreed = ((0, keys), (-1, keys), (N + 1, keys), (T, twice), (T, nobodys))
    won = 0
    for threshold, static_keys in agreed:
        try:
            CeremonySetup(context, 1, threshold, static_keys)
        except ProtocolError:
            continue
        won += 1
    return won, len(agreed)


def as_it_comes(index):
    """`index_scalar` without its check."""
    return Scalar.from_int(index % 2**31)


class Permissive:
    """`Element.decode` that takes any 32 bytes."""

    def __call__(self, data):
        return Element._of(bytes(data))


PARTS = {
    "another threshold": (
        other_threshold,
        {
            "length of a dealing": lax_dealing.take_dealing,
            "one degree for all": lax_dealing.public_key_set,
        },
    ),
    "rogue key": (rogue_key, {"dealers' possession": None}),
    "wrong share": (wrong_share, {"dealt share": None, "joint share": None}),
    "bad points": (
        bad_points,
        {
            "strict points": Permissive(),
            "dealers' possession": None,
            "dealt share": None,
            "joint share": None,
            "one degree for all": lax_dealing.public_key_set,
        },
    ),
    "bad indexes": (
        bad_indexes,
        {"index of a trustee": None, "place of a share": as_it_comes},
    ),
    "bad numbers": (
        bad_numbers,
        {"threshold of a committee": None, "trustees' own keys": None},
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries = PARTS[part][0]()
    trial.tell(won, tries, {"deviations": tries}, part=part)


@pytest.mark.parametrize("part", PARTS)
def test_control(trial, part):
    run, guards = PARTS[part]
    with ExitStack() as stack:
        for guard, replacement in guards.items():
            given = (replacement,) if replacement else ()
            stack.enter_context(trial.without(guard, *given))
        won, tries = run()
    trial.tell(won, tries, {"deviations": tries}, part=part)
