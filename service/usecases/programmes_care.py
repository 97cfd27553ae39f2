"""Care for the catalogue over time: owners are reminded before a review date, and links are asked whether they work.

What is due is read from rows, so whoever looks and however often, a reminder goes out once and a page is asked once a
week. A page that does not answer is asked again the next day before anybody is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from service.domain.message import AccountLetter, Message, Written, account_mail
from service.domain.programme_stand import REMIND_DAYS, Entry
from service.domain.wording import day_words
from service.errors import BodyTooLarge, HttpTrouble, NotLetIn, SlowDown
from service.failpoints import reached
from service.ports import Clock, Http, HttpPolicy
from service.usecases.people import PeopleBook
from service.usecases.programmes import day_in_london
from service.usecases.programmes_catalogue import CatalogueBook, LiveCatalogue

_log = structlog.get_logger()

#: How often a page is asked that works, and one that did not answer once.
EVERY = timedelta(days=7)
AGAIN = timedelta(days=1)
#: Failures in a row after which its owner is told.
TELL_AFTER = 2
#: Pages asked in one look.
MOST_LINKS = 20
#: Gently: one try, robots.txt obeyed, and no more of a page than tells that it is there.
POLICY = HttpPolicy(
    pace=5.0,
    retries=0,
    longest_wait=60.0,
    max_bytes=4 * 1024 * 1024,
    total_timeout=30.0,
    conditional=False,
    robots=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """What came of asking for a page."""

    url: str
    checked: datetime
    #: What was wrong, in words; "" where it answered.
    said: str = ""
    #: When it was first found broken; None while it works.
    since: datetime | None = None
    failures: int = 0


class CareBook(PeopleBook, CatalogueBook, Protocol):
    """What care asks of the store, within one transaction."""

    async def entries_to_review(self, *, since: date, until: date) -> Sequence[Entry]:
        """Published entries whose review date lies between two days."""

    async def entry_of_link(self, url: str) -> Entry | None:
        """A published entry that points to a page; None where none does."""

    async def links_seen(self) -> Mapping[str, LinkSeen]:
        """What came of asking for pages, by address."""

    async def keep_link_seen(self, seen: LinkSeen) -> None:
        """Write down what came of asking."""

    async def forget_links(self, urls: Sequence[str]) -> None:
        """Nobody points to these any more."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent, once for each slot."""


class CareLedger(Protocol):
    """Opens transactions over the catalogue."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[CareBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[CareBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What reminding and checking need."""

    ledger: CareLedger
    clock: Clock
    http: Http
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    public_url: str
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)
    #: More pages that we point to: each function gives their addresses.
    others: Sequence[Callable[[], Iterable[str]]] = ()

    async def remind(self) -> None:
        """Tell those who publish for an organisation of entries that are to be looked at within REMIND_DAYS, once."""
        now = self.clock.now()
        today = day_in_london(now)
        async with self.ledger.writing() as book:
            due = await book.entries_to_review(since=today, until=today + timedelta(days=REMIND_DAYS))
            for entry in due:
                await self._tell(book, entry, self._review_letter(entry, today), about=f"review:{entry.review_by}")
            if due:
                reached("review.before_commit")

    async def check_links(self) -> int:
        """Ask for pages that are due; how many were asked."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            wanted = await self._wanted(book)
            seen = await book.links_seen()
            await book.forget_links([url for url in seen if url not in wanted])
        due = [url for url in wanted if _is_due(seen.get(url), now)][:MOST_LINKS]
        for url in due:
            await self._keep(url, seen.get(url), await _trouble(self.http.get, url))
        return len(due)

    async def _wanted(self, book: CatalogueBook) -> list[str]:
        programmes = await self.catalogue.programmes(book)
        ours = [each.url for each in programmes if each.url and each.state == "current"]
        return sorted({*ours, *(url for each in self.others for url in each())})

    async def _keep(self, url: str, before: LinkSeen | None, trouble: str | None) -> None:
        now = self.clock.now()
        if trouble is None:  # nothing was learnt: it is asked again when it is due the next time
            after = LinkSeen(url=url, checked=now, said=before.said if before else "")
        elif not trouble:
            after = LinkSeen(url=url, checked=now)
        else:
            since = before.since if before and before.since else now
            failures = (before.failures if before else 0) + 1
            after = LinkSeen(url=url, checked=now, said=trouble, since=since, failures=failures)
        async with self.ledger.writing() as book:
            await book.keep_link_seen(after)
            if after.failures == TELL_AFTER and (entry := await book.entry_of_link(url)) is not None:
                _log.warning("a page does not answer", action="link_broken", entry=entry.identity, said=trouble)
                await self._tell(book, entry, self._link_letter(entry, after), about=f"link:{after.since}")

    async def _tell(self, book: CareBook, entry: Entry, letter: AccountLetter, *, about: str) -> None:
        """Write to those who publish for the organisation of an entry, or to all of it where nobody does."""
        people = await book.colleagues(entry.organisation)
        publishing = [each for each in people if await _publishes(book, each.person, entry.organisation)]
        written = self.write(letter)
        for each in publishing or people:
            message = account_mail(written, message_id=self.message_id(), to=each.address, at=self.clock.now())
            slot = f"programme:{entry.identity}:{about}:{each.person}"
            await book.keep_message(message, firm=0, target=0, slot=slot, alerts=())

    def _review_letter(self, entry: Entry, today: date) -> AccountLetter:
        name = entry.live.name if entry.live else entry.draft.name
        until = day_words(entry.review_by, today=today) if entry.review_by else ""
        return AccountLetter(
            subject=f"Is this still right? {name}",
            heading="Is this still right?",
            said=(
                f"{name} is relied on until {until}. After that firms do not see it any more.",
                "Look at it, change what is no longer right, and press “It is still right”.",
            ),
            button="Look at it",
            url=f"{self.public_url}/providers/programmes/{entry.identity}",
            why="You get this once, because you publish programmes of support for your organisation.",
        )

    def _link_letter(self, entry: Entry, seen: LinkSeen) -> AccountLetter:
        name = entry.live.name if entry.live else entry.draft.name
        return AccountLetter(
            subject=f"A page does not answer: {name}",
            heading="A page does not answer",
            said=(
                f"Firms are sent to {seen.url} for {name}. On two days it did not answer us: {seen.said}",
                "If it has moved, change the address. If the programme is over, say so.",
            ),
            button="Look at it",
            url=f"{self.public_url}/providers/programmes/{entry.identity}",
            why="You get this once, because you publish programmes of support for your organisation.",
        )


async def _publishes(book: PeopleBook, person: int, organisation: int) -> bool:
    mine = await book.memberships(person)
    return any(each.organisation == organisation and "programme.publish" in each.may for each in mine)


def _is_due(seen: LinkSeen | None, now: datetime) -> bool:
    if seen is None:
        return True
    return now - seen.checked >= (AGAIN if 0 < seen.failures < TELL_AFTER else EVERY)


async def _trouble(get: Callable[..., Awaitable[object]], url: str) -> str | None:
    """What is wrong with a page; "" where it answers, None where we cannot tell."""
    try:
        await get(url, policy=POLICY)
    except BodyTooLarge:
        return ""
    except (NotLetIn, SlowDown):
        return None
    except HttpTrouble as trouble:
        return str(trouble)[:200]
    return ""
