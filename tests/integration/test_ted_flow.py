"""TED through the running house: collected and resumed, imported once, listed and told only where it was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from lxml import html
from sqlalchemy import select

from service.bootstrap import House, open_house
from service.commands.work import STEPS, drain_all
from service.domain.interest import Interest
from service.settings import Settings
from service.store.session import table
from service.store.tables import OpportunityKeyRow, OpportunityRow
from service.usecases.collect import Report, import_payload
from service.web.app import WebOptions, make_app
from service.web.forms.filters import Filters
from tests.accounts import nobodys_accounts
from tests.integration.test_flow_to_inbox import mail_server, settings, subscribe
from tests.integration.test_recorded_days import collecting
from tests.ted_world import a_full_notice, a_row, write_answer

MORNING = datetime(2026, 5, 30, 6, 0, tzinfo=UTC)
DAYS = ("2026-05-28", "2026-05-31")


def at(folder: Path, smtp_url: str = "") -> Settings:
    """Return settings of a copy on the morning after the recorded issue."""
    return settings(folder, smtp_url).model_copy(update={"now": MORNING})


async def take_in(house: House, *files: Path) -> Report:
    """Import files and let every step run."""
    report = Report()
    for file in files:
        assert await import_payload(house.ledger, house.clock, house.sources, file.read_bytes(), report=report)
    await drain_all(house, STEPS)
    return report


def test_the_recorded_answer_is_collected_end_to_end_and_a_second_time_brings_nothing(
    shared_data: Path, tmp_path: Path
) -> None:
    with collecting(shared_data / "recorded" / "ted", tmp_path / "home", script="ted@3=429:2") as copy:
        copy.dies("ted", DAYS, now=MORNING, at="collect.before_commit:1")
        counts = copy.collect("ted", DAYS, now=MORNING + timedelta(minutes=1))
        again = copy.collect("ted", DAYS, now=MORNING + timedelta(minutes=9))
        titles = copy.rows("SELECT count(*) FROM opportunity")
    assert (counts["notices_new"], counts["opportunities_new"], counts["set_aside"]) == (5, 5, 0)
    assert (again["notices_new"], again["opportunities_new"], again["opportunities_revised"]) == (0, 0, 0)
    assert titles == [(5,)]


def test_kills_between_batches_lose_nothing_and_fetch_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "issue"
    folder.mkdir()
    write_answer(folder / "a.json", [a_row(n) for n in range(1, 71)])
    for n in range(1, 71):
        (folder / f"{n}.xml").write_bytes(a_full_notice(n, title=f"Probereinigung {n}"))
    with collecting(folder, tmp_path / "home", script="ted@90=dropped") as copy:
        copy.dies("ted", DAYS, now=MORNING, at="collect.committed:2")
        fetched = copy.counters("ted")["releases"]
        counts = copy.collect("ted", DAYS, now=MORNING + timedelta(minutes=1))
        kept = copy.rows("SELECT source_id, form FROM notice")
        after = copy.counters("ted")["releases"]
    assert fetched == 40
    assert after == 70
    assert counts["notices_new"] == 30
    assert sorted(str(name) for name, _ in kept) == sorted(f"{n}-2026" for n in range(1, 71))
    assert {form for _, form in kept} == {"ted-eforms"}


async def test_every_recorded_file_is_imported_once_and_again_changes_nothing(
    shared_data: Path, tmp_path: Path
) -> None:
    files = sorted(path for path in (shared_data / "recorded" / "ted").rglob("*") if path.suffix in {".xml", ".json"})
    opportunity = table(OpportunityRow)
    async with open_house(at(tmp_path)) as house:
        first = (await take_in(house, *files)).of("ted")
        async with house.database.reading() as connection:
            before = (await connection.execute(select(opportunity.c.id, opportunity.c.revision))).all()
        again = (await take_in(house, *files)).of("ted")
        async with house.database.reading() as connection:
            after = (await connection.execute(select(opportunity.c.id, opportunity.c.revision))).all()
    assert (first.notices_read, first.notices_new, first.set_aside) == (27, 27, 0)
    assert (again.notices_read, again.notices_known) == (27, 27)
    assert len(before) == 27
    assert sorted(after) == sorted(before)


async def test_a_house_without_any_notice_shows_an_empty_list(tmp_path: Path) -> None:
    async with open_house(at(tmp_path)) as house:
        found = await house.desk.open_opportunities(Filters(), size=20, counted=True)
    assert (found.total, found.items) == (0, ())
    assert found.counts is not None


async def test_contracts_abroad_are_left_out_of_lists_unless_asked_for(shared_data: Path, tmp_path: Path) -> None:
    async with open_house(at(tmp_path)) as house:
        await take_in(house, shared_data / "recorded/ted/search_v3_2026-05-30.json")

        async def shown(filters: Filters) -> int:
            return (await house.desk.open_opportunities(filters, size=20, counted=True)).total

        assert await shown(Filters()) == 0
        assert await shown(Filters(eu="yes")) == 5
        assert await shown(Filters(eu="only")) == 5
        # An area of London holds none of them; who asks for both sees both.
        assert await shown(Filters(areas=("london",))) == 0
        assert await shown(Filters(areas=("london",), eu="yes")) == 5


async def test_pages_feeds_and_the_api_say_language_place_currency_cover_and_whose_notice_it_is(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "recorded/ted"
    async with open_house(at(tmp_path)) as house:
        await take_in(house, folder / "eforms/published_2024-OJS044-00128154.xml", folder / "search_v3_2026-05-30.json")
        found = await house.desk.open_opportunities(Filters(eu="only"), size=20, counted=False)
        polish = await _of(house, "128154-2024")
        options = WebOptions(public_url="https://bowbell.example", listen_host="127.0.0.1", built_in_mailbox=False)
        async with TestClient(TestServer(make_app(house.desk, nobodys_accounts(), options))) as client:
            page = await (await client.get(f"/opportunities/{polish}")).text()
            listed = await (await client.get("/opportunities?eu=yes")).text()
            plain = await (await client.get("/opportunities")).text()
            atom = await (await client.get("/feeds/opportunities.atom?eu=only")).text()
            table_ = await (await client.get("/feeds/opportunities.csv?eu=only")).text()
            said = await (await client.get(f"/api/opportunities/{polish}")).json()
    tree = html.document_fromstring(page)
    words = " ".join(str(tree.xpath("string()")).split())
    for expected in (
        "In Polish",
        "European Union contract",
        "Poland",
        "in Polish: we do not translate notices",
        "The buyer says that the Government Procurement Agreement (GPA) does not cover it.",
        "Whether a British firm may bid depends on the notice",
        "zadanie 7",
        "Source: TED, © European Union.",
    ):
        assert expected in words, expected
    assert tree.xpath("//h1/@lang") == ["pl"]
    assert "you may bid" not in words.replace("Whether a British firm may bid", "")
    assert (said["language"], said["gpa"], said["attribution"]) == ("pl", False, "Source: TED, © European Union.")
    assert "€600,000" in listed
    assert "Source: TED, © European Union." in listed
    assert "€600,000" not in plain
    assert "Source: TED" not in plain
    for told in (atom, table_):
        assert told.count("Source: TED, © European Union.") >= len(found.items) == 5


async def test_only_a_firm_that_asked_hears_of_a_contract_abroad_with_what_to_check(
    shared_data: Path, tmp_path: Path
) -> None:
    software = Interest(sectors=("it",), areas=("london",))
    async with mail_server() as (inbox, smtp_url), open_house(at(tmp_path, smtp_url)) as house:
        await subscribe(house, "home@sample.example", size="small", interests=[software])
        await subscribe(house, "abroad@sample.example", size="small", interests=[replace(software, eu=True)])
        await take_in(house, shared_data / "recorded/ted/search_v3_2026-05-30.json")
    assert inbox.to("home@sample.example") == []
    letters = inbox.to("abroad@sample.example")
    assert letters
    for letter in letters:
        body = letter.get_body(("plain",))
        assert body is not None
        text = " ".join(body.get_content().split())
        assert "Source: TED, © European Union." in text
        assert "European Union contract" in text
        assert "Whether a British firm may bid depends on the notice" in text
        assert "does not say whether the Government Procurement Agreement (GPA) covers it" in text


async def _of(house: House, number: str) -> str:
    """Return the opportunity of a publication number."""
    key = table(OpportunityKeyRow)
    async with house.database.reading() as connection:
        asked = select(key.c.opportunity_id).where(key.c.scheme == "notice", key.c.key == f"ted:{number}")
        return str((await connection.execute(asked)).scalar_one())
