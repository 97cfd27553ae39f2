"""What a first view costs, in bytes as they travel, and words of buying that lead to the glossary."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lxml import html

from service.web.explained import explain, terms
from tests.account_world import World, a_world
from tests.builders import SampleOpportunity

#: Bytes of the page with everything a browser fetches for it.
FIRST_VIEW = 60_000


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A house with two pages of work in it."""
    async with a_world(tmp_path) as made:
        await made.put(
            *(
                SampleOpportunity(
                    identity=f"sample-{number}",
                    title=f"Sample cleaning of {number} libraries, with a title as long as titles of buyers are",
                    description="A framework with lots. Social value counts. TUPE may apply.",
                )
                for number in range(30)
            )
        )
        yield made


async def squeezed(world: World, path: str) -> int:
    """Bytes of an answer as a browser is sent them: the body, packed where the browser may ask for that."""
    answer = await world.browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200, path
    body = await answer.read()  # unpacked by the client
    return len(gzip.compress(body)) if answer.headers.get("Content-Encoding") == "gzip" else len(body)


@pytest.mark.parametrize(
    "path", ["/", "/opportunities", "/opportunities/sample-1", "/alerts/new", "/support", "/sources"]
)
async def test_the_first_view_of_a_page_is_small(world: World, path: str) -> None:
    page = await world.page(path)
    fetched = {
        str(each).split("?")[0]: str(each) for each in page.xpath("//link[@rel!='alternate']/@href | //script/@src")
    }
    style = await (await world.get(next(each for each in fetched if each.endswith(".css")))).text()
    fonts = {f"/static/{name}" for name in re.findall(r"url\(\"?(fonts/[^\")]+-latin-(?:400|700)\.woff2)", style)}
    assert len(fonts) == 2
    parts = {each: await squeezed(world, each) for each in {*fetched, *fonts, path}}
    assert sum(parts.values()) < FIRST_VIEW, parts


async def test_the_glossary_has_an_anchor_for_each_of_thirty_words(world: World) -> None:
    page = await world.page("/glossary")
    anchors = page.xpath("//dt/@id")
    assert len(terms()) == 30
    assert {each.anchor for each in terms()} <= set(anchors)
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("path", ["/how-we-decide", "/opportunities/sample-1"])
async def test_a_word_of_buying_is_a_link_where_it_first_stands_and_only_there(world: World, path: str) -> None:
    page = await world.page(path)
    linked = [str(each) for each in page.xpath("//a[@class='term']/@href")]
    assert linked, "no word is explained"
    assert len(linked) == len(set(linked))
    anchors = {f"/glossary#{each}" for each in (await world.page("/glossary")).xpath("//dt/@id")}
    assert set(linked) <= anchors


def test_the_first_use_is_linked_in_any_spelling_and_nothing_inside_links_headings_or_quotes() -> None:
    said = str(explain("<h2>Lots</h2><p>The lots, each a lot; a pilot, a <q>framework</q>. One Framework.</p>"))
    assert said == (
        '<h2>Lots</h2><p>The <a class="term" href="/glossary#lot">lots</a>, each a lot; a pilot, a <q>framework</q>. '
        'One <a class="term" href="/glossary#framework">Framework</a>.</p>'
    )


def test_every_term_and_spelling_is_found_and_leads_to_its_own_word() -> None:
    for term in terms():
        for spelling in (term.term, *term.also):
            linked = html.fromstring(str(explain(f"<p>Here {spelling} stands.</p>"))).xpath("//a/@href")
            assert linked == [f"/glossary#{term.anchor}"], spelling


def test_what_was_escaped_stays_escaped() -> None:
    assert str(explain("<p>&lt;b&gt; a &amp; b</p>")) == "<p>&lt;b&gt; a &amp; b</p>"
