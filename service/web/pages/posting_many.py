"""Many postings from one file: every row checked, seen as firms will see it, and only then published."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from service.domain.posting import Draft, Posting
from service.domain.posting_sheet import COLUMNS, MOST_ROWS, PROBLEM, Sheet, SheetRow, as_file, columns_of, sheet_in
from service.domain.sectors import all_sectors
from service.errors import AskedWrongly
from service.usecases.posting.write import CONTRACTOR
from service.web.audience import known_visitor, only
from service.web.cards import card_of
from service.web.drafting import organisation_chosen
from service.web.feeds.csv_file import safe_cell
from service.web.forms.fields import Fields, number_said
from service.web.house import house_of, now_in
from service.web.middleware.bodies import LONG_CAP, Upload, read_form, read_upload
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
_MEGA = 1024 * 1024
#: Characters of the title of a row that is named on the page.
_TITLE_SHOWN = 120
#: Bytes of a file of rows: far more than rows of any use, so that too many are shown again and not lost.
_FILE_CAP = 16 * _MEGA
_FILE_TOO_LARGE = f"That file is larger than {_FILE_CAP // _MEGA} MB. It is on your machine as it was: send it in parts"
_TEXT_TOO_LARGE = (
    f"That is more than {LONG_CAP // _MEGA} MB, so it did not arrive: "
    "go back in your browser for what you pasted, and send it in parts"
)


@only("posting.draft")
async def many(request: web.Request) -> web.Response:
    """GET `/buyers/postings/many`: an empty form."""
    return await _form(request, text="", sheet=Sheet(), status=200)


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
    try:
        sent = await read_upload(request, most=_FILE_CAP, most_text=LONG_CAP)
    except web.HTTPRequestEntityTooLarge as error:
        return await _form(request, text="", sheet=Sheet(problem=_TEXT_TOO_LARGE), status=error.status)
    if len(sent.body) > _FILE_CAP:
        return await _form(request, text="", sheet=Sheet(problem=_FILE_TOO_LARGE))
    visitor = known_visitor(request)
    refusal = "You do not write postings for that organisation."
    chosen = organisation_chosen(request, sent.fields, "posting.draft", refusal=refusal)
    kind = next(each.kind for each in visitor.where("posting.draft") if each.organisation == chosen)
    start = Draft(by_contractor="yes" if kind == CONTRACTOR else "")
    # off the event loop: the largest takes a second
    text, sheet = await asyncio.to_thread(_read, sent, start, now_in(request))
    do = sent.fields.get("do", "")
    if not sheet.problem and do == "save":
        return _left_as_file(sheet)
    if sheet.problem or (sheet.wrong and (do != "keep" or not sheet.fine)):
        return await _form(request, text=text, sheet=sheet)
    made = await house_of(request).accounts.posting_many.make(visitor, chosen, sheet.fine)
    return await _drafts(request, made, done=[], left=sheet, organisation=chosen)


def _read(sent: Upload, start: Draft, now: datetime) -> tuple[str, Sheet]:
    """What was sent as text, and as rows."""
    try:
        text = sent.body.decode("utf-8-sig") if sent.body else sent.fields.get("rows", "")
    except UnicodeDecodeError:
        text = sent.body.decode("cp1252", "replace")  # what Excel saves where "UTF-8" was not chosen
    return text, sheet_in(text, start=start, now=now)


def _left_as_file(sheet: Sheet) -> web.Response:
    """The rows that are not drafts, as a file with what is wrong with each; safe to open in a spreadsheet."""
    left = [(row.cells, "; ".join(f"{name}: {said}" for name, said in row.problems.items())) for row in sheet.wrong]
    left += [(cells, "") for cells in sheet.later]
    names = columns_of([cells for cells, _ in left])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*names, PROBLEM])
    writer.writerows([*(safe_cell(cells.get(name, "")) for name in names), said] for cells, said in left)
    headers = {"Content-Disposition": 'attachment; filename="postings-left.csv"'}
    return web.Response(body=out.getvalue().encode("utf-8-sig"), content_type="text/csv", headers=headers)


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


async def _form(request: web.Request, *, text: str, sheet: Sheet, status: int = 422) -> web.Response:
    visitor = known_visitor(request)
    return await page(
        request,
        "pages/posting_many.html",
        status=status,
        title="Post many at once",
        text=text,
        problem=sheet.problem,
        fine=len(sheet.fine),
        wrong=_in_words(sheet.wrong),
        later=len(sheet.later),
        problems=[{"text": sheet.problem, "href": "#rows"}] if sheet.problem else [],
        columns=COLUMNS,
        trades=[(each.key, each.label) for each in all_sectors()],
        most=MOST_ROWS,
        organisations=[(each.organisation, each.name) for each in visitor.where("posting.draft")],
    )


def _in_words(wrong: Sequence[SheetRow]) -> list[dict[str, object]]:
    """Rows to put right, each with its sentences."""
    return [
        {"number": row.number, "title": row.draft.title[:_TITLE_SHOWN] or "no title", "problems": dict(row.problems)}
        for row in wrong
    ]


async def _drafts(
    request: web.Request,
    made: list[Posting],
    *,
    done: list[dict[str, str]],
    left: Sheet | None = None,
    organisation: int = 0,
) -> web.Response:
    left = left or Sheet()
    rest = [*(row.cells for row in left.wrong), *left.later]
    now, accounts = now_in(request), house_of(request).accounts
    seen = await accounts.posting_many.previews(made)
    visitor = known_visitor(request)
    return await page(
        request,
        "pages/posting_many_check.html",
        title="Check them" if made else "Done",
        done=done,
        organisation=organisation,
        wrong=_in_words(left.wrong),
        left=as_file(rest) if rest else "",
        left_rows=len(rest),
        later=len(left.later),
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
