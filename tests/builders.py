"""Sample opportunities in the store, plainly samples, for tests that need rows and not how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, State, Status
from service.domain.place import place_of
from service.domain.tagging import SectorTag, SizeTag, Tags
from service.store.ledger import SqlTransaction
from service.usecases.ledger import Judged, Standing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class SampleOpportunity:
    """What tests vary; the rest is fixed."""

    identity: str = "op-1"
    title: str = "Sample window cleaning for eight libraries"
    description: str = "A sample council wants the windows of its libraries cleaned."
    buyer: str = "Hackney Council"
    regions: tuple[str, ...] = ("E09000012",)
    sector: str = "environment"
    status: Status = Status.OPEN
    closes: datetime | None = NOW + timedelta(days=10)
    published: datetime = NOW - timedelta(days=1)
    cpv: tuple[str, ...] = ("90911300",)
    verdicts: dict[str, str] = field(default_factory=lambda: {"micro": "suits", "small": "suits", "medium": "might"})

    @property
    def state(self) -> State:
        """The state."""
        return State(
            stage=Stage.TENDER,
            status=self.status,
            details=Details(
                title=self.title,
                description=self.description,
                buyer=Buyer(name=self.buyer),
                cpv=self.cpv,
                value=Value(net=Decimal(18000)),
                deadline=Deadline(at=self.closes) if self.closes else None,
                delivery_regions=self.regions,
                official_url=f"https://sample.example.org/notices/{self.identity}",
            ),
            as_of=self.published,
            first_published=self.published,
            source="sample_source",
        )

    @property
    def tags(self) -> Tags:
        """The tags."""
        return Tags(
            sectors=(SectorTag(key=self.sector, label=f"Sample {self.sector}", probability=0.9, reasons=("sample",)),),
            sure=True,
            size=SizeTag(verdicts=self.verdicts, verdict="Sample.", reasons=("a sample reason",)),  # type: ignore[arg-type]
            facts=(),
            divisions=(),
            groups=(),
            version="sample",
        )


async def keep(transaction: SqlTransaction, sample: SampleOpportunity) -> None:
    """Write one as the flow would, tagged."""
    state, details = sample.state, sample.state.details
    standing = Standing(
        identity=sample.identity,
        state=state,
        revision=1,
        first_seen=sample.published,
        buyer_key="sample",
        title_key=sample.title,
    )
    await transaction.keep_standing([standing])
    place = place_of(delivery_regions=details.delivery_regions, buyer_name=sample.buyer)
    judged = Judged(identity=sample.identity, tags=sample.tags, place=place, state=state, revision=1)
    await transaction.keep_judged([judged])
