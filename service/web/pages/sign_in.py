"""Signing in by an e-mailed link, and signing out.

The same answer for every address, known or not. The link leads to a page with one button, or, in another browser than
the one that asked, to a page that asks for the number the first one shows.
"""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from service.errors import BadAddress, WrongNumber
from service.usecases.people import checked_address
from service.usecases.sign_in import LINK_MINUTES
from service.web.audience import SIGNED_IN, known_visitor, only, visitor_of
from service.web.cookies import drop_cookie, forget_visitor, read_cookie, set_cookie
from service.web.house import house_of, within
from service.web.middleware.bodies import read_form
from service.web.middleware.caller import CALLER
from service.web.privacy import private
from service.web.rendering import page
from service.web.wanted import after_entering, keep_linked, linked_or_home

_LONGEST_ADDRESS = 320


async def ask(request: web.Request) -> web.Response:
    """GET `/sign-in`: which address? A link may name the page to come back to."""
    if visitor_of(request) is not None:
        raise web.HTTPSeeOther(linked_or_home(request))
    response = await _ask_page(request, email="", problem="")
    keep_linked(request, response)
    return response


async def asked(request: web.Request) -> web.StreamResponse:
    """POST `/sign-in`: keep the request; the answer tells nobody whether the address is known."""
    typed = (await read_form(request)).get("email", "").strip()
    try:
        address = checked_address(typed[:_LONGEST_ADDRESS])
    except BadAddress:
        said = "Enter an e-mail address like name@example.co.uk" if typed else "Enter your e-mail address"
        return await _ask_page(request, email=typed, problem=said)
    _within_limits(request, address)
    done = await house_of(request).accounts.sign_in.ask(address)
    response = web.HTTPSeeOther("/sign-in/sent")
    set_cookie(request, response, "door", done.nonce, lasts=timedelta(minutes=LINK_MINUTES))
    raise response


async def sent(request: web.Request) -> web.Response:
    """`/sign-in/sent`: look in your mail; the number to type elsewhere."""
    house = house_of(request)
    number = await house.accounts.sign_in.number_of(read_cookie(request, "door"))
    return private(await page(request, "pages/sign_in_sent.html", number=number, minutes=LINK_MINUTES))


async def opened(request: web.Request) -> web.Response:
    """GET `/sign-in/{token}`: one button, or the number first."""
    return await _opened_page(request, problem="")


async def entered(request: web.Request) -> web.StreamResponse:
    """POST `/sign-in/{token}`: in, and on to the page asked for."""
    number = (await read_form(request)).get("number", "")
    sign_in = house_of(request).accounts.sign_in
    try:
        done = await sign_in.enter(
            request.match_info["token"], nonce=read_cookie(request, "door"), number=number[:_LONGEST_ADDRESS]
        )
    except WrongNumber:
        said = "Enter the four digits that the first browser shows" if not number.strip() else str(WrongNumber())
        return await _opened_page(request, problem=said)
    response = web.HTTPSeeOther(after_entering(request))
    set_cookie(request, response, "session", done.token, lasts=done.longest)
    drop_cookie(request, response, "door")
    drop_cookie(request, response, "wanted")
    raise response


async def left(request: web.Request) -> web.StreamResponse:
    """POST `/sign-out`: here."""
    await house_of(request).accounts.sign_in.leave(read_cookie(request, "session"))
    raise _signed_out(request)


@only(SIGNED_IN)
async def left_everywhere(request: web.Request) -> web.StreamResponse:
    """POST `/sign-out/everywhere`: on every machine and phone."""
    await house_of(request).accounts.sign_in.leave_everywhere(known_visitor(request).person)
    raise _signed_out(request)


async def signed_out(request: web.Request) -> web.Response:
    """`/signed-out`."""
    return await page(
        request,
        "pages/said.html",
        title="You are signed out",
        said="Your alerts go on as before. You do not need to be signed in for them.",
        next_lines=[],
    )


def _signed_out(request: web.Request) -> web.HTTPSeeOther:
    response = web.HTTPSeeOther("/signed-out")
    forget_visitor(request, response)
    return response


async def _ask_page(request: web.Request, *, email: str, problem: str) -> web.Response:
    return await page(
        request,
        "pages/sign_in.html",
        status=422 if problem else 200,
        email=email,
        problems=[{"text": problem, "href": "#email"}] if problem else [],
        error={"text": problem} if problem else None,
    )


async def _opened_page(request: web.Request, *, problem: str) -> web.Response:
    token = request.match_info["token"]
    found = await house_of(request).accounts.sign_in.look(token, nonce=read_cookie(request, "door"))
    response = await page(
        request,
        "pages/sign_in_opened.html",
        status=422 if problem else 200,
        token=token,
        address=found.address,
        same_browser=found.same_browser,
        problems=[{"text": problem, "href": "#number"}] if problem else [],
        error={"text": problem} if problem else None,
    )
    return private(response)


def _within_limits(request: web.Request, address: str) -> None:
    limits = house_of(request).limits
    within(limits.sign_in_by_caller.wait(request[CALLER]) or limits.sign_in_by_address.wait(address.casefold()))


ROUTES = (
    web.get("/sign-in", ask),
    web.post("/sign-in", asked),
    web.get("/sign-in/sent", sent),
    web.get("/sign-in/{token}", opened),
    web.post("/sign-in/{token}", entered),
    web.post("/sign-out", left),
    web.post("/sign-out/everywhere", left_everywhere),
    web.get("/signed-out", signed_out),
)
