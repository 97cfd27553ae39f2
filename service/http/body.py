"""Read a body whole without trusting a word of its headers: counted decoded, stopped at a cap, known to be complete.

We inflate ourselves because the length that hurts is the decoded one (a 1:1000 bomb is 100 KB on the wire) and because
aiohttp does not notice a gzip stream that ends early: half a CSV file would look like a whole one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

from aiohttp import ClientResponse

from service.errors import BodyTooLarge, FarSideDown, UnexpectedAnswer

_CHUNK = 64 * 1024
#: The most one step of inflating may yield, in bytes: the bound on memory above the cap itself.
_PIECE = 256 * 1024
#: gzip allows a file of files (RFC 1952, section 2.2). More than this is an attack on the processor.
_MOST_MEMBERS = 64

_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's "window bits" choose the container


async def read_body(response: ClientResponse, *, host: str, most: int) -> bytes:
    """Return the whole decoded body of an answer.

    Args:
        response: an answer whose session does not decompress by itself.
        host: whose answer it is, for the errors.
        most: the most bytes accepted, on the wire and decoded.

    Raises:
        BodyTooLarge: it is, or says it is, longer than `most`; no more than `most` was kept.
        FarSideDown: it is cut short or its compression is broken.
        UnexpectedAnswer: it is encoded in a way we did not ask for.
        aiohttp.ClientError, TimeoutError: the connection failed under way.
    """
    if (response.content_length or 0) > most:
        raise BodyTooLarge(f"{host} says {response.content_length} bytes; we take {most}.")
    inflate = _inflater(response, host)
    whole, on_the_wire = BytesIO(), 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        on_the_wire += len(chunk)
        if on_the_wire > most:
            raise BodyTooLarge(f"{host}: we take {most} bytes.")
        for piece in inflate.feed(chunk) if inflate else (chunk,):
            if whole.tell() + len(piece) > most:
                raise BodyTooLarge(f"{host}: it unfolds to more than the {most} bytes we take.")
            whole.write(piece)
    if inflate and on_the_wire and not inflate.complete:
        raise FarSideDown(f"{host}: the compressed body is cut short.")
    return whole.getvalue()


def _inflater(response: ClientResponse, host: str) -> _Inflater | None:
    """Return what undoes the body's encoding; None when it has none."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return None
    if encoding in {"gzip", "x-gzip"}:
        return _Inflater(_GZIP, host)
    if encoding == "deflate":
        return _Inflater(_ZLIB, host)
    detail = f"{host}: the body is encoded as {encoding[:40]!r}, which we did not ask for."
    raise UnexpectedAnswer(status=response.status, detail=detail)


class _Inflater:
    """Unfolds a compressed body piece by piece, each of bounded size."""

    def __init__(self, window: int, host: str) -> None:
        self._window = window
        self._host = host
        self._engine = zlib.decompressobj(window)
        self._begun = False
        self._members = 1

    @property
    def complete(self) -> bool:
        """Whether the stream said that it ends here."""
        return self._engine.eof

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk from the wire unfolds to; raise FarSideDown where it cannot be unfolded."""
        if not self._begun and chunk:
            self._begun = True
            # Old servers send deflate without its zlib header. Its first byte tells: RFC 1950 puts 8 in the low bits.
            if self._window == _ZLIB and chunk[0] & 0x0F != zlib.DEFLATED:
                self._window = _RAW
                self._engine = zlib.decompressobj(_RAW)
        try:
            yield from self._unfold(chunk)
        except zlib.error:
            raise FarSideDown(f"{self._host}: the compressed body is broken.") from None

    def _unfold(self, rest: bytes) -> Iterator[bytes]:
        while True:
            if self._engine.eof and not self._next_member(rest):
                return
            piece = self._engine.decompress(rest, _PIECE)
            if piece:
                yield piece
            rest = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            # A full piece may leave more inside the engine though all input went in: ask once more with nothing.
            if not rest and len(piece) < _PIECE:
                return

    def _next_member(self, rest: bytes) -> bool:
        """Begin the next file of a gzip stream of several; False when what follows is only padding."""
        if self._window != _GZIP or not rest.startswith(b"\x1f"):
            return False
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise FarSideDown(f"{self._host}: the compressed body is broken.")
        self._engine = zlib.decompressobj(self._window)
        return True
