"""The boroughs as buyers: a tile and a page for each of the 33, and a list that a council's own page carries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aiohttp.test_utils import TestClient, TestServer
from lxml import etree, html
from lxml.html import HtmlElement

from service.domain.buying import how_they_buy
from service.domain.gazetteer import gazetteer
from service.web.app import WebOptions, make_app
from service.web.borough_view import is_bought_by, is_small
from service.web.view import OpportunityView, Worth
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import SampleDesk, an_opportunity

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HACKNEY = gazetteer().authorities["E09000012"]


def bought(identity: str, **changes: object) -> OpportunityView:
    made = an_opportunity(identity, title=f"Sample work {identity}", buyer="London Borough of Hackney")
    return replace(made, **changes)  # type: ignore[arg-type]  # fields are named by the tests


@pytest.fixture
def desk() -> SampleDesk:
    made = SampleDesk()
    made.everything = [
        bought("small"),
        bought("large", worth=Worth(low=Decimal(900_000)), extra_tags=()),
        bought("neighbour", buyer="London Borough of Camden"),
        bought("<script>alert(1)</script>"),
    ]
    return made


@pytest.fixture
async def client(desk: SampleDesk) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    options = WebOptions(public_url="http://127.0.0.1:8080", listen_host="127.0.0.1", built_in_mailbox=True)
    async with TestClient(TestServer(make_app(desk, nobodys_accounts(), options))) as made:
        yield made


async def page(client: TestClient, path: str) -> HtmlElement:  # type: ignore[type-arg]
    answer = await client.get(path)
    assert answer.status == 200, path
    return html.fromstring(await answer.text())


def words(tree: HtmlElement) -> str:
    return " ".join(tree.text_content().split())


async def test_there_are_33_tiles_that_say_in_words_what_they_mean(client: TestClient) -> None:  # type: ignore[type-arg]
    tree = await page(client, "/boroughs")
    tiles = tree.xpath("//li[@class='borough-tile']")
    assert len(tiles) == 33
    names = [tile.xpath("string(a)") for tile in tiles]
    assert names == sorted(names)
    (hackney,) = [words(tile) for tile in tiles if tile.xpath("string(a)") == "Hackney"]
    assert "4 open opportunities" in hackney
    assert "ProContract" in hackney


async def test_every_borough_has_a_page_with_the_date_of_each_evidence(client: TestClient) -> None:  # type: ignore[type-arg]
    for authority in gazetteer().authorities.values():
        said = words(await page(client, f"/boroughs/{authority.slug}"))
        assert authority.official in said
        for portal in how_they_buy()[authority.gss].portals:
            assert not portal.name or (portal.name in said and portal.evidence.source in said)
        assert "Committee papers and forward plan seen on 30 May 2026" in said
        assert "@" not in said, "pages, never people"


async def test_what_nobody_could_tell_is_said_to_be_unknown(client: TestClient) -> None:  # type: ignore[type-arg]
    said = words(await page(client, "/boroughs/brent"))
    assert "We do not know which portal it uses" in said
    assert "We found nothing that it says of them" in said
    said = words(await page(client, "/boroughs/kingston-upon-thames"))
    assert "Below £150,000 three quotations are asked, two of them from local firms" in said
    assert "seen with no date on it, so check it" in said
    assert "ProContract (London Tenders Portal) seen in 2020, so check it" in words(
        await page(client, "/boroughs/hackney")
    )


async def test_no_other_name_has_a_page(client: TestClient) -> None:  # type: ignore[type-arg]
    for path in ("/boroughs/atlantis", "/boroughs/atlantis/embed", "/feeds/boroughs/atlantis.atom"):
        assert (await client.get(path)).status == 404


async def test_its_own_work_is_shown_and_the_rest_of_the_borough_is_a_press_away(client: TestClient) -> None:  # type: ignore[type-arg]
    tree = await page(client, "/boroughs/hackney")
    titles = tree.xpath("//section[@aria-labelledby='open']//article//a/text()")
    assert "Sample work small" in titles
    assert "Sample work neighbour" not in titles
    assert "/opportunities?area=E09000012" in tree.xpath("//@href")
    assert "/support?area=E09000012" in tree.xpath("//@href")


async def test_the_list_for_its_own_page_may_be_framed_and_no_other_page_may(client: TestClient) -> None:  # type: ignore[type-arg]
    answer = await client.get("/boroughs/hackney/embed")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "Set-Cookie" not in answer.headers
    for path in ("/", "/boroughs", "/boroughs/hackney", "/opportunities", "/sign-in", "/boroughs/atlantis/embed"):
        assert "frame-ancestors 'none'" in (await client.get(path)).headers["Content-Security-Policy"], path


async def test_the_list_for_its_own_page_holds_only_what_is_small_and_its_own(client: TestClient) -> None:  # type: ignore[type-arg]
    tree = await page(client, "/boroughs/hackney/embed")
    links = {each.text: each.get("href") for each in tree.xpath("//li/a")}
    assert links == {
        "Sample work small": "http://127.0.0.1:8080/opportunities/small",
        "Sample work <script>alert(1)</script>": links["Sample work <script>alert(1)</script>"],
    }
    assert tree.xpath("//script | //form | //@onclick | //img") == []
    assert tree.xpath("//base/@target") == ["_top"]
    assert "Open Government Licence" in words(tree)


async def test_the_snippet_is_ready_to_copy_and_leads_to_the_list(client: TestClient) -> None:  # type: ignore[type-arg]
    said = (await page(client, "/boroughs/hackney")).xpath("string(//code[@class='snippet'])")
    (frame,) = html.fragments_fromstring(said)
    assert frame.get("src") == "http://127.0.0.1:8080/boroughs/hackney/embed"
    assert frame.get("title")


async def test_the_feeds_hold_the_same_list(client: TestClient) -> None:  # type: ignore[type-arg]
    expected = ["Sample work small", "Sample work <script>alert(1)</script>"]
    atom = etree.fromstring(await (await client.get("/feeds/boroughs/hackney.atom")).read())
    assert atom.xpath("//a:entry/a:title/text()", namespaces={"a": "http://www.w3.org/2005/Atom"}) == expected
    feed = json.loads(await (await client.get("/feeds/boroughs/hackney.json")).text())
    assert [each["title"] for each in feed["items"]] == expected
    assert feed["feed_url"] == "http://127.0.0.1:8080/feeds/boroughs/hackney.json"
    assert json.loads(await (await client.get("/feeds/boroughs/brent.json")).text())["items"] == []


def test_small_is_below_the_sum_of_the_law_with_vat_or_what_the_notice_says() -> None:
    def small(**changes: object) -> bool:
        return is_small(bought("x", **({"extra_tags": ()} | changes)), now=NOW)

    assert small(worth=Worth(low=Decimal("173099.99")))
    assert not small(worth=Worth(low=Decimal(173100)))
    assert not small(worth=Worth(low=Decimal(1000), high=Decimal(500_000)))
    assert not small(worth=Worth(low=None))
    assert not small(worth=Worth(low=Decimal(1000), currency="EUR"))
    assert small(worth=Worth(low=None), extra_tags=("Below threshold",))


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("London Borough of Hackney", True),
        ("HACKNEY COUNCIL", True),
        ("Hackney", True),
        ("Sample Homes in Hackney", False),
        ("London Borough of Camden", False),
        ("", False),
    ],
)
def test_the_buyer_is_the_council_by_any_of_its_names(name: str, is_it: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_bought_by(bought("x", buyer=name), HACKNEY) is is_it
