"""Ways in which a page changes without anybody telling us, made of any source's own rules and its recorded page.

Each mutation changes what the site sends, never the rules. It names the fields that are hurt: one of them must be named
by what is raised.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import orjson
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.kinds.declared import DeclaredSource
from scrapers.kinds.html_selectors import nth_cell
from scrapers.kinds.sheet import Selection, plain_heading

#: Changes that must make no difference at all: an entry of a feed without a link has its permanent id as its address.
HARMLESS = {"council_news_feed": ("url renamed", "half without url")}
LOGIN = b"""<!doctype html><html><head><title>Log in</title></head><body>
<form action="/Login">
<label>User name <input name="u"></label>
<label>Password <input type="password" name="p"></label></form></body></html>"""
ERROR = b"""<!doctype html><html><head><title>Something went wrong</title></head>
<body><h1>Something went wrong</h1><p>Please try again later. Reference 8f3a.</p></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A changed page.

    Attributes:
        name: what was done, in words.
        body: what the site sends now.
        fields: the fields that are hurt; "rows" where it is the rows themselves; empty where it is no list at all.
    """

    name: str
    body: bytes
    fields: frozenset[str]


def mutations(source: DeclaredSource, page: bytes) -> Iterator[Mutation]:
    """Every way in which this source's page may change."""
    cut = _Cut(source, page)
    yield Mutation(name="a login page", body=LOGIN, fields=frozenset())
    yield Mutation(name="an error page", body=ERROR, fields=frozenset())
    yield Mutation(name="no rows", body=cut.with_rows(lambda _rows: []), fields=frozenset({"rows"}))
    identity = frozenset(source.rules.rows.identity)
    yield Mutation(name="every row twice", body=cut.with_rows(lambda rows: rows + rows), fields=identity)
    for one, other in cut.pairs():
        name = f"{one} and {other} swapped"
        yield Mutation(name=name, body=cut.swapped(one, other), fields=cut.sharing(one) | cut.sharing(other))
    for name in source.rules.fields:
        if source.rules.fields[name].least_share:
            yield Mutation(name=f"{name} renamed", body=cut.renamed(name), fields=cut.hurt_by_renaming(name))
            yield Mutation(name=f"half without {name}", body=cut.halved(name), fields=cut.sharing(name))


def _Cut(source: DeclaredSource, page: bytes) -> Any:  # noqa: N802 - it stands for one of four classes
    kinds: dict[str, Callable[[Selection, bytes], Any]] = {
        "html_list": _Html,
        "csv_file": _Csv,
        "json_api": _Json,
        "feed": _Feed,
    }
    return kinds[source.rules.kind](source.rules.selection(), page)


class _Json:
    def __init__(self, selection: Selection, page: bytes) -> None:
        self.selection, self.page = selection, page
        self.names = list(selection.fields)

    def _key(self, name: str) -> str:
        return self.selection.fields[name].path[-1]

    def with_rows(self, change: Callable[[list[Any]], list[Any]]) -> bytes:
        said = orjson.loads(self.page)
        said[self.selection.rows] = change(said[self.selection.rows])
        return orjson.dumps(said)

    def pairs(self) -> Iterator[tuple[str, str]]:
        yield from combinations(self.names, 2)

    def sharing(self, name: str) -> frozenset[str]:
        return frozenset({name})

    def hurt_by_renaming(self, name: str) -> frozenset[str]:
        return self.sharing(name)

    def _each(self, change: Callable[[int, dict[str, Any]], None]) -> bytes:
        def changed(rows: list[Any]) -> list[Any]:
            for number, row in enumerate(rows):
                change(number, row)
            return rows

        return self.with_rows(changed)

    def swapped(self, one: str, other: str) -> bytes:
        a, b = self._key(one), self._key(other)

        def swap(_number: int, row: dict[str, Any]) -> None:
            row[a], row[b] = row[b], row[a]

        return self._each(swap)

    def renamed(self, name: str) -> bytes:
        key = self._key(name)
        return self._each(lambda _number, row: row.update({f"New{key}": row.pop(key)}))

    def halved(self, name: str) -> bytes:
        key = self._key(name)
        return self._each(lambda number, row: row.update({key: None}) if number % 2 else None)


