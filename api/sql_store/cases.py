"""Cases, their verdicts and answers."""

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import CASE, CASE_MEMBER, CONSENT, REPORT, VERDICT
from escrow.messages.cases import CaseClaim, Consent
from escrow.messages.codec import Digest, PublicKey, Signed, decode, encode
from escrow.server.cases import CaseMember, CaseRecord
from escrow.signing import peek


class SqlCases:
    """`api.ports.Cases` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, case_id: Digest, month: int) -> CaseRecord | None:
        """A case with everything said in it; who is live in this month."""
        members = await self._members(case_id, month)
        if not members:
            return None
        return CaseRecord(
            case_id=case_id,
            members=members,
            verdicts=await self._signed(VERDICT, case_id),
            consents=await self._signed(CONSENT, case_id),
        )

    async def _members(self, case_id: Digest, month: int) -> tuple[CaseMember, ...]:
        query = (
            select(
                CASE_MEMBER.c.report_key,
                CASE_MEMBER.c.header_digest,
                CASE_MEMBER.c.position,
                CASE_MEMBER.c.match_threshold,
                CASE_MEMBER.c.witness,
                REPORT.c.header_digest.label("current"),
                REPORT.c.withdrawn,
                REPORT.c.expiry_month,
            )
            .join_from(
                CASE_MEMBER,
                REPORT,
                REPORT.c.report_key == CASE_MEMBER.c.report_key,
                isouter=True,
            )
            .where(CASE_MEMBER.c.case_id == case_id)
            .order_by(CASE_MEMBER.c.place)
        )
        return tuple(
            CaseMember(
                report_key=PublicKey(row.report_key),
                header_digest=Digest(row.header_digest),
                position=row.position,
                match_threshold=row.match_threshold,
                live=row.current == row.header_digest
                and not row.withdrawn
                and row.expiry_month >= month,
                witness=row.witness,
            )
            for row in await self._connection.execute(query)
        )

    async def _signed(self, table: Table, case_id: Digest) -> tuple[Signed, ...]:
        query = select(table.c.body).where(table.c.case_id == case_id)
        rows = await self._connection.execute(query)
        return tuple(decode(body, Signed) for body in rows.scalars())

    async def of_report(self, report_key: PublicKey) -> list[Digest]:
        """The cases of which any version of a report is a member, oldest first."""
        query = (
            select(CASE.c.case_id)
            .join_from(CASE, CASE_MEMBER, CASE.c.case_id == CASE_MEMBER.c.case_id)
            .where(CASE_MEMBER.c.report_key == report_key)
            .order_by(CASE.c.sequence)
        )
        rows = await self._connection.execute(query)
        return [Digest(case_id) for case_id in rows.scalars()]

    async def live(self, month: int) -> list[Digest]:
        """The cases with a member whose report stands in this month, oldest first."""
        member = (
            select(CASE_MEMBER.c.case_id)
            .join_from(
                CASE_MEMBER, REPORT, REPORT.c.report_key == CASE_MEMBER.c.report_key
            )
            .where(
                REPORT.c.header_digest == CASE_MEMBER.c.header_digest,
                REPORT.c.withdrawn.is_(False),
                REPORT.c.expiry_month >= month,
            )
        )
        query = (
            select(CASE.c.case_id)
            .where(CASE.c.case_id.in_(member))
            .order_by(CASE.c.sequence)
        )
        rows = await self._connection.execute(query)
        return [Digest(case_id) for case_id in rows.scalars()]

    async def add(self, claim: CaseClaim, record: CaseRecord) -> None:
        """Store a new case."""
        last = await self._connection.execute(select(func.max(CASE.c.sequence)))
        await self._connection.execute(
            insert(CASE).values(
                case_id=claim.case_id,
                sequence=(last.scalar_one() or 0) + 1,
                level=claim.level,
            )
        )
        for place, member in enumerate(record.members):
            await self._connection.execute(
                insert(CASE_MEMBER).values(
                    case_id=claim.case_id,
                    place=place,
                    report_key=member.report_key,
                    header_digest=member.header_digest,
                    position=member.position,
                    match_threshold=member.match_threshold,
                    witness=member.witness,
                    nudged=False,
                )
            )

    async def add_verdict(self, case_id: Digest, index: int, signed: Signed) -> None:
        """Keep a trustee's verdict; its first stays."""
        known = select(VERDICT.c.trustee).where(
            VERDICT.c.case_id == case_id, VERDICT.c.trustee == index
        )
        if (await self._connection.execute(known)).first() is None:
            await self._connection.execute(
                insert(VERDICT).values(
                    case_id=case_id, trustee=index, body=encode(signed)
                )
            )

    async def put_consent(
        self, case_id: Digest, report_key: PublicKey, signed: Signed
    ) -> None:
        """Keep a member's newest answer."""
        await self._connection.execute(
            delete(CONSENT).where(
                CONSENT.c.case_id == case_id, CONSENT.c.report_key == report_key
            )
        )
        await self._connection.execute(
            insert(CONSENT).values(
                case_id=case_id,
                report_key=report_key,
                last_day=peek(signed, Consent).last_day,
                body=encode(signed),
            )
        )

    async def consents_until(self, day: int) -> list[Signed]:
        """The newest answers of everybody whose last day is this one or later."""
        query = select(CONSENT.c.body).where(CONSENT.c.last_day >= day)
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]
