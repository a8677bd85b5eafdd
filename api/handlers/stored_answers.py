"""Index answers at rest: sealed, for with t' of them a tag could be computed."""

from api.handlers.desk import Desk
from api.ports import Records, ReportEntry
from blind_index.labels import Label
from escrow import aead
from escrow.messages.codec import decode, encode
from escrow.messages.filing import IndexAnswer


async def keep_answer(
    desk: Desk, records: Records, entry: ReportEntry, answer: IndexAnswer
) -> None:
    """Seal a verified answer to the report's current version."""
    sealed = aead.seal(
        desk.keys.store_key,
        encode(answer),
        Label.STORED_ANSWER,
        answer.header_digest,
        bytes([answer.index]),
        randomness=desk.randomness,
    )
    key = entry.stored.report_key
    await records.evidence.add_answer(key, answer.index, sealed)


async def read_answers(
    desk: Desk, records: Records, entry: ReportEntry
) -> list[IndexAnswer]:
    """The answers kept for the report's current version, by trustee."""
    kept = await records.evidence.answers(entry.stored.report_key)
    return [
        decode(
            aead.unseal(
                desk.keys.store_key,
                sealed,
                Label.STORED_ANSWER,
                entry.stored.header_digest,
                bytes([index]),
            ),
            IndexAnswer,
        )
        for index, sealed in kept.items()
    ]
