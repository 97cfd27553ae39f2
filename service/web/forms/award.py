"""Who won a posting and for how much, as it is typed or sent by a program."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from service.domain.posting import Award

_SUPPLIER_CAP = 200
_WORTH_CAP = Decimal(10) ** 9


def award_said(supplier: str, worth: str) -> tuple[Award | None, dict[str, str]]:
    """The award, or what is wrong with it under "supplier" and "award_worth"; the worth may be left out."""
    name, problems = " ".join(supplier.split()), dict[str, str]()
    if not name or len(name) > _SUPPLIER_CAP:
        problems["supplier"] = "Enter the name of the firm that won"
    plain, found = worth.strip().removeprefix("£").replace(",", ""), None
    if plain:
        try:
            found = Decimal(plain)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or not 0 < found <= _WORTH_CAP:
            problems["award_worth"] = "Enter a sum in pounds above 0, like 8500, or leave it empty"
    if problems:
        return None, problems
    return Award(supplier=name, worth=None if found is None else found.quantize(Decimal("0.01"))), {}
