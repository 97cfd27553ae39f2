"""What firms say about a posting: questions on its page, that they replied, and a reply written here."""

from __future__ import annotations

from aiohttp import web

from service.domain.posting_talk import Reply, Talk
from service.domain.wording import moment_words
from service.errors import NotFound
from service.web.audience import known_visitor, only
from service.web.cards import card_of, page_path
from service.web.desk import MovedTo
from service.web.forms.fields import passage
from service.web.forms.problems import above, beside
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.pages.listing import opportunity_page
from service.web.rendering import page
from service.web.view import OpportunityView

_FIELDS = ("text", "price", "contact")


@only("firm.change")
async def ask(request: web.Request) -> web.StreamResponse:
    """POST `/opportunities/{id}/questions`: a question for everybody."""
    said = passage(await read_form(request), "question")
    identity = request.match_info["id"]
    problem = await house_of(request).accounts.posting_talk.ask(known_visitor(request), identity, said)
    if problem:
        return await opportunity_page(request, typed=said, problem=problem)
    raise web.HTTPSeeOther(f"{page_path(identity)}?asked=yes#questions")


@only("firm.change")
async def replied(request: web.Request) -> web.StreamResponse:
    """POST `/opportunities/{id}/replied`: the firm has replied elsewhere."""
    identity = request.match_info["id"]
    await house_of(request).accounts.posting_talk.replied(known_visitor(request), identity)
    raise web.HTTPSeeOther(f"{page_path(identity)}?replied=yes#questions")


@only("firm.change")
async def reply_form(request: web.Request) -> web.Response:
    """GET `/opportunities/{id}/reply`: the reply, or an empty one."""
    view, talk = await _found(request)
    mine = await house_of(request).accounts.posting_talk.reply_of(known_visitor(request), view.identity)
    done = "It is in. We have sent you a receipt, and tell you the outcome." if request.query.get("done") else ""
    return await _reply_page(request, view, talk, typed=_typed_of(mine, known_visitor(request).address), done=done)


@only("firm.change")
async def reply(request: web.Request) -> web.StreamResponse:
    """POST `/opportunities/{id}/reply`: kept, or shown again with what is wrong."""
    fields = await read_form(request)
    typed = {"text": passage(fields, "text")} | {
        name: " ".join(fields.get(name, "").split()) for name in ("price", "contact")
    }
    view, talk = await _found(request)
    problems = await house_of(request).accounts.posting_talk.reply(known_visitor(request), view.identity, **typed)
    if problems:
        return await _reply_page(request, view, talk, typed=typed, problems=problems)
    raise web.HTTPSeeOther(f"{page_path(view.identity)}/reply?done=yes")


async def _found(request: web.Request) -> tuple[OpportunityView, Talk]:
    found = await house_of(request).desk.opportunity(request.match_info["id"])
    if isinstance(found, MovedTo):
        raise web.HTTPSeeOther(f"{page_path(found.identity)}/reply")
    if found.talk is None or not found.talk.by_form:
        raise NotFound("Replies to this are not written here.")
    return found, found.talk


def _typed_of(mine: Reply | None, address: str) -> dict[str, str]:
    if mine is None or not mine.is_here:
        return {"text": "", "price": "", "contact": address}
    return {name: getattr(mine, name) for name in _FIELDS}


async def _reply_page(
    request: web.Request,
    view: OpportunityView,
    talk: Talk,
    *,
    typed: dict[str, str],
    done: str = "",
    problems: dict[str, str] | None = None,
) -> web.Response:
    now = now_in(request)
    card = card_of(view, now=now)
    return await page(
        request,
        "pages/posting_reply.html",
        status=422 if problems else 200,
        title="Your reply",
        opportunity=view.identity,
        about=f"{card.title}, {card.buyer}",
        asks=talk.asks,
        closes=moment_words(view.closes, now=now) if view.closes else "",
        can_reply=talk.can_reply,
        typed=typed,
        done=done,
        errors=beside(problems or {}),
        problems=above(problems or {}),
    )


ROUTES = (
    web.post("/opportunities/{id}/questions", ask),
    web.post("/opportunities/{id}/replied", replied),
    web.get("/opportunities/{id}/reply", reply_form),
    web.post("/opportunities/{id}/reply", reply),
)
