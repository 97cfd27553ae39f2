"""What a firm answered on the sign-up and change forms: checked, or told what to mend with nothing lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Protocol

from email_validator import EmailNotValidError, validate_email

from service.domain.gazetteer import gazetteer
from service.domain.sectors import all_sectors
from service.web.forms.filters import area_label, boroughs_by_name

#: Characters of one list of words; enough for forty phrases.
WORDS_CAP = 500

#: Words or phrases in one list.
PHRASE_CAP = 40

#: Pounds. Above it the sum is a slip: no contract of this country is worth more.
SUM_CAP = Decimal(100_000_000_000)

FIRM_SIZES: tuple[tuple[str, str], ...] = (
    ("micro", "Under 10"),
    ("small", "10 to 49"),
    ("medium", "50 to 249"),
)

#: What people agree to; kept with the sign-up as they saw it.
CONSENT = (
    "Send me e-mail about public work that fits what I chose above, and about free help to win it. "
    "I can change or stop it at any time with one link in every message."
)

_SEPARATORS = re.compile(r"[,;\n\r]+")
_WORD_LIKE = re.compile(r"\w", re.UNICODE)


class Fields(Protocol):
    """A posted form, as aiohttp gives it."""

    def get(self, key: str, default: str) -> str:
        """The first value under a name."""

    def getall(self, key: str, default: Sequence[str]) -> Sequence[str]:
        """Every value under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Checked answers.

    Attributes:
        email: the address, as email-validator normalises it; "" on the change form, which does not ask.
        sectors: keys of trades.
        areas: GSS codes, or "london".
        words: words and phrases to include, any of which is enough.
        without: words and phrases none of which may appear.
        size: micro, small or medium.
        value_min: pounds, the least the whole contract may be worth; None: no limit.
        value_max: pounds, the most; None: no limit.
        radar: whether to hear once a week of contracts like these that end soon.
        eu: whether contracts in the European Union are wanted as well.
    """

    email: str
    sectors: tuple[str, ...]
    areas: tuple[str, ...]
    words: tuple[str, ...]
    without: tuple[str, ...]
    size: str
    value_min: Decimal | None
    value_max: Decimal | None
    radar: bool = False
    eu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What is in the boxes: exactly as typed, so that nothing is lost when something has to be mended."""

    email: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    words: str = ""
    without: str = ""
    size: str = ""
    value_min: str = ""
    value_max: str = ""
    radar: bool = False
    eu: bool = False
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form as the templates need it: choices with ticks, texts, and a sentence beside each field to mend."""

    typed: Typed
    problems: Mapping[str, str] = field(default_factory=dict)

    def error(self, name: str) -> dict[str, str] | None:
        """The sentence for a field, as the form macros want it."""
        return {"text": self.problems[name]} if name in self.problems else None

    def __getattr__(self, name: str) -> str:
        """The text in a box, under the name of the box."""
        if name in {"email", "words", "without", "size", "value_min", "value_max"}:
            return str(getattr(self.typed, name))
        raise AttributeError(name)

    @property
    def sectors(self) -> list[dict[str, object]]:
        """The 24 trades."""
        return [
            {"value": sector.key, "text": sector.label, "checked": sector.key in self.typed.sectors}
            for sector in all_sectors()
        ]

    @property
    def areas(self) -> list[dict[str, object]]:
        """All of London, then the 33 authorities by name."""
        choices = [("london", area_label("london")), *boroughs_by_name()]
        return [{"value": code, "text": name, "checked": code in self.typed.areas} for code, name in choices]

    @property
    def sizes(self) -> list[dict[str, object]]:
        """Sizes of firm."""
        return [{"value": key, "text": text, "checked": key == self.typed.size} for key, text in FIRM_SIZES]

    @property
    def radars(self) -> list[dict[str, object]]:
        """The one choice about contracts that end."""
        said = "Tell me once a week of contracts like these that end within half a year"
        return [{"value": "yes", "text": said, "checked": self.typed.radar}]

    @property
    def unions(self) -> list[dict[str, object]]:
        """The one choice beyond Britain, off unless somebody asks."""
        return [{"value": "yes", "text": "Also contracts in the European Union", "checked": self.typed.eu}]

    @property
    def consents(self) -> list[dict[str, object]]:
        """The one agreement."""
        return [{"value": "yes", "text": CONSENT, "checked": self.typed.consent}]

    @property
    def summary(self) -> list[dict[str, str]]:
        """The problems as the error summary wants them, in the order of the page."""
        return [{"text": text, "href": f"#{name}"} for name, text in self.problems.items()]


def typed_in(fields: Fields) -> Typed:
    """The boxes of a posted form."""
    return Typed(
        email=fields.get("email", "").strip(),
        sectors=tuple(fields.getall("sector", ())),
        areas=tuple(fields.getall("area", ())),
        words=fields.get("words", "").strip(),
        without=fields.get("without", "").strip(),
        size=fields.get("size", "").strip(),
        value_min=fields.get("value_min", "").strip(),
        value_max=fields.get("value_max", "").strip(),
        radar=fields.get("radar", "") == "yes",
        eu=fields.get("eu", "") == "yes",
        consent=fields.get("consent", "") == "yes",
    )


def check_sign_up(typed: Typed) -> Answers | dict[str, str]:
    """The answers of the sign-up form, or the sentence for each field to mend, in the order of the page."""
    problems: dict[str, str] = {}
    email = _email(typed.email, problems)
    answers = _check_interest(typed, problems, email=email)
    if not typed.consent:
        problems["consent"] = "Tick the box if you want us to write to you"
    return problems or answers


def check_change(typed: Typed) -> Answers | dict[str, str]:
    """The answers of the change form, or the sentence for each field to mend."""
    problems: dict[str, str] = {}
    answers = _check_interest(typed, problems, email="")
    return problems or answers


def _check_interest(typed: Typed, problems: dict[str, str], *, email: str) -> Answers:
    known_sectors = {sector.key for sector in all_sectors()}
    sectors = tuple(dict.fromkeys(key for key in typed.sectors if key in known_sectors))
    if not sectors and not typed.words:
        problems["sector"] = "Choose at least one trade, or give words to include"
    words = _phrases(typed.words, "words", problems)
    without = _phrases(typed.without, "without", problems)
    both = sorted({phrase.casefold() for phrase in words} & {phrase.casefold() for phrase in without})
    if both:
        problems.setdefault("without", f"Take “{both[0]}” out of one of the two lists: it is in both")
    areas = tuple(dict.fromkeys(code for code in typed.areas if code == "london" or code in gazetteer().authorities))
    if not areas:
        problems["area"] = "Choose all of London, or at least one borough"
    if typed.size not in {key for key, _ in FIRM_SIZES}:
        problems["size"] = "Choose how many people work in your firm"
    value_min = _pounds(typed.value_min, "value_min", problems)
    value_max = _pounds(typed.value_max, "value_max", problems)
    if value_min is not None and value_max is not None and value_min > value_max:
        problems["value_max"] = "Enter a sum that is not below the one in the first box"
    return Answers(
        email=email,
        sectors=sectors,
        areas=("london",) if "london" in areas else areas,
        words=words,
        without=without,
        size=typed.size,
        value_min=value_min,
        value_max=value_max,
        radar=typed.radar,
        eu=typed.eu,
    )


def _email(said: str, problems: dict[str, str]) -> str:
    if not said:
        problems["email"] = "Enter your e-mail address"
        return ""
    try:
        return validate_email(said, check_deliverability=False).normalized
    except EmailNotValidError:
        problems["email"] = "Enter an e-mail address like name@example.co.uk"
        return ""


def _phrases(said: str, name: str, problems: dict[str, str]) -> tuple[str, ...]:
    if len(said) > WORDS_CAP:
        problems[name] = f"Use fewer words: at most {WORDS_CAP} letters in all"
        return ()
    parts = (" ".join(part.split()) for part in _SEPARATORS.split(said))
    phrases = tuple(dict.fromkeys(part for part in parts if _WORD_LIKE.search(part)))
    if said and not phrases:
        problems[name] = "Enter words, separated by commas, like: window cleaning, gutters"
    elif len(phrases) > PHRASE_CAP:
        problems[name] = f"Use fewer words: at most {PHRASE_CAP}, separated by commas"
    return phrases


def _pounds(said: str, name: str, problems: dict[str, str]) -> Decimal | None:
    if not said:
        return None
    plain = said.replace(",", "").replace("£", "").replace(" ", "").removesuffix(".00")
    try:
        amount = Decimal(plain) if plain.isascii() and plain.isdigit() else None
    except InvalidOperation:  # pragma: no cover - digits alone are always a number
        amount = None
    if amount is None or amount > SUM_CAP:
        problems[name] = "Enter a sum in whole pounds, like 5000"
        return None
    return amount
