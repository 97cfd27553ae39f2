"""Signing up, one question a page: answers are kept as they are given, checked together, confirmed from the mailbox.

Nothing is written to anybody before the last button, and alerts begin only when the link in that one message is
followed and its button pressed.
"""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from service.domain.consent import level
from service.domain.interest import Interest
from service.domain.scrutiny import MANY_A_DAY, area_words
from service.domain.search_words import told_apart
from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words
from service.errors import NotFound
from service.usecases.drafts import KEPT
from service.usecases.links import CONFIRM_HOURS
from service.usecases.people import checked_address
from service.web.cards import card_of
from service.web.cookies import drop_cookie, read_cookie, set_cookie
from service.web.forms.filters import Filters, read_filters
from service.web.forms.interests import InterestForm, TypedInterest
from service.web.forms.sign_up import (
    FIRM_SIZES,
    FORM,
    QUESTIONS,
    SignUp,
    answered,
    from_json,
    interest_in,
    next_question,
    question,
    to_json,
)
from service.web.house import house_of, now_in, within
from service.web.middleware.bodies import read_form
from service.web.middleware.caller import CALLER
from service.web.pages.alerts import shortened
from service.web.privacy import private
from service.web.rendering import page
from service.web.view import Found, Replay

_TITLES = {
    "email": "What is your e-mail address?",
    "trade": "What does your firm do?",
    "place": "Where would you work?",
    "firm": "How many people work in your firm?",
    "worth": "What sums make sense for you?",
}
_STEPS = [each.name for each in QUESTIONS if each.asked]


async def begin(request: web.Request) -> web.Response:
    """GET `/alerts/new`: the first question; what a search already says is filled in."""
    filters = read_filters(request.query)
    so_far = await _kept(request)
    if _searched_for(filters):
        so_far = replace(so_far, interest=_interest_of(filters), done=())
    return await _question_page(request, so_far, "email", {}, query=filters.query())


async def begun(request: web.Request) -> web.StreamResponse:
    """POST `/alerts/new`: keep the address, and what the search said."""
    filters = read_filters(request.query)
    so_far = await _kept(request)
    if _searched_for(filters):
        so_far = replace(so_far, interest=_interest_of(filters), done=())
    return await _answer(request, so_far, "email", query=filters.query())


async def ask(request: web.Request) -> web.Response:
    """GET `/alerts/new/{question}`."""
    name = request.match_info["question"]
    if question(name) is None or name == "email":
        raise NotFound
    so_far = await _kept(request)
    if not so_far.email:
        raise web.HTTPSeeOther("/alerts/new")
    return await _question_page(request, so_far, name, {})


async def answer(request: web.Request) -> web.StreamResponse:
    """POST `/alerts/new/{question}`: keep the answer and go on."""
    name = request.match_info["question"]
    if question(name) is None:
        raise NotFound
    return await _answer(request, await _kept(request), name)


async def check(request: web.Request) -> web.Response:
    """GET `/alerts/new/check`: all answers, and what they would have sent."""
    so_far = await _kept(request)
    following = next_question(so_far)
    if following != "check":
        raise web.HTTPSeeOther(_address(following))
    interest = interest_in(so_far)
    if isinstance(interest, dict):
        raise web.HTTPSeeOther(_address("trade"))
    return await _check_page(request, so_far, interest, problem="")


async def send(request: web.Request) -> web.StreamResponse:
    """POST `/alerts/new/check`: agreed; one message goes to the address."""
    fields = await read_form(request)
    so_far = await _kept(request)
    interest = interest_in(so_far)
    if next_question(so_far) != "check" or isinstance(interest, dict):
        raise web.HTTPSeeOther("/alerts/new")
    if fields.get("consent", "") != "yes":
        return await _check_page(request, so_far, interest, problem="Tick the box if you want us to write to you")
    response = web.HTTPSeeOther("/alerts/sent")
    accounts = house_of(request).accounts
    if not fields.get("website"):  # people leave the hidden field empty; robots are told the same and nothing is sent
        address = checked_address(so_far.email)
        _within_limits(request, address)
        mark = await accounts.subscribe.sign_up(
            address=address, size=so_far.size, interest=interest, consent=level("alerts").text
        )
        set_cookie(request, response, "asked", mark, lasts=KEPT)
    await accounts.drafts.drop(read_cookie(request, "draft"))
    drop_cookie(request, response, "draft")
    raise response


