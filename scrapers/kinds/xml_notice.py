"""XML of other people, parsed without trusting it, and small steps to walk in it. No schema is named here.

No document type is allowed: that is where entity bombs and outside files come from, and no notice has one. Elements are
counted while they come and attributes before, because six megabytes of the smallest of them take fifty times that in
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from lxml import etree

from scrapers.kinds import words
from scrapers.kinds.ocds import LONDON
from service.errors import UnreadableBody, UnreadableField

Element = etree._Element  # noqa: SLF001 - the name lxml gives its only element type

#: The largest XML we parse, in bytes; the largest recorded notice has 119 KB, one of several hundred lots some MB.
LARGEST = 6 * 1024 * 1024
#: The most elements of one notice; the recorded notice of 25 lots would have about ten thousand.
MOST_ELEMENTS = 100_000
#: Quotation marks and apostrophes: two for each attribute, and those of the text.
_MOST_QUOTES = 200_000
_CHUNK = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


def parsed(body: bytes, *, source: str) -> Element:
    """The root of a document. `source` is the name to give in errors.

    Raises:
        UnreadableBody: It is not whole XML in UTF-8, has a document type, or is larger than any notice.
    """
    if len(body) > LARGEST:
        raise UnreadableBody(f"{source}: the XML has {len(body):,} bytes; we read at most {LARGEST:,}.")
    start = body.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not start.startswith(b"<"):
        raise UnreadableBody(f"{source}: the body is not XML.")
    if b"\x00" in start[:_CHUNK]:
        raise UnreadableBody(f"{source}: the XML is not in UTF-8.")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise UnreadableBody(f"{source}: the XML declares a document type, which no notice does.")
    if start.count(b'"') + start.count(b"'") > _MOST_QUOTES:
        raise UnreadableBody(f"{source}: the XML has more than {_MOST_QUOTES // 2:,} attributes.")
    parser = etree.XMLPullParser(
        events=("start",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    try:
        for at in range(0, len(start), _CHUNK):
            parser.feed(start[at : at + _CHUNK])
            count += sum(1 for _ in parser.read_events())
            if count > MOST_ELEMENTS:
                raise UnreadableBody(f"{source}: the XML has more than {MOST_ELEMENTS:,} elements.")
        root: Element = parser.close()
    except etree.XMLSyntaxError as trouble:
        raise UnreadableBody(f"{source}: the body is not whole XML ({str(trouble)[:200]}).") from None
    return root


def name_of(element: Element) -> str:
    """The name of an element without its namespace: prefixes and vintages of schemas differ, names do not."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of that name, in order."""
    if element is not None:
        for child in element:
            if name_of(child) == name:
                yield child


def at(element: Element | None, *path: str) -> Iterator[Element]:
    """Every element at a path of names below an element, in order."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in children(element, path[0]):
        yield from at(child, *path[1:])


def first(element: Element | None, *path: str) -> Element | None:
    """The first element at a path; None where there is none."""
    return next(at(element, *path), None)


def text(element: Element | None, *path: str) -> str:
    """The text of the first element at a path that has any, cleaned; "" where there is none."""
    return next((said for each in at(element, *path) if (said := words.line(each.text or ""))), "")


def flag(element: Element | None, *path: str) -> bool | None:
    """True or false where the element says so; None where it is absent or says something else."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text(element, *path).lower())


def day_of(said: str, *, field: str) -> tuple[date, str] | None:
    """A day written "2020-05-11+01:00", "2020-02-03Z" or "2020-05-11", with its offset as written ("" for none).

    None for nothing and for years that stand for it.

    Raises:
        UnreadableField: It is not a date.
    """
    if not said:
        return None
    try:
        found, offset = date.fromisoformat(said[:10]), said[10:]
        if offset and offset != "Z":
            datetime.strptime(offset, "%z")
    except ValueError:
        raise UnreadableField(field=field, said=said, why="it is not a date") from None
    return (found, offset) if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def moment_of(day: str, clock: str, *, field: str) -> tuple[datetime, bool] | None:
    """A moment from a day and a time, each with an offset of its own, and whether only the day is known.

    The time's offset counts, then the day's; without either it is London's. A day alone is the start of it in London.

    Raises:
        UnreadableField: Either is not what it should be.
    """
    found = day_of(day, field=field)
    if found is None:
        return None
    if not clock:
        return datetime.combine(found[0], time.min, LONDON), True
    try:
        hour = time.fromisoformat(clock)
        if hour.tzinfo is None and found[1]:
            hour = time.fromisoformat(clock + found[1])
    except ValueError:
        raise UnreadableField(field=field, said=clock, why="it is not a time of day") from None
    return datetime.combine(found[0], hour if hour.tzinfo else hour.replace(tzinfo=LONDON)), False


def start_of(day: str, *, field: str) -> datetime | None:
    """The start of a day where it was written: by its offset, else in London. Raises UnreadableField."""
    found = moment_of(day, "00:00:00", field=field)
    return found[0] if found else None
