"""The interest file: a firm and what it wants to hear about, as a person or a script writes it.

A file that is wrong is refused with the field and the way out. Nothing is guessed: a sector key with a slip in it would
otherwise mean a firm that never hears anything.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from service.domain import words
from service.domain.cpv import digits_of
from service.domain.gazetteer import gazetteer
from service.domain.interest import FirmFile, Interest
from service.domain.sectors import all_sectors
from service.domain.tagging import SIZES
from service.errors import BadInterest

_LONGEST_NAME = 200
_MOST_ITEMS = 200
_MOST_INTERESTS = 50
_HIGHEST = Decimal(10) ** 12
_FIRM_FIELDS = ("name", "size", "interests")
_INTEREST_FIELDS = (
    *("sectors", "cpv", "words", "areas", "value_min", "value_max", "buyers", "early", "eu", "radar"),
    *("suits", "below_threshold", "days_left"),
    *("not_sectors", "not_cpv", "not_areas"),
)
_MOST_DAYS_LEFT = 90


def firm_from(mapping: object) -> FirmFile:
    """The firm that an interest file describes.

    Raises:
        BadInterest: A field is missing, unknown or wrong; the sentence names it.
    """
    said = _object(mapping, "The file")
    _known_fields(said, _FIRM_FIELDS, where="")
    name = _text(said.get("name"), "name").strip()
    if not name:
        raise BadInterest("name: it is missing. Write what the firm is called.")
    if len(name) > _LONGEST_NAME:
        raise BadInterest(f"name: it is longer than {_LONGEST_NAME} characters.")
    size = said.get("size")
    if size not in SIZES:
        raise BadInterest(f"size: it must be micro, small or medium, not {size!r}.")
    listed = _list(said.get("interests"), "interests")
    if not listed:
        raise BadInterest("interests: there is none. Add one with sectors, cpv or words.")
    if len(listed) > _MOST_INTERESTS:
        raise BadInterest(f"interests: there are more than {_MOST_INTERESTS}.")
    interests = tuple(interest_from(one, where=f"interests[{number}]") for number, one in enumerate(listed))
    return FirmFile(name=name, size=str(size), interests=interests)


def interest_from(mapping: object, *, where: str = "interest") -> Interest:
    """One interest of an interest file; `where` begins the name of a field in errors.

    Raises:
        BadInterest: A field is unknown or wrong; the sentence names it.
    """
    said = _object(mapping, where)
    _known_fields(said, _INTEREST_FIELDS, where=f"{where}.")
    text = _text(said.get("words"), f"{where}.words").strip()
    try:
        wanted = words.parse(text).wanted
    except BadInterest as error:
        raise BadInterest(f"{where}.words: {error.detail}") from error
    interest = Interest(
        sectors=_sectors(said.get("sectors"), f"{where}.sectors"),
        cpv=_cpv(said.get("cpv"), f"{where}.cpv"),
        words=text,
        areas=_areas(said.get("areas"), f"{where}.areas"),
        value_min=_pounds(said.get("value_min"), f"{where}.value_min"),
        value_max=_pounds(said.get("value_max"), f"{where}.value_max"),
        buyers=_texts(said.get("buyers"), f"{where}.buyers"),
        early=_flag(said.get("early"), f"{where}.early"),
        eu=_flag(said.get("eu"), f"{where}.eu"),
        radar=_flag(said.get("radar"), f"{where}.radar"),
        suits=_suits(said.get("suits"), f"{where}.suits"),
        below_threshold=_flag(said.get("below_threshold"), f"{where}.below_threshold"),
        days_left=_days(said.get("days_left"), f"{where}.days_left"),
        not_sectors=_sectors(said.get("not_sectors"), f"{where}.not_sectors"),
        not_cpv=_cpv(said.get("not_cpv"), f"{where}.not_cpv"),
        not_areas=_areas(said.get("not_areas"), f"{where}.not_areas"),
    )
    if not (interest.sectors or interest.cpv or wanted is not None or interest.buyers):
        raise BadInterest(f"{where}: it asks for nothing. Add sectors, cpv, words or buyers.")
    if interest.value_min is not None and interest.value_max is not None and interest.value_min > interest.value_max:
        raise BadInterest(f"{where}.value_min: it is more than value_max. Swap them.")
    return interest


def to_mapping(firm: FirmFile) -> dict[str, object]:
    """The interest file of a firm, ready for JSON; `firm_from` reads it back to the same firm."""
    return {"name": firm.name, "size": firm.size, "interests": [interest_mapping(one) for one in firm.interests]}


def interest_mapping(interest: Interest) -> dict[str, object]:
    """One interest as the interest file has it. Sums become numbers where they are whole, else texts."""
    return {
        "sectors": list(interest.sectors),
        "cpv": list(interest.cpv),
        "words": interest.words,
        "areas": list(interest.areas),
        "value_min": _number(interest.value_min),
        "value_max": _number(interest.value_max),
        "buyers": list(interest.buyers),
        "early": interest.early,
        "eu": interest.eu,
        "radar": interest.radar,
        "suits": interest.suits,
        "below_threshold": interest.below_threshold,
        "days_left": interest.days_left,
        "not_sectors": list(interest.not_sectors),
        "not_cpv": list(interest.not_cpv),
        "not_areas": list(interest.not_areas),
    }


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BadInterest(f"{where}: it must be an object with named fields.")
    return value


def _known_fields(said: Mapping[str, object], known: tuple[str, ...], *, where: str) -> None:
    for name in said:
        if name not in known:
            raise BadInterest(f"{where}{name}: there is no such field.{_near(str(name), known)}")


def _near(said: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(said, known, n=1)
    return f" Did you mean {close[0]}?" if close else f" There are: {', '.join(known)}."


def _text(value: object, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInterest(f"{field}: it must be a text, not {value!r}.")
    return value


def _list(value: object, field: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise BadInterest(f"{field}: it must be a list.")
    return list(value)


def _texts(value: object, field: str) -> tuple[str, ...]:
    items = _list(value, field)
    if len(items) > _MOST_ITEMS:
        raise BadInterest(f"{field}: there are more than {_MOST_ITEMS}.")
    texts = [_text(item, f"{field}[{number}]").strip() for number, item in enumerate(items)]
    for number, text in enumerate(texts):
        if not text:
            raise BadInterest(f"{field}[{number}]: it is empty. Take it out.")
    return tuple(dict.fromkeys(texts))


def _sectors(value: object, field: str) -> tuple[str, ...]:
    keys = tuple(sector.key for sector in all_sectors())
    chosen = _texts(value, field)
    for key in chosen:
        if key not in keys:
            raise BadInterest(f"{field}: there is no sector {key!r}.{_near(key, keys)}")
    return chosen


def _cpv(value: object, field: str) -> tuple[str, ...]:
    codes: list[str] = []
    for text in _texts(value, field):
        digits = digits_of(text)
        if digits is None:
            raise BadInterest(f"{field}: {text!r} is no CPV code. Write 2 to 8 digits, such as 9091 or 90911300.")
        codes.append(digits)
    return tuple(dict.fromkeys(codes))


def _areas(value: object, field: str) -> tuple[str, ...]:
    areas = _texts(value, field)
    for area in areas:
        if gazetteer().area_name(area.upper()) is None:
            raise BadInterest(
                f"{field}: {area!r} is no area we know. Write london, uk, a borough's GSS code such as E09000012, "
                "or an ITL or NUTS code such as UKI41."
            )
    return areas


def _pounds(value: object, field: str) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(str(value)) if isinstance(value, int | float | str | Decimal) else None
    except InvalidOperation:
        amount = None
    if amount is None or isinstance(value, bool) or not amount.is_finite():
        raise BadInterest(f"{field}: {value!r} is no sum. Write pounds as a number, such as 45000.")
    if not 0 <= amount <= _HIGHEST:
        raise BadInterest(f"{field}: {value!r} cannot be. Write pounds from 0 to a million million.")
    return amount


def _number(amount: Decimal | None) -> int | str | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else str(amount)


def _suits(value: object, field: str) -> str:
    said = _text(value, field)
    if said and said not in SIZES:
        raise BadInterest(f"{field}: it must be micro, small or medium, not {said!r}.")
    return said


def _days(value: object, field: str) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_DAYS_LEFT:
        raise BadInterest(f"{field}: {value!r} is no number of days from 0 to {_MOST_DAYS_LEFT}.")
    return value


def _flag(value: object, field: str) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise BadInterest(f"{field}: it must be true or false, not {value!r}.")
    return value
