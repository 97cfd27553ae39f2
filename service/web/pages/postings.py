"""What a buyer's people do with their postings: begin, ask, approve, publish, withdraw, award, and read the record."""

from __future__ import annotations

from aiohttp import web

from service.domain.posting import REASON_CAP, Draft, Posting, PostingState
from service.domain.posting_answers import QUESTIONS
from service.domain.wording import moment_words
from service.usecases.people import Audited
from service.usecases.posting.notices import opportunity_of
from service.web.audience import known_visitor, only, visitor_of
from service.web.drafting import organisation_chosen, reason_said, record_rows
from service.web.forms.award import award_said
from service.web.forms.fields import version_seen
from service.web.forms.posting import PostingForm
from service.web.forms.problems import beside
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_STATES = {
    PostingState.DRAFT: "Draft",
    PostingState.WAITING: "Waiting for approval",
    PostingState.SCHEDULED: "To be published on its day",
    PostingState.PUBLISHED: "Published",
    PostingState.WITHDRAWN: "Withdrawn",
    PostingState.CLOSED: "Ended without an award",
    PostingState.AWARDED: "Awarded",
}
_ACTS = {
    "posting.begun": "began it",
    "posting.asked": "asked for approval",
    "posting.sent_back": "sent it back",
    "posting.published": "published it",
    "posting.changed": "published a change",
    "posting.withdrawn": "withdrew it",
    "posting.unsuccessful": "ended it without an award",
    "posting.award": "recorded the award",
    "posting.overruled": "went over advice of the guide",
    "posting.reserved": "took over the text of a reservation",
    "posting.numbered": "gave the number on Find a Tender",
    "posting.extended": "moved the deadline",
    "posting.handed_over": "handed it over to a colleague",
    "posting.answered": "answered a question for everybody",
    "posting.scheduled": "approved it for a later day",
    "posting.not_published": "could not be published on its day",
    "posting.attached": "attached a paper",
    "posting.taken_out": "took a paper out",
    "posting.written": "wrote it by a program",
    "posting.declined": "did not publish a question",
}
#: Acts whose record holds what was typed.
_DETAILED = frozenset(("posting.overruled", "posting.reserved", "posting.numbered"))
_DONE = {
    "asked": "Your colleagues who may publish are told by e-mail.",
    "copied": "This is a copy without its days. Go on with it to say when.",
    "extended": "The new deadline is published. Firms that were told hear of it.",
    "handed_over": "It is handed over. Your colleague is told by e-mail.",
    "answered": "The answer is published. Whoever asked and those who follow the work are told.",
    "scheduled": "It is published by itself on that day. If anything in it is changed before, it is read again first.",
    "declined": "The question is not published. Only whoever asked hears why.",
    "published": "It is published. Firms it fits are told by their alerts.",
    "changed": "The change is published. Firms that were told of it hear of a new deadline or sum.",
    "withdrawn": "It is withdrawn. Alerts that wait are not sent; firms that were told hear that it is off.",
    "returned": "It is a draft again, and its writer sees your reason.",
    "awarded": "The award is published. Firms that were told hear the outcome.",
    "closed": "It has ended without an award. Firms that were told hear the outcome.",
}


async def for_buyers(request: web.Request) -> web.Response:
    """`/buyers`: what a buyer can do here."""
    visitor = visitor_of(request)
    return await page(
        request, "pages/buyers.html", may_read=visitor is not None and visitor.may("posting.read"), title="For buyers"
    )


@only("posting.read")
async def mine(request: web.Request) -> web.Response:
    """GET `/buyers/postings`: all of one's organisations, the newest change first."""
    visitor = known_visitor(request)
    found = await house_of(request).accounts.post.mine(visitor)
    return await page(
        request,
        "pages/postings.html",
        postings=[
            {
                "href": f"/buyers/postings/{each.identity}",
                "title": each.draft.title or "Without a title yet",
                "buyer": each.buyer,
                "state": _STATES[each.state],
                "changed": day_in(request, each.changed),
            }
            for each in found
        ],
        last=next((f"/buyers/postings/{each.identity}" for each in found if each.live is not None), ""),
        organisations=[{"number": each.organisation, "name": each.name} for each in visitor.where("posting.draft")],
    )


