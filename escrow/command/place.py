"""A deployment as a client meets it: its manifest, its servers, the day."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.match_keys import match_keys
from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from blind_index.stretch import stretch
from blind_index.threshold_evaluation import EvaluationShare
from escrow.client.evaluation import (
    PendingEvaluation,
    begin_evaluation,
    check_response,
    finalize_outputs,
)
from escrow.client.filing import current_box_keys, pad_outputs
from escrow.client.vault import Registration, SavedReport
from escrow.command.net import Busy, Http, Unreachable, check_url
from escrow.command.progress import Advance, Reporter
from escrow.manifest import Deployment, open_manifest
from escrow.messages.codec import Digest
from escrow.messages.deployment import BoxKey, BoxKeys, SignedManifest
from escrow.messages.filing import EvaluationResponse

_STRETCHERS = 4
_PAUSE = 0.3


@dataclass(frozen=True)
class Place:
    """Where a survivor's client works.

    Attributes:
        server: The API's address.
        http: How servers are reached.
        deployment: The manifest, checked and pinned.
        day: Today.
        reporter: Who is told how slow work goes on.
    """

    server: str
    http: Http
    deployment: Deployment
    day: int
    reporter: Reporter

    def url(self, path: str) -> str:
        """A path below /v1 of the API."""
        return f"{self.server}/v1/{path}"

    def box_keys(self) -> list[BoxKey]:
        """The opening trustees' current box keys, checked."""
        keys = self.http.get(self.url("box-keys"), BoxKeys)
        return current_box_keys(self.deployment, keys, day=self.day)


def find_deployment(http: Http, server: str, pinned: Digest | None) -> Deployment:
    """Fetch and check the manifest.

    Raises:
        InputError: The server's address is not safe to use.
        StaleManifest: It is not the pinned one.
        ProtocolError: A rule or a signature is missing.
    """
    url = f"{check_url(server)}/v1/manifest"
    return open_manifest(http.get(url, SignedManifest), pinned=pinned)


@dataclass(frozen=True)
class Answered:
    """One index trustee's answer, verified: as it came, and decoded."""

    response: EvaluationResponse
    share: EvaluationShare


def evaluate(place: Place, pending: PendingEvaluation) -> dict[int, Answered]:
    """Ask every index trustee at once, until t have answered well (§F2).

    Those who could not be reached are asked again for a while; the identical
    request costs nothing.

    Returns:
        Verified answers by index; at least t.

    Raises:
        Unreachable: Too few answered.
        Busy: Too few answered, for they were asked too often.
        ProtocolError: Too few answered well; the first fault among them.
    """
    needed = place.deployment.index_keys.trustee_threshold
    deadline = time.monotonic() + place.http.patience
    replies = Replies()
    with place.reporter.work("Asking the index trustees", needed) as advance:
        while True:
            _ask_round(place, pending, replies, advance)
            if len(replies.good) >= needed:
                return replies.good
            if replies.busy is not None:
                raise replies.busy
            if not replies.silent or time.monotonic() > deadline:
                break
            time.sleep(_PAUSE)
    if replies.faults and not replies.silent:
        raise replies.faults[0]
    reached = len(replies.good)
    raise Unreachable(f"{reached} of {needed} index trustees needed can be reached")


@dataclass
class Replies:
    """What index trustees answered so far; `silent` of them did not."""

    good: dict[int, Answered] = field(default_factory=dict)
    faults: list[ProtocolError] = field(default_factory=list)
    silent: int = 0
    busy: Busy | None = None


def _ask_round(
    place: Place, pending: PendingEvaluation, replies: Replies, advance: Advance
) -> None:
    """Ask all who have not answered well, until enough have."""
    total = len(place.deployment.roster.index.trustees)
    missing = [i for i in range(1, total + 1) if i not in replies.good]
    pool = ThreadPoolExecutor(total)
    asked = {pool.submit(_ask, place, pending, i): i for i in missing}
    replies.faults, replies.silent = [], 0
    for answer in as_completed(asked):
        index = asked[answer]
        try:
            # Verified here and not by the threads that ask: an answer that comes
            # when there are enough costs nothing.
            response = answer.result()
            share = check_response(place.deployment, pending, index, response)
            replies.good[index] = Answered(response, share)
            advance()
        except Unreachable:
            replies.silent += 1
        except Busy as pausing:
            replies.busy = pausing
        except ProtocolError as fault:
            replies.faults.append(fault)
        if len(replies.good) >= place.deployment.index_keys.trustee_threshold:
            break
    # Who has not answered is not waited for.
    pool.shutdown(wait=False, cancel_futures=True)


def _ask(place: Place, pending: PendingEvaluation, index: int) -> EvaluationResponse:
    card = place.deployment.trustee("index", index)
    url = f"{check_url(card.url)}/v1/evaluations"
    return place.http.ask_once(url, pending.request, EvaluationResponse, who=index)


def locked_outputs(
    place: Place, registration: Registration, report: SavedReport
) -> SavedReport:
    """The report with its match keys evaluated and stretched: what a lock is made of.

    Raises:
        InputError: Identifiers that cannot be read, or are too weak.
        Unreachable: Too few index trustees.
    """
    keys = match_keys(report.identifiers, report.country or None)
    pending = begin_evaluation(
        place.deployment,
        registration.index_credential,
        SecretBytes(bytes(registration.index_seed)),
        keys,
    )
    shares = [answered.share for answered in evaluate(place, pending).values()]
    outputs = finalize_outputs(place.deployment, pending, shares)
    padded = pad_outputs(_stretch_all(place, outputs), randomness=SYSTEM)
    return replace(report, outputs=padded, conjunctions=pending.conjunctions)


def _stretch_all(
    place: Place, outputs: Sequence[SecretBytes | None]
) -> list[SecretBytes | None]:
    parameters, salted = place.deployment.stretch, place.deployment.deployment_id
    real = sum(output is not None for output in outputs)
    with (
        place.reporter.work("Locking your answers on this device", real) as advance,
        ThreadPoolExecutor(_STRETCHERS) as pool,
    ):

        def one(output: SecretBytes | None) -> SecretBytes | None:
            if output is None:
                return None
            stretched = stretch(output, salted, parameters)
            advance()
            return stretched

        return list(pool.map(one, outputs))
