"""What a run measured: figures with their bounds, as a table and as JSON."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec
from rich.console import Console
from rich.table import Table

Bound = Literal["most", "least"]
_THOUSAND: Final = 1000


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure.

    Attributes:
        section: What was measured.
        name: Which figure of it.
        value: In `unit`.
        unit: "x" is a ratio.
        bound: What it must not pass, if anything is asked of it.
        side: Whether the bound is the most or the least it may be.
        note: How to read it.
    """

    section: str
    name: str
    value: float
    unit: str
    bound: float | None = None
    side: Bound = "most"
    note: str = ""

    @property
    def within(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        if self.bound is None:
            return None
        if self.side == "most":
            return self.value <= self.bound
        return self.value >= self.bound


def missed(figures: Iterable[Figure]) -> list[Figure]:
    """The figures whose bound is not kept."""
    return [figure for figure in figures if figure.within is False]


def as_json(figures: Sequence[Figure]) -> str:
    """Every figure with `within`, as one JSON document."""
    rows = [
        {**msgspec.structs.asdict(figure), "within": figure.within}
        for figure in figures
    ]
    return msgspec.json.format(msgspec.json.encode(rows)).decode()


def show(console: Console, figures: Sequence[Figure]) -> None:
    """Print every figure as a table, a section after the other."""
    table = Table(title="What it costs")
    table.add_column("what")
    table.add_column("figure", overflow="fold")
    table.add_column("value", justify="right")
    table.add_column("bound", justify="right")
    table.add_column("", justify="left")
    section = ""
    for figure in figures:
        if figure.section != section:
            table.add_section()
        shown = figure.section if figure.section != section else ""
        section = figure.section
        table.add_row(
            shown,
            f"{figure.name} ({figure.note})" if figure.note else figure.name,
            _number(figure.value, figure.unit),
            _bound(figure),
            {None: "", True: "kept", False: "NOT KEPT"}[figure.within],
        )
    console.print(table)


def _bound(figure: Figure) -> str:
    if figure.bound is None:
        return ""
    sign = "≤" if figure.side == "most" else "≥"
    return f"{sign} {_number(figure.bound, figure.unit)}"


def _number(value: float, unit: str) -> str:
    whole = value == int(value) or value >= _THOUSAND
    shown = f"{value:,.0f}" if whole else f"{value:.3g}"
    return f"{shown} {unit}".rstrip()
