"""What sources said and what we made of it: notices, opportunities, their keys and revisions."""

from __future__ import annotations

from sqlalchemy import LargeBinary, Text, UniqueConstraint
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


class ApartRow(SQLModel, table=True):
    """Two opportunities that a person has split and that are never joined again, the lesser id first."""

    __tablename__ = "apart"

    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True, index=True)
    reason: str = Field(sa_type=Text)
    since: str
