"""What a notice wants and asks, in a few plain lines, each of which points to the words or the field it came from.

Rules only: nothing is rephrased by guess. A line repeats what a form's field says, or what the text states (with its
quote), and where neither says anything the line says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from service.domain.money import Value
from service.domain.opportunity import Details
from service.domain.place import Place
from service.domain.reply_words import reply_of
from service.domain.reserved import who_may_bid
from service.domain.tagging import Fact, Tags
from service.domain.wording import LONDON, count_words, day_words, list_words, moment_words, opened, sum_words

NOT_STATED = "The notice does not say."
_MONTHS_A_YEAR = 12
_DAYS_A_MONTH = Decimal("30.4375")
_LONGEST_WANTED = 300
_READ = 4_000
_SENTENCE = re.compile(r"[^\n]{20,400}?(?:[.!?](?=\s|\Z)|\n|\Z)")
#: Sentences that tell how to find the papers, or warn, and not what is wanted.
_NOT_WANTED = re.compile(
    r"\b(?:please|register|portal|https?|www\.|click|log ?in|submit|e-?mail|award notice|not a call for|clarification"
    r"|further (?:information|details)|as per|see (?:the )?(?:tender|itt)|tender(?:er)?s? (?:must|should)|deadline"
    r"|notice|engagement|views|currently|has (?:commissioned|awarded)|since \d{4}|background|therefore)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:seek(?:s|ing)|requires (?:a|an|the)|(?:is|are) required (?:for|to)|appoint|procur(?:e|es|ing)|wish(?:es)?"
    r"|looking (?:to|for)|inviting|invited (?:from|for)|provision of|contract (?:is|will be) for)\b",
    re.IGNORECASE,
)
#: A sentence of its own begins with a capital, and does not lean on the one before.
_STANDS_ALONE = re.compile(r"[A-Z](?!lso\b|dditionally\b)")
_ADDRESS = re.compile(
    r"\bhttps?://[^\s<>\"')\]]{4,200}|\bwww\.[a-z0-9.-]{3,80}\.[a-z]{2,6}(?:/[^\s<>\"')\]]{0,120})?", re.IGNORECASE
)
#: The last line of what is posted on this copy itself: scrapers/sources/postings.py writes it.
#: Some copies of old notices have "rn" where a line ended.
_LINE_BREAK_LOST = re.compile(r"rn(?=rn|[A-Z]|\Z)")
_PORTALS = re.compile(
    r"in-tendhost|due-north|procontract|jaggaer|bravo|delta-esourcing|atamis|force\.com|my\.site\.com|proactis|the-chest"
    r"|multiquote|eastmidstenders|supplyingthesouthwest|kentbusinessportal|londontenders|sell2wales|etendersni|eu-supply"
    r"|mercell|yortender|housingprocurement|contracts\.mod|publiccontractsscotland|mytenders|esourc|tenders?\.|wax-digital",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a line came from.

    Attributes:
        field: the form's field, in words ("the deadline of the form"); "" where the words of the text say it.
        quote: the words of the text; "" where a field says it.
        start: where the quote begins in the description, a line break and the conditions.
        end: where it ends.
    """

    field: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One line of the summary: a stable key, its label, what is said, and where each part of it came from.

    `origins` is empty only where the line says that nothing is stated.
    """

    key: str
    label: str
    text: str
    origins: tuple[Origin, ...] = ()


def summary_of(
    details: Details, tags: Tags | None, *, place: Place, place_words: str, now: datetime
) -> tuple[SummaryLine, ...]:
    """The lines in the order a bidder asks: what, where, worth what, how long, by when, what it takes, how to apply.

    Args:
        details: what is known of the procurement.
        tags: what was judged and read of it; None: not yet.
        place: where the work is.
        place_words: the same in words; "" where unknown.
        now: when it is read.
    """
    facts = tags.facts if tags is not None else ()
    today = now.astimezone(LONDON).date()
    return (
        _wanted(details),
        _where(place, place_words),
        _worth(details, facts),
        _how_long(details, facts, today=today),
        _by_when(details, facts, now=now),
        _must_have(details, facts),
        *_weighed(facts),
        *_besides(facts),
        _effort(details, facts),
        _how_to_apply(details),
    )


def _wanted(details: Details) -> SummaryLine:
    """The first sentence that says what is wanted, as it stands; the title where none does."""
    for match in _SENTENCE.finditer(details.description[:_READ]):
        sentence = match[0].strip()
        if len(sentence) > _LONGEST_WANTED or not _STANDS_ALONE.match(sentence):
            continue
        if _WANTS.search(sentence) and not _NOT_WANTED.search(sentence):
            start = match.start() + match[0].index(sentence)
            origin = Origin(quote=sentence, start=start, end=start + len(sentence))
            return SummaryLine(key="wanted", label="What is wanted", text=opened(sentence), origins=(origin,))
    if details.title.strip():
        origin = Origin(field="the title")
        return SummaryLine(key="wanted", label="What is wanted", text=opened(details.title.strip()), origins=(origin,))
    return SummaryLine(key="wanted", label="What is wanted", text=NOT_STATED)


def _where(place: Place, words: str) -> SummaryLine:
    if not words:
        return SummaryLine(key="where", label="Where", text=NOT_STATED)
    origin = Origin(field="; ".join(place.evidence) or "the place of the form")
    return SummaryLine(key="where", label="Where", text=f"{words}.", origins=(origin,))


def _worth(details: Details, facts: Sequence[Fact]) -> SummaryLine:
    value = details.value
    if value is None or not value.best:
        return _worth_of_lots(details)
    said = f"{_amount(value)} in all"
    months, length_origin = _months(details, facts)
    origins = [Origin(field="the value of the form")]
    if months > _MONTHS_A_YEAR:
        yearly = (value.best * _MONTHS_A_YEAR / months).quantize(Decimal(1))
        said = f"{said}, about {sum_words(yearly, value.currency)} a year"
        origins.append(length_origin)
    return SummaryLine(key="worth", label="Worth", text=f"{said}.", origins=tuple(origins))


def _amount(value: Value) -> str:
    best = sum_words(value.best or Decimal(0), value.currency)
    if value.net is not None:
        return f"{best} without VAT"
    return f"{best} with VAT" if value.gross is not None else f"at least {best}"


def _worth_of_lots(details: Details) -> SummaryLine:
    sums = sorted(lot.value.best for lot in details.lots if lot.value is not None and lot.value.best)
    if not sums:
        return SummaryLine(key="worth", label="Worth", text=NOT_STATED)
    currency = next(lot.value.currency for lot in details.lots if lot.value is not None and lot.value.best)
    low, high = sum_words(sums[0], currency), sum_words(sums[-1], currency)
    spread = low if low == high else f"{low} to {high}"
    text = f"The lots that give a value: {spread}."
    return SummaryLine(key="worth", label="Worth", text=text, origins=(Origin(field="the values of the lots"),))


def _months(details: Details, facts: Sequence[Fact]) -> tuple[Decimal, Origin]:
    """Length in months by the form's dates, else by the text; 0 where neither tells."""
    if details.starts is not None and details.ends is not None and details.ends > details.starts:
        months = round(Decimal((details.ends - details.starts).days + 1) / _DAYS_A_MONTH)
        return Decimal(months), Origin(field="the dates of the form")
    stated = next((fact for fact in facts if fact.kind == "length" and fact.normal.endswith(("month", "months"))), None)
    return (Decimal(stated.normal.split()[0]), _quoted(stated)) if stated else (Decimal(0), Origin())


