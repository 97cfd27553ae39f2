"""Reading a form or JSON: with limits on size, time and number of fields, and a plain sentence for what is none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict, MultiDictProxy

#: Bytes of a body. The longest honest form is under 10 KB.
BODY_CAP = 256 * 1024

#: Bytes of a form whose reader lets far too much text in, so that it is shown again and not lost: 10 MB of text of any
#: script as browsers write it, with room to spare.
LONG_CAP = 32 * 1024 * 1024

#: Seconds a body may take to arrive.
BODY_LIMIT = 15.0

#: Seconds a file may take to arrive.
UPLOAD_LIMIT = 60.0

#: Fields in one form: 24 sectors, 33 boroughs and a few more.
FIELD_CAP = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A posted form with at most one file: its fields, and the name and bytes of the file ("" and none without)."""

    fields: MultiDictProxy[str]
    name: str = ""
    body: bytes = b""


async def read_upload(request: web.Request, *, most: int, most_text: int = BODY_CAP) -> Upload:
    """The fields and the file of a posted form (multipart/form-data), of whose file no more than `most` bytes are read.

    A file that is larger comes back cut at `most` + 1 bytes, so that its reader can say that it is too large.

    Raises:
        web.HTTPBadRequest: the body is not such a form, or has too many fields.
        web.HTTPRequestTimeout: the body did not arrive in time.
        web.HTTPRequestEntityTooLarge: its other fields together are larger than `most_text`.
    """
    if not request.content_type.startswith("multipart/"):
        return Upload(await read_form(request, most=most_text))
    try:
        async with asyncio.timeout(UPLOAD_LIMIT):
            return await _parts(request, most=most, most_text=most_text)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The file took too long to arrive. Try again.") from error
    except (ValueError, HttpProcessingError) as error:  # the latter for a name longer than aiohttp reads
        raise web.HTTPBadRequest(text="The form could not be read. Go back and send it again.") from error


async def _parts(request: web.Request, *, most: int, most_text: int) -> Upload:
    fields, name, body, left = MultiDict[str](), "", b"", most_text
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or len(fields) >= FIELD_CAP:
            raise ValueError
        is_file = part.filename is not None
        said = await _read(part, most=most if is_file else left)
        if is_file:
            name, body = part.filename or "", said
            if len(body) > most:
                break
        else:
            if len(said) > left:
                raise web.HTTPRequestEntityTooLarge(max_size=most_text, actual_size=len(said))
            left -= len(said)
            fields.add(part.name or "", said.decode("utf-8"))
    return Upload(MultiDictProxy(fields), name, body)


async def _read(part: BodyPartReader, *, most: int) -> bytes:
    """A part, cut at one byte more than `most`."""
    found = bytearray()
    while len(found) <= most and (chunk := await part.read_chunk(65_536)):
        found += chunk
    return bytes(found[: most + 1])


async def read_form(request: web.Request, *, most: int = BODY_CAP) -> MultiDictProxy[str]:
    """The fields of a posted form (application/x-www-form-urlencoded) of at most `most` bytes.

    Raises:
        web.HTTPBadRequest: the body is not a form, or not UTF-8, or has too many fields.
        web.HTTPRequestTimeout: the body did not arrive in time.
        web.HTTPRequestEntityTooLarge: it is larger.
    """
    try:
        async with asyncio.timeout(BODY_LIMIT if most <= BODY_CAP else UPLOAD_LIMIT):
            body = await (request.read() if most <= BODY_CAP else _long_body(request, most=most))
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The form took too long to arrive. Try again.") from error
    try:
        pairs = _pairs(body) if len(body) <= BODY_CAP else await asyncio.to_thread(_long_pairs, body)
    except ValueError as error:
        raise web.HTTPBadRequest(text="The form could not be read. Go back and send it again.") from error
    return MultiDictProxy(MultiDict(pairs))


async def _long_body(request: web.Request, *, most: int) -> bytes:
    """A body that may be larger than the application takes elsewhere. Raises HTTPRequestEntityTooLarge."""
    found = bytearray()
    async for chunk in request.content.iter_any():
        found += chunk
        if len(found) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(found))
    return bytes(found)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FIELD_CAP)


def _long_pairs(body: bytes) -> list[tuple[str, str]]:
    """The same in little memory: the standard library makes an object of each escaped letter. Raises ValueError."""
    if body.count(b"&") >= FIELD_CAP:
        raise ValueError
    parted = (part.partition(b"=") for part in body.split(b"&") if part)
    return [(_unquoted(name), _unquoted(value)) for name, _, value in parted]


def _unquoted(said: bytes) -> str:
    found, at = bytearray(), 0
    while at < len(said):
        end = min(at + 65_536, len(said))
        if end < len(said) and (cut := said.rfind(b"%", end - 2, end)) > at:
            end = cut  # an escaped letter is not cut through
        found += unquote_to_bytes(said[at:end].replace(b"+", b" "))
        at = end
    return found.decode("utf-8")


async def read_object(request: web.Request, *, of: str) -> dict[str, object]:
    """The fields of a JSON object. `of`: what it describes, as "posting", for the sentence where it is none.

    What orjson reads can be kept: it refuses halves of characters, which the standard library lets in and no database
    takes, and what is nested without end.

    Raises:
        web.HTTPBadRequest: it is no such object.
        web.HTTPRequestTimeout: the body did not arrive in time.
        web.HTTPRequestEntityTooLarge: it is larger than BODY_CAP.
    """
    try:
        async with asyncio.timeout(BODY_LIMIT):
            found = orjson.loads(await request.read())
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The body took too long to arrive. Try again.") from error
    except orjson.JSONDecodeError as error:
        raise web.HTTPBadRequest(text=f"Send the fields of a {of} as a JSON object.") from error
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text=f"Send the fields of a {of} as a JSON object.")
    return found
