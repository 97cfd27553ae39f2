"""Mail that came in, and destinations that trouble was reported of."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class InboundRow(SQLModel, table=True):
    __tablename__ = "inbound"
    __table_args__ = (
        Index("inbound_waiting", "state", "available", "id"),
        Index("inbound_sender", "sender", "received"),
    )

    id: int | None = Field(default=None, primary_key=True)
    #: What makes the same mail the same, however often it is handed over.
    fingerprint: str = Field(unique=True)
    #: These three are emptied once the mail is dealt with.
    envelope_from: str
    recipient: str
    raw: bytes = Field(sa_type=LargeBinary)
    received: str
    #: Salted hash of the sender, to count by; "" until it is read.
    sender: str = ""
    #: waiting, done or parked.
    state: str
    available: str = ""
    attempts: int = 0
    #: What became of it: never words or addresses of the mail.
    outcome: str = Field(default="", sa_type=Text)


class BounceRow(SQLModel, table=True):
    __tablename__ = "bounce"

    destination_id: int = Field(primary_key=True)
    #: Passing failures in a row.
    times: int
    #: The message of the last report: one message counts once.
    message_id: int
    last: str
    #: Nothing goes there before this moment.
    until: str
    said: str = Field(default="", sa_type=Text)
