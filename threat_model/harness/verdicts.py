"""From what a run saw to HELD, BROKEN, VOID and the two words about residuals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from threat_model.harness.catalogue import Attack

HELD = "HELD"
BROKEN = "BROKEN"
VOID = "VOID"
CONFIRMED = "RESIDUAL-CONFIRMED"
GONE = "RESIDUAL-GONE"
NOT_RUN = "NOT RUN"
FAILING = (BROKEN, VOID, GONE)
# The first of these that any part gives is what the whole gives.
_ORDER = (BROKEN, VOID, GONE, NOT_RUN, CONFIRMED, HELD)


@dataclass(frozen=True)
class Observation:
    """One attack or control that ran.

    `won` of `tries` succeeded; `injected` counts what was done to the product,
    by kind; `allowed` is the bound for this part; `notes` are measured prices.
    """

    attack: str
    kind: str
    part: str
    won: int
    tries: int
    allowed: int
    injected: dict[str, int]
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Nothing was tried, so nothing was shown."""
        return self.tries < 1 or sum(self.injected.values()) < 1


@dataclass(frozen=True)
class Result:
    """What one attack and its controls came to."""

    attack: Attack
    verdict: str
    reasons: tuple[str, ...]
    observations: tuple[Observation, ...]
    # Attack, controls, and what they need: how long it all took.
    seconds: float = 0.0

    @property
    def counters(self) -> Counter[str]:
        """Everything injected, by kind, attack and controls together."""
        total: Counter[str] = Counter()
        for seen in self.observations:
            total.update(seen.injected)
        return total

    def figures(self, kind: str) -> str:
        """Won of tries of the attacks, or of the controls."""
        mine = [seen for seen in self.observations if seen.kind == kind]
        won, tries = sum(s.won for s in mine), sum(s.tries for s in mine)
        return f"{won}/{tries}" if mine else "-"

    @property
    def bound(self) -> str:
        """What the figures bound, in words."""
        mine = [seen for seen in self.observations if seen.kind == "attack"]
        tries = sum(seen.tries for seen in mine)
        if self.attack.outcome == "R" or not tries:
            return ""
        if any(seen.allowed for seen in mine):
            return f"at most {max(seen.allowed for seen in mine)}"
        if self.attack.exhaustive:
            return f"all {tries} of {tries}"
        rule_of_three = f": below {3 / tries:.1g} (95 %)" if tries > 3 else ""
        return f"0 in {tries}{rule_of_three}"

    def row(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "attack": self.attack.id,
            "name": self.attack.name,
            "adversary": self.attack.adversary,
            "asset": self.attack.asset,
            "outcome": self.attack.outcome,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "bound": self.bound,
            "seconds": round(self.seconds, 1),
            "counters": dict(self.counters),
            "observations": [vars(seen) for seen in self.observations],
        }


def judge(
    attack: Attack, observations: Sequence[Observation], faults: Iterable[str] = ()
) -> Result:
    """Compare attacks and controls, part by part.

    Args:
        attack: The catalogue's entry.
        observations: Of this attack, in order.
        faults: Tests of it that broke down without saying anything.
    """
    reasons = [(VOID, fault) for fault in faults]
    if not observations and not reasons:
        return Result(attack, NOT_RUN, ("no test ran",), ())
    parts = dict.fromkeys(seen.part for seen in observations)
    for part in parts or ("",):
        mine = [seen for seen in observations if seen.part == part]
        reasons += _judge_part(attack, part, mine)
    verdict = min((word for word, _ in reasons), key=_ORDER.index)
    told = tuple(text for word, text in reasons if word == verdict and text)
    return Result(attack, verdict, told, tuple(observations))


def _judge_part(
    attack: Attack, part: str, seen: Sequence[Observation]
) -> list[tuple[str, str]]:
    name = f"{part}: " if part else ""
    attacked = [one for one in seen if one.kind == "attack"]
    controlled = [one for one in seen if one.kind == "control"]
    if not attacked or not controlled:
        missing = "control" if attacked else "attack"
        return [(VOID, f"{name}no {missing} ran")]
    if any(one.empty for one in seen):
        return [(VOID, f"{name}nothing was injected")]
    judged = [(verdict_of(attack, one), one) for one in (*attacked, *controlled)]
    return [
        (word, "" if word in (HELD, CONFIRMED) else f"{name}{_told(one)}")
        for word, one in judged
    ]


def _told(one: Observation) -> str:
    return f"the {one.kind} won {one.won} of {one.tries}, allowed {one.allowed}"


def verdict_of(attack: Attack, one: Observation) -> str:
    """What one observation alone says; for a control, whether it worked."""
    if one.empty:
        return VOID
    if attack.outcome == "R":
        if one.kind == "attack":
            return CONFIRMED if one.won > one.allowed else GONE
        return CONFIRMED if one.won == 0 else VOID
    if one.kind == "attack":
        return HELD if one.won <= one.allowed else BROKEN
    return HELD if one.won > one.allowed else VOID


def worst(verdicts: Iterable[str]) -> str:
    """The verdict that a claim takes from its attacks."""
    return min(verdicts, key=_ORDER.index, default=NOT_RUN)
