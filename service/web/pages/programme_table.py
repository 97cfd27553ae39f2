"""`/providers/table`: many programmes at once, pasted from a spreadsheet, and one's own as a file."""

from __future__ import annotations

from aiohttp import web

from service.domain.programme_table import COLUMNS, NoTable, Row, table_of
from service.errors import NotAllowed
from service.usecases.programmes_many import Many
from service.web.audience import known_visitor, only
from service.web.house import house_of
from service.web.middleware.bodies import BODY_CAP, read_form
from service.web.rendering import page

_TOO_MUCH = f"That was more than {BODY_CAP // 1024} KB and did not arrive: paste fewer rows at once"


@only("programme.draft")
async def ask(request: web.Request) -> web.Response:
    """GET `/providers/table`."""
    return await _page(request, text="", rows=[], problem="")


@only("programme.draft")
async def take(request: web.Request) -> web.StreamResponse:
    """POST `/providers/table`: look at it, or keep it where nothing is wrong; what was pasted stays in the box."""
    try:
        fields = await read_form(request)
    except web.HTTPRequestEntityTooLarge:
        return await _page(request, text="", rows=[], problem=_TOO_MUCH, status=413)
    text, many = fields.get("table", ""), Many(programmes=house_of(request).accounts.programmes)
    try:
        rows = await many.read(text)
    except NoTable as trouble:
        return await _page(request, text=text, rows=[], problem=str(trouble))
    if fields.get("do") != "keep" or any(row.problems for row in rows):
        return await _page(request, text=text, rows=rows, problem="")
    visitor = known_visitor(request)
    numbers = {str(each.organisation): each.organisation for each in visitor.where("programme.draft")}
    said = fields.get("organisation", "")
    chosen = numbers.get(said) if said else next(iter(numbers.values()), None)
    if chosen is None:
        raise NotAllowed("You do not enter programmes for that organisation.")
    await many.keep(visitor, chosen, rows)
    raise web.HTTPSeeOther("/providers/programmes")


@only("programme.read")
async def give(request: web.Request) -> web.Response:
    """GET `/providers/programmes.csv`: one's own programmes, as they are written just now."""
    found = await house_of(request).accounts.programmes.mine(known_visitor(request))
    response = web.Response(body=table_of(each.draft for each in found), content_type="text/csv", charset="utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="programmes.csv"'
    return response


async def _page(request: web.Request, *, text: str, rows: list[Row], problem: str, status: int = 422) -> web.Response:
    wrong = sum(bool(row.problems) for row in rows)
    said = problem or (f"{wrong} of {len(rows)} rows have something to mend: each is named below" if wrong else "")
    visitor = known_visitor(request)
    return await page(
        request,
        "pages/programme_table.html",
        status=status if said else 200,
        text=text,
        columns=", ".join(COLUMNS),
        rows=[
            {
                "number": row.number,
                "name": row.draft.name or "Without a name",
                "problems": [{"column": column, "said": each} for column, each in row.problems.items()],
            }
            for row in rows
        ],
        is_right=bool(rows) and not wrong,
        organisations=[
            {"value": each.organisation, "text": each.name or "this copy"} for each in visitor.where("programme.draft")
        ],
        error={"text": said} if said else None,
        problems=[{"text": said, "href": "#table"}] if said else [],
    )


ROUTES = (
    web.get("/providers/table", ask),
    web.post("/providers/table", take),
    web.get("/providers/programmes.csv", give),
)
