"""The compliance guide: what the rules seem to say of a posting, each piece of advice with its source.

It advises, cites and lets a person overrule with a recorded reason. It is never certain: it knows a few facts of the
purchase, and a person knows the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from service.domain.gazetteer import Authority, gazetteer
from service.domain.phrases import Phrases, phrases_of
from service.domain.posting import Draft
from service.domain.posting_answers import worth_of
from service.domain.reckoning import KIND_WORDS, Reckoned, reckon
from service.domain.reservation import Offer, local_words, names_an_area, offers_for
from service.domain.rules import SEVERITIES, Rule, Severity, rule_on
from service.domain.shipped import Row, text_in, toml_rows
from service.domain.thresholds import threshold_for
from service.domain.wording import list_words, sum_words
from service.errors import ReferenceDataError

_QUALIFYING, _QUOTES = "rules/pre_qualification.toml", "rules/own_quotes.toml"
_SERVICE_BEGAN = 2021
_NOTICE = re.compile(r"(?:https://www\.find-tender\.service\.gov\.uk/Notice/)?\d{6}-(\d{4})", re.ASCII | re.IGNORECASE)
_PROCUREMENT = re.compile(r"ocds-h6vhtk-[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who posts, as far as rules go. `who`: central government, another public buyer, or private."""

    key: str
    name: str
    who: Literal["central", "other", "private"]

    @property
    def authority(self) -> Authority | None:
        """The London authority it is; None where it is none."""
        return _authorities().get(self.key) if self.who == "other" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing the rules seem to say.

    Attributes:
        rule: key of the rule.
        title: it in a few words.
        question: key of the question it is about.
        sentence: what it says.
        source: what says so; `address` is a page of it, "" where there is none.
        read: the day we read the source.
        severity: how strong it is.
        may_be_overruled: whether it may be published over with a reason.
        offers: texts that may be taken over.
    """

    rule: str
    title: str
    question: str
    sentence: str
    source: str
    address: str
    read: date
    severity: Severity
    may_be_overruled: bool
    offers: Sequence[Offer] = field(default=())


def organisation_of(*, kind: str, key: str, name: str) -> Organisation:
    """Who posts, from the kind and key of an organisation of the service."""
    return Organisation(key=key, name=name, who="other" if kind == "buyer" else "private")


def advice_on(draft: Draft, organisation: Organisation, today: date) -> tuple[Advice, ...]:
    """What the rules in force on a day seem to say of a draft, the strongest first.

    What is not known, such as a worth that is not typed yet, is not guessed: no advice rests on it.

    Raises:
        ReferenceDataError: A data file of the rules is damaged.
    """
    if organisation.who == "private":
        return ()
    worth = worth_of(draft)
    sums = reckon(worth, sector=draft.sector, who=organisation.who, day=today) if worth is not None else None
    look = _Look(draft=draft, organisation=organisation, today=today, sums=sums)
    found = [*_on_sums(look), *_on_number(look), *_on_words(look), *_on_place(look), *_on_quotes(look)]
    order = list(SEVERITIES)
    return tuple(sorted(found, key=lambda each: order.index(each.severity)))


def open_musts(draft: Draft, advice: Sequence[Advice]) -> tuple[Advice, ...]:
    """The advice that keeps a draft from being published: it must be followed, or overruled with a reason."""
    return tuple(each for each in advice if each.severity == "must" and not reason_for(draft, each))


def reason_for(draft: Draft, advice: Advice) -> str:
    """Why somebody went over a piece of advice; "" where nobody did, or it says something else by now."""
    said = (each for each in draft.overruled if each.rule == advice.rule and each.said == advice.sentence)
    return next((each.why for each in said if advice.may_be_overruled), "")


def is_notice_number(said: str, *, today: date) -> bool:
    """Whether something looks like the number or address of a notice on Find a Tender, or of its procurement."""
    plain = said.strip()
    notice = _NOTICE.fullmatch(plain)
    if notice is not None:
        return _SERVICE_BEGAN <= int(notice[1]) <= today.year
    return _PROCUREMENT.fullmatch(plain) is not None


# ------------------------------------------------------------------------------------------------------- each rule


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A draft as the rules look at it."""

    draft: Draft
    organisation: Organisation
    today: date
    #: None where no worth is known.
    sums: Reckoned | None

    @property
    def must_be_noticed(self) -> bool:
        """Whether the worth reaches the sum from which an open invitation is to be on Find a Tender."""
        begins = threshold_for("notice", who=self.organisation.who, day=self.today)
        return self.sums is not None and begins is not None and self.sums.gross >= begins.amount

    def advise(self, key: str, case: str = "", *, question: str = "", offers: Sequence[Offer] = (), **words: str) -> \
            Iterator[Advice]:  # fmt: skip
        """The advice of a rule, or nothing where the rule is not in force."""
        rule = rule_on(self.today, key)
        if rule is not None:
            yield _advice(rule, case, question=question, offers=offers, words=self._words() | words)

    def _words(self) -> dict[str, str]:
        said = {"year": str(self.today.year), "buyer": self.organisation.name}
        if self.sums is not None:
            said |= {"vat": f"{self.sums.vat.normalize():f}", "gross": _pounds(self.sums.gross)}
        return said


def _advice(rule: Rule, case: str, *, question: str, offers: Sequence[Offer], words: dict[str, str]) -> Advice:
    severity, says = rule.when[case] if case else (rule.severity, rule.says)
    try:
        sentence, source = says.format_map(words), rule.source.format_map(words)
    except KeyError as error:
        raise ReferenceDataError(f"The rule {rule.key} says {{{error.args[0]}}}, which is not known there.") from error
    return Advice(
        rule=rule.key,
        title=rule.title,
        question=question or rule.question,
        sentence=sentence,
        source=source,
        address=rule.address,
        read=rule.read,
        severity=severity,
        may_be_overruled=rule.may_be_overruled,
        offers=offers,
    )


