"""The learning shelf: guides and templates as dated data, shown only while somebody has looked that they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal, get_args

from service.domain.shipped import Row, text_in, texts_in, toml_rows
from service.errors import ReferenceDataError

Kind = Literal["guide", "template"]

_FILE, _PAGES = "learning.toml", "learning_pages.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page of ours."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """A template of ours: what to know before, and its parts."""

    before: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """One thing on the shelf."""

    key: str
    title: str
    by: str
    kind: Kind
    says: str
    licence: str
    #: "" where it is ours.
    url: str
    #: Words of the glossary it helps with.
    terms: tuple[str, ...]
    checked: date
    #: Not shown after it.
    review_by: date
    source: str
    #: None where it is somebody else's.
    page: OwnPage | None


@cache
def shelf() -> tuple[Learning, ...]:
    """Everything on the shelf, in the order of its file.

    Raises:
        ReferenceDataError: A data file is wrong.
    """
    pages, known = _own_pages(), glossary_terms()
    found = tuple(_learning(row, pages, known) for row in toml_rows(_FILE, "item"))
    if len({each.key for each in found}) != len(found):
        raise ReferenceDataError(f"{_FILE}: a key is there twice.")
    if unused := set(pages) - {each.key for each in found}:
        raise ReferenceDataError(f"{_PAGES}: {', '.join(sorted(unused))} stands on no shelf.")
    return found


def shown(on: date) -> tuple[Learning, ...]:
    """What may be shown on a day: not past the day by which it is to be looked at again.

    What is somebody else's must have been checked by then; what is ours comes with this version.
    """
    return tuple(each for each in shelf() if (each.page or each.checked <= on) and on <= each.review_by)


def links() -> tuple[str, ...]:
    """The addresses that the shelf points to, each once, for whoever checks that links work."""
    return tuple(dict.fromkeys(each.url for each in shelf() if each.url))


@cache
def glossary_terms() -> frozenset[str]:
    """The words of the glossary. Raises ReferenceDataError."""
    return frozenset(text_in(row, "term", where="glossary.toml") for row in toml_rows("glossary.toml", "word"))


def _learning(row: Row, pages: Mapping[str, OwnPage], known: frozenset[str]) -> Learning:
    key = text_in(row, "key", where=_FILE)
    where = f"{_FILE}, {key}"
    kind = next((each for each in get_args(Kind) if each == row.get("kind")), None)
    if kind is None:
        raise ReferenceDataError(f"{where}: kind must be one of {', '.join(get_args(Kind))}.")
    terms = texts_in(row, "terms", where=where)
    if not terms or not known.issuperset(terms):
        raise ReferenceDataError(f"{where}: terms must be words of the glossary, at least one.")
    own = row.get("own") is True
    if own != (key in pages):
        raise ReferenceDataError(f"{where}: what is ours has a page, and nothing else has.")
    url = "" if own else text_in(row, "url", where=where)
    if url and not url.startswith("https://"):
        raise ReferenceDataError(f"{where}: url must begin with https://.")
    return Learning(
        key=key,
        title=text_in(row, "title", where=where),
        by=text_in(row, "by", where=where),
        kind=kind,
        says=text_in(row, "says", where=where),
        licence=text_in(row, "licence", where=where),
        url=url,
        terms=terms,
        checked=_day(row, "checked", where=where),
        review_by=_day(row, "review_by", where=where),
        source=text_in(row, "source", where=where),
        page=pages.get(key),
    )


def _own_pages() -> Mapping[str, OwnPage]:
    found = {}
    for row in toml_rows(_PAGES, "page"):
        key = text_in(row, "key", where=_PAGES)
        where = f"{_PAGES}, {key}"
        parts = row.get("part")
        found[key] = OwnPage(before=text_in(row, "before", where=where), parts=_parts(parts, where=where))
    return found


def _parts(said: object, *, where: str) -> tuple[Part, ...]:
    if not isinstance(said, Sequence) or not said:
        raise ReferenceDataError(f"{where}: it has no parts.")
    return tuple(
        Part(heading=text_in(each, "heading", where=where), lines=texts_in(each, "lines", where=where)) for each in said
    )


def _day(row: Row, field: str, *, where: str) -> date:
    value = row.get(field)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ReferenceDataError(f"{where}: {field} must be a day.")
    return value
