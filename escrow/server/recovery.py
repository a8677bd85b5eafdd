"""A server that comes back from a backup learns what was withdrawn since (§T8)."""

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.codec import Message, Nonce
from escrow.messages.recovery import (
    SERVER,
    RecordsAnswer,
    RecordsWanted,
    SignedRecords,
)
from escrow.server.receipts import open_from_trustee


class ServerRecovery(Message, frozen=True, tag="server-recovery/1"):
    """A restored server that has not caught up: which parts of whom it has heard."""

    nonce: Nonce
    heard: tuple[tuple[int, int, int], ...] = ()


def check_wanted(deployment: Deployment, sender: int, wanted: RecordsWanted) -> None:
    """Refuse a question in another's name.

    Raises:
        InvalidCase: Another trustee's, or of another deployment.
    """
    if wanted.recipient != sender or wanted.deployment_id != deployment.deployment_id:
        raise InvalidCase("a question in another's name", culprit=sender)


def open_records(
    deployment: Deployment, sender: int, message: SignedRecords
) -> RecordsAnswer:
    """Verify a part of a trustee's answer.

    Raises:
        InvalidCase: Another trustee's, or of another deployment.
        InvalidSignature: That trustee did not sign it.
    """
    label = Label.RECORDS_ANSWER
    return open_from_trustee(deployment, sender, message.answer, RecordsAnswer, label)


def ask_trustees(deployment: Deployment, recovery: ServerRecovery) -> RecordsWanted:
    """The question of a restored server to every opening trustee."""
    return RecordsWanted(
        deployment_id=Nonce(deployment.deployment_id),
        recipient=SERVER,
        nonce=recovery.nonce,
    )


def hear(recovery: ServerRecovery, answer: RecordsAnswer) -> ServerRecovery:
    """Note a part of an answer to this question; others change nothing."""
    part = (answer.index, answer.part, answer.parts)
    if answer.nonce != recovery.nonce or part in recovery.heard:
        return recovery
    return replace(recovery, heard=(*recovery.heard, part))


def caught_up(deployment: Deployment, recovery: ServerRecovery) -> bool:
    """Whether t' trustees have answered in full: one of them is honest."""
    seen: dict[tuple[int, int], int] = {}
    for index, _, parts in recovery.heard:
        seen[index, parts] = seen.get((index, parts), 0) + 1
    whole = {index for (index, parts), count in seen.items() if count == parts}
    return len(whole) >= deployment.opening_keys.trustee_threshold