@only("posting.draft")
async def begin(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings`: an empty draft, and its first question."""
    refusal = "You do not write postings for that organisation."
    chosen = organisation_chosen(request, await read_form(request), "posting.draft", refusal=refusal)
    made = await house_of(request).accounts.post.begin(known_visitor(request), chosen)
    raise web.HTTPSeeOther(f"/buyers/postings/{made.identity}/what")


@only("posting.read")
async def one(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}`: where it stands, what can be done, and its record."""
    return await posting_page(request, await found_posting(request), problems={})


@only("posting.draft")
async def ask(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/ask`: for approval."""
    found = await house_of(request).accounts.posting_approval.ask(known_visitor(request), request.match_info["posting"])
    raise _back(found, "asked")


@only("posting.publish")
async def publish(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/publish`: what was read as a version."""
    seen = version_seen(await read_form(request))
    found = await house_of(request).accounts.posting_approval.publish(
        known_visitor(request), request.match_info["posting"], seen=seen
    )
    told = "published" if found.notices == 1 else "changed"
    raise _back(found, told if found.state is PostingState.PUBLISHED else "")


@only("posting.publish")
async def send_back(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/return`: to its writer, with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await posting_page(request, await found_posting(request), problems={"why": "Say what is to be changed"})
    approval = house_of(request).accounts.posting_approval
    raise _back(await approval.send_back(known_visitor(request), request.match_info["posting"], why=why), "returned")


@only("posting.publish")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/withdraw`: with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await posting_page(request, await found_posting(request), problems={"why": "Say why it is withdrawn"})
    ending = house_of(request).accounts.posting_end
    raise _back(await ending.withdraw(known_visitor(request), request.match_info["posting"], why=why), "withdrawn")


@only("posting.publish")
async def close(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/no-award`: with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await posting_page(
            request, await found_posting(request), problems={"why_none": "Say why nothing was awarded"}
        )
    ending = house_of(request).accounts.posting_end
    raise _back(await ending.close(known_visitor(request), request.match_info["posting"], why=why), "closed")


@only("posting.publish")
async def award(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/award`: to whom, and for how much."""
    fields = await read_form(request)
    typed = {name: fields.get(name, "") for name in ("supplier", "award_worth")}
    won, problems = award_said(typed["supplier"], typed["award_worth"])
    if won is None:
        return await posting_page(request, await found_posting(request), problems=problems, typed=typed)
    ending = house_of(request).accounts.posting_end
    raise _back(await ending.award(known_visitor(request), request.match_info["posting"], won), "awarded")


# ------------------------------------------------------------------------------------------------------------ inside


async def found_posting(request: web.Request) -> Posting:
    """The posting of the address, where the visitor may read it. Raises NotFound."""
    return await house_of(request).accounts.post.see(known_visitor(request), request.match_info["posting"])


def _back(posting: Posting, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/buyers/postings/{posting.identity}?done={done}")


def _did(row: Audited) -> str:
    """What somebody did, with what was typed where the record keeps it."""
    did = _ACTS.get(row.act, row.act)
    return f"{did}: {row.detail}" if row.act in _DETAILED and row.detail else did


def _nobody(row: Audited) -> str:
    """Who did something that no person here did."""
    _, _, key = row.detail.partition(" by key ")
    if key:
        return f"A program with the key {key}"
    return "Bowbell itself" if row.act == "posting.not_published" else "Somebody who has left"


async def record_of(request: web.Request, found: Posting) -> list[dict[str, str]]:
    """Who did what with a posting, in words."""
    log = await house_of(request).accounts.post.log(known_visitor(request), found.identity)
    return record_rows(request, log, did=_did, nobody=_nobody)


async def posting_page(
    request: web.Request,
    found: Posting,
    *,
    problems: dict[str, str],
    typed: dict[str, str] | None = None,
    until: Draft | None = None,
) -> web.Response:
    """Where a posting stands and what can be done; `until` is a deadline that was typed and not taken."""
    visitor, accounts = known_visitor(request), house_of(request).accounts
    now = now_in(request)
    inbox = await accounts.posting_talk.inbox(visitor, found.identity)
    colleagues = await accounts.posting_care.colleagues(visitor, found.identity)
    form = PostingForm(typed=until or found.live or found.draft, problems=problems)
    return await page(
        request,
        "pages/posting.html",
        status=422 if problems else 200,
        posting=found,
        title=found.draft.title or "Without a title yet",
        state=_STATES[found.state],
        due_words=moment_words(found.due, now=now) if found.due else "",
        is_whole=len(found.draft.done) == len(QUESTIONS),
        may_draft=visitor.may("posting.draft", organisation=found.organisation),
        may_publish=await accounts.posting_approval.may_publish(visitor, found),
        public=f"/opportunities/{opportunity_of(found)}" if found.live is not None else "",
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
        log=await record_of(request, found),
        inbox=inbox,
        opens=moment_words(inbox.opens, now=now) if inbox.opens else "",
        colleagues=colleagues,
        colleague_items=[
            {"value": "", "text": "Choose a colleague"},
            *({"value": str(each.person), "text": each.address} for each in colleagues),
        ],
        form=form,
        typed=typed or {},
        errors=beside(problems),
        problems=form.summary,
    )


ROUTES = (
    web.get("/buyers", for_buyers),
    web.get("/buyers/postings", mine),
    web.post("/buyers/postings", begin),
    web.get("/buyers/postings/{posting}", one),
    web.post("/buyers/postings/{posting}/ask", ask),
    web.post("/buyers/postings/{posting}/publish", publish),
    web.post("/buyers/postings/{posting}/return", send_back),
    web.post("/buyers/postings/{posting}/withdraw", withdraw),
    web.post("/buyers/postings/{posting}/no-award", close),
    web.post("/buyers/postings/{posting}/award", award),
)
