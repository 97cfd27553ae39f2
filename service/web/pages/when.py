"""When a firm hears from us: how often, quiet hours, working days, reminders. For members and holders of a link."""

from __future__ import annotations

from aiohttp import web

from service.domain.rhythm import Rhythm
from service.domain.wording import moment_words
from service.web.forms.when import RhythmForm, check_rhythm, rhythm_typed, typed_rhythm
from service.web.holder import Holder, both
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page


async def when(request: web.Request, holder: Holder) -> web.Response:
    """GET: what was chosen, in its boxes."""
    found = await house_of(request).accounts.timing.of(holder.firm)
    return await _form_page(request, holder, RhythmForm(typed=rhythm_typed(found.rhythm)))


async def chosen(request: web.Request, holder: Holder) -> web.Response:
    """POST: hear by it from now on."""
    typed = typed_rhythm(await read_form(request))
    checked = check_rhythm(typed)
    if not isinstance(checked, Rhythm):
        return await _form_page(request, holder, RhythmForm(typed=typed, problems=checked))
    await house_of(request).accounts.timing.choose(holder.firm, checked, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=when")


async def _form_page(request: web.Request, holder: Holder, form: RhythmForm) -> web.Response:
    found = await house_of(request).accounts.timing.of(holder.firm)
    now = now_in(request)
    waiting = ""
    if found.waiting is not None and found.waiting > now:
        waiting = f"Something waits for you until {moment_words(found.waiting, now=now)}."
    return await page(
        request,
        "pages/when.html",
        status=422 if form.problems else 200,
        holder=holder,
        form=form,
        problems=form.summary,
        waiting=waiting,
    )


ROUTES = (
    *both("GET", "/when", when, act="firm.read"),
    *both("POST", "/when", chosen, act="firm.change"),
)
