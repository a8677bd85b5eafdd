"""What waits to be posted, in batches; removed once the API has it."""

from collections.abc import Sequence

from escrow.messages.mailbox import PostRequest
from keyservice.ports import Outgoing, Store

#: A post is far below the API's limit for trustees, whatever letters weigh.
MOST_ROWS = 200
MOST_BYTES = 8 * 1024 * 1024


async def next_batch(store: Store, rows: int = MOST_ROWS) -> Sequence[Outgoing]:
    """The oldest rows that fit into one post; empty if nothing waits."""
    async with store.transaction() as ledger:
        waiting = await ledger.outbox(rows)
    batch: list[Outgoing] = []
    size = 0
    for row in waiting:
        size += len(row.letter or b"")
        if batch and size > MOST_BYTES:
            break
        batch.append(row)
    return batch


def post_of(batch: Sequence[Outgoing]) -> PostRequest:
    """The batch as it is posted; letters stand before acknowledgements."""
    return PostRequest(
        letters=tuple(row.letter for row in batch if row.letter is not None),
        acknowledged=tuple(
            row.acknowledged for row in batch if row.acknowledged is not None
        ),
    )


async def forget_batch(store: Store, batch: Sequence[Outgoing]) -> None:
    """Remove what was posted."""
    async with store.transaction() as ledger:
        await ledger.dequeue(batch)


async def drop_letter(store: Store, row: Outgoing, day: int) -> None:
    """Remove a row that the API will never take, and say so in the log."""
    async with store.transaction() as ledger:
        await ledger.dequeue((row,))
        await ledger.log(day, "letter dropped", b"", "the API would not take it")
