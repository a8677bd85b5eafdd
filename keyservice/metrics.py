"""A trustee's figures: evaluations, log, outbox, box key, reports and cases."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge

from escrow.messages.deployment import BoxKey
from escrow.operation.metrics_port import Durations, new_registry
from escrow.signing import peek
from escrow.trustee.box_keys import newest_key
from keyservice.handlers.mail import INDEXED
from keyservice.ports import BOX_RING, OPEN_CASES, Ledger, Store
from keyservice.routes import Front

_MOST_ROWS = 1000
#: Tallies of a day that are shown; others name a registrar.
_TALLIES = ("requests", "evaluations", INDEXED)


@dataclass
class Metrics:
    """Every figure of a trustee; `refresh` looks them up."""

    registry: CollectorRegistry
    durations: Durations
    today: Gauge
    log: Gauge
    outbox: Gauge
    box_key: Gauge
    cases: Gauge
    ready: Gauge
    rewriting: Gauge

    async def refresh(self, store: Store, front: Front, day: int) -> None:
        """Look everything up once."""
        async with store.transaction() as ledger:
            for name in _TALLIES:
                self.today.labels(name).set(await ledger.count(name, day))
            self.log.set((await ledger.head()).size)
            self.outbox.set(len(await ledger.outbox(_MOST_ROWS)))
            await self._opening(ledger, day)
        self.ready.set(front.ready)
        self.rewriting.set(await store.rewriting.days_since(day))

    async def _opening(self, ledger: Ledger, day: int) -> None:
        ring = await ledger.load(BOX_RING)
        newest = newest_key(ring) if ring else None
        if newest is not None:
            self.box_key.set(peek(newest, BoxKey).last_day - day)
        cases = await ledger.load(OPEN_CASES)
        self.cases.set(len(cases.case_ids) if cases else 0)


def new_metrics() -> Metrics:
    """Figures of which nothing is known yet."""
    registry = new_registry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"alongside_{name}", text, labels, registry=registry)

    return Metrics(
        registry=registry,
        durations=Durations(registry),
        today=gauge("today", "What was counted today", "what"),
        log=gauge("log_entries", "Entries of the log"),
        outbox=gauge("outbox_rows", f"What waits to be posted, {_MOST_ROWS} at most"),
        box_key=gauge("box_key_days", "Days for which the box key is good"),
        cases=gauge("open_cases", "Cases without a verdict of this trustee"),
        ready=gauge("ready", "1 if the trustee does its work"),
        rewriting=gauge("rewriting_days", "Days since files were written anew"),
    )
