"""An index answer comes in; with t' of them the report is matched (§I2)."""

from api.handlers.desk import Desk
from api.handlers.matching import match_tags
from api.handlers.stored_answers import keep_answer, read_answers
from api.handlers.tag_search import put_tags
from api.ports import Records
from escrow.errors import NotFound
from escrow.messages.codec import decode
from escrow.messages.filing import Core, Header, IndexAnswer
from escrow.server.indexing import check_answer, combine_tags, decoded_share
from escrow.signing import peek


async def receive_answer(desk: Desk, records: Records, answer: IndexAnswer) -> None:
    """Verify and keep an answer; index and match the report once t' are in.

    Answers beyond those change nothing and are not kept: a claim shows t' of them.

    Raises:
        NotFound: The version it is about is not stored any more.
        ProtocolError: The answer does not hold.
    """
    entry = await records.reports.by_digest(answer.header_digest)
    if entry is not None and entry.tag_rows is not None:
        return
    header = await records.reports.header(entry.stored.report_key) if entry else None
    if entry is None or header is None:
        raise NotFound("an answer about a version that is not stored")
    core = decode(peek(header, Header).core, Core)
    share = check_answer(desk.deployment, core.encrypted_tags, answer)
    await keep_answer(desk, records, entry, answer)
    # Those kept were verified when they came.
    kept = [decoded_share(one) for one in await read_answers(desk, records, entry)]
    shares = {one.index: one for one in (*kept, share)}
    if len(shares) < desk.needed:
        return
    tags = combine_tags(desk.deployment, core.encrypted_tags, list(shares.values()))
    await match_tags(desk, records, await put_tags(desk, records, entry, tags))
