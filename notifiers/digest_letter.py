"""A letter of several opportunities: last chance, changed, new, awarded; short, each with its reason and its notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifiers.facts import Facts, cut, facts_of, one_line, safe_link
from notifiers.render import SUBJECT_LIMIT, Act, act_of, html_of, text_of
from service.domain.digest import MOST_NAMED, MOST_SHOWN, SECTIONS, DigestItem, Section
from service.domain.message import Links, Written
from service.domain.wording import count_words, list_words, opened

#: What each kind of letter is called, by how its slot begins.
_NAMES = {"day": "today", "week": "this week", "held": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One opportunity in words."""

    facts: Facts
    act: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One section of the letter."""

    heading: str
    lines: tuple[_Line, ...]


def write_digest(items: Sequence[DigestItem], links: Links, *, slot: str, all_url: str, now: datetime) -> Written:
    """Write the letter.

    Args:
        items: what to tell of, in the order of the letter; never empty. Beyond MOST_SHOWN they are a line each, beyond
            MOST_NAMED more they are only counted.
        links: where this firm changes, pauses and stops its alerts.
        slot: the letter's slot: a day, a week, or what was held.
        all_url: our page with all of it.
        now: when it is read, near enough.
    """
    shown, named = items[:MOST_SHOWN], items[MOST_SHOWN : MOST_SHOWN + MOST_NAMED]
    more = len(items) - len(shown) - len(named)
    heading = heading_of(items, slot)
    words = {
        "heading": heading,
        "blocks": _blocks(shown, links, now=now),
        "named": [facts_of(each.content, now=now) for each in named],
        "more": opened(f"{count_words(more, 'more is', 'more are')} on the page of this letter.") if more else "",
        "all_url": safe_link(all_url),
        "list_url": safe_link(f"{links.manage}/list"),
        "links": links,
        "attributions": list(dict.fromkeys(one_line(each.content.attribution) for each in [*shown, *named])),
    }
    subject = subject_of_digest(items, slot, now=now)
    return Written(subject=subject, text=text_of("digest.txt", words), html=html_of("digest.html", words))


def subject_of_digest(items: Sequence[DigestItem], slot: str, *, now: datetime) -> str:
    """What is in it, and the most pressing by name."""
    return cut(one_line(f"{heading_of(items, slot)}: {facts_of(items[0].content, now=now).title}"), SUBJECT_LIMIT - 1)


def heading_of(items: Sequence[DigestItem], slot: str) -> str:
    """What is in it, what can be missed first: 1 last chance, 2 changed and 3 new this week."""
    counted = [
        f"{number} {words.lower()}"
        for section, words in SECTIONS.items()
        if (number := sum(item.section == section for item in items))
    ]
    if len(counted) == 1:
        counted = [f"{counted[0]} opportunities"] if items[0].section == "new" else counted
    when = _NAMES.get(slot.partition(":")[0], "")
    return " ".join([list_words(counted, most=len(SECTIONS)), *([when] if when else [])])


def _blocks(items: Sequence[DigestItem], links: Links, *, now: datetime) -> list[_Block]:
    by_section: dict[Section, list[_Line]] = {}
    for item in items:
        line = _Line(facts=facts_of(item.content, now=now), act=act_of(item.content, links))
        by_section.setdefault(item.section, []).append(line)
    return [_Block(heading=SECTIONS[section], lines=tuple(lines)) for section, lines in by_section.items()]
