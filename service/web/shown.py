"""Opportunities of the domain as pages show them. Pure: the same opportunity always looks the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from service.domain import opportunity as domain
from service.domain.gazetteer import gazetteer
from service.domain.languages import language_name
from service.domain.money import Value
from service.domain.opportunity import Details, Opportunity, State, Status
from service.domain.place import Place, place_in
from service.domain.programme import Suggestion
from service.domain.reserved import who_may_bid
from service.domain.summary import summary_of
from service.domain.tagging import SIZES, Tags
from service.domain.union import is_union_work
from service.domain.wording import count_words, list_words, opened
from service.usecases.ledger import RevisionRecord
from service.web.view import (
    Document,
    FieldChange,
    Help,
    Lot,
    OpportunityView,
    Revision,
    SectorTag,
    SeenNotice,
    SizeTag,
    Standing,
    Verdict,
    Worth,
)

_UNTAGGED = "not judged yet"
#: How eForms number lots and parts: people say "lot 3".
_LOT_NUMBER = re.compile(r"(?:LOT|PAR)-0*(\d+)", re.ASCII)
_STANDINGS: dict[Status, Standing] = {
    Status.OPEN: "open",
    Status.PLANNED: "planned",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
    Status.AWARDED: "awarded",
}
_SAID = {"cancelled": "Cancelled", "awarded": "Awarded", "deadline": "Deadline moved"}
_MONTH_DAYS = 30.44
_YEAR_MONTHS = 12
_SHORT_DAYS = 56


def view_of(
    opportunity: Opportunity,
    tags: Tags | None,
    *,
    now: datetime,
    source_name: str,
    suggestions: Sequence[Suggestion] = (),
    revisions: Sequence[RevisionRecord] = (),
    notices: Sequence[SeenNotice] = (),
    attribution: str = "",
) -> OpportunityView:
    """One opportunity with everything we know; `source_name` is who publishes its official page."""
    state, details = opportunity.state, opportunity.state.details
    place, deadline = place_in(details), details.deadline
    return OpportunityView(
        identity=opportunity.identity,
        title=details.title,
        buyer=details.buyer.name if details.buyer else "",
        place=place_words(place),
        place_evidence=place.evidence,
        areas=tuple(sorted(place.boroughs)),
        worth=worth_of(details.value),
        starts=details.starts,
        ends=details.ends,
        length=length_words(details.starts, details.ends),
        closes=deadline.at if deadline else None,
        closes_at_a_time=deadline is not None and not deadline.date_only,
        standing=standing_of(state, now=now),
        published=state.first_published,
        changed=state.as_of,
        sectors=_sectors(tags),
        size=_size(tags),
        reserved=who_may_bid(details.reserved),
        extra_tags=_extra(details, union=is_union_work(state.source, place)),
        asks=tuple(dict.fromkeys(fact.value for fact in tags.facts if fact.is_demand)) if tags else (),
        official=details.official_url,
        official_source=source_name,
        description=details.description,
        lots=tuple(map(_lot, details.lots)),
        documents=tuple(
            Document(title=each.title or each.url, href=each.url)
            for each in details.documents
            if each.url.startswith(("https://", "http://"))
        ),
        revisions=tuple(map(_revision, revisions)),
        notices=tuple(notices),
        summary=summary_of(details, tags, place=place, place_words=place_words(place), now=now),
        awarded_to_sme=tags.awarded_to_sme if tags else None,
        awarded_to_sme_base=tags.awarded_to_sme_base if tags else None,
        flag_probability=tags.flag_probability if tags else None,
        flag_base=tags.flag_base if tags else None,
        tag_note=tags.note if tags else "",
        language=details.language,
        union=is_union_work(state.source, place),
        gpa=details.gpa,
        attribution=attribution,
        part_of=details.part_of,
        ended_because=details.ended_because,
        help=tuple(
            Help(key=each.programme.key, name=each.programme.name, reason=each.reason, because=each.because)
            for each in suggestions
        ),
    )


def standing_of(state: State, *, now: datetime) -> Standing:
    """Where it stands at a moment: what is open is closed once its deadline has passed."""
    deadline = state.details.deadline
    if state.status is Status.OPEN and deadline is not None and deadline.at <= now:
        return "closed"
    return _STANDINGS[state.status]


def place_words(place: Place) -> str:
    """Where the work is, in words; "" where unknown."""
    if place.scope == "london":
        return "All of London"
    if place.scope == "nationwide":
        home = gazetteer()
        abroad = {home.place_name(code) for code in place.regions if code in home.countries or not home.area_name(code)}
        return list_words(["Anywhere in the UK", *sorted(abroad - {"UK"})])
    codes = place.boroughs if place.scope == "boroughs" else place.regions or place.boroughs
    return list_words(sorted({gazetteer().place_name(code) for code in codes}))


def worth_of(value: Value | None) -> Worth:
    """What it is worth. A nought, which forms fill in, says nothing."""
    if value is None or not value.best:
        return Worth(low=None)
    if value.net is not None:
        note = "VAT not included."
    else:
        note = "VAT included." if value.gross is not None else "This is the least it is said to be worth."
    if value.currency != "GBP":
        note += f" In {value.currency} as the notice states it. To judge the size, we reckon it roughly in pounds."
    return Worth(low=Decimal(value.best), currency=value.currency, basis="in all", note=note)


def length_words(starts: date | None, ends: date | None) -> str:
    """How long it runs: "2 years", "18 months", "6 weeks"; "" where either day is not stated or they are the same."""
    if starts is None or ends is None or ends <= starts:
        return ""
    days = (ends + timedelta(days=1) - starts).days
    if days < _SHORT_DAYS:
        return count_words(days // 7, "week", "weeks") if days % 7 == 0 else count_words(days, "day", "days")
    months = round(days / _MONTH_DAYS)
    if months % _YEAR_MONTHS == 0:
        return count_words(months // _YEAR_MONTHS, "year", "years")
    return count_words(months, "month", "months")


def _stated(value: Value | None) -> Worth | None:
    return worth_of(value) if value is not None and value.best else None


def _sectors(tags: Tags | None) -> tuple[SectorTag, ...]:
    return tuple(
        SectorTag(key=tag.key, label=tag.label, probability=tag.probability, reasons=tag.reasons)
        for tag in (tags.likely if tags else ())
    )


def _size(tags: Tags | None) -> SizeTag:
    if tags is None:
        unknown: dict[str, Verdict] = dict.fromkeys(SIZES, "unknown")
        return SizeTag(verdicts=unknown, reasons=(), unsure_because=_UNTAGGED)
    verdicts = dict(tags.size.verdicts)
    unsure = all(verdict in {"unknown", "might"} for verdict in verdicts.values())
    return SizeTag(
        verdicts=verdicts,
        reasons=tags.size.reasons,
        unsure_because=tags.size.reasons[0] if unsure and tags.size.reasons else "",
    )


def _lot(lot: domain.Lot) -> Lot:
    flags = ("Buyer says: suits small firms" if lot.sme else "", f"Only for {lot.reserved}" if lot.reserved else "")
    places = sorted({gazetteer().place_name(code) for code in lot.delivery_regions})
    numbered = _LOT_NUMBER.fullmatch(lot.identity)
    return Lot(
        name=numbered[1] if numbered else lot.identity,
        title=lot.title,
        worth=_stated(lot.value),
        place=list_words(places),
        closes=lot.deadline.at if lot.deadline else None,
        closes_at_a_time=lot.deadline is None or not lot.deadline.date_only,
        notes=tuple(filter(None, flags)),
    )


def _extra(details: Details, *, union: bool) -> tuple[str, ...]:
    said = (
        (union, "European Union contract"),
        (bool(details.language), f"In {language_name(details.language)}"),
        (bool(details.part_of), "Sub-contract"),
        (details.below_threshold, "Below threshold"),
        (details.framework, "Framework"),
        (details.sme, "Buyer says: suits small firms"),
        (details.vcse, "Buyer says: suits charities"),
    )
    return tuple(words for holds, words in said if holds)


def _revision(record: RevisionRecord) -> Revision:
    first = record.number == 1
    return Revision(
        at=record.as_of,
        said="First published" if first else _SAID.get(record.change_kind, "Changed"),
        changes=()
        if first
        else tuple(
            FieldChange(name=opened(each.field), before=each.before, after=each.after) for each in record.differences
        ),
    )
