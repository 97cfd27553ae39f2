"""Walking TED: the search page by page, then each notice's XML, with a bookmark that resumes in the middle of a page.

TED publishes an issue a working day, so a walk goes by days of publication. Where it stops it keeps the numbers of the
last day it has read: that day is asked for again the next time, since an issue may still be filling, and what was read
of it is not fetched twice. Numbers whose XML could not be had wait in the bookmark, each for a few polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import structlog

from scrapers.kinds import ted_codes, ted_search, xml_notice
from service.domain.notice import Notice, SetAside
from service.errors import (
    BodyTooLarge,
    FarSideDown,
    HttpTrouble,
    PagingBroke,
    PrivateAddress,
    SlowDown,
    TooManyRedirects,
    UnexpectedAnswer,
    UnreadableBody,
)
from service.ports import Http, HttpPolicy, Page

#: Where a poll without a bookmark begins. An issue has about 1,500 calls, and each is a request.
FIRST_LOOK_BACK = timedelta(days=2)
#: Notices fetched between two bookmarks.
BATCH = 20
#: Polls in which a notice's XML is asked for before its row is left as it is.
TRIES = 5
#: The most numbers that wait for their XML.
MOST_WAITING = 2000
_BRUSSELS = ZoneInfo("Europe/Brussels")
_REFUSED, _TOLD = 400, 200
#: Seconds for a search and for a notice, from sending to the last byte.
SEARCH_SECONDS, NOTICE_SECONDS = 60.0, 30.0
#: More answers than any span of days has that is asked for at once.
_MOST_ANSWERS = 5000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Where TED is asked, and how what comes becomes notices.

    Attributes:
        key: the source's key.
        name: its name, for errors.
        search: the address of the search.
        notice: the address of a notice's XML, with {number} in it.
        pace: seconds between two requests to one host.
        allow_loopback: whether the addresses are ones an operator set at this machine.
        row: makes a notice of a row of the search.
        full: makes a notice of the XML, or says why it cannot be used. Raises UnreadableBody.
    """

    key: str
    name: str
    search: str
    notice: str
    pace: float
    allow_loopback: bool
    row: Callable[[object], Notice | SetAside]
    full: Callable[[bytes], Notice | SetAside]

    def policy(self, *, whole: bool) -> HttpPolicy:
        """How to deal with the host of the search, or (`whole`) with that of the notices.

        A notice that is slow to come is not waited for: its row says the most important, and there is a next poll.
        """
        general = HttpPolicy(
            pace=self.pace,
            slow_down_statuses=frozenset({403, 429, 503}),
            allow_loopback=self.allow_loopback,
            conditional=False,
            total_timeout=SEARCH_SECONDS,
        )
        if not whole:
            return general
        return replace(
            general, retries=0, longest_wait=60.0, max_bytes=xml_notice.LARGEST, total_timeout=NOTICE_SECONDS
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a walk stands.

    Attributes:
        begins: the first day that is asked for.
        ends: the last one.
        token: of the answer to ask for next; "" for the first.
        day: the latest day of publication met.
        read: the numbers read of that day.
        waiting: numbers whose XML is still to be had, with how often it was asked for.
    """

    begins: date
    ends: date
    token: str = ""
    day: date | None = None
    read: frozenset[str] = frozenset()
    waiting: Mapping[str, int] = field(default_factory=dict)

    def bookmark(self, *, done: bool = False) -> str:
        """The place as text; after the last page the next walk begins with the latest day met."""
        said: dict[str, object] = {"read": sorted(self.read), "waiting": dict(self.waiting)}
        said["day"] = self.day.isoformat() if self.day else None
        if done:
            said["through"] = (self.day or self.begins).isoformat()
        else:
            said |= {"from": self.begins.isoformat(), "to": self.ends.isoformat(), "token": self.token}
        return orjson.dumps(said).decode()

    def after(self, number: str, day: date | None) -> Place:
        """The place once a notice of a day was read."""
        if day is not None and (self.day is None or day > self.day):
            return replace(self, day=day, read=frozenset({number}))
        return replace(self, read=self.read | {number}) if day in {None, self.day} else self


def begin(bookmark: str | None, *, since: datetime | None, until: datetime, name: str) -> Place:
    """Where to begin: at the bookmark, else at `since`, else two days back. Raises PagingBroke."""
    today = until.astimezone(_BRUSSELS).date()
    if bookmark is None:
        return Place(begins=(since or until - FIRST_LOOK_BACK).astimezone(_BRUSSELS).date(), ends=today)
    try:
        said = orjson.loads(bookmark)
        over = "through" in said
        return Place(
            begins=date.fromisoformat(said["through"] if over else said["from"]),
            ends=today if over else date.fromisoformat(said["to"]),
            token="" if over else str(said["token"]),
            day=date.fromisoformat(said["day"]) if said["day"] else None,
            read=frozenset(map(str, said["read"])),
            waiting={str(number): int(tries) for number, tries in said["waiting"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise PagingBroke(f"{name}: the bookmark {bookmark[:80]!r} cannot be read.") from trouble


async def walk(
    journal: Journal, http: Http, *, bookmark: str | None, since: datetime | None, until: datetime
) -> AsyncIterator[Page]:
    """Give every page from a bookmark up to a moment. Raises HttpTrouble, UnreadableBody or PagingBroke.

    First come the notices that wait for their XML, quietly: their rows have been told of.
    """
    start = begin(bookmark, since=since, until=until, name=journal.name)
    fetcher, place = _Fetcher(journal, http), start
    async for place, page in _waiting(fetcher, start):  # noqa: B007 - where it ended is where the search begins
        yield page
    before: list[str] = []
    for _ in range(_MOST_ANSWERS):
        answer, place = await _ask(journal, http, place)
        numbers = [_number(row) for row in answer.rows]
        if numbers and numbers == before:
            raise PagingBroke(f"{journal.name}: the search gives the same notices over and over.")
        before = numbers
        fresh = [row for row, number in zip(answer.rows, numbers, strict=True) if number not in place.read]
        over = not answer.rows or not answer.token
        batches = list(_batches(fresh)) or [[]]
        for position, rows in enumerate(batches, start=1):
            found, place = await _read(fetcher, journal, rows, place)
            last = position == len(batches)
            if last and not over:
                place = replace(place, token=answer.token)
            yield _page(found, place, done=last and over)
        if over:
            return
    raise PagingBroke(f"{journal.name}: the search has more than {_MOST_ANSWERS} pages.")


def _page(found: list[Notice | SetAside], place: Place, *, done: bool = False, quiet: bool = False) -> Page:
    return Page(
        notices=tuple(row for row in found if isinstance(row, Notice)),
        set_aside=tuple(row for row in found if isinstance(row, SetAside)),
        bookmark=place.bookmark(done=done),
        done=done,
        quiet=quiet,
    )


def _batches(rows: list[object]) -> Iterator[list[object]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


async def _ask(journal: Journal, http: Http, place: Place) -> tuple[ted_search.Answer, Place]:
    """Ask the search; a token that is refused has run out, and the walk goes on from the latest day met."""
    try:
        return await _answer(journal, http, place), place
    except UnexpectedAnswer as refused:
        if refused.status != _REFUSED:
            raise
        if not place.token:
            why = ted_search.refusal(refused.body) or "it does not say why."
            raise UnexpectedAnswer(status=refused.status, detail=f"{journal.name}: the search refuses {why}") from None
    place = replace(place, begins=place.day or place.begins, token="")
    return await _ask(journal, http, place)


async def _answer(journal: Journal, http: Http, place: Place) -> ted_search.Answer:
    """Ask once, and once more where the far side was down: a search changes nothing, so it may be repeated."""
    question = ted_search.question(begins=place.begins, ends=place.ends, token=place.token)
    for last in (False, True):
        try:
            reply = await http.post(journal.search, json_body=question, policy=journal.policy(whole=False))
            return await asyncio.to_thread(ted_search.answer_of, reply.body, source=journal.name)
        except FarSideDown:
            if last:
                raise
    raise AssertionError("the second try returns or raises")


async def _read(
    fetcher: _Fetcher, journal: Journal, rows: list[object], place: Place
) -> tuple[list[Notice | SetAside], Place]:
    """Each row's notice in full, or the row as it is; what the XML was like where nobody can ever read it."""
    found: list[Notice | SetAside] = []
    waiting = dict(place.waiting)
    for row in rows:
        as_it_is = journal.row(row)
        if isinstance(as_it_is, SetAside):
            found.append(as_it_is)
            continue
        number = as_it_is.source_id
        got = await fetcher.fetch(number)
        found += [got] if isinstance(got, Notice | SetAside) else []
        if not isinstance(got, Notice):
            found.append(as_it_is)
        if got is None and len(waiting) < MOST_WAITING:
            waiting[number] = 1
        place = place.after(number, _day(row))
    return found, replace(place, waiting=waiting)


async def _waiting(fetcher: _Fetcher, start: Place) -> AsyncIterator[tuple[Place, Page]]:
    """Try again for the notices that wait, a batch at a time; after some tries they are given up with the reason."""
    place, numbers = start, list(start.waiting)
    for at in range(0, len(numbers), BATCH):
        found: list[Notice | SetAside] = []
        waiting = dict(place.waiting)
        for number in numbers[at : at + BATCH]:
            got = await fetcher.fetch(number)
            if got is None and fetcher.gave_up:
                continue  # the host asked for patience, so no try is counted
            waiting[number] += 1
            if got is None and waiting[number] >= TRIES:
                got = fetcher.given_up(number)
            if got is not None:
                del waiting[number]
                found.append(got)
        place = replace(place, waiting=waiting)
        yield place, _page(found, place, quiet=True)


def _number(row: object) -> str:
    said = row.get("publication-number") if isinstance(row, dict) else None
    return ted_codes.publication_number(said) if isinstance(said, str) else ""


def _day(row: object) -> date | None:
    said = row.get("publication-date") if isinstance(row, dict) else None
    try:
        return date.fromisoformat(said[:10]) if isinstance(said, str) else None
    except ValueError:
        return None


class _Fetcher:
    """Fetches notices in full; after the host has asked for patience it fetches none for the rest of the poll."""

    def __init__(self, journal: Journal, http: Http) -> None:
        self._journal = journal
        self._http = http
        self.gave_up = False

    async def fetch(self, number: str) -> Notice | SetAside | None:
        """The notice, or why it can never be read; None where it may be had another time."""
        if self.gave_up:
            return None
        address = self._journal.notice.format(number=number)
        try:
            reply = await self._http.get(address, policy=self._journal.policy(whole=True))
            if reply.status != _TOLD or not reply.body.strip():
                # TED answers 202 with nothing while it makes the XML.
                log.info("ted_notice_not_ready", number=number, status=reply.status)
                return None
            return self._of(number, await asyncio.to_thread(self._journal.full, reply.body))
        except SlowDown as asked:
            self.gave_up = True
            log.warning("ted_notices_left_for_later", number=number, reason=str(asked))
            return None
        except (BodyTooLarge, PrivateAddress, TooManyRedirects, UnreadableBody) as trouble:
            log.warning("ted_notice_unreadable", number=number, reason=str(trouble))
            return self._aside(number, f"cannot be read, so its row is. {trouble}")
        except HttpTrouble as trouble:
            log.info("ted_notice_not_had", number=number, reason=str(trouble))
            return None

    def _of(self, number: str, got: Notice | SetAside) -> Notice | SetAside:
        """What came, if it is of the notice that was asked for and can be used."""
        if isinstance(got, SetAside):
            return self._aside(number, f"cannot be read, so its row is. {got.reason}")
        if got.source_id != number:
            return self._aside(number, f"is that of {got.source_id[:60]}, so its row is what is read.")
        return got

    def given_up(self, number: str) -> SetAside:
        """Say that a notice was never to be had."""
        return self._aside(number, f"could not be had in {TRIES} polls, so its row is what is read.")

    def _aside(self, number: str, why: str) -> SetAside:
        name = self._journal.name
        return SetAside(
            source=self._journal.key, source_id=f"{number}-xml", reason=f"{name}: the XML of {number} {why}"
        )
