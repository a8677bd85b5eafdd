"""The registrar in memory, and a client's registration with it."""

from copy import copy
from functools import cache

from blind_index.secret import SecretBytes
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation
from escrow.client.vault import Registration
from escrow.messages.codec import Digest, Nonce
from escrow.registrar import issue
from escrow.registrar.identity import (
    Identity,
    check_identity,
    dedupe_tags,
    same_person,
    self_keys,
)
from escrow.registrar.issue import Person, Registrar
from tests.world.dealt import LEVEL, Dealt, Plan, deal_deployment
from tests.world.stream import stream
from tests.world.trustees import IndexTrustee

VERIFICATION = Nonce(b"verification 001")


class Office:
    """Who is registered: marks of verified identities, and whose they are."""

    def __init__(self, dealt: Dealt) -> None:
        self.registrar = Registrar(dealt.deployment, dealt.registrar_seed)
        self._plan = dealt.plan
        self._draw = stream(dealt.plan, "persons")
        self._key = SecretBytes(self._draw(32))
        self._known: dict[Digest, Person] = {}

    def fork(self) -> "Office":
        """The same registrar with a register of its own."""
        other = copy(self)
        other._known = dict(self._known)
        return other

    def register(self, identity: Identity, day: int) -> Registration:
        """Both credentials of a person; the same person for the same marks."""
        check_identity(identity)
        tags = dedupe_tags(self._key, identity)
        found = [self._known[tag] for tag in tags if tag in self._known]
        same_person(frozenset(bytes(person.person) for person in found))
        person = found[0] if found else self._new()
        self._known |= dict.fromkeys(tags, person)
        return _registration(self._plan, identity, person, day)

    def _new(self) -> Person:
        number = len(set(map(id, self._known.values())))
        draw = stream(self._plan, "person", number)
        return Person(Nonce(draw(16)), Nonce(draw(16)), LEVEL)


@cache
def _registration(
    plan: Plan, identity: Identity, person: Person, day: int
) -> Registration:
    """A registration with honest index trustees; the same one every time."""
    dealt = deal_deployment(plan)
    registrar = Registrar(dealt.deployment, dealt.registrar_seed)
    draw = stream(plan, "registration", identity.name, identity.email, person)
    seeds = registration.Seeds(SecretBytes(draw(32)), SecretBytes(draw(32)))
    asked = issue.open_index_request(
        registration.ask_index_credential(VERIFICATION, seeds.index)
    )
    index = issue.issue_index_credential(registrar, person, asked.key, day=day)
    keys = self_keys(identity)
    pending = begin_evaluation(
        dealt.deployment, index, seeds.index, keys, randomness=draw
    )
    responses = {}
    for i in range(1, plan.index[1] + 1):
        response = IndexTrustee(dealt, i).answer(pending.request, day)
        if response is not None:
            responses[i] = response
    request = issue.open_standing_request(
        registration.ask_standing_credential(
            VERIFICATION, seeds.standing, pending, keys, responses
        )
    )
    grant = issue.issue_standing_credential(
        registrar, person, identity, request, day=day, randomness=draw
    )
    return registration.complete_registration(
        dealt.deployment, seeds, index, grant, day=day
    )
