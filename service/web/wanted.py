"""The page that somebody asked for before signing in: kept for an hour by their own browser, and gone to afterwards.

Only ever a page of ours. What is kept comes from an address that anybody may have written, and what is read comes from
a cookie, so both are held to the same rule; what does not fit it is as if nothing had been asked for.
"""

from __future__ import annotations

import re
from datetime import timedelta

from aiohttp import web
from yarl import URL

from service.web.cookies import drop_cookie, read_cookie, set_cookie

#: How long a browser keeps it: a letter with a link that works for 15 minutes has come by then.
KEPT = timedelta(hours=1)
#: Where somebody lands who asked for nothing.
HOME = "/account"
_LONGEST = 1_000
#: A path with its query, in ASCII. Nothing that a browser could take for the way to another host: two slashes or a
#: backslash anywhere, or either as a code right after the first slash. No control character, as a code neither. A comma
#: and a semicolon would have to be escaped in a cookie; no link of ours has them.
_OURS = re.compile(r"(?!.*(?://|%[01].|%7F))(?!/%2F|/%5C)/[\w.~/?%=&+:@!$'()*-]*", re.ASCII | re.IGNORECASE)


def keep_wanted(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser keep which page it asks for, in place of an earlier one. A file is fetched, not landed on."""
    if request.method != "GET":
        return
    name = request.path.rpartition("/")[2]
    if "." not in name and _is_ours(request.raw_path):
        set_cookie(request, response, "wanted", request.raw_path, lasts=KEPT)
    else:
        drop_cookie(request, response, "wanted")


def after_entering(request: web.Request) -> URL:
    """Where to go on to, just as it was asked for; HOME where nothing was."""
    said = read_cookie(request, "wanted")
    return URL(said if _is_ours(said) else HOME, encoded=True)


def _is_ours(said: str) -> bool:
    return len(said) <= _LONGEST and _OURS.fullmatch(said) is not None
