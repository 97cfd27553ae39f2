"""Lists on web pages: tables or blocks found by CSS selectors, read as a browser would."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.kinds.doors import door_of
from scrapers.kinds.html_selectors import nth_cell
from scrapers.kinds.sheet import MOST_ROWS, Row, Selection, Sheet, Where, cell, plain_heading

_NOT_TEXT = ["script", "style", "template", "noscript"]


def sheet_of(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up a page. Never raises for what it holds; run it apart, for some pages keep a parser busy for minutes."""
    tree = LexborHTMLParser(body)
    tree.strip_tags(_NOT_TEXT)
    title = _text(tree.css_first("title"))
    text = cell(tree.body.text(separator=" ")) if tree.body is not None else ""
    found = tree.css(selection.rows)
    if len(found) > MOST_ROWS:
        return Sheet(trouble=f"there are {len(found)} rows; a list has at most {MOST_ROWS}", title=title)
    headings = [plain_heading(_text(node)) for node in tree.css(selection.headings)] if selection.headings else []
    columns, misplaced = _columns(selection, headings)
    rows = [_row(node, selection, columns) for node in found]
    filled = [row for row in rows if row]
    says_empty = not filled and any(words.casefold() in text.casefold() for words in selection.empty)
    asks = tree.css_first('input[type="password"]') is not None
    # Headings are proof enough that this is the list, though there is a login form in its head.
    door = "" if filled or says_empty or headings else door_of(url=url, title=title, text=text, asks_password=asks)
    # Rows without any of our fields are spacers, unless all are: then the fields moved, and that is to be told.
    return Sheet(
        rows=tuple(filled or rows) if not says_empty else (),
        says_empty=says_empty,
        door=door,
        title=title,
        misplaced=misplaced if found and not says_empty else {},
    )


def _columns(selection: Selection, headings: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the number of the column of each field found by its heading, and the fields not where they were."""
    columns: dict[str, int] = {}
    misplaced: dict[str, str] = {}
    for name, where in selection.fields.items():
        if where.column:
            wanted = [plain_heading(heading) for heading in where.column]
            number = next((index for index, heading in enumerate(headings) if heading in wanted), None)
            if number is None:
                misplaced[name] = f"no column is headed {where.column[0]!r}; there are {_listed(headings)}"
            else:
                columns[name] = number
        elif where.heading and headings:
            number = nth_cell(where.select)
            over = headings[number] if number is not None and number < len(headings) else "nothing"
            if over not in [plain_heading(heading) for heading in where.heading]:
                misplaced[name] = f"its column should be headed {where.heading[0]!r} but is headed {over!r}"
    return columns, misplaced


def _row(node: LexborNode, selection: Selection, columns: dict[str, int]) -> Row:
    row: Row = {}
    for name, where in selection.fields.items():
        said = _field(node, where, columns.get(name))
        if said:
            row[name] = said
    return row


def _field(node: LexborNode, where: Where, column: int | None) -> str:
    if where.column:
        cells = [child for child in node.iter() if child.tag in {"td", "th"}]
        if column is None or column >= len(cells):
            return ""
        node = cells[column]
    inner = node.css_first(where.select) if where.select else node
    if inner is None:
        return ""
    if where.take:
        return cell(inner.attributes.get(where.take) or "")
    return _text(inner)


def _text(node: LexborNode | None) -> str:
    return cell(node.text(separator=" ")) if node is not None else ""


def _listed(headings: list[str]) -> str:
    return ", ".join(repr(heading[:40]) for heading in headings[:12]) or "no headings"
