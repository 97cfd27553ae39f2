"""Reads the project's own data files and says plainly what is wrong with one, down to the row and the field.

A damaged data file is a fault of the installation, not of a notice, so it stops at once instead of being set aside.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from importlib.resources import files

from service.errors import ReferenceDataError

#: One table of a TOML file.
Row = Mapping[str, object]


def toml_rows(name: str, table: str) -> list[Row]:
    """The tables called `table` of a shipped TOML file, in its order.

    Raises:
        ReferenceDataError: The file is missing, is not TOML or has no such tables.
    """
    rows = _toml(name).get(table)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ReferenceDataError(f"{name}: it has no [[{table}]] entries.")
    return rows


def toml_table(name: str, table: str) -> Row:
    """The one table called `table` of a shipped TOML file.

    Raises:
        ReferenceDataError: The file is missing, is not TOML or has no such table.
    """
    found = _toml(name).get(table)
    if not isinstance(found, dict):
        raise ReferenceDataError(f"{name}: it has no [{table}].")
    return found


def csv_rows(name: str) -> list[dict[str, str]]:
    """The rows of a shipped CSV file by column name; lines that begin with "#" are its source and licence.

    Raises:
        ReferenceDataError: The file is missing, or a row has more or fewer cells than the heading.
    """
    lines = [line for line in _text_of(name).splitlines() if line and not line.startswith("#")]
    rows: list[dict[str, str]] = []
    reader = csv.reader(lines, strict=True)
    heading = next(reader, [])
    for cells in reader:
        if len(cells) != len(heading):
            raise ReferenceDataError(f"{name}: {cells!r} does not have the columns {', '.join(heading)}.")
        rows.append(dict(zip(heading, cells, strict=True)))
    return rows


def text_in(row: Row, field: str, *, where: str) -> str:
    """The text in a field that must be there.

    Raises:
        ReferenceDataError: It is absent, empty or not a text; the sentence names `where` and the field.
    """
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ReferenceDataError(f"{where}: {field} must be a text.")
    return value


def texts_in(row: Row, field: str, *, where: str) -> tuple[str, ...]:
    """The texts of a list field; absent counts as an empty list.

    Raises:
        ReferenceDataError: It is not a list of texts; the sentence names `where` and the field.
    """
    value = row.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ReferenceDataError(f"{where}: {field} must be a list of texts.")
    return tuple(value)


def number_in(row: Row, field: str, *, where: str) -> float:
    """The number above 0 in a field that must be there.

    Raises:
        ReferenceDataError: It is absent, no number or not above 0; the sentence names `where` and the field.
    """
    value = row.get(field)
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        raise ReferenceDataError(f"{where}: {field} must be a number above 0.")
    return value


def _toml(name: str) -> Row:
    try:
        return tomllib.loads(_text_of(name))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{name}: {error}.") from error


def _text_of(name: str) -> str:
    try:
        return files("service.data").joinpath(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceDataError(f"{name} cannot be read: {error}.") from error
