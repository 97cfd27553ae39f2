"""Atom (RFC 4287), built with lxml so that no text of a notice can break out of its element."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import etree

from service.web.feeds.entry import Entry, Feed

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"

#: Characters XML 1.0 cannot carry; outside text sometimes has them.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _child(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    made.text = _clean(text) or None
    return made


def _entry(parent: etree._Element, entry: Entry) -> None:
    element = _child(parent, "entry")
    _child(element, "id", entry.identity)
    _child(element, "title", entry.title)
    _child(element, "link", href=entry.href, rel="alternate", type="text/html")
    if entry.official:
        _child(element, "link", href=entry.official, rel="via")
    _child(element, "published", _stamp(entry.published))
    _child(element, "updated", _stamp(entry.updated))
    _child(_child(element, "author"), "name", entry.buyer)
    for tag in entry.tags:
        _child(element, "category", term=tag)
    _child(element, "rights", entry.attribution)
    _child(element, "summary", entry.summary, type="text")


def atom(feed: Feed) -> bytes:
    """The feed as Atom, UTF-8."""
    # the stubs do not know that None names the default namespace
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    _child(root, "id", feed.self_href)
    _child(root, "title", feed.title)
    _child(root, "link", href=feed.self_href, rel="self", type=MEDIA_TYPE)
    _child(root, "link", href=feed.page_href, rel="alternate", type="text/html")
    _child(root, "updated", _stamp(feed.updated))
    _child(_child(root, "author"), "name", "Bowbell")
    _child(root, "rights", " ".join(feed.attributions))
    for entry in feed.entries:
        _entry(root, entry)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
