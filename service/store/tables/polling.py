"""How far each source was read, how it fares and fared, whether it may be read, who polls it and how often."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


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
    first_good: str = ""
    #: Since when it has been unwell, and when the operator was told of it; "" for not.
    trouble_since: str = ""
    told: str = ""


class SourceSpellRow(SQLModel, table=True):
    __tablename__ = "source_spell"
    __table_args__ = (Index("source_spell_when", "source", "ended", "began"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    health: str
    reason: str = Field(default="", sa_type=Text)
    began: str
    #: "" while it lasts.
    ended: str = ""


class SourcePermitRow(SQLModel, table=True):
    __tablename__ = "source_permit"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    basis: str = Field(sa_type=Text)
    #: Days in ISO 8601.
    robots_read: str
    terms_read: str
    #: A role, never a person.
    by_role: str
    given: str
    #: "" while it holds.
    withdrawn: str = ""
    why_withdrawn: str = Field(default="", sa_type=Text)


class PollLeaseRow(SQLModel, table=True):
    __tablename__ = "poll_lease"

    source: str = Field(primary_key=True)
    holder: str
    until: str


class PaceRow(SQLModel, table=True):
    __tablename__ = "pace"

    host: str = Field(primary_key=True)
    next_start: str
