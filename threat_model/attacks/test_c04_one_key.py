"""C04: stored encryptions sent to the index trustees as if they were names."""

import pytest

from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.match_keys import match_keys
from blind_index.oprf import blind, finalize
from blind_index.secret import SecretBytes
from blind_index.stretch import stretch
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
)
from escrow.match_lock import level_secrets
from escrow.messages.codec import EncodedElement, Nonce
from escrow.messages.filing import EvaluationRequest
from escrow.signing import sign
from tests.world import dealt
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World, email

NAMES = [f"named{i}@company.example" for i in range(6)]
BATCH = 64


class Thief:
    """A verified person who holds a copy of the server's reports.

    She may ask the index trustees what anybody may, and keeps within her quota.
    """

    def __init__(self, world, held, headers):
        self.world, self.held = world, held
        self.tags = [tag for core in headers for tag in core.encrypted_tags]
        self.draw = stream("C04", "thief")
        self.asked = 0

    def evaluate(self, points):
        """k times each point, through blinded requests like anybody's."""
        found = []
        for first in range(0, len(points), BATCH):
            found += self._batch(points[first : first + BATCH])
        return found

    def _batch(self, points):
        blinds = [Scalar.random(self.draw) for _ in range(BATCH)]
        filled = [*points, *[Element.generator()] * (BATCH - len(points))]
        blinded = [b * point for b, point in zip(blinds, filled, strict=True)]
        request = EvaluationRequest(
            manifest_digest=self.world.deployment.digest,
            credential=self.held.index_credential,
            request_id=Nonce(self.draw(16)),
            blinded_elements=tuple(EncodedElement(e.encode()) for e in blinded),
        )
        seed = SecretBytes(bytes(self.held.index_seed))
        signed = sign(seed, Label.EVALUATION_REQUEST, request)
        self.asked += BATCH
        shares = [
            EvaluationShare(
                answer.index,
                tuple(Element.decode(e) for e in answer.evaluated_elements),
                bytes(answer.proof),
            )
            for trustee in self.world.index
            if (answer := trustee.answer(signed, self.world.day))
        ]
        keys = self.world.deployment.index_keys
        answered = combine_evaluation_shares(shares, keys)
        pairs = zip(blinds, answered, strict=True)
        return [b.invert() * element for b, element in pairs][: len(points)]

    def tag_points(self, names):
        """What she may know: the tag points of names she has evaluated."""
        deployment = self.world.deployment
        keys = [key.encode() for name in names for key in match_keys([email(name)])]
        blinded = [blind(key, randomness=self.draw) for key in keys]
        answers = self.evaluate([one.element for one in blinded])
        points = []
        for key, one, element in zip(keys, blinded, answers, strict=True):
            output = finalize(key, one.blind, element)
            y = stretch(output, deployment.deployment_id, deployment.stretch)
            points.append(level_secrets(y, deployment.levels).tag_point)
        return points

    def confirmed(self, names):
        """Names whose tag equals a stored encryption stripped under k."""
        stripped = {
            (answer - Element.decode(tag.c1)).encode()
            for tag, answer in zip(
                self.tags,
                self.evaluate([Element.decode(tag.c2) for tag in self.tags]),
                strict=True,
            )
        }
        tags = self.evaluate(self.tag_points(names))
        return [
            n for n, tag in zip(names, tags, strict=True) if tag.encode() in stripped
        ]


def attack(trial, plan):
    world = World(plan)
    for number, name in enumerate(NAMES):
        world.file("pia", [email(name)], report=f"report {number}")
    world.settle()
    headers = [filed.report.core for filed in world.server.reports.values()]
    thief = Thief(world, world.person("mal").registration, headers)
    won = thief.confirmed(NAMES)
    injected = {"elements evaluated": thief.asked, "stored tags": len(thief.tags)}
    trial.tell(len(won), len(NAMES), injected)


def test_attack(trial):
    attack(trial, Plan(name=trial.seed))


def test_control(trial):
    honest = dealt.deal_key
    with trial.without(
        "keys of two ceremonies", lambda plan, _role: honest(plan, "index")
    ):
        attack(trial, Plan(name=f"{trial.seed} one key"))


@pytest.fixture(scope="module", autouse=True)
def _fresh_deployments():
    yield
    dealt.deal_deployment.cache_clear()
