"""What a procurement code means: the 9,454 codes of the Common Procurement Vocabulary (CPV 2008), labels in English.

Buyers write codes as text, as numbers, with or without the check digit and sometimes wrongly, so everything passes
through `normalise` before it is kept or compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from service.errors import ReferenceDataError

_FILE = "cpv.tsv"
_CODE_DIGITS = 8
#: Digits, then perhaps the check digit after a hyphen (buyers also type a dash of another kind).
_WRITTEN = re.compile(r"(\d{2,8})(?:\s*[-\u2010-\u2015]\s*(\d))?", re.ASCII)


def normalise(raw: str | int) -> str | None:
    """The eight digits of a code as written, or None when it is not one.

    Accepts "45000000-7", "45000000", " 45000000 ", 45000000 and "4500 0000". A number that lost its leading zero
    (3000000 for 03000000, as spreadsheets do) gets it back. The check digit is dropped, not checked: real notices
    carry wrong ones. Whether the code exists is another question: see `is_known`.
    """
    digits = digits_of(raw)
    if digits is None or len(digits) != _CODE_DIGITS:
        return None
    return digits


def digits_of(raw: str | int) -> str | None:
    """The digits of a full or shortened code (two to eight), without check digit; None when malformed."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return f"{raw:08d}" if 0 < raw < 10**_CODE_DIGITS and raw >= 10 ** (_CODE_DIGITS - 2) else None
    if not isinstance(raw, str) or len(raw) > 40:  # noqa: PLR2004 - longer than any code people write
        return None
    found = _WRITTEN.fullmatch(re.sub(r"(?<=\d) (?=\d)", "", raw.strip()))
    return found.group(1) if found else None


def is_known(code: str | int) -> bool:
    """Whether the code, once normalised, is one of the 9,454 of CPV 2008."""
    digits = normalise(code)
    return digits is not None and digits in _labels()


def label(code: str | int) -> str | None:
    """The English label of a code, or None when the code is malformed or unknown."""
    digits = normalise(code)
    return _labels().get(digits) if digits is not None else None


def all_codes() -> tuple[str, ...]:
    """The 9,454 codes, in the order of the vocabulary."""
    return tuple(_labels())


def all_labels() -> tuple[str, ...]:
    """The English label of every code, in the order of the codes."""
    return tuple(_labels().values())


def labels_by_code() -> Mapping[str, str]:
    """The English label of every code, by its eight digits."""
    return MappingProxyType(_labels())


def begins_a_code(digits: str) -> bool:
    """Whether any code of CPV 2008 begins with these digits."""
    return any(code.startswith(digits) for code in _labels())


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    text = files("service.data").joinpath(_FILE).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        code, tab, words = line.partition("\t")
        if not tab or len(code) != _CODE_DIGITS or not code.isdigit() or not words:
            raise ReferenceDataError(f"{_FILE}, line {number}: it must be an eight-digit code, a tab and a label.")
        labels[code] = words
    return labels
