"""What a buyer's people do with a posting besides writing it: copy, extend, hand over, answer questions, print."""

from __future__ import annotations

from aiohttp import web

from service.domain.posting import Draft
from service.web.audience import known_visitor, only
from service.web.forms.fields import number_said, passage
from service.web.forms.posting import take
from service.web.house import house_of
from service.web.middleware.bodies import read_form
from service.web.pages.postings import found_posting, posting_page, record_of
from service.web.privacy import number_in_path
from service.web.rendering import page


@only("posting.draft")
async def copy(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/copy`: a new draft that says the same."""
    care = house_of(request).accounts.posting_care
    made = await care.copy(known_visitor(request), request.match_info["posting"])
    raise web.HTTPSeeOther(f"/buyers/postings/{made.identity}?done=copied")


@only("posting.publish")
async def extend(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/extend`: a later deadline, told at once."""
    until = take("by-when", Draft(), await read_form(request))
    identity = request.match_info["posting"]
    problems = await house_of(request).accounts.posting_care.extend(known_visitor(request), identity, until)
    if problems:
        return await posting_page(request, await found_posting(request), problems=problems, until=until)
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}?done=extended")


@only("posting.draft")
async def hand_over(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/hand-over`: to a colleague."""
    to = number_said((await read_form(request)).get("to", ""))
    identity = request.match_info["posting"]
    if not to:
        return await posting_page(request, await found_posting(request), problems={"to": "Choose a colleague"})
    await house_of(request).accounts.posting_care.hand_over(known_visitor(request), identity, to=to)
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}?done=handed_over")


@only("posting.publish")
async def answer(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/questions/{number}`: answered for everybody, or not published."""
    fields = await read_form(request)
    said = passage(fields, "answer")
    identity, number = request.match_info["posting"], number_in_path(request)
    talk, publish = house_of(request).accounts.posting_talk, fields.get("do") != "decline"
    problem = await talk.answer(known_visitor(request), identity, number, said=said, publish=publish)
    if problem:
        name = f"answer_{number}"
        found = await found_posting(request)
        return await posting_page(request, found, problems={name: problem}, typed={name: said})
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}?done={'answered' if publish else 'declined'}#questions")


@only("posting.read")
async def record(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/record`: who did what when, for paper and for the file."""
    found = await found_posting(request)
    accounts = house_of(request).accounts
    inbox = await accounts.posting_talk.inbox(known_visitor(request), found.identity)
    return await page(
        request,
        "pages/posting_record.html",
        title="Record of a posting",
        posting=found,
        log=await record_of(request, found),
        inbox=inbox,
    )


ROUTES = (
    web.post("/buyers/postings/{posting}/copy", copy),
    web.post("/buyers/postings/{posting}/extend", extend),
    web.post("/buyers/postings/{posting}/hand-over", hand_over),
    web.post("/buyers/postings/{posting}/questions/{number}", answer),
    web.get("/buyers/postings/{posting}/record", record),
)
