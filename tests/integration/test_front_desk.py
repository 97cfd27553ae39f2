"""The web's questions answered from a real database file: lists, one opportunity, a firm from sign-up to stop."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from notifiers.render import write_confirmation
from service.domain.message import Message
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Change, Details, Stage, Status
from service.domain.opportunity import Reading as NoticeReading
from service.errors import BadToken, NotFound, TooManyRequests, WrongSettings
from service.front_desk import FrontDesk
from service.ports import Access, Http, Page, SourceCard
from service.store.database import Database, stored
from service.store.ledger import SqlLedger
from service.store.messages import MESSAGE
from service.store.reading import LetterBox
from service.store.session import Part
from service.store.tables import SourceHealthRow
from service.usecases.ledger import Revised, RevisionRecord
from service.usecases.links import Links, load_key
from service.usecases.subscribe import Subscribe
from service.web.desk import Desk, MovedTo
from service.web.forms.answers import CONSENT, Answers
from service.web.forms.filters import Filters
from service.web.view import OpportunityView
from tests.builders import NOW, SampleOpportunity, keep

ADDRESS = "sample.firm@example.org"
ANSWERS = Answers(
    email=ADDRESS,
    sectors=("environment",),
    areas=("E09000012",),
    words=("window cleaning", 'gut"ters'),
    without=("hospital", "C++"),
    size="micro",
    value_min=Decimal(5000),
    value_max=None,
)
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


class TurnedClock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """The time it was turned to."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Turn it on."""
        self.at += timedelta(seconds=seconds)


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
def links(clock: TurnedClock) -> Links:
    return Links("sample-key-" * 4, "https://bowbell.example.org/", now=lambda: clock.now().timestamp())


@pytest.fixture
def desk(database: Database, clock: TurnedClock, links: Links) -> FrontDesk:
    numbers = itertools.count(1)
    made = FrontDesk(
        database=database,
        links=links,
        clock=clock,
        sources={"sample_source": SampleSource()},
        write_confirmation=write_confirmation,
        message_id=lambda: f"<{next(numbers)}@bowbell.example.org>",
        channel="email",
    )
    as_desk: Desk = made  # mypy holds the promise
    assert as_desk.now() == NOW
    return made


async def put(database: Database, *samples: SampleOpportunity) -> None:
    async with SqlLedger(database).writing() as transaction:
        for sample in samples:
            await keep(transaction, sample)


async def mails(database: Database) -> list[tuple[str, str, str]]:
    """Subject, text and state of every message, the oldest first."""
    async with database.reading() as connection:
        asked = select(MESSAGE.c.subject, MESSAGE.c.text, MESSAGE.c.state).order_by(MESSAGE.c.id)
        return [(row.subject, row.text, row.state) for row in (await connection.execute(asked)).all()]


async def token_in_last_mail(database: Database, page: str = "confirm") -> str:
    found = re.search(rf"https://bowbell\.example\.org/{page}/(\S+)", (await mails(database))[-1][1])
    assert found is not None
    return found[1]


async def ids(desk: FrontDesk, filters: Filters | None = None, *, size: int = 50) -> list[str]:
    found = await desk.open_opportunities(filters or Filters(), size=size, counted=False)
    return [item.identity for item in found.items]


# ---------------------------------------------------------------------------------------------- a firm's story


async def test_a_firm_signs_up_confirms_changes_pauses_and_stops(desk: FrontDesk, database: Database) -> None:
    await put(
        database, SampleOpportunity(), SampleOpportunity(identity="op-2", sector="catering", title="Meals", cpv=())
    )
    await desk.sign_up(ANSWERS, consent=CONSENT)
    token = await token_in_last_mail(database)
    waiting = await desk.awaiting(token)
    assert (waiting.state, waiting.address) == ("waiting", "s\u2026@example.org")
    done = await desk.confirm(token)
    assert [item.identity for item in done.now.items] == ["op-1"]
    assert (await desk.confirm(token)).now.total == 1
    firm = await desk.firm(done.manage_token)
    assert firm.state == "active"
    assert firm.answers == replace(ANSWERS, email="", words=("window cleaning", "gut ters"))

    other = replace(ANSWERS, email="", sectors=("catering",), words=(), without=("prison",), size="small")
    await desk.change(done.manage_token, other)
    assert (await desk.firm(done.manage_token)).answers == other
    await desk.pause(done.manage_token)
    await desk.pause(done.manage_token)
    assert (await desk.firm(done.manage_token)).state == "paused"
    await desk.confirm(token)
    assert (await desk.firm(done.manage_token)).state == "paused"
    await desk.resume(done.manage_token)
    assert (await desk.firm(done.manage_token)).state == "active"

    await desk.stop(done.manage_token)
    await desk.stop(done.manage_token)
    for refused in (desk.firm(done.manage_token), desk.change(done.manage_token, other), desk.confirm(token)):
        with pytest.raises(BadToken):
            await refused


async def test_consent_is_kept_as_it_was_said_and_gone_once_stopped(
    desk: FrontDesk, database: Database, links: Links
) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    done = await desk.confirm(await token_in_last_mail(database))
    async with database.reading() as connection:
        row = (await connection.execute(text("SELECT secret, id FROM firm"))).one()
        agreed = (await connection.execute(text("SELECT firm_id, level, given, text, at FROM consent"))).one()
    assert (agreed.firm_id, agreed.level, bool(agreed.given), agreed.text) == (row.id, "alerts", True, CONSENT)
    assert agreed.at.startswith("2026-11-23")
    await LetterBox(database).keep(_message(), headers=(("To", ADDRESS),), at=NOW)
    unsubscribe = links.unsubscribe_token(row.id, row.secret)
    await desk.stop(unsubscribe)
    await desk.stop(unsubscribe)
    assert (await desk.firm(unsubscribe)).state == "stopped"
    assert done.manage_token
    async with database.reading() as connection:
        dump = []
        for name in sorted(SQLModel.metadata.tables):
            dump += [str(tuple(each)) for each in (await connection.execute(text(f"SELECT * FROM {name}"))).all()]  # noqa: S608
    assert not [line for line in dump if "sample.firm" in line or "window" in line or CONSENT in line]
    assert [state for _, _, state in await mails(database)] == ["dropped"]


