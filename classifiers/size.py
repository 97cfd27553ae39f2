"""Judges which sizes of firm a contract suits, by rules anyone can read, each with its reason in words.

First the money decides: the value of a year against the turnover of such a firm. Then what lets a smaller firm in
raises "unlikely" to "might", and what a buyer asks for, or a procedure that leaves others out, lowers a verdict. What
is not stated is unknown, never guessed. The sums behind the rules are in `size_rules.toml`, each with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from classifiers.facts import Finding, in_pounds
from classifiers.size_rules import rules
from service.domain.money import Value
from service.domain.opportunity import Details
from service.domain.reserved import who_may_bid
from service.domain.stated import stated_delivery
from service.domain.tagging import SIZES, SizeTag, Verdict

__all__ = ["rules", "size_of"]

_DAYS_A_YEAR = Decimal("365.25")
_MONTHS_A_YEAR = Decimal(12)
_WEEKS_A_YEAR = Decimal(52)
_ORDER: tuple[Verdict, ...] = ("unlikely", "might", "suits")
_NOT_A_LETTER = re.compile(r"[^a-z]")
#: A main contractor looks for firms to work under it.
_SUBCONTRACT = re.compile(
    r"\bpropos(?:e|es|ing) to sub-?contract\b|\bsub-?contract(?:or)? (?:package|opportunit)"
    r"|\b(?:seek(?:s|ing)?|invit(?:e|es|ing)|expressions? of interest from)\b[^.;\n]{0,60}\bsub-?contractors\b",
    re.IGNORECASE,
)
_READ = 20_000
_BELOW = "the buyer says that it lies below the threshold for the full rules"
#: By who is asked: whom it holds back, how far, and why.
_PROCEDURES: Mapping[str, tuple[Sequence[str], Verdict, str]] = {
    "nobody": (SIZES, "unlikely", "nobody else is asked to bid: it is a direct award"),
    "suppliers_only": (SIZES, "unlikely", "only suppliers of a framework that is there already are asked"),
    "dynamic": (SIZES, "might", "only firms on a dynamic list are asked; it can be joined at any time"),
    "invited": (SIZES, "might", "only firms that the buyer invites may bid"),
    "rounds": (("micro",), "might", "there are several rounds of bidding"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """What a year of the contract is worth, in pounds.

    Attributes:
        yearly: None where no value can be trusted.
        at_most: the most it can be worth where only that is known.
        years: None where the length is not clear.
        reasons: how it was reckoned.
    """

    yearly: Decimal | None = None
    at_most: Decimal | None = None
    years: Decimal | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A notice with what its text states."""

    details: Details
    findings: tuple[Finding, ...]
    measure: _Measure

    def states(self, kind: str, beginning: str = "") -> bool:
        """Whether the text states a fact of a kind whose normal value begins so."""
        return any(one.fact.kind == kind and one.fact.normal.startswith(beginning) for one in self.findings)

    @property
    def is_dynamic(self) -> bool:
        """A list that firms may join at any time."""
        return self.states("framework", "dynamic")

    @property
    def is_framework(self) -> bool:
        """A framework that is being made; a purchase from one that is there already is none."""
        return self.asked != "suppliers_only" and (self.details.framework is True or self.states("framework"))

    @property
    def asked(self) -> str:
        """Who is asked to bid, by the procedure as stated: a name of `rules().procedures`, "" for everyone."""
        said = _NOT_A_LETTER.sub("", self.details.procedure[:200].lower())
        return next((who for who, words in rules().procedures.items() if any(word in said for word in words)), "")


def size_of(details: Details, findings: Iterable[Finding] = ()) -> SizeTag:
    """Judge which sizes of firm the work suits; `findings` are what its text states.

    Without a value a size is unknown, unless the buyer says that the value lies below a threshold that decides it, or
    what is asked for or the procedure leaves such firms out whatever the value.

    Raises:
        ReferenceDataError: The rules are damaged.
    """
    stated = tuple(findings)
    known = _Known(details=details, findings=stated, measure=_measure(details, stated))
    verdicts: dict[str, Verdict] = {size: _by_value(known.measure, size) for size in SIZES}
    reasons = list(known.measure.reasons)
    reasons.extend(_opened(verdicts, known))
    for ceiling in (_by_flag, _by_turnover, _by_insurance, _by_certificates, _by_duration, _by_place, _by_procedure):
        reasons.extend(ceiling(verdicts, known))
    reasons.extend(_asides(details))
    return SizeTag(verdicts=verdicts, verdict=_sentence(verdicts), reasons=tuple(dict.fromkeys(reasons)))


