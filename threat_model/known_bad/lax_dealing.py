"""A key ceremony that takes commitments of any length.

A dealer who commits to one coefficient more raises the threshold: t shares no
longer make the key, and nobody notices before it is needed.
"""

from itertools import zip_longest

from blind_index.errors import ProtocolError
from blind_index.group import Element
from blind_index.key_share import PublicKeySet
from escrow.cocktail_dkg.contribution import Contribution, commitment_at
from escrow.cocktail_dkg.messages import Dealing
from escrow.cocktail_dkg.suite import MIN_CIPHERTEXT_SIZE, SIGNATURE_SIZE


def take_dealing(reader, trustee_threshold, recipients):
    """`messages._take_dealing` for whatever length the dealer chose."""
    start = reader._data
    for length in (trustee_threshold, trustee_threshold + 1, trustee_threshold - 1):
        reader._data = start
        try:
            commitment = reader.take_elements(length)
            proof = reader.take(SIGNATURE_SIZE)
            (ephemeral,) = reader.take_elements(1)
            ciphertexts = tuple(reader.take_framed() for _ in range(recipients))
        except ProtocolError:
            continue
        if all(len(each) == MIN_CIPHERTEXT_SIZE for each in ciphertexts):
            contribution = Contribution(commitment, proof, ephemeral)
            return Dealing(contribution, ciphertexts)
    raise ProtocolError("no length fits")


def public_key_set(contributions):
    """`contribution.public_key_set` that adds up what there is and checks nothing."""
    columns = zip_longest(
        *(each.commitment for each in contributions), fillvalue=Element.identity()
    )
    joint = [sum(column, Element.identity()) for column in columns]
    indexes = range(1, len(contributions) + 1)
    shares = tuple(commitment_at(joint, index) for index in indexes)
    return PublicKeySet(len(joint), joint[0], shares)
