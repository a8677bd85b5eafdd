"""One report of a scenario's person, as she knows about it."""

from dataclasses import dataclass, field

from escrow.client.connecting import Contact as Met
from escrow.command.following import Standing
from escrow.command.withdrawing import Withdrawal
from escrow.messages.cases import Answer


@dataclass
class Entry:
    """One report of hers, as she knows about it."""

    label: str
    says_yes: bool
    remembered: Answer | None = None
    invites: Answer | None = None
    refused: str | None = None
    filed: bool = False
    withdrawal: Withdrawal | None = None
    standing: Standing | None = None
    met: dict[str, Met] = field(default_factory=dict)

    @property
    def given(self) -> Answer | None:
        """What she answers a group that asks her, if that is decided."""
        return "yes" if self.says_yes else self.remembered

    @property
    def state(self) -> str:
        """In one word, where the report stands."""
        if self.withdrawal is not None:
            return "withdrawn" if self.withdrawal.finished else "withdrawing"
        if not self.filed:
            return "refused"
        if self.met or (self.standing and self.standing.given_away):
            return "connected"
        return "asked" if self.standing and self.standing.asked else "waiting"

    @property
    def reason(self) -> str | None:
        """Why it is not what she wished, if it is not."""
        if self.withdrawal is None or self.withdrawal.finished:
            return self.refused
        return self.refused or f"not taken back everywhere: {self.withdrawal.count}"
