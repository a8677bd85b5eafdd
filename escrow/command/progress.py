"""Bars for slow work, on standard error only."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[], None]


class Reporter(Protocol):
    """Who is told how slow work goes on."""

    def work(self, text: str, total: int | None) -> AbstractContextManager[Advance]:
        """Begin some work of `total` steps (None: unknown)."""


class Silent:
    """Tells nobody."""

    @contextmanager
    def work(self, text: str, total: int | None) -> Iterator[Advance]:  # noqa: ARG002
        """Begin some work of `total` steps."""
        yield lambda: None


class Bars:
    """Draws a bar on standard error; plain lines where it is no terminal."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)

    @contextmanager
    def work(self, text: str, total: int | None) -> Iterator[Advance]:
        """Begin some work of `total` steps."""
        if not self._console.is_terminal:
            self._console.print(f"{text} ...", highlight=False)
            yield lambda: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(text, total=total)
            yield lambda: progress.advance(task)
