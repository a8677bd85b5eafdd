"""What a judgement may look at: the trustee, what it holds, its day."""

from collections.abc import Mapping
from dataclasses import dataclass

from escrow.manifest import Deployment
from escrow.messages.codec import PublicKey
from escrow.trustee.boxes import (
    EndedReport,
    Held,
    HeldReport,
    SupersededReport,
    Tombstone,
)
from escrow.trustee.case_files import JudgedCase
from escrow.trustee.claim import Member
from escrow.trustee.context import Trustee
from escrow.trustee.holds import NO_HOLDS, Holds


@dataclass(frozen=True)
class Bench:
    """What a judgement may look at: the trustee, what it holds, its day.

    `group` is this trustee's file of the group's case, when the case at hand is
    that of a witness (§B5); `holds` are the alarms and holds that it knows (§H).
    """

    trustee: Trustee
    held: Mapping[PublicKey, Held]
    day: int
    group: JudgedCase | None = None
    holds: Holds = NO_HOLDS

    @property
    def deployment(self) -> Deployment:
        """The manifest in force."""
        return self.trustee.deployment

    @property
    def needed(self) -> int:
        """How many trustees it takes, t'."""
        return self.deployment.opening_keys.trustee_threshold

    def holding(self, member: Member) -> HeldReport | None:
        """This trustee's shares of exactly this version, if it has them."""
        held = self.held.get(member.report.core.report_key)
        if isinstance(held, HeldReport) and held.header_digest == member.report.digest:
            return held
        return None

    def outdated(self, member: Member) -> bool:
        """Whether it was withdrawn, has ended, or a newer version is held."""
        held = self.held.get(member.report.core.report_key)
        return isinstance(held, Tombstone | EndedReport) or (
            isinstance(held, HeldReport | SupersededReport)
            and held.version > member.report.core.version
        )
