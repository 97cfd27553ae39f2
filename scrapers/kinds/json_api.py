"""Lists as JSON, as the services behind portals' own pages give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from scrapers.kinds.doors import door_of, looks_like_html
from scrapers.kinds.sheet import MOST_ROWS, Row, Selection, Sheet, cell


def sheet_of(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up an answer. Never raises for what it holds."""
    if looks_like_html(body):
        text = body[:20_000].decode("utf-8", "replace")
        door = door_of(url=url, title="", text=text, asks_password="password" in text.lower())
        return Sheet(door=f"{door or 'a web page'} where JSON should be")
    try:
        said = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as trouble:
        return Sheet(trouble=f"it is not whole JSON ({trouble})")
    found = _inside(said, selection.rows.split(".") if selection.rows else ())
    if not isinstance(found, list):
        return Sheet(trouble=f"there is no list at {selection.rows!r}")
    if len(found) > MOST_ROWS:
        return Sheet(trouble=f"there are {len(found)} rows; a list has at most {MOST_ROWS}")
    says_empty = not found and any(_inside(said, path.split(".")) == 0 for path in selection.empty)
    return Sheet(rows=tuple(_row(each, selection) for each in found), says_empty=says_empty)


def _row(said: object, selection: Selection) -> Row:
    texts = {name: _text(_inside(said, where.path)) for name, where in selection.fields.items()}
    return {name: text for name, text in texts.items() if text}


def _inside(said: object, path: Sequence[str]) -> object:
    for name in path:
        if isinstance(said, Mapping):
            said = said.get(name)
        elif isinstance(said, list) and name.isdecimal() and int(name) < len(said):
            said = said[int(name)]
        else:
            return None
    return said


def _text(said: object) -> str:
    if isinstance(said, str):
        return cell(said)
    if isinstance(said, bool) or said is None:
        return ""
    if isinstance(said, int | float):
        return str(said)
    if isinstance(said, list):
        return cell(", ".join(filter(None, map(_text, said[:100]))))
    return ""
