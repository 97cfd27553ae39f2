"""Not for me: why, what exactly changes, and one button; the link in a message only ever leads to the page."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from service.domain.not_for_me import LABELS, LONGEST_WORDS, REASONS, Effect, Reason
from service.usecases.feedback import Asking
from service.web.holder import Holder, both
from service.web.house import house_of
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_NO_FIT = "It does not fit what you ask for any more, so nothing needs to change."


async def ask(request: web.Request, holder: Holder) -> web.Response:
    """GET: four reasons, each with what it would change."""
    identity = request.match_info["opportunity"]
    asking = await house_of(request).accounts.feedback.ask(holder.firm, identity)
    return await _page(request, holder, identity, asking)


async def say(request: web.Request, holder: Holder) -> web.Response:
    """POST: keep the answer and change what it changes."""
    identity = request.match_info["opportunity"]
    fields = await read_form(request)
    feedback = house_of(request).accounts.feedback
    reason = fields.get("reason", "")
    if reason not in REASONS:
        asking = await feedback.ask(holder.firm, identity)
        return await _page(request, holder, identity, asking, problem="Choose why it is not for you")
    said = fields.get("said", "")[: 2 * LONGEST_WORDS]
    await feedback.say(holder.firm, identity, reason, said=said, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}/not-for-me/{identity}")


async def undo(request: web.Request, holder: Holder) -> web.Response:
    """POST: take it back."""
    identity = request.match_info["opportunity"]
    whole = await house_of(request).accounts.feedback.undo(holder.firm, identity, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done={'undone' if whole else 'undone_in_part'}")


async def _page(
    request: web.Request, holder: Holder, identity: str, asking: Asking, *, problem: str = ""
) -> web.Response:
    hints = {reason: _said(reason, asking.effects[reason]) for reason in REASONS}
    shared = next((hint for hint in hints.values() if list(hints.values()).count(hint) > 1), "")
    return await page(
        request,
        "pages/not_for_me.html",
        status=422 if problem else 200,
        holder=holder,
        identity=identity,
        about=asking.title,
        answer=asking.answer,
        label=LABELS[asking.answer.reason] if asking.answer else "",
        changed=tuple(dict.fromkeys(each.words for each in asking.answer.changes)) if asking.answer else (),
        reasons=[
            {"value": reason, "text": LABELS[reason], "hint": {"text": hint} if hint != shared else None}
            for reason, hint in hints.items()
        ],
        shared=shared,
        most=LONGEST_WORDS,
        problem=problem,
    )


def _said(reason: Reason, effects: Sequence[Effect]) -> str:
    """What a reason changes, in one line: each sentence once."""
    if not effects and reason != "other":
        return _NO_FIT
    if not effects:
        return "Nothing changes. We keep what you say, to judge by how well we choose."
    return " ".join(dict.fromkeys(each.says for each in effects))


ROUTES = (
    *both("GET", "/not-for-me/{opportunity}", ask, act="firm.read"),
    *both("POST", "/not-for-me/{opportunity}", say, act="firm.change"),
    *both("POST", "/not-for-me/{opportunity}/undo", undo, act="firm.change"),
)
