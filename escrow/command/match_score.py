"""How well match keys find the same person: scores against the truth."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

GROUP_SIZES: Final = (2, 3)
_MILLION: Final = 1_000_000

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Reports with their match keys and the truth about them.

    Attributes:
        keys: Match keys of each report.
        truth: Who each report is about; same length, never an input of `keys`.
        seconds: How long deriving all keys took.
    """

    keys: Sequence[Sequence[str]]
    truth: Sequence[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class GroupRecall:
    """The share of people with `size` reports or more of whom so many meet.

    Attributes:
        size: How many reports must meet.
        people: How many people have so many reports.
        one_key: Share for whom one match key joins them.
        joined: Share for whom chains of match keys join them.
    """

    size: int
    people: int
    one_key: float
    joined: float


@dataclass(frozen=True, slots=True)
class Score:
    """What comes of joining reports that have any match key in common."""

    reports: int
    people: int
    true_pairs: int
    right_pairs: int
    wrong_pairs: int
    precision: float
    recall: float
    f1: float
    wrong_per_million_pairs: float
    reports_with_wrong_partner: float
    reports_without_keys: float
    keys_mean: float
    keys_most: int
    milliseconds_per_report: float
    groups: tuple[GroupRecall, ...]


@dataclass(frozen=True, slots=True)
class KindScore:
    """What one kind of match key adds and what it costs.

    Attributes:
        kind: Name of the kind.
        keys_mean: Keys of that kind a report has.
        right_pairs: True pairs that it joins.
        wrong_pairs: Other pairs that it joins.
        only_right: True pairs that nothing else joins.
        only_wrong: Other pairs that nothing else joins.
    """

    kind: str
    keys_mean: float
    right_pairs: int
    wrong_pairs: int
    only_right: int
    only_wrong: int


def joined_pairs(keys: Sequence[Sequence[str]]) -> dict[Pair, set[str]]:
    """Return every pair of reports with a key in common, and of which kinds."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for report, own in enumerate(keys):
        for key in own:
            holders[key].append(report)
    pairs: defaultdict[Pair, set[str]] = defaultdict(set)
    for key, reports in holders.items():
        for pair in combinations(reports, 2):
            pairs[pair].add(kind_of(key))
    return dict(pairs)


def kind_of(key: str) -> str:
    """Return the kind in which a match key begins."""
    return key.split("/", maxsplit=1)[0]


def score(data: Labelled, pairs: dict[Pair, set[str]]) -> Score:
    """Compare joined pairs with the truth.

    Args:
        data: The reports; at least one.
        pairs: Their joined pairs.

    Returns:
        The score; a share of nothing is 1.
    """
    reports, people = len(data.truth), Counter(data.truth)
    true_pairs = sum(count * (count - 1) // 2 for count in people.values())
    wrong = [pair for pair in pairs if not _same(data, pair)]
    right = len(pairs) - len(wrong)
    precision, recall = _share(right, len(pairs)), _share(right, true_pairs)
    all_pairs = reports * (reports - 1) // 2
    return Score(
        reports=reports,
        people=len(people),
        true_pairs=true_pairs,
        right_pairs=right,
        wrong_pairs=len(wrong),
        precision=precision,
        recall=recall,
        f1=_share(2 * right, len(pairs) + true_pairs),
        wrong_per_million_pairs=len(wrong) / max(all_pairs, 1) * _MILLION,
        reports_with_wrong_partner=len({one for pair in wrong for one in pair})
        / reports,
        reports_without_keys=sum(not own for own in data.keys) / reports,
        keys_mean=sum(map(len, data.keys)) / reports,
        keys_most=max(map(len, data.keys)),
        milliseconds_per_report=data.seconds / reports * 1000,
        groups=tuple(_group_recall(data, pairs, size) for size in GROUP_SIZES),
    )


def kind_scores(data: Labelled, pairs: dict[Pair, set[str]]) -> list[KindScore]:
    """Score every kind of match key by itself, the most useful first."""
    counts = Counter(kind_of(key) for own in data.keys for key in own)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair, kinds in pairs.items():
        verdict = "right" if _same(data, pair) else "wrong"
        for kind in kinds:
            found[kind][verdict] += 1
            found[kind]["only " + verdict] += len(kinds) == 1
    scores = [
        KindScore(
            kind=kind,
            keys_mean=count / len(data.keys),
            right_pairs=found[kind]["right"],
            wrong_pairs=found[kind]["wrong"],
            only_right=found[kind]["only right"],
            only_wrong=found[kind]["only wrong"],
        )
        for kind, count in counts.items()
    ]
    return sorted(scores, key=lambda one: (-one.only_right, -one.right_pairs, one.kind))


def _same(data: Labelled, pair: Pair) -> bool:
    return data.truth[pair[0]] == data.truth[pair[1]]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _group_recall(
    data: Labelled, pairs: dict[Pair, set[str]], size: int
) -> GroupRecall:
    of_person: defaultdict[str, list[int]] = defaultdict(list)
    for report, person in enumerate(data.truth):
        of_person[person].append(report)
    groups = [reports for reports in of_person.values() if len(reports) >= size]
    component = _components(len(data.truth), pairs)
    one_key = joined = 0
    for reports in groups:
        keys = Counter(key for report in reports for key in data.keys[report])
        one_key += max(keys.values(), default=0) >= size
        joined += max(Counter(component[one] for one in reports).values()) >= size
    return GroupRecall(
        size, len(groups), _share(one_key, len(groups)), _share(joined, len(groups))
    )


def _components(count: int, pairs: dict[Pair, set[str]]) -> list[int]:
    parent = list(range(count))
    for one, other in pairs:
        parent[_root(parent, one)] = _root(parent, other)
    return [_root(parent, one) for one in range(count)]


def _root(parent: list[int], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


def rows(result: Score) -> Iterator[tuple[str, str]]:
    """Yield the lines of a score as label and figure, for people."""
    yield "reports / people", f"{result.reports} / {result.people}"
    yield "true pairs", f"{result.true_pairs}"
    yield "right / wrong pairs", f"{result.right_pairs} / {result.wrong_pairs}"
    yield "precision", f"{result.precision:.4f}"
    yield "recall", f"{result.recall:.4f}"
    yield "F1", f"{result.f1:.4f}"
    yield "wrong pairs per million", f"{result.wrong_per_million_pairs:.3f}"
    yield "with a wrong partner", f"{result.reports_with_wrong_partner:.4f}"
    yield "reports without a key", f"{result.reports_without_keys:.4f}"
    for group in result.groups:
        yield f"{group.size} reports, one key", f"{group.one_key:.4f}"
        yield f"{group.size} reports, chained", f"{group.joined:.4f}"
    yield "keys a report", f"{result.keys_mean:.1f} mean, {result.keys_most} most"
    yield "milliseconds a report", f"{result.milliseconds_per_report:.3f}"
