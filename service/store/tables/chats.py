"""Talks in chats: where each stands, what came in, what goes out, and the links that join a chat to a firm."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class ChatRow(SQLModel, table=True):
    __tablename__ = "chat"

    address: str = Field(primary_key=True)
    #: The question that was asked last; "" where none is open.
    step: str = ""
    #: JSON of what was answered so far.
    answers: str = Field(default="{}", sa_type=Text)
    changed: str = Field(index=True)
    #: When the burst began that is counted, and how many things were said in it.
    burst_since: str = ""
    burst: int = 0


class ChatInboxRow(SQLModel, table=True):
    __tablename__ = "chat_inbox"

    channel: str = Field(primary_key=True)
    #: Everything numbered below is stored here; 0 where there is nothing to confirm.
    confirmed: int = Field(default=0, sa_type=BigInteger)
    #: Who listens, and until when nobody else does.
    holder: str = ""
    until: str = ""
    #: How people find us there; "" until we were let in once.
    call_name: str = ""


class ChatUpdateRow(SQLModel, table=True):
    __tablename__ = "chat_update"
    __table_args__ = (Index("chat_update_waiting", "state", "number"),)

    channel: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    chat: str = Field(index=True)
    #: JSON of what was said; "" once it is dealt with.
    said: str = Field(sa_type=Text)
    received: str = Field(index=True)
    #: waiting, done, dropped or parked.
    state: str
    attempts: int = 0


class ChatAnswerRow(SQLModel, table=True):
    __tablename__ = "chat_answer"
    __table_args__ = (UniqueConstraint("channel", "update_number", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    update_number: int = Field(sa_type=BigInteger)
    #: Which of the answers to one thing it is.
    place: int
    chat: str = Field(index=True)
    #: JSON of what is said; "" once it is delivered.
    answer: str = Field(sa_type=Text)
    created: str = Field(index=True)
    #: waiting, sending, sent or given_up.
    state: str
    available: str = ""
    lease_until: str = ""
    attempts: int = 0
    doubts: int = 0
    #: What the far side said last.
    said: str = Field(default="", sa_type=Text)


class ChatLinkRow(SQLModel, table=True):
    __tablename__ = "chat_link"

    #: Hash of the secret in the link; it is taken away when it is used.
    token_hash: str = Field(primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    person_id: int
    #: The channel that tells from then on; "" for every one.
    told_by: str
    ends: str = Field(index=True)


class ChannelChoiceRow(SQLModel, table=True):
    __tablename__ = "channel_choice"

    firm_id: int = Field(primary_key=True, foreign_key="firm.id")
    #: The one channel that tells, so that nothing is told twice.
    channel: str
