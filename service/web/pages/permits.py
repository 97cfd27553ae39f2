"""`/operator/permits`: whoever runs this copy says which sources may be read, on what basis, and takes it back."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from aiohttp import web

from service.domain.programme import ProgrammeError
from service.domain.programme_draft import day_of
from service.domain.wording import LONDON, opened
from service.errors import AskedWrongly
from service.web.audience import known_visitor, only
from service.web.forms.fields import Fields, line
from service.web.forms.problems import above, beside, day_boxes, sentence_of
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.pages.sources import permission_words
from service.web.rendering import page

Texts: TypeAlias = dict[str, str]

_RUN = "copy.run"
#: Characters of a box that are kept; what is longer than it may be is told so.
_BOX_CAP = 2000
_DAYS = ("robots_read", "terms_read")
_PARTS = ("day", "month", "year")
_BOXES = ("source", "basis", "by", "held", "why", *(f"{name}_{part}" for name in _DAYS for part in _PARTS))
#: The fields as they stand on the page.
_FIELDS = ("source", "basis", *_DAYS, "by", "held", "why")
_FIRST_BOX = {name: f"{name}_day" for name in _DAYS}
_ASKED = {
    "source": "Choose a source",
    "robots_read": "Enter the day on which you read it, like 24 11 2026",
    "terms_read": "Enter the day on which you read them, like 24 11 2026",
}
_DONE = {
    "permitted": "It may be read from now on, and the sources page says so in your words.",
    "forbidden": "It is asked no more. What is known from it stays.",
}


@only(_RUN)
async def permits(request: web.Request) -> web.Response:
    """GET: every source that needs permission, and the forms."""
    return await _page(request, dict.fromkeys(_BOXES, ""), {})


@only(_RUN)
async def permit(request: web.Request) -> web.StreamResponse:
    """POST `/operator/permits`: a source may be read; nothing typed is lost."""
    typed, permitting = _typed(await read_form(request)), house_of(request).accounts.permitting
    today = now_in(request).astimezone(LONDON).date()
    robots, terms = (_day(typed, name) for name in _DAYS)
    basis, by = typed["basis"], typed["by"]
    found = permitting.problems(basis=basis, by=by, robots_read=robots or today, terms_read=terms or today)
    problems = {name: opened(fault) for name, fault in found.items()}
    missing = {"source": typed["source"] or None, "robots_read": robots, "terms_read": terms}
    problems |= {name: _ASKED[name] for name, said in missing.items() if said is None}
    if not problems and robots and terms:
        person = known_visitor(request).person
        try:
            await permitting.permit(
                typed["source"], basis=basis, by=by, robots_read=robots, terms_read=terms, person=person
            )
        except AskedWrongly as wrong:
            problems = {"source": sentence_of(wrong)}
    if problems:
        return await _page(request, typed, problems)
    raise web.HTTPSeeOther("/operator/permits?done=permitted")


@only(_RUN)
async def forbid(request: web.Request) -> web.StreamResponse:
    """POST `/operator/permits/forbid`: a permit is taken back, with a reason."""
    typed = _typed(await read_form(request))
    permitting = house_of(request).accounts.permitting
    if not typed["held"]:
        return await _page(request, typed, {"held": "Choose a source"})
    if fault := permitting.fault_in(typed["why"]):
        return await _page(request, typed, {"why": opened(fault)})
    try:
        await permitting.forbid(typed["held"], why=typed["why"], person=known_visitor(request).person)
    except AskedWrongly as wrong:
        return await _page(request, typed, {"why": sentence_of(wrong)})
    raise web.HTTPSeeOther("/operator/permits?done=forbidden")


def _typed(fields: Fields) -> Texts:
    return {name: line(fields, name, most=_BOX_CAP) for name in _BOXES}


def _day(typed: Texts, name: str) -> date | None:
    """A day as it was typed; None where it is none."""
    try:
        return day_of("/".join(typed[f"{name}_{part}"] for part in _PARTS))
    except ProgrammeError:
        return None


async def _page(request: web.Request, typed: Texts, problems: Texts) -> web.Response:
    now = now_in(request)
    shown = {name: problems[name] for name in _FIELDS if name in problems}
    seen = [each for each in await house_of(request).desk.sources() if each.permission != "open"]
    may_be, held = (
        [each for each in seen if each.permission == "needs_permission"],
        [each for each in seen if each.permit is not None],
    )
    return await page(
        request,
        "pages/permits.html",
        status=422 if problems else 200,
        sources=[
            {"name": each.name, "href": f"/sources#{each.key}", "said": permission_words(each, now=now)}
            for each in seen
        ],
        choices=_choices([(each.key, each.name) for each in may_be], chosen=typed["source"]),
        held=_choices([(each.key, each.name) for each in held], chosen=typed["held"]),
        has_held=bool(held),
        typed=typed,
        days={
            name: day_boxes(
                name,
                (typed[f"{name}_day"], typed[f"{name}_month"], typed[f"{name}_year"]),
                is_wrong=name in problems,
            )
            for name in _DAYS
        },
        errors=beside(shown),
        problems=above(shown, first_box=_FIRST_BOX),
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
    )


def _choices(sources: list[tuple[str, str]], *, chosen: str) -> list[dict[str, object]]:
    named = sorted(sources, key=lambda each: each[1].casefold())
    return [{"value": key, "text": name, "selected": key == chosen} for key, name in (("", "Choose a source"), *named)]


ROUTES = (
    web.get("/operator/permits", permits),
    web.post("/operator/permits", permit),
    web.post("/operator/permits/forbid", forbid),
)
