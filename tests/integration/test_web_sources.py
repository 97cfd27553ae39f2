"""The sources page, the API and the figures: health, permits and coverage, said alike and never flattered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import html

from service.web.app import WebOptions, make_app
from service.web.view import PermitView, SourceView
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import HACKNEY, NOW, SampleDesk

Client: TypeAlias = TestClient[web.Request, web.Application]


class SourcesDesk(SampleDesk):
    """A desk with sources of every kind."""

    async def sources(self) -> Sequence[SourceView]:
        """One national service, one permitted listing, one that waits for a permit and one that is prohibited."""
        permit = PermitView(
            basis="the terms allow it",
            robots_read=date(2026, 11, 20),
            terms_read=date(2026, 11, 21),
            by="operator",
            given=NOW - timedelta(days=1),
        )
        asked = {"last_poll": NOW - timedelta(minutes=4), "last_good": NOW - timedelta(minutes=4)}
        return [
            _view("sample_national", health="ok", national=True, last_new=NOW - timedelta(hours=1), **asked),
            _view(
                "sample_listing",
                health="stale",
                reason="It answers, but has brought nothing new for 12 working days.",
                since=NOW - timedelta(days=2),
                authorities=(HACKNEY,),
                permission="needs_permission",
                permit=permit,
                **asked,
            ),
            _view("sample_waits", health="disabled", reason="run a command", permission="needs_permission"),
            _view("sample_prohibited", health="disabled", reason="never", permission="prohibited"),
        ]


def _view(key: str, **said: Any) -> SourceView:
    usual: dict[str, Any] = {
        "name": key.replace("_", " ").capitalize(),
        "home": f"https://{key}.example.org/",
        "reason": "",
        "last_poll": None,
        "last_new": None,
        "authorities": (),
        "rhythm": "every half hour",
        "caveats": (),
        "licence": "A sample licence",
    }
    return SourceView(key=key, **(usual | said))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    options = WebOptions(public_url="http://127.0.0.1:8080", listen_host="127.0.0.1", built_in_mailbox=True)
    async with TestClient(TestServer(make_app(SourcesDesk(), nobodys_accounts(), options))) as started:
        yield started


async def page(client: Client) -> html.HtmlElement:
    return html.fromstring(await (await client.get("/sources")).text())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


async def test_the_two_counts_stand_side_by_side_and_are_never_added_up(client: Client) -> None:
    tree = await page(client)
    counts = [words(each) for each in tree.xpath("//*[@class='two-counts']/p")]
    assert [each[: len("33 of 33")] for each in counts] == ["33 of 33", "1 of 33 "]
    assert "34 of" not in words(tree)


async def test_each_tile_says_its_state_by_a_sign_and_the_table_says_it_in_words(client: Client) -> None:
    tree = await page(client)
    tiles = {words(each.xpath("./*[@class='tile-name']")[0]): each for each in tree.xpath("//*[@role='img']/div")}
    assert len(tiles) == 33
    assert words(tiles["Hackney"].xpath("./*[@class='tile-sign']")[0]) == "●"
    assert words(tiles["Barnet"].xpath("./*[@class='tile-sign']")[0]) == "○"
    (row,) = tree.xpath(f"//tr[@id='{HACKNEY}']")
    assert words(row.xpath("./td")[0]) == "yes"
    assert "Sample listing, read 4 minutes ago" in words(row)
    assert "ProContract" in words(row)
    assert "seen 2020" in words(row)
    (barnet,) = tree.xpath("//tr[@id='E09000003']")
    assert "not known" in words(barnet)


async def test_a_source_says_in_words_how_it_fares_and_who_permitted_it(client: Client) -> None:
    tree = await page(client)
    listing = words(tree.xpath("//article[@id='sample_listing']")[0])
    assert "Quiet for too long" in listing
    assert "nothing new for 12 working days" in listing
    assert "Permitted by the operator on Sun 22 Nov: the terms allow it." in listing
    assert "robots.txt read on Fri 20 Nov, terms on Sat 21 Nov." in listing
    waits = words(tree.xpath("//article[@id='sample_waits']")[0])
    assert "Not read before somebody has read its robots.txt and its terms" in waits
    assert "run a command" not in waits, "what an operator types is no business of a reader"
    assert "its terms forbid" in words(tree.xpath("//article[@id='sample_prohibited']")[0])


async def test_the_api_says_the_same(client: Client) -> None:
    said = await (await client.get("/api/sources")).json()
    listing = next(each for each in said["sources"] if each["key"] == "sample_listing")
    assert (listing["health"], listing["permission"], listing["permit"]["by"]) == (
        "stale",
        "needs_permission",
        "operator",
    )
    hackney = next(each for each in said["authorities"] if each["gss"] == HACKNEY)
    assert (hackney["national"], hackney["own"]) == (["Sample national"], ["Sample listing"])
    assert len(said["authorities"]) == 33


async def test_figures_for_prometheus_name_the_health_of_each_source(client: Client) -> None:
    said = await (await client.get("/metrics")).text()
    assert 'bowbell_source_health{health="stale",source="sample_listing"} 1.0' in said
    assert 'bowbell_source_health{health="ok",source="sample_listing"} 0.0' in said
    assert re.search(r'bowbell_source_last_good_timestamp_seconds\{source="sample_listing"\} 1\.\d+e\+09', said)
    assert 'bowbell_authorities_covered{how="national"} 33.0' in said
    assert 'bowbell_authorities_covered{how="own"} 1.0' in said
