"""Words of buying lead to what they mean: the first time one stands in a text, it is a link into the glossary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from service.domain import shipped

_FILE = "glossary.toml"
#: Tags, which stay as they are.
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"<(/?)([a-z0-9!]+)", re.IGNORECASE)
#: Inside these nothing is linked: links, headings, what names a field, quotes of others.
_CLOSED = frozenset({"a", "h1", "h2", "h3", "dt", "q", "button", "summary", "label", "legend", "th", "code", "title"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of buying: its anchor on the page, how it is written, and what it means."""

    anchor: str
    term: str
    also: tuple[str, ...]
    means: str


@cache
def terms() -> tuple[Term, ...]:
    """The glossary, by the alphabet. Raises ReferenceDataError for a damaged file."""
    found = []
    for row in shipped.toml_rows(_FILE, "word"):
        term = shipped.text_in(row, "term", where=_FILE)
        also = row.get("also")
        found.append(
            Term(
                anchor=re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-"),
                term=term,
                also=tuple(str(each) for each in also) if isinstance(also, list) else (),
                means=shipped.text_in(row, "means", where=_FILE),
            )
        )
    return tuple(sorted(found, key=lambda each: each.term.lower()))


@cache
def _spellings() -> dict[str, Term]:
    return {said.lower(): term for term in terms() for said in (term.term, *term.also)}


@cache
def _pattern() -> re.Pattern[str]:
    """Any spelling as a word of its own, also in the plural; the longest first."""
    longest = sorted(_spellings(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?=s?(?![\w-]))", re.IGNORECASE)


def explain(text: str) -> Markup:
    """HTML that is safe already, with the first use of each term as a link; tags and the rest stay as they are."""
    seen: set[str] = set()
    closed: list[str] = []

    def link(match: re.Match[str]) -> str:
        term = _spellings()[match[1].lower()]
        if term.anchor in seen:
            return match[1]
        seen.add(term.anchor)
        return f'<a class="term" href="/glossary#{term.anchor}">{match[1]}</a>'

    parts = []
    for part in _TAG.split(str(text)):
        named = _NAME.match(part)
        if named is not None:
            _open_or_close(closed, named)
        parts.append(part if closed or named is not None else _pattern().sub(link, part))
    return Markup("".join(parts))  # noqa: S704 - it was safe before, and what is added is ours


def _open_or_close(closed: list[str], named: re.Match[str]) -> None:
    """Note that a tag begins or ends something in which nothing is linked."""
    name = named[2].lower()
    if name in _CLOSED and not named[1]:
        closed.append(name)
    elif name in closed and named[1]:
        closed.remove(name)