def _how_long(details: Details, facts: Sequence[Fact], *, today: date) -> SummaryLine:
    parts: list[str] = []
    origins: list[Origin] = []
    stated = next((fact for fact in facts if fact.kind == "length"), None)
    if details.starts is not None and details.ends is not None and details.ends > details.starts:
        parts.append(f"{day_words(details.starts, today=today)} to {day_words(details.ends, today=today)}")
        origins.append(Origin(field="the dates of the form"))
    elif stated is not None:
        parts.append(stated.value)
        origins.append(_quoted(stated))
    start = next((fact for fact in facts if fact.kind == "start"), None)
    if not origins and start is None and details.starts is not None:
        parts.append(f"starts {day_words(details.starts, today=today)}")
        origins.append(Origin(field="the start of the form"))
    for fact in facts:
        if fact.kind == "extension" or (fact.kind == "start" and details.starts is None):
            parts.append(fact.value)
            origins.append(_quoted(fact))
    if not parts:
        return SummaryLine(key="length", label="How long", text=NOT_STATED)
    return SummaryLine(key="length", label="How long", text=f"{opened('; '.join(parts))}.", origins=tuple(origins))


def _by_when(details: Details, facts: Sequence[Fact], *, now: datetime) -> SummaryLine:
    deadline = details.deadline
    parts: list[str] = []
    origins: list[Origin] = []
    if deadline is not None:
        today = now.astimezone(LONDON).date()
        when = (
            f"{day_words(deadline.at.astimezone(LONDON).date(), today=today)}, take it to be early in the day"
            if deadline.date_only
            else moment_words(deadline.at, now=now)
        )
        verb = "say that you are interested by" if deadline.kind == "interest" else "bid by"
        parts.append(f"{verb} {when}")
        origins.append(Origin(field="the deadline of the form"))
    if details.enquiries_until is not None:
        parts.append(f"ask questions until {moment_words(details.enquiries_until, now=now)}")
        origins.append(Origin(field="the end of enquiries of the form"))
    else:
        for fact in facts:
            if fact.kind == "questions_by":
                parts.append(f"ask {fact.value}")
                origins.append(_quoted(fact))
    if not parts:
        return SummaryLine(key="deadline", label="By when", text=NOT_STATED)
    return SummaryLine(key="deadline", label="By when", text=f"{opened('; '.join(parts))}.", origins=tuple(origins))


