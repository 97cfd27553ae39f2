"""What an organisation's people write is kept as they typed it, wrong or not, and every page about it works alike.

Whose it is, is chosen when it is begun. What is sent is kept and shown again with what is wrong beside the field; so it
is where far too much was sent, or where a colleague was faster. Whoever decides gives a reason and the version they
read, and the record says who did what.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from aiohttp import web

from service.domain.wording import moment_words
from service.errors import NotAllowed, Overtaken
from service.usecases.people import Audited
from service.web.audience import known_visitor
from service.web.forms.fields import Fields
from service.web.house import now_in
from service.web.middleware.bodies import BODY_CAP, read_form

_Draft = TypeVar("_Draft")
_Typed_contra = TypeVar("_Typed_contra", contravariant=True)
_TOO_MUCH = (
    "That is far too much text, so it did not arrive: shorten it. "
    "What you saved before is below; go back in your browser for what you had just typed"
)
_OVERTAKEN = "What you typed is below: saving it again puts it over theirs"


class Again(Protocol[_Typed_contra]):
    """Shows a form once more, with what is to be mended."""

    def __call__(self, typed: _Typed_contra, problems: dict[str, str], *, status: int = 422) -> Awaitable[web.Response]:
        """The page."""


async def save_as_typed(
    request: web.Request,
    saved: _Draft,
    *,
    take: Callable[[Fields], _Draft],
    keep: Callable[[_Draft, Fields], Awaitable[Mapping[str, str]]],
    again: Again[_Draft],
    box: str,
    most: int = BODY_CAP,
) -> web.Response | None:
    """Keep what was sent; the form once more where something is to be mended, None where it will do.

    Args:
        request: the posted form.
        saved: what was kept before.
        take: reads what was typed.
        keep: keeps it and says what is wrong, by field.
        again: shows the form.
        box: the field beside which stands what is said of the whole form.
        most: bytes that are read, so that they can be shown again.
    """
    try:
        fields = await read_form(request, most=most)
    except web.HTTPRequestEntityTooLarge as error:
        return await again(saved, {box: _TOO_MUCH}, status=error.status)
    typed = take(fields)
    try:
        problems = await keep(typed, fields)
    except Overtaken as trouble:
        return await again(typed, {box: f"{trouble.detail} {_OVERTAKEN}"}, status=web.HTTPConflict.status_code)
    return await again(typed, dict(problems)) if problems else None


def organisation_chosen(request: web.Request, fields: Fields, act: str, *, refusal: str) -> int:
    """The organisation for which somebody writes: the one that was chosen, or the first where none was.

    Raises:
        NotAllowed: they may not do that for it.
    """
    said = fields.get("organisation", "")
    numbers = {str(each.organisation): each.organisation for each in known_visitor(request).where(act)}
    chosen = numbers.get(said) if said else next(iter(numbers.values()), None)
    if chosen is None:
        raise NotAllowed(refusal)
    return chosen


def reason_said(fields: Fields, *, most: int) -> str:
    """The reason that was typed; "" for none."""
    return " ".join(fields.get("why", "").split())[:most]


def record_rows(
    request: web.Request,
    log: Sequence[tuple[Audited, str]],
    *,
    did: Callable[[Audited], str],
    nobody: Callable[[Audited], str],
) -> list[dict[str, str]]:
    """Who did what, in words; `nobody` names whoever did what no person here did."""
    now = now_in(request)
    return [
        {"at": moment_words(row.at, now=now), "who": address or nobody(row), "did": did(row)} for row, address in log
    ]
