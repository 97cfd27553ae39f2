"""The web's questions answered from a real database file: lists, one opportunity, its sources and its letters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain.message import Message
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Change, Details, Stage, Status
from service.domain.opportunity import Reading as NoticeReading
from service.errors import NotFound, WrongSettings
from service.front_desk import FrontDesk
from service.ports import Access, Http, Page, SourceCard
from service.store.database import Database, stored
from service.store.ledger import SqlLedger
from service.store.reading import LetterBox
from service.store.session import Part
from service.store.tables import SourceHealthRow
from service.usecases.ledger import Revised, RevisionRecord
from service.usecases.links import load_key
from service.web.desk import Desk, MovedTo
from service.web.forms.filters import Filters
from service.web.view import OpportunityView
from tests.accounts import TurnedClock
from tests.builders import NOW, SampleOpportunity, keep

ADDRESS = "sample.firm@example.org"
HOSTILE = (
    "C++",
    "%",
    "_",
    "'; DROP TABLE firm; --",
    '"',
    "\\",
    "x" * 10_000,
    "word " * 2_000,
    "\N{SNOWMAN}",
    "NULL\x00",
)


class SampleSource:
    """A source that knows one kind of notice and cannot read another."""

    key = "sample_source"
    card = SourceCard(
        name="Sample source",
        home="https://sample.example.org/",
        licence="Sample licence",
        attribution="Sample",
        rhythm="every hour",
        caveats=("It is a sample.",),
    )

    def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,
        until: datetime,
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """Never asked by pages."""
        raise NotImplementedError

    def recognises(self, payload: bytes) -> bool:
        """Never."""
        return not payload

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Nothing that can be used."""
        return [SetAside(source=self.key, source_id=str(seen), reason="sample")] if self.recognises(payload) else ()

    def read(self, notice: Notice) -> NoticeReading | SetAside:
        """The page of a notice whose body says "good"."""
        if notice.body != b"good":
            return SetAside(source=notice.source, source_id=notice.source_id, reason="sample")
        return NoticeReading(
            source=self.key,
            notice_id=notice.source_id,
            published=NOW,
            keys=(),
            stage=Stage.TENDER,
            change=Change.NEW,
            details=Details(title="Sample", official_url=f"{self.card.home}{notice.source_id}"),
        )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}")
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def desk(database: Database, clock: TurnedClock) -> FrontDesk:
    made = FrontDesk(database=database, clock=clock, sources={"sample_source": SampleSource()})
    as_desk: Desk = made  # mypy holds the promise
    assert as_desk.now() == NOW
    return made


async def put(database: Database, *samples: SampleOpportunity) -> None:
    async with SqlLedger(database).writing() as transaction:
        for sample in samples:
            await keep(transaction, sample)


async def ids(desk: FrontDesk, filters: Filters | None = None, *, size: int = 50) -> list[str]:
    found = await desk.open_opportunities(filters or Filters(), size=size, counted=False)
    return [item.identity for item in found.items]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    key = load_key(path)
    assert load_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]
    path.write_text("short")
    with pytest.raises(WrongSettings):
        load_key(path)


# ---------------------------------------------------------------------------------------------- lists


async def test_a_list_has_what_is_open_newest_first_page_by_page(desk: FrontDesk, database: Database) -> None:
    many = [SampleOpportunity(identity=f"op-{n}", published=NOW - timedelta(hours=n)) for n in range(1, 8)]
    shut = SampleOpportunity(identity="op-shut", closes=NOW)
    gone = SampleOpportunity(identity="op-gone", status=Status.CANCELLED)
    await put(database, *many, shut, gone, SampleOpportunity(identity="op-free", closes=None, published=NOW))
    pages = [await desk.open_opportunities(Filters(page=page), size=3, counted=False) for page in (1, 2, 3, 4)]
    assert [[item.identity for item in page.items] for page in pages] == [
        ["op-free", "op-1", "op-2"],
        ["op-3", "op-4", "op-5"],
        ["op-6", "op-7"],
        [],
    ]
    assert {page.total for page in pages} == {8}


