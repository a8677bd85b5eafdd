"""An index trustee counts a request, then answers it (§F3)."""

import asyncio
from dataclasses import dataclass

from blind_index.key_share import KeyShare
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.filing import EvaluationResponse
from escrow.trustee.evaluation import AdmissibleRequest, check_request, evaluate
from keyservice.ports import ACCOUNTS, Ledger, Store
from keyservice.quota import Rules, Spending, admit


@dataclass(frozen=True)
class IndexDuty:
    """What an index trustee answers with, and its numbers."""

    deployment: Deployment
    key_share: KeyShare
    rules: Rules


async def answer_evaluation(
    store: Store, duty: IndexDuty, signed: Signed, day: int
) -> EvaluationResponse:
    """Check a request, count it durably, evaluate.

    Raises:
        QuotaExceeded: The person or the registrar has no more; nothing counted.
        ProtocolError: The request does not hold; nothing counted.
    """
    # libsodium releases the interpreter's lock: other requests go on meanwhile.
    request = await asyncio.to_thread(check_request, duty.deployment, signed, day=day)
    async with store.transaction() as ledger:
        await _count(ledger, duty.rules, request, day)
    return await asyncio.to_thread(
        evaluate, duty.deployment, duty.key_share, request.elements
    )


async def _count(
    ledger: Ledger, rules: Rules, request: AdmissibleRequest, day: int
) -> None:
    person = (request.registrar, request.pseudonym)
    newcomers = f"newcomers of registrar {request.registrar.hex()}"
    admission = admit(
        rules,
        await ledger.load(ACCOUNTS, *person),
        await ledger.count(newcomers, day),
        Spending(day=day, cost=len(request.elements), request=request.request_digest),
    )
    await ledger.save(ACCOUNTS, admission.account, *person)
    await ledger.count("requests", day, 1)
    await ledger.count("evaluations", day, admission.counted)
    await ledger.count(newcomers, day, int(admission.newcomer))