class _Csv:
    def __init__(self, selection: Selection, page: bytes) -> None:
        self.selection = selection
        lines = list(csv.reader(io.StringIO(page.decode())))
        self.top, self.head, self.rows = lines[:1], lines[1], lines[2:]
        self.names = list(selection.fields)

    def _column(self, name: str) -> int:
        headings = [plain_heading(said) for said in self.head]
        wanted = [plain_heading(said) for said in self.selection.fields[name].column]
        return next(headings.index(each) for each in wanted if each in headings)

    def _written(self, head: list[str], rows: list[list[str]]) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([*self.top, head, *rows])
        return out.getvalue().encode()

    def with_rows(self, change: Callable[[list[Any]], list[Any]]) -> bytes:
        return self._written(self.head, change(self.rows))

    def pairs(self) -> Iterator[tuple[str, str]]:
        yield from combinations(self.names, 2)

    def sharing(self, name: str) -> frozenset[str]:
        return frozenset({name})

    def hurt_by_renaming(self, name: str) -> frozenset[str]:
        return self.sharing(name)

    def swapped(self, one: str, other: str) -> bytes:
        """Only the headings change places: a file whose whole columns move is read as before."""
        head = list(self.head)
        a, b = self._column(one), self._column(other)
        head[a], head[b] = head[b], head[a]
        return self._written(head, self.rows)

    def renamed(self, name: str) -> bytes:
        head = list(self.head)
        # Other headings that would do as well go with it.
        wanted = [plain_heading(said) for said in self.selection.fields[name].column]
        return self._written([f"Neu {said}" if plain_heading(said) in wanted else said for said in head], self.rows)

    def halved(self, name: str) -> bytes:
        at = self._column(name)
        rows = [[*row[:at], "", *row[at + 1 :]] if number % 2 else row for number, row in enumerate(self.rows)]
        return self._written(self.head, rows)


class _Feed:
    _ELEMENTS = {  # noqa: RUF012 - never changed
        "title": ("title",),
        "link": ("link",),
        "summary": ("description", "summary"),
        "published": ("pubDate", "published"),
        "id": ("guid", "id"),
    }

    def __init__(self, selection: Selection, page: bytes) -> None:
        self.selection, self.page = selection, page
        self.names = list(selection.fields)

    def _element(self, entry: Any, name: str) -> Any:
        wanted = self._ELEMENTS[self.selection.fields[name].entry]
        return next(child for child in entry if etree.QName(child).localname in wanted)

    def _changed(self, change: Callable[[list[Any]], None]) -> bytes:
        root = etree.fromstring(self.page)
        change([each for each in root.iter() if isinstance(each.tag, str) and _local(each) in {"item", "entry"}])
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)

    def with_rows(self, change: Callable[[list[Any]], list[Any]]) -> bytes:
        def whole(entries: list[Any]) -> None:
            parent = entries[0].getparent()
            copies = [etree.fromstring(etree.tostring(each, with_tail=False)) for each in change(entries)]
            for each in entries:
                parent.remove(each)
            parent.extend(copies)

        return self._changed(whole)

    def pairs(self) -> Iterator[tuple[str, str]]:
        for one, other in combinations(self.names, 2):
            if self.selection.fields[one].entry != self.selection.fields[other].entry:
                yield one, other

    def sharing(self, name: str) -> frozenset[str]:
        entry = self.selection.fields[name].entry
        return frozenset(each for each, where in self.selection.fields.items() if where.entry == entry)

    def hurt_by_renaming(self, name: str) -> frozenset[str]:
        return self.sharing(name)

    def swapped(self, one: str, other: str) -> bytes:
        def swap(entries: list[Any]) -> None:
            for entry in entries:
                a, b = self._element(entry, one), self._element(entry, other)
                first, second = _content(a), _content(b)
                _fill(a, second)
                _fill(b, first)

        return self._changed(swap)

    def renamed(self, name: str) -> bytes:
        def rename(entries: list[Any]) -> None:
            for entry in entries:
                self._element(entry, name).tag = "{urn:new}part"

        return self._changed(rename)

    def halved(self, name: str) -> bytes:
        def drop(entries: list[Any]) -> None:
            for entry in entries[::2]:
                entry.remove(self._element(entry, name))

        return self._changed(drop)


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _content(element: Any) -> str:
    return str(element.get("href") or element.text or "")


def _fill(element: Any, said: str) -> None:
    if element.get("href") is not None:
        element.set("href", said)
    else:
        element.text = said


