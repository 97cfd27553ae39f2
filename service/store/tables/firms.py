"""Firms, what they asked to hear about, and where they hear it."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class FirmRow(SQLModel, table=True):
    __tablename__ = "firm"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    size: str = ""
    #: waiting, active, paused or stopped.
    state: str
    created: str
    confirmed: str = ""
    #: Random part of the firm's links: a new one makes the old links void.
    secret: str


class InterestRow(SQLModel, table=True):
    __tablename__ = "interest"

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    interest: str = Field(sa_type=Text)


class DestinationRow(SQLModel, table=True):
    __tablename__ = "destination"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True, foreign_key="firm.id")
    channel: str
    address: str
    #: Why nothing goes there any more; "" where it does.
    closed: str = ""
