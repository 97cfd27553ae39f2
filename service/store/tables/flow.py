"""The events that carry work from step to step, and the ticks of what is due."""

from __future__ import annotations

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


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


class TickRow(SQLModel, table=True):
    __tablename__ = "tick"

    job: str = Field(primary_key=True)
    due_at: str = Field(primary_key=True)


class ChangesRow(SQLModel, table=True):
    __tablename__ = "changes"

    #: What changes: "interests" for the firms and what they asked for.
    subject: str = Field(primary_key=True)
    #: How often; triggers count.
    number: int = 0
