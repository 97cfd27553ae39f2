"""Walking a list that is asked for by time: short windows, oldest first, each page with a bookmark behind it.

Both British services lose notices on long windows (kingfisher-collect issue 1203), so a window is at most six hours,
and each begins half an hour before the one before it ended. Bounds are London wall time, as the services read them. In
the hour that October repeats, a bound is moved outwards to the edge of that hour: such a window may be longer by two.
A full last page without a link to the next has been seen (issue 1306): the window is then asked for again in halves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import orjson

from scrapers.kinds.ocds import LONDON
from scrapers.kinds.packages import Package, page_of
from service.domain.notice import Notice, SetAside
from service.errors import PagingBroke
from service.ports import Http, HttpPolicy, Page

LONGEST = timedelta(hours=6)
OVERLAP = timedelta(minutes=30)
#: A window this short is not halved again.
SHORTEST = timedelta(minutes=10)
#: Where a poll without a bookmark begins.
FIRST_LOOK_BACK = timedelta(days=3)
LARGEST_PAGE = 100
#: More pages than any window of six hours has: a weekday has five.
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time, aware."""

    begins: datetime
    ends: datetime

    def __str__(self) -> str:
        """Name it as an operator would: London time."""
        return f"{local(self.begins)} to {local(self.ends, up=True)} (London)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a walk stands: the window, and the query of its next page (None: its first)."""

    window: Window | None
    following: str | None = None
    #: All windows up to here are read.
    until: datetime | None = None

    def bookmark(self) -> str:
        """Return the place as text."""
        if self.window is None:
            return orjson.dumps({"until": _written(self.until)}).decode()
        said = {
            "window_from": _written(self.window.begins),
            "window_to": _written(self.window.ends),
            "next": self.following,
        }
        return orjson.dumps(said).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list of notices that is asked for by time.

    Attributes:
        name: the source's name, for errors.
        url: where the list is asked for.
        policy: how to deal with the host.
        since_name: the parameter of the lower bound.
        until_name: the parameter of the upper bound.
        notices: splits a page into notices.
    """

    name: str
    url: str
    policy: HttpPolicy
    since_name: str
    until_name: str
    notices: Callable[[Package], tuple[Notice | SetAside, ...]]


def local(at: datetime, *, up: bool = False) -> str:
    """Write a bound as London wall time, 19 characters, moved outwards where it falls into October's repeated hour."""
    there = at.astimezone(LONDON)
    if up and there.microsecond:
        there = (at + timedelta(seconds=1)).astimezone(LONDON)
    there = there.replace(microsecond=0)
    if there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset():
        hour = there.replace(minute=0, second=0, tzinfo=None)
        return (hour + timedelta(hours=1) if up else hour).isoformat()
    return there.replace(tzinfo=None).isoformat()


def begin(bookmark: str | None, *, since: datetime | None, until: datetime, name: str) -> Place:
    """Return where to begin: at the bookmark, else at `since`, else three days back. Raises PagingBroke."""
    if bookmark is None:
        return Place(window=_next(since or until - FIRST_LOOK_BACK, until))
    try:
        said = orjson.loads(bookmark)
        if "until" in said:
            return Place(window=_next(datetime.fromisoformat(said["until"]) - OVERLAP, until))
        window = Window(
            begins=datetime.fromisoformat(said["window_from"]), ends=datetime.fromisoformat(said["window_to"])
        )
    except (ValueError, KeyError, TypeError) as trouble:
        raise PagingBroke(f"{name}: the bookmark {bookmark[:80]!r} cannot be read.") from trouble
    following = said.get("next")
    return Place(window=window, following=following if isinstance(following, str) else None)


async def walk(listing: List, http: Http, *, place: Place, until: datetime) -> AsyncIterator[Page]:
    """Give every page of every window from a place up to `until`. Raises HttpTrouble, UnreadableBody, PagingBroke.

    A window too short to halve that still ends with a full page and no link is kept and passed, so that a source never
    sticks at it; PagingBroke then says so once every page has been given.
    """
    length, broken = LONGEST, ""
    while place.window is not None:
        window, cut_short = place.window, False
        async for package, following in _window(listing, http, place):
            place = Place(window=window, following=following)
            if following is None:
                cut_short = len(package.rows) >= LARGEST_PAGE
                if cut_short and _half(window) < SHORTEST:
                    broken, cut_short = broken or str(window), False
                place, length = _onwards(window, until=until, cut_short=cut_short, length=length)
            found = listing.notices(package)
            yield Page(
                notices=tuple(row for row in found if isinstance(row, Notice)),
                set_aside=tuple(row for row in found if isinstance(row, SetAside)),
                bookmark=place.bookmark(),
                done=place.window is None,
            )
    if broken:
        raise PagingBroke(
            f"{listing.name}: the window {broken} ended with a full page of {LARGEST_PAGE} and no link to the next."
        )


def _half(window: Window) -> timedelta:
    return (window.ends - window.begins) / 2


def _onwards(window: Window, *, until: datetime, cut_short: bool, length: timedelta) -> tuple[Place, timedelta]:
    """Return the window after one that ended, and how long those after it may be."""
    if cut_short:
        half = _half(window)
        # Halves overlap little, or they would never get shorter.
        return Place(window=replace(window, ends=window.begins + half)), half
    if window.ends >= until:
        return Place(window=None, until=window.ends), LONGEST
    overlap = min(OVERLAP, (window.ends - window.begins) / 4)
    return Place(window=_next(window.ends - overlap, until, longest=length)), LONGEST


async def _window(listing: List, http: Http, place: Place) -> AsyncIterator[tuple[Package, str | None]]:
    """Give the pages of one window from a place in it, each with the query of the page that follows."""
    window = place.window
    if window is None:
        return
    bounds = {listing.since_name: local(window.begins), listing.until_name: local(window.ends, up=True)}
    query = place.following
    asked: set[str] = set()
    for _ in range(_MOST_PAGES):
        params = {"limit": str(LARGEST_PAGE)} | dict(parse_qsl(query or "")) | bounds
        reply = await http.get(listing.url, params=params, policy=listing.policy)
        package = page_of(reply.body, source=listing.name)
        if query is not None:
            asked.add(query)
        # Only the query is followed, at our own address: a link never leads us to another host.
        query = urlsplit(package.following).query if package.following else None
        if query is not None and (query in asked or not query):
            raise PagingBroke(f"{listing.name}: the link to the next page of the window {window} repeats.")
        yield package, query
        if query is None:
            return
    raise PagingBroke(f"{listing.name}: the window {window} has more than {_MOST_PAGES} pages.")


def _next(begins: datetime, until: datetime, *, longest: timedelta = LONGEST) -> Window | None:
    return Window(begins=begins, ends=min(begins + longest, until)) if begins < until else None


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
