"""A sample source that answers as a test says, poll after poll, and a clock that a test turns."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from service.bootstrap import House, open_house
from service.clock import SystemClock
from service.domain.money import Money
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Buyer, Change, Deadline, Details, Key, Reading, Stage
from service.ports import Access, Http, HttpPolicy, Page, Source, SourceCard
from service.settings import Settings

CARD = SourceCard(
    name="Sample listing",
    home="https://sample.example.org",
    licence="A sample licence",
    attribution="From a sample.",
    rhythm="every half hour",
)


#: What a row says that happened, by its field "what".
_CHANGES = {"award": Change.AWARD, "cancelled": Change.CANCELLATION, "changed": Change.UPDATE}


class TurnedClock(SystemClock):
    """Stands still until it is turned."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at

    def now(self) -> datetime:
        """Return the moment it was turned to."""
        return self.at

    def turn(self, **length: float) -> None:
        """Go on by so many days, hours or minutes."""
        self.at += timedelta(**length)


def a_row(number: int, *, published: datetime, closes: datetime | None) -> dict[str, str]:
    """One row of the sample listing: window cleaning in Hackney."""
    return {
        "id": f"S-{number}",
        "title": f"Sample window cleaning, lot of houses {number}",
        "published": published.isoformat(),
        "closes": closes.isoformat() if closes else "",
    }


def an_award(number: int, *, published: datetime, ends: date | None, borough: str = "E09000012") -> dict[str, str]:
    """One row of a sample register: who holds the window cleaning of some houses, and until when."""
    row = a_row(number, published=published, closes=None)
    return row | {"ends": ends.isoformat() if ends else "", "holder": "Sample Holder Ltd", "borough": borough}


class ScriptedSource:
    """Answers each poll with the next rows of the script, or raises what stands there; the last one is repeated.

    An answer that is a text is an address to fetch first, through the Http it was given.
    """

    key = "sample_listing"

    def __init__(self, *script: Exception | str | Sequence[dict[str, str]], card: SourceCard = CARD) -> None:
        self.script = list(script)
        self.card = card
        #: What each poll was asked for.
        self.asked_since: list[datetime | None] = []

    async def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,
        until: datetime,
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """One page, as the script says."""
        del bookmark
        self.asked_since.append(since)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            policy = HttpPolicy(pace=0.0, allow_loopback=access.allow_loopback or True, retries=3, conditional=False)
            await http.get(answer, policy=policy)
            answer = ()
        yield Page(
            notices=tuple(_notice(self.key, row, seen=seen) for row in answer),
            bookmark=until.isoformat(),
            done=True,
            empty=not answer and since is None and not self.card.busy,
        )

    def recognises(self, payload: bytes) -> bool:
        """Never: it is only polled."""
        del payload
        return False

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Nothing."""
        del payload, seen
        return ()

    def read(self, notice: Notice) -> Reading | SetAside:
        """A tender of the sample council."""
        row = json.loads(notice.body)
        closes = datetime.fromisoformat(row["closes"]) if row["closes"] else None
        return Reading(
            source=self.key,
            notice_id=notice.source_id,
            published=datetime.fromisoformat(row["published"]),
            keys=(Key(scheme="notice", value=f"{self.key}:{notice.source_id}"),),
            stage=Stage.AWARD if "holder" in row else Stage.TENDER,
            change=_CHANGES.get(row.get("what", "award" if "holder" in row else ""), Change.NEW),
            details=Details(
                title=row["title"],
                description="A sample council wants windows cleaned.",
                buyer=Buyer(name="Hackney Council"),
                cpv=("90911300",),
                deadline=Deadline(at=closes) if closes else None,
                delivery_regions=(row.get("borough", "E09000012"),),
                ends=date.fromisoformat(row["ends"]) if row.get("ends") else None,
                suppliers=(row["holder"],) if "holder" in row else (),
                award_value=Money(amount=Decimal(row["paid"]), currency="GBP") if "paid" in row else None,
                official_url=f"https://sample.example.org/{notice.source_id}",
            ),
        )


def _notice(key: str, row: dict[str, str], *, seen: datetime) -> Notice:
    return Notice(
        source=key,
        source_id=row["id"],
        published=datetime.fromisoformat(row["published"]),
        seen=seen,
        body=json.dumps(row, sort_keys=True).encode(),
        form="sample",
    )


@asynccontextmanager
async def a_house(home: Path, clock: TurnedClock, *sources: Source, **settings: object) -> AsyncIterator[House]:
    """A house whose only sources are these, by this clock."""
    chosen = Settings.model_validate(
        {"home": home, "now": clock.at, "public_url": "https://bowbell.example"} | settings
    )
    async with open_house(chosen) as house:
        by_key = {source.key: source for source in sources}
        desk = house.desk
        desk._clock, desk._sources = clock, by_key
        desk._chosen = frozenset(by_key)
        yield dataclasses.replace(house, clock=clock, sources=by_key, chosen=frozenset(by_key))
