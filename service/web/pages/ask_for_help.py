"""Ask a person: two boxes, then exactly what is passed on and to whom, then one press; and what became of it.

Firms ask about an opportunity, buyers about buying: the same pages under two roofs.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.domain.help_request import HARD_CAP, OVER, REACH_CAP, USEFUL, HelpState
from service.errors import NotAllowed
from service.usecases.helping.ask import Asker, Shown, Typed, check
from service.web.audience import known_visitor, only
from service.web.forms.fields import Fields
from service.web.forms.help_request import STATES, record_lines, subject_choices, subject_of, typed_in
from service.web.forms.problems import above, beside
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.privacy import number_in_path, private
from service.web.rendering import page

_DONE = {
    "asked": "It is passed on. You hear by e-mail when somebody takes it.",
    "withdrawn": "It is taken back, and whoever had it is asked to delete what they were sent.",
    "useful": "Thank you.",
}
_CHANGED = "What would be passed on has changed since you looked. Read it again, then press the button"

Answer = Callable[[web.Request, Asker], Awaitable[web.StreamResponse]]


def _firms(act: str, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page for members of a firm."""

    async def handler(request: web.Request) -> web.StreamResponse:
        visitor = known_visitor(request)
        mine = next((each for each in visitor.where(act) if each.kind == "firm"), None)
        if mine is None:
            raise NotAllowed("You belong to no firm here. You can sign up for alerts.")
        asker = Asker(firm=int(mine.key), organisation=mine.organisation, name=mine.name, person=visitor.person)
        return private(await answer(request, asker))

    return only(act)(handler)


