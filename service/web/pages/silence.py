"""Is it quiet, or is it broken? What was checked in the last 30 days, why nothing fitted, and when to be told so."""

from __future__ import annotations

from aiohttp import web

from service.domain.silence import CHOICES, LABELS, SHOWN, Receipt, checked_words, closed_words, helps_words
from service.domain.source_health import trouble_words
from service.domain.wording import count_words
from service.web.holder import Holder, both
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_TROUBLES_SHOWN = 10


async def silence(request: web.Request, holder: Holder) -> web.Response:
    """GET: the receipt of the last 30 days."""
    return await _page(request, holder)


async def _page(request: web.Request, holder: Holder, *, problem: str = "") -> web.Response:
    house = house_of(request)
    receipt = await house.desk.receipt_now(holder.firm)
    choice = await house.accounts.receipts.choice(holder.firm)
    now = now_in(request)
    return await page(
        request,
        "pages/silence.html",
        status=422 if problem else 200,
        problem=problem,
        holder=holder,
        headline=_headline(receipt),
        checked=checked_words(receipt),
        closed=[closed_words(gate, count) for gate, count in receipt.weighed.closed[:SHOWN]],
        helps=helps_words(receipt.weighed.helps) if receipt.weighed.helps else "",
        troubles=[trouble_words(name, spell, now=now) for name, spell in receipt.troubles[:_TROUBLES_SHOWN]],
        more=max(0, len(receipt.troubles) - _TROUBLES_SHOWN),
        is_on=receipt.is_on,
        choices=[{"value": key, "text": LABELS[key], "checked": key == choice} for key in CHOICES],
        is_saved=request.query.get("done", "") == "saved",
    )


async def choose(request: web.Request, holder: Holder) -> web.Response:
    """POST: when to be told."""
    said = (await read_form(request)).get("choice", "")
    if said not in CHOICES:
        return await _page(request, holder, problem="Choose when to send it")
    await house_of(request).accounts.receipts.choose(holder.firm, said)
    raise web.HTTPSeeOther(f"{holder.base}/silence?done=saved")


def _headline(receipt: Receipt) -> str:
    if receipt.told:
        return f"{count_words(receipt.told, 'alert', 'alerts')} in the last 30 days"
    return "No alerts in the last 30 days"


ROUTES = (
    *both("GET", "/silence", silence, act="firm.read"),
    *both("POST", "/silence", choose, act="firm.change"),
)
