"""Notices of TED that are broken, odd or meant to harm end in a sentence that names TED and the field."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from aiohttp import web

from scrapers.kinds import xml_notice
from scrapers.sources.ted import SOURCE as TED
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Change, Reading, Stage
from service.errors import BodyTooLarge, HttpTrouble, PrivateAddress, TookTooLong, UnreadableBody
from service.ports import Access, Page
from tests.evil_servers import Behaviour, drips, huge_body, raw_server, says
from tests.http_world import Answer, a_client, a_site
from tests.ted_world import a_full_notice, a_lot, a_row

SEEN = datetime(2026, 5, 30, 6, 0, tzinfo=UTC)
UNTIL = datetime(2026, 5, 30, 6, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=2)
MOST_GROWTH = 50 * 1024 * 1024

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE ContractNotice [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><ContractNotice>&j;</ContractNotice>"
)
OUTSIDE_FILE = (
    b'<!DOCTYPE ContractNotice [<!ENTITY x SYSTEM "file:///etc/passwd">]><ContractNotice><a>&x;</a></ContractNotice>'
)
OUTSIDE_SCHEMA = b'<!DOCTYPE ContractNotice SYSTEM "http://192.0.2.1/x.dtd"><ContractNotice/>'


def outcome(payload: bytes) -> Reading | SetAside:
    """Return what a file with one notice comes to."""
    assert TED.recognises(payload)
    (found,) = TED.notices_in(payload, seen=SEEN)
    return TED.read(found) if isinstance(found, Notice) else found


def a_reading(payload: bytes) -> Reading:
    """Return the reading of a notice that can be read."""
    found = outcome(payload)
    assert isinstance(found, Reading), found
    return found


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BILLION_LAUGHS, "declares a document type"),
        (OUTSIDE_FILE, "declares a document type"),
        (OUTSIDE_SCHEMA, "declares a document type"),
        (a_full_notice(1)[:-40], "not whole XML"),
        (b"<ContractNotice>" + b"<a>" * 100_000, "not whole XML"),
        (b"<ContractNotice>&undeclared;</ContractNotice>", "not whole XML"),
        (b"<ContractNotice>" + b"a" * (7 * 1024 * 1024) + b"</ContractNotice>", "we read at most"),
        (b"<ContractNotice>" + b"<a/>" * 200_000 + b"</ContractNotice>", "more than 100,000 elements"),
        (b'<ContractNotice a="\x00">' + b"</ContractNotice>", "not in UTF-8"),
        (b"<ContractNotice>\xff\xfe</ContractNotice>", "not whole XML"),
    ],
    ids=["laughs", "file", "schema", "cut", "deep", "entity", "large", "many", "nul", "bytes"],
)
def test_xml_that_is_no_notice_is_refused_by_name(body: bytes, why: str) -> None:
    assert TED.recognises(body)
    with pytest.raises(UnreadableBody, match=f"TED: .*{why}"):
        list(TED.notices_in(body, seen=SEEN))


def test_a_utf_16_document_type_is_refused_too() -> None:
    with pytest.raises(UnreadableBody, match="TED: "):
        xml_notice.parsed(BILLION_LAUGHS.decode().encode("utf-16"), source="TED")


#: Measured in a process of its own, whose peak is nobody else's; lxml's memory is not Python's.
_GROWTH = """
import resource, sys
from datetime import UTC, datetime
from scrapers.sources.ted import SOURCE
from service.errors import UnreadableBody
from tests.contract.test_ted_hostile import BILLION_LAUGHS
body = {body}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    list(SOURCE.notices_in(body, seen=datetime.now(UTC)))
except UnreadableBody as refused:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, refused)
"""


@pytest.mark.parametrize(
    "body",
    [
        "BILLION_LAUGHS",
        "b'<ContractNotice>' + b'<a/>' * 1_400_000 + b'</ContractNotice>'",
        "b'<ContractNotice>' + b'a' * 100_000_000 + b'</ContractNotice>'",
        "b'<ContractNotice>' + b'<a b=\"1\"/>' * 600_000 + b'</ContractNotice>'",
        "b'<ContractNotice>' + b'<a>' * 1_400_000",
        "b'<ContractNotice>' + b'<a>b</a>' * 700_000 + b'</ContractNotice>'",
        "b'<ContractNotice ' + b' '.join(b'a%d=\"1\"' % n for n in range(500_000)) + b'/>'",
        "b'<ContractNotice ' + b' '.join(b'a%d=\"1\"' % n for n in range(99_000)) + b'>' + b'<a>b</a>' * 300_000",
    ],
    ids=["laughs", "many", "100 MB", "attributes", "deep", "texts", "one element", "all of it"],
)
def test_refusing_harmful_xml_takes_little_memory(body: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _GROWTH.replace("{body}", body)], capture_output=True, text=True, check=True, timeout=60
    )
    assert 0 <= int(done.stdout.split()[0]) < MOST_GROWTH, done.stdout


def test_markup_in_a_title_is_kept_as_the_words_it_is() -> None:
    said = '<script>alert("x")</script> Reinigung'
    reading = a_reading(a_full_notice(1, title=said, description=f"{said} <b>gründlich</b>"))
    assert reading.details.title == said
    assert reading.details.description == 'alert("x") Reinigung gründlich'


@pytest.mark.parametrize(
    "said", ["a" * 1_000_000, "a@" * 500_000, "+49 " * 250_000, "<a " * 300_000, "&amp;" * 200_000]
)
def test_a_line_of_a_megabyte_takes_no_more_than_linear_time(said: str) -> None:
    reading = a_reading(a_full_notice(1, title=said, description=said))
    assert len(reading.details.description) <= 30_000
    row = a_row(1, title=said) | {"description-lot": {"deu": [said]}}
    assert isinstance(outcome(json.dumps({"notices": [row], "timedOut": False}).encode()), Reading)


def test_a_notice_without_a_title_of_its_own_takes_that_of_its_first_lot() -> None:
    assert a_reading(a_full_notice(1, title=" ")).details.title == "Los 1"


def a_sum(amount: str, currency: str = 'currencyID="EUR"') -> str:
    """Return the XML of an estimate."""
    said = f"<cbc:EstimatedOverallContractAmount {currency}>{amount}</cbc:EstimatedOverallContractAmount>"
    return f"<cac:RequestedTenderTotal>{said}</cac:RequestedTenderTotal>"


def a_deadline(day: str, clock: str, *, name: str = "TenderSubmissionDeadlinePeriod") -> str:
    """Return the XML of a deadline."""
    time = f"<cbc:EndTime>{clock}</cbc:EndTime>" if clock else ""
    return f"<cac:{name}><cbc:EndDate>{day}</cbc:EndDate>{time}</cac:{name}>"


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (a_full_notice(1, project=a_sum("-5")), "BT-27"),
        (a_full_notice(1, project=a_sum("about ten")), "BT-27"),
        (a_full_notice(1, project=a_sum("NaN")), "BT-27"),
        (a_full_notice(1, project=a_sum("1e14")), "BT-27"),
        (a_full_notice(1, project=a_sum("5", "")), "BT-27"),
        (a_full_notice(1, project=a_sum("5", 'currencyID="euros"')), "BT-27"),
        (a_full_notice(1, lots=[a_lot(process=a_deadline("soon", ""))]), "BT-131"),
        (a_full_notice(1, lots=[a_lot(process=a_deadline("2026-02-30Z", ""))]), "BT-131"),
        (a_full_notice(1, lots=[a_lot(process=a_deadline("2026-06-12+02:00", "noon"))]), "BT-131"),
        (a_full_notice(1, lots=[a_lot(process=a_deadline("2026-06-12+99:00", "12:00:00"))]), "BT-131"),
        (a_full_notice(1, title="", lots=[]), "cbc:Name"),
    ],
)
def test_a_field_that_cannot_be_believed_sets_the_notice_aside_by_name(payload: bytes, field: str) -> None:
    found = outcome(payload)
    assert isinstance(found, SetAside)
    assert found.reason.startswith("TED: ")
    assert field in found.reason


@pytest.mark.parametrize(
    "without", ["NoticePublicationID", "PublicationDate", "IssueDate", "NoticeTypeCode", "Organizations"]
)
def test_a_notice_that_lacks_what_it_should_have_is_no_crash(without: str) -> None:
    body = a_full_notice(1).replace(without.encode(), b"Other")
    found = outcome(body)
    assert isinstance(found, Reading | SetAside)


def test_dates_and_times_have_offsets_of_their_own() -> None:
    reading = a_reading(a_full_notice(1, lots=[a_lot(process=a_deadline("2026-06-12+02:00", "12:00:00"))]))
    assert reading.details.deadline is not None
    assert reading.details.deadline.at == datetime(2026, 6, 12, 10, 0, tzinfo=UTC)
    reading = a_reading(a_full_notice(1, lots=[a_lot(process=a_deadline("2026-06-12Z", ""))]))
    assert reading.details.deadline is not None
    assert (reading.details.deadline.at, reading.details.deadline.date_only) == (
        datetime(2026, 6, 11, 23, 0, tzinfo=UTC),
        True,
    )


def test_the_earliest_deadline_of_the_lots_is_that_of_the_notice() -> None:
    lots = [a_lot(1, process=a_deadline("2026-07-01Z", "")), a_lot(2, process=a_deadline("2026-06-15Z", "09:00:00Z"))]
    details = a_reading(a_full_notice(1, lots=lots)).details
    assert details.deadline is not None
    assert details.deadline.at == datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
    assert [lot.deadline is not None for lot in details.lots] == [True, True]


def test_parts_of_a_plan_are_lots_and_groups_of_lots_are_not() -> None:
    lots = [
        a_lot(1, scheme="Part"),
        a_lot(2, scheme="LotsGroup", project="<cbc:SMESuitableIndicator>true</cbc:SMESuitableIndicator>"),
    ]
    details = a_reading(a_full_notice(1, lots=lots)).details
    assert [lot.identity for lot in details.lots] == ["LOT-0001"]
    assert details.sme is True


def a_change(reason: str) -> str:
    """Return the XML of a change of an earlier notice."""
    return (
        "<efac:Changes><efbc:ChangedNoticeIdentifier>00000000-0000-4000-8000-000000000009-01"
        f"</efbc:ChangedNoticeIdentifier><efac:ChangeReason><cbc:ReasonCode>{reason}</cbc:ReasonCode></efac:ChangeReason>"
        "</efac:Changes>"
    )


def test_a_changed_notice_is_of_the_procurement_it_changes() -> None:
    reading = a_reading(a_full_notice(1, extension=a_change("cor-buy")))
    assert (reading.stage, reading.change) == (Stage.TENDER, Change.UPDATE)
    assert "ted:00000000-0000-4000-8000-000000000009-01" in {key.value for key in reading.keys}


def test_a_notice_that_is_taken_back_cancels_the_procurement() -> None:
    assert a_reading(a_full_notice(1, extension=a_change("cancel"))).change is Change.CANCELLATION


def a_result(code: str) -> bytes:
    """Return a result of one lot."""
    lot = f"<efac:LotResult><cbc:TenderResultCode>{code}</cbc:TenderResultCode></efac:LotResult>"
    body = a_full_notice(1, extension=f"<efac:NoticeResult>{lot}</efac:NoticeResult>")
    return body.replace(b'listName="competition">cn-standard', b'listName="result">can-standard')


def test_a_result_without_any_winner_ends_the_procurement() -> None:
    assert a_reading(a_result("clos-nw")).change is Change.CANCELLATION
    assert a_reading(a_result("selec-w")).change is Change.AWARD
    assert a_reading(a_result("open-nw")).change is Change.AWARD


def test_a_winner_who_is_a_person_is_not_named() -> None:
    winner = (
        "<efac:NoticeResult><efac:LotResult><cbc:TenderResultCode>selec-w</cbc:TenderResultCode><efac:LotTender>"
        "<cbc:ID>TEN-1</cbc:ID></efac:LotTender></efac:LotResult><efac:LotTender><cbc:ID>TEN-1</cbc:ID>"
        "<efac:TenderingParty><cbc:ID>TPA-1</cbc:ID></efac:TenderingParty></efac:LotTender><efac:TenderingParty>"
        "<cbc:ID>TPA-1</cbc:ID><efac:Tenderer><cbc:ID>ORG-7</cbc:ID></efac:Tenderer></efac:TenderingParty></efac:NoticeResult>"
    )
    person = "<efbc:NaturalPersonIndicator>true</efbc:NaturalPersonIndicator>"

    def a_win(mark: str) -> bytes:
        company = (
            f"<efac:Organization>{mark}<efac:Company><cac:PartyIdentification><cbc:ID>ORG-7</cbc:ID>"
            "</cac:PartyIdentification><cac:PartyName><cbc:Name>Sample Winner</cbc:Name></cac:PartyName>"
            "</efac:Company></efac:Organization>"
        )
        body = a_full_notice(1, extension=winner).replace(
            b"<efac:Organizations>", b"<efac:Organizations>" + company.encode()
        )
        return body.replace(b'listName="competition">cn-standard', b'listName="result">can-standard')

    assert a_reading(a_win("")).details.suppliers == ("Sample Winner",)
    assert a_reading(a_win(person)).details.suppliers == ()


def test_no_contact_reaches_a_reading() -> None:
    said = "Fragen an sample.person@stadt.example oder +49 (0)30 1234567."
    reading = a_reading(a_full_notice(1, description=said))
    for private in ("Sample Person", "stadt.example", "1234567"):
        assert private not in repr(reading)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"publication-date": "soon"}, "publication-date"),
        ({"publication-date": None}, "publication-date"),
        ({"notice-title": {}}, "notice-title"),
        ({"notice-title": {"eng": [7]}}, "notice-title"),
        ({"total-value": -1, "total-value-cur": ["EUR"]}, "total-value"),
        ({"total-value": "much", "total-value-cur": ["EUR"]}, "total-value"),
        ({"deadline-receipt-tender-date-lot": ["12.6.2026"]}, "deadline-receipt-tender-date-lot"),
    ],
)
def test_a_row_that_cannot_be_believed_is_set_aside_by_name(row: dict[str, object], field: str) -> None:
    found = outcome(json.dumps({"notices": [a_row(1) | row], "timedOut": False}).encode())
    assert isinstance(found, SetAside)
    assert found.reason.startswith("TED: ")
    assert field in found.reason


@pytest.mark.parametrize("name", sorted(a_row(1).keys() - {"publication-number", "notice-title", "publication-date"}))
@pytest.mark.parametrize("odd", [None, [], {}, "text", 5, [None, "text", [1]], {"eng": {"deeper": []}}])
def test_a_field_of_a_row_of_another_shape_is_not_stated_and_never_a_crash(name: str, odd: object) -> None:
    found = outcome(json.dumps({"notices": [a_row(1) | {name: odd}], "timedOut": False}).encode())
    if name == "deadline-receipt-tender-date-lot":
        assert isinstance(found, Reading | SetAside)
    else:
        assert isinstance(found, Reading), found


def test_a_sum_in_two_currencies_is_not_stated() -> None:
    row = a_row(1) | {"total-value": 5, "total-value-cur": ["EUR", "PLN"]}
    found = outcome(json.dumps({"notices": [row], "timedOut": False}).encode())
    assert isinstance(found, Reading)
    assert found.details.value is None


def test_a_sum_keeps_the_currency_of_the_notice() -> None:
    details = a_reading(a_full_notice(1, project=a_sum("1250000.50", 'currencyID="PLN"'))).details
    assert details.value is not None
    assert (details.value.net, details.value.currency) == (Decimal("1250000.50"), "PLN")


@pytest.mark.parametrize(
    ("said", "meant"),
    [("www.stadt.example", "https://www.stadt.example"), ("https://stadt.example/a", "https://stadt.example/a")],
)
def test_an_address_written_without_https_still_leads_somewhere(said: str, meant: str) -> None:
    terms = f"<cac:TenderRecipientParty><cbc:EndpointID>{said}</cbc:EndpointID></cac:TenderRecipientParty>"
    assert [each.url for each in a_reading(a_full_notice(1, lots=[a_lot(terms=terms)])).details.documents] == [meant]


@pytest.mark.parametrize(
    "said", ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@x.example/", "stadt", "http://["]
)
def test_only_web_addresses_become_documents(said: str) -> None:
    terms = f"<cac:TenderRecipientParty><cbc:EndpointID>{said}</cbc:EndpointID></cac:TenderRecipientParty>"
    assert a_reading(a_full_notice(1, lots=[a_lot(terms=terms)])).details.documents == ()


# Over the wire ----------------------------------------------------------------------------------------------------


async def poll(url: str) -> list[Page]:
    """Return the pages of a poll of a copy at this machine."""
    access = Access(base_url=url.rstrip("/"), pace=0.0, allow_loopback=True)
    async with a_client() as http:
        found = TED.pages(http, access=access, bookmark=None, since=SINCE, until=UNTIL, seen=SEEN)
        return [page async for page in found]


async def _search(_: web.Request) -> web.Response:
    body = {"notices": [a_row(1)], "totalNoticeCount": 1, "iterationNextToken": None, "timedOut": False}
    return web.json_response(body)


def a_town(
    notice: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return a site whose search names one notice, which is then answered as told."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await (_search if request.method == "POST" else notice)(request)

    return answer


async def _laughs(_: web.Request) -> web.StreamResponse:
    return web.Response(body=BILLION_LAUGHS, content_type="application/xml")


async def _huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        for _ in range(100):
            await response.write(b"a" * 1024 * 1024)
    except ConnectionError:
        pass
    return response


async def _inwards(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://10.0.0.1/notice.xml")


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<!DOCTYPE html><title>Maintenance</title>", content_type="text/html")


async def _another(_: web.Request) -> web.StreamResponse:
    return web.Response(body=a_full_notice(7), content_type="application/xml")


async def _unbelievable(_: web.Request) -> web.StreamResponse:
    return web.Response(body=a_full_notice(1, project=a_sum("-5")), content_type="application/xml")


@pytest.mark.parametrize(
    ("notice", "why"),
    [
        (_laughs, "document type"),
        (_huge, "larger than we accept|more than"),
        (_inwards, "private network|10.0.0.1"),
        (_page, "document type"),
        (_another, "is that of 7-2026"),
        (_unbelievable, "BT-27"),
    ],
)
async def test_a_harmful_notice_costs_only_itself_and_its_reason_is_recorded(notice: Answer, why: str) -> None:
    tracemalloc.start()
    try:
        async with a_site(a_town(notice)) as url:
            pages = await poll(url)
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert grown < MOST_GROWTH
    assert [(each.source_id, each.form) for page in pages for each in page.notices] == [("1-2026", "ted-search-row")]
    (aside,) = (row for page in pages for row in page.set_aside)
    assert aside.source_id == "1-2026-xml"
    assert aside.reason.startswith("TED: the XML of 1-2026 ")
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(aside.reason)
    assert json.loads(pages[-1].bookmark)["waiting"] == {}


@pytest.mark.parametrize(
    ("behaviour", "trouble"),
    [
        (huge_body(100 * 1024 * 1024, told=True), BodyTooLarge),
        (huge_body(100 * 1024 * 1024, told=False), BodyTooLarge),
        (says("302 Found", location="http://10.0.0.1/"), HttpTrouble),
        (says(body=b"<html>busy</html>"), UnreadableBody),
    ],
)
async def test_a_harmful_search_ends_the_poll_with_a_reason(behaviour: Behaviour, trouble: type[Exception]) -> None:
    tracemalloc.start()
    try:
        async with raw_server(behaviour) as server:
            with pytest.raises(trouble):
                await poll(server.url)
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert grown < MOST_GROWTH


async def test_a_search_of_one_byte_a_second_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.kinds.ted_walk.SEARCH_SECONDS", 0.5)
    async with raw_server(drips(every=0.05)) as server:
        with pytest.raises(TookTooLong):
            await poll(server.url)


async def test_a_notice_of_one_byte_a_second_waits_and_its_row_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.kinds.ted_walk.NOTICE_SECONDS", 0.5)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(1000):
                await response.write(b"a")
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        return response

    async with a_site(a_town(drip)) as url:
        pages = await poll(url)
    assert [each.form for page in pages for each in page.notices] == ["ted-search-row"]
    assert json.loads(pages[-1].bookmark)["waiting"] == {"1-2026": 1}


def test_the_refusal_of_a_private_address_is_an_error_of_its_own() -> None:
    assert issubclass(PrivateAddress, HttpTrouble)
