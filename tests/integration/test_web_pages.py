"""Every path of the contract answers, in words, safely, and with what was asked for."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import etree, html
from openapi_spec_validator import validate
from pydantic import ValidationError

from service.web.api.shapes import ListShape, OpportunityShape
from service.web.app import WebOptions, make_app
from service.web.pages.mailbox import mailbox_allowed
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import HACKNEY, NOW, SampleDesk, an_opportunity

Client: TypeAlias = TestClient[web.Request, web.Application]

PAGES = [
    "/",
    "/opportunities",
    "/opportunities?q=cleaning&sector=environment&area=E09000012&size=micro&closing=30",
    "/opportunities?q=nothing-like-this",
    "/opportunities/op-1",
    "/opportunities/op-2",
    "/sources",
    "/support",
    "/alerts/new",
    "/alerts/sent",
    "/how-we-decide",
    "/privacy",
    "/accessibility",
    "/glossary",
    "/mailbox",
]


@pytest.fixture
def desk() -> SampleDesk:
    return SampleDesk()


def _options(**changes: object) -> WebOptions:
    usual: dict[str, object] = {
        "public_url": "http://127.0.0.1:8080",
        "listen_host": "127.0.0.1",
        "built_in_mailbox": True,
    }
    return WebOptions(**{**usual, **changes})  # type: ignore[arg-type]


async def _start(desk: SampleDesk, options: WebOptions | None = None) -> Client:
    client = TestClient(TestServer(make_app(desk, nobodys_accounts(), options or _options())))
    await client.start_server()
    return client


@pytest.fixture
async def client(desk: SampleDesk) -> AsyncIterator[Client]:
    client = await _start(desk)
    yield client
    await client.close()


def _read(markup: str) -> Any:
    return html.document_fromstring(markup)


async def _tree(client: Client, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status == 200, path
    return _read(await answer.text())


# ---------------------------------------------------------------------------------------------- every page


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_well_made(client: Client, path: str) -> None:
    tree = await _tree(client, path)
    assert tree.get("lang") == "en-GB"
    assert len(tree.xpath("//h1")) == 1
    title = tree.findtext(".//title")
    assert title is not None
    assert title.endswith("· Bowbell")
    assert tree.xpath("//main[@id='main']")
    assert tree.xpath("//a[@href='#main']")
    identities = tree.xpath("//@id")
    assert len(identities) == len(set(identities))
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), levels


@pytest.mark.parametrize("path", PAGES)
async def test_every_field_has_a_label(client: Client, path: str) -> None:
    tree = await _tree(client, path)
    for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert tree.xpath(f"//label[@for='{field.get('id')}']"), (path, field.get("name"))
    for group in tree.xpath("//input[@type='radio']"):
        assert group.xpath("ancestor::fieldset/legend"), path


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_needs_scripts_or_other_hosts(client: Client, path: str) -> None:
    tree = await _tree(client, path)
    assert not tree.xpath("//script | //@style | //@onclick | //style")
    fetched = tree.xpath("//link[not(@rel='license')]/@href | //img/@src | //iframe/@src")
    assert all(address.startswith("/") for address in fetched), fetched


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/healthz", "/api/opportunities", "/static/bowbell.css"])
async def test_every_answer_wears_its_security_headers(client: Client, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "aiohttp" not in answer.headers["Server"]
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


async def test_https_copies_insist_on_https(desk: SampleDesk) -> None:
    client = await _start(desk, _options(public_url="https://bowbell.example", built_in_mailbox=False))
    for path in ("/", "/nothing"):
        answer = await client.get(path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    await client.close()


@pytest.mark.parametrize("path", PAGES)
async def test_pages_carry_no_mark_of_government(client: Client, path: str) -> None:
    tree = await _tree(client, path)
    for article in tree.xpath("//article"):  # names of other people's programmes are theirs to choose
        article.getparent().remove(article)
    said = html.tostring(tree, encoding="unicode")
    assert not re.search(r"GDS Transport|(?i:crown|crest)|GOV\.UK", said)


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_light(client: Client, path: str) -> None:
    answer = await client.get(path, headers={"Accept-Encoding": "gzip"}, compress=None)
    sent = int(answer.headers.get("Content-Length", "0")) or len(await answer.read())
    assert sent < 60_000


async def test_every_link_on_every_page_leads_somewhere(client: Client) -> None:
    seen = set()
    for path in PAGES:
        tree = await _tree(client, path)
        seen |= {str(address) for address in tree.xpath("//a/@href") if str(address).startswith("/")}
    assert len(seen) > 30
    for address in sorted(seen):
        answer = await client.get(address)
        assert answer.status == 200, address
        anchor = address.partition("#")[2]
        if anchor:
            assert _read(await answer.text()).xpath(f"//*[@id='{anchor}']"), address


# ---------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/nothing", 404, "Nothing is here"),
        ("GET", "/opportunities/nope", 404, "Nothing is here"),
        ("GET", "/static/nope.css", 404, "Nothing is here"),
        ("GET", "/static/../app.py", 404, "Nothing is here"),
        ("POST", "/opportunities", 405, "That cannot be done here"),
    ],
)
async def test_errors_are_pages_in_plain_words(client: Client, method: str, path: str, status: int, said: str) -> None:
    answer = await client.request(method, path)
    assert answer.status == status
    tree = _read(await answer.text())
    assert tree.findtext(".//h1") == said
    assert "Traceback" not in html.tostring(tree, encoding="unicode")


async def test_a_fault_of_ours_says_nothing_of_the_inside(client: Client, desk: SampleDesk) -> None:
    desk.broken = True
    answer = await client.get("/opportunities")
    text = await answer.text()
    assert answer.status == 500
    assert "Something went wrong here" in text
    assert "secret-of-the-house" not in text
    assert re.search(r"the mark [0-9a-f]{8}", text)


@pytest.mark.parametrize("path", ["/api/opportunities/nope", "/feeds/opportunities.xml", "/api/nothing"])
async def test_programs_are_told_of_errors_in_json(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert (await answer.json())["status"] == 404


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'};alert(1)//", "{{ 7*7 }}", "</title>"]
)
async def test_hostile_words_come_back_as_words(desk: SampleDesk, text: str) -> None:
    desk.everything = [
        an_opportunity(title=text, buyer=text, place=text, description=text, asks=(text,), reserved=text, why=text)
    ]
    client = await _start(desk)
    for path in ("/", "/opportunities", "/opportunities/op-1", "/feeds/opportunities.atom"):
        answer = await client.get(path, params={"q": text} if path == "/opportunities" else None)
        body = await answer.text()
        assert answer.status == 200
        assert "<script>alert" not in body
        assert "<img src=x" not in body
    tree = _read(await (await client.get("/opportunities/op-1")).text())
    assert tree.findtext(".//h1") == text
    await client.close()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "http://[bad", ""])
async def test_only_web_addresses_become_links(desk: SampleDesk, address: str) -> None:
    desk.everything = [an_opportunity(official=address)]
    client = await _start(desk)
    tree = _read(await (await client.get("/opportunities/op-1")).text())
    assert not tree.xpath(
        "//a[starts-with(@href, 'javascript') or starts-with(@href, 'data') or contains(@href, 'evil')]"
    )
    assert "gives no page of its own" in tree.text_content()
    await client.close()


# ---------------------------------------------------------------------------------------------- finding work


async def test_the_start_page_shows_the_newest_and_how_many_there_are(client: Client) -> None:
    tree = await _tree(client, "/")
    titles = [heading.text_content() for heading in tree.xpath("//article//h3")]
    assert titles[0] == "Window cleaning for eight libraries"
    assert len(titles) == 6
    assert "See all 27 open opportunities" in tree.text_content()


async def test_a_card_tells_its_facts_in_the_order_of_the_house(client: Client) -> None:
    tree = await _tree(client, "/opportunities?q=libraries")
    said = " ".join(tree.xpath("//article")[0].text_content().split())
    order = [
        "Window cleaning for eight libraries",
        "Sample Borough Council · Hackney",
        "£18,000 a year",
        "2 years",
        "Fri 4 Dec, 12 noon · in 11 days",
        "Suits under 50 people",
        "Cleaning, waste and environment",
        "Below threshold",
        "Asks for £5m public liability insurance.",
        "This notice asks for a bid: Sample bid clinic",
    ]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


async def test_what_is_unknown_is_said(client: Client) -> None:
    tree = await _tree(client, "/opportunities?q=north+estates")
    said = tree.xpath("//article")[0].text_content()
    assert "not stated" in said
    assert "we are not sure: no value given" in said


async def test_filters_narrow_the_list_and_can_be_taken_away(client: Client) -> None:
    tree = await _tree(client, f"/opportunities?q=cleaning&area={HACKNEY}")
    assert "2 open opportunities" in tree.xpath("//h2[@id='found']")[0].text_content()
    assert tree.xpath(f"//input[@name='area'][@value='{HACKNEY}'][@checked]")
    assert tree.xpath("//input[@name='q'][@value='cleaning']")
    without = tree.xpath("//ul[@aria-label='Filters chosen']//a/@href")
    assert without == [f"/opportunities?area={HACKNEY}", "/opportunities?q=cleaning"]


async def test_choices_tell_how_many_they_show(client: Client) -> None:
    tree = await _tree(client, "/opportunities")
    label = tree.xpath("//label[@for=//input[@name='sector'][@value='environment']/@id]")[0].text_content()
    assert re.search(r"\b26\b", label)


async def test_pages_of_the_list_follow_one_another(client: Client) -> None:
    first = await _tree(client, "/opportunities")
    assert "1 to 20 of 27" in first.text_content()
    following = first.xpath("//a[@rel='next']/@href")[0]
    second = await _tree(client, following)
    assert "21 to 27 of 27" in second.text_content()
    assert not second.xpath("//a[@rel='next']")
    assert second.xpath("//a[@rel='prev']/@href") == ["/opportunities"]
    titles = [heading.text_content() for tree in (first, second) for heading in tree.xpath("//article//h3")]
    assert len(set(titles)) == 27


async def test_a_page_beyond_the_end_is_empty_and_not_an_error(client: Client) -> None:
    tree = await _tree(client, "/opportunities?page=400")
    assert not tree.xpath("//article")


async def test_the_official_notice_is_the_first_link_of_an_opportunity(client: Client) -> None:
    tree = await _tree(client, "/opportunities/op-1")
    links = tree.xpath("//main//a[not(contains(@class, 'back'))]/@href")
    assert links[0] == "https://www.find-tender.service.gov.uk/Notice/SAMPLE-1"


async def test_an_opportunity_tells_everything_with_how_we_know(client: Client) -> None:
    said = " ".join((await _tree(client, "/opportunities/op-1")).text_content().split())
    for words in (
        "in 11 days",
        "VAT not included.",
        "from Mon 1 Feb 2027 to Wed 31 Jan 2029",
        "We know because the notice gives the region UKI41.",
        "£18,000 a year is the size of a small firm",
        "We are 94% sure",
        "North libraries",
        "Specification",
        "Closes: was Fri 27 Nov, 12 noon →now Fri 4 Dec, 12 noon",
        "First published",
        "Tender notice on Find a Tender",
        "Sample bid clinic",
        "Open Government Licence v3.0",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("cancelled", "withdrawn"),
        ("awarded", "has chosen who does this work"),
        ("closed", "too late to bid"),
        ("planned", "nothing to bid for yet"),
    ],
)
async def test_work_that_is_not_open_says_so(desk: SampleDesk, standing: str, said: str) -> None:
    desk.everything = [an_opportunity(standing=standing)]
    client = await _start(desk)
    assert said in (await _tree(client, "/opportunities/op-1")).text_content()
    await client.close()


async def test_a_joined_opportunity_leads_to_the_one_that_stays(client: Client) -> None:
    for path in ("/opportunities/", "/api/opportunities/"):
        answer = await client.get(f"{path}op-old", allow_redirects=False)
        assert answer.status == 301
        assert answer.headers["Location"] == f"{path}op-1"


async def test_when_no_source_can_be_reached_pages_say_so_and_point_to_the_demo(desk: SampleDesk) -> None:
    desk.health = {"find_a_tender": "down", "contracts_finder": "down"}
    client = await _start(desk)
    for path in ("/", "/opportunities", "/sources"):
        said = " ".join((await _tree(client, path)).text_content().split())
        assert "We cannot reach Find a Tender and Contracts Finder just now." in said
        assert "make demo" in said
    await client.close()


async def test_one_source_down_is_said_but_is_no_alarm(desk: SampleDesk) -> None:
    desk.health = {"find_a_tender": "down"}
    client = await _start(desk)
    said = " ".join((await _tree(client, "/")).text_content().split())
    assert "make demo" not in said
    assert "Checked 1 source in the last hour; one is not well." in said
    tree = await _tree(client, "/sources")
    assert "Cannot be reached" in tree.xpath("//article[@id='find_a_tender']")[0].text_content()
    assert "Working" in tree.xpath("//article[@id='contracts_finder']")[0].text_content()
    await client.close()


async def test_support_shows_only_what_is_current_with_who_cost_and_date(client: Client) -> None:
    tree = await _tree(client, "/support")
    cards = tree.xpath("//article")
    assert cards
    for card in cards:
        said = card.text_content()
        assert "For" in said
        assert "Cost" in said
        assert "Last checked" in said


async def test_support_is_grouped_by_what_helps_and_each_programme_stands_once(client: Client) -> None:
    tree = await _tree(client, "/support")
    keys = tree.xpath("//article/@id")
    assert len(keys) == len(set(keys))
    assert tree.xpath("//h2[@id='register']")
    assert tree.xpath("//h2[@id='certification']/following-sibling::div[1]//article[@id='cyber_essentials']")
    assert "Programmes that have ended" in tree.text_content()


async def test_support_is_narrowed_by_borough_trade_size_and_need_without_scripts(client: Client) -> None:
    every = set((await _tree(client, "/support")).xpath("//article/@id"))
    assert {"selling_to_lewisham", "chas_membership", "business_debtline"} <= every
    hackney = set((await _tree(client, f"/support?area={HACKNEY}")).xpath("//article/@id"))
    assert "selling_to_lewisham" not in hackney
    assert "selling_to_lewisham" in (await _tree(client, "/support?area=E09000023")).xpath("//article/@id")
    food = set((await _tree(client, "/support?sector=food")).xpath("//article/@id"))
    assert "chas_membership" not in food
    medium = set((await _tree(client, "/support?size=medium")).xpath("//article/@id"))
    assert "business_debtline" not in medium
    social = await _tree(client, "/support?need=social_value")
    assert "social_value_guide_for_smes" in social.xpath("//article/@id")
    assert social.xpath("//select[@id='need']/option[@selected]/@value") == ["social_value"]
    nonsense = await _tree(client, "/support?need=../x&area=%00&size=huge&sector=<b>")
    assert set(nonsense.xpath("//article/@id")) == every


async def test_what_nothing_current_helps_with_is_said_with_a_way_on(client: Client) -> None:
    tree = await _tree(client, "/support?need=exporting&size=micro")
    if not tree.xpath("//article"):
        assert "Nothing that fits is current today." in tree.text_content()
        assert tree.xpath("//div[@class='empty']//a/@href") == ["/support"]


async def test_a_programme_has_a_page_with_its_cost_evidence_and_date(client: Client) -> None:
    said = (await _tree(client, "/support/cyber_essentials")).xpath("//main")[0].text_content()
    for words in ("Cyber Essentials certification", "Not free", "How we know:", "Last checked", "Good until"):
        assert words in said


async def test_a_programme_that_has_ended_says_so_and_one_that_waits_is_not_shown(client: Client) -> None:
    assert "This has ended." in (await _tree(client, "/support/competefor")).text_content()
    assert (await client.get("/support/uk_export_academy")).status == 404
    assert (await client.get("/support/nobody")).status == 404


# ---------------------------------------------------------------------------------------------- feeds and the API


async def test_every_feed_follows_the_filters(client: Client) -> None:
    query = f"?q=cleaning&area={HACKNEY}"
    atom = etree.fromstring(await (await client.get(f"/feeds/opportunities.atom{query}")).read())
    assert len(atom.findall("{*}entry")) == 2
    json_answer = await client.get(f"/feeds/opportunities.json{query}")
    assert json_answer.content_type == "application/feed+json"
    assert len((await json_answer.json())["items"]) == 2
    calendar = await (await client.get(f"/feeds/opportunities.ics{query}")).text()
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "DTEND:20261204T120000Z" in calendar
    table = await client.get(f"/feeds/opportunities.csv{query}")
    assert "attachment" in table.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO((await table.read()).decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == [
        "Window cleaning for eight libraries",
        "Communal area cleaning, lot 3: north estates",
    ]
    assert rows[0]["worth"] == "£18,000 a year"


async def test_the_api_answers_in_its_shape(client: Client) -> None:
    answer = await client.get("/api/opportunities")
    page = ListShape.model_validate_json(await answer.read())
    assert page.total == 27
    assert len(page.items) == 27
    assert page.next is None
    one = OpportunityShape.model_validate_json(await (await client.get("/api/opportunities/op-1")).read())
    assert one.title == "Window cleaning for eight libraries"
    assert one.value_min is not None
    assert one.value_min.amount == "18000"
    assert one.size.micro == "suits"
    assert one.page == "http://127.0.0.1:8080/opportunities/op-1"
    with pytest.raises(ValidationError):
        OpportunityShape.model_validate({})


async def test_the_api_turns_pages(desk: SampleDesk) -> None:
    desk.everything = [an_opportunity(f"op-{number}") for number in range(120)]
    client = await _start(desk)
    path = "/api/opportunities?sector=environment"
    seen: list[str] = []
    while path:
        answer = await (await client.get(path)).json()
        seen += [item["id"] for item in answer["items"]]
        path = (answer["next"] or "").removeprefix("http://127.0.0.1:8080")
    assert seen == [f"op-{number}" for number in range(120)]
    await client.close()


async def test_the_description_of_the_api_is_valid(client: Client) -> None:
    description = await (await client.get("/api/openapi.json")).json()
    validate(description)
    assert set(description["paths"]) == {
        "/api/ocds/records",
        "/api/ocds/releases",
        "/api/opportunities",
        "/api/opportunities/{id}",
        "/api/postings",
        "/api/postings/{posting}",
        "/api/programmes",
        "/api/programmes/{programme}",
        "/api/programmes/{programme}/publish",
        "/api/sources",
    }


async def test_machines_that_watch_are_answered(client: Client, desk: SampleDesk) -> None:
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200
    desk.troubles = ("The oldest message has waited 20 minutes.",)
    answer = await client.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["troubles"] == ["The oldest message has waited 20 minutes."]
    figures = await client.get("/metrics")
    assert "python_info" in await figures.text()


# ---------------------------------------------------------------------------------------------- the mailbox


async def test_the_mailbox_shows_what_would_have_been_sent(client: Client, desk: SampleDesk) -> None:
    desk.write("sample@example.org", "Confirm your alerts", "Press the button here:\nhttp://127.0.0.1:8080/confirm/x\n")
    tree = await _tree(client, "/mailbox")
    path = tree.xpath("//ul[@class='mail-list']//a/@href")[0]
    letter = await _tree(client, path)
    assert letter.xpath("//a[@href='http://127.0.0.1:8080/confirm/x']")
    inside = await client.get(letter.xpath("//iframe/@src")[0])
    policy = inside.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert '<base target="_top">' in await inside.text()


@pytest.mark.parametrize(
    ("listen_host", "public_url", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080", True),
        ("::1", "http://[::1]:8080", True),
        ("localhost", "http://localhost:8080", True),
        ("0.0.0.0", "http://127.0.0.1:8080", False),  # noqa: S104 - that is the point
        ("127.0.0.1", "https://bowbell.example", False),
        ("127.0.0.1", "http://localhost.evil.example", False),
        ("", "http://127.0.0.1:8080", False),
        ("192.168.1.5", "http://192.168.1.5:8080", False),
    ],
)
async def test_the_mailbox_exists_only_for_this_machine(
    desk: SampleDesk, listen_host: str, public_url: str, *, allowed: bool
) -> None:
    assert mailbox_allowed(listen_host=listen_host, public_url=public_url) is allowed
    client = await _start(desk, _options(listen_host=listen_host, public_url=public_url))
    for path in ("/mailbox", "/mailbox/letter-1", "/mailbox/letter-1/html"):
        answer = await client.get(path)
        assert (answer.status == 404) is (not allowed or path != "/mailbox")
    await client.close()


async def test_a_copy_with_a_mail_server_has_no_mailbox(desk: SampleDesk) -> None:
    client = await _start(desk, _options(built_in_mailbox=False))
    assert (await client.get("/mailbox")).status == 404
    assert "/mailbox" not in await (await client.get("/")).text()
    await client.close()


# ---------------------------------------------------------------------------------------------- small things


async def test_static_files_are_kept_by_browsers_until_they_change(client: Client) -> None:
    tree = await _tree(client, "/")
    style = tree.xpath("//link[@rel='stylesheet']/@href")[0]
    answer = await client.get(style)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = await client.get(style, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304
    assert (await client.get("/static/bowbell.css?v=old")).headers["Cache-Control"] == "public, max-age=604800"


async def test_deadlines_today_and_tomorrow_say_so(desk: SampleDesk) -> None:
    desk.everything = [
        an_opportunity("op-1", closes=NOW + timedelta(hours=3)),
        an_opportunity("op-2", closes=NOW + timedelta(days=1)),
    ]
    client = await _start(desk)
    said = " ".join((await _tree(client, "/opportunities")).text_content().split())
    assert "Mon 23 Nov, 12 noon · today" in said
    assert "Tue 24 Nov, 9am · tomorrow" in said
    await client.close()
