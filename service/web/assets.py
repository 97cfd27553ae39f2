"""Style, typeface and mark, served from memory: about 100 KB, read once at start.

The address of a file carries a mark of its content (`?v=`), so browsers may keep it for a year
and still see the next version at once.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_SQUEEZABLE = frozenset({".css", ".js", ".svg", ".txt"})

_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=604800"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asset:
    content_type: str
    body: bytes
    squeezed: bytes | None
    version: str


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


def _load(folder: Traversable, prefix: str = "") -> dict[str, _Asset]:
    found: dict[str, _Asset] = {}
    for item in folder.iterdir():
        if item.is_dir():
            found.update(_load(item, f"{prefix}{item.name}/"))
        elif (suffix := _suffix(item.name)) in _TYPES:
            body = item.read_bytes()
            found[prefix + item.name] = _Asset(
                content_type=_TYPES[suffix],
                body=body,
                squeezed=gzip.compress(body, mtime=0) if suffix in _SQUEEZABLE else None,
                version=hashlib.sha256(body).hexdigest()[:10],
            )
    return found


class Assets:
    """The files under `static/`, and their addresses."""

    def __init__(self) -> None:
        self._assets = _load(files("service.web").joinpath("static"))

    def address(self, name: str) -> str:
        """The address of a file, with the mark of its content. Raises KeyError for a file that is not there."""
        return f"/static/{name}?v={self._assets[name].version}"

    def plain_address(self, name: str) -> str:
        """The address without the mark, as style sheets write it. Raises KeyError for a file that is not there."""
        return f"/static/{name}" if name in self._assets else self.address(name)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer `/static/{name}`."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        tag = f'"{asset.version}"'
        headers = {
            "Cache-Control": _FOR_EVER if request.query.get("v") == asset.version else _A_WHILE,
            "ETag": tag,
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = asset.content_type
        if asset.squeezed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=asset.squeezed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=asset.body, headers=headers)
