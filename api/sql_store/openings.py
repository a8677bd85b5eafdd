"""What trustees handed over about a case: nudge letters, releases, receipts."""

from sqlalchemy import Table, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import (
    ALARM_RECEIPT,
    ANSWER_RECEIPT,
    CASE_MEMBER,
    NUDGE_LETTER,
    RELEASE,
)
from escrow.messages.cases import AnswerReceipt, NudgeLetter, Release
from escrow.messages.codec import Digest, Signed, decode, encode
from escrow.signing import peek


class SqlOpenings:
    """`api.ports.Openings` on one transaction; a trustee's first word stays."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_nudge(self, letter: NudgeLetter) -> None:
        """Keep a trustee's nudge letter for one member."""
        key = {
            "case_id": letter.case_id,
            "member": letter.member,
            "trustee": letter.index,
        }
        known = select(NUDGE_LETTER.c.trustee).filter_by(**key)
        if (await self._connection.execute(known)).first() is None:
            await self._connection.execute(
                insert(NUDGE_LETTER).values(**key, body=encode(letter))
            )

    async def nudges(self, case_id: Digest, member: int) -> list[NudgeLetter]:
        """The nudge letters for one member."""
        query = select(NUDGE_LETTER.c.body).where(
            NUDGE_LETTER.c.case_id == case_id, NUDGE_LETTER.c.member == member
        )
        rows = await self._connection.execute(query)
        return [decode(body, NudgeLetter) for body in rows.scalars()]

    async def nudged(self, case_id: Digest, member: int) -> bool:
        """Whether the notice about this case was already made for her."""
        query = select(CASE_MEMBER.c.nudged).where(
            CASE_MEMBER.c.case_id == case_id, CASE_MEMBER.c.place == member
        )
        return bool((await self._connection.execute(query)).scalar_one_or_none())

    async def finish_nudge(self, case_id: Digest, member: int) -> None:
        """Note that it was made, and forget the letters."""
        await self._connection.execute(
            update(CASE_MEMBER)
            .where(CASE_MEMBER.c.case_id == case_id, CASE_MEMBER.c.place == member)
            .values(nudged=True)
        )
        await self._forget_nudges(case_id, member)

    async def _forget_nudges(self, case_id: Digest, member: int) -> None:
        await self._connection.execute(
            delete(NUDGE_LETTER).where(
                NUDGE_LETTER.c.case_id == case_id, NUDGE_LETTER.c.member == member
            )
        )

    async def add_release(self, release: Release) -> None:
        """Keep a released share."""
        key = {
            "case_id": release.case_id,
            "reader": release.reader,
            "giver": release.giver,
            "trustee": release.index,
        }
        known = select(RELEASE.c.trustee).filter_by(**key)
        if (await self._connection.execute(known)).first() is None:
            await self._connection.execute(
                insert(RELEASE).values(**key, body=encode(release))
            )

    async def releases(self, case_id: Digest, reader: int) -> list[Release]:
        """What was released to one reader."""
        query = (
            select(RELEASE.c.body)
            .where(RELEASE.c.case_id == case_id, RELEASE.c.reader == reader)
            .order_by(RELEASE.c.giver, RELEASE.c.trustee)
        )
        rows = await self._connection.execute(query)
        return [decode(body, Release) for body in rows.scalars()]

    async def add_answer_receipt(
        self, case_id: Digest, member: int, one: Signed
    ) -> None:
        """Keep a trustee's receipt for a member's answer, if it has no newer one."""
        receipt = peek(one, AnswerReceipt)
        key = {"case_id": case_id, "member": member, "trustee": receipt.index}
        known = select(ANSWER_RECEIPT.c.counter).filter_by(**key)
        last = (await self._connection.execute(known)).scalar_one_or_none()
        if last is not None and last >= receipt.counter:
            return
        await self._connection.execute(delete(ANSWER_RECEIPT).filter_by(**key))
        row = {"counter": receipt.counter, "body": encode(one)}
        await self._connection.execute(insert(ANSWER_RECEIPT).values(**key, **row))

    async def answer_receipts(self, case_id: Digest, member: int) -> list[Signed]:
        """The receipts for one member's answer, by trustee."""
        return await self._receipts(ANSWER_RECEIPT, case_id, member)

    async def _receipts(
        self, table: Table, case_id: Digest, member: int
    ) -> list[Signed]:
        query = (
            select(table.c.body)
            .where(table.c.case_id == case_id, table.c.member == member)
            .order_by(table.c.trustee)
        )
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]

    async def add_alarm_receipt(
        self, case_id: Digest, member: int, index: int, signed: Signed
    ) -> None:
        """Keep a trustee's receipt for a member's alarm; its last counts.

        A trustee that lost the first with a backup may heed another (§H1).
        """
        key = {"case_id": case_id, "member": member, "trustee": index}
        await self._connection.execute(delete(ALARM_RECEIPT).filter_by(**key))
        await self._connection.execute(
            insert(ALARM_RECEIPT).values(**key, body=encode(signed))
        )

    async def alarm_receipts(self, case_id: Digest, member: int) -> list[Signed]:
        """The receipts for one member's alarm, by trustee."""
        return await self._receipts(ALARM_RECEIPT, case_id, member)

    async def forget_member(self, case_id: Digest, member: int) -> None:
        """Erase what was handed over of a member, and to her."""
        await self._forget_nudges(case_id, member)
        for table in (ANSWER_RECEIPT, ALARM_RECEIPT):
            await self._connection.execute(
                delete(table).where(
                    table.c.case_id == case_id, table.c.member == member
                )
            )
        await self._connection.execute(
            delete(RELEASE).where(
                RELEASE.c.case_id == case_id,
                or_(RELEASE.c.giver == member, RELEASE.c.reader == member),
            )
        )
