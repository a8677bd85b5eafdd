"""The roster of a new deployment, from its trustees' enrolment cards (§K1, §K2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.labels import Label
from escrow.errors import InvalidManifest
from escrow.manifest import check_roster
from escrow.messages.codec import EncodedElement, Nonce, SealingKey, Signed
from escrow.messages.deployment import (
    Committee,
    RegistrarEntry,
    Role,
    Roster,
    StretchSettings,
    TrusteeCard,
)
from escrow.signing import open_signed, peek

NORMALISATION_VERSION = 1
ONE_OPERATOR = "The registrar and the server have one operator."
ONE_ORGANISATION = "One organisation has a trustee in both committees."
NONE_SPARED = "Every opening trustee is needed: what one of them loses is lost."
DEMO = "This is a demonstration: nobody is protected."


@dataclass(frozen=True)
class ServerKeys:
    """What the server itself contributes to the roster."""

    token_key: EncodedElement
    notice_key: SealingKey


@dataclass(frozen=True)
class Numbers:
    """What the deployment's operators decide; t and t' are in `needed`."""

    needed: dict[Role, int]
    levels: tuple[int, ...]
    smallest_group: int
    stretch: StretchSettings
    demo: bool


@dataclass(frozen=True)
class Site:
    """Where clients find the server, and who verifies persons."""

    deployment_id: Nonce
    origin: str
    registrars: tuple[RegistrarEntry, ...]
    registrar_inline: bool


def read_card(signed: Signed) -> TrusteeCard:
    """Verify an enrolment card against the key it names.

    Raises:
        InvalidSignature: Not signed by its own identity key.
    """
    key = peek(signed, TrusteeCard).identity_key
    return open_signed(signed, TrusteeCard, Label.ENROLMENT, key)


def build_roster(
    cards: Sequence[TrusteeCard], site: Site, numbers: Numbers, keys: ServerKeys
) -> Roster:
    """Put the cards in order of arrival, say what is weak, check the numbers.

    Raises:
        InvalidManifest: Its numbers could not protect anybody.
    """
    roster = Roster(
        deployment_id=site.deployment_id,
        demo=numbers.demo,
        epoch=1,
        normalisation_version=NORMALISATION_VERSION,
        origin=site.origin,
        index=_committee(cards, "index", numbers),
        opening=_committee(cards, "opening", numbers),
        registrars=site.registrars,
        token_key=keys.token_key,
        notice_key=keys.notice_key,
        weaknesses=weaknesses(cards, site, numbers),
        levels=numbers.levels,
        smallest_group=numbers.smallest_group,
        stretch=numbers.stretch,
    )
    check_roster(roster)
    return roster


def _committee(cards: Sequence[TrusteeCard], role: Role, numbers: Numbers) -> Committee:
    mine = tuple(card for card in cards if card.role == role)
    if not mine:
        raise InvalidManifest(f"no enrolment card of an {role} trustee")
    return Committee(trustee_threshold=numbers.needed[role], trustees=mine)


def weaknesses(
    cards: Sequence[TrusteeCard], site: Site, numbers: Numbers
) -> tuple[str, ...]:
    """What every client is told about who could act together, or lose what is held."""
    index = {card.name for card in cards if card.role == "index"}
    opening_cards = [card for card in cards if card.role == "opening"]
    opening = {card.name for card in opening_cards}
    found = {
        DEMO: numbers.demo,
        ONE_OPERATOR: site.registrar_inline,
        ONE_ORGANISATION: bool(index & opening),
        NONE_SPARED: numbers.needed["opening"] >= len(opening_cards),
    }
    return tuple(text for text, applies in found.items() if applies)
