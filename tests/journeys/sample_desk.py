"""A desk in memory with sample opportunities, for tests of pages. It keeps the promises of service.web.desk."""
# ruff: noqa: D102 - the promises are described where they are made

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from service.domain.flow_health import Flow
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.programme import Programme, is_sendable, shipped_programmes
from service.domain.sectors import all_sectors
from service.domain.silence import Receipt, weigh
from service.errors import NotFound
from service.web.desk import MovedTo, OpenRecord, Readiness
from service.web.forms.filters import LONDON, Filters
from service.web.view import (
    Counts,
    Document,
    EndingsFound,
    EndingView,
    FieldChange,
    Found,
    Help,
    Letter,
    Lot,
    OpportunityView,
    Replay,
    Revision,
    SectorTag,
    SeenNotice,
    SizeTag,
    SourceView,
    Verdict,
    Worth,
)
from service.web.why_view import WhyNot

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HACKNEY = "E09000012"
CAMDEN = "E09000007"


def suits(micro: Verdict, small: Verdict, medium: Verdict, *reasons: str, unsure: str = "") -> SizeTag:
    return SizeTag(verdicts={"micro": micro, "small": small, "medium": medium}, reasons=reasons, unsure_because=unsure)


def an_opportunity(identity: str = "op-1", **changes: object) -> OpportunityView:
    """Window cleaning in Hackney, unless told otherwise."""
    label = next(sector.label for sector in all_sectors() if sector.key == "environment")
    usual = OpportunityView(
        identity=identity,
        title="Window cleaning for eight libraries",
        buyer="Sample Borough Council",
        place="Hackney",
        place_evidence=("the notice gives the region UKI41",),
        areas=(HACKNEY,),
        worth=Worth(low=Decimal(18000), basis="a year", note="VAT not included."),
        starts=date(2027, 2, 1),
        ends=date(2029, 1, 31),
        length="2 years",
        closes=datetime(2026, 12, 4, 12, 0, tzinfo=LONDON),
        closes_at_a_time=True,
        standing="open",
        published=NOW - timedelta(days=2),
        changed=NOW - timedelta(days=1),
        sectors=(
            SectorTag(
                key="environment",
                label=label,
                probability=0.94,
                reasons=("the notice has the code 90911300, window cleaning",),
            ),
        ),
        size=suits("suits", "suits", "might", "£18,000 a year is the size of a small firm", "no turnover is asked for"),
        reserved="",
        extra_tags=("Below threshold",),
        asks=("£5m public liability insurance",),
        official="https://www.find-tender.service.gov.uk/Notice/SAMPLE-1",
        official_source="Find a Tender",
        description="Sample Borough Council wants the windows of eight libraries cleaned.\n\nFour times a year.",
        lots=(Lot(name="1", title="North libraries", worth=Worth(low=Decimal(9000), basis="a year")),),
        documents=(Document(title="Specification", href="https://documents.example.org/spec.pdf"),),
        revisions=(
            Revision(
                at=NOW - timedelta(days=1),
                said="Changed",
                changes=(FieldChange(name="Closes", before="Fri 27 Nov, 12 noon", after="Fri 4 Dec, 12 noon"),),
            ),
            Revision(at=NOW - timedelta(days=2), said="First published"),
        ),
        notices=(
            SeenNotice(
                source="Find a Tender",
                href="https://www.find-tender.service.gov.uk/Notice/SAMPLE-1",
                kind="Tender notice",
                published=NOW - timedelta(days=2),
            ),
        ),
        help=(
            Help(
                key="procurement_act_guide_london",
                name="Sample bid clinic",
                reason="it helps to write the bid.",
                because="This notice asks for a bid",
            ),
        ),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def samples() -> list[OpportunityView]:
    """Enough for two pages of the list, plainly samples."""
    catering = next(sector for sector in all_sectors() if "catering" in sector.label.lower())
    first = [
        an_opportunity(),
        an_opportunity(
            "op-2",
            title="Communal area cleaning, lot 3: north estates",
            buyer="Sample Homes",
            place="Hackney and Haringey",
            areas=(HACKNEY, "E09000014"),
            worth=Worth(low=None),
            closes=datetime(2026, 12, 21, 0, 0, tzinfo=LONDON),
            closes_at_a_time=False,
            length="",
            size=suits("unknown", "might", "might", unsure="no value given"),
            extra_tags=(),
            asks=(),
            help=(),
        ),
        an_opportunity(
            "op-3",
            title="School meals for three primary schools",
            buyer="Sample Learning Trust",
            place="Camden",
            areas=(CAMDEN,),
            worth=Worth(low=Decimal(120000), high=Decimal(180000), basis="in all"),
            sectors=(
                SectorTag(key=catering.key, label=catering.label, probability=0.98, reasons=("the title says meals",)),
            ),
            size=suits("unlikely", "suits", "suits", "cooking for three kitchens needs staff"),
            closes=datetime(2027, 1, 15, 17, 0, tzinfo=LONDON),
            help=(),
        ),
    ]
    rest = [
        an_opportunity(
            f"op-{number}",
            title=f"Sample grounds work number {number}",
            changed=NOW - timedelta(days=number),
            help=(),
            place="All of London",
            areas=tuple(sorted(gazetteer().authorities)),
        )
        for number in range(4, 28)
    ]
    return [*first, *rest]


@dataclass
class SampleDesk:
    """Everything in memory."""

    public_url: str = "http://127.0.0.1:8080"
    everything: list[OpportunityView] = field(default_factory=samples)
    moved: dict[str, str] = field(default_factory=lambda: {"op-old": "op-1"})
    post: list[Letter] = field(default_factory=list)
    troubles: tuple[str, ...] = ()
    health: Mapping[str, str] = field(default_factory=dict)
    time: datetime = NOW
    broken: bool = False

    def now(self) -> datetime:
        return self.time

    async def open_opportunities(self, filters: Filters, *, size: int, counted: bool) -> Found:
        if self.broken:
            msg = "The sample desk is broken on purpose: secret-of-the-house"
            raise RuntimeError(msg)
        fitting = [view for view in self.everything if view.standing == "open" and self._fits(view, filters)]
        start = (filters.page - 1) * size
        counts = None
        if counted:
            counts = Counts(
                sectors=_tally(key.key for view in fitting for key in view.sectors),
                areas=_tally(area for view in fitting for area in view.areas),
                sizes=_tally(
                    key for view in fitting for key, verdict in view.size.verdicts.items() if verdict == "suits"
                ),
            )
        return Found(items=tuple(fitting[start : start + size]), total=len(fitting), counts=counts)

    def _fits(self, view: OpportunityView, filters: Filters) -> bool:
        after, before = filters.closes_between(self.time.astimezone(LONDON).date())
        text = f"{view.title} {view.buyer} {view.description}".casefold()
        return (
            all(word in text for word in filters.words.casefold().split())
            and (not filters.sectors or any(tag.key in filters.sectors for tag in view.sectors))
            and (not filters.areas or "london" in filters.areas or bool(set(filters.areas) & set(view.areas)))
            and (not filters.sizes or any(view.size.verdicts[key] in {"suits", "might"} for key in filters.sizes))
            and (before is None or (view.closes is not None and view.closes < before))
            and (after is None or (view.closes is not None and view.closes >= after))
        )

    async def opportunity(self, identity: str) -> OpportunityView | MovedTo:
        if identity in self.moved:
            return MovedTo(identity=self.moved[identity])
        for view in self.everything:
            if view.identity == identity:
                return view
        detail = "It may have been copied incompletely."
        raise NotFound(detail)

    async def open_record(self, *, after: str, size: int) -> tuple[Sequence[OpenRecord], str]:
        del after, size
        return (), ""

    async def contracts_ending(self, *, sector: str, borough: str, size: int, page: int) -> EndingsFound:
        views = [view for view in self.everything if view.standing == "awarded" or view.ends is not None]
        fit = [
            EndingView(opportunity=view, ends=self.time.date() + timedelta(days=100), suppliers=("Sample Holder Ltd",))
            for view in views
            if (not sector or any(tag.key == sector for tag in view.sectors)) and (not borough or borough in view.areas)
        ]
        return EndingsFound(items=tuple(fit[(page - 1) * size : page * size]), total=len(fit))

    async def sources(self) -> Sequence[SourceView]:
        def source(key: str, name: str) -> SourceView:
            health = self.health.get(key, "ok")
            well = health == "ok"
            return SourceView(
                key=key,
                name=name,
                home=f"https://{key}.example.org/",
                health=health,  # type: ignore[arg-type]
                reason="" if well else "The service does not answer.",
                last_poll=self.time - timedelta(minutes=4) if well else None,
                last_new=self.time - timedelta(minutes=14) if well else None,
                authorities=(HACKNEY, CAMDEN),
                rhythm="every 15 minutes",
                caveats=("Some notices give no value.",),
                licence="Open Government Licence v3.0",
            )

        return [source("find_a_tender", "Find a Tender"), source("contracts_finder", "Contracts Finder")]

    async def programmes(self) -> Sequence[Programme]:
        return [item for item in shipped_programmes() if is_sendable(item, self.time.date())]

    async def programmes_since(self) -> Sequence[tuple[Programme, datetime]]:
        return [(each, self.time) for each in shipped_programmes()]

    async def every_programme(self) -> Sequence[Programme]:
        return shipped_programmes()

    async def readiness(self) -> Readiness:
        return Readiness(troubles=self.troubles)

    async def opportunities_named(self, identities: Sequence[str]) -> Sequence[OpportunityView]:
        by_key = {view.identity: view for view in self.everything}
        return [by_key[identity] for identity in identities if identity in by_key]

    async def open_for(self, interests: Sequence[Interest]) -> Found:
        filters = Filters(sectors=interests[0].sectors, areas=interests[0].areas)
        return await self.open_opportunities(filters, size=6, counted=False)

    async def replay(self, interest: Interest) -> Replay:
        found = await self.open_for([interest])
        return Replay(days=30, looked_at=len(self.everything), total=found.total, items=found.items, near=())

    async def why_not(self, firm: int, text: str) -> WhyNot:
        return WhyNot(
            headline="We have not seen a notice with that number.", lines=(f"A sample: firm {firm}, {text}.",)
        )

    async def receipt_now(self, firm: int) -> Receipt:
        now = self.now()
        weighed = weigh([Interest(sectors=("it",))], [])
        since = now - timedelta(days=30 + 0 * firm)
        return Receipt(
            since=since, until=now, sources=41, notices=2310, told=0, weighed=weighed, troubles=(), is_on=True
        )

    async def flow(self) -> Flow:
        return Flow(
            firms=0,
            busy_days=0,
            last_alert=None,
            last_sent=None,
            last_read=None,
            canary_at=None,
            canary_good=None,
            canary_trouble="",
        )

    def write(self, to: str, subject: str, text: str) -> None:
        """A letter comes into the mailbox."""
        html = f"<!doctype html><html lang='en'><head><title>x</title></head><body><pre>{text}</pre></body></html>"
        self.post.insert(
            0,
            Letter(
                identity=f"letter-{len(self.post) + 1}",
                to=to,
                subject=subject,
                at=self.time,
                text=text,
                html=html,
                headers=(("Auto-Submitted", "auto-generated"),),
            ),
        )

    async def letters(self) -> Sequence[Letter]:
        return list(self.post)

    async def letter(self, identity: str) -> Letter:
        for letter in self.post:
            if letter.identity == identity:
                return letter
        raise NotFound


def _tally(keys: object) -> dict[str, int]:
    counted: dict[str, int] = {}
    for key in keys:  # type: ignore[attr-defined]
        counted[key] = counted.get(key, 0) + 1
    return counted
