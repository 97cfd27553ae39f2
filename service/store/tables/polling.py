"""How far each source was read, how it fares, who polls it and when its host may be asked again."""

from __future__ import annotations

from sqlalchemy import Text
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


class PollLeaseRow(SQLModel, table=True):
    __tablename__ = "poll_lease"

    source: str = Field(primary_key=True)
    holder: str
    until: str


class PaceRow(SQLModel, table=True):
    __tablename__ = "pace"

    host: str = Field(primary_key=True)
    next_start: str
