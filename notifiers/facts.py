"""The facts of an alert, each in the words a letter says them: what templates only have to put in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from notifiers.mime import one_line
from service.domain.gazetteer import gazetteer
from service.domain.languages import language_name
from service.domain.message import AlertContent
from service.domain.opportunity import Deadline, Details, FieldDifference, Status
from service.domain.place import Place
from service.domain.reply_words import reply_of
from service.domain.reserved import who_may_bid
from service.domain.tagging import SIZES, SizeTag, Tags
from service.domain.union import CHECK, coverage_words, is_union_work
from service.domain.wording import (
    LONDON,
    count_words,
    day_words,
    days_left_words,
    list_words,
    moment_words,
    opened,
    sum_words,
    without_codes,
)

__all__ = ["NOT_STATED", "Facts", "HelpLine", "cut", "facts_of", "one_line", "safe_link"]

NOT_STATED = "not stated"
_LONGEST_TITLE = 200
_LONGEST_FACT = 160
_SHORT_PLACE = 30
_SURE = 0.6
_SECTORS_SHOWN = 2
_HELP_SHOWN = 2
_LOTS_OF_DIFFERENCES = 8
_MONTHS_A_YEAR = 12
_DEADLINE_FIELDS = frozenset({"deadline", "closing date", "closes"})
_FIT = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}
_SPANS = {("micro", "small"): "under 50 people", ("small", "medium"): "10 to 249 people", SIZES: "firms of any size"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """One programme beside an alert; `link` is "" where it has no usable address."""

    name: str
    reason: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All an alert says, in the order of the card. Unknown is written; "" means that the line is left out."""

    #: What changed, or what became of it, in sentences; empty where it is new.
    lead: tuple[str, ...]
    title: str
    buyer: str
    place: str
    worth: str
    length: str
    closes_label: str
    closes: str
    tags: tuple[str, ...]
    #: Tone of the first tag: "suits", "might" or "".
    size_tone: str
    why: tuple[str, ...]
    asks: str
    help: tuple[HelpLine, ...]
    #: The notice that decides; what was posted here has our page. "": the source gives none.
    official: str
    official_words: str
    source: str
    page: str
    attribution: str
    #: What to know of a contract abroad; () for British work.
    abroad: tuple[str, ...]
    short_place: str
    short_worth: str
    short_closing: str


def facts_of(content: AlertContent, *, now: datetime) -> Facts:
    """Put an alert into words as of a moment."""
    state = content.opportunity.state
    details = state.details
    size, tone = _size_words(content.tags.size)
    closes = _deadline_words(details.deadline, now=now)
    over = state.status in {Status.CANCELLED, Status.AWARDED}
    place = _place_words(content.place)
    posted, source = reply_of(details), _cut_fact(content.source_name) or "the source"
    demands = list_words([_cut_fact(fact.value) for fact in content.tags.facts if fact.is_demand], most=6)
    return Facts(
        lead=_lead(content, closes=closes),
        title=cut(opened(one_line(details.title)), _LONGEST_TITLE) or "Title not stated",
        buyer=_cut_fact(details.buyer.name if details.buyer else "") or "Buyer not stated",
        place=place or "place not stated",
        worth=_worth_words(details),
        length=_length_words(details.starts, details.ends) or NOT_STATED,
        closes_label=_closes_label(details.deadline, over=over, now=now),
        closes=closes if over else _with_days_left(closes, details.deadline, now=now),
        tags=(size, *_other_tags(content.tags, details), *_abroad_tags(content)),
        size_tone=tone,
        why=tuple(opened(_cut_fact(without_codes(reason))) for reason in content.reasons if one_line(reason)),
        asks=demands or (_cut_fact(posted.asks) if posted else "") or NOT_STATED,
        help=tuple(
            HelpLine(
                name=_cut_fact(item.programme.name),
                reason=cut(opened(one_line(item.reason)), 2 * _LONGEST_FACT),
                link=safe_link(item.programme.url or ""),
            )
            for item in content.help[:_HELP_SHOWN]
        ),
        official=safe_link(content.page_url if posted else details.official_url),
        official_words=("See it on our site" if over else "Read it, ask and reply")
        if posted
        else f"Official notice on {source}",
        source=source,
        page=safe_link(content.page_url),
        attribution=one_line(content.attribution),
        abroad=(coverage_words(details.gpa), CHECK) if is_union_work(state.source, content.place) else (),
        short_place=place if len(place) <= _SHORT_PLACE else "",
        short_worth=_short_worth(details),
        short_closing=_short_closing(details.deadline, now=now) if not over else "",
    )


