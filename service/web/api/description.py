"""The description of the API (OpenAPI 3.1), made from the shapes it answers with, so that it cannot drift."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web
from pydantic.json_schema import models_json_schema

from service.domain.sectors import all_sectors
from service.web.api.shapes import ErrorShape, ListShape, OpportunityShape, SourcesShape
from service.web.forms.filters import CLOSINGS, ORDERS, PAGE_CAP, SIZES, STANDINGS, boroughs_by_name
from service.web.house import house_of

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


def description(server: str) -> Mapping[str, object]:
    """The whole description, for a service at an address."""
    _, definitions = models_json_schema(
        [(shape, "serialization") for shape in (ListShape, OpportunityShape, SourcesShape, ErrorShape)],
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
            "/api/sources": {
                "get": {
                    "operationId": "listSources",
                    "summary": "Every source with its health, and how each London authority is covered",
                    "responses": {"200": _answer("SourcesShape", "Everything at once.")},
                }
            },
        },
        "components": {"schemas": definitions["$defs"]},
    }


async def openapi(request: web.Request) -> web.Response:
    """`/api/openapi.json`."""
    return web.json_response(description(house_of(request).public_url))


ROUTES = (web.get("/api/openapi.json", openapi),)
