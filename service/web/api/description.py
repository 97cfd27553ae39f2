"""The description of the API (OpenAPI 3.1), made from the shapes it answers with, so that it cannot drift."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web
from pydantic.json_schema import models_json_schema

from service.domain.posting_sheet import COLUMNS, EXTRA
from service.domain.sectors import all_sectors
from service.web.api.programmes import described
from service.web.api.shapes import (
    ErrorShape,
    ListShape,
    OpportunityShape,
    PostingListShape,
    PostingShape,
    ProblemsShape,
    SourcesShape,
)
from service.web.forms.filters import CLOSINGS, ORDERS, PAGE_CAP, SIZES, STANDINGS, boroughs_by_name
from service.web.house import house_of

_SHAPES = (ListShape, OpportunityShape, SourcesShape, ErrorShape, PostingShape, PostingListShape, ProblemsShape)
_REFERENCE = "#/components/schemas/{model}"


def _version() -> str:
    try:
        return version("bowbell")
    except PackageNotFoundError:
        return "0"


def _answer(shape: str, says: str) -> dict[str, object]:
    schema = {"$ref": _REFERENCE.format(model=shape)}
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _many(name: str, says: str, choices: list[str]) -> dict[str, object]:
    schema = {"type": "array", "items": {"type": "string", "enum": choices}}
    return {"name": name, "in": "query", "description": says, "schema": schema, "explode": True}


def _one(name: str, says: str, choices: list[str]) -> dict[str, object]:
    return {"name": name, "in": "query", "description": says, "schema": {"type": "string", "enum": choices}}


def _sum(name: str, says: str) -> dict[str, object]:
    return {"name": name, "in": "query", "description": says, "schema": {"type": "integer", "minimum": 0}}


def _filters() -> list[dict[str, object]]:
    return [
        {
            "name": "q",
            "in": "query",
            "description": 'Search words, all needed. "Quotes" keep words together, -minus leaves a word out.',
            "schema": {"type": "string"},
        },
        _many("sector", "Trades; any of them.", [sector.key for sector in all_sectors()]),
        _many("area", "Boroughs by GSS code, or london; any of them.", ["london", *dict(boroughs_by_name())]),
        _many("size", "Sizes of firm it suits or might suit; any of them.", list(SIZES)),
        {
            "name": "closing",
            "in": "query",
            "description": "Within so many days, or later.",
            "schema": {"type": "string", "enum": [key for key, _, _ in CLOSINGS]},
        },
        _sum("min", "Worth this many whole pounds or more; what does not state its worth is listed too."),
        _sum("max", "Worth this many whole pounds or less; what does not state its worth is listed too."),
        _one("below", "Only what is below the threshold of the law.", ["yes"]),
        {
            "name": "source",
            "in": "query",
            "description": "Keys of the sources of the newest notice; any of them.",
            "schema": {"type": "array", "items": {"type": "string"}},
            "explode": True,
        },
        _one("eu", "Contracts of the European Union's journal: left out, unless as well or only.", ["yes", "only"]),
        _one("standing", "How it stands; without it, open.", list(STANDINGS)),
        _one(
            "sort", "The order; without it, the newest first. The best match has the words in its title.", list(ORDERS)
        ),
        {
            "name": "page",
            "in": "query",
            "description": "From 1.",
            "schema": {"type": "integer", "minimum": 1, "maximum": PAGE_CAP},
        },
    ]


def _buyers() -> dict[str, object]:
    """What programs of buyers may do, with a key."""
    one = [{"name": "posting", "in": "path", "required": True, "schema": {"type": "string"}}]
    security: list[dict[str, list[str]]] = [{"key": []}]
    fields: dict[str, object] = {
        **{name: {"type": ["string", "number"]} for name in (*COLUMNS, *EXTRA) if name != "areas"},
        "areas": {"type": ["string", "array"], "items": {"type": "string"}},
        "publish": {"type": "boolean", "description": "Publish it at once, where the key may."},
        "publish_at": {"type": "string", "description": "Publish it then: 2027-01-12T09:00, in London's time."},
    }
    new = fields | {"reference": {"type": "string", "description": "Your own name for it: sent again it is one."}}
    changed = fields | {
        "withdraw": {"type": "string", "description": "Why it is taken back."},
        "no_award": {"type": "string", "description": "Why it ends without an award."},
        "award": {"type": "string", "description": "Name of the firm that won."},
        "award_worth": {"type": ["string", "number"], "description": "For how many pounds, without VAT."},
    }
    wrong: dict[str, object] = {
        "400": _answer("ErrorShape", "The body is no JSON object, or that cannot be done now."),
        "401": _answer("ErrorShape", "There is no key, or it does not work."),
        "403": _answer("ErrorShape", "The key may not do that."),
        "404": _answer("ErrorShape", "There is none of your organisation."),
        "422": _answer("ProblemsShape", "Some fields will not do; nothing was kept."),
    }
    return {
        "/api/postings": {
            "get": {
                "operationId": "listPostings",
                "summary": "The postings of your organisation",
                "security": security,
                "responses": {"200": _answer("PostingListShape", "All of them."), "401": wrong["401"]},
            },
            "post": {
                "operationId": "writePosting",
                "summary": "Write a posting",
                "security": security,
                "requestBody": _body(new),
                "responses": wrong | {"201": _answer("PostingShape", "It is kept.")},
            },
        },
        "/api/postings/{posting}": {
            "get": {
                "operationId": "readPosting",
                "summary": "One posting as it is written",
                "security": security,
                "parameters": one,
                "responses": wrong | {"200": _answer("PostingShape", "The posting.")},
            },
            "patch": {
                "operationId": "changePosting",
                "summary": "Change, publish or end a posting",
                "security": security,
                "parameters": one,
                "requestBody": _body(changed),
                "responses": wrong | {"200": _answer("PostingShape", "As it is now.")},
            },
        },
    }


def _body(fields: dict[str, object]) -> dict[str, object]:
    schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _open_record() -> dict[str, object]:
    """Everything as packages of the Open Contracting Data Standard."""
    pattern = {"type": "string", "pattern": "^[0-9a-z-]{1,64}$"}
    after = {"name": "after", "in": "query", "description": "From links.next.", "schema": pattern}
    standard = "https://standard.open-contracting.org/1.1/en/schema/"
    return {
        f"/api/ocds/{kind}": {
            "get": {
                "operationId": f"{kind}OfOcds",
                "summary": f"A package of OCDS 1.1 {kind}",
                "parameters": [after],
                "responses": {
                    "400": _answer("ErrorShape", "There is no such place to go on from."),
                    "200": {
                        "description": f"A package: {standard}",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                },
            }
        }
        for kind in ("releases", "records")
    }


def description(server: str) -> Mapping[str, object]:
    """The whole description, for a service at an address."""
    _, definitions = models_json_schema(
        [(shape, "serialization") for shape in _SHAPES],
        ref_template=_REFERENCE,
    )
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bowbell",
            "version": _version(),
            "description": "Public work in London that small firms can win.",
            "license": {
                "name": "Data: Open Government Licence v3.0",
                "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            },
        },
        "servers": [{"url": server}],
        "paths": {
            **described(),
            "/api/opportunities": {
                "get": {
                    "operationId": "listOpportunities",
                    "summary": "Open opportunities, newest first",
                    "parameters": _filters(),
                    "responses": {"200": _answer("ListShape", "One page.")},
                }
            },
            "/api/opportunities/{id}": {
                "get": {
                    "operationId": "readOpportunity",
                    "summary": "One opportunity as it stands now",
                    "parameters": [identity],
                    "responses": {
                        "200": _answer("OpportunityShape", "The opportunity."),
                        "301": {"description": "It was joined with another, whose address is given."},
                        "404": _answer("ErrorShape", "There is none with that id."),
                    },
                }
            },
            **_buyers(),
            **_open_record(),
            "/api/sources": {
                "get": {
                    "operationId": "listSources",
                    "summary": "Every source with its health, and how each London authority is covered",
                    "responses": {"200": _answer("SourcesShape", "Everything at once.")},
                }
            },
        },
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


async def openapi(request: web.Request) -> web.Response:
    """`/api/openapi.json`."""
    return web.json_response(description(house_of(request).public_url))


ROUTES = (web.get("/api/openapi.json", openapi),)
