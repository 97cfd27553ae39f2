"""`/providers`: organisations of support enter programmes, have the first checked, and keep them right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from aiohttp import web

from service.domain.programme import CAPACITIES, ProgrammeError
from service.domain.programme_draft import ProgrammeDraft, Standing, programme_from
from service.domain.programme_stand import REASON_CAP, REMIND_DAYS, REVIEW_DAYS, Entry, EntryState
from service.domain.wording import LONDON, day_words, moment_words
from service.errors import NotAllowed, NotNow
from service.usecases.people import Audited
from service.usecases.programmes import Changed
from service.web.audience import known_visitor, only, visitor_of
from service.web.forms.interests import Fields
from service.web.forms.programme import ProgrammeForm, typed_programme
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import BODY_CAP, read_form
from service.web.pages.support import ProgrammeCard, programme_card
from service.web.programme_words import CAPACITY_WORDS
from service.web.rendering import page

STATES = {
    EntryState.DRAFT: "Draft",
    EntryState.ASKED: "Waiting for a colleague",
    EntryState.WAITING: "Waiting to be checked",
    EntryState.PUBLISHED: "Published",
    EntryState.ENDED: "Ended",
}
_ACTS = {
    "programme.begun": "began it",
    "programme.imported": "read it in",
    "programme.asked": "asked a colleague to publish it",
    "programme.submitted": "sent it to be checked",
    "programme.sent_back": "sent it back",
    "programme.approved": "checked and published it",
    "programme.published": "published it",
    "programme.changed": "published a change",
    "programme.confirmed": "said that it is still right",
    "programme.ended": "ended it",
}
_DONE = {
    "asked": "Your colleagues who publish now see it in their list.",
    "submitted": "Thank you. The first entry of an organisation is checked by a person before firms see it.",
    "published": "It is published. Firms see it from now on where it fits.",
    "returned": "It is a draft again, and its writer sees your reason.",
    "confirmed": "Thank you. It is relied on for another 90 days.",
    "capacity": "Saved. It counts at once.",
    "ended": "It has ended. It stays listed as ended, so that nobody adds it again.",
}
_FIELDS = {
    "name": "name",
    "provider": "who runs it",
    "summary": "what a firm gets",
    "for_whom": "who it is for",
    "helps_with": "what it helps with",
    "topics": "what exactly it is about",
    "sectors": "trades",
    "sizes": "sizes of firm",
    "stages": "stages",
    "ownership": "who owns the firm",
    "area": "where",
    "cost": "cost",
    "cost_note": "what it costs",
    "cost_evidence": "how we know that it is free",
    "eligibility": "conditions",
    "how_to_apply": "first step",
    "url": "web page",
    "email": "address for questions",
    "starts": "first day",
    "ends": "last day",
    "capacity": "whether firms can begin",
}
_TOO_MUCH = f"That was more than {BODY_CAP // 1024} KB and did not arrive: shorten it. What you saved before is below"


async def for_providers(request: web.Request) -> web.Response:
    """`/providers`: what an organisation of support can do here."""
    visitor = visitor_of(request)
    may_read = visitor is not None and visitor.may("programme.read")
    return await page(request, "pages/providers.html", may_read=may_read)


@only("programme.read")
async def mine(request: web.Request) -> web.Response:
    """GET `/providers/programmes`: all of one's organisations, the newest change first."""
    visitor = known_visitor(request)
    found = await house_of(request).accounts.programmes.mine(visitor)
    return await page(
        request,
        "pages/programmes.html",
        programmes=[
            {
                "href": f"/providers/programmes/{each.identity}",
                "name": each.draft.name or "Without a name yet",
                "owner": each.owner or "this copy",
                "state": STATES[each.state],
                "capacity": each.capacity if each.state is EntryState.PUBLISHED and each.capacity != "open" else "",
                "changed": day_in(request, each.changed),
            }
            for each in found
        ],
        organisations=[
            {"number": each.organisation, "name": each.name or "this copy"} for each in visitor.where("programme.draft")
        ],
    )