def _on_sums(look: _Look) -> Iterator[Advice]:
    sums, has_number = look.sums, is_notice_number(look.draft.find_a_tender, today=look.today)
    if sums is None:
        return
    if sums.is_above and sums.full is not None:
        yield from look.advise(
            "full_rules",
            "number_given" if has_number else "",
            threshold=_pounds(sums.full.amount),
            threshold_source=sums.full.source,
            kind=KIND_WORDS[sums.kind],
        )
        return
    if sums.is_above_lower and sums.lower is not None:
        full = sums.full
        yield from look.advise(
            "kind_doubt",
            "" if full is not None else "no_sum",
            threshold=_pounds(full.amount) if full is not None else "",
            threshold_source=(full or sums.lower).source,
            lower=_pounds(sums.lower.amount),
            kind=KIND_WORDS[sums.kind],
        )
    if look.must_be_noticed:
        begins = threshold_for("notice", who=look.organisation.who, day=look.today)
        if begins is not None and not look.draft.find_a_tender.strip():
            yield from look.advise("notice_first", threshold=_pounds(begins.amount))
        yield from look.advise("details_notice")


def _on_number(look: _Look) -> Iterator[Advice]:
    said = look.draft.find_a_tender.strip()
    if said and not is_notice_number(said, today=look.today):
        shown = f"“{said[:_SHOWN]}”"
        yield from look.advise("notice_number", "" if look.must_be_noticed else "not_needed", found=shown)


def _on_words(look: _Look) -> Iterator[Advice]:
    question, found = _found(look.draft, _qualifying_words())
    if not found or (look.sums is not None and look.sums.is_above):
        return
    case = "no_sum" if look.sums is None else ""
    if look.sums is not None and look.sums.kind == "works" and look.sums.is_above_lower:
        case = "larger_works"
    yield from look.advise("pre_qualification", case, question=question, found=found)


def _on_place(look: _Look) -> Iterator[Advice]:
    if look.organisation.who != "other":
        return
    question, found = _found(look.draft, local_words())
    if found:
        yield from look.advise("local_only_barred", question=question, found=found)
        if look.sums is not None and look.sums.is_above:
            yield from look.advise("local_only_above", question=question, found=found)
        elif not names_an_area(" ".join(_texts(look.draft).values())):
            yield from look.advise("local_area_unnamed", question=question, found=found)
    elif look.sums is not None and not look.sums.is_above:
        authority = look.organisation.authority
        if authority is not None:
            yield from look.advise("local_reservation", offers=offers_for(authority))
        elif look.organisation.key in _family():
            yield from look.advise("local_reservation", "no_council")


def _on_quotes(look: _Look) -> Iterator[Advice]:
    authority = look.organisation.authority
    if authority is None or look.sums is None or look.sums.is_above:
        return
    for gss, band, says in _bands():
        if gss == authority.gss and band.holds(look.sums.net):
            yield from look.advise("own_quotes", buyer=authority.council, quote=says)


# ------------------------------------------------------------------------------------------------------------ inside


def _texts(draft: Draft) -> dict[str, str]:
    return {"what": f"{draft.title}. {draft.description}", "how-to-reply": draft.asks}


def _found(draft: Draft, sought: Phrases) -> tuple[str, str]:
    """The question that holds the first phrase, and all phrases in quotation marks; "" for none."""
    hits = {question: sought.found_in(text) for question, text in _texts(draft).items()}
    question = next((each for each, said in hits.items() if said), "")
    return question, list_words([f"“{each}”" for said in hits.values() for each in said])


def _pounds(amount: Decimal) -> str:
    return sum_words(amount.quantize(Decimal("0.01")), "GBP")


@cache
def _authorities() -> dict[str, Authority]:
    return {each.slug.replace("-", "_"): each for each in gazetteer().authorities.values()}


@cache
def _family() -> frozenset[str]:
    return frozenset(each.key for each in gazetteer().buyers.values() if each.kind == "gla")


@cache
def _qualifying_words() -> Phrases:
    (row,) = toml_rows(_QUALIFYING, "word")
    return phrases_of(row, where=_QUALIFYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Band:
    """Bounds in pounds; None for no bound."""

    least: Decimal | None
    above: Decimal | None
    most: Decimal | None
    below: Decimal | None

    def holds(self, net: Decimal) -> bool:
        """Whether a sum lies within."""
        return (
            (self.least is None or net >= self.least)
            and (self.above is None or net > self.above)
            and (self.most is None or net <= self.most)
            and (self.below is None or net < self.below)
        )


@cache
def _bands() -> tuple[tuple[str, _Band, str], ...]:
    found: list[tuple[str, _Band, str]] = []
    for row in toml_rows(_QUOTES, "band"):
        gss = text_in(row, "gss", where=_QUOTES)
        if gazetteer().borough(gss) is None:
            raise ReferenceDataError(f"{_QUOTES}: {gss} is none of the 33 authorities.")
        band = _Band(
            least=_bound(row, "from"), above=_bound(row, "above"), most=_bound(row, "up_to"), below=_bound(row, "below")
        )
        found.append((gss, band, text_in(row, "says", where=_QUOTES)))
    return tuple(found)


def _bound(row: Row, name: str) -> Decimal | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ReferenceDataError(f"{_QUOTES}: {name} must be whole pounds above 0.")
    return Decimal(value)
