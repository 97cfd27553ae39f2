"""When contracts end, worked out from opportunities that were awarded: it can be thrown away and made again."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class ContractEndRow(SQLModel, table=True):
    __tablename__ = "contract_end"

    opportunity_id: str = Field(primary_key=True)
    #: The tagged revision this was worked out from.
    revision: int
    #: A day in ISO 8601; "" where nobody said.
    ends: str = Field(default="", index=True)
    #: Filters of the list, space-padded words: sectors, GSS codes of boroughs.
    sectors: str = Field(default="", sa_type=Text)
    areas: str = Field(default="", sa_type=Text)
