"""Judges which sizes of firm a contract suits, by rules anyone can read, each with its reason in words.

The sums behind the rules are in `size_rules.toml`, each with its source or the plain word "assumption".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from classifiers.facts import Finding, in_pounds
from service.domain.money import Value
from service.domain.opportunity import Details
from service.domain.tagging import SIZES, SizeTag, Verdict
from service.errors import ReferenceDataError

_FILE = "size_rules.toml"
_DAYS_A_YEAR = Decimal("365.25")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The assumptions; `size_rules.toml` explains each. Sums in pounds."""

    turnover: Mapping[str, Decimal]
    #: Yearly values in pounds up to which a contract suits, or might suit, each size.
    suits_up_to: Mapping[str, Decimal]
    might_up_to: Mapping[str, Decimal]
    opened_up_to: Decimal
    heavy_insurance: Decimal
    least_value: Decimal
    largest_value: Decimal
    longest_years: Decimal
    pounds: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """The yearly value to judge by in pounds, None where there is none to trust, and how it was reckoned."""

    yearly: Decimal | None
    reasons: tuple[str, ...]


@cache
def rules() -> Rules:
    """The rules of the shipped file.

    Raises:
        ReferenceDataError: The file is missing or damaged.
    """
    try:
        text = files("classifiers").joinpath(_FILE).read_text(encoding="utf-8")
        table = tomllib.loads(text, parse_float=Decimal)
        turnover = {size: Decimal(table["turnover"][size]) for size in SIZES}
        return Rules(
            turnover=turnover,
            suits_up_to=_shares(turnover, table["share"]["suits_up_to"]),
            might_up_to=_shares(turnover, table["share"]["might_up_to"]),
            opened_up_to=Decimal(table["opening"]["turnovers_up_to"]),
            heavy_insurance=Decimal(table["insurance"]["heavy_for_micro"]),
            least_value=Decimal(table["value"]["least"]),
            largest_value=Decimal(table["value"]["largest"]),
            longest_years=Decimal(table["value"]["longest_years"]),
            pounds={code: Decimal(rate) for code, rate in table["pounds"].items() if code != "source"},
        )
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise ReferenceDataError(f"{_FILE} cannot be used: {error!r}.") from error


def _shares(turnover: Mapping[str, Decimal], share: Sequence[int]) -> dict[str, Decimal]:
    part, of = share
    return {size: sum_ * part / of for size, sum_ in turnover.items()}


def size_of(details: Details, findings: Iterable[Finding] = ()) -> SizeTag:
    """Judge which sizes of firm the work suits; `findings` are what its text asks for.

    Without a value nothing is known of any size, unless the buyer says that it lies below the threshold.
    """
    measure = _measure(details)
    reasons = list(measure.reasons)
    if measure.yearly is None and details.below_threshold is not True:
        verdicts: dict[str, Verdict] = dict.fromkeys(SIZES, "unknown")
        reasons.extend(_asides(details))
        return SizeTag(verdicts=verdicts, verdict=_sentence(verdicts), reasons=tuple(reasons))
    if measure.yearly is None:
        verdicts = {"micro": "might", "small": "suits", "medium": "suits"}
        reasons.append("the buyer says that it lies below the threshold for the full rules")
    else:
        verdicts = {size: _by_value(measure.yearly, size) for size in SIZES}
        reasons.extend(_opened(verdicts, measure.yearly, details))
    reasons.extend(_narrowed(verdicts, details, tuple(findings)))
    reasons.extend(_asides(details))
    return SizeTag(verdicts=verdicts, verdict=_sentence(verdicts), reasons=tuple(reasons))


