"""An opportunity's own page in words: facts with how we know them, changes, lots, notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.languages import language_name
from service.domain.summary import SummaryLine
from service.domain.union import CHECK, coverage_words
from service.domain.wording import day_words, days_left_words, list_words, opened
from service.web.cards import (
    NOT_STATED,
    Card,
    deadline_words,
    lot_deadline_words,
    safe_href,
    size_tag,
    worth_words,
)
from service.web.forms.filters import LONDON
from service.web.view import OpportunityView, Revision

_STANDING_WORDS = {
    "planned": "The buyer has said that it may want this. There is nothing to bid for yet.",
    "closed": "The deadline has passed. It is too late to bid.",
    "cancelled": "The buyer has withdrawn this. There is nothing to bid for.",
    "awarded": "The buyer has chosen who does this work. It is too late to bid.",
}


#: Lines of the summary that the key facts above it say already.
_ON_THE_KEY_FACTS = frozenset({"where", "worth"})
#: Lines that are themselves the words of the notice, so that no quote is needed beside them.
_QUOTED_WHOLE = frozenset({"wanted", "apply"})

#: From here on, rounding would say that nothing can be wrong.
_NEARLY = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact with its name, and more about it in quiet type."""

    name: str
    text: str
    more: str = ""
    soon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere, or only words where `href` is ""."""

    text: str
    href: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table of lots."""

    name: str
    text: str
    more: str
    place: str = ""
    closes: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one revision changed."""

    when: str
    said: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagReasons:
    """Why a tag is there."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line of the summary with how we know it."""

    name: str
    text: str
    #: The words of the notice it was read from.
    quotes: tuple[str, ...]
    #: The fields of the form it was read from, in a sentence; "" where none.
    fields: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything of the page that is not on the card."""

    standing: str
    officials: tuple[Link, ...]
    facts: tuple[Fact, ...]
    description: str
    summary: tuple[Said, ...]
    lots: tuple[Row, ...]
    documents: tuple[Link, ...]
    history: tuple[Change, ...]
    tag_reasons: tuple[TagReasons, ...]
    notices: tuple[Link, ...]
    #: Two letters of the language of title and description, "" for English; and its name.
    language: str = ""
    language_name: str = ""
    #: What to know of a contract abroad; () for British work.
    abroad: tuple[str, ...] = ()
    attribution: str = ""
    #: Whether any lot has a place, a deadline or notes of its own that others have not.
    lots_differ: bool = False


def _standing(view: OpportunityView) -> str:
    """That it is not open, with the buyer's reason where one is given."""
    if view.standing == "cancelled" and view.ended_because:
        return f"There is nothing to bid for any more. The buyer says: {view.ended_because}"
    return _STANDING_WORDS.get(view.standing, "")


def detail_of(view: OpportunityView, card: Card, *, now: datetime) -> Detail:
    """The page of an opportunity as seen at a moment."""
    official = safe_href(view.official)
    return Detail(
        standing=_standing(view),
        officials=(Link(text=view.official_source, href=official),) if official else (),
        facts=_facts(view, card, now=now),
        description=view.description,
        summary=tuple(_said(line) for line in view.summary if line.key not in _ON_THE_KEY_FACTS),
        lots=_lots(view, now=now),
        lots_differ=len({(lot.place, lot.closes, lot.notes) for lot in view.lots}) > 1,
        language=view.language,
        language_name=language_name(view.language),
        abroad=(coverage_words(view.gpa), CHECK) if view.union else (),
        attribution=view.attribution,
        documents=tuple(
            Link(text=document.title or "Document", href=href)
            for document in view.documents
            if (href := safe_href(document.href))
        ),
        history=tuple(_change(revision, now=now) for revision in view.revisions),
        tag_reasons=_tag_reasons(view),
        notices=tuple(
            Link(
                text=f"{notice.kind} on {notice.source}" if notice.kind else notice.source,
                href=safe_href(notice.href),
                more=_day(notice.published, now=now) if notice.published else "",
            )
            for notice in view.notices
        ),
    )