async def test_filters_narrow_by_area_trade_size_and_closing(desk: FrontDesk, database: Database) -> None:
    await put(
        database,
        SampleOpportunity(identity="hackney"),
        SampleOpportunity(identity="camden", regions=("E09000007",), buyer="Camden Council", sector="catering"),
        SampleOpportunity(identity="london", regions=("UKI",), buyer="Sample body", closes=NOW + timedelta(days=20)),
        SampleOpportunity(identity="uk", regions=("UK",), buyer="Sample body", closes=None),
        SampleOpportunity(
            identity="leeds",
            regions=("UKE42",),
            buyer="Sample body",
            verdicts={"micro": "unlikely", "small": "unlikely", "medium": "suits"},
        ),
    )
    assert set(await ids(desk)) == {"hackney", "camden", "london", "uk", "leeds"}
    assert set(await ids(desk, Filters(areas=("E09000012",)))) == {"hackney", "london"}
    assert set(await ids(desk, Filters(areas=("london",)))) == {"hackney", "camden", "london", "uk"}
    assert await ids(desk, Filters(sectors=("catering",))) == ["camden"]
    assert set(await ids(desk, Filters(sizes=("micro",)))) == {"hackney", "camden", "london", "uk"}
    assert set(await ids(desk, Filters(closing="14"))) == {"hackney", "camden", "leeds"}
    assert await ids(desk, Filters(closing="after-14")) == ["london"]
    counts = (await desk.open_opportunities(Filters(sectors=("catering",)), size=5, counted=True)).counts
    assert counts is not None
    assert (counts.sectors["environment"], counts.sectors["catering"]) == (4, 1)
    assert (counts.areas["E09000007"], counts.areas.get("E09000012", 0), counts.areas["london"]) == (1, 0, 1)


async def test_further_filters_and_orders_say_what_is_shown(desk: FrontDesk, database: Database) -> None:
    await put(
        database,
        SampleOpportunity(identity="soon", description="For a sample library.", closes=NOW + timedelta(days=2)),
        SampleOpportunity(identity="late", title="Sample blinds", published=NOW, closes=NOW + timedelta(days=30)),
        SampleOpportunity(identity="past", closes=NOW - timedelta(hours=1)),
        SampleOpportunity(identity="done", status=Status.AWARDED, closes=None),
    )
    assert await ids(desk) == ["late", "soon"]
    assert await ids(desk, Filters(sort="closing")) == ["soon", "late"]
    assert await ids(desk, Filters(words="windows", sort="best")) == ["soon", "late"]
    assert await ids(desk, Filters(words="windows")) == ["late", "soon"]
    assert await ids(desk, Filters(standing="closed")) == ["past"]
    assert await ids(desk, Filters(standing="awarded")) == ["done"]
    assert set(await ids(desk, Filters(standing="all"))) == {"soon", "late", "past", "done"}
    assert await ids(desk, Filters(value_max=17_999)) == []
    assert len(await ids(desk, Filters(value_min=18_000, value_max=18_000))) == 2
    assert await ids(desk, Filters(below_threshold=True)) == []
    assert await ids(desk, Filters(sources=("another",))) == []
    found = await desk.open_opportunities(Filters(closing="7"), size=5, counted=True)
    assert found.counts is not None
    assert found.counts.closing == {"7": 1, "14": 1, "30": 2, "after-14": 1}
    assert found.counts.sources == {"sample_source": 1}


async def test_search_finds_whole_words_and_bears_anything_typed(desk: FrontDesk, database: Database) -> None:
    await put(
        database,
        SampleOpportunity(),
        SampleOpportunity(identity="code", title="Sample C++ work", description="100% sample_work, it's"),
    )
    assert await ids(desk, Filters(words="C++")) == ["code"]
    assert await ids(desk, Filters(words="Windows libraries")) == ["op-1"]
    assert await ids(desk, Filters(words="windo")) == []
    assert await ids(desk, Filters(words="w%w")) == []
    assert len(await ids(desk, Filters(words="%"))) == 2
    for words in HOSTILE:
        found = await desk.open_opportunities(Filters(words=words), size=5, counted=True)
        assert found.total == len(found.items)


# ---------------------------------------------------------------------------------------------- one opportunity


async def test_one_opportunity_shows_its_history_and_moved_ids_lead_on(desk: FrontDesk, database: Database) -> None:
    await put(database, SampleOpportunity(), SampleOpportunity(identity="op-old"))
    async with SqlLedger(database).writing() as transaction:
        first = RevisionRecord(number=1, recorded=NOW, as_of=NOW, change_kind="", differences=())
        await transaction.keep_revised([Revised(identity="op-1", record=first, content_hash="sample")])
        await transaction.join(gone="op-old", into="op-1", evidence="sample")
    shown = await desk.opportunity("op-1")
    assert isinstance(shown, OpportunityView)
    assert (shown.place, shown.standing, shown.worth.low) == ("Hackney", "open", Decimal(18000))
    assert [revision.said for revision in shown.revisions] == ["First published"]
    assert await desk.opportunity("op-old") == MovedTo(identity="op-1")
    assert await ids(desk) == ["op-1"]
    for unknown in ("op-none", "", "' OR 1=1 --", "x" * 10_000):
        with pytest.raises(NotFound):
            await desk.opportunity(unknown)


