"""What the guide says of a posting; its people take a text over, give a number, or overrule with a reason."""

from __future__ import annotations

from aiohttp import web

from service.domain.posting import Posting
from service.errors import AskedWrongly, NotFound
from service.usecases.advise import NUMBER_CAP
from service.web.audience import known_visitor, only
from service.web.forms.problems import above, beside, sentence_of
from service.web.guide_view import guide_of
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_DONE = {
    "overruled": "Your reason is kept in the record of this posting.",
    "reserved": "The text now stands at the end of what is to be done. Read it there, and change it where you like.",
    "numbered": "The number is kept.",
    "unnumbered": "No number is kept.",
}


@only("posting.read")
async def guide(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/guide`: every piece of advice with its source."""
    return await _page(request, await _found(request), problems={})


@only("posting.draft")
async def overrule(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/guide/overrule`: go over a piece of advice, with a reason."""
    fields = await read_form(request)
    rule = fields.get("rule", "")[:40]
    try:
        found = await house_of(request).accounts.advise.overrule(
            known_visitor(request), request.match_info["posting"], rule=rule, why=fields.get("why", "")
        )
    except NotFound:
        raise
    except AskedWrongly as wrong:
        return await _page(request, await _found(request), problems={f"why-{rule}": sentence_of(wrong)})
    raise _back(found, "overruled")


@only("posting.draft")
async def take_over(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/guide/reserve`: put the text of a reservation into the posting."""
    fields = await read_form(request)
    try:
        found = await house_of(request).accounts.advise.take_over(
            known_visitor(request),
            request.match_info["posting"],
            area=fields.get("area", "")[:40],
            who=fields.get("who", "")[:40],
        )
    except NotFound:
        raise
    except AskedWrongly as wrong:
        return await _page(request, await _found(request), problems={"area": sentence_of(wrong)})
    raise _back(found, "reserved")


@only("posting.draft")
async def number(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/guide/number`: the number of the notice on Find a Tender."""
    said = (await read_form(request)).get("find_a_tender", "")
    found = await house_of(request).accounts.advise.number(
        known_visitor(request), request.match_info["posting"], said[: 2 * NUMBER_CAP]
    )
    raise _back(found, "numbered" if said.strip() else "unnumbered")


async def _found(request: web.Request) -> Posting:
    return await house_of(request).accounts.post.see(known_visitor(request), request.match_info["posting"])


def _back(posting: Posting, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/buyers/postings/{posting.identity}/guide?done={done}")


async def _page(request: web.Request, found: Posting, *, problems: dict[str, str]) -> web.Response:
    visitor = known_visitor(request)
    view = guide_of(found, visitor, now=now_in(request))
    named = {f"why-{each.rule}" for each in view.advice} | {"area"}
    shown = {name if name in named else "guide": said for name, said in problems.items()}
    return await page(
        request,
        "pages/posting_guide.html",
        status=422 if problems else 200,
        title="What the rules say",
        posting=found,
        guide=view,
        may_draft=visitor.may("posting.draft", organisation=found.organisation),
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
        errors=beside(shown),
        problems=above(shown),
    )


ROUTES = (
    web.get("/buyers/postings/{posting}/guide", guide),
    web.post("/buyers/postings/{posting}/guide/overrule", overrule),
    web.post("/buyers/postings/{posting}/guide/reserve", take_over),
    web.post("/buyers/postings/{posting}/guide/number", number),
)
