"""Members' alarms and trustees' holds, as they were signed."""

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import ALARM, HOLD_ORDER
from escrow.messages.codec import Digest, PublicKey, Signed, decode, encode
from escrow.messages.holds import Alarm, Hold


class SqlOrders:
    """`api.ports.Orders` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put_alarm(self, alarm: Alarm, signed: Signed) -> None:
        """Keep a member's last alarm about a case."""
        await self.forget_alarm(alarm.case_id, alarm.report_key)
        await self._connection.execute(
            insert(ALARM).values(
                case_id=alarm.case_id,
                report_key=alarm.report_key,
                day=alarm.day,
                body=encode(signed),
            )
        )

    async def alarms_since(self, day: int) -> list[Signed]:
        """The alarms of this day or later ones."""
        rows = await self._connection.execute(
            select(ALARM.c.body).where(ALARM.c.day >= day)
        )
        return [decode(body, Signed) for body in rows.scalars()]

    async def forget_alarm(self, case_id: Digest, report_key: PublicKey) -> None:
        """Erase what she raised about a case."""
        await self._connection.execute(
            delete(ALARM).where(
                ALARM.c.case_id == case_id, ALARM.c.report_key == report_key
            )
        )

    async def put_hold(self, hold: Hold, signed: Signed) -> None:
        """Keep a trustee's order about a case, if it is its last by number."""
        about = {"trustee": hold.index, "case_id": hold.case_id}
        known = select(HOLD_ORDER.c.number).filter_by(**about)
        last = (await self._connection.execute(known)).scalar_one_or_none()
        if last is not None and last >= hold.number:
            return
        await self._connection.execute(delete(HOLD_ORDER).filter_by(**about))
        await self._connection.execute(
            insert(HOLD_ORDER).values(
                **about, number=hold.number, day=hold.day, body=encode(signed)
            )
        )

    async def holds_for(self, trustee: int, day: int) -> list[Signed]:
        """What a trustee ordered itself, and others on this day or later."""
        query = select(HOLD_ORDER.c.body).where(
            or_(HOLD_ORDER.c.trustee == trustee, HOLD_ORDER.c.day >= day)
        )
        rows = await self._connection.execute(query.order_by(HOLD_ORDER.c.number))
        return [decode(body, Signed) for body in rows.scalars()]
