"""Programmes of support that organisations enter, what changed in them, and what was found out about others."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class ProgrammeEntryRow(SQLModel, table=True):
    __tablename__ = "programme_entry"

    #: A letter and random hexadecimal digits.
    id: str = Field(primary_key=True)
    organisation_id: int = Field(index=True, foreign_key="organisation.id")
    #: Its key in the catalogue; the same as `id` before it is published.
    key: str = Field(unique=True)
    #: A value of `service.domain.programme_stand.EntryState`.
    state: str = Field(index=True)
    #: JSON of `service.domain.programme_draft.ProgrammeDraft`.
    draft: str = Field(sa_type=Text)
    #: The same, as firms see it; "" before it is published.
    live: str = Field(sa_type=Text)
    #: A change is written only over the version it was made from.
    version: int
    live_version: int
    capacity: str
    #: Days; "" before it is published.
    last_checked: str
    review_by: str
    #: Where it was read; "" where its organisation typed it in. What was read once is not read again.
    origin: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    #: The number of a person, who means nobody once erased.
    made_by: int
    published: str
    changed: str


class ProgrammeChangeRow(SQLModel, table=True):
    """Who changed what: only ever added to."""

    __tablename__ = "programme_change"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: str = Field(index=True, foreign_key="programme_entry.id")
    at: str
    person_id: int
    #: A field of `ProgrammeDraft`, or "capacity".
    field: str
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)


class ProgrammeCheckRow(SQLModel, table=True):
    """What whoever runs this copy says of a shipped programme, in place of what its file says."""

    __tablename__ = "programme_check"

    key: str = Field(primary_key=True)
    #: "current", "check" or "ended".
    state: str
    last_checked: str
    review_by: str
    person_id: int
    #: How often it was said: the catalogue is read anew when it grows.
    version: int


class LinkCheckRow(SQLModel, table=True):
    """What came of asking for a page that we point to."""

    __tablename__ = "link_check"

    url: str = Field(primary_key=True)
    checked: str = Field(index=True)
    #: What was wrong, in words; "" where it answered.
    said: str = Field(sa_type=Text)
    #: When it was first found broken; "" while it works.
    since: str
    #: How often in a row it did not answer.
    failures: int
