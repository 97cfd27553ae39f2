"""Give help: an organisation's inbox of questions, the same by a link in a letter, and where the questions come in."""

from __future__ import annotations

from aiohttp import web

from service.domain.help_request import OVER, HelpRequest, HelpState, HelpStep, may
from service.domain.helpline import SUBJECTS, Audience, Helpline
from service.domain.programme_entry import SIZES
from service.errors import BadAddress, NotAllowed
from service.usecases.helping.answer import ANSWER, ORGANISATIONS_STEPS, SET_UP
from service.web.audience import known_visitor, only
from service.web.forms.fields import Fields
from service.web.forms.filters import area_label, boroughs_by_name
from service.web.forms.help_request import STATES, record_lines, subject_of
from service.web.forms.problems import beside
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.privacy import number_in_path, private
from service.web.rendering import page

_DONE = {
    "take": "It is yours. Whoever asked is told that you have it; get in touch the way they asked for.",
    "answer": "Thank you. Whoever asked is told, and asked whether it helped.",
    "hand_on": "Thank you for saying so. It has gone to the next organisation, or back to us.",
    "kept": "It is kept.",
}
_SIZE_WORDS = {"micro": "Under 10 people", "small": "10 to 49", "medium": "50 to 249"}
_ADDRESS_CAP = 320


@only(ANSWER)
async def inbox(request: web.Request) -> web.StreamResponse:
    """GET `/help-requests`: the questions of one's organisations, what is to be done first."""
    found = await house_of(request).accounts.give_help.inbox(known_visitor(request))
    return private(
        await page(
            request,
            "pages/help_inbox.html",
            title="Questions to you",
            may_set_up=known_visitor(request).may(SET_UP),
            done=_DONE.get(request.query.get("done", ""), ""),
            groups=[
                {"heading": heading, "requests": [_listed(request, each) for each in found if each.state in states]}
                for heading, states in (
                    ("To be taken", {HelpState.WAITING}),
                    ("Taken", {HelpState.TAKEN}),
                    ("Over", OVER),
                )
                if any(each.state in states for each in found)
            ],
        )
    )


@only(ANSWER)
async def one(request: web.Request) -> web.StreamResponse:
    """GET `/help-requests/{number}`: what was passed on, and three buttons."""
    record = await house_of(request).accounts.give_help.see(known_visitor(request), number_in_path(request))
    found = record.request
    return private(
        await _one_page(
            request,
            found,
            action=f"/help-requests/{found.number}",
            back="/help-requests",
            lines=record_lines(record, now=now_in(request)),
        )
    )


@only(ANSWER)
async def act(request: web.Request) -> web.StreamResponse:
    """POST `/help-requests/{number}`: take it, answered, or cannot help."""
    step, number = _step(await read_form(request)), number_in_path(request)
    after = await house_of(request).accounts.give_help.act(known_visitor(request), number, step)
    gone = step is HelpStep.HAND_ON
    raise web.HTTPSeeOther(f"/help-requests{'' if gone else f'/{after.number}'}?done={step.value}")


async def look(request: web.Request) -> web.StreamResponse:
    """GET `/help/{token}`: the same from a letter. Opening it changes nothing."""
    token = request.match_info["token"]
    found = await house_of(request).accounts.give_help.behind(token)
    return private(await _one_page(request, found, action=f"/help/{token}", back="", lines=()))


async def act_by_link(request: web.Request) -> web.StreamResponse:
    """POST `/help/{token}`."""
    token, step = request.match_info["token"], _step(await read_form(request))
    await house_of(request).accounts.give_help.act_by_link(token, step)
    if step is not HelpStep.HAND_ON:
        raise web.HTTPSeeOther(f"/help/{token}?done={step.value}")
    return private(
        await page(request, "pages/said.html", title="You cannot help with this", said=_DONE[step.value], next_lines=[])
    )


@only(SET_UP)
async def lines(request: web.Request) -> web.StreamResponse:
    """GET `/help-requests/set-up`: where each of one's organisations takes questions."""
    return private(await _lines_page(request, problems={}, typed=None))


@only(SET_UP)
async def set_up(request: web.Request) -> web.StreamResponse:
    """POST `/help-requests/set-up`."""
    fields, visitor = await read_form(request), known_visitor(request)
    line = _line(fields, {each.organisation: each.name for each in visitor.where(SET_UP)})
    problems = {} if line.areas else {"area": "Choose where you help"}
    if not problems:
        try:
            await house_of(request).accounts.give_help.set_up(visitor, line)
        except BadAddress:
            problems = {"address": "Enter an e-mail address of a team, like help@example.co.uk"}
    if problems:
        return private(await _lines_page(request, problems=problems, typed=line))
    raise web.HTTPSeeOther("/help-requests/set-up?done=kept")


