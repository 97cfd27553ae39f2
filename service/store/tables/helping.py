"""Questions of people, who has them, and where organisations take them."""

from __future__ import annotations

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class HelplineRow(SQLModel, table=True):
    __tablename__ = "helpline"

    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id")
    #: A value of `service.domain.helpline.Audience`.
    audience: str = Field(primary_key=True)
    #: Of a role, never of a person.
    address: str
    #: JSON lists of keys.
    subjects: str = Field(sa_type=Text)
    areas: str = Field(sa_type=Text)
    sizes: str = Field(sa_type=Text)
    is_open: bool
    changed: str


class HelpRequestRow(SQLModel, table=True):
    __tablename__ = "help_request"
    __table_args__ = (Index("help_request_open", "state", "since"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    #: 0: a buyer asks.
    firm_id: int = Field(index=True)
    #: The asker's organisation, and who of it asked.
    asker_id: int = Field(index=True)
    person_id: int
    opportunity_id: str
    audience: str
    subject: str
    #: JSON lists of codes; the size, "" for not known.
    areas: str = Field(sa_type=Text)
    size: str
    #: JSON list of [name, text]: all that is passed on. Empty once its time is over.
    passed: str = Field(sa_type=Text)
    consent: str = Field(sa_type=Text)
    consented: str
    #: A value of `service.domain.help_request.HelpState`.
    state: str
    #: Who has it; 0 for no organisation.
    organisation_id: int = Field(index=True)
    since: str
    reminded: int
    turn: int
    #: JSON list of numbers.
    tried: str = Field(sa_type=Text)
    secret: str
    #: Of the page it was sent from: pressed twice, it is asked once.
    once: str = Field(unique=True)
    useful: str
    #: A change is written only over the version it was made from.
    version: int


class HelpStepRow(SQLModel, table=True):
    __tablename__ = "help_step"
    __table_args__ = (UniqueConstraint("request_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int
    #: The version of the request that the step made.
    version: int
    #: A value of `service.domain.help_request.HelpStep`, or "ask".
    step: str
    #: Who had it before the step, and has it after; 0 for no organisation.
    held_by: int
    organisation_id: int = Field(index=True)
    #: Who did it: 0 for time, or somebody with a link.
    person_id: int
    at: str
