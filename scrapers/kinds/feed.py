"""Feeds, RSS and Atom, as they are found: read from bytes we fetched, never from an address.

feedparser reads well-formed feeds with the strict parser of the standard library, and others with a loose one whose
regular expressions a hostile feed could keep busy. So lxml mends the feed first, without entities, network or a
document type, and feedparser only ever sees what is well-formed. Texts are cleaned later, with everyone else's.
"""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser
from lxml import etree

from scrapers.kinds.doors import door_of, looks_like_html
from scrapers.kinds.sheet import MOST_ROWS, Row, Selection, Sheet, cell

_DATES = frozenset({"published", "updated", "created", "expired"})


def sheet_of(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up a feed. Never raises for what it holds."""
    if looks_like_html(body):
        text = body[:20_000].decode("utf-8", "replace")
        door = door_of(url=url, title="", text=text, asks_password="password" in text.lower())
        return Sheet(door=f"{door or 'a web page'} where a feed should be")
    mended = _mended(body)
    if mended is None:
        return Sheet(trouble="it is no feed, and no XML at all")
    said: Any = feedparser.parse(io.BytesIO(mended), sanitize_html=False, resolve_relative_uris=False)
    if not said.get("version"):
        return Sheet(trouble="it is XML, but neither RSS nor Atom")
    entries = said.get("entries", [])
    if len(entries) > MOST_ROWS:
        return Sheet(trouble=f"there are {len(entries)} entries; a feed has at most {MOST_ROWS}")
    title = cell(str(said.feed.get("title", "")))
    about = f"{title} {said.feed.get('subtitle', '')}".casefold()
    return Sheet(
        rows=tuple(_row(entry, selection) for entry in entries),
        says_empty=not entries and any(words.casefold() in about for words in selection.empty),
        title=title,
    )


def _mended(body: bytes) -> bytes | None:
    """Return well-formed XML with neither document type nor entities; None where nothing can be read."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    etree.strip_tags(root, etree.Entity)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False))


def _row(entry: Any, selection: Selection) -> Row:
    row: Row = {}
    for name, where in selection.fields.items():
        said = _part(entry, where.entry)
        if said:
            row[name] = said
    return row


def _part(entry: Any, name: str) -> str:
    if name in _DATES:
        moment = entry.get(f"{name}_parsed")
        return _written(moment) if isinstance(moment, struct_time) else ""
    said = entry.get(name, "")
    if isinstance(said, list):
        parts = [part.get("value") or part.get("term") or "" for part in said if isinstance(part, dict)]
        said = ", ".join(part for part in parts if isinstance(part, str))
    return cell(said) if isinstance(said, str) else ""


def _written(moment: struct_time) -> str:
    """Return a moment feedparser made of an entry's date, universal time, as ISO 8601; "" where it is none."""
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
