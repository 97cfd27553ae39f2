"""Money as notices state it: decimals with a currency, never floats."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A sum in one currency."""

    amount: Decimal
    #: ISO 4217 code.
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a procurement is said to be worth over its whole life. None means that the notice does not say."""

    #: Without VAT.
    net: Decimal | None = None
    #: With VAT.
    gross: Decimal | None = None
    #: The lower end where a range is given, without VAT.
    minimum: Decimal | None = None
    #: ISO 4217 code.
    currency: str = "GBP"

    @property
    def best(self) -> Decimal | None:
        """The figure to reckon with: net where stated, else gross, else the minimum; None where nothing is stated."""
        for figure in (self.net, self.gross, self.minimum):
            if figure is not None:
                return figure
        return None
