"""The rows. The unique keys here are the promises of the flow: "insert, on conflict do nothing" is the de-duplication.

Moments are stored as UTC text in ISO 8601 with microseconds, which sorts and compares alike on every database.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class NoticeRow(SQLModel, table=True):
    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("source", "source_id", "content_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    source_id: str
    content_hash: str
    form: str
    published: str = ""
    seen: str
    #: Compressed with zlib.
    body: bytes = Field(sa_type=LargeBinary)
    #: "" where the notice is used.
    set_aside: str = Field(default="", sa_type=Text)
    opportunity_id: str = Field(default="", index=True)


class OpportunityRow(SQLModel, table=True):
    __tablename__ = "opportunity"

    id: str = Field(primary_key=True)
    revision: int
    #: The opportunity this one was joined into; "" for none.
    redirect_to: str = Field(default="", index=True)
    first_seen: str
    #: Newest first lists sort by this.
    first_published: str = Field(index=True)
    as_of: str
    stage: str
    status: str
    closes: str = ""
    buyer_key: str = Field(default="", index=True)
    title_key: str = Field(default="", index=True)
    state: bytes = Field(sa_type=LargeBinary)
    tags: bytes = Field(default=b"", sa_type=LargeBinary)
    tagged_revision: int = 0
    #: Filters of the list pages, space-padded words: sectors, borough GSS codes, sizes that suit.
    sector_words: str = Field(default="", sa_type=Text)
    area_words: str = Field(default="", sa_type=Text)
    size_words: str = Field(default="", sa_type=Text)
    #: Tokens of title, buyer and description for the search, space-padded.
    search_words: str = Field(default="", sa_type=Text)


class OpportunityKeyRow(SQLModel, table=True):
    __tablename__ = "opportunity_key"

    scheme: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    opportunity_id: str = Field(index=True)
    #: Why this key belongs here, in words.
    evidence: str = Field(sa_type=Text)


class RevisionRow(SQLModel, table=True):
    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("opportunity_id", "content_hash"), UniqueConstraint("opportunity_id", "number"))

    id: int | None = Field(default=None, primary_key=True)
    opportunity_id: str
    number: int
    content_hash: str
    recorded: str
    as_of: str
    change_kind: str = ""
    #: JSON list of [field, before, after].
    differences: str = Field(default="[]", sa_type=Text)


class EventRow(SQLModel, table=True):
    __tablename__ = "event"
    __table_args__ = (Index("event_waiting", "kind", "done", "available", "id"), UniqueConstraint("kind", "subject"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    #: What makes the event unique within its kind.
    subject: str
    payload: str = Field(sa_type=Text)
    created: str
    available: str
    attempts: int = 0
    done: bool = False
    #: Why it was put aside after failing too often; "" where it was not.
    parked: str = Field(default="", sa_type=Text)


class BookmarkRow(SQLModel, table=True):
    __tablename__ = "bookmark"

    source: str = Field(primary_key=True)
    bookmark: str = Field(sa_type=Text)
    moved: str


class SourceHealthRow(SQLModel, table=True):
    __tablename__ = "source_health"

    source: str = Field(primary_key=True)
    health: str
    reason: str = Field(default="", sa_type=Text)
    last_poll: str = ""
    last_good: str = ""
    last_new: str = ""
    next_poll: str = ""
    failures: int = 0


class PollLeaseRow(SQLModel, table=True):
    __tablename__ = "poll_lease"

    source: str = Field(primary_key=True)
    holder: str
    until: str


class FirmRow(SQLModel, table=True):
    __tablename__ = "firm"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    size: str = ""
    #: waiting, active, paused or stopped.
    state: str
    created: str
    confirmed: str = ""
    #: The sentence agreed to, and when.
    consent: str = Field(default="", sa_type=Text)
    consented: str = ""
    #: Random part of the firm's links: a new one makes the old links void.
    secret: str


class InterestRow(SQLModel, table=True):
    __tablename__ = "interest"

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    interest: str = Field(sa_type=Text)


class DestinationRow(SQLModel, table=True):
    __tablename__ = "destination"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    channel: str
    address: str
    #: Why nothing goes there any more; "" where it does.
    closed: str = ""


class AlertRow(SQLModel, table=True):
    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("firm_id", "opportunity_id", "change"),)

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True)
    opportunity_id: str = Field(index=True)
    change: str
    #: The revision that was current when this was decided.
    revision: int
    change_kind: str = ""
    #: JSON list of sentences.
    reasons: str = Field(sa_type=Text)
    #: JSON list of [field, before, after].
    differences: str = Field(default="[]", sa_type=Text)
    created: str
    #: Why it was not told after all; "" where it was or will be.
    dropped: str = ""


class DeliveryRow(SQLModel, table=True):
    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("alert_id", "destination_id"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int
    destination_id: int
    message_id: int = Field(index=True)


class MessageRow(SQLModel, table=True):
    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("destination_id", "slot"),
        Index("message_waiting", "state", "available", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int
    firm_id: int = Field(index=True)
    #: What makes it unique for its destination: "alert:<id>", "digest:<date>", "confirm:<secret>".
    slot: str
    header_id: str
    channel: str
    address: str
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    kind: str
    unsubscribe_url: str = Field(default="", sa_type=Text)
    created: str
    #: waiting, sending, sent, refused, dropped, failed or parked.
    state: str
    available: str
    #: Until when a worker has it in hand; "" for nobody.
    lease_until: str = ""
    attempts: int = 0
    doubts: int = 0
    said: str = Field(default="", sa_type=Text)


class LetterRow(SQLModel, table=True):
    __tablename__ = "letter"

    message_id: str = Field(primary_key=True)
    to: str
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    headers: str = Field(sa_type=Text)
    at: str = Field(index=True)


class PaceRow(SQLModel, table=True):
    __tablename__ = "pace"

    host: str = Field(primary_key=True)
    next_start: str


class TickRow(SQLModel, table=True):
    __tablename__ = "tick"

    job: str = Field(primary_key=True)
    due_at: str = Field(primary_key=True)