def _must_have(details: Details, facts: Sequence[Fact]) -> SummaryLine:
    demands = [fact for fact in facts if fact.is_demand]
    parts = [fact.value for fact in demands]
    origins = [_quoted(fact) for fact in demands]
    who = who_may_bid(details.reserved)
    if who:
        parts.insert(0, f"only {who} may bid")
        origins.insert(0, Origin(field="the reservation of the form"))
    if not parts:
        text = "The notice names no insurance, turnover or certificate. The tender papers may."
        return SummaryLine(key="must_have", label="What you must have", text=text)
    text = f"{opened(list_words(parts, most=8))}. The tender papers may ask for more."
    return SummaryLine(key="must_have", label="What you must have", text=text, origins=tuple(origins))


def _weighed(facts: Sequence[Fact]) -> Iterable[SummaryLine]:
    found = [fact for fact in facts if fact.kind in {"split", "social_value"}]
    if any("social value" in fact.normal for fact in found if fact.kind == "split"):
        found = [fact for fact in found if fact.kind == "split"]
    if found:
        text = f"{opened(list_words([fact.value for fact in found]))}."
        yield SummaryLine(key="weights", label="How bids are weighed", text=text, origins=tuple(map(_quoted, found)))


def _besides(facts: Sequence[Fact]) -> Iterable[SummaryLine]:
    """What else a bidder should know before it starts: staff that come with the work, a site to see, joint bids."""
    found = [fact for fact in facts if fact.kind in {"tupe", "consortium"}]
    found += [fact for fact in facts if fact.kind == "site_visit" and not fact.is_demand]
    if found:
        text = f"{opened('; '.join(fact.value for fact in found))}."
        yield SummaryLine(key="besides", label="Good to know", text=text, origins=tuple(map(_quoted, found)))


def _effort(details: Details, facts: Sequence[Fact]) -> SummaryLine:
    """How much work the bid looks like: by the procedure first, then by what must be shown."""
    procedure = re.sub(r"[^a-z]", "", details.procedure.lower())
    origins = [Origin(field=f"the procedure of the form, “{details.procedure.strip()[:80]}”")] if procedure else []
    dynamic = next((fact for fact in facts if fact.kind == "framework" and fact.normal.startswith("dynamic")), None)
    if dynamic is not None:
        said = "first a form to join the list, then short bids for each piece of work"
        origins = [_quoted(dynamic)]
    elif any(word in procedure for word in ("flexible", "restricted", "negotiat", "dialogue")):
        said = "a lot: there are several rounds of bidding"
    elif "quotation" in procedure:
        said = "little: a quotation"
    elif details.below_threshold is True:
        said = "less than a full tender: it lies below the threshold for the full rules"
        origins = [Origin(field="the threshold of the form")]
    elif "open" in procedure:
        said = "a full bid in one round"
    else:
        said, origins = "", []
    demands = [fact for fact in facts if fact.is_demand]
    if not said:
        text = "We cannot tell: the notice does not say how it is run."
        return SummaryLine(key="effort", label="How much work the bid looks like", text=text)
    if demands:
        said = f"{said}, with proof of {count_words(len(demands), 'thing', 'things')} you must have"
        origins.extend(_quoted(fact) for fact in demands)
    text = f"{opened(said)}."
    return SummaryLine(key="effort", label="How much work the bid looks like", text=text, origins=tuple(origins))


def _how_to_apply(details: Details) -> SummaryLine:
    """As a buyer asks who posted here; else by the portal the notice names, word for word; else the official notice."""
    text = f"{details.description}\n{details.conditions}"
    if posted := reply_of(details):
        origin = Origin(quote=posted.line, start=posted.start, end=posted.start + len(posted.line))
        where = "Write your reply on this page" if posted.is_here else f"Send your reply to {posted.where}"
        said = f"{where}. What it is to hold is in the buyer's own words below."
        return SummaryLine(key="apply", label="How to apply", text=said, origins=(origin,))
    for match in _ADDRESS.finditer(text[: 10 * _READ]):
        address = _LINE_BREAK_LOST.split(match[0])[0].rstrip(".,;:")
        if _PORTALS.search(address):
            origin = Origin(quote=address, start=match.start(), end=match.start() + len(address))
            said = f"Through the portal that the notice names: {address}. Read the official notice first."
            return SummaryLine(key="apply", label="How to apply", text=said, origins=(origin,))
    if details.official_url:
        origin = Origin(field="the address of the official notice")
        said = "Read the official notice: it tells where to send the bid."
        return SummaryLine(key="apply", label="How to apply", text=said, origins=(origin,))
    return SummaryLine(key="apply", label="How to apply", text=NOT_STATED)


def _quoted(fact: Fact) -> Origin:
    return Origin(quote=fact.quote, start=fact.start, end=fact.end)
