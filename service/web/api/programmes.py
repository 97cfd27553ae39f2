"""`/api/programmes`: an organisation's own programmes, for its programs. Each asks with a key of the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from service.domain.programme import CAPACITIES
from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_stand import Entry
from service.errors import NotAllowed
from service.web.audience import known_visitor, only
from service.web.house import house_of
from service.web.middleware.bodies import read_object

_TEXTS = tuple(each.name for each in fields(ProgrammeDraft) if each.type == "str")
_SEVERAL = tuple(each.name for each in fields(ProgrammeDraft) if each.type != "str")
_TEXT_CAP, _WORDS_CAP = 4000, 60


@only("programme.read")
async def mine(request: web.Request) -> web.Response:
    """GET `/api/programmes`: all of the organisation, the newest change first."""
    found = await house_of(request).accounts.programmes.mine(known_visitor(request))
    return web.json_response({"items": [_shape(each) for each in found]})


@only("programme.draft")
async def begin(request: web.Request) -> web.Response:
    """POST `/api/programmes`: a new draft of what is sent; 422 with a sentence for each field to mend, nothing kept."""
    visitor, programmes = known_visitor(request), house_of(request).accounts.programmes
    owner = next(iter(visitor.where("programme.draft")), None)
    if owner is None:  # pragma: no cover - the page is for nobody else
        raise NotAllowed
    said = await read_object(request, of="programme")
    problems = _shape_problems(said)
    typed = ProgrammeDraft(provider=owner.name) if problems else _draft(ProgrammeDraft(provider=owner.name), said)
    async with programmes.ledger.reading() as book:
        problems = problems or await programmes.problems_of(book, typed)
    if problems or "capacity" in said:
        return _refused(problems or {"capacity": "It can be said once the programme is there"})
    made = await programmes.begin(visitor, owner.organisation, typed)
    return web.json_response(_shape(made), status=201)


@only("programme.read")
async def one(request: web.Request) -> web.Response:
    """GET `/api/programmes/{programme}`. Raises NotFound."""
    entry = await house_of(request).accounts.programmes.see(known_visitor(request), request.match_info["programme"])
    return web.json_response(_shape(entry))


@only("programme.draft")
async def change(request: web.Request) -> web.Response:
    """PATCH `/api/programmes/{programme}`: the fields that are sent; `capacity` counts at once. Raises NotFound."""
    visitor, programmes = known_visitor(request), house_of(request).accounts.programmes
    entry = await programmes.see(visitor, request.match_info["programme"])
    said = await read_object(request, of="programme")
    if problems := _shape_problems(said):
        return _refused(problems)
    typed = _draft(entry.draft, said)
    async with programmes.ledger.reading() as book:
        problems = await programmes.problems_of(book, typed) if typed != entry.draft else {}
    if problems:
        return _refused(problems)
    if typed != entry.draft:
        entry, _ = await programmes.write(visitor, entry.identity, typed, seen=entry.version)
    chosen = next((each for each in CAPACITIES if each == said.get("capacity")), None)
    if chosen is not None:
        entry = await programmes.set_capacity(visitor, entry.identity, chosen)
    return web.json_response(_shape(entry))


@only("programme.publish")
async def publish(request: web.Request) -> web.Response:
    """POST `/api/programmes/{programme}/publish`: as it is written now; a first entry waits to be checked."""
    visitor, programmes = known_visitor(request), house_of(request).accounts.programmes
    entry = await programmes.see(visitor, request.match_info["programme"])
    entry = await programmes.publish(visitor, entry.identity, seen=entry.version)
    return web.json_response(_shape(entry))


def _shape(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.identity,
        "key": entry.key if entry.live is not None else None,
        "state": entry.state.value,
        "capacity": entry.capacity,
        "last_checked": entry.last_checked.isoformat() if entry.last_checked else None,
        "review_by": entry.review_by.isoformat() if entry.review_by else None,
        "note": entry.note,
        "has_changes": entry.has_changes,
        **asdict(entry.draft),
    }


def _shape_problems(said: Mapping[str, object]) -> dict[str, str]:
    problems = {}
    for name, value in said.items():
        if name in _TEXTS and not (isinstance(value, str) and len(value) <= _TEXT_CAP):
            problems[name] = "must be a text"
        elif name in _SEVERAL and not _is_words(value):
            problems[name] = "must be a list of words"
        elif name == "capacity" and value not in CAPACITIES:
            problems[name] = f"must be one of {', '.join(CAPACITIES)}"
        elif name not in {*_TEXTS, *_SEVERAL, "capacity"}:
            problems[name[:60]] = "is not a field"
    return problems


def _is_words(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _WORDS_CAP and all(isinstance(each, str) for each in value)


def _draft(before: ProgrammeDraft, said: Mapping[str, Any]) -> ProgrammeDraft:
    values: dict[str, Any] = {name: " ".join(said[name].replace("\x00", "").split()) for name in _TEXTS if name in said}
    values |= {name: tuple(dict.fromkeys(said[name])) for name in _SEVERAL if name in said}
    return replace(before, **values)


def _refused(problems: Mapping[str, str]) -> web.Response:
    said = {"error": "Some fields are to be mended.", "status": 422, "problems": dict(problems)}
    return web.json_response(said, status=422)


def described() -> dict[str, object]:
    """These acts, for the description of the API."""
    new, changed = (
        _body(_properties()),
        _body(_properties() | {"capacity": {"type": "string", "enum": list(CAPACITIES)}}),
    )
    identity = {"name": "programme", "in": "path", "required": True, "schema": {"type": "string"}}
    one_ = {"description": "The programme.", "content": {"application/json": {"schema": {"type": "object"}}}}
    errors = {
        code: {
            "description": says,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorShape"}}},
        }
        for code, says in (
            ("400", "It cannot be read, or cannot be done any more."),
            ("401", "No key, or one that does not work."),
            ("403", "The key's role may not do that."),
            ("404", "The organisation has no such programme."),
        )
    }
    refused = {"422": {"description": "A sentence for each field to mend, in problems."}}
    return {
        "/api/programmes": {
            "get": {
                "operationId": "listOwnProgrammes",
                "summary": "Programmes of the key's organisation",
                "responses": {"200": one_, **errors},
            },
            "post": {
                "operationId": "beginProgramme",
                "summary": "A new draft",
                "requestBody": new,
                "responses": {"201": one_, **errors, **refused},
            },
        },
        "/api/programmes/{programme}": {
            "get": {
                "operationId": "readOwnProgramme",
                "summary": "One programme of the key's organisation",
                "parameters": [identity],
                "responses": {"200": one_, **errors},
            },
            "patch": {
                "operationId": "changeProgramme",
                "summary": "Change fields, or say that it is full, paused or open",
                "parameters": [identity],
                "requestBody": changed,
                "responses": {"200": one_, **errors, **refused},
            },
        },
        "/api/programmes/{programme}/publish": {
            "post": {
                "operationId": "publishProgramme",
                "summary": "Publish it as it is written now; a first entry waits to be checked",
                "parameters": [identity],
                "responses": {"200": one_, **errors},
            }
        },
    }


def _properties() -> dict[str, object]:
    words = {"type": "array", "items": {"type": "string"}}
    return {
        **{name: {"type": "string"} for name in _TEXTS},
        **dict.fromkeys(_SEVERAL, words),
    }


def _body(properties: dict[str, object]) -> dict[str, object]:
    schema = {"type": "object", "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


ROUTES = (
    web.get("/api/programmes", mine),
    web.post("/api/programmes", begin),
    web.get("/api/programmes/{programme}", one),
    web.patch("/api/programmes/{programme}", change),
    web.post("/api/programmes/{programme}/publish", publish),
)
