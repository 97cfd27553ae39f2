"""What a firm says of itself: used to choose help, to judge size, and later to be asked for quotes. All of it optional.

What is empty is not known, never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Insurance a firm may hold, by key, in the words of notices.
INSURANCES: tuple[tuple[str, str], ...] = (
    ("public_liability", "Public liability"),
    ("employers_liability", "Employers' liability"),
    ("professional_indemnity", "Professional indemnity"),
)

#: Accreditations by the name that the tagger gives them in notices.
ACCREDITATIONS: tuple[str, ...] = (
    "Cyber Essentials",
    "Cyber Essentials Plus",
    "ISO 9001",
    "ISO 14001",
    "ISO 27001",
    "ISO 45001",
    "CHAS",
    "SafeContractor",
    "Constructionline",
    "DBS checks",
    "Living Wage",
)

#: Policies buyers ask for, by key.
POLICIES: tuple[tuple[str, str], ...] = (
    ("health_and_safety", "Health and safety"),
    ("equality", "Equality and diversity"),
    ("environment", "Environment or carbon reduction"),
    ("safeguarding", "Safeguarding"),
    ("data_protection", "Data protection"),
    ("modern_slavery", "Modern slavery"),
    ("social_value", "Social value or community benefit"),
)

#: Whether a firm has trouble being paid late, and by whom.
LATE_PAYERS: tuple[tuple[str, str], ...] = (
    ("public", "Yes, by public customers"),
    ("private", "Yes, by private customers"),
    ("no", "No"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """One insurance held."""

    kind: str
    #: Pounds.
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A firm in its own words. Its size stands with the firm itself."""

    name: str = ""
    #: Keys of the trades it works in.
    sectors: tuple[str, ...] = ()
    #: GSS codes of where it works, or "london".
    areas: tuple[str, ...] = ()
    insurance: tuple[Cover, ...] = ()
    accreditations: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    #: Pounds in the last year.
    turnover: Decimal | None = None
    #: Whether it is registered on Find a Tender, the central platform.
    registered: bool | None = None
    #: Whether it has bid for public work before.
    bid_before: bool | None = None
    #: A key of `LATE_PAYERS`.
    paid_late: str = ""

    def cover(self, kind: str) -> Decimal | None:
        """Pounds of one insurance; None: it has not said."""
        return next((each.amount for each in self.insurance if each.kind == kind), None)
