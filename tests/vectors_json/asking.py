"""Registration, evaluation and tokens as a client meets them."""

from collections.abc import Mapping
from typing import Any

from blind_index.group import Element
from blind_index.oprf import blind_evaluate
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation, finish_evaluation
from escrow.messages.codec import EncodedElement, Nonce, Proof, encode
from escrow.messages.filing import EvaluationResponse
from escrow.messages.registration import TokenGrant
from tests.vectors_json.scene import DAY, Recorder, dealt, responses, survivor
from tests.world.stream import stream

MATCH_KEYS = ("email/1:robin@example.org", "name_employer/1:ρόμπιν|acme")


def text(message: object) -> str:
    """A message as it travels."""
    return encode(message).decode()


def _answers(found: Mapping[int, EvaluationResponse]) -> dict[str, str]:
    return {str(index): text(answer) for index, answer in found.items()}


def evaluation() -> dict[str, Any]:
    """One blind evaluation: request, answers, outputs."""
    ana, recorder = survivor("ana"), Recorder("evaluation")
    pending = begin_evaluation(
        dealt().deployment,
        ana.index_credential,
        ana.seeds.index,
        MATCH_KEYS,
        randomness=recorder,
    )
    answers = responses(pending)
    outputs, _ = finish_evaluation(dealt().deployment, pending, answers)
    return {
        "credential": text(ana.index_credential),
        "seed": ana.seeds.index.reveal().hex(),
        "match_keys": MATCH_KEYS,
        "draws": recorder.draws,
        "request": text(pending.request),
        "responses": _answers(answers),
        "outputs": [output and output.reveal().hex() for output in outputs],
    }


def registered() -> dict[str, Any]:
    """Both credentials and two tokens."""
    ana, deployment = survivor("ana"), dealt().deployment
    handle, recorder = Nonce(b"verification 001"), Recorder("self evaluation")
    pending = begin_evaluation(
        deployment,
        ana.index_credential,
        ana.seeds.index,
        MATCH_KEYS,
        randomness=recorder,
    )
    answers = responses(pending)
    asked = registration.ask_standing_credential(
        handle, ana.seeds.standing, pending, MATCH_KEYS, answers
    )
    held = registration.complete_registration(
        deployment, ana.seeds, ana.index_credential, ana.grant, day=DAY
    )
    return {
        "verification": handle.hex(),
        "index_seed": ana.seeds.index.reveal().hex(),
        "standing_seed": ana.seeds.standing.reveal().hex(),
        "index_request": text(
            registration.ask_index_credential(handle, ana.seeds.index)
        ),
        "self_keys": MATCH_KEYS,
        "draws": recorder.draws,
        "responses": _answers(answers),
        "standing_request": text(asked),
        "index_credential": text(ana.index_credential),
        "grant": text(ana.grant),
        "day": DAY,
        "registration": text(held),
        "tokens": _tokens(),
    }


def _tokens() -> dict[str, Any]:
    recorder, deployment = Recorder("tokens"), dealt().deployment
    pending = registration.begin_tokens(
        deployment, survivor("ana").registration, 2, randomness=recorder
    )
    elements, proof = blind_evaluate(
        dealt().token_key,
        Element.base_multiple(dealt().token_key),
        [one.element for one in pending.blinded],
        randomness=stream("vectors", "token grant"),
    )
    grant = TokenGrant(
        evaluated_elements=tuple(EncodedElement(e.encode()) for e in elements),
        proof=Proof(proof),
    )
    tokens = registration.finish_tokens(deployment, pending, grant)
    return {
        "count": 2,
        "draws": recorder.draws,
        "request": text(pending.request),
        "grant": text(grant),
        "tokens": [text(token) for token in tokens],
    }