def _measure(details: Details) -> _Measure:
    """The yearly value: of the smallest lot where every lot has a value, else of the whole."""
    lots = [_in_pounds(lot.value) for lot in details.lots]
    stated = [worth for worth in lots if worth is not None]
    whole, what = _in_pounds(details.value), "the contract"
    if len(details.lots) > 1 and stated and len(stated) == len(lots):
        whole, what = min(stated), f"the smallest of the {len(lots)} lots"
    elif whole is None and len(lots) == 1 and stated:
        whole = stated[0]
    if whole is None:
        return _Measure(yearly=None, reasons=(_why_no_value(details.value),))
    years = _years(details.starts, details.ends)
    if years is None:
        reason = f"{what} is worth {in_pounds(whole)}; its length is not clear, so we count it as one year"
        return _Measure(yearly=whole, reasons=(reason,))
    if years <= 1:
        return _Measure(yearly=whole, reasons=(f"{what} is worth {in_pounds(whole)} and lasts a year or less",))
    yearly = whole / years
    shown = f"{round(years, 1).normalize():f}"
    reason = f"{what} is worth {in_pounds(whole)} over {shown} years, about £{yearly:,.0f} a year"
    return _Measure(yearly=yearly, reasons=(reason,))


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
    return years if years <= rules().longest_years else None


def _by_value(yearly: Decimal, size: str) -> Verdict:
    if yearly <= rules().suits_up_to[size]:
        return "suits"
    return "might" if yearly <= rules().might_up_to[size] else "unlikely"


def _opened(verdicts: dict[str, Verdict], yearly: Decimal, details: Details) -> list[str]:
    """Turn "unlikely" into "might" where something other than the sum lets a smaller firm in; say what it is."""
    why: list[str] = []
    if len(details.lots) > 1 and any(_in_pounds(lot.value) is None for lot in details.lots):
        why.append(f"it has {len(details.lots)} lots, and one can bid for a single one")
    if details.framework is True:
        why.append("it is a framework, so its value is shared among its suppliers")
    if details.sme is True:
        why.append("the buyer says that it suits small and medium firms")
    if details.below_threshold is True:
        why.append("the buyer says that it lies below the threshold for the full rules")
    for size in SIZES if why else ():
        if verdicts[size] == "unlikely" and yearly <= rules().turnover[size] * rules().opened_up_to:
            verdicts[size] = "might"
    return why


def _narrowed(verdicts: dict[str, Verdict], details: Details, findings: Sequence[Finding]) -> list[str]:
    """Lower verdicts where the buyer or the text asks for more than such a firm has; say why."""
    why: list[str] = []
    if details.sme is False:
        _no_better(verdicts, SIZES, "might")
        why.append("the buyer does not say that it suits small and medium firms")
    turnover = max((item.amount or Decimal(0) for item in findings if item.fact.kind == "turnover"), default=Decimal(0))
    if turnover:
        _no_better(verdicts, [size for size in SIZES if rules().turnover[size] < turnover], "unlikely")
        why.append(f"the notice speaks of a yearly turnover of {in_pounds(turnover)}")
    heavy = [item for item in findings if _is_heavy(item)]
    if heavy:
        _no_better(verdicts, ["micro"], "might")
        why.append(f"the notice speaks of {heavy[0].fact.value}")
    if "direct award" in details.procedure[:200].lower():
        _no_better(verdicts, SIZES, "unlikely")
        why.append("it is a direct award: nobody else is asked to bid")
    return why


def _is_heavy(item: Finding) -> bool:
    if item.fact.kind != "insurance" or item.amount is None or "employers" in item.fact.value:
        return False
    return item.amount >= rules().heavy_insurance


def _no_better(verdicts: dict[str, Verdict], sizes: Iterable[str], ceiling: Verdict) -> None:
    order: tuple[Verdict, ...] = ("unlikely", "might", "suits")
    for size in sizes:
        if order.index(verdicts[size]) > order.index(ceiling):
            verdicts[size] = ceiling


def _asides(details: Details) -> list[str]:
    return [f"only these may bid: {details.reserved[:100]}"] if details.reserved.strip() else []


def _sentence(verdicts: Mapping[str, Verdict]) -> str:
    if all(verdict == "unknown" for verdict in verdicts.values()):
        return "We cannot tell which size of firm this suits."
    parts = [
        f"{opening} {_listed(sizes)} firms"
        for verdict, opening in (("suits", "suits"), ("might", "might suit"), ("unlikely", "is unlikely to suit"))
        if (sizes := [size for size in SIZES if verdicts[size] == verdict])
    ]
    return f"This {', '.join(parts)}."


def _listed(sizes: Sequence[str]) -> str:
    *first, last = sizes
    return f"{', '.join(first)} and {last}" if first else last
