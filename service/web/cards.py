"""An opportunity in words: the card that lists, pages and feeds share. Templates only put it in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from service.domain.wording import day_words, days_left, days_left_words, moment_words, sum_words
from service.web.forms.filters import LONDON
from service.web.view import FIRM_SIZES, Help, Lot, OpportunityView, SizeTag, Worth

NOT_STATED = "not stated"

#: Days before a deadline from which it is shown as near.
SOON_DAYS = 14

#: Trades shown on a card; the page shows all.
_SECTORS_ON_A_CARD = 2
#: Programmes shown beside an opportunity.
_HELP_ON_A_CARD = 2
#: How sure we must be of a trade to say it without "perhaps".
_SURE = 0.6

_FIT = {"micro": "under 10 people", "small": "10 to 49", "medium": "50 to 249"}
_STANDING = {
    "planned": "Planned: nothing to bid for yet",
    "closed": "Closed",
    "cancelled": "Withdrawn by the buyer",
    "awarded": "Awarded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTag:
    """A tag: its words, and a tone that only repeats them in colour (suits, might, ended or "")."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHelp:
    """A programme beside an opportunity."""

    name: str
    reason: str
    href: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Words of one opportunity, in the order of the card."""

    href: str
    title: str
    #: Two letters of the language of the title; "" for English.
    language: str
    buyer: str
    place: str
    worth: str
    length: str
    closes_label: str
    closes: str
    closes_soon: bool
    tags: tuple[CardTag, ...]
    why: str
    asks: str
    help: tuple[CardHelp, ...]


def safe_href(address: str) -> str:
    """The address where it is http or https, else "": links of notices are written by others."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def page_path(identity: str) -> str:
    """The path of an opportunity's page."""
    return f"/opportunities/{identity}"


def worth_words(worth: Worth) -> str:
    """£18,000 a year; £10,000 to £20,000; up to £20,000; not stated."""
    low, high = worth.low, worth.high
    if low is None and high is None:
        return NOT_STATED
    if low is not None and high is not None and low != high:
        said = f"{sum_words(low, worth.currency)} to {sum_words(high, worth.currency)}"
    elif low is not None:
        said = sum_words(low, worth.currency)
    else:
        said = f"up to {sum_words(high, worth.currency)}" if high is not None else NOT_STATED
    return f"{said} {worth.basis}".strip()


def deadline_words(view: OpportunityView, *, now: datetime) -> str:
    """Fri 4 Dec, 12 noon; Mon 21 Dec where no time is given; not stated."""
    return _closes_words(view.closes, at_a_time=view.closes_at_a_time, now=now)


def lot_deadline_words(lot: Lot, *, now: datetime) -> str:
    """The same of a lot."""
    return _closes_words(lot.closes, at_a_time=lot.closes_at_a_time, now=now)


def _closes_words(closes: datetime | None, *, at_a_time: bool, now: datetime) -> str:
    if closes is None:
        return NOT_STATED
    if at_a_time:
        return moment_words(closes, now=now)
    return day_words(closes.astimezone(LONDON).date(), today=now.astimezone(LONDON).date())


def card_of(view: OpportunityView, *, now: datetime) -> Card:
    """The card of an opportunity as seen at a moment."""
    closes, soon, label = _closing(view, now=now)
    return Card(
        href=page_path(view.identity),
        title=view.title,
        language=view.language,
        buyer=view.buyer or "Buyer not stated",
        place=view.place,
        worth=worth_words(view.worth),
        length=view.length,
        closes_label=label,
        closes=closes,
        closes_soon=soon,
        tags=tags_of(view),
        why=view.why,
        asks=f"Asks for {_sentence(view.asks)}." if view.asks else "",
        help=help_of(view.help),
    )


def tags_of(view: OpportunityView) -> tuple[CardTag, ...]:
    """Standing where it is not open, then size, then trades, then other facts."""
    tags = [CardTag(text=_STANDING[view.standing], tone="ended")] if view.standing in _STANDING else []
    tags.append(size_tag(view.size))
    tags.extend(
        CardTag(text=sector.label if (sector.probability or 1.0) >= _SURE else f"Perhaps {sector.label.lower()}")
        for sector in view.sectors[:_SECTORS_ON_A_CARD]
    )
    if view.reserved:
        tags.append(CardTag(text=f"Only {view.reserved}"))
    tags.extend(CardTag(text=text) for text in view.extra_tags)
    return tuple(tags)


def size_tag(size: SizeTag) -> CardTag:
    """Whom it suits, in words: the smallest firm it suits, or might suit, or that we do not know."""
    suits = [key for key in FIRM_SIZES if size.verdicts.get(key) == "suits"]
    if suits:
        return CardTag(text=f"Suits {_span(suits)}", tone="suits")
    might = [key for key in FIRM_SIZES if size.verdicts.get(key) == "might"]
    because = f" · we are not sure: {size.unsure_because}" if size.unsure_because else ""
    if might:
        return CardTag(text=f"Might suit {_span(might)}{because}", tone="might")
    if all(size.verdicts.get(key) == "unlikely" for key in FIRM_SIZES):
        return CardTag(text="Unlikely to suit a small firm")
    return CardTag(text=f"Size of firm unknown{because.replace('we are not sure: ', '')}", tone="might")


def help_of(programmes: tuple[Help, ...]) -> tuple[CardHelp, ...]:
    """The programmes that fit, as the help box wants them."""
    return tuple(
        CardHelp(name=item.name, reason=item.reason, href=f"/support/{item.key}", because=item.because)
        for item in programmes[:_HELP_ON_A_CARD]
    )


def _span(sizes: list[str]) -> str:
    if sizes == ["micro", "small"]:
        return "under 50 people"
    if len(sizes) == len(FIRM_SIZES):
        return "firms of any size"
    if sizes == ["small", "medium"]:
        return "10 to 249"
    return " and ".join(_FIT[key] for key in sizes)


def _closing(view: OpportunityView, *, now: datetime) -> tuple[str, bool, str]:
    said = deadline_words(view, now=now)
    if view.closes is None:
        return said, False, "Closes"
    if view.closes < now or view.standing not in {"open", "planned"}:
        return said, False, "Closed" if view.closes < now else "Closes"
    left = days_left_words(view.closes, now=now)
    soon = days_left(view.closes, now=now) <= SOON_DAYS
    return (f"{said} · {left}" if left else said), soon, "Closes"


def _sentence(asks: tuple[str, ...]) -> str:
    return asks[0] if len(asks) == 1 else f"{', '.join(asks[:-1])} and {asks[-1]}"
