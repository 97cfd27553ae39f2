"""The form of one interest: what is typed, checked into an interest, and an interest back in its boxes.

Nothing typed is lost when something has to be mended, and each problem is a sentence beside its field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from service.domain import words as words_language
from service.domain.cpv import digits_of
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.left_out import left_out_parts
from service.domain.scrutiny import faults_in
from service.domain.sectors import all_sectors
from service.domain.wording import opened
from service.errors import BadInterest
from service.web.forms.fields import Fields
from service.web.forms.filters import area_label, boroughs_by_name
from service.web.forms.problems import Mendable

#: Characters of the words, and pounds: more is a slip.
WORDS_CAP = 500
SUM_CAP = Decimal(100_000_000_000)
#: Codes or buyers in one box.
LIST_CAP = 20
#: The longest name of a buyer.
_NAME_CAP = 120
_LEFT_OUT_CAP = 200

SIZES: tuple[tuple[str, str], ...] = (
    ("", "Any size of firm"),
    ("micro", "May suit a firm under 10 people"),
    ("small", "May suit a firm of 10 to 49"),
    ("medium", "May suit a firm of 50 to 249"),
)
#: Days there must be left to answer.
CLOSINGS: tuple[tuple[str, str], ...] = (
    ("0", "Any time"),
    ("7", "7 days or more"),
    ("14", "14 days or more"),
    ("21", "21 days or more"),
)
_EXTRAS: tuple[tuple[str, str, str], ...] = (
    ("below", "Only work below the threshold", "Smaller contracts, under lighter rules. Most suit small firms best."),
    ("early", "Also what is only planned", "Buyers' plans, months before they ask for offers."),
    ("eu", "Also notices of the European Union", "Contracts in other countries that firms here may bid for."),
    (
        "radar",
        "Once a week, contracts like these that end within half a year",
        "When such a contract ends, its buyer often asks again. You can get ready.",
    ),
)
_SEPARATORS = re.compile(r"[,;\n\r]+")
_NOT = re.compile(r"(?<![\w\"])NOT(?![\w\"])", re.IGNORECASE)
_OPERATORS = re.compile(r"(?<!\w)(?:AND|OR|NOT)(?!\w)|[()\"]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedInterest:
    """What is in the boxes, exactly as typed."""

    sectors: tuple[str, ...] = ()
    words: str = ""
    cpv: str = ""
    areas: tuple[str, ...] = ()
    neighbours: bool = False
    value_min: str = ""
    value_max: str = ""
    buyers: str = ""
    suits: str = ""
    days_left: str = "0"
    extras: tuple[str, ...] = ()
    #: Keys of what stays left out, as `left_out_parts` gives them.
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestForm(Mendable):
    """The boxes as the templates need them: choices with ticks, texts, and a sentence beside each field to mend."""

    typed: TypedInterest

    @property
    def sectors(self) -> list[dict[str, object]]:
        """The trades in plain words, each with examples."""
        return [
            {
                "value": sector.key,
                "text": sector.label,
                "hint": {"text": ", ".join(sector.covers[:3])},
                "checked": sector.key in self.typed.sectors,
            }
            for sector in all_sectors()
        ]

    @property
    def areas(self) -> list[dict[str, object]]:
        """All of London, then the 33 authorities by name."""
        choices = [("london", area_label("london")), *boroughs_by_name()]
        return [{"value": code, "text": name, "checked": code in self.typed.areas} for code, name in choices]

    @property
    def neighbours(self) -> list[dict[str, object]]:
        """One box: the boroughs beside those chosen."""
        text = "Also the boroughs next to the ones I choose"
        return [{"value": "yes", "text": text, "checked": self.typed.neighbours}]

    @property
    def sizes(self) -> list[dict[str, object]]:
        """Whom the work is to suit."""
        return [{"value": key, "text": text, "selected": key == self.typed.suits} for key, text in SIZES]

    @property
    def closings(self) -> list[dict[str, object]]:
        """How long there must be left."""
        return [{"value": key, "text": text, "selected": key == self.typed.days_left} for key, text in CLOSINGS]

    @property
    def extras(self) -> list[dict[str, object]]:
        """Smaller work only, and what is left out at first."""
        return [
            {"value": key, "text": text, "hint": {"text": hint}, "checked": key in self.typed.extras}
            for key, text, hint in _EXTRAS
        ]

    @property
    def left_out(self) -> list[dict[str, object]]:
        """What the firm left out by "not for me", each with a tick to take away."""
        kept = _leaving_out(Interest(), self.typed.left_out)
        return [{"value": key, "text": opened(text), "checked": True} for key, text in left_out_parts(kept)]


def typed_interest(fields: Fields) -> TypedInterest:
    """The boxes of a posted form."""
    return TypedInterest(
        sectors=tuple(fields.getall("sector", ())),
        words=fields.get("words", "").strip(),
        cpv=fields.get("cpv", "").strip(),
        areas=tuple(fields.getall("area", ())),
        neighbours=fields.get("neighbours", "") == "yes",
        value_min=fields.get("value_min", "").strip(),
        value_max=fields.get("value_max", "").strip(),
        buyers=fields.get("buyers", "").strip(),
        suits=fields.get("suits", ""),
        days_left=fields.get("days_left", "0"),
        extras=tuple(fields.getall("extra", ())),
        left_out=tuple(fields.getall("left_out", ()))[:_LEFT_OUT_CAP],
    )


def interest_typed(interest: Interest) -> TypedInterest:
    """A kept interest, back in the boxes."""
    chosen = (
        ("below", interest.below_threshold),
        ("early", interest.early),
        ("eu", interest.eu),
        ("radar", interest.radar),
    )
    return TypedInterest(
        sectors=interest.sectors,
        words=interest.words,
        cpv=", ".join(interest.cpv),
        areas=interest.areas,
        value_min=_shown(interest.value_min),
        value_max=_shown(interest.value_max),
        buyers=", ".join(interest.buyers),
        suits=interest.suits,
        days_left=str(interest.days_left),
        extras=tuple(key for key, on in chosen if on),
        left_out=tuple(key for key, _ in left_out_parts(interest)),
    )


def check_interest(typed: TypedInterest) -> Interest | dict[str, str]:
    """The interest that was typed, or the sentence for each field to mend, in the order of the page."""
    problems: dict[str, str] = {}
    check_trade(typed, problems)
    areas = check_areas(typed, problems)
    low, high = check_sums(typed, problems)
    interest = Interest(
        sectors=_known_sectors(typed.sectors),
        cpv=_codes(typed.cpv, problems),
        words=words_in(typed.words, problems),
        areas=areas,
        value_min=low,
        value_max=high,
        buyers=_buyers(typed.buyers, problems),
        suits=typed.suits if typed.suits in {key for key, _ in SIZES} else "",
        days_left=int(typed.days_left) if typed.days_left in {key for key, _ in CLOSINGS} else 0,
        below_threshold="below" in typed.extras,
        early="early" in typed.extras,
        eu="eu" in typed.extras,
        radar="radar" in typed.extras,
    )
    interest = _leaving_out(interest, typed.left_out)
    if not problems:
        problems = faults_in(interest)
    return problems or interest


def check_trade(typed: TypedInterest, problems: dict[str, str]) -> None:
    """Something has to be asked for. Adds to `problems`."""
    if not (_known_sectors(typed.sectors) or typed.words or typed.cpv or typed.buyers):
        problems["sector"] = "Choose at least one trade, or give words"


def check_areas(typed: TypedInterest, problems: dict[str, str]) -> tuple[str, ...]:
    """The areas chosen, with their neighbours where asked. Adds to `problems` where there are none."""
    known = gazetteer().authorities
    areas = list(dict.fromkeys(code for code in typed.areas if code == "london" or code in known))
    if not areas:
        problems["area"] = "Choose all of London, or at least one borough"
    if "london" in areas:
        return ("london",)
    if typed.neighbours:
        areas += sorted({each for code in areas for each in known[code].neighbours} - set(areas))
    return tuple(areas)


def check_sums(typed: TypedInterest, problems: dict[str, str]) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most a contract may be worth. Adds to `problems`."""
    low, high = pounds(typed.value_min, "value_min", problems), pounds(typed.value_max, "value_max", problems)
    if low is not None and high is not None and low > high:
        problems["value_max"] = "Enter a sum that is not below the one in the first box"
    return low, high


