"""Signing up, confirming, changing, pausing and stopping alerts.

Links in mail lead to a page with one button: mail scanners open links, only people press buttons.
The exception is one-click unsubscribe (RFC 8058), which mail programs post for their readers.
"""

from __future__ import annotations

from aiohttp import web

from service.domain.search_words import told_apart
from service.domain.wording import count_words
from service.errors import TooManyRequests
from service.web.cards import card_of
from service.web.forms.answers import CONSENT, Answers, FormView, Typed, check_change, check_sign_up, typed_in
from service.web.forms.filters import SIZES, read_filters
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.middleware.caller import CALLER
from service.web.rendering import page
from service.web.view import FirmView, Found

_RHYTHMS = {"at_once": "as soon as it appears", "daily": "once a day", "weekly": "once a week"}

_DONE = {
    "saved": "Saved. The next alert follows what you chose now.",
    "paused": "Paused. We send nothing until you start again.",
    "resumed": "Started again. You hear of what appears from now on.",
}


def _private(response: web.Response) -> web.Response:
    """Pages under a token are nobody else's: never kept, never sent on as a referrer."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _form_page(
    request: web.Request, template: str, form: FormView, *, title: str, **words: object
) -> web.Response:
    status = 422 if form.problems else 200
    response = await page(request, template, status=status, form=form, problems=form.summary, title=title, **words)
    return _private(response)


# ---------------------------------------------------------------------------------------------- signing up


async def sign_up(request: web.Request) -> web.Response:
    """GET `/alerts/new`: the form, with what a search already says filled in."""
    filters = read_filters(request.query)
    size = next((key for key in filters.sizes if key in SIZES), "")
    words, without = told_apart(filters.words)
    typed = Typed(
        words=words,
        without=without,
        sectors=filters.sectors,
        areas=filters.areas,
        size=size,
        value_min="" if filters.value_min is None else str(filters.value_min),
        value_max="" if filters.value_max is None else str(filters.value_max),
        eu=bool(filters.eu),
    )
    return await _form_page(request, "pages/sign_up.html", FormView(typed=typed), title="Get alerts")


async def sign_up_sent(request: web.Request) -> web.Response:
    """POST `/alerts/new`: check, keep, send the confirming message, say what happens next."""
    fields = await read_form(request)
    typed = typed_in(fields)
    answers = check_sign_up(typed)
    if not isinstance(answers, Answers):
        view = FormView(typed=typed, problems=answers)
        return await _form_page(request, "pages/sign_up.html", view, title="Get alerts")
    house = house_of(request)
    if not fields.get("website"):  # people leave the hidden field empty; robots are told the same and nothing is sent
        _within_limits(request, answers.email)
        await house.desk.sign_up(answers, consent=CONSENT)
    raise web.HTTPSeeOther("/alerts/sent")


def _within_limits(request: web.Request, email: str) -> None:
    limits = house_of(request).limits
    wait = limits.by_caller.wait(request[CALLER]) or limits.by_address.wait(email.casefold())
    if wait:
        minutes = max(1, round(wait / 60))
        detail = f"You can try again in {count_words(minutes, 'minute', 'minutes')}."
        raise TooManyRequests(detail)


async def sent(request: web.Request) -> web.Response:
    """`/alerts/sent`: look in your mail."""
    return await page(request, "pages/confirm_sent.html")


# ---------------------------------------------------------------------------------------------- confirming


async def confirm(request: web.Request) -> web.Response:
    """GET `/confirm/{token}`: one button."""
    token = request.match_info["token"]
    firm = await house_of(request).desk.awaiting(token)
    response = await page(
        request,
        "pages/one_button.html",
        title="Start your alerts",
        here="alerts",
        said=f"Press the button and we begin to write to {firm.address}.",
        action=f"/confirm/{token}",
        button="Start my alerts",
        button_classes="",
        after="If you did not ask for this, close the page: nothing is sent, and we delete the request in seven days.",
    )
    return _private(response)


async def confirmed(request: web.Request) -> web.Response:
    """POST `/confirm/{token}`: the alerts begin; what is open now is shown."""
    done = await house_of(request).desk.confirm(request.match_info["token"])
    now = now_in(request)
    response = await page(
        request,
        "pages/confirmed.html",
        token=done.manage_token,
        cards=[card_of(view, now=now) for view in done.now.items],
        total_words=_open_words(done.now),
    )
    return _private(response)


def _open_words(found: Found) -> str:
    return count_words(found.total, "open opportunity", "open opportunities").capitalize()


# ---------------------------------------------------------------------------------------------- changing


async def manage(request: web.Request) -> web.Response:
    """GET `/manage/{token}`: what the firm asked for, to change, pause or stop."""
    firm = await house_of(request).desk.firm(request.match_info["token"])
    done = _DONE.get(request.query.get("done", ""), "")
    return await _manage_page(request, firm, FormView(typed=typed_of(firm.answers)), done=done)


async def changed(request: web.Request) -> web.Response:
    """POST `/manage/{token}`: hear about something else from now on."""
    token = request.match_info["token"]
    desk = house_of(request).desk
    firm = await desk.firm(token)
    typed = typed_in(await read_form(request))
    answers = check_change(typed)
    if not isinstance(answers, Answers):
        return await _manage_page(request, firm, FormView(typed=typed, problems=answers), done="")
    await desk.change(token, answers)
    raise web.HTTPSeeOther(f"/manage/{token}?done=saved")


async def paused(request: web.Request) -> web.Response:
    """POST `/manage/{token}/pause`."""
    token = request.match_info["token"]
    await house_of(request).desk.pause(token)
    raise web.HTTPSeeOther(f"/manage/{token}?done=paused")


async def resumed(request: web.Request) -> web.Response:
    """POST `/manage/{token}/resume`."""
    token = request.match_info["token"]
    await house_of(request).desk.resume(token)
    raise web.HTTPSeeOther(f"/manage/{token}?done=resumed")


async def stopped(request: web.Request) -> web.Response:
    """POST `/manage/{token}/stop` and POST `/unsubscribe/{token}`: at once, without a redirect (RFC 8058)."""
    await house_of(request).desk.stop(request.match_info["token"])
    response = await page(
        request,
        "pages/said.html",
        title="Your alerts have stopped",
        said="We send nothing more, and we have deleted what you asked to hear about.",
        next_lines=["A message that was already on its way may still arrive."],
    )
    return _private(response)


async def unsubscribe(request: web.Request) -> web.Response:
    """GET `/unsubscribe/{token}`: one button."""
    token = request.match_info["token"]
    firm = await house_of(request).desk.firm(token)
    response = await page(
        request,
        "pages/one_button.html",
        title="Stop your alerts",
        here="alerts",
        said=f"Press the button and we stop writing to {firm.address}, at once and for good.",
        action=f"/unsubscribe/{token}",
        button="Stop all alerts",
        button_classes="button-stop",
        after="To hear of less, or to rest for a while, use the change link in the message instead.",
    )
    return _private(response)


async def _manage_page(request: web.Request, firm: FirmView, form: FormView, *, done: str) -> web.Response:
    is_paused = firm.state == "paused"
    rhythm = _RHYTHMS.get(firm.rhythm, firm.rhythm)
    state = (
        f"Paused: nothing is sent to {firm.address}."
        if is_paused
        else f"We write to {firm.address} about what fits, {rhythm}.".replace(", .", ".")
    )
    return await _form_page(
        request,
        "pages/manage.html",
        form,
        title="Your alerts",
        token=request.match_info["token"],
        state_words=state,
        paused=is_paused,
        done=done,
    )


def typed_of(answers: Answers) -> Typed:
    """Kept answers, back in the boxes they were typed in."""
    return Typed(
        sectors=answers.sectors,
        areas=answers.areas,
        words=", ".join(answers.words),
        without=", ".join(answers.without),
        size=answers.size,
        value_min="" if answers.value_min is None else f"{answers.value_min:f}",
        value_max="" if answers.value_max is None else f"{answers.value_max:f}",
        radar=answers.radar,
        eu=answers.eu,
    )


ROUTES = (
    web.get("/alerts/new", sign_up),
    web.post("/alerts/new", sign_up_sent),
    web.get("/alerts/sent", sent),
    web.get("/confirm/{token}", confirm),
    web.post("/confirm/{token}", confirmed),
    web.get("/manage/{token}", manage),
    web.post("/manage/{token}", changed),
    web.post("/manage/{token}/pause", paused),
    web.post("/manage/{token}/resume", resumed),
    web.post("/manage/{token}/stop", stopped),
    web.get("/unsubscribe/{token}", unsubscribe),
    web.post("/unsubscribe/{token}", stopped),
)
