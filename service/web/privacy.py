"""Pages that are one person's own: never kept by a cache, and found by a number in the address."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web

from service.errors import NotFound

_Response = TypeVar("_Response", bound=web.StreamResponse)
#: As many digits as every column of a database holds.
_MOST_DIGITS = 9


def private(response: _Response) -> _Response:
    """Nobody else's: never kept by a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def number_in_path(request: web.Request, name: str = "number") -> int:
    """The number in the address. Raises NotFound where it is none that we give."""
    said = request.match_info[name]
    if not said.isascii() or not said.isdigit() or len(said) > _MOST_DIGITS:
        raise NotFound
    return int(said)
