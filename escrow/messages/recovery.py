"""After a backup: what was taken back meanwhile, asked of everybody (§T6).

A request needs no signature. An answer holds nothing that its readers did not
once have, and whoever asks in another's name only makes work.
"""

from escrow.messages.codec import Counter, Message, Nonce, PublicKey, Signed

#: How the server is called where trustees have their index.
SERVER = 0


class RecordsWanted(Message, frozen=True, tag="records-wanted/1"):
    """One that was restored from a backup asks what it has missed.

    `recipient` is an opening trustee's index, or `SERVER`. `nonce` was drawn
    after the backup, so that an answer from before it cannot be shown again.
    """

    deployment_id: Nonce
    recipient: Counter
    nonce: Nonce


class HeldVersion(Message, frozen=True):
    """A report that the answering trustee holds, in this version."""

    report_key: PublicKey
    version: Counter


class RecordsAnswer(Message, frozen=True, tag="records-answer/1"):
    """One part of all that an opening trustee knows; signed by its identity.

    `catching_up` says that it was restored itself and may have missed as much.
    `withdrawals` are signed by the reports' own keys. `head` is the newest log
    head that the asking trustee itself once signed, as remembered.
    """

    deployment_id: Nonce
    index: Counter
    recipient: Counter
    nonce: Nonce
    part: Counter
    parts: Counter
    catching_up: bool
    withdrawals: tuple[Signed, ...]
    versions: tuple[HeldVersion, ...]
    head: Signed | None


class SignedRecords(Message, frozen=True, tag="signed-records/1"):
    """A part of an answer, on its way through the server."""

    answer: Signed
