"""What people said of wrong tags: the next training learns from it."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class CorrectionRow(SQLModel, table=True):
    __tablename__ = "correction"

    opportunity_id: str = Field(primary_key=True)
    #: Salted hash of an address: see `service.store.suppression`.
    person: str = Field(primary_key=True)
    #: An `Origin`.
    origin: str
    #: Keys of sectors between spaces.
    sectors: str = ""
    not_sectors: str = ""
    at: str
