"""What buyers post, and at which mail domains their people are."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class PostingRow(SQLModel, table=True):
    __tablename__ = "posting"

    #: Random, in small letters and digits; the end of its ocid.
    id: str = Field(primary_key=True)
    organisation_id: int = Field(index=True, foreign_key="organisation.id")
    #: The number of its procurement, by which it is found among the opportunities.
    ocid: str = Field(unique=True)
    #: A value of `service.domain.posting.PostingState`.
    state: str
    #: JSON of `service.domain.posting.Draft`.
    draft: str = Field(sa_type=Text)
    #: The same, as firms see it; "" before it is published.
    live: str = Field(sa_type=Text)
    #: A change is written only over the version it was made from.
    version: int
    live_version: int
    notices: int
    #: Numbers of people, who mean nobody once they are erased.
    made_by: int
    asked_by: int
    #: The number of whoever looks after it.
    held_by: int
    note: str = Field(sa_type=Text)
    published: str
    #: When it is to be published, and by whose word; "" and 0 where nobody said.
    due: str = Field(index=True)
    due_by: int
    changed: str


class PostingFileRow(SQLModel, table=True):
    __tablename__ = "posting_file"

    #: Random; also its name in the folder of files.
    id: str = Field(primary_key=True)
    posting_id: str = Field(index=True, foreign_key="posting.id")
    name: str
    #: A media type.
    kind: str
    size: int
    sha: str
    at: str


class PostingQuestionRow(SQLModel, table=True):
    __tablename__ = "posting_question"

    id: int | None = Field(default=None, primary_key=True)
    posting_id: str = Field(index=True, foreign_key="posting.id")
    #: Never shown; 0 once the firm has stopped.
    firm_id: int = Field(index=True)
    text: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    #: A value of `service.domain.posting_talk.QuestionState`.
    state: str
    asked: str
    decided: str


class PostingReplyRow(SQLModel, table=True):
    __tablename__ = "posting_reply"

    posting_id: str = Field(primary_key=True, foreign_key="posting.id")
    firm_id: int = Field(primary_key=True)
    #: "" where the firm replied elsewhere.
    text: str = Field(sa_type=Text)
    price: str
    contact: str
    at: str


class OrganisationDomainRow(SQLModel, table=True):
    __tablename__ = "organisation_domain"

    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id")
    #: What stands after the @, in small letters.
    domain: str = Field(primary_key=True)
