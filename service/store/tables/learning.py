"""Days on which firms meet public buyers."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class BuyerDayRow(SQLModel, table=True):
    __tablename__ = "buyer_day"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(index=True, foreign_key="organisation.id")
    title: str = Field(sa_type=Text)
    begins: str = Field(index=True)
    ends: str
    place: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    changed: str
