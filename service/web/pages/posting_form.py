"""The six questions of a posting, one a page, and the page that shows what firms will see before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from aiohttp import web

from service.domain.posting import Draft, Posting
from service.domain.posting_answers import QUESTIONS, terms_of
from service.domain.wording import list_words, moment_words
from service.errors import NotFound
from service.usecases.posting.preview import FEWEST_SHOWN, Preview, Reach
from service.web.audience import known_visitor, only
from service.web.cards import card_of
from service.web.drafting import save_as_typed
from service.web.forms.fields import Fields
from service.web.forms.filters import area_label
from service.web.forms.posting import EXAMPLES, TITLES, PostingForm, rows_of, take
from service.web.forms.problems import beside
from service.web.guide_view import guide_of
from service.web.house import house_of, now_in
from service.web.middleware.bodies import LONG_CAP
from service.web.rendering import page
from service.web.shown import view_of

#: The first text box of a page, for a sentence about all of it.
_FIRST = {
    "what": "description",
    "where": "area",
    "how-much": "worth",
    "how-long": "months",
    "by-when": "closes",
    "how-to-reply": "asks",
}


@only("posting.draft")
async def ask(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/{question}`."""
    question = _question(request)
    found = await _found(request)
    return await _question_page(request, found, found.draft, question, {})


@only("posting.draft")
async def answer(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/{question}`: keep what was typed, wrong or not, and go on where it will do."""
    question = _question(request)
    found = await _found(request)

    async def keep(typed: Draft, fields: Fields) -> dict[str, str]:
        del fields
        post = house_of(request).accounts.post
        return await post.answer(known_visitor(request), found.identity, typed, question=question)

    async def again(typed: Draft, problems: dict[str, str], *, status: int = 422) -> web.Response:
        return await _question_page(request, found, typed, question, problems, status=status)

    to_mend = await save_as_typed(
        request,
        found.draft,
        take=partial(take, question, found.draft),
        keep=keep,
        again=again,
        box=_FIRST[question],
        most=LONG_CAP,
    )
    if to_mend is not None:
        return to_mend
    raise web.HTTPSeeOther(f"/buyers/postings/{found.identity}/{_next(found.draft, question)}")


@only("posting.read")
async def look(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/check`: every answer, the card as firms will see it, and how many hear of it."""
    return await check_page(request, await _found(request), due={}, problems={})


async def check_page(
    request: web.Request, found: Posting, *, due: Mapping[str, str], problems: Mapping[str, str]
) -> web.Response:
    """Every answer as firms will see it; `due` is a moment of publishing that was typed and not taken."""
    accounts, now = house_of(request).accounts, now_in(request)
    terms = terms_of(found.draft, now=now)
    if isinstance(terms, dict):
        may_draft = known_visitor(request).may("posting.draft", organisation=found.organisation)
        ahead = f"/{_unfinished(found.draft)}" if may_draft else ""
        raise web.HTTPSeeOther(f"/buyers/postings/{found.identity}{ahead}")
    seen = await accounts.posting_preview(found, found.draft)
    if not isinstance(seen, Preview):  # pragma: no cover - the same answers were right a moment ago
        raise NotFound
    view = view_of(seen.opportunity, seen.tags, now=now, source_name="")
    return await page(
        request,
        "pages/posting_check.html",
        status=422 if problems else 200,
        due=due,
        due_words=moment_words(found.due, now=now) if found.due else "",
        errors=beside(problems),
        problems=[{"text": text, "href": "#due_day"} for text in problems.values()],
        posting=found,
        rows=rows_of(terms),
        card=card_of(view, now=now),
        description=view.description,
        guide=guide_of(found, known_visitor(request), now=now),
        eye=await accounts.see_as_supplier.look(found.draft, terms, seen.opportunity.state.details),
        reach=reach_words(seen.reach, found.draft.areas),
        may_draft=known_visitor(request).may("posting.draft", organisation=found.organisation),
        may_publish=await accounts.posting_approval.may_publish(known_visitor(request), found),
    )


def reach_words(reach: Reach, areas: Sequence[str]) -> str:
    """How many firms would be told, and how many of them look for work just there, in words."""
    if reach.firms is None:
        return f"This will reach fewer than {FEWEST_SHOWN} firms by alert today. Everybody can find it on the site."
    local = ""
    if reach.local is not None and "london" not in areas:
        places = list_words([area_label(code) for code in areas])
        local = f", {reach.local} of them looking for work in {places} by name"
    return f"This will reach about {reach.firms} firms by alert{local}. Everybody can find it on the site."


def _question(request: web.Request) -> str:
    question = request.match_info["question"]
    if question not in QUESTIONS:
        raise NotFound
    return question


async def _found(request: web.Request) -> Posting:
    return await house_of(request).accounts.post.see(known_visitor(request), request.match_info["posting"])


def _next(draft: Draft, question: str) -> str:
    """The first question after this one that is still to be answered; then all of them are checked."""
    later = QUESTIONS[QUESTIONS.index(question) + 1 :]
    return next((name for name in later if name not in draft.done), "check")


def _unfinished(draft: Draft) -> str:
    """The first question without an answer, else the one that time made wrong: the deadline is the first to pass."""
    return next((name for name in QUESTIONS if name not in draft.done), "by-when")


async def _question_page(
    request: web.Request,
    found: Posting,
    typed: Draft,
    question: str,
    problems: dict[str, str],
    *,
    status: int = 422,
) -> web.Response:
    number = QUESTIONS.index(question)
    form = PostingForm(typed=typed, problems=problems)
    back = f"/{QUESTIONS[number - 1]}" if number else ""
    return await page(
        request,
        "pages/posting_question.html",
        status=status if problems else 200,
        posting=found,
        question=question,
        title=TITLES[question],
        example=EXAMPLES[question],
        step=f"Question {number + 1} of {len(QUESTIONS)}",
        back=f"/buyers/postings/{found.identity}{back}",
        action=f"/buyers/postings/{found.identity}/{question}",
        form=form,
        guide=guide_of(found, known_visitor(request), now=now_in(request)),
        problems=form.summary,
    )


ROUTES = (
    web.get("/buyers/postings/{posting}/check", look),
    web.get("/buyers/postings/{posting}/{question}", ask),
    web.post("/buyers/postings/{posting}/{question}", answer),
)
