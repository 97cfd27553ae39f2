"""Many postings from one file: every row checked, seen as firms will see it, and only then published."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from aiohttp import web

from service.domain.posting import Draft, Posting
from service.domain.posting_sheet import COLUMNS, MOST_ROWS, SheetRow, as_file, rows_in
from service.domain.sectors import all_sectors
from service.errors import AskedWrongly, NotAllowed
from service.usecases.posting.write import CONTRACTOR
from service.web.audience import known_visitor, only
from service.web.cards import card_of
from service.web.feeds.csv_file import safe_cell
from service.web.forms.fields import Fields, number_said
from service.web.house import house_of, now_in
from service.web.middleware.bodies import BODY_CAP, read_form, read_upload
from service.web.pages.posting_form import reach_words
from service.web.rendering import page
from service.web.shown import view_of

_SAMPLE = (
    "Window cleaning at two sample schools",
    "Clean the windows of two schools inside and outside, four times a year.",
    "environment",
    "Hackney; Camden",
    "18000",
    "2027-04-01",
    "36",
    "2027-01-12",
    "12 noon",
    "quotes@borough.example",
    "A price for each visit.",
)
_TOO_LARGE = f"That file is larger than {BODY_CAP // 1024} KB. Send fewer rows at a time"


@only("posting.draft")
async def many(request: web.Request) -> web.Response:
    """GET `/buyers/postings/many`: an empty form."""
    return await _form(request, text="", rows=(), problem="")


@only("posting.draft")
async def sample(request: web.Request) -> web.Response:
    """GET `/buyers/postings/many/sample.csv`: a file to begin with."""
    del request
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow([safe_cell(cell) for cell in _SAMPLE])
    headers = {"Content-Disposition": 'attachment; filename="postings.csv"'}
    return web.Response(body=out.getvalue().encode("utf-8-sig"), content_type="text/csv", headers=headers)


@only("posting.draft")
async def check(request: web.Request) -> web.Response:
    """POST `/buyers/postings/many`: a file or a text; drafts of it once nothing is wrong with any row."""
    sent = await read_upload(request, most=BODY_CAP)
    if len(sent.body) > BODY_CAP:
        return await _form(request, text="", rows=(), problem=_TOO_LARGE)
    try:
        text = sent.body.decode("utf-8-sig") if sent.body else sent.fields.get("rows", "")
    except UnicodeDecodeError:
        text = sent.body.decode("cp1252", "replace")  # what Excel saves where "UTF-8" was not chosen
    visitor = known_visitor(request)
    mine = {str(each.organisation): each for each in visitor.where("posting.draft")}
    chosen = mine.get(sent.fields.get("organisation", "")) or next(iter(mine.values()), None)
    if chosen is None:
        raise NotAllowed("You do not write postings for that organisation.")
    start = Draft(by_contractor="yes" if chosen.kind == CONTRACTOR else "")
    rows, problem = rows_in(text, start=start, now=now_in(request))
    if problem or any(row.problems for row in rows):
        return await _form(request, text=as_file(rows) if rows else text, rows=rows, problem=problem)
    made = await house_of(request).accounts.posting_many.make(visitor, chosen.organisation, rows)
    return await _drafts(request, made, done=[])


@only("posting.draft")
async def publish(request: web.Request) -> web.Response:
    """POST `/buyers/postings/many/publish`: those that were read, each in the version that was read."""
    fields = await read_form(request)
    visitor, accounts = known_visitor(request), house_of(request).accounts
    approval = accounts.posting_approval
    done, left = [], []
    for identity, seen in _chosen(fields):
        found = await accounts.post.see(visitor, identity)
        title = found.draft.title
        try:
            if await approval.may_publish(visitor, found):
                await approval.publish(visitor, identity, seen=seen)
                done.append({"href": f"/buyers/postings/{identity}", "title": title, "said": "is published."})
            else:
                await approval.ask(visitor, identity)
                done.append({"href": f"/buyers/postings/{identity}", "title": title, "said": "waits for approval."})
        except AskedWrongly as trouble:
            left.append(found)
            done.append({"href": f"/buyers/postings/{identity}", "title": title, "said": f"was left: {trouble}"})
    return await _drafts(request, left, done=done)


def _chosen(fields: Fields) -> list[tuple[str, int]]:
    """Identity and version of each posting of the form."""
    found = []
    for said in fields.getall("posting", ())[:MOST_ROWS]:
        identity, _, version = said.partition(":")
        if (seen := number_said(version)) is not None:
            found.append((identity, seen))
    return found


async def _form(request: web.Request, *, text: str, rows: Sequence[SheetRow], problem: str) -> web.Response:
    wrong = [row for row in rows if row.problems]
    visitor = known_visitor(request)
    return await page(
        request,
        "pages/posting_many.html",
        status=422 if problem or wrong else 200,
        title="Post many at once",
        text=text,
        problem=problem,
        fine=len(rows) - len(wrong),
        wrong=[
            {"number": row.number, "title": row.draft.title or "no title", "problems": dict(row.problems)}
            for row in wrong
        ],
        problems=[{"text": problem, "href": "#rows"}] if problem else [],
        columns=COLUMNS,
        trades=[(each.key, each.label) for each in all_sectors()],
        most=MOST_ROWS,
        organisations=[(each.organisation, each.name) for each in visitor.where("posting.draft")],
    )


async def _drafts(request: web.Request, made: list[Posting], *, done: list[dict[str, str]]) -> web.Response:
    now, accounts = now_in(request), house_of(request).accounts
    seen = await accounts.posting_many.previews(made)
    visitor = known_visitor(request)
    return await page(
        request,
        "pages/posting_many_check.html",
        title="Check them" if made else "Done",
        done=done,
        may_publish=all([await accounts.posting_approval.may_publish(visitor, each) for each in made]),
        drafts=[
            {
                "chosen": f"{each.identity}:{each.version}",
                "href": f"/buyers/postings/{each.identity}",
                "card": card_of(view := view_of(one.opportunity, one.tags, now=now, source_name=""), now=now),
                "description": view.description,
                "reach": reach_words(one.reach, each.draft.areas),
            }
            for each, one in seen
        ],
    )


ROUTES = (
    web.get("/buyers/postings/many", many),
    web.get("/buyers/postings/many/sample.csv", sample),
    web.post("/buyers/postings/many", check),
    web.post("/buyers/postings/many/publish", publish),
)