@only("programme.draft")
async def begin(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes`: a new draft, and its form."""
    said = (await read_form(request)).get("organisation", "")
    visitor = known_visitor(request)
    numbers = {str(each.organisation): each.organisation for each in visitor.where("programme.draft")}
    chosen = numbers.get(said) if said else next(iter(numbers.values()), None)
    if chosen is None:
        raise NotAllowed("You do not enter programmes for that organisation.")
    made = await house_of(request).accounts.programmes.begin(visitor, chosen)
    raise web.HTTPSeeOther(f"/providers/programmes/{made.identity}/edit")


@only("programme.read")
async def one(request: web.Request) -> web.Response:
    """GET `/providers/programmes/{programme}`: where it stands, as firms see it, what can be done, and its history."""
    return await _page_of(request, await _found(request), problems={})


@only("programme.draft")
async def edit(request: web.Request) -> web.Response:
    """GET `/providers/programmes/{programme}/edit`."""
    entry = await _found(request)
    return await _form_page(request, entry, entry.draft, {})


@only("programme.draft")
async def save(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/edit`: keep what was typed, wrong or not, and go on where it will do."""
    entry = await _found(request)
    try:
        fields = await read_form(request)
    except web.HTTPRequestEntityTooLarge:
        return await _form_page(request, entry, entry.draft, {"summary": _TOO_MUCH}, status=413)
    typed, programmes = typed_programme(fields), house_of(request).accounts.programmes
    try:
        entry, problems = await programmes.write(known_visitor(request), entry.identity, typed, seen=version_in(fields))
    except NotNow as trouble:
        now = await _found(request)
        said = f"{trouble.detail} What you typed is below: saving it again puts it over theirs"
        return await _form_page(request, now, typed, {"name": said}, status=409)
    if problems:
        return await _form_page(request, entry, typed, problems)
    raise web.HTTPSeeOther(f"/providers/programmes/{entry.identity}")


@only("programme.draft")
async def ask(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/ask`: a colleague, to publish."""
    await house_of(request).accounts.programmes.ask(known_visitor(request), request.match_info["programme"])
    raise _back(request, "asked")


@only("programme.publish")
async def publish(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/publish`: what was read as a version."""
    seen = version_in(await read_form(request))
    entry = await house_of(request).accounts.programmes.publish(
        known_visitor(request), request.match_info["programme"], seen=seen
    )
    raise _back(request, "submitted" if entry.state is EntryState.WAITING else "published")


@only("programme.publish")
async def send_back(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/return`: to its writer, with a reason."""
    why = reason_in(await read_form(request))
    if not why:
        return await _page_of(request, await _found(request), problems={"why": "Say what is to be changed"})
    await house_of(request).accounts.programmes.send_back(
        known_visitor(request), request.match_info["programme"], why=why
    )
    raise _back(request, "returned")


@only("programme.publish")
async def confirm(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/confirm`: it is still right."""
    await house_of(request).accounts.programmes.confirm(known_visitor(request), request.match_info["programme"])
    raise _back(request, "confirmed")


@only("programme.draft")
async def capacity(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/capacity`: open, full or paused."""
    said = (await read_form(request)).get("capacity", "")
    chosen = next((each for each in CAPACITIES if each == said), None)
    if chosen is None:
        return await _page_of(request, await _found(request), problems={"capacity": "Choose one of the three"})
    await house_of(request).accounts.programmes.set_capacity(
        known_visitor(request), request.match_info["programme"], chosen
    )
    raise _back(request, "capacity")


@only("programme.publish")
async def end(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/end`: it is over, with a reason."""
    why = reason_in(await read_form(request))
    if not why:
        return await _page_of(request, await _found(request), problems={"why_ended": "Say why it has ended"})
    await house_of(request).accounts.programmes.end(known_visitor(request), request.match_info["programme"], why=why)
    raise _back(request, "ended")


# ------------------------------------------------------------------------------------------------------------ shared


def version_in(fields: Fields) -> int:
    """The version somebody has read; 0 where the form does not say."""
    said = fields.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0  # noqa: PLR2004 - a column holds it


def reason_in(fields: Fields) -> str:
    """The reason typed in; "" for none."""
    return " ".join(fields.get("why", "").split())[:REASON_CAP]


def preview(request: web.Request, entry: Entry, draft: ProgrammeDraft) -> ProgrammeCard | None:
    """A draft as firms will see it; None where it is not whole yet."""
    today = now_in(request).astimezone(LONDON).date()
    standing = Standing(
        key="preview",
        state="current",
        source="preview",
        capacity=entry.capacity,
        last_checked=entry.last_checked or today,
        review_by=entry.review_by or today + timedelta(days=REVIEW_DAYS),
    )
    try:
        return programme_card(programme_from(draft, standing), today=today, whole=True)
    except ProgrammeError:
        return None


def log_rows(request: web.Request, log: Sequence[tuple[Audited, str]]) -> list[dict[str, str]]:
    """What was done with an entry, in words."""
    now = now_in(request)
    return [
        {
            "at": moment_words(row.at, now=now),
            "who": _who(address, row.person),
            "did": _ACTS.get(row.act, row.act.rpartition(".")[2]),
        }
        for row, address in log
    ]


def change_rows(request: web.Request, changes: Sequence[tuple[Changed, str]]) -> list[dict[str, str]]:
    """Who changed what field, in words, the newest first."""
    now = now_in(request)
    return [
        {
            "at": moment_words(each.at, now=now),
            "who": _who(address, each.person),
            "field": _FIELDS.get(each.field, each.field),
            "before": each.before or "nothing",
            "after": each.after or "nothing",
        }
        for each, address in changes
    ]


def _who(address: str, person: int) -> str:
    return address or ("Somebody who has left" if person else "A program")


async def _found(request: web.Request) -> Entry:
    return await house_of(request).accounts.programmes.see(known_visitor(request), request.match_info["programme"])


def _back(request: web.Request, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/providers/programmes/{request.match_info['programme']}?done={done}")


async def _page_of(request: web.Request, entry: Entry, *, problems: dict[str, str]) -> web.Response:
    visitor, programmes = known_visitor(request), house_of(request).accounts.programmes
    log, changes = await programmes.history(visitor, entry.identity)
    today = now_in(request).astimezone(LONDON).date()
    review = entry.review_by
    return await page(
        request,
        "pages/programme_entry.html",
        status=422 if problems else 200,
        entry=entry,
        title=entry.draft.name or "Without a name yet",
        state=STATES[entry.state],
        card=preview(request, entry, entry.draft),
        review=day_words(review, today=today) if review else "",
        is_due=review is not None and review <= today + timedelta(days=REMIND_DAYS),
        is_past=review is not None and review < today,
        may_draft=visitor.may("programme.draft", organisation=entry.organisation),
        may_publish=visitor.may("programme.publish", organisation=entry.organisation),
        capacities=[
            {"value": key, "text": text, "checked": key == entry.capacity}
            for key, text in cast("dict[str, str]", CAPACITY_WORDS).items()
        ],
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
        log=log_rows(request, log),
        changes=change_rows(request, changes),
        errors={name: {"text": text} for name, text in problems.items()},
        problems=[{"text": text, "href": f"#{name}"} for name, text in problems.items()],
    )


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
    web.get("/providers", for_providers),
    web.get("/providers/programmes", mine),
    web.post("/providers/programmes", begin),
    web.get("/providers/programmes/{programme}", one),
    web.get("/providers/programmes/{programme}/edit", edit),
    web.post("/providers/programmes/{programme}/edit", save),
    web.post("/providers/programmes/{programme}/ask", ask),
    web.post("/providers/programmes/{programme}/publish", publish),
    web.post("/providers/programmes/{programme}/return", send_back),
    web.post("/providers/programmes/{programme}/confirm", confirm),
    web.post("/providers/programmes/{programme}/capacity", capacity),
    web.post("/providers/programmes/{programme}/end", end),
)