def _buyers(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The same for somebody of a buyer; of several, the first."""

    async def handler(request: web.Request) -> web.StreamResponse:
        visitor = known_visitor(request)
        mine = visitor.where("posting.read")[0]
        asker = Asker(firm=0, organisation=mine.organisation, name=mine.name, person=visitor.person)
        return private(await answer(request, asker))

    return only("posting.read")(handler)


async def form(request: web.Request, asker: Asker) -> web.StreamResponse:
    """GET: two boxes, the second filled with the address of whoever is signed in."""
    return await _form_page(request, asker, Typed(reach=known_visitor(request).address), {})


async def asked(request: web.Request, asker: Asker) -> web.StreamResponse:
    """POST: show what is passed on; with the box ticked and `do=send`, pass it on."""
    fields = await read_form(request)
    typed = typed_in(fields)
    if problems := check(typed):
        return await _form_page(request, asker, typed, problems)
    if fields.get("do") == "edit":
        return await _form_page(request, asker, typed, {})
    use, opportunity = house_of(request).accounts.ask_for_help, _opportunity(request)
    if fields.get("do") != "send":
        return await _check_page(request, asker, typed, await use.show(asker, typed, opportunity=opportunity))
    if fields.get("consent") != "yes":
        shown = await use.show(asker, typed, opportunity=opportunity)
        return await _check_page(request, asker, typed, shown, problem="Tick the box if it may be passed on")
    found = await use.ask(asker, typed, opportunity=opportunity, mark=fields.get("mark", ""), once=_once(fields))
    if isinstance(found, Shown):
        return await _check_page(request, asker, typed, found, problem=_CHANGED)
    raise web.HTTPSeeOther(f"{_base(asker)}/help-requests/{found}?done=asked")


async def mine(request: web.Request, asker: Asker) -> web.StreamResponse:
    """GET: what was asked, the newest first."""
    found = await house_of(request).accounts.ask_for_help.mine(asker)
    return await page(
        request,
        "pages/help_mine.html",
        base=_base(asker),
        here=_here(asker),
        is_firm=bool(asker.firm),
        requests=[
            {
                "href": f"{_base(asker)}/help-requests/{each.number}",
                "subject": subject_of(each),
                "state": STATES[each.state],
                "asked": day_in(request, each.consented),
            }
            for each in found
        ],
    )


async def one(request: web.Request, asker: Asker) -> web.StreamResponse:
    """GET: where it stands, what was passed on, and what can be done."""
    found = await house_of(request).accounts.ask_for_help.see(asker, number_in_path(request))
    now = now_in(request)
    return await page(
        request,
        "pages/help_request.html",
        base=_base(asker),
        here=_here(asker),
        record=found,
        request_=found.request,
        holder=found.name(found.request.organisation),
        subject=subject_of(found.request),
        state=STATES[found.request.state],
        lines=record_lines(found, now=now),
        agreed=day_in(request, found.request.consented),
        is_over=found.request.state in OVER,
        is_answered=found.request.state is HelpState.ANSWERED,
        useful=USEFUL,
        done=_DONE.get(request.query.get("done", ""), ""),
    )


async def withdraw(request: web.Request, asker: Asker) -> web.StreamResponse:
    """POST: take it back."""
    number = number_in_path(request)
    await house_of(request).accounts.ask_for_help.withdraw(asker, number)
    raise web.HTTPSeeOther(f"{_base(asker)}/help-requests/{number}?done=withdrawn")


async def rate(request: web.Request, asker: Asker) -> web.StreamResponse:
    """POST: say whether it helped."""
    number, said = number_in_path(request), (await read_form(request)).get("useful", "")
    await house_of(request).accounts.ask_for_help.rate(asker, number, said)
    raise web.HTTPSeeOther(f"{_base(asker)}/help-requests/{number}?done=useful")


async def look_at_rating(request: web.Request) -> web.StreamResponse:
    """GET `/helped/{token}`: three buttons; opening it says nothing yet."""
    token = request.match_info["token"]
    found = await house_of(request).accounts.ask_for_help.behind(token)
    return private(
        await page(
            request,
            "pages/help_useful.html",
            action=f"/helped/{token}",
            subject=subject_of(found),
            useful=USEFUL,
            said=USEFUL.get(found.useful, ""),
            done=_DONE.get(request.query.get("done", ""), ""),
        )
    )


async def rate_by_link(request: web.Request) -> web.StreamResponse:
    """POST `/helped/{token}`."""
    token, said = request.match_info["token"], (await read_form(request)).get("useful", "")
    await house_of(request).accounts.ask_for_help.rate_by_link(token, said)
    raise web.HTTPSeeOther(f"/helped/{token}?done=useful")


# ------------------------------------------------------------------------------------------------------------ inside


async def _form_page(request: web.Request, asker: Asker, typed: Typed, problems: dict[str, str]) -> web.StreamResponse:
    opportunity, title = _opportunity(request), ""
    if opportunity:
        found = await house_of(request).accounts.ask_for_help.about(opportunity)
        title = found.state.details.title
    return await page(
        request,
        "pages/help_ask.html",
        status=422 if problems else 200,
        action=request.path,
        back=f"/opportunities/{opportunity}" if opportunity else "/buyers",
        here=_here(asker),
        about=title,
        is_firm=bool(asker.firm),
        typed=typed,
        hard_cap=HARD_CAP,
        reach_cap=REACH_CAP,
        errors=beside(problems),
        problems=above(problems),
    )


async def _check_page(
    request: web.Request, asker: Asker, typed: Typed, shown: Shown, *, problem: str = ""
) -> web.StreamResponse:
    return await page(
        request,
        "pages/help_check.html",
        status=422 if problem else 200,
        action=request.path,
        here=_here(asker),
        is_firm=bool(asker.firm),
        typed=typed,
        shown=shown,
        subjects=subject_choices(shown.sought.subject),
        once=secrets.token_urlsafe(16),
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#consent"}] if problem else [],
    )


def _once(fields: Fields) -> str:
    return fields.get("once", "") or secrets.token_urlsafe(16)


def _opportunity(request: web.Request) -> str:
    return request.match_info.get("opportunity", "")


def _base(asker: Asker) -> str:
    return "/account" if asker.firm else "/buyers"


def _here(asker: Asker) -> str:
    return "alerts" if asker.firm else "buyers"


ROUTES = (
    web.get("/account/ask/{opportunity}", _firms("firm.read", form)),
    web.post("/account/ask/{opportunity}", _firms("firm.change", asked)),
    web.get("/account/help-requests", _firms("firm.read", mine)),
    web.get("/account/help-requests/{number}", _firms("firm.read", one)),
    web.post("/account/help-requests/{number}/withdraw", _firms("firm.change", withdraw)),
    web.post("/account/help-requests/{number}/useful", _firms("firm.change", rate)),
    web.get("/buyers/ask", _buyers(form)),
    web.post("/buyers/ask", _buyers(asked)),
    web.get("/buyers/help-requests", _buyers(mine)),
    web.get("/buyers/help-requests/{number}", _buyers(one)),
    web.post("/buyers/help-requests/{number}/withdraw", _buyers(withdraw)),
    web.post("/buyers/help-requests/{number}/useful", _buyers(rate)),
    web.get("/helped/{token}", look_at_rating),
    web.post("/helped/{token}", rate_by_link),
)
