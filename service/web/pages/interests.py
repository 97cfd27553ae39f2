"""One interest: add, change, remove; with a preview of what it would have sent, by the matcher itself."""

from __future__ import annotations

from aiohttp import web

from service.domain.interest import Interest
from service.web.forms.interests import (
    InterestForm,
    TypedInterest,
    check_interest,
    interest_typed,
    typed_interest,
)
from service.web.holder import Holder, both
from service.web.house import house_of, within
from service.web.middleware.bodies import read_form
from service.web.pages.sign_up import is_broad
from service.web.privacy import number_in_path
from service.web.rendering import page
from service.web.view import Replay


async def new(request: web.Request, holder: Holder) -> web.Response:
    """GET: an empty form."""
    return await _form_page(request, holder, InterestForm(typed=TypedInterest()), identity=None)


async def add(request: web.Request, holder: Holder) -> web.Response:
    """POST: preview, or ask for one thing more."""
    return await _posted(request, holder, identity=None)


async def edit(request: web.Request, holder: Holder) -> web.Response:
    """GET: an interest in its boxes."""
    identity = number_in_path(request, "interest")
    interest = await house_of(request).accounts.firm.interest(holder.firm, identity)
    return await _form_page(request, holder, InterestForm(typed=interest_typed(interest)), identity=identity)


async def change(request: web.Request, holder: Holder) -> web.Response:
    """POST: preview, or ask for something else."""
    identity = number_in_path(request, "interest")
    await house_of(request).accounts.firm.interest(holder.firm, identity)  # another firm's is not even looked at
    return await _posted(request, holder, identity=identity)


async def remove(request: web.Request, holder: Holder) -> web.Response:
    """POST: ask for one thing less."""
    await house_of(request).accounts.firm.remove(holder.firm, number_in_path(request, "interest"), person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=removed")


async def _posted(request: web.Request, holder: Holder, *, identity: int | None) -> web.Response:
    fields = await read_form(request)
    typed = typed_interest(fields)
    interest = check_interest(typed)
    if not isinstance(interest, Interest):
        return await _form_page(request, holder, InterestForm(typed=typed, problems=interest), identity=identity)
    is_preview = fields.get("do", "") == "preview"
    # what is to be kept has a count of its own: looking often must not keep anybody from saving
    within(house_of(request).limits.previews_by_firm.wait(f"{holder.firm}:{'look' if is_preview else 'save'}"))
    replay = await house_of(request).desk.replay(interest)
    if is_preview:
        # neighbours that were added show as ticks of their own
        form = InterestForm(typed=interest_typed(interest))
        return await _form_page(request, holder, form, identity=identity, replay=replay)
    if is_broad(replay) and fields.get("sure", "") != "yes":
        problems = {"sure": "This is broad: narrow it, or tick the box under the preview to have it all the same"}
        form = InterestForm(typed=interest_typed(interest), problems=problems)
        return await _form_page(request, holder, form, identity=identity, replay=replay)
    account = house_of(request).accounts.firm
    if identity is None:
        await account.add(holder.firm, interest, person=holder.person)
        raise web.HTTPSeeOther(f"{holder.base}?done=added")
    await account.change(holder.firm, identity, interest, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=saved")


async def _form_page(
    request: web.Request,
    holder: Holder,
    form: InterestForm,
    *,
    identity: int | None,
    replay: Replay | None = None,
) -> web.Response:
    return await page(
        request,
        "pages/interest.html",
        status=422 if form.problems else 200,
        title="Change what you hear about" if identity else "Hear about something more",
        holder=holder,
        identity=identity,
        action=f"{holder.base}/interests/{identity or 'new'}",
        form=form,
        problems=form.summary,
        replay=replay,
        broad=replay is not None and is_broad(replay),
    )


ROUTES = (
    *both("GET", "/interests/new", new, act="firm.read"),
    *both("POST", "/interests/new", add, act="firm.change"),
    *both("GET", "/interests/{interest}", edit, act="firm.read"),
    *both("POST", "/interests/{interest}", change, act="firm.change"),
    *both("POST", "/interests/{interest}/remove", remove, act="firm.change"),
)