def words_in(typed: str, problems: dict[str, str]) -> str:
    """What was typed, in the words language. Adds to `problems`.

    People write lists with commas, so "window cleaning, gutters NOT hospital" means either phrase, and no hospital.
    """
    if len(typed) > WORDS_CAP:
        problems["words"] = f"Use fewer words: at most {WORDS_CAP} letters in all"
        return ""
    found = _NOT.search(typed)
    head, tail = (typed[: found.start()], typed[found.start() :]) if found else (typed, "")
    said = typed
    if _SEPARATORS.search(head):
        if _OPERATORS.search(head):
            problems["words"] = "Use either commas or AND, OR and brackets, not both: window cleaning, gutters"
            return ""
        phrases = (" ".join(part.split()) for part in _SEPARATORS.split(head))
        quoted = [f'"{part}"' if " " in part else part for part in phrases if words_language.tokens(part)]
        said = f"({' OR '.join(quoted)}) {tail}".strip() if quoted else tail
    try:
        words_language.parse(said)
    except BadInterest as error:
        problems["words"] = error.detail
        return ""
    return " ".join(said.split())


def _under(kind: str, keys: Sequence[str]) -> tuple[str, ...]:
    """The values of keys of one kind: sector:it gives it."""
    return tuple(dict.fromkeys(key.partition(":")[2] for key in keys if key.partition(":")[0] == kind))