async def test_the_notices_of_an_opportunity_lead_to_their_official_pages(desk: FrontDesk, database: Database) -> None:
    await put(database, SampleOpportunity())
    async with SqlLedger(database).writing() as transaction:
        for name, body, source in (("1", b"good", "sample_source"), ("2", b"bad", "sample_source"), ("3", b"", "gone")):
            notice = Notice(source=source, source_id=name, published=NOW, seen=NOW, body=body, form="sample")
            number = await transaction.keep_notice(notice, set_aside="")
            assert number is not None
            await transaction.assign({number: "op-1"})
    shown = await desk.opportunity("op-1")
    assert isinstance(shown, OpportunityView)
    assert shown.official_source == "Sample source"
    assert [(each.source, each.href, each.kind) for each in shown.notices] == [
        ("gone", "", "Notice"),
        ("Sample source", "", "Notice"),
        ("Sample source", "https://sample.example.org/1", "Tender"),
    ]


async def test_work_that_asks_for_nothing_special_carries_no_help(desk: FrontDesk, database: Database) -> None:
    await put(database, SampleOpportunity())
    (item,) = (await desk.open_opportunities(Filters(), size=5, counted=False)).items
    assert item.help == ()


async def test_help_beside_work_is_current_and_names_what_the_notice_asks_for(
    desk: FrontDesk, database: Database
) -> None:
    await put(database, SampleOpportunity(description="Suppliers must comply with UK GDPR. A framework."))
    sendable = {programme.key for programme in await desk.programmes()}
    (item,) = (await desk.open_opportunities(Filters(), size=5, counted=False)).items
    assert [each.key for each in item.help] == ["ico_privacy_notice_maker"]
    assert {each.key for each in item.help} <= sendable
    assert item.help[0].because == "This notice asks you to keep the data protection law"


async def test_closed_work_carries_no_help(desk: FrontDesk, database: Database) -> None:
    closed = SampleOpportunity(description="Suppliers must comply with UK GDPR.", closes=NOW - timedelta(days=1))
    await put(database, closed)
    assert isinstance(shown := await desk.opportunity("op-1"), OpportunityView)
    assert shown.help == ()


async def test_a_source_that_was_never_asked_says_so_and_one_in_trouble_says_why(
    desk: FrontDesk, database: Database
) -> None:
    (never,) = await desk.sources()
    assert (never.key, never.name, never.health, never.last_poll) == ("sample_source", "Sample source", "never", None)
    async with database.writing() as connection:
        row = {"source": "sample_source", "health": "down", "reason": "It does not answer.", "last_poll": stored(NOW)}
        await Part(connection).insert_once(
            SourceHealthRow, row | {"last_good": "", "last_new": "", "next_poll": "", "failures": 3}
        )
    (down,) = await desk.sources()
    assert (down.health, down.reason, down.last_poll, down.last_new) == ("down", "It does not answer.", NOW, None)


async def test_readiness_tells_of_late_messages_parked_events_and_a_database_that_cannot_be_written(
    desk: FrontDesk, database: Database, clock: TurnedClock
) -> None:
    assert (await desk.readiness()).troubles == ()
    async with SqlLedger(database).writing() as transaction:
        await transaction.keep_message(_message(), firm=0, target=0, slot="sample", alerts=())
    clock.at += timedelta(minutes=16)
    async with SqlLedger(database).writing() as transaction:
        await transaction.emit("notice_seen", "1", {}, at=NOW)
        (event,) = await transaction.take("notice_seen", most=1, now=NOW)
        await transaction.put_off(event.identity, until=NOW, parked="sample")
    late, parked = (await desk.readiness()).troubles
    assert "1 message waited" in late
    assert "1 event was put aside" in parked
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE tick"))
    assert (await desk.readiness()).troubles == ("The database cannot be written.",)


async def test_letters_are_kept_once_and_listed_without_their_words(desk: FrontDesk, database: Database) -> None:
    for _ in range(2):
        await LetterBox(database).keep(_message(), headers=(("To", ADDRESS),), at=NOW)
    (listed,) = await desk.letters()
    assert (listed.subject, listed.text, listed.html) == ("Sample", "", "")
    letter = await desk.letter(listed.identity)
    assert (letter.text, letter.html, letter.headers) == ("Hello", "<p>Hello</p>", (("To", ADDRESS),))
    with pytest.raises(NotFound):
        await desk.letter("none")


def _message() -> Message:
    return Message(
        message_id="<sample@example.org>",
        channel="email",
        to=ADDRESS,
        subject="Sample",
        text="Hello",
        html="<p>Hello</p>",
        kind="account",
        created=NOW,
    )
