"""What no organisation has: whoever runs this copy puts it to one, answers it, or closes it."""

from __future__ import annotations

from aiohttp import web

from service.domain.help_request import HelpStep
from service.domain.helpline import Audience
from service.usecases.helping.answer import OPERATE, OPERATORS_STEPS
from service.web.audience import known_visitor, only
from service.web.forms.fields import number_said
from service.web.forms.help_request import STATES, record_lines, subject_of
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.privacy import number_in_path, private
from service.web.rendering import page

_DONE = {
    "answer": "Whoever asked is told that it is answered, and asked whether it helped.",
    "hand_on": "It is put to them.",
    "close": "Whoever asked is told that nobody was found.",
}


@only(OPERATE)
async def handed_back(request: web.Request) -> web.StreamResponse:
    """GET `/help-requests/handed-back`: the longest there first."""
    found = await house_of(request).accounts.give_help.handed_back()
    requests = [
        {
            "href": f"/help-requests/handed-back/{each.number}",
            "subject": subject_of(each),
            "state": "From a firm" if each.audience is Audience.FIRMS else "From a buyer",
            "since": day_in(request, each.since),
            "hard": each.passed[0].text[:120] if each.passed else "",
        }
        for each in found
    ]
    return private(
        await page(
            request,
            "pages/help_inbox.html",
            title="Questions that nobody has",
            may_set_up=False,
            done=_DONE.get(request.query.get("done", ""), ""),
            groups=[{"heading": "Handed back", "requests": requests}] if requests else [],
        )
    )


@only(OPERATE)
async def one(request: web.Request) -> web.StreamResponse:
    """GET `/help-requests/handed-back/{number}`."""
    return private(await _one_page(request, problem=""))


@only(OPERATE)
async def act(request: web.Request) -> web.StreamResponse:
    """POST `/help-requests/handed-back/{number}`: put it to an organisation, answered, or close."""
    fields = await read_form(request)
    step = next((each for each in OPERATORS_STEPS if each.value == fields.get("do", "")), HelpStep.RATE)
    to = number_said(fields.get("to", "")) or 0
    if step is HelpStep.HAND_ON and not to:
        return private(await _one_page(request, problem="Choose an organisation"))
    use = house_of(request).accounts.give_help
    await use.operate(known_visitor(request), number_in_path(request), step, to=to)
    raise web.HTTPSeeOther(f"/help-requests/handed-back?done={step.value}")


async def _one_page(request: web.Request, *, problem: str) -> web.Response:
    record, lines = await house_of(request).accounts.give_help.see_back(number_in_path(request))
    found = record.request
    return await page(
        request,
        "pages/help_back.html",
        status=422 if problem else 200,
        action=f"/help-requests/handed-back/{found.number}",
        request_=found,
        subject=subject_of(found),
        state=STATES[found.state],
        organisations=[
            {
                "value": str(each.organisation),
                "text": f"{each.name} (asked before)" if each.organisation in found.tried else each.name,
            }
            for each in lines
        ],
        lines=record_lines(record, now=now_in(request)),
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#to"}] if problem else [],
    )


#: Before the pages of single questions, whose numbers would take its name.
ROUTES = (
    web.get("/help-requests/handed-back", handed_back),
    web.get("/help-requests/handed-back/{number}", one),
    web.post("/help-requests/handed-back/{number}", act),
)
