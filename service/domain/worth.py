"""Whether what a procurement is worth lies in the range a firm chose."""

from __future__ import annotations

from decimal import Decimal

from service.domain.differences import money_words
from service.domain.money import Value
from service.domain.opportunity import Details

_UNKNOWN = "the notice does not say what it is worth"


def fits(details: Details, *, low: Decimal | None, high: Decimal | None) -> tuple[bool, str]:
    """Whether the worth lies between two sums of pounds (None: no limit), and how we know, in words.

    What is not stated passes, and so does a nought, which forms fill in, and a sum in another currency. Where the whole
    does not fit, a lot that does is enough. Where only the lots are stated, one of them must fit.
    """
    whole = pounds(details.value)
    lots = [(lot, sum_) for lot in details.lots if (sum_ := pounds(lot.value)) is not None]
    if whole is None and details.value is not None and details.value.best and details.value.currency != "GBP":
        return True, f"its worth is given in {details.value.currency}, so we did not compare it"
    if whole is not None and _inside(whole, low, high):
        return True, f"worth {money_words(whole, 'GBP')}"
    for lot, amount in lots:
        if _inside(amount, low, high):
            name = lot.title or lot.identity
            return True, f"its lot '{name}' is worth {money_words(amount, 'GBP')}"
    if whole is None and (not lots or len(lots) < len(details.lots)):
        return True, _UNKNOWN
    known = whole if whole is not None else max(amount for _, amount in lots)
    shown = money_words(known, "GBP")
    if high is not None and known > high:
        return False, f"it is worth {shown}, more than the {money_words(high, 'GBP')} you set"
    return False, f"it is worth {shown}, less than the {money_words(low or Decimal(0), 'GBP')} you set"


def pounds(value: Value | None) -> Decimal | None:
    """The sum to reckon with; None where none is stated, it is nought, or it is not in pounds."""
    if value is None or not value.best or value.currency != "GBP":
        return None
    return value.best


def _inside(amount: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or amount >= low) and (high is None or amount <= high)
