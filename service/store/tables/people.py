"""People, the organisations they belong to, and what is under way between the two.

Their numbers stand in the audit log, so SQLite is told never to use one twice (PostgreSQL never does).
"""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    #: As the person writes it.
    address: str
    #: In small letters: one person for each.
    address_key: str = Field(unique=True)
    created: str


class OrganisationRow(SQLModel, table=True):
    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("kind", "key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    #: A kind of `service/data/roles.toml`: firm, buyer, support, contractor or copy.
    kind: str
    #: What it is within its kind: the number of a firm, the key of a buyer or provider, "this" for the copy.
    key: str
    name: str = ""
    created: str


class MembershipRow(SQLModel, table=True):
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(index=True, foreign_key="organisation.id")
    #: A role of `service/data/roles.toml` for the organisation's kind.
    role: str
    since: str


class InvitationRow(SQLModel, table=True):
    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("organisation_id", "address_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    role: str
    address: str
    address_key: str
    #: Hash of the secret in the link.
    token_hash: str = Field(unique=True)
    invited_by: int
    created: str
    ends: str


class AddressChangeRow(SQLModel, table=True):
    __tablename__ = "address_change"

    #: One at a time for each person.
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    address: str
    #: Hashes of the secrets in the two links; each end confirms with its own.
    old_hash: str = Field(unique=True)
    new_hash: str = Field(unique=True)
    old_confirmed: str = ""
    new_confirmed: str = ""
    created: str
    ends: str
