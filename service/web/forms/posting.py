"""The six questions of a posting as boxes: what was posted becomes a draft, and a draft fills the boxes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from service.domain.differences import moment_words, money_words
from service.domain.posting import Draft, Terms
from service.domain.sectors import all_sectors
from service.domain.wording import list_words
from service.web.forms.fields import Fields, line, passage
from service.web.forms.filters import area_label, boroughs_by_name
from service.web.forms.problems import Mendable, day_boxes

#: Characters of a one-line box; the longest honest answer is far below.
_LINE_CAP = 400

#: What each page asks, and an example that is shown beside it.
TITLES: Mapping[str, str] = {
    "what": "What do you need?",
    "where": "What trade is it, and where is the work?",
    "how-much": "How much is it worth?",
    "how-long": "How long does it last?",
    "by-when": "By when must firms reply?",
    "how-to-reply": "How do firms reply?",
}
EXAMPLES: Mapping[str, str] = {
    "what": "Window cleaning at two primary schools. Inside and outside, four times a year, out of school hours. "
    "The taller building has three floors.",
    "where": "Cleaning, waste and environment, in Hackney.",
    "how-much": "£9,000 for all three years, without VAT. A best guess helps firms to decide whether to reply.",
    "how-long": "From 1 April 2027, for 36 months. For a single job give 1 month.",
    "by-when": "5 March 2027, 12 noon. Two weeks is usual; small firms answer in evenings and at weekends.",
    "how-to-reply": "quotes@borough.example: a price for each visit, and the name of one customer we can ask.",
}


#: How a reply is sent where no address is given.
ON_OUR_PAGE = "Written on this site, and opened after the deadline."


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingForm(Mendable):
    """A page of the form: what was typed and what is wrong with it."""

    FIRST_BOX: ClassVar[Mapping[str, str]] = {"starts": "starts_day", "closes": "closes_day"}

    typed: Draft

    @property
    def sectors(self) -> list[dict[str, object]]:
        """The trades, one to be chosen."""
        first = [] if self.typed.sector else [{"value": "", "text": "Choose a trade", "selected": True}]
        named = [
            {"value": each.key, "text": each.label, "selected": each.key == self.typed.sector} for each in all_sectors()
        ]
        return [*first, *named]

    @property
    def suggestion(self) -> str:
        """What we took the trade to be; "" where we could not tell."""
        return next((each.label for each in all_sectors() if each.key == self.typed.suggested), "")

    @property
    def areas(self) -> list[dict[str, object]]:
        """All of London, then the 33 authorities by name."""
        choices = [("london", area_label("london")), *boroughs_by_name()]
        return [{"value": code, "text": name, "checked": code in self.typed.areas} for code, name in choices]

    def day(self, name: str) -> list[dict[str, object]]:
        """The three boxes of a day."""
        typed = self.typed
        values = {
            "starts": (typed.starts_day, typed.starts_month, typed.starts_year),
            "closes": (typed.closes_day, typed.closes_month, typed.closes_year),
        }
        return day_boxes(name, values[name], is_wrong=name in self.problems)


def take(question: str, before: Draft, fields: Fields) -> Draft:
    """A draft with the boxes of one page taken in as they were typed. Raises LookupError."""
    return _TAKES[question](before, fields)


def rows_of(terms: Terms) -> list[dict[str, str]]:
    """All answers in words, each with the page that changes it."""
    label = next(each.label for each in all_sectors() if each.key == terms.sector)
    ends = f"{terms.ends.day} {terms.ends:%B %Y}"
    answers = (
        ("what", "What", "\n".join(filter(None, (terms.title, terms.description, _part_of(terms))))),
        ("where", "Where", f"{label}, in {list_words([area_label(code) for code in terms.areas])}"),
        ("how-much", "How much", f"{money_words(terms.worth, 'GBP')} without VAT"),
        ("how-long", "How long", f"{terms.starts.day} {terms.starts:%B %Y} to {ends}"),
        ("by-when", "By when", moment_words(terms.closes)),
        ("how-to-reply", "How to reply", f"{terms.asks}\n{terms.reply or ON_OUR_PAGE}"),
    )
    return [{"question": question, "key": key, "value": value} for question, key, value in answers]


def _part_of(terms: Terms) -> str:
    return f"Part of the public contract {terms.part_of}" if terms.part_of else ""


def _whole(fields: Fields, name: str) -> str:
    """One line. One that is far too long is told and shown again, so it is not cut; nor is it put in order."""
    said = fields.get(name, "")
    return line(fields, name, most=_LINE_CAP) if len(said) <= _LINE_CAP else said.strip()


def _take_what(before: Draft, fields: Fields) -> Draft:
    what = replace(before, title=_whole(fields, "title"), description=passage(fields, "description"))
    return replace(what, part_of=_whole(fields, "part_of")) if before.by_contractor else what


def _take_where(before: Draft, fields: Fields) -> Draft:
    known = {code for code, _ in boroughs_by_name()} | {"london"}
    areas = tuple(code for code in dict.fromkeys(fields.getall("area", ())) if code in known)
    return replace(before, sector=_whole(fields, "sector"), areas=areas)


def _take_worth(before: Draft, fields: Fields) -> Draft:
    return replace(before, worth=_whole(fields, "worth"))


def _take_length(before: Draft, fields: Fields) -> Draft:
    return replace(
        before,
        starts_day=_whole(fields, "starts_day"),
        starts_month=_whole(fields, "starts_month"),
        starts_year=_whole(fields, "starts_year"),
        months=_whole(fields, "months"),
    )


def _take_closing(before: Draft, fields: Fields) -> Draft:
    return replace(
        before,
        closes_day=_whole(fields, "closes_day"),
        closes_month=_whole(fields, "closes_month"),
        closes_year=_whole(fields, "closes_year"),
        closes_time=_whole(fields, "closes_time"),
    )


def _take_reply(before: Draft, fields: Fields) -> Draft:
    by_form = "yes" if fields.get("by_form", "") == "yes" else ""
    return replace(before, reply=_whole(fields, "reply"), asks=passage(fields, "asks"), by_form=by_form)


_TAKES: dict[str, Callable[[Draft, Fields], Draft]] = {
    "what": _take_what,
    "where": _take_where,
    "how-much": _take_worth,
    "how-long": _take_length,
    "by-when": _take_closing,
    "how-to-reply": _take_reply,
}
