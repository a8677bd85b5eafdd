"""The notice service reads the nudge of a member of a formed group (§C6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import NotEnoughShares, ProtocolError
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.manifest import Deployment
from escrow.messages.cases import NudgeLetter, NudgeShares
from escrow.messages.codec import Blob, Digest, PublicKey, decode
from escrow.messages.filing import Header, NudgePart
from escrow.report.contents import nudge_context, open_nudge, quorum
from escrow.sealing import open_sealed
from escrow.trustee_lock import Part, check_share, combine_shares, open_part


@dataclass(frozen=True)
class NudgeTarget:
    """The member whose nudge is to be read."""

    case_id: Digest
    report_key: PublicKey
    header_digest: Digest
    header: Header
    ciphertext: Blob


def read_nudge(
    deployment: Deployment,
    notice_seed: SecretBytes,
    target: NudgeTarget,
    letters: Sequence[NudgeLetter],
) -> NudgePart | None:
    """Where the notice may go; None until t' trustees' letters are in.

    A letter that does not hold is passed over.
    """
    hashes = [row[Part.NUDGE] for row in target.header.share_hashes]
    opened = {}
    for letter in letters:
        try:
            deployment.trustee("opening", letter.index)
            shares = _open(deployment, notice_seed, target, letter)
            share = Scalar.decode(shares.share)
            check_share(
                target.report_key,
                Part.NUDGE,
                letter.index,
                share,
                hashes[letter.index - 1],
            )
        except ProtocolError:
            continue
        opened[letter.index] = (share, shares.nudge_key)
    for _, key in opened.values():
        try:
            secret = combine_shares(
                {index: share for index, (share, _) in opened.items()},
                hashes,
                target.report_key,
                Part.NUDGE,
                quorum(deployment),
            )
            part = open_part(secret, target.report_key, Part.NUDGE, target.ciphertext)
            return open_nudge(SecretBytes(bytes(key)), target.report_key, part)
        except NotEnoughShares:
            return None
        except ProtocolError:
            continue
    return None


def _open(
    deployment: Deployment,
    notice_seed: SecretBytes,
    target: NudgeTarget,
    letter: NudgeLetter,
) -> NudgeShares:
    context = nudge_context(deployment, target.case_id, target.header_digest)
    plaintext = open_sealed(
        notice_seed,
        letter.ciphertext,
        Label.NUDGE_BOX,
        *context,
        bytes([letter.index]),
    )
    return decode(plaintext, NudgeShares, culprit=letter.index)