def cut(text: str, most: int) -> str:
    """Text of at most `most` characters, cut between words where it can be, and marked where it was cut."""
    if len(text) <= most:
        return text
    kept = text[: max(0, most - 1)]
    between = kept.rfind(" ")
    return (kept[:between] if between > most // 2 else kept).rstrip(" ,;:-") + "…"


def safe_link(address: str) -> str:
    """The address where it is http or https and one word, else ""."""
    try:
        parts = urlsplit(address)
        plain = address == one_line(address) and " " not in address
    except ValueError:
        return ""
    return address if plain and parts.scheme in {"http", "https"} and parts.netloc else ""


def _cut_fact(text: str) -> str:
    return cut(one_line(text), _LONGEST_FACT)


def _lead(content: AlertContent, *, closes: str) -> tuple[str, ...]:
    details = content.opportunity.state.details
    if content.change_kind == "cancelled":
        if details.ended_because:
            return (f"There is nothing to bid for any more. The buyer says: {_cut_fact(details.ended_because)}",)
        return ("The buyer has withdrawn this. There is nothing to bid for any more.",)
    if content.change_kind == "awarded":
        winners = list_words([_cut_fact(name) for name in details.suppliers])
        to = f" to {winners}" if winners else ", but the notice does not say to whom"
        award = details.award_value
        price = f" for {sum_words(award.amount, one_line(award.currency))}" if award else ""
        return (f"The contract was awarded{to}{price}.",)
    if content.change.startswith("reminder:"):
        return (f"This closes soon: {closes}.",)
    said = tuple(_difference_words(one) for one in content.differences[:_LOTS_OF_DIFFERENCES])
    rest = len(content.differences) - len(said)
    if rest > 0:
        said += (f"{opened(count_words(rest, 'more change', 'more changes'))}: our page shows all.",)
    if not said and content.change_kind:
        return ("The buyer changed this notice.",)
    return said


def _difference_words(one: FieldDifference) -> str:
    field, before, after = one_line(one.field), _cut_fact(one.before), _cut_fact(one.after)
    closing = field.lower() in _DEADLINE_FIELDS
    name = "The closing date" if closing else opened(field)
    if not before:
        return f"{name} is now stated: {after}."
    if not after:
        return f"{name} is no longer stated (it was {before})."
    return f"{name} {'moved' if closing else 'changed'} from {before} to {after}."


def _place_words(place: Place) -> str:
    if place.scope == "nationwide":
        return "Nationwide"
    if place.scope == "london":
        return "London"
    places = gazetteer()
    names = sorted(authority.name for gss in place.boroughs if (authority := places.borough(gss)) is not None)
    if place.scope == "boroughs":
        return list_words(names)
    regions = list(dict.fromkeys(one_line(places.place_name(code)) for code in sorted(place.regions)))
    return _cut_fact(list_words(regions or names))


def _worth_words(details: Details) -> str:
    value = details.value
    if value is None or value.best is None:
        return NOT_STATED
    currency = one_line(value.currency)
    top = value.net if value.net is not None else value.gross
    vat = " without VAT" if value.net is not None else " with VAT" if value.gross is not None else ""
    if top is None:
        return f"from {sum_words(value.best, currency)} in all, without VAT"
    if value.net is not None and value.minimum is not None and value.minimum < value.net:
        return f"{sum_words(value.minimum, currency)} to {sum_words(value.net, currency)} in all{vat}"
    said = f"{sum_words(top, currency)} in all,{vat}"
    years = _whole_years(details)
    if years > 1:
        yearly = top / years
        about = "" if yearly == yearly.to_integral_value() else "about "
        return f"{said} ({about}{sum_words(yearly.quantize(1), currency)} a year)"
    return said


def _short_worth(details: Details) -> str:
    value = details.value
    if value is None or value.best is None:
        return ""
    years, currency = _whole_years(details), one_line(value.currency)
    if years and value.best % years == 0:
        return f"{sum_words(value.best / years, currency)} a year"
    return sum_words(value.best, currency)


def _whole_years(details: Details) -> int:
    """Length in years where it is a whole number of them, else 0."""
    months = _months(details.starts, details.ends)
    return months // _MONTHS_A_YEAR if months and months % _MONTHS_A_YEAR == 0 else 0


def _months(starts: date | None, ends: date | None) -> int:
    """Whole months from the first to the last day, both counted; 0 where they make none or are not stated."""
    if starts is None or ends is None or ends <= starts or ends == date.max:
        return 0
    after = ends + timedelta(days=1)
    months = (after.year - starts.year) * _MONTHS_A_YEAR + after.month - starts.month
    if after.day == starts.day:
        return months
    # Many notices write the anniversary itself as the last day.
    return months if ends.day == starts.day and ends.month == after.month else 0


def _length_words(starts: date | None, ends: date | None) -> str:
    if starts is None or ends is None or ends < starts:
        return ""
    months = _months(starts, ends)
    if months and months % _MONTHS_A_YEAR == 0:
        return count_words(months // _MONTHS_A_YEAR, "year", "years")
    if months:
        return count_words(months, "month", "months")
    return count_words((ends - starts).days + 1, "day", "days")


def _deadline_words(deadline: Deadline | None, *, now: datetime) -> str:
    if deadline is None:
        return NOT_STATED
    if deadline.date_only:
        return day_words(deadline.at.astimezone(LONDON).date(), today=now.astimezone(LONDON).date())
    return moment_words(deadline.at, now=now)


def _closes_label(deadline: Deadline | None, *, over: bool, now: datetime) -> str:
    """What the deadline is called: of what is withdrawn or awarded it is past, or counts no more."""
    if over and deadline is not None:
        return "Closed" if deadline.at <= now else "Was to close"
    return "Say you are interested by" if deadline and deadline.kind == "interest" else "Closes"


def _with_days_left(closes: str, deadline: Deadline | None, *, now: datetime) -> str:
    if deadline is None:
        return closes
    day_over = deadline.at.astimezone(LONDON).date() < now.astimezone(LONDON).date()
    if day_over or (not deadline.date_only and deadline.at <= now):
        return f"{closes} (closed)"
    left = days_left_words(deadline.at, now=now)
    return f"{closes} ({left})" if left else closes


def _short_closing(deadline: Deadline | None, *, now: datetime) -> str:
    if deadline is None:
        return ""
    local = now.astimezone(LONDON).date()
    verb = "closed" if deadline.at.astimezone(LONDON).date() < local else "closes"
    return f"{verb} {day_words(deadline.at.astimezone(LONDON).date(), today=local)}"


def _size_words(size: SizeTag) -> tuple[str, str]:
    """Whom it suits in words, and a tone that only repeats them in colour."""
    for verdict, opening in (("suits", "Suits"), ("might", "Might suit")):
        fitting = tuple(key for key in SIZES if size.verdicts.get(key) == verdict)
        if fitting:
            span = _SPANS.get(fitting) or " and ".join(_FIT[key] for key in fitting)
            return f"{opening} {span}", verdict
    if all(size.verdicts.get(key) == "unlikely" for key in SIZES):
        return "Unlikely to suit a small firm", ""
    return "Size of firm not known", "might"


def _abroad_tags(content: AlertContent) -> tuple[str, ...]:
    state = content.opportunity.state
    language = state.details.language
    abroad = "European Union contract" if is_union_work(state.source, content.place) else ""
    return tuple(filter(None, (abroad, f"In {one_line(language_name(language))}" if language else "")))


def _other_tags(tags: Tags, details: Details) -> tuple[str, ...]:
    said = [
        one_line(sector.label) if sector.probability >= _SURE else f"Perhaps {one_line(sector.label).lower()}"
        for sector in tags.sectors[:_SECTORS_SHOWN]
    ] or ["Trade not known"]
    if details.reserved:
        said.append(opened(_cut_fact(f"Only {who_may_bid(details.reserved)}")))
    if details.below_threshold:
        said.append("Below threshold")
    if details.framework:
        said.append("Framework")
    return tuple(said)
