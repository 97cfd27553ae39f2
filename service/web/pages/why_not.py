"""Why did I not hear of this? One box to paste a notice into, and an answer for each of the firm's interests."""

from __future__ import annotations

from aiohttp import web

from service.domain.pasted import LONGEST
from service.web.holder import Holder, both
from service.web.house import house_of
from service.web.rendering import page


async def why_not(request: web.Request, holder: Holder) -> web.Response:
    """GET: the box; with `notice` in the address, the answer."""
    asked = request.query.get("notice", "")[:LONGEST].strip()
    answer = await house_of(request).desk.why_not(holder.firm, asked) if asked else None
    return await page(request, "pages/why_not.html", holder=holder, asked=asked, answer=answer)


ROUTES = both("GET", "/why-not", why_not, act="firm.read")
