"""The Protocols an adapter author reads, and the few shapes they speak in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from service.domain.chat import Answer, Incoming
from service.domain.message import Message, Receipt
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Details, Reading
from service.domain.tagging import Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPolicy:
    """How to deal with one host: how gently, how patiently and within which limits."""

    #: Seconds between the starts of two requests to the host. Find a Tender and Contracts Finder allow 12 in 120 s.
    pace: float = 10.0
    #: Statuses by which the host asks for patience. Contracts Finder adds 403.
    slow_down_statuses: frozenset[int] = frozenset({429, 503})
    #: Seconds to wait where such an answer names no time. Contracts Finder asks for 300.
    slow_down_default: float = 120.0
    #: How often one call tries again after a slow-down, and as often again after failures that may pass.
    retries: int = 3
    #: The longest one call waits for its turn or after a slow-down, in seconds; beyond it raises SlowDown.
    longest_wait: float = 600.0
    #: The most bytes of a body, on the wire and decoded.
    max_bytes: int = 20 * 1024 * 1024
    #: Seconds for one try from sending to the last byte, redirects included, waiting for turns not.
    total_timeout: float = 60.0
    #: Seconds to look the name up and connect.
    connect_timeout: float = 10.0
    #: Seconds between two reads.
    read_timeout: float = 15.0
    #: How many redirects are followed.
    max_redirects: int = 3
    #: Allow addresses that plainly name this machine. Only where an operator set SOURCE_<KEY>_URL to one.
    allow_loopback: bool = False
    #: Refuse plain http, also by redirect: webhooks.
    https_only: bool = False
    #: Ask only for what changed since it was last read.
    conditional: bool = True
    #: Obey the site's robots.txt, its crawl-delay included: every listing that is read without an agreed interface.
    robots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the far side said: a success, or that nothing changed."""

    #: Where the answer came from, after redirects.
    url: str
    status: int
    #: By lower-case name.
    headers: Mapping[str, str]
    #: Decoded and whole; empty where nothing changed.
    body: bytes
    #: Whether the page is what it was when last read (status 304).
    not_modified: bool


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> datetime:
        """Return the present moment, aware."""

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long."""


class PaceBook(Protocol):
    """When each host may be asked again: one book for all workers, kept across restarts."""

    async def reserve(self, host: str, pace: float, now: datetime) -> datetime:
        """Book the next start for a host and return it.

        Never before `now`, nor before a hold is over, nor less than `pace` seconds after the start booked before it.
        """

    async def hold(self, host: str, until: datetime) -> None:
        """Let no request to a host start before `until`; a shorter hold never shortens a longer one."""


class Validators(Protocol):
    """What each URL was when it was last read: its ETag and Last-Modified.

    A validator must never outlive what was read with it: stored before the page's notices are, a crash in between
    makes the next poll hear "not modified" and lose them. Keep what `put` says back until those are committed.
    """

    async def get(self, url: str) -> tuple[str | None, str | None] | None:
        """Return ETag and Last-Modified of a URL; None when it was never read."""

    async def put(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Remember what a URL is now; with neither value, forget it."""