async def sent(request: web.Request) -> web.Response:
    """`/alerts/sent`: look in your mail."""
    return await page(request, "pages/confirm_sent.html", hours=CONFIRM_HOURS)


async def confirm(request: web.Request) -> web.Response:
    """GET `/confirm/{token}`: one button."""
    token = request.match_info["token"]
    firm = await house_of(request).accounts.subscribe.awaiting(token)
    response = await page(
        request,
        "pages/one_button.html",
        title="Start your alerts",
        here="alerts",
        said=f"Press the button and you will get e-mails: we write to {shortened(firm.address)} when new work fits.",
        action=f"/confirm/{token}",
        button="Start my alerts",
        button_classes="",
        after="If you did not ask for this, close the page: nothing is sent, and we delete the request in seven days.",
    )
    return private(response)


async def confirmed(request: web.Request) -> web.Response:
    """POST `/confirm/{token}`: the alerts begin; what is open now is shown."""
    house = house_of(request)
    done = await house.accounts.subscribe.confirm(request.match_info["token"], mark=read_cookie(request, "asked"))
    found = await house.desk.open_for([done.firm.interest])
    now = now_in(request)
    response = await page(
        request,
        "pages/confirmed.html",
        manage="/account" if done.entered else f"/manage/{done.manage_token}",
        signed_in=done.entered is not None,
        cards=[card_of(view, now=now) for view in found.items],
        total_words=_open_words(found),
    )
    if done.entered is not None:
        set_cookie(request, response, "session", done.entered.token, lasts=done.entered.longest)
        drop_cookie(request, response, "asked")
        drop_cookie(request, response, "wanted")
    return private(response)


# ------------------------------------------------------------------------------------------------- inside


def _searched_for(filters: Filters) -> bool:
    return bool(filters.words or filters.sectors or filters.areas or filters.value_min or filters.value_max)


def _interest_of(filters: Filters) -> TypedInterest:
    """What a search says, in the boxes of the sign-up."""
    words, without = told_apart(filters.words)
    left_out = "".join(f' NOT "{part.strip()}"' for part in without.split(",") if part.strip())
    return TypedInterest(
        sectors=filters.sectors,
        areas=filters.areas,
        words=f"{words}{left_out}".strip(),
        value_min="" if filters.value_min is None else str(filters.value_min),
        value_max="" if filters.value_max is None else str(filters.value_max),
        extras=("eu",) if filters.eu else (),
    )


async def _kept(request: web.Request) -> SignUp:
    return from_json(await house_of(request).accounts.drafts.read(read_cookie(request, "draft"), form=FORM))


async def _answer(request: web.Request, so_far: SignUp, name: str, *, query: str = "") -> web.StreamResponse:
    asked = question(name)
    if asked is None:  # pragma: no cover - asked before
        raise NotFound
    typed = asked.take(so_far, await read_form(request))
    problems = asked.check(typed)
    if problems:
        return await _question_page(request, typed, name, problems, query=query)
    if not typed.email:
        raise web.HTTPSeeOther("/alerts/new")
    kept = answered(typed, name)
    if not read_cookie(request, "draft"):
        _within_limit_of_drafts(request)
    drafts = house_of(request).accounts.drafts
    token = await drafts.keep(read_cookie(request, "draft"), to_json(kept), form=FORM)
    response = web.HTTPSeeOther(_address(next_question(kept)))
    set_cookie(request, response, "draft", token, lasts=KEPT)
    raise response