def _measure(details: Details, findings: Sequence[Finding]) -> _Measure:
    """The yearly value: of the smallest lot where every lot has a value, else of the whole."""
    lots = [_in_pounds(lot.value) for lot in details.lots]
    stated = [worth for worth in lots if worth is not None]
    whole, what = _in_pounds(details.value), "the contract"
    if len(details.lots) > 1 and stated and len(stated) == len(lots):
        whole, what = min(stated), f"the smallest of the {len(lots)} lots"
    elif whole is None and len(lots) == 1 and stated:
        whole = stated[0]
    years = _years(details.starts, details.ends) or _years_stated(findings)
    if whole is None:
        return _without_value(details, years)
    if years is None:
        reason = f"{what} is worth {in_pounds(whole)}; its length is not clear, so we count it as one year"
        return _Measure(yearly=whole, reasons=(reason,))
    if round(years, 1) <= 1:
        reason = f"{what} is worth {in_pounds(whole)} and lasts a year or less"
        return _Measure(yearly=whole, years=years, reasons=(reason,))
    yearly = whole / years
    shown = f"{round(years, 1).normalize():f}"
    reason = f"{what} is worth {in_pounds(whole)} over {shown} years, about £{yearly:,.0f} a year"
    return _Measure(yearly=yearly, years=years, reasons=(reason,))


def _without_value(details: Details, years: Decimal | None) -> _Measure:
    why = _why_no_value(details.value)
    if details.below_threshold is not True:
        return _Measure(years=years, reasons=(why,))
    at_most = rules().below_threshold[_threshold_kind(details.cpv)]
    so = f"{_BELOW}, so it is worth at most {in_pounds(at_most)}"
    return _Measure(at_most=at_most, years=years, reasons=(why, so))


def _threshold_kind(cpv: Sequence[str]) -> str:
    """Which threshold holds; the highest where the codes do not tell."""
    if not cpv or any(code.startswith(rules().works_cpv) for code in cpv):
        return "works"
    return "light_touch" if any(code.startswith(rules().light_touch_cpv) for code in cpv) else "goods_and_services"


def _why_no_value(value: Value | None) -> str:
    if value is None or value.best is None:
        return "the notice states no value"
    if value.currency not in rules().pounds:
        return "the value is stated in a currency we do not reckon with"
    return "the value stated is not believable"


def _in_pounds(value: Value | None) -> Decimal | None:
    """A whole value in pounds; None where it is not stated, is a placeholder or is of a currency without a rate."""
    if value is None or value.best is None or not value.best.is_finite():
        return None
    rate = rules().pounds.get(value.currency)
    if rate is None or not rules().least_value <= value.best <= rules().largest_value:
        return None
    return value.best if rate == 1 else (value.best * rate).quantize(Decimal(1))


def _years(starts: date | None, ends: date | None) -> Decimal | None:
    """How long the contract lasts; None where that is not stated or cannot be."""
    if starts is None or ends is None or ends <= starts:
        return None
    years = ((ends - starts).days + 1) / _DAYS_A_YEAR
    return years if years <= rules().longest else None


def _years_stated(findings: Sequence[Finding]) -> Decimal | None:
    """The length that the text states, before any extension."""
    for one in findings:
        if one.fact.kind == "length":
            number, _, unit = one.fact.normal.partition(" ")
            years = Decimal(number) / (_MONTHS_A_YEAR if unit.startswith("month") else _WEEKS_A_YEAR)
            return years if years <= rules().longest else None
    return None


def _by_value(measure: _Measure, size: str) -> Verdict:
    worth = measure.yearly if measure.yearly is not None else measure.at_most
    if worth is None:
        return "unknown"
    if worth <= rules().suits_up_to[size]:
        return "suits"
    if worth <= rules().might_up_to[size]:
        return "might"
    return "unlikely" if measure.yearly is not None else "unknown"


