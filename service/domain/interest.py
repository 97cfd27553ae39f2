"""An interest: one thing a firm asked to hear about, in the shape of the interest file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a firm wants to hear about. Sectors, cpv and words widen each other; areas, values and buyers narrow."""

    sectors: tuple[str, ...] = ()
    #: CPV prefixes, 2 to 8 digits.
    cpv: tuple[str, ...] = ()
    #: Words with AND, OR, NOT and brackets, phrases in double quotes; "" for none. A NOT part at the top closes all.
    words: str = ""
    #: "london", a GSS code, an ITL/NUTS prefix or "uk"; empty means everywhere.
    areas: tuple[str, ...] = ()
    #: Pounds over the whole life; None: no limit. An unstated value passes.
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    #: Buyer names that narrow; empty means any.
    buyers: tuple[str, ...] = ()
    #: Also what is only planned.
    early: bool = False
    #: Also contracts of the European Union's services.
    eu: bool = False
    #: Also, once a week, contracts like these that end within half a year.
    radar: bool = False
    #: "micro", "small" or "medium": only what may suit a firm of that size; "" for any. What is not known passes.
    suits: str = ""
    #: Only what is not known to be above the threshold of the full rules.
    below_threshold: bool = False
    #: Whole days there must be left to answer; 0 for any. Work without a stated deadline passes.
    days_left: int = 0
    #: Left out, because the firm said "not for me": sectors and CPV prefixes of the main trade, unless its words are
    #: there, and GSS codes of boroughs where the work is nowhere else.
    not_sectors: tuple[str, ...] = ()
    not_cpv: tuple[str, ...] = ()
    not_areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFile:
    """What an interest file says: a firm and its interests."""

    name: str
    #: "micro", "small" or "medium".
    size: str
    interests: tuple[Interest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An opportunity and an interest agree or nearly do.

    Attributes:
        matched: whether they agree.
        reasons: why, in words ("you chose Cleaning", "the notice says 'window cleaning'"); with `near_miss` empty.
        near_miss: which gate closed, in a sentence; "" where it matched or nothing of the interest was met.
    """

    matched: bool
    reasons: tuple[str, ...] = ()
    near_miss: str = ""
