"""Several people of one firm, and moving to another address."""

from __future__ import annotations

from aiohttp import web

from service.errors import AskedWrongly, BadAddress, NotFound, TooManyRequests
from service.web.audience import SIGNED_IN, known_visitor, only
from service.web.cookies import forget_visitor
from service.web.forms.problems import sentence_of
from service.web.holder import Holder, for_members
from service.web.house import day_in, house_of
from service.web.middleware.bodies import read_form
from service.web.pages.alerts import stopped_page
from service.web.privacy import number_in_path, private
from service.web.rendering import page

_DONE = {
    "invited": "Sent. The invitation works for 14 days.",
    "withdrawn": "The invitation is taken back.",
    "removed": "They hear nothing more for your firm.",
}
_ADDRESS_CAP = 320


async def people(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/people`: who is in the firm."""
    return await _people_page(request, holder, email="", problem="")


async def invite(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/people`: ask somebody to join."""
    typed = (await read_form(request)).get("email", "").strip()[:_ADDRESS_CAP]
    if house_of(request).limits.invitations_by_firm.wait(str(holder.firm)):
        raise TooManyRequests
    try:
        await house_of(request).accounts.team.invite(holder.firm, typed, person=holder.person)
    except BadAddress:
        said = "Enter an e-mail address like name@example.co.uk" if typed else "Enter your colleague's e-mail address"
        return await _people_page(request, holder, email=typed, problem=said)
    except NotFound:
        raise
    except AskedWrongly as trouble:
        return await _people_page(request, holder, email=typed, problem=sentence_of(trouble))
    raise web.HTTPSeeOther("/account/people?done=invited")


async def withdraw(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/people/invitations/{number}/withdraw`."""
    await house_of(request).accounts.team.withdraw(holder.firm, number_in_path(request), person=holder.person)
    raise web.HTTPSeeOther("/account/people?done=withdrawn")


async def take_out(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/people/{number}/remove`: somebody else, or oneself."""
    gone = number_in_path(request)
    last = await house_of(request).accounts.team.leave(holder.firm, gone, person=holder.person)
    if last:
        return await stopped_page(request)
    if gone != holder.person:
        raise web.HTTPSeeOther("/account/people?done=removed")
    response = await page(
        request,
        "pages/said.html",
        visitor=None,
        title="You have left",
        said="We write to you no more for this firm. Your colleagues still hear from us.",
        next_lines=[],
    )
    forget_visitor(request, response)
    return response


async def look_at_invitation(request: web.Request) -> web.Response:
    """GET `/join/{token}`: one button."""
    token = request.match_info["token"]
    found = await house_of(request).accounts.team.look(token)
    return private(
        await page(
            request,
            "pages/one_button.html",
            title="Join your firm's alerts",
            here="alerts",
            said=f"{found.by} invites you. Press the button and you will get the firm's e-mails at {found.address}.",
            action=f"/join/{token}",
            button="Join, and get the e-mails",
            button_classes="",
            after="Everybody of the firm can change what it hears about. You can leave at any time.",
        )
    )


async def join(request: web.Request) -> web.Response:
    """POST `/join/{token}`."""
    await house_of(request).accounts.team.accept(request.match_info["token"])
    return private(
        await page(
            request,
            "pages/said.html",
            title="You have joined",
            said="You get your firm's alerts from now on. Every message has links to change, pause or stop.",
            next_lines=["To see and change what your firm hears about, sign in with your own address."],
        )
    )


@only(SIGNED_IN)
async def address(request: web.Request) -> web.Response:
    """GET `/account/address`."""
    return await _address_page(request, typed="", problem="")


@only(SIGNED_IN)
async def address_asked(request: web.Request) -> web.Response:
    """POST `/account/address`: both ends are asked."""
    typed = (await read_form(request)).get("email", "").strip()[:_ADDRESS_CAP]
    visitor = known_visitor(request)
    if house_of(request).limits.invitations_by_firm.wait(f"person:{visitor.person}"):
        raise TooManyRequests
    try:
        await house_of(request).accounts.team.ask_to_move(visitor.person, typed)
    except BadAddress:
        said = "Enter an e-mail address like name@example.co.uk" if typed else "Enter your new e-mail address"
        return await _address_page(request, typed=typed, problem=said)
    except AskedWrongly as trouble:
        return await _address_page(request, typed=typed, problem=sentence_of(trouble))
    raise web.HTTPSeeOther("/account/address/sent")


@only(SIGNED_IN)
async def address_sent(request: web.Request) -> web.Response:
    """`/account/address/sent`."""
    return await page(
        request,
        "pages/said.html",
        title="Check both mailboxes",
        said="If the new address can be used, a link has gone to it and another to your present one.",
        next_lines=["Press the button behind both within two days. Until then everything stays as it is."],
    )


async def look_at_move(request: web.Request) -> web.Response:
    """GET `/address/{token}`: one button."""
    token = request.match_info["token"]
    found = await house_of(request).accounts.team.look_at_move(token)
    return private(
        await page(
            request,
            "pages/one_button.html",
            title="Is this your address?" if found.is_new_end else "Move to another address?",
            here="account",
            said=f"Press the button to move the account and its alerts to {found.address}.",
            action=f"/address/{token}",
            button="Yes, it is mine" if found.is_new_end else "Yes, move it",
            button_classes="",
            after="The move happens when it is confirmed from both addresses.",
        )
    )


async def move(request: web.Request) -> web.Response:
    """POST `/address/{token}`."""
    done = await house_of(request).accounts.team.confirm_move(request.match_info["token"])
    waits = "Confirmed at this end. The move happens when the link at the other address is pressed too."
    return private(
        await page(
            request,
            "pages/said.html",
            title="Your address is changed" if done.done else "One more to go",
            said=f"Alerts go to {done.address} from now on. Sign in with it." if done.done else waits,
            next_lines=[],
        )
    )


async def _people_page(request: web.Request, holder: Holder, *, email: str, problem: str) -> web.Response:
    found = await house_of(request).accounts.team.view(holder.firm)
    return await page(
        request,
        "pages/people.html",
        status=422 if problem else 200,
        people=[
            {
                "number": each.person,
                "address": each.address,
                "since": day_in(request, each.since),
                "is_me": each.person == holder.person,
            }
            for each in found.people
        ],
        alone=len(found.people) == 1,
        invitations=[
            {"number": each.identity, "address": each.address, "ends": day_in(request, each.ends)}
            for each in found.invitations
        ],
        email=email,
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#email"}] if problem else [],
        done=_DONE.get(request.query.get("done", ""), ""),
    )


async def _address_page(request: web.Request, *, typed: str, problem: str) -> web.Response:
    return await page(
        request,
        "pages/address.html",
        status=422 if problem else 200,
        typed=typed,
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#email"}] if problem else [],
    )


ROUTES = (
    web.get("/account/people", for_members("firm.read", people)),
    web.post("/account/people", for_members("firm.people", invite)),
    web.post("/account/people/invitations/{number}/withdraw", for_members("firm.people", withdraw)),
    web.post("/account/people/{number}/remove", for_members("firm.people", take_out)),
    web.get("/join/{token}", look_at_invitation),
    web.post("/join/{token}", join),
    web.get("/account/address", address),
    web.post("/account/address", address_asked),
    web.get("/account/address/sent", address_sent),
    web.get("/address/{token}", look_at_move),
    web.post("/address/{token}", move),
)
