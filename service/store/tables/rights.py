"""What a firm agreed to and said of itself, who did what, and who must not be written to."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class ConsentRow(SQLModel, table=True):
    __tablename__ = "consent"

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    #: Who answered; 0 before there was a person.
    person_id: int = 0
    #: A level of `service.domain.consent`.
    level: str
    given: bool
    #: The sentence as it was shown.
    text: str = Field(sa_type=Text)
    at: str


class ProfileRow(SQLModel, table=True):
    __tablename__ = "profile"

    firm_id: int = Field(primary_key=True, foreign_key="firm.id")
    #: JSON of `service.domain.profile.Profile`.
    profile: str = Field(sa_type=Text)
    changed: str


class SuppressionRow(SQLModel, table=True):
    __tablename__ = "suppression"

    #: Salted hash of an address; see `service.store.suppression`.
    address_hash: str = Field(primary_key=True)
    reason: str
    since: str


class SaltRow(SQLModel, table=True):
    __tablename__ = "salt"

    name: str = Field(primary_key=True)
    salt: str


class AuditRow(SQLModel, table=True):
    """Only ever added to: triggers refuse changes and removals."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: str = Field(index=True)
    #: Numbers, never addresses: when a person is erased the number means nobody.
    person_id: int
    organisation_id: int = Field(index=True)
    act: str
    #: What it was done to: "membership:4", "interest:7".
    subject: str
    detail: str = Field(default="", sa_type=Text)
