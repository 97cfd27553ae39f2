"""A programme as its own people and whoever checks it see it: how it stands, as firms will see it, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from service.domain.programme import ProgrammeError
from service.domain.programme_draft import ProgrammeDraft, Standing, programme_from
from service.domain.programme_stand import REVIEW_DAYS, Entry, EntryState
from service.domain.wording import LONDON, moment_words
from service.usecases.people import Audited
from service.usecases.programmes import Changed
from service.web.drafting import record_rows
from service.web.house import now_in
from service.web.programme_card import ProgrammeCard, programme_card

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
    return record_rows(
        request,
        log,
        did=lambda row: _ACTS.get(row.act, row.act.rpartition(".")[2]),
        nobody=lambda row: _nobody(row.person),
    )


def change_rows(request: web.Request, changes: Sequence[tuple[Changed, str]]) -> list[dict[str, str]]:
    """Who changed what field, in words, the newest first."""
    now = now_in(request)
    return [
        {
            "at": moment_words(each.at, now=now),
            "who": address or _nobody(each.person),
            "field": _FIELDS.get(each.field, each.field),
            "before": each.before or "nothing",
            "after": each.after or "nothing",
        }
        for each, address in changes
    ]


def _nobody(person: int) -> str:
    return "Somebody who has left" if person else "A program"