def _opened(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    """Turn "unlikely" into "might" where something other than the sum lets a smaller firm in; say what it is."""
    yearly = known.measure.yearly
    found = [(limit, words) for holds, limit, words in _openings(known.details, known) if holds]
    limit = max((limit for limit, _ in found), default=Decimal(0))
    for size in SIZES if yearly is not None else ():
        near = yearly is not None and yearly <= rules().turnover[size] * limit
        if verdicts[size] == "unlikely" and (near or known.is_dynamic):
            verdicts[size] = "might"
    return [words for _, words in found]


def _openings(details: Details, known: _Known) -> Iterable[tuple[bool, Decimal, str]]:
    """Whether something holds, up to how many years of turnover it opens the contract, and what it is."""
    shared, said = rules().shared_up_to, rules().said_up_to
    lots = _lots(known)
    unvalued = any(_in_pounds(lot.value) is None for lot in details.lots) or not details.lots
    subcontracts = _SUBCONTRACT.search(f"{details.title[:_READ]}\n{details.description[:_READ]}") is not None
    return (
        (lots > 1 and unvalued, shared, f"it has {lots} lots, and one can bid for a single one"),
        (known.is_dynamic, shared, "it is a dynamic list, which any firm that qualifies may join at any time"),
        (
            known.is_framework and not known.is_dynamic,
            shared,
            "it is a framework, so its value is shared among its suppliers",
        ),
        (details.sme is True, said, "the buyer says that it suits small and medium firms"),
        (
            details.below_threshold is True and known.measure.yearly is not None,
            said,
            _BELOW,
        ),
        ("sme" in details.reserved.lower(), said, "it is reserved for small and medium firms and charities"),
        (known.states("consortium"), shared, "the notice speaks of joint bids"),
        (subcontracts, shared, "a main contractor looks for firms to work under it"),
    )


def _lots(known: _Known) -> int:
    """How many lots there are, by the form or by the text; 0: none is spoken of."""
    stated = next((one.fact.normal for one in known.findings if one.fact.kind == "lots"), "0")
    return max(len(known.details.lots), int(stated))


def _by_flag(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    # Only Contracts Finder says False; Find a Tender leaves the flag out, and what is left out says nothing.
    if known.details.sme is not False:
        return []
    _no_better(verdicts, SIZES, "might")
    return ["the buyer does not say that it suits small and medium firms"]


def _by_turnover(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    asked = max((one.amount or Decimal(0) for one in known.findings if one.fact.kind == "turnover"), default=Decimal(0))
    if not asked:
        return []
    _no_better(verdicts, [size for size in SIZES if rules().turnover[size] < asked], "unlikely", even_unknown=True)
    return [f"the notice asks for a yearly turnover of {in_pounds(asked)}"]


def _by_insurance(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    heavy = [one for one in known.findings if _is_heavy(one)]
    if not heavy:
        return []
    _no_better(verdicts, ["micro"], "might")
    return [f"the notice asks for {heavy[0].fact.value}"]


def _is_heavy(item: Finding) -> bool:
    limit = rules().heavy_insurance.get(item.fact.normal.partition(":")[0])
    return item.fact.kind == "insurance" and limit is not None and item.amount is not None and item.amount >= limit


def _by_certificates(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    slow = [one.fact.value for one in known.findings if one.fact.normal in rules().slow_certificates]
    if not slow:
        return []
    _no_better(verdicts, ["micro"], "might")
    if len(slow) >= rules().many_certificates:
        _no_better(verdicts, ["micro", "small"], "might")
    return [f"the notice asks for {_listed(slow)}, which takes months to earn"]


def _by_duration(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    years = known.measure.years
    if years is None or round(years, 1) < rules().long_for_micro or known.is_framework:
        return []
    _no_better(verdicts, ["micro"], "might")
    return [f"it lasts {round(years, 1).normalize():f} years, longer than most firms of under 10 people can promise"]


def _by_place(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    details = known.details
    at_a_desk = not details.cpv or details.cpv[0].startswith(rules().at_a_desk)
    if verdicts["micro"] != "suits" or at_a_desk or not details.delivery_regions:
        return []
    if known.measure.yearly is not None and known.measure.yearly < rules().nationwide_from:
        return []
    evidence = stated_delivery(details.delivery_regions, details.delivery_postcodes, "").evidence
    if not any("anywhere in" in line for line in evidence):
        return []
    _no_better(verdicts, ["micro"], "might")
    return ["the work may be anywhere in the country"]


def _by_procedure(verdicts: dict[str, Verdict], known: _Known) -> list[str]:
    asked = known.asked
    if asked not in _PROCEDURES:
        return []
    sizes, ceiling, reason = _PROCEDURES[asked]
    _no_better(verdicts, sizes, ceiling, even_unknown=ceiling == "unlikely")
    return [reason]


def _no_better(
    verdicts: dict[str, Verdict], sizes: Iterable[str], ceiling: Verdict, *, even_unknown: bool = False
) -> None:
    """Lower verdicts to a ceiling. Unknown stays unknown, unless the reason holds whatever the value."""
    for size in sizes:
        if verdicts[size] == "unknown":
            verdicts[size] = ceiling if even_unknown else "unknown"
        elif _ORDER.index(verdicts[size]) > _ORDER.index(ceiling):
            verdicts[size] = ceiling


def _asides(details: Details) -> list[str]:
    words = who_may_bid(details.reserved)
    return [f"only these may bid: {words[:100]}"] if words else []


def _sentence(verdicts: Mapping[str, Verdict]) -> str:
    if all(verdict == "unknown" for verdict in verdicts.values()):
        return "We cannot tell which size of firm this suits."
    openings = (
        ("suits", "suits"),
        ("might", "might suit"),
        ("unlikely", "is unlikely to suit"),
        ("unknown", "leaves open whether it suits"),
    )
    parts = [
        f"{opening} {_listed(sizes)} firms"
        for verdict, opening in openings
        if (sizes := [size for size in SIZES if verdicts[size] == verdict])
    ]
    return f"This {', '.join(parts)}."


def _listed(sizes: Sequence[str]) -> str:
    *first, last = sizes
    return f"{', '.join(first)} and {last}" if first else last
