"""Reading a form: with limits on size, time and number of fields, and a plain sentence when it is not one."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

#: Bytes of a body. The longest honest form is under 10 KB.
BODY_CAP = 256 * 1024

#: Seconds a body may take to arrive.
BODY_LIMIT = 15.0

#: Fields in one form: 24 sectors, 33 boroughs and a few more.
FIELD_CAP = 200


async def read_form(request: web.Request) -> MultiDictProxy[str]:
    """The fields of a posted form (application/x-www-form-urlencoded).

    Raises:
        web.HTTPBadRequest: the body is not a form, or not UTF-8, or has too many fields.
        web.HTTPRequestTimeout: the body did not arrive in time.
        web.HTTPRequestEntityTooLarge: it is larger than BODY_CAP.
    """
    try:
        async with asyncio.timeout(BODY_LIMIT):
            body = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The form took too long to arrive. Try again.") from error
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELD_CAP,
        )
    except ValueError as error:
        raise web.HTTPBadRequest(text="The form could not be read. Go back and send it again.") from error
    return MultiDictProxy(MultiDict(pairs))
