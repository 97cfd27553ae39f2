"""The trades a firm can choose from, and which trade a procurement code belongs to.

Buyers speak in CPV codes; firms speak in trades. One small data file (`service/data/sectors.toml`) joins the two, so a
new trade is one block of data and no code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from service.domain.cpv import digits_of
from service.domain.shipped import Row, text_in, texts_in, toml_rows
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
    sectors = tuple(_sector(row) for row in toml_rows(_FILE, "sector"))
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


def _sector(row: Row) -> Sector:
    key = text_in(row, "key", where=_FILE)
    where = f"{_FILE}, {key}"
    return Sector(
        key=key,
        label=text_in(row, "label", where=where),
        covers=texts_in(row, "covers", where=where),
        cpv=texts_in(row, "cpv", where=where),
        words=texts_in(row, "words", where=where),
    )


def _refuse_repeats(values: Iterable[str], *, what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ReferenceDataError(f"{_FILE}: the {what} {value!r} is there twice.")
        seen.add(value)
