"""Submission tokens: blind issue under a quota, unlinkable redemption (§R7)."""

from api.handlers.desk import Desk
from api.ports import Records
from escrow.errors import InvalidToken
from escrow.messages.codec import Digest, Signed
from escrow.messages.filing import Token
from escrow.messages.registration import TokenGrant
from escrow.server.tokens import (
    PERIOD_DAYS,
    admit_grant,
    admit_spending,
    check_token,
    check_token_request,
    grant_tokens,
    request_digest,
)


async def issue_tokens(desk: Desk, signed: Signed) -> TokenGrant:
    """Evaluate blinded tokens; counted and durable before they are given."""
    request, credential = check_token_request(desk.deployment, signed, day=desk.day)
    # Evaluated first: an element that does not decode costs nothing.
    grant = grant_tokens(desk.deployment, desk.keys.token_key, request)
    name, asked = request_digest(signed), len(request.blinded_elements)
    who = (credential.registrar, credential.pseudonym)
    first_day = desk.day - PERIOD_DAYS + 1
    async with desk.transaction() as records:
        await records.tokens.forget_before(first_day)
        granted = await records.tokens.granted(*who, first_day)
        if admit_grant(granted, name, asked):
            await records.tokens.add_grant(who, name, asked, desk.day)
    return grant


def token_name(desk: Desk, token: Token | None) -> Digest:
    """The name under which a token is remembered as spent.

    Raises:
        InvalidToken: None, or never issued.
    """
    if token is None:
        raise InvalidToken("a new report costs a token", culprit="client")
    return check_token(desk.deployment, desk.keys.token_key, token)


async def redeem_token(
    desk: Desk, records: Records, token: Token | None, header_digest: Digest
) -> None:
    """Spend a token on a submission.

    Raises:
        InvalidToken: None, never issued, or spent on another submission.
    """
    name = token_name(desk, token)
    admit_spending(await records.tokens.paid_for(name), header_digest)
    await records.tokens.spend(name, header_digest)
