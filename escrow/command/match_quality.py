"""`alongside match-quality`: what the match keys find in labelled data."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import msgspec

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.match_keys import readable_match_keys
from escrow.command.febrl import FEBRL_SETS, read_febrl
from escrow.command.match_score import (
    KindScore,
    Labelled,
    joined_pairs,
    kind_scores,
    rows,
    score,
)
from escrow.command.same_thing import SameThing, Told, same_thing


class LabelledReport(msgspec.Struct, frozen=True, kw_only=True):
    """One line of labelled data.

    Attributes:
        offender_id: Who it is about; the truth, never an input.
        country: Where phones and plates belong that name no country.
        identifiers: What was typed.
        things: For each identifier the thing it stands for, where that is known;
            never an input either.
    """

    offender_id: str
    country: str | None = None
    identifiers: list[Identifier]
    things: list[str | None] | None = None

    def __post_init__(self) -> None:
        """Refuse a list of things that is not one for each identifier."""
        if self.things is not None and len(self.things) != len(self.identifiers):
            raise ValueError("things are not one for each identifier")


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand `match-quality` to the program."""
    parser = subparsers.add_parser(
        "match-quality",
        help="score the match keys on labelled reports",
        description=(
            "Joins reports that have any match key in common and compares that "
            "with the truth; then tells what each kind of key adds and costs."
        ),
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help="JSON lines with offender_id, or " + " or ".join(FEBRL_SETS),
    )
    parser.add_argument("--json", action="store_true", help="write JSON, not a table")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Score one labelled set and print the result.

    Args:
        arguments: `data`, a file or the name of a FEBRL set; `json`.

    Returns:
        0.
    """
    reports = read_labelled(arguments.data)
    data = derive_all(reports)
    pairs = joined_pairs(data.keys)
    result, kinds, things = (
        score(data, pairs),
        kind_scores(data, pairs),
        told_things(reports),
    )
    if arguments.json:
        found = {"kinds": list(map(asdict, kinds)), "things": list(map(asdict, things))}
        all_scores = {"score": asdict(result)} | found
        print(msgspec.json.format(msgspec.json.encode(all_scores)).decode())
    else:
        for label, figure in rows(result):
            print(f"{label:26}{figure}")
        for one in things:
            print(f"{'same ' + one.kind:26}{one.share:.4f} of {one.pairs} pairs")
        print()
        print("\n".join(_kind_table(kinds)))
    return 0


def told_things(reports: Sequence[LabelledReport]) -> list[SameThing]:
    """Judge the spellings in the reports that say what they speak of; maybe none."""
    told = [
        Told(one.country, one.identifiers, one.things)
        for one in reports
        if one.things is not None
    ]
    return same_thing(told) if told else []


def read_labelled(source: str) -> list[LabelledReport]:
    """Read labelled reports.

    Args:
        source: A file of JSON lines, or the name of a FEBRL set.

    Returns:
        The reports in their order.

    Raises:
        InputError: `data`, when the file is missing, empty or no labelled data.
    """
    if source in FEBRL_SETS:
        return [
            LabelledReport(offender_id=person, country="AU", identifiers=identifiers)
            for person, identifiers in read_febrl(source)
        ]
    try:
        lines = Path(source).read_bytes().splitlines()
        reports = [msgspec.json.decode(one, type=LabelledReport) for one in lines]
    except (OSError, msgspec.DecodeError) as cause:
        raise InputError("data", "this is no file of labelled reports") from cause
    if not reports:
        raise InputError("data", "there is no report in this file")
    return reports


def derive_all(reports: Sequence[LabelledReport]) -> Labelled:
    """Derive the keys of all reports and take the time of it."""
    start = perf_counter()
    keys = [readable_match_keys(one.identifiers, one.country)[0] for one in reports]
    seconds = perf_counter() - start
    return Labelled(keys, [one.offender_id for one in reports], seconds)


def _kind_table(kinds: Sequence[KindScore]) -> Iterator[str]:
    yield f"{'kind':26}{'keys':>7}{'right':>8}{'wrong':>8}{'only it: right, wrong':>24}"
    for one in kinds:
        yield (
            f"{one.kind:26}{one.keys_mean:7.2f}{one.right_pairs:8}{one.wrong_pairs:8}"
            f"{one.only_right:16}{one.only_wrong:8}"
        )
