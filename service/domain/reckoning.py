"""What a worth without VAT comes to, and which sums of the law it is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from service.domain.shipped import text_in, toml_rows
from service.domain.thresholds import Threshold, threshold_for
from service.errors import ReferenceDataError

_FILE = "rules/reckoning.toml"
_GOODS = "goods_and_services"
#: What a kind of purchase is called in a sentence.
KIND_WORDS = {_GOODS: "goods and services", "works": "building works", "light_touch": "light-touch services"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A worth and the sums it is measured against.

    Attributes:
        net: pounds without VAT.
        gross: pounds with it.
        vat: per cent.
        lower: from where the full rules apply to goods and services; None where that is not known for the day.
        full: from where they apply to what this may count as; None where that is not known.
        kind: what it may count as.
    """

    net: Decimal
    gross: Decimal
    vat: Decimal
    lower: Threshold | None
    full: Threshold | None
    kind: str

    @property
    def is_above(self) -> bool:
        """Whether the full rules apply, whatever it counts as."""
        return self.is_above_lower and self.full is not None and self.gross >= self.full.amount

    @property
    def is_above_lower(self) -> bool:
        """Whether the full rules apply if it counts as goods or services."""
        return self.lower is not None and self.gross >= self.lower.amount


def reckon(net: Decimal, *, sector: str, who: str, day: date) -> Reckoned | None:
    """Measure a worth; None where no rate of VAT is known for the day. Raises ReferenceDataError."""
    rate = next((rate for rate, begins, ends in _rates() if begins <= day and (ends is None or day <= ends)), None)
    if rate is None:
        return None
    kind = _kinds().get(sector, _GOODS)
    return Reckoned(
        net=net,
        gross=net * (100 + rate) / 100,
        vat=rate,
        lower=threshold_for(_GOODS, who=who, day=day),
        full=threshold_for(kind, who=who, day=day),
        kind=kind,
    )


@cache
def _rates() -> tuple[tuple[Decimal, date, date | None], ...]:
    found: list[tuple[Decimal, date, date | None]] = []
    for row in toml_rows(_FILE, "vat"):
        rate, begins, ends = row.get("rate"), row.get("from"), row.get("until")
        if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate < 100:  # noqa: PLR2004 - per cent
            raise ReferenceDataError(f"{_FILE}: rate must be per cent.")
        if not isinstance(begins, date) or not isinstance(ends, date | None):
            raise ReferenceDataError(f"{_FILE}: from and until must be days like 2011-01-04.")
        found.append((Decimal(str(rate)), begins, ends))
    return tuple(found)


@cache
def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in toml_rows(_FILE, "kind"):
        kind = text_in(row, "may_be", where=_FILE)
        if kind not in KIND_WORDS:
            raise ReferenceDataError(f"{_FILE}: may_be must be one of {', '.join(KIND_WORDS)}.")
        found[text_in(row, "sector", where=_FILE)] = kind
    return found
