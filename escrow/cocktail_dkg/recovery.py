"""A trustee's key share again, from the static secret and public records.

Source: COCKTAIL-DKG v0.2.1, Share Recovery.
"""

from collections.abc import Sequence

from blind_index.group import Scalar
from blind_index.key_share import KeyShare
from escrow.cocktail_dkg.certificate import certified_contributions
from escrow.cocktail_dkg.contribution import public_key_set
from escrow.cocktail_dkg.fields import Reader, encode_framed
from escrow.cocktail_dkg.messages import Dealing, decode_round_two
from escrow.cocktail_dkg.rounds import Outcome, add_up_shares
from escrow.cocktail_dkg.setup import CeremonySetup


def share_bundle(setup: CeremonySetup, message: bytes) -> bytes:
    """Keep of round two's message what recovery needs beyond the certificate.

    Args:
        setup: The trustee's.
        message: As `receive_round_one` accepted it.

    Returns:
        The n framed ciphertexts for this trustee. Whoever ever learns the
        static secret can open them: store them as a secret.
    """
    dealings = decode_round_two(message, setup.trustee_threshold, setup.size)
    return encode_framed([dealing.ciphertexts[0] for dealing in dealings])


def recover(
    setup: CeremonySetup,
    static_secret: Scalar,
    bundle: bytes,
    transcript: bytes,
    signatures: Sequence[bytes],
) -> Outcome:
    """Reconstruct what a certified ceremony gave to a trustee.

    Args:
        setup: The trustee's; the transcript must repeat it.
        static_secret: The trustee's.
        bundle: Of `share_bundle`.
        transcript: T.
        signatures: Of trustee i at position i - 1.

    Returns:
        The same as `receive_signatures` did.

    Raises:
        InvalidIndex: The static key at the index is not the trustee's.
        InvalidLength: The bundle is not n framed ciphertexts.
        ProtocolError: A leaf of `certified_contributions`, or for a bad share
            one of `add_up_shares`.
    """
    setup.check_static_secret(static_secret)
    contributions = certified_contributions(setup.agreement, transcript, signatures)
    reader = Reader(bundle)
    dealings = [Dealing(each, (reader.take_framed(),)) for each in contributions]
    reader.finish()
    scalar = add_up_shares(setup, static_secret, dealings)
    key_share = KeyShare(setup.index, scalar)
    keys = public_key_set(contributions)
    return Outcome(key_share, keys, transcript, tuple(signatures))
