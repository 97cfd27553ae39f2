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
#: In a link to sign in: the page to come back to.
LINKED = "to"
_LONGEST = 1_000
#: A path with its query, in ASCII. Nothing that a browser could take for the way to another host: two slashes or a
#: backslash anywhere, or either as a code right after the first slash. No control character, as a code neither. A comma
#: and a semicolon would have to be escaped in a cookie; no link of ours has them.
_OURS = re.compile(r"(?!.*(?://|%[01].|%7F))(?!/%2F|/%5C)/[\w.~/?%=&+:@!$'()*-]*", re.ASCII | re.IGNORECASE)


def keep_wanted(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser keep which page it asks for, in place of an earlier one. A file is fetched, not landed on."""
    if request.method == "GET":
        is_file = "." in request.path.rpartition("/")[2]
        _keep("" if is_file else request.raw_path, request, response)


def keep_linked(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser keep the page that a link to sign in names as the one to come back to, where it names one."""
    linked = request.query.get(LINKED)
    if linked is not None:
        _keep(linked, request, response)


def linked_or_home(request: web.Request) -> URL:
    """Where a link to sign in leads somebody who is signed in already."""
    return _ours_or_home(request.query.get(LINKED, ""))


def after_entering(request: web.Request) -> URL:
    """Where to go on to, just as it was asked for; HOME where nothing was."""
    return _ours_or_home(read_cookie(request, "wanted"))


def _keep(said: str, request: web.Request, response: web.StreamResponse) -> None:
    """Keep a page in place of an earlier one; what is none of ours takes the earlier one away as well."""
    if _is_ours(said):
        set_cookie(request, response, "wanted", said, lasts=KEPT)
    else:
        drop_cookie(request, response, "wanted")


def _ours_or_home(said: str) -> URL:
    return URL(said if _is_ours(said) else HOME, encoded=True)


def _is_ours(said: str) -> bool:
    return len(said) <= _LONGEST and _OURS.fullmatch(said) is not None
