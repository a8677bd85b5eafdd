"""How often two spellings of one thing become one match key."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from blind_index.identifiers import Identifier
from blind_index.match_keys import readable_match_keys

# What stands beside a value when its spelling is judged: for a phone one part of a
# name only, so that it counts as a whole and not by half of its digits.
_BESIDE: Final = MappingProxyType(
    {"phone": "Lockhart", "email": "Tamsin Lockhart", "social": "Tamsin Lockhart"}
)
_OWN: Final = "personal"
_NAME_AND_EMPLOYER: Final = "name + employer"

Spellings = dict[tuple[str, str], list[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Told:
    """One report with what each of its identifiers stands for.

    Attributes:
        country: Where phones and plates belong that name no country.
        identifiers: What was typed.
        things: For each identifier which thing in the world is meant, if known.
    """

    country: str | None
    identifiers: Sequence[Identifier]
    things: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class SameThing:
    """Of one kind, the share of pairs of spellings that share a key.

    Attributes:
        kind: A kind of identifier, or a name together with a small employer.
        pairs: How many pairs of reports name one thing.
        share: In how many of them the two spellings share a key; 1 if in none.
    """

    kind: str
    pairs: int
    share: float


def same_thing(reports: Sequence[Told]) -> list[SameThing]:
    """Judge the spellings of each thing that several reports name.

    Args:
        reports: Reports with the things they speak of.

    Returns:
        One score a kind; typing slips count against it.
    """
    spellings: Spellings = defaultdict(list)
    for report in reports:
        for kind, thing, parts in _named(report):
            keys = readable_match_keys(parts, report.country)[0]
            spellings[kind, thing].append(frozenset(keys))
    return [_score(kind, spellings) for kind in (*_BESIDE, _NAME_AND_EMPLOYER)]


def _named(report: Told) -> Iterator[tuple[str, str, list[Identifier]]]:
    named: dict[str, tuple[Identifier, str]] = {}
    for one, thing in zip(report.identifiers, report.things, strict=True):
        if thing is not None and one.kind in _BESIDE:
            # Whose line it is called is no matter of spelling.
            beside = Identifier(kind="name", value=_BESIDE[one.kind])
            own = _OWN if one.kind == "phone" else None
            yield one.kind, thing, [beside, replace(one, label=own)]
        elif thing is not None:
            named.setdefault(one.kind, (one, thing))
    if "name" in named and "employer" in named:
        (name, who), (employer, firm) = named["name"], named["employer"]
        small = replace(employer, size="small")
        yield _NAME_AND_EMPLOYER, f"{who} {firm}", [name, small]


def _score(kind: str, spellings: Spellings) -> SameThing:
    pairs = met = 0
    for (of_kind, _), keys in spellings.items():
        for one, other in combinations(keys if of_kind == kind else (), 2):
            pairs += 1
            met += bool(one & other)
    return SameThing(kind, pairs, met / pairs if pairs else 1.0)
