"""A programme that an organisation enters: how it comes to be seen, and when it stops being seen.

Every change of state is a pure function here. What an organisation enters first is checked by whoever runs the copy;
after that its own people publish. What is published is relied on for REVIEW_DAYS and then hidden, unless somebody says
again that it is still right.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.domain.programme_draft import ProgrammeDraft, Standing, programme_from
from service.domain.programme_entry import Capacity, Programme
from service.errors import NotNow

#: Days for which what was published or confirmed is relied on.
REVIEW_DAYS = 90
#: Days before the review date from which its organisation is reminded.
REMIND_DAYS = 14
#: The longest reason that is kept, in characters.
REASON_CAP = 500
_SLUG_CAP = 48


class EntryState(StrEnum):
    """Where an entry stands."""

    DRAFT = "draft"
    #: A colleague is to publish it.
    ASKED = "asked"
    #: Whoever runs the copy is to check it.
    WAITING = "waiting"
    PUBLISHED = "published"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A programme of an organisation, with what firms see of it and what is being written."""

    identity: str
    organisation: int
    #: The name of the organisation.
    owner: str
    state: EntryState
    #: What is being written; the same as `live` where nothing has changed since.
    draft: ProgrammeDraft
    #: What firms see; None before it is published.
    live: ProgrammeDraft | None = None
    #: Its key in the catalogue; the identity before it is published.
    key: str
    version: int = 1
    live_version: int = 0
    capacity: Capacity = "open"
    last_checked: date | None = None
    review_by: date | None = None
    #: Where it was read; "" where its organisation typed it in.
    origin: str = ""
    #: Why it was sent back or ended; "" where nobody said.
    note: str = ""
    #: Numbers of people; 0 for nobody.
    made_by: int = 0
    published: datetime | None = None
    changed: datetime

    @property
    def has_changes(self) -> bool:
        """Whether something was written that firms do not see yet."""
        return self.draft != self.live

    @property
    def programme(self) -> Programme | None:
        """As the catalogue has it; None where firms have never seen it."""
        if self.live is None:
            return None
        return programme_from(self.live, self.standing)

    @property
    def standing(self) -> Standing:
        """What is known of it beside what was typed."""
        return Standing(
            key=self.key,
            state="ended" if self.state is EntryState.ENDED else "current" if self.live is not None else "check",
            source=self.origin or f"entered by {self.owner}",
            capacity=self.capacity,
            last_checked=self.last_checked,
            review_by=self.review_by,
        )


def write(entry: Entry, draft: ProgrammeDraft, *, at: datetime) -> Entry:
    """Keep what was typed. What waits for somebody becomes a draft again: nobody approves what they did not read.

    Raises:
        NotNow: it has ended.
    """
    _refuse_if_over(entry)
    return _next(entry, state=_written(entry), draft=draft, at=at)


def ask(entry: Entry, *, at: datetime) -> Entry:
    """Ask a colleague to publish; the very same entry where that was done already. Raises NotNow."""
    _refuse_if_over(entry)
    if entry.state in {EntryState.ASKED, EntryState.WAITING}:
        return entry
    if entry.state is EntryState.PUBLISHED:
        raise NotNow("It is published already. A colleague who may publish can publish your change.")
    return replace(_next(entry, state=EntryState.ASKED, at=at), note="")


def submit(entry: Entry, *, seen: int, trusted: bool, at: datetime, today: date) -> Entry:
    """Publish what was read as version `seen`, or hand it to whoever checks first entries.

    The very same entry where that was done already.

    Args:
        entry: as it stands.
        seen: the version that was read.
        trusted: whether an entry of its organisation was published before.
        at: the moment.
        today: the day in London.

    Raises:
        NotNow: it has ended, or was changed since it was read.
    """
    if (entry.live is not None and entry.live_version == seen) or entry.state is EntryState.WAITING:
        return entry
    _refuse_stale(entry, seen)
    if not trusted:
        return replace(_next(entry, state=EntryState.WAITING, at=at), note="")
    return _published(entry, at=at, today=today)


def approve(entry: Entry, *, seen: int, at: datetime, today: date) -> Entry:
    """Publish what waits to be checked; the very same entry where that was done already. Raises NotNow."""
    if entry.live is not None and entry.live_version == seen:
        return entry
    _refuse_stale(entry, seen)
    if entry.state is not EntryState.WAITING:
        raise NotNow("It does not wait to be checked any more.")
    return _published(entry, at=at, today=today)


def send_back(entry: Entry, *, why: str, at: datetime) -> Entry:
    """Give it back to its writer with a reason. Raises NotNow."""
    if entry.state not in {EntryState.ASKED, EntryState.WAITING}:
        raise NotNow("It does not wait any more: somebody else has decided.")
    return replace(_next(entry, state=EntryState.DRAFT, at=at), note=why[:REASON_CAP])


def confirm(entry: Entry, *, at: datetime, today: date) -> Entry:
    """Say that what firms see is still right. Raises NotNow."""
    _refuse_if_over(entry)
    if entry.live is None:
        raise NotNow("It is not published yet.")
    renewed = _next(entry, state=entry.state, at=at)
    return replace(renewed, last_checked=today, review_by=today + timedelta(days=REVIEW_DAYS))


def set_capacity(entry: Entry, capacity: Capacity, *, at: datetime) -> Entry:
    """Say whether firms can begin just now; the very same entry where that was said. Raises NotNow."""
    _refuse_if_over(entry)
    return entry if entry.capacity == capacity else replace(_next(entry, state=entry.state, at=at), capacity=capacity)


def end(entry: Entry, *, why: str, at: datetime) -> Entry:
    """Say that it is over: it is listed as ended and never sent. The very same entry where that was done already."""
    if entry.state is EntryState.ENDED:
        return entry
    return replace(_next(entry, state=EntryState.ENDED, at=at), note=why[:REASON_CAP])


def slug_of(name: str, identity: str) -> str:
    """A key for the catalogue: the name in small letters, and enough of the identity to tell two apart."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_SLUG_CAP].strip("_")
    return f"{words}_{identity[:4]}" if words[:1].isalpha() else f"programme_{words}_{identity[:4]}".replace("__", "_")


def _published(entry: Entry, *, at: datetime, today: date) -> Entry:
    seen = entry.version
    return replace(
        _next(entry, state=EntryState.PUBLISHED, at=at),
        note="",
        live=entry.draft,
        live_version=seen,
        key=slug_of(entry.draft.name, entry.identity) if entry.live is None else entry.key,
        last_checked=today,
        review_by=today + timedelta(days=REVIEW_DAYS),
        published=entry.published or at,
    )


def _written(entry: Entry) -> EntryState:
    return EntryState.PUBLISHED if entry.live is not None else EntryState.DRAFT


def _refuse_if_over(entry: Entry) -> None:
    if entry.state is EntryState.ENDED:
        raise NotNow("It has ended. Nothing more can be changed.")


def _refuse_stale(entry: Entry, seen: int) -> None:
    _refuse_if_over(entry)
    if entry.version != seen:
        raise NotNow("It was changed since you looked. Read it again, then decide.")


def _next(entry: Entry, *, state: EntryState, at: datetime, draft: ProgrammeDraft | None = None) -> Entry:
    return replace(
        entry, state=state, draft=entry.draft if draft is None else draft, version=entry.version + 1, changed=at
    )
