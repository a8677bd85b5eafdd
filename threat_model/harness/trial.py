"""What a test of an attack holds: it says what it did and how often it won."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from threat_model.harness import guards
from threat_model.harness.catalogue import Attack
from threat_model.harness.verdicts import FAILING, Observation, verdict_of


class Trial:
    """One test's side of an attack; `kind` is "attack" or "control".

    Args:
        attack: The catalogue's entry.
        kind: Which side this test is.
        properties: Where observations go; they travel with pytest's report.
    """

    def __init__(
        self, attack: Attack, kind: str, properties: list[tuple[str, Any]]
    ) -> None:
        self.attack = attack
        self.kind = kind
        self._properties = properties
        self.told = 0

    @property
    def seed(self) -> str:
        """The same for attack and control."""
        return self.attack.id

    def without(
        self, guard: str, replacement: Callable[..., Any] = guards.pass_over
    ) -> AbstractContextManager[None]:
        """The product without one guard of guards.toml; for controls only."""
        if self.kind != "control":
            raise LookupError("an attack meets the product as it is")
        return guards.removed(guard, self.attack.id, replacement)

    def tell(
        self,
        won: int,
        tries: int,
        injected: dict[str, int],
        *,
        part: str = "",
        allowed: int | None = None,
        notes: dict[str, str] | None = None,
    ) -> None:
        """Say how often it succeeded; fails unless that is what is claimed.

        Args:
            won: How often the adversary got what must not be had.
            tries: Of how many.
            injected: What was done to the product, counted by kind.
            part: Which part of the attack; each needs its own control.
            allowed: How often this part may succeed; the catalogue's bound else.
            notes: Measured prices, for the report.
        """
        seen = Observation(
            attack=self.attack.id,
            kind=self.kind,
            part=part,
            won=int(won),
            tries=int(tries),
            allowed=self.attack.bound if allowed is None else allowed,
            injected=injected,
            notes=notes or {},
        )
        self._properties.append(("threat", asdict(seen)))
        self.told += 1
        word = verdict_of(self.attack, seen)
        if word in FAILING:
            raise AssertionError(
                f"{self.attack.id} {part} is {word}: the {self.kind} won "
                f"{won} of {tries} with {injected or 'nothing injected'}"
            )