async def test_an_address_that_stopped_may_sign_up_anew(desk: FrontDesk, database: Database) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    await desk.stop((await desk.confirm(await token_in_last_mail(database))).manage_token)
    await desk.sign_up(ANSWERS, consent=CONSENT)
    assert (await desk.awaiting(await token_in_last_mail(database))).state == "waiting"


async def test_an_address_that_gets_alerts_is_sent_its_own_links_and_nothing_changes(
    desk: FrontDesk, database: Database
) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    token = (await desk.confirm(await token_in_last_mail(database))).manage_token
    await desk.sign_up(replace(ANSWERS, email=ADDRESS.upper(), sectors=("catering",)), consent=CONSENT)
    assert (await mails(database))[-1][0] == "You are signed up already"
    assert (await desk.firm(await token_in_last_mail(database, "manage"))).answers.sectors == ("environment",)
    assert (await desk.firm(token)).state == "active"


async def test_a_second_sign_up_counts_and_voids_the_first_link(desk: FrontDesk, database: Database) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    first = await token_in_last_mail(database)
    await desk.sign_up(replace(ANSWERS, sectors=("catering",)), consent=CONSENT)
    with pytest.raises(BadToken):
        await desk.confirm(first)
    assert (await desk.awaiting(await token_in_last_mail(database))).answers.sectors == ("catering",)


async def test_an_address_is_written_to_three_times_a_day_at_most(
    desk: FrontDesk, database: Database, clock: TurnedClock
) -> None:
    for _ in range(3):
        await desk.sign_up(ANSWERS, consent=CONSENT)
    last = await token_in_last_mail(database)
    with pytest.raises(TooManyRequests):
        await desk.sign_up(ANSWERS, consent=CONSENT)
    assert len(await mails(database)) == 3
    assert (await desk.awaiting(last)).state == "waiting"
    clock.at += timedelta(days=1)
    await desk.sign_up(ANSWERS, consent=CONSENT)
    assert len(await mails(database)) == 4


async def test_sign_ups_at_the_same_moment_make_one_firm_and_keep_the_cap(desk: FrontDesk, database: Database) -> None:
    outcomes = await asyncio.gather(*(desk.sign_up(ANSWERS, consent=CONSENT) for _ in range(5)), return_exceptions=True)
    assert sorted(map(type, outcomes), key=str) == sorted([type(None)] * 3 + [TooManyRequests] * 2, key=str)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM firm"))).scalar_one() == 1
        assert (await connection.execute(text("SELECT count(*) FROM interest"))).scalar_one() == 1


async def test_a_confirming_link_runs_out_and_the_sign_up_is_taken_away(
    desk: FrontDesk, database: Database, clock: TurnedClock, links: Links
) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    token = await token_in_last_mail(database)
    clock.at += timedelta(hours=48, seconds=2)
    with pytest.raises(BadToken):
        await desk.confirm(token)
    subscribe = Subscribe(
        ledger=SqlLedger(database),
        links=links,
        clock=clock,
        write_confirmation=write_confirmation,
        message_id=lambda: "<x@example.org>",
        channel="email",
    )
    assert await subscribe.tidy() == 0
    clock.at += timedelta(days=5)
    assert await subscribe.tidy() == 1
    assert await mails(database) == []


async def test_tokens_of_another_purpose_key_or_firm_open_nothing(
    desk: FrontDesk, database: Database, links: Links
) -> None:
    await desk.sign_up(ANSWERS, consent=CONSENT)
    confirm = await token_in_last_mail(database)
    manage = (await desk.confirm(confirm)).manage_token
    firm, secret = links.read(manage, ("manage",))
    foreign = Links("another-key-" * 4, "https://bowbell.example.org").manage_token(firm, secret)
    wrong = (confirm, foreign, links.manage_token(firm, "other"), links.manage_token(firm + 1, secret), manage[:-1], "")
    for token in (*wrong, "x" * 100_000, "\N{SNOWMAN}", "a.b.c"):
        with pytest.raises(BadToken):
            await desk.firm(token)
        with pytest.raises(BadToken):
            await desk.stop(token)
    for deed in (desk.change(links.unsubscribe_token(firm, secret), ANSWERS), desk.confirm(manage)):
        with pytest.raises(BadToken):
            await deed
    assert (await desk.firm(manage)).state == "active"


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


async def test_help_beside_work_is_free_current_and_gives_its_reason(desk: FrontDesk, database: Database) -> None:
    await put(database, SampleOpportunity())
    sendable = {programme.key for programme in await desk.programmes()}
    (item,) = (await desk.open_opportunities(Filters(), size=5, counted=False)).items
    assert {each.key for each in item.help} <= sendable
    assert all(each.reason.startswith("This is work") for each in item.help)
    assert 1 <= len(item.help) <= 2


# ---------------------------------------------------------------------------------------------- house-keeping


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
    await desk.sign_up(ANSWERS, consent=CONSENT)
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
