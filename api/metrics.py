"""The server's figures: reports, cases, queues, notices, deletions."""

from dataclasses import dataclass, fields

from prometheus_client import CollectorRegistry, Gauge

from api.handlers.desk import Office
from api.ports import Figures
from api.registrar.bureau import Bureau
from api.registrar.deletions import last_day
from api.sender import Tally
from escrow.operation.metrics_port import Ages, Durations, new_registry

_AN_HOUR = 3600


@dataclass
class Metrics:
    """Every figure of a server; `refresh` looks them up."""

    registry: CollectorRegistry
    durations: Durations
    reports: Gauge
    cases: Gauge
    verdicts: Gauge
    queue: Gauge
    oldest: Gauge
    notices: Gauge
    sent: Gauge
    overdue: Gauge
    ready: Gauge
    rewriting: Gauge
    ages: Ages

    async def refresh(
        self, office: Office, bureau: Bureau | None, tally: Tally
    ) -> None:
        """Look everything up once."""
        async with office.store.read() as records:
            for state, count in (await records.figures.reports()).items():
                self.reports.labels(state).set(count)
            self.notices.set(await records.figures.notices())
            lengths, oldest = (
                await records.queue.counts(),
                await records.figures.oldest(),
            )
            if office.deployment is not None:
                await self._of_trustees(office, records.figures)
        self.ready.set(office.deployment is not None and not office.restored)
        for index in self._trustees(office):
            self.queue.labels(index).set(lengths.get(index, 0))
            age = self.ages.age(index, oldest.get(index))
            self.oldest.labels(index).set(age)
        self.rewriting.set(await office.store.rewriting.days_since(office.clock()))
        for way in fields(tally):
            self.sent.labels(way.name).set(getattr(tally, way.name))
        if bureau is not None:
            async with bureau.store.begin() as persons:
                pending = await persons.pending()
            late = last_day(bureau.clock(), bureau.lifetime / _AN_HOUR)
            self.overdue.set(sum(one.day < late for one in pending))

    def _trustees(self, office: Office) -> range:
        return range(0) if office.deployment is None else office.desk().trustees

    async def _of_trustees(self, office: Office, figures: Figures) -> None:
        for state, count in (await figures.cases(office.desk().needed)).items():
            self.cases.labels(state).set(count)
        for index, count in (await figures.verdicts()).items():
            self.verdicts.labels(index).set(count)


def new_metrics() -> Metrics:
    """Figures of which nothing is known yet."""
    registry = new_registry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"alongside_{name}", text, labels, registry=registry)

    return Metrics(
        registry=registry,
        durations=Durations(registry),
        reports=gauge("reports", "Reports by state", "state"),
        cases=gauge("cases", "Cases by state", "state"),
        verdicts=gauge("verdicts", "Verdicts given, by trustee", "trustee"),
        queue=gauge("queue_items", "Items that wait for a trustee", "trustee"),
        oldest=gauge("queue_oldest_seconds", "Age of its oldest item", "trustee"),
        notices=gauge("notices_waiting", "Notices that wait to be sent"),
        sent=gauge("notices", "Notices since the program began, by what became", "way"),
        overdue=gauge("deletions_overdue", "Checks not confirmed to be erased"),
        ready=gauge("ready", "1 if survivors can be served"),
        rewriting=gauge("rewriting_days", "Days since files were written anew"),
        ages=Ages(),
    )
