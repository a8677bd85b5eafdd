"""Every step that takes points or scalars takes strictly encoded ones only.

A valid message is changed in one place: a point becomes the identity or a
non-canonical encoding, a scalar reaches the group's order. Each change gives a
typed refusal, and where a peer made the message, its name.
"""

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation, check_response
from escrow.client.registration import begin_tokens, finish_tokens
from escrow.credential import check_self_tags, self_tags_digest
from escrow.messages.codec import (
    EncodedElement,
    EncodedScalar,
    Proof,
    Signed,
    decode,
    encode,
)
from escrow.messages.filing import Core, EvaluationRequest
from escrow.messages.registration import (
    SelfTags,
    StandingCredential,
    TokenRequest,
)
from escrow.report.check import check_header
from escrow.server.indexing import check_answer, honest_shares
from escrow.server.tokens import check_token_request, grant_tokens
from escrow.signing import peek, sign
from escrow.trustee.evaluation import check_request
from tests.world.altered import BAD_POINTS, BAD_SCALAR, at, places, put
from tests.world.crooked import bent
from tests.world.world import DAY, X, asked

WORLD = asked("ana")
DEPLOYMENT = WORLD.deployment
ANA = WORLD.survivors["ana"]
HELD = ANA.registration
SEED = SecretBytes(bytes(HELD.index_seed))
FILED = WORLD.server.reports[ANA.report_key("first")]
PENDING = begin_evaluation(
    DEPLOYMENT, HELD.index_credential, SEED, ["email/1:x@company.example"]
)
TOKENS = begin_tokens(DEPLOYMENT, HELD, 2)
STANDING = peek(HELD.standing_credential, StandingCredential)


def evaluation_request(message: EvaluationRequest) -> None:
    signed = sign(SEED, Label.EVALUATION_REQUEST, message)
    check_request(DEPLOYMENT, signed, day=DAY)


def evaluation_response(message) -> None:
    check_response(DEPLOYMENT, PENDING, message.index, message)


def index_answer(message) -> None:
    check_answer(DEPLOYMENT, FILED.report.core.encrypted_tags, message)


def token_request(message: TokenRequest) -> None:
    signed = sign(SEED, Label.TOKEN_REQUEST, message)
    request, _ = check_token_request(DEPLOYMENT, signed, day=DAY)
    grant_tokens(DEPLOYMENT, WORLD.dealt.token_key, request)


def token_grant(message) -> None:
    finish_tokens(DEPLOYMENT, TOKENS, message)


def self_tags(message: SelfTags) -> None:
    data = encode(message)
    credential = replace(STANDING, self_tags_digest=self_tags_digest(data))
    check_self_tags(DEPLOYMENT, credential, data)


def report_core(message: Core) -> None:
    forger = bent(
        ANA, core=lambda core: replace(core, encrypted_tags=message.encrypted_tags)
    )
    check_header(DEPLOYMENT, forger.seal(DRAFT).header, day=DAY)


DRAFT = ANA.draft(X, 2, "another")
SIGNED_DRAFT: Signed = bent(ANA).seal(DRAFT).header
STEPS = {
    evaluation_request: decode(PENDING.request.payload, EvaluationRequest),
    evaluation_response: WORLD.index[1].answer(PENDING.request, DAY),
    index_answer: FILED.answers[2],
    token_request: decode(TOKENS.request.payload, TokenRequest),
    token_grant: WORLD.server.grant_tokens(TOKENS.request, DAY),
    self_tags: decode(HELD.self_tags, SelfTags),
}
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)


def ends(paths) -> list[tuple]:
    """The first and the last place; those between are read by the same loop."""
    found = list(paths)
    return found[:1] + found[-1:]


@every_step
def test_the_unchanged_message_is_accepted(step):
    step(STEPS[step])


@every_step
@pytest.mark.parametrize("point", BAD_POINTS.values(), ids=BAD_POINTS)
def test_a_point_that_is_not_strict_is_refused(step, point):
    for path in ends(places(STEPS[step], EncodedElement)):
        with pytest.raises(ProtocolError):
            step(put(STEPS[step], path, point))


@every_step
@pytest.mark.parametrize("half", [0, 1])
def test_a_proof_with_a_scalar_out_of_range_is_refused(step, half):
    for path in ends(places(STEPS[step], Proof)):
        halves = [at(STEPS[step], path)[:32], at(STEPS[step], path)[32:]]
        halves[half] = BAD_SCALAR
        with pytest.raises(ProtocolError):
            step(put(STEPS[step], path, b"".join(halves)))


@every_step
def test_another_valid_point_or_scalar_is_refused(step):
    if step in (evaluation_request, token_request):
        return  # Any point may be asked for.
    message = STEPS[step]
    other = EncodedElement(DEPLOYMENT.opening_keys.public_key.encode())
    for path in ends(places(message, EncodedElement)):
        with pytest.raises(ProtocolError):
            step(put(message, path, other))
    for path in ends(places(message, EncodedScalar)):
        with pytest.raises(ProtocolError):
            step(put(message, path, bytes(32)))


@pytest.mark.parametrize("point", BAD_POINTS.values(), ids=BAD_POINTS)
def test_a_reports_tags_are_decoded_strictly(point):
    tags = FILED.report.core.encrypted_tags
    for field in ("c1", "c2"):
        bad = replace(tags[0], **{field: EncodedElement(point)})
        message = replace(FILED.report.core, encrypted_tags=(bad, *tags[1:]))
        with pytest.raises(ProtocolError):
            report_core(message)


def test_a_trustee_is_named_for_what_it_made():
    for index, step in ((2, evaluation_response), (2, index_answer)):
        message = STEPS[step]
        path = next(places(message, EncodedElement))
        swapped = message.evaluated_elements[1]
        with pytest.raises(ProtocolError) as caught:
            step(put(message, path, swapped))
        assert caught.value.culprit == index


def test_the_server_keeps_honest_answers_and_names_the_others():
    tags = FILED.report.core.encrypted_tags
    lied = put(FILED.answers[2], ("evaluated_elements", 0), BAD_POINTS["identity"])
    answers = [FILED.answers[1], lied]
    shares, lying = honest_shares(DEPLOYMENT, tags, answers)
    assert [share.index for share in shares] == [1]
    assert lying == [2]
