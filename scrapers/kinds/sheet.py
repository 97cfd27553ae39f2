"""What is cut out of a listing before anything in it is believed: rows of plain texts under our field names.

A sheet crosses the border between the process that reads a stranger's page and the one that holds our rows, so it is
texts and nothing else. So is a selection, which tells the reading process where to look.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import orjson

from service.errors import UnreadableBody

#: A listing with more rows on one page is none.
MOST_ROWS = 5_000
#: Characters kept of one cell.
LONGEST_CELL = 20_000

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where one field stands in a row.

    Attributes:
        select: HTML: a CSS selector inside the row, or inside the cell of `column`.
        take: HTML: the attribute to take; "": the text.
        column: HTML tables and CSV: what the heading of the column may say.
        heading: HTML: what the heading over the cell of `select` must say where the page has headings.
        path: JSON: names from the row inwards.
        entry: feeds: the part of an entry.
    """

    select: str = ""
    take: str = ""
    column: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Where the rows of a page are and where the fields are in them.

    Attributes:
        kind: html_list, csv_file, json_api or feed.
        fields: by our name.
        rows: HTML: a CSS selector; JSON: names from the top inwards; empty otherwise.
        headings: HTML: a CSS selector of the cells that head the columns; "": there are none.
        empty: how the page says that it has no rows: words, or for JSON the path of a number that is then nought.
    """

    kind: str
    fields: dict[str, Where]
    rows: str = ""
    headings: str = ""
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page, cut up.

    Attributes:
        rows: texts by field name; a field the row does not have is absent.
        says_empty: the page itself says that there is nothing at present.
        door: why this is not the list but something that stands before it; "" where it is not.
        trouble: why nothing could be cut up at all; "" where it could.
        title: what the page calls itself; "" where it does not.
        misplaced: for a field whose column is not where or what it was: what was found.
    """

    rows: tuple[Row, ...] = ()
    says_empty: bool = False
    door: str = ""
    trouble: str = ""
    title: str = ""
    misplaced: dict[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """Return the sheet as JSON."""
        return orjson.dumps(asdict(self))


def unpacked_sheet(body: bytes) -> Sheet:
    """Return the sheet that `Sheet.packed` wrote. Raises UnreadableBody."""
    try:
        said = orjson.loads(body)
        return Sheet(**{**said, "rows": tuple(said["rows"])})
    except (ValueError, TypeError, KeyError) as trouble:
        raise UnreadableBody("The reader of the page gave no answer.") from trouble


def packed_selection(selection: Selection) -> bytes:
    """Return a selection as one line of JSON."""
    return orjson.dumps(asdict(selection))


def unpacked_selection(line: bytes) -> Selection:
    """Return the selection that `packed_selection` wrote."""
    said = orjson.loads(line)
    lists = ("column", "heading", "path")
    wheres = {
        name: Where(**{**where, **{key: tuple(where[key]) for key in lists}}) for name, where in said["fields"].items()
    }
    return Selection(**{**said, "fields": wheres, "empty": tuple(said["empty"])})


def plain_heading(said: str) -> str:
    """Return a heading as compared: lower case, single blanks, without what stands in brackets at its end."""
    words = " ".join(said.split()).casefold().rstrip(" *:")
    if words.endswith(")") and "(" in words:
        words = words[: words.rindex("(")].rstrip()
    return words


def cell(said: str) -> str:
    """Return a text of a cell: single blanks, no characters that no text needs, not beyond reason."""
    return " ".join(said[:LONGEST_CELL].replace("\x00", " ").split())