def _said(line: SummaryLine) -> Said:
    fields = list_words(tuple(dict.fromkeys(origin.field for origin in line.origins if origin.field)), most=4)
    every = tuple(dict.fromkeys(origin.quote for origin in line.origins if origin.quote))
    quotes = tuple(quote for quote in every if not any(quote != other and quote in other for other in every))
    shown = quotes if line.key not in _QUOTED_WHOLE else ()
    return Said(
        name=line.label,
        text=line.text,
        quotes=shown,
        fields=f"By {fields}." if fields else "In the buyer's own words." if quotes and not shown else "",
    )


def _facts(view: OpportunityView, card: Card, *, now: datetime) -> tuple[Fact, ...]:
    closes_more = ""
    if view.closes is not None and view.closes >= now:
        closes_more = days_left_words(view.closes, now=now)
        if not view.closes_at_a_time:
            closes_more = f"{closes_more}. No time of day is given: take it to be early".lstrip(". ")
    facts = [
        Fact(name=card.closes_label, text=deadline_words(view, now=now), more=closes_more, soon=card.closes_soon),
        Fact(name="Worth", text=card.worth, more=view.worth.note),
        Fact(name="For", text=view.length or NOT_STATED, more=_dates(view, now=now)),
        Fact(name="Where", text=view.place or NOT_STATED, more=_how_known(view.place_evidence)),
    ]
    if view.reserved:
        facts.append(Fact(name="Who may bid", text=view.reserved))
    if view.published is not None:
        facts.append(Fact(name="Published", text=_day(view.published, now=now)))
    return tuple(facts)


def _lots(view: OpportunityView, *, now: datetime) -> tuple[Row, ...]:
    """The lots; none where there is only one, which is the whole under the same name."""
    if len(view.lots) == 1 and view.lots[0].title in {"", view.title}:
        return ()
    return tuple(
        Row(
            name=lot.name,
            text=lot.title,
            more=worth_words(lot.worth) if lot.worth else NOT_STATED,
            place=lot.place,
            closes=lot_deadline_words(lot, now=now),
            notes=lot.notes,
        )
        for lot in view.lots
    )


def _how_known(evidence: tuple[str, ...]) -> str:
    return f"We know because {'; '.join(evidence)}." if evidence else ""


def _dates(view: OpportunityView, *, now: datetime) -> str:
    today = now.astimezone(LONDON).date()
    starts = f"from {day_words(view.starts, today=today)}" if view.starts else ""
    ends = f"to {day_words(view.ends, today=today)}" if view.ends else ""
    return f"{starts} {ends}".strip()


def _day(moment: datetime, *, now: datetime) -> str:
    return day_words(moment.astimezone(LONDON).date(), today=now.astimezone(LONDON).date())


def _change(revision: Revision, *, now: datetime) -> Change:
    return Change(
        when=_day(revision.at, now=now),
        said=revision.said,
        lines=tuple(Line(name=change.name, before=change.before, after=change.after) for change in revision.changes),
    )


def _hint(view: OpportunityView) -> tuple[str, ...]:
    """How often such contracts went to a smaller firm, and are flagged for one: hints beside the rules, no verdicts."""
    hints = (
        (view.awarded_to_sme, view.awarded_to_sme_base, "contracts like this went to a small or medium firm"),
        (view.flag_probability, view.flag_base, "contracts like this are flagged as suiting small firms by the buyer"),
    )
    return tuple(
        f"A hint: about {chance:.0%} of {what}" + (f", of all about {base:.0%}" if base is not None else "")
        for chance, base, what in hints
        if chance is not None
    )


def _how_sure(probability: float) -> str:
    """Never all of it: a judgement can be wrong."""
    return "We are more than 99% sure" if probability > _NEARLY else f"We are {probability:.0%} sure"


def _tag_reasons(view: OpportunityView) -> tuple[TagReasons, ...]:
    found = []
    if view.size.reasons:
        reasons = tuple(opened(reason) for reason in view.size.reasons)
        found.append(TagReasons(text=size_tag(view.size).text, reasons=(*reasons, *_hint(view))))
    # Where the sectors say it themselves ("not sure: A, B or C"), it is not said twice.
    if view.tag_note and not any(view.tag_note in sector.reasons for sector in view.sectors):
        found.append(TagReasons(text="The trade", reasons=(opened(view.tag_note),)))
    for sector in view.sectors:
        sure = (_how_sure(sector.probability),) if sector.probability is not None else ()
        reasons = (*(opened(reason) for reason in sector.reasons), *sure)
        found.append(TagReasons(text=sector.label, reasons=reasons))
    return tuple(found)
