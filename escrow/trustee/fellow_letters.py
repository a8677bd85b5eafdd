"""Letters between opening trustees: signed, then sealed; the API only carries."""

from collections.abc import Mapping

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import FellowLetter, SealedLetter
from escrow.messages.codec import Digest, SealingKey, Signed, decode, encode
from escrow.messages.deployment import BoxKey
from escrow.padding import LETTER_BYTES, LETTER_BYTES_PER_MEMBER, pad, unpad
from escrow.report.contents import box_key_digest
from escrow.sealing import open_sealed, seal_to
from escrow.signing import check_signature, sign
from escrow.trustee.context import Trustee


def _context(
    deployment: Deployment, case_id: Digest, sender: int, recipient: int
) -> tuple[bytes, ...]:
    return deployment.deployment_id, case_id, bytes([sender]), bytes([recipient])


def seal_letter(
    trustee: Trustee, letter: FellowLetter, keys: Mapping[int, BoxKey], members: int
) -> tuple[SealedLetter, ...]:
    """The letter for every fellow with a box key.

    Padded by the number of the case's members alone, so that its size tells the
    API neither the round nor how many were set aside.
    """
    signed = pad(
        encode(sign(trustee.identity_seed, Label.FELLOW_LETTER, letter)),
        LETTER_BYTES + members * LETTER_BYTES_PER_MEMBER,
        "letter",
    )
    return tuple(
        SealedLetter(
            case_id=letter.case_id,
            sender=trustee.index,
            recipient=index,
            box_key=box_key_digest(key),
            ciphertext=seal_to(
                SealingKey(key.key),
                signed,
                Label.FELLOW_LETTER_BOX,
                *_context(trustee.deployment, letter.case_id, trustee.index, index),
            ),
        )
        for index, key in sorted(keys.items())
        if index != trustee.index
    )


def open_letter(trustee: Trustee, sealed: SealedLetter) -> FellowLetter:
    """What a fellow wrote.

    Raises:
        InvalidCase: Not for this trustee, or not about the case it came for.
        InvalidCiphertext: Not sealed for this trustee and case.
        InvalidIndex: No such sender.
        InvalidSignature: `culprit` is the claimed sender.
    """
    seed = trustee.box_seeds.get(sealed.box_key)
    if seed is None or sealed.recipient != trustee.index:
        raise InvalidCase("a letter for another trustee or key", culprit="api")
    identity = trustee.deployment.trustee("opening", sealed.sender).identity_key
    context = _context(trustee.deployment, sealed.case_id, sealed.sender, trustee.index)
    plaintext = open_sealed(seed, sealed.ciphertext, Label.FELLOW_LETTER_BOX, *context)
    signed = decode(unpad(plaintext), Signed, culprit=sealed.sender)
    check_signature(
        identity,
        Label.FELLOW_LETTER,
        signed.payload,
        signed.signature,
        culprit=sealed.sender,
    )
    letter: FellowLetter = decode(
        signed.payload,
        FellowLetter,  # type: ignore[arg-type]
        culprit=sealed.sender,
    )
    if letter.sender != sealed.sender or letter.case_id != sealed.case_id:
        raise InvalidCase("a letter about another case", culprit=sealed.sender)
    return letter
