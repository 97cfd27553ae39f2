"""Pages that are one person's own: never kept by a cache, and found by a number in the address."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web

from service.errors import NotFound
from service.web.forms.fields import number_said

_Response = TypeVar("_Response", bound=web.StreamResponse)


def private(response: _Response) -> _Response:
    """Nobody else's: never kept by a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def number_in_path(request: web.Request, name: str = "number") -> int:
    """The number in the address. Raises NotFound where it is none that we give."""
    found = number_said(request.match_info[name])
    if found is None:
        raise NotFound
    return found
