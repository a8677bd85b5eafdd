"""The catalogue of claims, attacks and guards, as their TOML files say."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1]
OUTCOMES = {
    "P": "prevented",
    "D": "detected",
    "B": "bounded",
    "R": "residual",
}


@dataclass(frozen=True)
class Attack:
    """One entry of attacks.toml.

    `bound` is how often the attack may succeed at most and still be held (0 for
    what is prevented or detected). `exhaustive` says that the trials are all
    there are, not a sample.
    """

    id: str
    name: str
    adversary: str
    asset: str
    outcome: str
    text: str
    control: str
    bound: int = 0
    exhaustive: bool = False

    @property
    def module(self) -> Path:
        """Where the attack stands; a path that does not exist if nowhere."""
        found = sorted((FOLDER / "attacks").glob(f"test_{self.id.lower()}_*.py"))
        return found[0] if found else FOLDER / "attacks" / f"test_{self.id.lower()}_.py"


@dataclass(frozen=True)
class Claim:
    """One entry of claims.toml; `evidence` are attacks, `tests` other tests."""

    id: str
    claim: str
    holds_even_if: tuple[str, ...]
    type: str
    assumptions: tuple[str, ...]
    evidence: tuple[str, ...]
    tests: tuple[str, ...] = ()
    defeaters: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Guard:
    """A check by its dotted paths, and the attacks whose control removes it."""

    name: str
    paths: tuple[str, ...]
    removed_in: tuple[str, ...]
    says: str = field(default="")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}


@cache
def attacks() -> dict[str, Attack]:
    """Every attack, by its id, in the order of the ids."""
    listed = sorted(_read("attacks.toml").items())
    found = [Attack(id=key, **value) for key, value in listed]
    return {attack.id: attack for attack in found}


@cache
def claims() -> dict[str, Claim]:
    """Every claim, by its id."""
    found = [
        Claim(id=key, **_frozen(value)) for key, value in _read("claims.toml").items()
    ]
    return {claim.id: claim for claim in found}


@cache
def guards() -> dict[str, Guard]:
    """Every guard, by its name."""
    found = [
        Guard(name=key, **_frozen(value)) for key, value in _read("guards.toml").items()
    ]
    return {guard.name: guard for guard in found}
