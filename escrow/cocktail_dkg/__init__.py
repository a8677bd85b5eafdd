"""Distributed key generation: COCKTAIL-DKG v0.2.1 over ristretto255-SHA512.

The trustees are its participants, the server is its untrusted coordinator.
"""

from escrow.cocktail_dkg.certificate import check_certificate
from escrow.cocktail_dkg.errors import (
    COORDINATOR,
    AlteredMessage,
    InvalidCertificate,
    InvalidSetup,
)
from escrow.cocktail_dkg.messages import aggregate, check_round_one
from escrow.cocktail_dkg.recovery import recover, share_bundle
from escrow.cocktail_dkg.rounds import (
    Outcome,
    RoundOne,
    RoundTwo,
    begin,
    receive_round_one,
    receive_signatures,
)
from escrow.cocktail_dkg.setup import CeremonySetup, ceremony_context
from escrow.cocktail_dkg.states import decode_state, encode_state

__all__ = [
    "COORDINATOR",
    "AlteredMessage",
    "CeremonySetup",
    "InvalidCertificate",
    "InvalidSetup",
    "Outcome",
    "RoundOne",
    "RoundTwo",
    "aggregate",
    "begin",
    "ceremony_context",
    "check_certificate",
    "check_round_one",
    "decode_state",
    "encode_state",
    "receive_round_one",
    "receive_signatures",
    "recover",
    "share_bundle",
]
