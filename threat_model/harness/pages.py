"""The report as Markdown and JSON: residuals, claims, attacks."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from threat_model.harness.catalogue import OUTCOMES, Claim, claims
from threat_model.harness.verdicts import NOT_RUN, Observation, Result, worst

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def prices(seen: Iterable[Observation]) -> str:
    """What was measured, in words."""
    notes = {key: value for one in seen for key, value in one.notes.items()}
    return ", ".join(f"{key}: {value}" for key, value in notes.items())


def _counted(counters: Counter[str]) -> str:
    return ", ".join(f"{n:,} {what}" for what, n in counters.items())


def residuals(results: Sequence[Result]) -> Table:
    """What is not protected, and what it costs to take it."""
    rows = [
        (r.attack.id, r.verdict, r.attack.text, prices(r.observations))
        for r in results
        if r.attack.outcome == "R"
    ]
    return "Residuals: not protected", ("id", "result", "what", "price"), rows


def evidence(claim: Claim, results: Iterable[Result]) -> list[Result]:
    """The attacks on a claim that ran."""
    mine = (r for r in results if r.attack.id in claim.evidence)
    return [r for r in mine if r.verdict != NOT_RUN]


def claim_word(ran: Iterable[Result]) -> str:
    """A claim is worth what the worst of its attacks came to."""
    return worst(r.verdict for r in ran)


def _claim_row(claim: Claim, results: Sequence[Result]) -> tuple[str, ...]:
    ran = evidence(claim, results)
    controls = sum(any(s.kind == "control" for s in r.observations) for r in ran)
    counters: Counter[str] = Counter()
    for result in ran:
        counters.update(result.counters)
    bounds = "; ".join(f"{r.attack.id} {r.bound}" for r in ran if r.bound)
    return (
        claim.id,
        claim.type,
        claim_word(ran),
        f"{len(ran)} of {len(claim.evidence)}",
        str(controls),
        _counted(counters),
        bounds,
    )


def claim_table(results: Sequence[Result]) -> Table:
    """One row a claim."""
    head = ("claim", "type", "result", "attacks", "controls", "injected", "bound")
    rows = [_claim_row(claim, results) for claim in claims().values()]
    return "Claims", head, rows


def attack_table(results: Sequence[Result]) -> Table:
    """One row an attack."""
    head = (
        "id",
        "type",
        "result",
        "attack won",
        "control won",
        "injected",
        "seconds",
        "why",
    )
    rows = [
        (
            r.attack.id,
            OUTCOMES[r.attack.outcome],
            r.verdict,
            r.figures("attack"),
            r.figures("control"),
            _counted(r.counters),
            f"{r.seconds:.0f}",
            "; ".join(r.reasons) or r.attack.name,
        )
        for r in results
    ]
    return "Attacks", head, rows


def _tables(results: Sequence[Result]) -> list[Table]:
    return [residuals(results), claim_table(results), attack_table(results)]


def as_markdown(results: Sequence[Result]) -> str:
    """For a page: each table, then each claim in words."""
    parts = ["# What the attacks came to"]
    for title, head, rows in _tables(results):
        parts += ["", f"## {title}", "", _md(head), _md(["---"] * len(head))]
        parts += [_md(row) for row in rows]
    parts += ["", "## The claims in words", ""]
    for claim in claims().values():
        parts.append(f"- **{claim.id}** {claim.claim}")
    return "\n".join(parts) + "\n"


def _md(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_json(results: Sequence[Result]) -> str:
    """For machines: everything, with a hash over it."""
    body = {
        "results": [result.row() for result in results],
        "claims": [dict(zip(_HEAD, row, strict=True)) for row in _rows(results)],
    }
    text = json.dumps(body, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({**body, "sha256": digest}, indent=1) + "\n"


_HEAD = ("claim", "type", "result", "attacks", "controls", "injected", "bound")


def _rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    return claim_table(results)[2]
