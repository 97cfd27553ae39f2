"""The page of contracts that end soon: what it says of each, its filters, and addresses that are cut short."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import html

from service.web.app import WebOptions, make_app
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import HACKNEY, SampleDesk

Client: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    options = WebOptions(public_url="http://127.0.0.1:8080", listen_host="127.0.0.1", built_in_mailbox=True)
    async with TestClient(TestServer(make_app(SampleDesk(), nobodys_accounts(), options))) as started:
        yield started


async def page(client: Client, query: str = "") -> html.HtmlElement:
    answer = await client.get(f"/contracts-ending{query}")
    assert answer.status == 200
    return html.fromstring(await answer.text())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


async def test_each_contract_says_when_it_ends_who_holds_it_and_where_it_is_written(client: Client) -> None:
    tree = await page(client)
    card = words(tree.xpath("//article")[0])
    assert "Ends3 March 2027, in 3 months" in card
    assert "Held bySample Holder Ltd" in card
    assert "Official notice" in card
    assert "Nothing to bid for yet" in words(tree)


async def test_the_filters_are_a_trade_and_a_borough_and_stay_chosen(client: Client) -> None:
    tree = await page(client, f"?area={HACKNEY}")
    (chosen,) = tree.xpath("//select[@name='area']/option[@selected]")
    assert chosen.get("value") == HACKNEY
    assert "for Hackney" in words(tree.xpath("//h2")[0])
    none = await page(client, "?sector=leisure&area=E09000029")
    assert "We know of none that fits." in words(none)


@pytest.mark.parametrize("query", ["?sector=nothing", "?area=E99", "?page=0", "?page=x", "?page=99999999", "?page=%F0"])
async def test_what_an_address_says_wrongly_is_left_out(client: Client, query: str) -> None:
    tree = await page(client, query)
    assert tree.xpath("//h1")[0].text_content() == "Contracts that end soon"