class Http(Protocol):
    """The outside world, politely."""

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """Fetch a page. Raises HttpTrouble of every kind; `PoliteHttp.get` says when which."""

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """Send JSON. Raises HttpTrouble of every kind; `PoliteHttp.post` says when which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """What people are told about a source."""

    name: str
    home: str
    licence: str
    #: Shown with everything taken from it.
    attribution: str
    #: How often it is asked, in words.
    rhythm: str
    caveats: tuple[str, ...] = ()
    #: Seconds between two polls.
    every: float = 1800.0
    #: "open": anybody may read it by its licence. "needs_permission": it ships disabled, and is not asked before an
    #: operator recorded that robots.txt and terms were read. "prohibited": its terms forbid it; it is never asked.
    permission: Literal["open", "needs_permission", "prohibited"] = "open"
    #: GSS codes of the London authorities whose own listing this is, as in service/data/authorities.toml; empty for a
    #: national service.
    authorities: tuple[str, ...] = ()
    #: Working days without anything new after which it is taken to be stale; None: it is never taken to be.
    silence: int | None = None
    #: Every London authority publishes here by law, so that reading it covers them all.
    national: bool = False
    #: Something is published on every working day: one with nothing at all means that we are turned away unsaid.
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach one source in this copy: set by an operator or the source's own address.

    Attributes:
        base_url: without a slash at the end; None: the source's own address.
        pace: seconds between requests; None: the source's own pace.
        allow_loopback: whether the address is one an operator set at this machine.
    """

    base_url: str | None = None
    pace: float | None = None
    allow_loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a source's list, already split into notices, to be committed at once with its bookmark.

    Attributes:
        notices: what can be told apart as notices, in the source's own order.
        set_aside: rows that could not even be told apart as notices.
        bookmark: where to go on after this page; opaque to all but the source.
        done: whether this was the last page of the poll.
        empty: the source's list has no rows at all at present, and is known not to be broken.
        quiet: its notices only complete what was told before: nobody is alerted that something has changed.
    """

    notices: tuple[Notice, ...]
    set_aside: tuple[SetAside, ...] = ()
    bookmark: str
    done: bool
    empty: bool = False
    quiet: bool = False


class Source(Protocol):
    """Somewhere opportunities are published. The module exposes one instance as SOURCE."""

    #: Stable for ever: part of every notice key.
    key: str
    card: SourceCard

    def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,
        until: datetime,
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """Poll: every page from the bookmark (or `since`, or a few days back) up to `until`.

        A poll cut short goes on from the bookmark of the last page committed, losing and repeating nothing that
        matters. Raises HttpTrouble (NotLetIn: a login, a challenge or robots.txt stands before the list),
        UnreadableBody (LayoutDrift: the list is laid out anew; it comes before any row of the poll is given),
        PagingBroke, or, after the last page, GoneStale.
        """

    def recognises(self, payload: bytes) -> bool:
        """Tell by content, never by name, whether a file is of this source."""

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Split a recognised file into notices. Raises UnreadableBody where nothing can be told apart."""

    def read(self, notice: Notice) -> Reading | SetAside:
        """Map one notice to our words; pure. What cannot be read or used is set aside with the reason."""


class Tagger(Protocol):
    """Judges trade and size. The module exposes one instance as TAGGER."""

    @property
    def version(self) -> str:
        """Recorded with every tag. Raises ReferenceDataError where what it judges by is damaged."""

    def tags(self, details: Details) -> Tags:
        """Judge; pure and quick, but on the CPU: call it off the event loop."""


class Channel(Protocol):
    """Carries messages. The module exposes a class or factory as CHANNEL; bootstrap makes it from settings."""

    #: "email", "mailbox"...
    name: str

    async def deliver(self, message: Message) -> Receipt:
        """Hand over one message. Raises TryLater, Refused or InDoubt."""

    async def close(self) -> None:
        """Give back connections."""


class Inbox(Protocol):
    """Hears what people say in chats and answers them. The same object is usually the Channel of that name too."""

    #: "telegram"...
    name: str

    async def call_name(self) -> str:
        """How people find us there, for links. Raises TryLater, or WrongSettings where we are not let in."""

    async def incoming(self, *, confirmed: int, wait: float) -> Sequence[Incoming]:
        """What was said since, waiting for something up to `wait` seconds.

        `confirmed`: everything numbered below it is stored here, and may be forgotten there; 0 confirms nothing. The
        same thing may come more than once. Raises TryLater, or WrongSettings where we are not let in.
        """

    async def acknowledge(self, press: str) -> None:
        """Let the button rest that was pressed. It is a courtesy: nothing is raised."""

    async def answer(self, chat: str, answer: Answer) -> Receipt:
        """Say something. Raises TryLater, Refused or InDoubt."""

    async def close(self) -> None:
        """Give back connections."""


class MailboxStore(Protocol):
    """Where the built-in mailbox keeps letters."""

    async def keep(self, message: Message, *, headers: Sequence[tuple[str, str]], at: datetime) -> None:
        """Keep a letter once: the same Message-ID again changes nothing."""
