"""Who the vectors are about: one deployment, two survivors who name one person."""

from dataclasses import dataclass
from functools import cache

from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.randomness import Randomness
from blind_index.secret import SecretBytes
from blind_index.threshold_evaluation import make_evaluation_share
from escrow.calendar import month_of
from escrow.client.evaluation import PendingEvaluation
from escrow.client.registration import Seeds
from escrow.client.vault import Registration, SavedReport
from escrow.credential import (
    VALID_MONTHS,
    identity_commitment,
    self_tag_binding,
    self_tags_digest,
)
from escrow.encrypted_tag import encrypt_tag
from escrow.messages.codec import (
    Blob,
    EncodedElement,
    Nonce,
    Proof,
    PublicKey,
    Signed,
    encode,
)
from escrow.messages.deployment import BoxKey, BoxKeys
from escrow.messages.filing import ContactCard, EvaluationResponse, NudgePart
from escrow.messages.registration import (
    IdentityOpening,
    SelfTags,
    StandingCredential,
    StandingCredentialGrant,
)
from escrow.padding import SELF_TAG_COUNT
from escrow.registrar.issue import Person, Registrar, issue_index_credential
from escrow.report.contents import new_report_keys
from escrow.sealing import sealing_key
from escrow.signing import public_key, sign
from tests.world.dealt import LEVEL, Dealt, Plan, deal_deployment
from tests.world.stream import stream

DAY = 20_000
WITNESSES = ("wren",)
COMMON = stream("vectors", "common output")(64)


class Recorder:
    """A stream of draws that remembers what it gave."""

    def __init__(self, *seed: object) -> None:
        self._draw = stream("vectors", *seed)
        self.draws: list[str] = []

    def __call__(self, size: int) -> bytes:
        drawn = self._draw(size)
        self.draws.append(drawn.hex())
        return drawn


@cache
def dealt() -> Dealt:
    return deal_deployment(Plan("vectors"))


@dataclass(frozen=True)
class Survivor:
    """A person with what the registrar gave her."""

    name: str
    seeds: Seeds
    index_credential: Signed
    grant: StandingCredentialGrant

    @property
    def registration(self) -> Registration:
        return Registration(
            index_credential=self.index_credential,
            index_seed=Blob(self.seeds.index.reveal()),
            standing_credential=self.grant.credential,
            standing_seed=Blob(self.seeds.standing.reveal()),
            self_tags=self.grant.self_tags,
            opening=self.grant.opening,
        )


def _self_tags(key: PublicKey, draw: Randomness) -> bytes:
    deployment = dealt().deployment
    tags = tuple(
        encrypt_tag(
            Element.from_uniform(draw(64)),
            Scalar.random(draw),
            deployment.opening_keys.public_key,
            self_tag_binding(deployment, key),
            position,
            randomness=draw,
        )
        for position in range(SELF_TAG_COUNT)
    )
    return encode(SelfTags(encrypted_tags=tags))


@cache
def survivor(name: str) -> Survivor:
    """Registered on `DAY`; her self tags are of points nobody reports."""
    draw = stream("vectors", "survivor", name)
    seeds = Seeds(SecretBytes(draw(32)), SecretBytes(draw(32)))
    person = Person(Nonce(draw(16)), Nonce(draw(16)), LEVEL)
    seed, deployment = dealt().registrar_seed, dealt().deployment
    key = public_key(seeds.standing)
    tags = _self_tags(key, draw)
    opening = encode(
        IdentityOpening(
            name=name.title(), email=f"{name}@example.org", salt=Nonce(draw(16))
        )
    )
    credential = StandingCredential(
        deployment_id=Nonce(deployment.deployment_id),
        registrar=public_key(seed),
        person=person.person,
        key=key,
        level=LEVEL,
        expiry_month=month_of(DAY) + VALID_MONTHS,
        identity_commitment=identity_commitment(opening),
        self_tags_digest=self_tags_digest(tags),
    )
    return Survivor(
        name,
        seeds,
        issue_index_credential(
            Registrar(deployment, seed), person, public_key(seeds.index), day=DAY
        ),
        StandingCredentialGrant(
            credential=sign(seed, Label.STANDING_CREDENTIAL, credential),
            self_tags=Blob(tags),
            opening=Blob(opening),
        ),
    )


def saved_report(name: str, common_at: int) -> SavedReport:
    """A report that was never sent; its entry `common_at` is the shared one."""
    draw = stream("vectors", "report", name)
    keys = new_report_keys(randomness=draw)
    outputs = [draw(64) for _ in range(16)]
    outputs[common_at] = COMMON
    return SavedReport(
        label="von der Arbeit",
        identifiers=(),
        country="US",
        match_threshold=2,
        witness=name in WITNESSES,
        expiry_month=month_of(DAY) + 24,
        card=ContactCard(name=name.title(), phone="+1 555 0100", wishes="ευχή 🌱"),
        nudge=NudgePart(
            channel="email",
            address=f"{name}@example.org",
            plant="fern",
            language="en",
        ),
        report_seed=Blob(keys.report_seed.reveal()),
        reader_seed=Blob(keys.reader_seed.reveal()),
        contact_key=Blob(keys.contact_key.reveal()),
        outputs=tuple(Blob(output) for output in outputs),
    )


def box_seeds() -> list[SecretBytes]:
    """The private box key of each opening trustee."""
    return [SecretBytes(stream("vectors", "box", i)(32)) for i in (1, 2, 3)]


def box_keys() -> BoxKeys:
    """The opening trustees' current box keys, signed."""
    return BoxKeys(
        keys=tuple(
            sign(
                identity,
                Label.BOX_KEY,
                BoxKey(
                    deployment_id=Nonce(dealt().deployment.deployment_id),
                    index=index,
                    key=sealing_key(seed),
                    first_day=DAY - 1,
                    last_day=DAY + 29,
                ),
            )
            for index, (identity, seed) in enumerate(
                zip(dealt().identity_seeds["opening"], box_seeds(), strict=True), 1
            )
        )
    )


def responses(pending: PendingEvaluation) -> dict[int, EvaluationResponse]:
    """What each index trustee answers."""
    answers = {}
    for share in dealt().key_shares["index"]:
        made = make_evaluation_share(
            share,
            dealt().deployment.index_keys,
            pending.elements,
            randomness=stream("vectors", "response", share.index),
        )
        answers[share.index] = EvaluationResponse(
            index=share.index,
            evaluated_elements=tuple(
                EncodedElement(element.encode()) for element in made.elements
            ),
            proof=Proof(made.proof),
        )
    return answers
