"""Ask the index committee blindly: from match keys to OPRF outputs (§F2, §F3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blind_index.errors import NotEnoughShares, ProtocolError
from blind_index.group import Element
from blind_index.labels import Label
from blind_index.oprf import Blinded, blind, finalize
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
    verify_evaluation_share,
)
from escrow.errors import InvalidReport
from escrow.manifest import Deployment
from escrow.messages.codec import EncodedElement, Nonce, Signed
from escrow.messages.filing import EvaluationRequest, EvaluationResponse
from escrow.padding import entry_class
from escrow.signing import sign


@dataclass(frozen=True)
class Entry:
    """One place of the padded list: a match key, or nothing, under its blind."""

    match_key: str | None
    private_input: bytes
    blinded: Blinded


@dataclass(frozen=True)
class PendingEvaluation:
    """What was asked: the same signed request for every index trustee."""

    request: Signed
    entries: tuple[Entry, ...]

    @property
    def elements(self) -> list[Element]:
        """The blinded elements, in the order sent."""
        return [entry.blinded.element for entry in self.entries]

    @property
    def conjunctions(self) -> tuple[str, ...]:
        """The kind of each entry's match key, "" for padding."""
        return tuple((entry.match_key or "").split("/")[0] for entry in self.entries)


def _shuffled(count: int, randomness: Randomness) -> list[int]:
    """A random order (Fisher and Yates); draws 8 bytes for each place."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = int.from_bytes(randomness(8)) % (last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def begin_evaluation(
    deployment: Deployment,
    credential: Signed,
    seed: SecretBytes,
    match_keys: Sequence[str],
    *,
    randomness: Randomness = SYSTEM,
) -> PendingEvaluation:
    """Blind the match keys, padded with random inputs, in random order.

    Args:
        deployment: The pinned manifest.
        credential: The signed index credential.
        seed: Of the credential's key (Ed25519, 32 bytes).
        match_keys: 1 to 64 of them.
        randomness: Draws 32 bytes for each padding input, the order, then one
            scalar for each place, then the request's name (16 bytes).

    Raises:
        InputError: None, or more than 64.
    """
    size = entry_class(len(match_keys))
    inputs: list[tuple[str | None, bytes]] = [(k, k.encode()) for k in match_keys]
    inputs += [(None, randomness(32)) for _ in range(size - len(match_keys))]
    entries = []
    for place in _shuffled(size, randomness):
        match_key, private_input = inputs[place]
        blinded = blind(private_input, randomness=randomness)
        entries.append(Entry(match_key, private_input, blinded))
    request = EvaluationRequest(
        manifest_digest=deployment.digest,
        credential=credential,
        request_id=Nonce(randomness(16)),
        blinded_elements=tuple(
            EncodedElement(entry.blinded.element.encode()) for entry in entries
        ),
    )
    signed = sign(seed, Label.EVALUATION_REQUEST, request)
    return PendingEvaluation(signed, tuple(entries))


def check_response(
    deployment: Deployment,
    pending: PendingEvaluation,
    index: int,
    response: EvaluationResponse,
) -> EvaluationShare:
    """Verify one trustee's answer.

    Raises:
        InvalidProof: `culprit` is the trustee's index.
        ProtocolError: An encoding or a count; `culprit` likewise.
    """
    try:
        if response.index != index:
            raise InvalidReport("an answer in another trustee's name")
        share = EvaluationShare(
            index,
            tuple(Element.decode(e) for e in response.evaluated_elements),
            bytes(response.proof),
        )
        verify_evaluation_share(share, pending.elements, deployment.index_keys)
    except ProtocolError as error:
        error.culprit = index
        raise
    return share


def finish_evaluation(
    deployment: Deployment,
    pending: PendingEvaluation,
    responses: Mapping[int, EvaluationResponse],
) -> tuple[list[SecretBytes | None], list[ProtocolError]]:
    """Combine any t verified answers into the OPRF outputs.

    Returns:
        For each place the output (64 bytes), None for padding; and the faults
        of lying trustees, each naming its culprit.

    Raises:
        NotEnoughShares: Fewer than t answers verify; `culprit` names the first
            trustee at fault, if any.
    """
    shares, faults = [], []
    for index, response in sorted(responses.items()):
        try:
            shares.append(check_response(deployment, pending, index, response))
        except ProtocolError as fault:
            faults.append(fault)
    if len(shares) < deployment.index_keys.trustee_threshold:
        culprit = faults[0].culprit if faults else None
        raise NotEnoughShares("too few index trustees answered well", culprit=culprit)
    return finalize_outputs(deployment, pending, shares), faults


def finalize_outputs(
    deployment: Deployment,
    pending: PendingEvaluation,
    shares: Sequence[EvaluationShare],
) -> list[SecretBytes | None]:
    """Combine t answers that `check_response` verified into the OPRF outputs.

    Returns:
        For each place the output (64 bytes), None for padding.

    Raises:
        NotEnoughShares: Fewer than t.
    """
    combined = combine_evaluation_shares(shares, deployment.index_keys)
    return [
        None
        if entry.match_key is None
        else finalize(entry.private_input, entry.blinded.blind, element)
        for entry, element in zip(pending.entries, combined, strict=True)
    ]
