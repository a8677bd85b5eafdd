"""The report for a terminal: what it says, then residuals, claims, attacks."""

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from threat_model.harness.catalogue import OUTCOMES, claims
from threat_model.harness.pages import claim_word, evidence, prices
from threat_model.harness.verdicts import (
    BROKEN,
    CONFIRMED,
    FAILING,
    GONE,
    HELD,
    NOT_RUN,
    VOID,
    Result,
)

_MEANING = {
    HELD: "the attack failed, and its control, one guard taken away, won",
    BROKEN: "the attack won: somebody gets what is claimed to be safe",
    VOID: "the control did not win, or something broke down: nothing was shown",
    CONFIRMED: "what is said not to be protected is not",
    GONE: "what is said not to be protected is: correct the documents",
    NOT_RUN: "not chosen, or slow and left out",
}
_COLUMNS = (60, 110)
_INDENT = "      "


def _width() -> int:
    least, most = _COLUMNS
    return max(least, min(most, shutil.get_terminal_size((100, 40)).columns))


def _wrapped(text: str) -> Iterator[str]:
    """Lines of a text, below the row that they belong to."""
    if text:
        yield from textwrap.wrap(
            text, _width(), initial_indent=_INDENT, subsequent_indent=_INDENT
        )


def _title(text: str) -> Iterator[str]:
    yield from ("", text, "=" * len(text))


def _residuals(results: Iterable[Result]) -> Iterator[str]:
    yield from _title("NOT PROTECTED, shown by an attack that works")
    for result in results:
        attack = result.attack
        if attack.outcome == "R" and result.verdict != NOT_RUN:
            yield f"{attack.id:<5} {result.verdict:<19} {attack.name}"
            yield from _wrapped(attack.text)
            yield from _wrapped(f"{_price(result)}")
    yield "The whole list, in plain words: threat_model/NOT_PROTECTED.md"


def _price(result: Result) -> str:
    told = prices(result.observations)
    return f"Its price: {told}" if told else ""


def _claims(results: Sequence[Result]) -> Iterator[str]:
    yield from _title("CLAIMS, each as strong as the worst of its attacks")
    for claim in claims().values():
        ran = evidence(claim, results)
        word = claim_word(ran)
        if word == NOT_RUN:
            continue
        seen = f"{len(ran)} of its {len(claim.evidence)} attacks ran"
        yield f"{claim.id:<5} {word:<19} {claim.type}; {seen}"
        yield from _wrapped(claim.claim)
        if claim.holds_even_if:
            yield from _wrapped(f"Even if {'; if '.join(claim.holds_even_if)}.")
        failed = [r for r in ran if r.verdict in FAILING]
        shown = failed or ran
        yield from _wrapped(", ".join(f"{r.attack.id} {r.verdict}" for r in shown))


def _attacks(results: Iterable[Result]) -> Iterator[str]:
    yield from _title("ATTACKS: how often each won, and how often its control did")
    for result in results:
        if result.verdict == NOT_RUN:
            continue
        attack = result.attack
        figures = f"{result.figures('attack')} against {result.figures('control')}"
        kind = OUTCOMES[attack.outcome]
        yield f"{attack.id:<5} {result.verdict:<19} {figures:<26} {attack.name}"
        about = (kind, result.bound, f"{result.seconds:.0f} s")
        yield from _wrapped("; ".join(filter(None, about)))
        if attack.outcome != "R":
            yield from _measured(result)
        for reason in result.reasons:
            yield from _wrapped(f"{result.verdict}: {reason}")


def _measured(result: Result) -> Iterator[str]:
    """What the attack found, apart from what its control did."""
    for kind, title in (("attack", "Measured"), ("control", "Without the guard")):
        told = prices(one for one in result.observations if one.kind == kind)
        yield from _wrapped(f"{title}: {told}" if told else "")


def _ending(results: Sequence[Result]) -> Iterator[str]:
    yield from _title("IN ALL")
    counted = Counter(r.verdict for r in results)
    for word, number in counted.most_common():
        yield f"{number:>4} {word:<19} {_MEANING[word]}"
    failed = [r.attack.id for r in results if r.verdict in FAILING]
    if failed:
        yield f'Again, these alone: make threats ARGS="--only {" ".join(failed)}"'


def as_text(results: Sequence[Result]) -> str:
    """For a terminal, as wide as it is."""
    lines = [*_residuals(results), *_claims(results)]
    return "\n".join([*lines, *_attacks(results), *_ending(results)])
