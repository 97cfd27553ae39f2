"""The form of a programme: kept as it was typed, and shown again with what is to be mended."""

from __future__ import annotations

from aiohttp import web

from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_stand import Entry
from service.web.audience import known_visitor, only
from service.web.drafting import save_as_typed
from service.web.forms.fields import Fields, version_seen
from service.web.forms.programme import ProgrammeForm, typed_programme
from service.web.house import house_of
from service.web.rendering import page


@only("programme.draft")
async def edit(request: web.Request) -> web.Response:
    """GET `/providers/programmes/{programme}/edit`."""
    entry = await _found(request)
    return await _form_page(request, entry, entry.draft, {})


@only("programme.draft")
async def save(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/edit`: keep what was typed, wrong or not, and go on where it will do."""
    entry = await _found(request)

    async def keep(typed: ProgrammeDraft, fields: Fields) -> dict[str, str]:
        programmes, seen = house_of(request).accounts.programmes, version_seen(fields)
        _, problems = await programmes.write(known_visitor(request), entry.identity, typed, seen=seen)
        return problems

    async def again(typed: ProgrammeDraft, problems: dict[str, str], *, status: int = 422) -> web.Response:
        return await _form_page(request, await _found(request), typed, problems, status=status)

    to_mend = await save_as_typed(request, entry.draft, take=typed_programme, keep=keep, again=again, box="name")
    if to_mend is not None:
        return to_mend
    raise web.HTTPSeeOther(f"/providers/programmes/{entry.identity}")


async def _found(request: web.Request) -> Entry:
    return await house_of(request).accounts.programmes.see(known_visitor(request), request.match_info["programme"])


async def _form_page(
    request: web.Request, entry: Entry, typed: ProgrammeDraft, problems: dict[str, str], *, status: int = 422
) -> web.Response:
    form = ProgrammeForm(typed=typed, problems=problems)
    return await page(
        request,
        "pages/programme_form.html",
        status=status if problems else 200,
        entry=entry,
        form=form,
        problems=form.summary,
    )


ROUTES = (
    web.get("/providers/programmes/{programme}/edit", edit),
    web.post("/providers/programmes/{programme}/edit", save),
)
