"""After a backup: what was taken back meanwhile, asked of everybody (§T6).

A request needs no signature. An answer holds nothing that its readers did not
once have, and whoever asks in another's name only makes work.
"""

from typing import Annotated, Final

from msgspec import Meta

from escrow.messages.codec import Counter, Digest, Message, Nonce, PublicKey, Signed

#: How the server is called where trustees have their index.
SERVER = 0
#: Reports of one part: some 200 KiB. Answers, alarms and holds list their case's
#: members, so there are fewer.
MAX_ENTRIES: Final = 500
MAX_ANSWERS: Final = 100
MAX_ORDERS: Final = 100
#: Cases of one question: their answers are some hundred kilobytes.
MOST_CASES: Final = 20
#: An answer is told for so long after its last day: an earlier yes may end later than
#: the no that took it back, if its author's clock was wrong then.
TOLD_DAYS: Final = 60
#: More a case does not have.
MAX_KEYS: Final = 128


class RecordsWanted(Message, frozen=True, tag="records-wanted/1"):
    """One that was restored from a backup asks what it has missed.

    `recipient` is an opening trustee's index, or `SERVER`. `nonce` was drawn
    after the backup, so that an answer from before it cannot be shown again.
    """

    deployment_id: Nonce
    recipient: Counter
    nonce: Nonce


class CasesWanted(Message, frozen=True, tag="cases-wanted/1"):
    """A restored server asks opening trustees to say again what they said (§T8).

    At most `MOST_CASES` case ids. What is unknown to a trustee it passes over.
    """

    deployment_id: Nonce
    case_ids: tuple[Digest, ...]


class HeldVersion(Message, frozen=True):
    """The version in which the answering trustee holds a report, or saw it end."""

    report_key: PublicKey
    version: Counter


class ToldOrder(Message, frozen=True):
    """An alarm or a hold as it was signed, and the reports of the case that it covers.

    `report_keys` are the telling trustee's word: who asks may not know the case.
    """

    signed: Signed
    report_keys: Annotated[tuple[PublicKey, ...], Meta(max_length=MAX_KEYS)]


Entries = Annotated[tuple[Signed, ...], Meta(max_length=MAX_ENTRIES)]
Orders = Annotated[tuple[ToldOrder, ...], Meta(max_length=MAX_ORDERS)]


class RecordsAnswer(Message, frozen=True, tag="records-answer/1"):
    """One part of all that an opening trustee knows; signed by its identity.

    `catching_up` says that it was restored itself and may have missed as much.
    `withdrawals` are signed by the reports' own keys, as are `answers`: the newest
    of each member in each case, until some time after its last day. `alarms` are
    signed by members, `orders` by trustees: the newest of each about each case, the
    asking one's own among them. `head` is the newest log head that the asking
    trustee itself once signed, as remembered.
    """

    deployment_id: Nonce
    index: Counter
    recipient: Counter
    nonce: Nonce
    part: Counter
    parts: Counter
    catching_up: bool
    withdrawals: Entries
    versions: Annotated[tuple[HeldVersion, ...], Meta(max_length=MAX_ENTRIES)]
    answers: Annotated[tuple[Signed, ...], Meta(max_length=MAX_ANSWERS)]
    alarms: Orders
    orders: Orders
    head: Signed | None


class SignedRecords(Message, frozen=True, tag="signed-records/1"):
    """A part of an answer, on its way through the server."""

    answer: Signed
