"""`/api/postings`: a buyer's program writes, changes and publishes what its organisation buys, with a key."""

from __future__ import annotations

from aiohttp import web

from service.domain.posting import Posting
from service.domain.posting_sheet import COLUMNS, EXTRA, shown
from service.errors import AskedWrongly, NotAllowed
from service.usecases.posting.notices import opportunity_of
from service.web.api.posting_steps import ended, step_in, taken
from service.web.api.shapes import PostingListShape, PostingShape, ProblemsShape
from service.web.audience import known_visitor, only
from service.web.cards import page_path
from service.web.house import House, house_of
from service.web.middleware.bodies import read_object

_FIELDS = frozenset({*COLUMNS, *EXTRA})
_REFERENCE_CAP = 200


@only("posting.read")
async def postings(request: web.Request) -> web.Response:
    """GET: the postings of the organisation, the newest change first."""
    house = house_of(request)
    found = await house.accounts.post.mine(known_visitor(request))
    return _answer(PostingListShape(items=[_shape(each, house) for each in found]))


@only("posting.read")
async def posting(request: web.Request) -> web.Response:
    """GET: one posting. Raises NotFound."""
    house = house_of(request)
    return _answer(_shape(await house.accounts.post.see(known_visitor(request), request.match_info["posting"]), house))


@only("posting.draft")
async def write(request: web.Request) -> web.Response:
    """POST: a new posting, published where that is asked; the same `reference` again gives the one that is there."""
    sent, visitor, house = await read_object(request, of="posting"), known_visitor(request), house_of(request)
    reference = _text(sent.pop("reference", ""), "reference")
    if len(reference) > _REFERENCE_CAP:
        return _problems({"reference": f"Keep it to {_REFERENCE_CAP} characters"})
    mine = visitor.where("posting.draft")
    if not mine:  # pragma: no cover - the middleware has held such off
        raise NotAllowed
    step, problems = step_in(sent)
    if step.ends:
        problems |= dict.fromkeys(("withdraw", "no_award", "award"), "What is new cannot end")
    fields, wrong = _fields(sent)
    made = None
    if not (problems := problems | wrong):
        many = house.accounts.posting_many
        every = dict.fromkeys(COLUMNS, "") | fields
        made, problems = await many.send(visitor, mine[0].organisation, every, reference=reference)
    if made is None:
        return _problems(problems)
    after = await taken(house.accounts, visitor, made, step)
    if isinstance(after, dict):
        return _problems(after, said=f"It is kept as draft {made.identity}, but not to be published.")
    headers = {"Location": f"/api/postings/{made.identity}"}
    return _answer(_shape(after, house), status=201, headers=headers)


@only("posting.draft")
async def change(request: web.Request) -> web.Response:
    """PATCH: some fields anew, and whether it is published; or withdrawn, awarded or ended without an award."""
    sent, visitor, house = await read_object(request, of="posting"), known_visitor(request), house_of(request)
    identity, accounts = request.match_info["posting"], house.accounts
    step, problems = step_in(sent)
    fields, wrong = _fields(sent)
    if problems := wrong | problems:
        return _problems(problems)
    if step.ends:
        return _answer(_shape(await ended(accounts, visitor, identity, step), house))
    changed, problems = await accounts.posting_many.change(visitor, identity, fields)
    if changed is None:
        return _problems(problems)
    after = await taken(accounts, visitor, changed, step)
    if isinstance(after, dict):
        return _problems(after, said="The fields are kept, but it is not to be published.")
    return _answer(_shape(after, house))


def _fields(sent: dict[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """Fields as texts, and what is wrong with them before they are read."""
    fields, problems = {}, {}
    for name, said in sent.items():
        if name not in _FIELDS:
            problems[name[:80]] = f"There is no such field. There are: {', '.join((*COLUMNS, *EXTRA))}"
        elif isinstance(said, list) and all(isinstance(each, str) for each in said):
            fields[name] = ";".join(said)
        elif isinstance(said, bool) or not isinstance(said, str | int | float):
            problems[name] = "Send a text, a number, or for areas a list of texts"
        else:
            fields[name] = str(said)
    return fields, problems


def _text(said: object, name: str) -> str:
    if not isinstance(said, str):
        raise AskedWrongly(f"{name}: send a text.")
    return said


def _shape(found: Posting, house: House) -> PostingShape:
    return PostingShape(
        id=found.identity,
        ocid=found.ocid,
        state=found.state.value,
        version=found.version,
        fields=shown(found.draft),
        has_unpublished_changes=found.live is not None and found.has_changes,
        note=found.note,
        published=found.published,
        publishes=found.due,
        changed=found.changed,
        page=house.address(page_path(opportunity_of(found))) if found.live is not None else None,
    )


def _problems(problems: dict[str, str], *, said: str = "Some fields will not do. Nothing was kept.") -> web.Response:
    shape = ProblemsShape(error=said, status=422, problems=problems)
    return _answer(shape, status=422)


def _answer(
    shape: PostingShape | PostingListShape | ProblemsShape, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(text=shape.model_dump_json(), content_type="application/json", status=status, headers=headers)


ROUTES = (
    web.get("/api/postings", postings),
    web.post("/api/postings", write),
    web.get("/api/postings/{posting}", posting),
    web.patch("/api/postings/{posting}", change),
)