async def _question_page(
    request: web.Request, typed: SignUp, name: str, problems: dict[str, str], *, query: str = ""
) -> web.Response:
    form = InterestForm(typed=typed.interest, problems=problems)
    number = _STEPS.index(name) + 1 if name in _STEPS else 0
    response = await page(
        request,
        "pages/question.html",
        status=422 if problems else 200,
        name=name,
        title=_TITLES[name],
        action=f"/alerts/new{query}" if name == "email" else _address(name),
        back=_back(typed, name),
        step=f"Question {number} of {len(_STEPS)}" if number else "",
        email=typed.email,
        sizes=[{"value": key, "text": text, "checked": key == typed.size} for key, text in FIRM_SIZES],
        form=form,
        problems=form.summary,
    )
    return private(response)


async def _check_page(request: web.Request, said: SignUp, interest: Interest, *, problem: str) -> web.Response:
    replay = await house_of(request).desk.replay(interest)
    consent = level("alerts")
    response = await page(
        request,
        "pages/check_answers.html",
        status=422 if problem else 200,
        rows=_rows(said, interest),
        replay=replay,
        broad=is_broad(replay),
        consent=[{"value": "yes", "text": consent.text, "hint": {"text": consent.means}}],
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#consent"}] if problem else [],
    )
    return private(response)


def _rows(said: SignUp, interest: Interest) -> list[dict[str, str]]:
    labels = {sector.key: sector.label for sector in all_sectors()}
    trades = ", ".join([labels[key] for key in interest.sectors] or ["any trade"])
    words = f", with the words {interest.words}" if interest.words else ""
    sizes = dict(FIRM_SIZES)
    return [
        {"key": "E-mail", "value": said.email, "href": "/alerts/new", "what": "e-mail address"},
        {"key": "Trade", "value": f"{trades}{words}", "href": _address("trade"), "what": "trade"},
        {
            "key": "Where",
            "value": list_words([area_words(code) for code in interest.areas], most=8),
            "href": _address("place"),
            "what": "where",
        },
        {"key": "People", "value": sizes.get(said.size, ""), "href": _address("firm"), "what": "how many people"},
        {"key": "Worth", "value": _worth(said), "href": _address("worth"), "what": "what sums make sense"},
    ]


def _worth(said: SignUp) -> str:
    low, high = said.interest.value_min, said.interest.value_max
    if low and high:
        return f"£{low} to £{high}"
    return f"£{low} or more" if low else f"up to £{high}" if high else "Any sum"


def is_broad(replay: Replay) -> bool:
    """Whether an interest would send so much that nobody reads it."""
    return replay.total > MANY_A_DAY * replay.days


def _back(typed: SignUp, name: str) -> str:
    if name == "email":
        return "/"
    if next_question(typed) == "check":
        return _address("check")
    before = _STEPS[: _STEPS.index(name)] if name in _STEPS else []
    return _address(before[-1]) if before else "/alerts/new"


def _address(name: str) -> str:
    return "/alerts/new" if name == "email" else f"/alerts/new/{name}"


def _within_limits(request: web.Request, address: str) -> None:
    limits = house_of(request).limits
    within(limits.by_caller.wait(request[CALLER]) or limits.by_address.wait(address.casefold()))


def _within_limit_of_drafts(request: web.Request) -> None:
    within(house_of(request).limits.drafts_by_caller.wait(request[CALLER]))


def _open_words(found: Found) -> str:
    return count_words(found.total, "open opportunity", "open opportunities").capitalize()


ROUTES = (
    web.get("/alerts/new", begin),
    web.post("/alerts/new", begun),
    web.get("/alerts/new/check", check),
    web.post("/alerts/new/check", send),
    web.get("/alerts/new/{question}", ask),
    web.post("/alerts/new/{question}", answer),
    web.get("/alerts/sent", sent),
    web.get("/confirm/{token}", confirm),
    web.post("/confirm/{token}", confirmed),
)
