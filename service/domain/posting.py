"""A posting: an opportunity a buyer types into our form, from its draft to how it ended.

Every change of state is a pure function here. Each is refused with a sentence where it cannot be done any more, so two
people who press a button at once get one outcome and one explanation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from service.errors import NotNow

#: The longest reason that is kept, in characters.
REASON_CAP = 500
#: Characters of a line and of a text that a draft keeps. What is typed beyond that is shown again, but not stored.
LINE_KEPT, TEXT_KEPT = 400, 100_000
#: The answers that are texts of several lines.
TEXTS = frozenset({"description", "asks"})
#: What the procurement number (ocid) of a posting begins with. It is our own and not registered with the standard's
#: keepers: an operator who publishes for others registers one.
OCID_PREFIX = "ocds-bowbel"


class PostingState(StrEnum):
    """Where a posting stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    #: Read and approved, to be published at a moment that is to come.
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    #: Ended without an award.
    CLOSED = "closed"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """Advice of the guide that somebody went over, with the reason. It counts while the advice says the same."""

    rule: str
    #: What the advice said.
    said: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed, as it was typed; "" for nothing yet."""

    title: str = ""
    description: str = ""
    #: Key of a sector, as the poster has it.
    sector: str = ""
    #: Key of the sector we suggested; "" where we did not.
    suggested: str = ""
    #: "london", or GSS codes of boroughs.
    areas: tuple[str, ...] = ()
    #: Pounds without VAT.
    worth: str = ""
    starts_day: str = ""
    starts_month: str = ""
    starts_year: str = ""
    months: str = ""
    closes_day: str = ""
    closes_month: str = ""
    closes_year: str = ""
    closes_time: str = ""
    #: An e-mail address, or the address of a web page.
    reply: str = ""
    #: What a reply is to hold.
    asks: str = ""
    #: "yes" where firms write their reply on our page; `reply` may then be empty.
    by_form: str = ""
    #: The public contract that a main contractor's work stems from: its ocid or notice number.
    part_of: str = ""
    #: "yes" where a main contractor writes, who is asked for `part_of`.
    by_contractor: str = ""
    #: Ids of the papers that go with it.
    files: tuple[str, ...] = ()
    #: The questions answered without a problem.
    done: tuple[str, ...] = ()
    #: Number of the notice on Find a Tender, as typed.
    find_a_tender: str = ""
    overruled: tuple[Overruled, ...] = ()


def kept(draft: Draft) -> tuple[Draft, dict[str, int]]:
    """A draft as it is stored, and each answer that is cut by it with how many characters are left."""
    caps = {each.name: TEXT_KEPT if each.name in TEXTS else LINE_KEPT for each in fields(draft)}
    cut = {name: cap for name, cap in caps.items() if isinstance(said := getattr(draft, name), str) and len(said) > cap}
    return replace(draft, **{name: getattr(draft, name)[:cap] for name, cap in cut.items()}), cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that goes with a posting, as firms are given it."""

    identity: str
    title: str
    url: str
    #: A media type.
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a draft says once nothing is wrong with it."""

    title: str
    description: str
    sector: str
    areas: tuple[str, ...]
    worth: Decimal
    starts: date
    #: The last day.
    ends: date
    closes: datetime
    #: "" where firms reply on our page only.
    reply: str
    asks: str
    #: The public contract it stems from; "" where it is the buyer's own.
    part_of: str = ""
    #: Number of the notice on Find a Tender; "" where there is none.
    find_a_tender: str = ""
    #: Papers: title, address and kind (MIME).
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An opportunity of a buyer, with what firms see of it and what is being written."""

    identity: str
    #: The number of the organisation that buys.
    organisation: int
    #: Its name, as firms read it.
    buyer: str
    state: PostingState
    #: What is being written; the same as `live` where nothing has changed since.
    draft: Draft
    #: What firms see; None before it is published.
    live: Draft | None = None
    #: Counts every change, so that nobody decides on what was changed meanwhile.
    version: int = 1
    #: The version that was published last; 0 before.
    live_version: int = 0
    #: How many notices were made of it.
    notices: int = 0
    #: Numbers of people; 0 for nobody.
    made_by: int
    asked_by: int = 0
    #: Whoever looks after it now, and is told of questions, replies and decisions.
    held_by: int = 0
    #: Why it was sent back, withdrawn or ended; "" where nobody said.
    note: str = ""
    published: datetime | None = None
    #: When it is to be published, and the number of whoever said so; None and 0 where nobody did.
    due: datetime | None = None
    due_by: int = 0
    changed: datetime

    @property
    def ocid(self) -> str:
        """The number of its procurement."""
        return f"{OCID_PREFIX}-{self.identity}"

    @property
    def has_changes(self) -> bool:
        """Whether something was written that firms do not see yet."""
        return self.draft != self.live


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Who won, and for how much."""

    supplier: str
    #: Pounds without VAT; None where it is not said.
    worth: Decimal | None = field(default=None)


_OVER = {
    PostingState.WITHDRAWN: "It was withdrawn.",
    PostingState.CLOSED: "It ended without an award.",
    PostingState.AWARDED: "It was awarded.",
}


def write(posting: Posting, draft: Draft, *, at: datetime) -> Posting:
    """Answer a question. What waits for approval becomes a draft again: nobody approves what they did not read.

    Raises:
        NotNow: it is over.
    """
    _refuse_if_over(posting)
    is_unread = posting.state in {PostingState.WAITING, PostingState.SCHEDULED}
    state = PostingState.DRAFT if is_unread else posting.state
    return replace(_next(posting, state=state, draft=draft, at=at), due=None, due_by=0)


def ask(posting: Posting, *, by: int, at: datetime) -> Posting:
    """Ask a colleague to approve a draft.

    Raises:
        NotNow: it is published, or over.
    """
    _refuse_if_over(posting)
    if posting.state is PostingState.WAITING:
        return posting
    if posting.state is PostingState.SCHEDULED:
        raise NotNow("It is approved already, and will be published on its day.")
    if posting.state is not PostingState.DRAFT:
        raise NotNow("It is published already. A colleague who may publish can publish your change.")
    return _next(posting, state=PostingState.WAITING, asked_by=by, note="", at=at)


def send_back(posting: Posting, *, why: str, at: datetime) -> Posting:
    """Give a draft back to its writer with a reason.

    Raises:
        NotNow: it does not wait for approval.
    """
    if posting.state not in {PostingState.WAITING, PostingState.SCHEDULED}:
        raise NotNow("It does not wait for approval any more: somebody else has decided.")
    back = _next(posting, state=PostingState.DRAFT, note=why[:REASON_CAP], at=at)
    return replace(back, due=None, due_by=0)


def schedule(posting: Posting, *, seen: int, due: datetime, by: int, at: datetime) -> Posting:
    """Say when a draft is to be published; the very same posting where that was said already.

    Raises:
        NotNow: it is published, over, or was changed since it was read.
    """
    if posting.state is PostingState.SCHEDULED and posting.due == due:
        return posting
    _refuse_if_over(posting)
    if posting.live is not None:
        raise NotNow("It is published already: a change is published at once.")
    if posting.version != seen:
        raise NotNow("It was changed since you looked. Read it again, then decide.")
    return replace(_next(posting, state=PostingState.SCHEDULED, note="", at=at), due=due, due_by=by)


def publish(posting: Posting, *, seen: int, at: datetime) -> Posting:
    """Publish a draft, or a change of what is published; the very same posting where that was done already.

    Args:
        posting: as it stands.
        seen: the version that whoever publishes has read.
        at: the moment.

    Raises:
        NotNow: it is over, or was changed since it was read.
    """
    if posting.live is not None and posting.live_version == seen:
        return posting
    _refuse_if_over(posting)
    if posting.version != seen:
        raise NotNow("It was changed since you looked. Read it again, then decide.")
    if not posting.has_changes:
        return posting
    return replace(
        _next(posting, state=PostingState.PUBLISHED, note="", at=at),
        live=posting.draft,
        live_version=seen,
        notices=posting.notices + 1,
        published=posting.published or at,
        due=None,
        due_by=0,
    )


def extend(posting: Posting, until: Draft, *, at: datetime) -> Posting:
    """Move the deadline of what firms see to that of `until`; what was being written besides stays unpublished.

    The very same posting where that is its deadline already. Raises NotNow.
    """
    _refuse_if_over(posting)
    if posting.live is None:
        raise NotNow("It is not published yet.")
    live = with_closing(posting.live, of=until)
    if live == posting.live:
        return posting
    moved = _next(posting, state=posting.state, draft=with_closing(posting.draft, of=until), at=at)
    seen = posting.live_version if moved.draft != live else moved.version
    return replace(moved, live=live, live_version=seen, notices=posting.notices + 1)


def with_closing(draft: Draft, *, of: Draft) -> Draft:
    """A draft with the deadline of another."""
    return replace(
        draft,
        closes_day=of.closes_day,
        closes_month=of.closes_month,
        closes_year=of.closes_year,
        closes_time=of.closes_time,
    )


def hand_over(posting: Posting, *, to: int, at: datetime) -> Posting:
    """Let a colleague look after it; the very same posting where the colleague does already. Raises NotNow."""
    _refuse_if_over(posting)
    if posting.held_by == to:
        return posting
    return replace(_next(posting, state=posting.state, at=at), held_by=to)


def copied(draft: Draft) -> Draft:
    """What is written again in a new posting: everything but the days, which are past or soon will be."""
    done = tuple(each for each in draft.done if each not in {"how-long", "by-when"})
    fresh = replace(with_closing(draft, of=Draft()), starts_day="", starts_month="", starts_year="", done=done)
    return replace(fresh, closes_time=draft.closes_time)


def withdraw(posting: Posting, *, why: str, at: datetime) -> Posting:
    """Take a published posting back; the very same posting where that was done already. Raises NotNow."""
    return _end(posting, PostingState.WITHDRAWN, note=why, at=at)


def award(posting: Posting, *, at: datetime) -> Posting:
    """Say that it was awarded; the very same posting where that was done already. Raises NotNow."""
    return _end(posting, PostingState.AWARDED, note="", at=at)


def close(posting: Posting, *, why: str, at: datetime) -> Posting:
    """End it without an award; the very same posting where that was done already. Raises NotNow."""
    return _end(posting, PostingState.CLOSED, note=why, at=at)


def _end(posting: Posting, state: PostingState, *, note: str, at: datetime) -> Posting:
    if posting.state is state:
        return posting
    _refuse_if_over(posting)
    if posting.state is not PostingState.PUBLISHED:
        raise NotNow("It is not published yet.")
    ended = _next(posting, state=state, note=note[:REASON_CAP], at=at)
    # A change that nobody published goes with it: firms are told the end of what they have read.
    return replace(ended, draft=posting.live or posting.draft, notices=posting.notices + 1)


def _refuse_if_over(posting: Posting) -> None:
    if posting.state in _OVER:
        raise NotNow(f"{_OVER[posting.state]} Nothing more can be changed.")


def _next(
    posting: Posting,
    *,
    state: PostingState,
    at: datetime,
    draft: Draft | None = None,
    asked_by: int | None = None,
    note: str | None = None,
) -> Posting:
    return replace(
        posting,
        state=state,
        draft=posting.draft if draft is None else draft,
        asked_by=posting.asked_by if asked_by is None else asked_by,
        note=posting.note if note is None else note,
        version=posting.version + 1,
        changed=at,
    )
