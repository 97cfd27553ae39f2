"""What lists are narrowed, counted and put in order by. The indexed words stand elsewhere: see `store/search.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class SearchRow(SQLModel, table=True):
    __tablename__ = "search_row"

    #: Small and dense: the catalogue counts by it.
    number: int | None = Field(default=None, primary_key=True)
    opportunity_id: str = Field(unique=True)
    #: Joined into another: no list shows it.
    joined: bool = False
    status: str
    published: str
    closes: str = ""
    source: str
    below_threshold: bool = False
    #: Pence, the least and the most that the whole or a lot is worth; -1 where that is not stated in pounds.
    worth_from: int = Field(default=-1, sa_type=BigInteger)
    worth_to: int = Field(default=-1, sa_type=BigInteger)
    #: Keys with a space between: trades, places (GSS and region codes, "nationwide"), sizes that suit.
    sectors: str = Field(default="", sa_type=Text)
    areas: str = Field(default="", sa_type=Text)
    sizes: str = Field(default="", sa_type=Text)
    #: Digest of the indexed words: the same words are not indexed twice.
    words_hash: str = ""
    #: Grows with every change: a counter on SQLite, the number of the transaction on PostgreSQL.
    changed: int = Field(sa_type=BigInteger, index=True)
