"""`/operator/take-down`: whoever runs this copy ends a posting, a programme or a firm, and says why."""

from __future__ import annotations

from aiohttp import web

from service.errors import AskedWrongly
from service.usecases.take_down import KINDS
from service.web.audience import known_visitor, only
from service.web.house import house_of
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_LABELS = {
    "posting": ("A posting", "Its number, from its address. Firms that read it are told, with your reason."),
    "programme": ("A programme", "Its key, from its address. It is named to nobody any more."),
    "firm": ("A firm", "Its e-mail address. It stops at once and is forgotten."),
}
_LONGEST = 320


@only("copy.moderate")
async def ask(request: web.Request) -> web.Response:
    """GET: what, and why."""
    return await _page(request)


@only("copy.moderate")
async def take_down(request: web.Request) -> web.Response:
    """POST: done, or what is to be mended; nothing typed is lost."""
    fields = await read_form(request)
    kind = next((each for each in KINDS if each == fields.get("kind", "")), None)
    what, why = fields.get("what", "").strip()[:_LONGEST], fields.get("why", "").strip()
    if kind is None:
        return await _page(request, what=what, why=why, problem=("kind", "Choose what it is"))
    if not what or not why:
        missing = ("why", "Say why, in a sentence") if what else ("what", "Say which one it is")
        return await _page(request, kind=kind, what=what, why=why, problem=missing)
    try:
        done = await house_of(request).accounts.take_down(kind, what, why=why, person=known_visitor(request).person)
    except AskedWrongly as error:
        return await _page(request, kind=kind, what=what, why=why, problem=("what", str(error)))
    return await _page(request, done=done)


async def _page(
    request: web.Request,
    *,
    kind: str = "",
    what: str = "",
    why: str = "",
    problem: tuple[str, str] = ("", ""),
    done: str = "",
) -> web.Response:
    field, said = problem
    return await page(
        request,
        "pages/take_down.html",
        status=422 if said else 200,
        kinds=[
            {"value": each, "text": _LABELS[each][0], "hint": {"text": _LABELS[each][1]}, "checked": each == kind}
            for each in KINDS
        ],
        what=what,
        why=why,
        errors={field: {"text": said}} if said else {},
        problems=[{"text": said, "href": f"#{field}"}] if said else [],
        done=done,
    )


ROUTES = (web.get("/operator/take-down", ask), web.post("/operator/take-down", take_down))