# ------------------------------------------------------------------------------------------------------------ inside


async def _one_page(request: web.Request, found: HelpRequest, *, action: str, back: str, lines: object) -> web.Response:
    return await page(
        request,
        "pages/help_one.html",
        action=action,
        back=back,
        request_=found,
        subject=subject_of(found),
        state=STATES[found.state],
        since=day_in(request, found.since),
        who="A firm" if found.audience is Audience.FIRMS else "A buyer",
        may={step.value: may(found, step) for step in ORGANISATIONS_STEPS},
        lines=lines,
        done=_DONE.get(request.query.get("done", ""), ""),
    )


async def _lines_page(request: web.Request, *, problems: dict[str, str], typed: Helpline | None) -> web.Response:
    visitor = known_visitor(request)
    kept = {
        (each.organisation, each.audience): each for each in await house_of(request).accounts.give_help.lines(visitor)
    }
    if typed is not None:
        kept[typed.organisation, typed.audience] = typed
    shown = []
    for member in visitor.where(SET_UP):
        for audience in Audience:
            line = kept.get((member.organisation, audience)) or Helpline(
                organisation=member.organisation, name=member.name, audience=audience, address="", is_open=False
            )
            wrong = typed is not None and (typed.organisation, typed.audience) == (line.organisation, audience)
            shown.append(_boxes(line, problems if wrong else {}))
    problem_ids = [
        {"text": text, "href": f"#{name}-{typed.organisation}-{typed.audience.value}"}
        for name, text in problems.items()
        if typed is not None
    ]
    return await page(
        request,
        "pages/help_lines.html",
        status=422 if problems else 200,
        title="Where questions reach you",
        lines=shown,
        problems=problem_ids,
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
    )


def _boxes(line: Helpline, problems: dict[str, str]) -> dict[str, object]:
    areas = [("london", area_label("london")), *boroughs_by_name()]
    return {
        "id": f"{line.organisation}-{line.audience.value}",
        "organisation": line.organisation,
        "name": line.name or "Your organisation",
        "audience": line.audience.value,
        "heading": "Questions of firms" if line.audience is Audience.FIRMS else "Questions of buyers",
        "for_firms": line.audience is Audience.FIRMS,
        "address": line.address,
        "open": [{"value": "yes", "text": "We take questions now", "checked": line.is_open}],
        "subjects": [{"value": key, "text": text, "checked": key in line.subjects} for key, text in SUBJECTS.items()],
        "areas": [{"value": code, "text": name, "checked": code in line.areas} for code, name in areas],
        "sizes": [{"value": key, "text": _SIZE_WORDS[key], "checked": key in line.sizes} for key in SIZES],
        "errors": beside(problems),
    }


def _line(fields: Fields, mine: dict[int, str]) -> Helpline:
    said = fields.get("organisation", "")
    number = next((each for each in mine if str(each) == said or not said), None)
    if number is None:
        raise NotAllowed("You do not speak for that organisation.")
    audience = Audience.BUYERS if fields.get("audience", "") == Audience.BUYERS.value else Audience.FIRMS
    known = {"london", *(code for code, _ in boroughs_by_name())}
    areas = tuple(dict.fromkeys(code for code in fields.getall("area", ()) if code in known))
    return Helpline(
        organisation=number,
        name=mine[number],
        audience=audience,
        address=fields.get("address", "").strip()[:_ADDRESS_CAP],
        subjects=tuple(key for key in SUBJECTS if key in fields.getall("subject", ())),
        areas=areas if audience is Audience.FIRMS else ("london",),
        sizes=tuple(key for key in SIZES if key in fields.getall("size", ())),
        is_open=fields.get("open", "") == "yes",
    )


def _listed(request: web.Request, found: HelpRequest) -> dict[str, str]:
    return {
        "href": f"/help-requests/{found.number}",
        "subject": subject_of(found),
        "state": STATES[found.state],
        "since": day_in(request, found.since),
        "hard": found.passed[0].text[:120] if found.passed else "Its words are not kept any more.",
    }


def _step(fields: Fields) -> HelpStep:
    said = fields.get("do", "")
    return next((each for each in ORGANISATIONS_STEPS if each.value == said), HelpStep.RATE)


ROUTES = (
    web.get("/help-requests", inbox),
    web.get("/help-requests/set-up", lines),
    web.post("/help-requests/set-up", set_up),
    web.get("/help-requests/{number}", one),
    web.post("/help-requests/{number}", act),
    web.get("/help/{token}", look),
    web.post("/help/{token}", act_by_link),
)
