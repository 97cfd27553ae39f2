"""What firms are told: alerts, their deliveries, the messages that carry them, and the built-in mailbox."""

from __future__ import annotations

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


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
    #: JSON rows of what can be pressed under it in a chat; "" for nothing.
    buttons: str = Field(default="", sa_type=Text)
    #: Message-ID of the mail that this answers; "" for none.
    in_reply_to: str = ""
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
