"""The table of what is kept, in the docs, is the table in the code; and every table of people's data stands in it."""

from __future__ import annotations

import re
from pathlib import Path

from sqlmodel import SQLModel

import service.store.tables  # noqa: F401 - fills the metadata
from service.domain.roles import roles
from service.usecases.rights import RETENTION

DOCS = Path(__file__).parents[2] / "docs" / "privacy-and-retention.md"


def rows_in_docs() -> list[tuple[str, ...]]:
    """The cells of the table under "What is kept"."""
    part = DOCS.read_text(encoding="utf-8").partition("## What is kept")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", part, re.MULTILINE)
    return [tuple(row) for row in rows]


def test_the_table_in_the_docs_is_the_table_in_the_code() -> None:
    assert rows_in_docs() == [(each.table, each.what, each.why, each.until) for each in RETENTION]


def test_every_table_that_holds_a_persons_or_firms_number_or_address_is_in_it() -> None:
    known = {each.table for each in RETENTION}
    for table in SQLModel.metadata.tables.values():
        personal = {"firm_id", "person_id", "address", "address_key", "address_hash", "to"} & set(table.columns.keys())
        if personal:
            assert table.name in known, f"{table.name} has {sorted(personal)} and no promise how long"


def test_limits_in_words_are_the_limits_in_code() -> None:
    for each in RETENTION:
        if each.limit is not None:
            assert f"{each.limit.days} day" in each.until, each
    longest = max(role.longest for role in roles().values())
    assert next(each.limit for each in RETENTION if each.table == "session") == longest