class _Html:
    """Works on the page as the parser writes it again, in which every node's own text is found word for word."""

    def __init__(self, selection: Selection, page: bytes) -> None:
        self.selection = selection
        tree = LexborHTMLParser(page)
        self.html = _whole(tree.root)
        self.rows = [_whole(row) for row in tree.css(selection.rows)]
        self.headings = [plain_heading(node.text()) for node in tree.css(selection.headings or "nothing")]
        self.names = list(selection.fields)

    def _place(self, name: str) -> str:
        """Return a name for the piece of a row a field stands in: fields of one piece move together."""
        where = self.selection.fields[name]
        column = self._column(name)
        return f"cell {column}" if column is not None else where.select

    def _column(self, name: str) -> int | None:
        where = self.selection.fields[name]
        if where.column:
            wanted = [plain_heading(said) for said in where.column]
            return next(self.headings.index(each) for each in wanted if each in self.headings)
        return nth_cell(where.select)

    def sharing(self, name: str) -> frozenset[str]:
        place = self._place(name)
        return frozenset(each for each in self.names if self._place(each) == place)

    def hurt_by_renaming(self, name: str) -> frozenset[str]:
        """All fields found by what is renamed; where it is a name of the rows themselves, those."""
        where = self.selection.fields[name]
        if where.column:
            return self.sharing(name)
        word = self._word(name)
        found = {each for each, other in self.selection.fields.items() if word in other.select}
        return frozenset(found | ({"rows"} if word in self.selection.rows else set()))

    def with_rows(self, change: Callable[[list[str]], list[str]]) -> bytes:
        first, rest = self.rows[0], self.rows[1:]
        html = self.html
        for row in rest:
            html = html.replace(row, "")
        return html.replace(first, "".join(change(self.rows))).encode()

    def _each(self, change: Callable[[int, str], str]) -> bytes:
        return self.with_rows(lambda rows: [change(number, row) for number, row in enumerate(rows)])

    def pairs(self) -> Iterator[tuple[str, str]]:
        seen = set()
        for one, other in combinations(self.names, 2):
            places = frozenset({self._place(one), self._place(other)})
            if len(places) > 1 and places not in seen:
                seen.add(places)
                yield one, other

    def _piece(self, row: str, name: str) -> str:
        """Return what stands inside the cell or block of a field, as written."""
        column = self._column(name)
        tree = LexborHTMLParser(f"<table><tbody>{row}</tbody></table>")
        body = tree.css_first("tbody > tr")
        assert body is not None
        if column is not None:
            return _inner([child for child in body.iter() if child.tag == "td"][column])
        found = body.css_first(self.selection.fields[name].select)
        assert found is not None
        return _inner(found)

    def swapped(self, one: str, other: str) -> bytes:
        """The cells change places in every row; headings stay, as a page that moves headings too is read by them."""

        def swap(_number: int, row: str) -> str:
            a, b = self._piece(row, one), self._piece(row, other)
            return _between(_between(row, a, "\ue000"), b, a).replace("\ue000", b)

        return self._each(swap)

    def renamed(self, name: str) -> bytes:
        """A heading, a class or an attribute a field is found by gets another name."""
        where = self.selection.fields[name]
        if where.column:
            heading = next(said for said in where.column if f">{said}<" in self.html)
            return self.html.replace(f">{heading}<", f">Neu {heading}<").encode()
        word = self._word(name)
        return self.html.replace(f'"{word}"', f'"neu-{word}"').replace(f" {word}=", f" neu-{word}=").encode()

    def _word(self, name: str) -> str:
        """Return the class, id or attribute a field is found by; where it is the number of a cell, that of the rows."""
        select = self.selection.fields[name].select
        words = re.findall(r"[#.]([\w-]+)|\[([\w-]+)", select) or re.findall(r"[#.]([\w-]+)()", self.selection.rows)
        return str(next(part for pair in words for part in pair if part))

    def halved(self, name: str) -> bytes:
        def drop(number: int, row: str) -> str:
            return _between(row, self._piece(row, name), "") if number % 2 else row

        return self._each(drop)


def _whole(node: LexborNode | None) -> str:
    assert node is not None
    assert node.html is not None
    return node.html


def _inner(node: LexborNode) -> str:
    html = _whole(node)
    return html[html.index(">") + 1 : html.rindex("</")]


def _between(row: str, inner: str, new: str) -> str:
    """Return a row in which the content of one element is another."""
    return row.replace(f">{inner}</", f">{new}</", 1)
