"""A trustee shows its card and confirms the roster it stands on (§K1, §K2)."""

from blind_index.errors import AlongsideError
from blind_index.labels import Label
from escrow.ceremony import committee_of
from escrow.manifest import check_roster, roster_digest
from escrow.messages.codec import Blob, decode, encode
from escrow.messages.deployment import Roster
from escrow.signing import sign
from escrow.trustee.ceremony import Participant
from keyservice.config import Config
from keyservice.ports import CEREMONY, OFFICE, ROSTER, ConfirmedRoster, Store
from keyservice.sealed_key import TrusteeSecrets


class UnusableRoster(AlongsideError):
    """A roster that this trustee cannot confirm; the text says why."""


def enrolment_card(config: Config, secrets: TrusteeSecrets) -> bytes:
    """The signed card that the operator of the API collects."""
    card = secrets.card(config)
    return encode(sign(secrets.identity_seed, Label.ENROLMENT, card))


def participant(
    config: Config, secrets: TrusteeSecrets, roster_payload: bytes
) -> Participant:
    """This trustee's place on a roster.

    Raises:
        UnusableRoster: Its card is not on it, exactly as it was given out.
        ProtocolError: The roster does not decode or could not protect anybody.
    """
    roster = decode(roster_payload, Roster, culprit="operator")
    check_roster(roster)
    cards = committee_of(roster, config.role).trustees
    mine = secrets.card(config)
    if mine not in cards:
        raise UnusableRoster("this trustee's card is not on the roster as it was given")
    if roster.demo and not config.listen.loopback:
        raise UnusableRoster("a demo's roster, but this trustee listens to the world")
    return Participant(
        roster_payload=roster_payload,
        role=config.role,
        index=cards.index(mine) + 1,
        identity_seed=secrets.identity_seed,
        ceremony_secret=secrets.ceremony_secret,
    )


async def keep_roster(store: Store, payload: bytes, day: int) -> None:
    """Keep a roster as confirmed; its ceremony may begin.

    Raises:
        UnusableRoster: A ceremony about another roster has begun or is over.
    """
    digest = roster_digest(payload)
    async with store.transaction() as ledger:
        known = await ledger.load(ROSTER)
        if known is not None and known.payload == payload:
            return
        begun = await ledger.load(CEREMONY) is not None
        if begun or await ledger.load(OFFICE) is not None:
            raise UnusableRoster("the ceremony of another roster has begun")
        await ledger.save(ROSTER, ConfirmedRoster(payload=Blob(payload)))
        await ledger.log(day, "roster confirmed", digest, f"roster {digest.hex()}")
