"""A registrar's figures: deletions that are pending or overdue, request durations."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge

from api.registrar.bureau import Bureau
from api.registrar.deletions import last_day
from escrow.operation.metrics_port import Durations, new_registry

_AN_HOUR = 3600


@dataclass
class Metrics:
    """Every figure of a registrar; `refresh` looks them up."""

    registry: CollectorRegistry
    durations: Durations
    pending: Gauge
    overdue: Gauge
    ready: Gauge
    rewriting: Gauge

    async def refresh(self, bureau: Bureau) -> None:
        """Look everything up once."""
        async with bureau.store.begin() as persons:
            found = await persons.pending()
        late = last_day(bureau.clock(), bureau.lifetime / _AN_HOUR)
        self.pending.set(len(found))
        self.overdue.set(sum(one.day < late for one in found))
        days = await bureau.store.rewriting.days_since(bureau.clock())
        self.rewriting.set(days)
        self.ready.set(await bureau.find_deployment() is not None)


def new_metrics() -> Metrics:
    """Figures of which nothing is known yet."""
    registry = new_registry()

    def gauge(name: str, text: str) -> Gauge:
        return Gauge(f"alongside_{name}", text, registry=registry)

    return Metrics(
        registry=registry,
        durations=Durations(registry),
        pending=gauge("deletions_pending", "Checks that are to be erased"),
        overdue=gauge("deletions_overdue", "Checks not confirmed to be erased"),
        ready=gauge("ready", "1 if there is a manifest to verify people for"),
        rewriting=gauge("rewriting_days", "Days since files were written anew"),
    )
