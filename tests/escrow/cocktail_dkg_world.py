"""Whole key ceremonies in memory, honest or with one crooked party."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha512

from blind_index.group import Element, Scalar
from blind_index.randomness import Randomness
from blind_index.shamir import Polynomial, index_scalar
from escrow.cocktail_dkg import (
    CeremonySetup,
    Outcome,
    RoundOne,
    aggregate,
    begin,
    ceremony_context,
    decode_state,
    encode_state,
    receive_round_one,
    receive_signatures,
)
from escrow.cocktail_dkg.contribution import Contribution, make_contribution
from escrow.cocktail_dkg.dealt_share import Route, seal_share
from escrow.cocktail_dkg.messages import Dealing, decode_round_one
from escrow.cocktail_dkg.setup import Agreement


def counted(prefix: bytes) -> Randomness:
    """A stream that hashes a prefix and the number of the draw."""
    count = iter(range(1 << 16))

    def draw(size: int) -> bytes:
        return sha512(prefix + next(count).to_bytes(8, "little")).digest()[:size]

    return draw


@dataclass(frozen=True)
class World:
    """All trustees of one ceremony, after `begin`."""

    secrets: tuple[Scalar, ...]
    states: tuple[RoundOne, ...]

    @property
    def size(self) -> int:
        return len(self.states)

    @property
    def agreement(self) -> Agreement:
        return self.setup(1).agreement

    @property
    def messages(self) -> list[bytes]:
        return [state.message for state in self.states]

    def setup(self, index: int) -> CeremonySetup:
        return self.states[index - 1].setup

    def secret(self, index: int) -> Scalar:
        return self.secrets[index - 1]

    def dealing(self, index: int) -> Dealing:
        setup = self.setup(index)
        message = self.states[index - 1].message
        return decode_round_one(message, setup.trustee_threshold, setup.size)

    def others(self, index: int) -> list[int]:
        return [other for other in range(1, self.size + 1) if other != index]

    def with_message(self, index: int, message: bytes) -> "World":
        """The same, but one dealer sent something else and stands by it."""
        states = list(self.states)
        states[index - 1] = replace(states[index - 1], message=message)
        return World(self.secrets, tuple(states))

    def received(self, recipient: int) -> bytes:
        setup = self.setup(recipient)
        return aggregate(self.messages, setup.trustee_threshold, recipient)


def make_world(
    threshold: int, size: int, session: bytes = b"first", extension: bytes = b"epoch 1"
) -> World:
    secrets = tuple(
        Scalar.random(counted(b"static" + bytes([index]))) for index in range(size)
    )
    keys = tuple(Element.base_multiple(secret) for secret in secrets)
    context = ceremony_context(session, keys)
    states = []
    for index, secret in enumerate(secrets, start=1):
        setup = CeremonySetup(context, index, threshold, keys, extension)
        draws = counted(b"dealt" + session + bytes([threshold, index]))
        states.append(begin(setup, secret, randomness=draws)[0])
    return World(secrets, tuple(states))


def finish(world: World) -> list[Outcome]:
    """Take all trustees to the end; every state is stored in between."""
    letters, states = [], []
    for index, dealt in enumerate(world.states, start=1):
        resumed = decode_state(encode_state(dealt))
        state, letter = receive_round_one(resumed, world.received(index))
        states.append(decode_state(encode_state(state)))
        letters.append(letter)
    return [receive_signatures(state, letters) for state in states]


def deal(
    world: World,
    dealer: int,
    coefficients: Sequence[Scalar],
    *,
    plaintexts: dict[int, bytes] | None = None,
    contribution: Contribution | None = None,
) -> bytes:
    """A dealer's message for chosen coefficients, with chosen lies.

    Args:
        world: In which ceremony.
        dealer: Whose message.
        coefficients: From the constant up.
        plaintexts: What to encrypt for some recipients in place of the share.
        contribution: To send in place of the right one.
    """
    setup = world.setup(dealer)
    ephemeral = Scalar.random(counted(b"crooked" + bytes([dealer])))
    right = make_contribution(setup.context, coefficients, ephemeral)
    polynomial = Polynomial(tuple(coefficients))
    ciphertexts = []
    for index, key in enumerate(setup.static_public_keys, start=1):
        route = Route(setup.context, right.ephemeral_key, setup.own_key, key)
        share = polynomial.evaluate(index_scalar(index)).encode()
        plaintext = (plaintexts or {}).get(index, share)
        ciphertexts.append(
            seal_share(route, ephemeral, world.secret(dealer), plaintext)
        )
    return Dealing(contribution or right, tuple(ciphertexts)).encode()


def coefficients(count: int, seed: bytes = b"crooked polynomial") -> list[Scalar]:
    draws = counted(seed)
    return [Scalar.random(draws) for _ in range(count)]
