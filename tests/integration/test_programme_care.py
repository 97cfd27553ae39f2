"""Care for the catalogue: one reminder before a review date, links asked gently, and imports that wait for a person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.oruk import service_of
from service.domain.programme import shipped_programmes
from service.errors import NotLetIn, UnexpectedAnswer, UnreadableBody
from service.ports import HttpPolicy, Reply
from service.usecases.programmes_care import POLICY, Care
from tests.programme_world import EDITOR, OPERATOR, PUBLISHER, Agency, an_agency

CLINIC = "https://agency.example/clinic"


class Web:
    """The outside world, where some pages are gone."""

    def __init__(self, **troubles: Exception) -> None:
        self.troubles = troubles
        self.asked: list[str] = []
        self.pages: list[bytes] = []

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """A page, or the trouble with it."""
        del headers
        self.asked.append(url)
        if self.pages:
            return reply(url, self.pages[int((params or {})["page"]) - 1])
        assert policy.robots
        if url == CLINIC and "clinic" in self.troubles:
            raise self.troubles["clinic"]
        return reply(url, b"")

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """Nothing is ever sent."""
        raise NotImplementedError


def reply(url: str, body: bytes) -> Reply:
    return Reply(url=url, status=200, headers={}, body=body, not_modified=False)


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    async with an_agency(tmp_path) as made:
        yield made


def care(agency: Agency, web: Web) -> Care:
    return replace(agency.house.care(), http=web)


async def told(agency: Agency, address: str, about: str) -> int:
    await agency.work("send")
    return sum(each.startswith(about) for each in await agency.mail(address))


async def test_who_publishes_is_reminded_once_two_weeks_before_the_review_date(agency: Agency) -> None:
    path = await agency.published()
    looking, about = care(agency, Web()), "Is this still right?"
    await looking.remind()
    assert await told(agency, PUBLISHER, about) == 0
    agency.turn(timedelta(days=77))
    for _ in range(3):
        await looking.remind()
        agency.turn(timedelta(hours=1))
    assert await told(agency, PUBLISHER, about) == 1
    assert await told(agency, EDITOR, about) == 0
    await agency.enter(PUBLISHER)
    await agency.post(f"{path}/confirm")
    await looking.remind()
    assert await told(agency, PUBLISHER, about) == 1
    agency.turn(timedelta(days=80))
    await looking.remind()
    assert await told(agency, PUBLISHER, about) == 2


async def test_a_page_that_is_gone_on_two_days_is_told_once_and_shown_to_the_operator(agency: Agency) -> None:
    await agency.published()
    web = Web(clinic=UnexpectedAnswer(status=404))
    looking, about = care(agency, web), "A page does not answer"
    while await looking.check_links():
        pass
    assert web.asked.count(CLINIC) == 1
    assert len(set(web.asked)) == len(web.asked) > 20
    await agency.enter(OPERATOR)
    assert "Status 404" in await agency.said("/operator/support")
    assert await told(agency, PUBLISHER, about) == 0
    for _ in range(3):
        agency.turn(timedelta(days=1))
        await looking.check_links()
    assert web.asked.count(CLINIC) == 2
    assert await told(agency, PUBLISHER, about) == 1
    web.troubles.clear()
    agency.turn(timedelta(days=7))
    while await looking.check_links():
        pass
    await agency.enter(OPERATOR)
    assert "Status 404" not in await agency.said("/operator/support")


async def test_a_site_that_forbids_us_to_look_is_not_called_broken(agency: Agency) -> None:
    await agency.published()
    looking = care(agency, Web(clinic=NotLetIn()))
    while await looking.check_links():
        pass
    await agency.enter(OPERATOR)
    assert "Pages that do not answer (0)" in await agency.said("/operator/support")


async def test_pages_are_asked_gently() -> None:
    assert POLICY.robots
    assert POLICY.pace >= 5
    assert POLICY.retries == 0


SERVICE = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Sample mentoring",
    "description": "A sample adviser talks with you.",
    "url": "https://directory.example/mentoring",
    "status": "active",
    "organization": {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Sample Directory", "description": "x"},
}


async def test_what_is_read_in_waits_for_a_person_and_is_read_once(agency: Agency) -> None:
    ended = service_of(next(each for each in shipped_programmes() if each.state == "ended")) | {"status": "active"}
    gone = SERVICE | {"id": "1", "name": "Gone", "status": "defunct"}
    body = json.dumps({"contents": [SERVICE, gone, ended]}).encode()
    report = await agency.house.importing().take_in(body, origin="sample.json")
    assert (report.new, report.known) == (1, 0)
    assert [why for _, why in report.left_out] == ["its directory says that it is defunct", "it has ended"]
    again = await agency.house.importing().take_in(body, origin="sample.json")
    assert (again.new, again.known) == (0, 1)
    assert "Sample mentoring" not in await agency.said("/support")
    await agency.enter(OPERATOR)
    page = await agency.page("/operator/support")
    (href,) = page.xpath("//a[contains(., 'Sample mentoring')]/@href")
    said = await agency.said(href)
    assert "it cannot be published as it is" in said
    assert "A program read it in" in said
    edit = f"/providers/programmes/{href.rpartition('/')[2]}"
    assert (await agency.page(f"{edit}/edit")).xpath("//input[@name='provider']/@value") == ["Sample Directory"]


async def test_a_feed_is_read_page_by_page_to_its_end(agency: Agency) -> None:
    web = Web()
    web.pages = [
        json.dumps({"contents": [SERVICE | {"id": str(n), "name": f"Sample {n}"}], "last_page": n == 3}).encode()
        for n in (1, 2, 3)
    ]
    report = await agency.house.importing().feed("https://d.example/services", http=web, policy=HttpPolicy())
    assert report.new == 3
    assert len(web.asked) == 3


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[]", b"{}", b"[" * 100_000])
async def test_what_is_no_directory_is_refused_in_a_sentence(agency: Agency, body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        await agency.house.importing().take_in(body, origin="sample")


async def test_the_directory_is_open_paged_and_the_same_as_the_pages(agency: Agency) -> None:
    path = await agency.published()
    await agency.post(f"{path}/capacity", capacity="full")
    agency.forget_cookies()
    answer = await agency.get("/oruk/services?per_page=7&page=2")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page = await answer.json()
    assert (page["page_number"], page["size"], page["first_page"]) == (2, 7, False)
    found = []
    for number in range(1, page["total_pages"] + 1):
        found += (await (await agency.get(f"/oruk/services?per_page=7&page={number}")).json())["contents"]
    assert len(found) == page["total_items"] == len({each["id"] for each in found})
    (ours,) = [each for each in found if each["name"] == "Sample bid clinic"]
    assert ours["status"] == "temporarily closed"
    assert await (await agency.get(f"/oruk/services/{ours['id']}")).json() == ours
    assert (await agency.get("/oruk/services/nothing")).status == 404
    names = {each.name for each in shipped_programmes() if each.state == "check"}
    assert not names & {each["name"] for each in found}
    for odd in ("?page=0", "?page=x", "?per_page=-1", "?page=99999999999999999999", "?per_page=%00"):
        assert (await agency.get(f"/oruk/services{odd}")).status == 200


async def test_only_the_frame_may_be_framed_and_the_line_to_paste_leads_to_it(agency: Agency) -> None:
    page = await agency.page("/providers/widget?area=E09000012&need=bid")
    line = page.xpath("string(//textarea)")
    assert '<iframe src="http://127.0.0.1:8080/embed/support?need=bid&area=E09000012"' in line
    answer = await agency.get("/embed/support?need=bid&area=E09000012")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    said = await answer.text()
    assert "<script" not in said
    assert said.count('target="_blank"') == said.count("<a ")
    for other in ("/support", "/providers/widget", "/operator/support"):
        assert "frame-ancestors 'none'" in (await agency.get(other)).headers["Content-Security-Policy"]


async def test_the_feed_tells_of_new_programmes_the_newest_first(agency: Agency) -> None:
    agency.turn(timedelta(days=2))
    await agency.published()
    agency.forget_cookies()
    answer = await agency.get("/feeds/support.atom")
    assert answer.content_type == "application/atom+xml"
    said = await answer.text()
    assert said.index("Sample bid clinic") < said.index("</entry>")
    assert "Open Government Licence" not in said