def _leaving_out(interest: Interest, keys: Sequence[str]) -> Interest:
    """An interest that leaves out what the keys name; keys that name nothing are passed over."""
    return replace(
        interest,
        not_sectors=_known_sectors(_under("sector", keys)),
        not_cpv=tuple(code for code in _under("cpv", keys) if digits_of(code) == code),
        not_areas=tuple(code for code in _under("area", keys) if code in gazetteer().authorities),
    )


def _known_sectors(chosen: Sequence[str]) -> tuple[str, ...]:
    known = {sector.key for sector in all_sectors()}
    return tuple(dict.fromkeys(key for key in chosen if key in known))


def _codes(said: str, problems: dict[str, str]) -> tuple[str, ...]:
    parts = [part.strip() for part in re.split(r"[,;\s]+(?=\d)|[,;\n]+", said) if part.strip()]
    if len(parts) > LIST_CAP:
        problems["cpv"] = f"Give at most {LIST_CAP} codes"
        return ()
    codes = []
    for part in parts:
        digits = digits_of(part)
        if digits is None:
            problems["cpv"] = f"“{part[:20]}” is no CPV code: enter 2 to 8 digits, like 9091 or 90911300"
            return ()
        codes.append(digits)
    return tuple(dict.fromkeys(codes))


def _buyers(said: str, problems: dict[str, str]) -> tuple[str, ...]:
    parts = [" ".join(part.split()) for part in _SEPARATORS.split(said)]
    named = tuple(dict.fromkeys(part for part in parts if words_language.tokens(part)))
    if len(named) > LIST_CAP or any(len(name) > _NAME_CAP for name in named):
        problems["buyers"] = f"Give at most {LIST_CAP} names, separated by commas"
        return ()
    if said and not named:
        problems["buyers"] = "Enter names, separated by commas, like: Hackney Council, Transport for London"
    return named


def pounds(said: str, name: str, problems: dict[str, str]) -> Decimal | None:
    """A sum as people type it, in whole pounds; None for an empty box. Adds to `problems`."""
    if not said:
        return None
    plain = said.replace(",", "").replace("£", "").replace(" ", "").removesuffix(".00")
    amount = Decimal(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else None  # noqa: PLR2004
    if amount is None or amount > SUM_CAP:
        problems[name] = "Enter a sum in whole pounds, like 5000"
        return None
    return amount


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"
