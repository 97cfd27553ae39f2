"""The trades a firm can choose from, and which trade a procurement code belongs to.

Buyers speak in CPV codes; firms speak in trades. One small data file (`service/data/sectors.toml`) joins the two, so a
new trade is one block of data and no code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from service.domain.cpv import digits_of
from service.errors import ReferenceDataError

_FILE = "sectors.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """One trade.

    Attributes:
        key: Stable short name, used in settings, interests and addresses of pages ("environment").
        label: What people read ("Cleaning, waste and environment").
        covers: Examples in plain words, for forms and help.
        cpv: Prefixes of CPV codes, without check digit. Where prefixes of two sectors fit a code, the longer wins.
        words: Cue words and phrases in lower case. Whole words; a plural "s" or "es" may follow the last one.
    """

    key: str
    label: str
    covers: tuple[str, ...]
    cpv: tuple[str, ...]
    words: tuple[str, ...]


@cache
def all_sectors() -> tuple[Sector, ...]:
    """Every sector, in the order of the data file.

    Raises:
        ReferenceDataError: The shipped file is damaged; the sentence names the sector and the field.
    """
    try:
        rows = tomllib.loads(files("service.data").joinpath(_FILE).read_text(encoding="utf-8"))["sector"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ReferenceDataError(f"{_FILE}: {error}.") from error
    sectors = tuple(_sector(row) for row in rows)
    _refuse_repeats((sector.key for sector in sectors), what="key")
    _refuse_repeats((prefix for sector in sectors for prefix in sector.cpv), what="CPV prefix")
    return sectors


def sector_of_cpv(code: str | int) -> str | None:
    """The key of the sector a CPV code belongs to; None when the code is malformed or belongs to none.

    The code may be short ("9091"), full ("90911000") or carry its check digit ("90911000-6").
    """
    digits = digits_of(code)
    if digits is None:
        return None
    prefixes = _sectors_by_prefix()
    for length in range(len(digits), 1, -1):
        key = prefixes.get(digits[:length])
        if key is not None:
            return key
    return None


def sectors_of_cpv(codes: Iterable[str | int]) -> tuple[str, ...]:
    """The sectors of several codes, each once, in the order in which the codes first name them."""
    keys = (sector_of_cpv(code) for code in codes)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


@cache
def _sectors_by_prefix() -> dict[str, str]:
    return {prefix: sector.key for sector in all_sectors() for prefix in sector.cpv}


def _sector(row: dict[str, object]) -> Sector:
    key = _text(row, "key", where="a sector")
    return Sector(
        key=key,
        label=_text(row, "label", where=key),
        covers=_texts(row, "covers", where=key),
        cpv=_texts(row, "cpv", where=key),
        words=_texts(row, "words", where=key),
    )


def _text(row: dict[str, object], field: str, *, where: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ReferenceDataError(f"{_FILE}, {where}: {field} must be a text.")
    return value


def _texts(row: dict[str, object], field: str, *, where: str) -> tuple[str, ...]:
    value = row.get(field)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise ReferenceDataError(f"{_FILE}, {where}: {field} must be a list of texts.")
    return tuple(value)


def _refuse_repeats(values: Iterable[str], *, what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ReferenceDataError(f"{_FILE}: the {what} {value!r} is there twice.")
        seen.add(value)
