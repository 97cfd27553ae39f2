"""A programme of support in words, as it is shown to people wherever it is named on pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.gazetteer import gazetteer
from service.domain.programme import Programme
from service.domain.sectors import all_sectors
from service.domain.wording import day_words, list_words, opened
from service.web.cards import NOT_STATED, safe_href
from service.web.details import Fact
from service.web.programme_words import AREA_WORDS, HELP_WORDS, OWNERS, SIZE_WORDS, STAGE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCard:
    """A programme of support in words."""

    key: str
    name: str
    #: Its own address; "" where none was seen.
    href: str
    provider: str
    summary: str
    facts: tuple[Fact, ...]
    checked: str
    #: "Not free" or "Cost not stated"; "" where it is free.
    price_tag: str


def programme_card(programme: Programme, *, today: date, whole: bool = False) -> ProgrammeCard:
    """A programme in words, as seen on a day; `whole`: with everything that is known."""
    facts = [Fact(name="For", text=programme.for_whom)]
    if programme.sizes:
        facts.append(Fact(name="Size", text=list_words([SIZE_WORDS[size] for size in programme.sizes])))
    facts.append(Fact(name="Where", text=list_words([_area(code) for code in programme.area], most=4)))
    facts.append(Fact(name="Cost", text=_cost(programme, whole=whole)))
    if programme.ends is not None:
        facts.append(Fact(name="Until", text=day_words(programme.ends, today=today)))
    if programme.how_to_apply:
        facts.append(Fact(name="First step", text=programme.how_to_apply))
    if whole:
        facts.extend(_more(programme))
    checked = programme.last_checked
    return ProgrammeCard(
        key=programme.key,
        name=programme.name,
        href=safe_href(programme.url or ""),
        provider=programme.provider,
        summary=programme.summary,
        facts=tuple(facts),
        checked=f"Last checked {_day(checked)}." if checked else "",
        price_tag={True: "", False: "Not free", None: "Cost not stated"}[programme.cost.free],
    )


def _more(programme: Programme) -> Iterable[Fact]:
    """What only the programme's own page says."""
    if programme.helps_with:
        yield Fact(name="Helps with", text=list_words([HELP_WORDS[key] for key in programme.helps_with], most=11))
    if programme.sectors:
        labels = {each.key: each.label for each in all_sectors()}
        yield Fact(name="Trades", text=list_words([labels[key] for key in programme.sectors], most=24))
    if programme.stages:
        yield Fact(name="Stage", text=list_words([STAGE_WORDS[key] for key in programme.stages]))
    if programme.ownership:
        yield Fact(name="Only for", text=list_words([OWNERS[key] for key in programme.ownership]))
    if programme.eligibility:
        yield Fact(name="Conditions", text=programme.eligibility)
    if programme.email:
        yield Fact(name="Questions to", text=programme.email)
    if programme.review_by:
        yield Fact(name="Good until", text=f"{_day(programme.review_by)}, then it is checked again")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _area(code: str) -> str:
    return AREA_WORDS.get(code) or gazetteer().area_name(code) or code


def _cost(programme: Programme, *, whole: bool) -> str:
    note = opened(programme.cost.note or "")
    if programme.cost.free is None:
        said = note or NOT_STATED
    else:
        word = "Free" if programme.cost.free else "Not free"
        says_it_itself = note.casefold().startswith(word.casefold())
        said = note if says_it_itself else f"{word}. {note}" if note else word
    evidence = programme.cost.evidence
    return f"{said.rstrip('.')}. How we know: {evidence}." if whole and evidence else said
