"""The rules of the compliance guide, from `service/data/rules`: dated, each with its source and the day it was read.

A rule is changed by editing its file: another sentence, another day, a rule after the one that ended. Code knows only
under which key to look and which words can be filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Literal

from service.domain.shipped import Row, text_in, toml_rows
from service.errors import ReferenceDataError

Severity = Literal["must", "should", "consider"]
SEVERITIES: Mapping[str, Severity] = {"must": "must", "should": "should", "consider": "consider"}
#: The files of rules.
FILES = ("notices", "pre_qualification", "local_reservation", "own_quotes")
#: What may stand in braces in a sentence.
WORDS = frozenset(
    ("vat", "gross", "threshold", "threshold_source", "lower", "kind", "found", "year", "buyer", "quote")
)  # fmt: skip
_QUESTIONS = ("what", "where", "how-much", "how-long", "by-when", "how-to-reply")
_FIELDS = frozenset(
    ("key", "title", "question", "severity", "may_be_overruled", "from", "until", "says", "source", "address", "read")
) | {"when"}
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in one case.

    Attributes:
        key: stable name.
        title: the rule in a few words.
        question: key of the question of the posting form it is shown at.
        severity: how strong the advice is.
        may_be_overruled: whether somebody may publish over it with a recorded reason.
        begins: first day.
        ends: last day; None while it is in force.
        says: the sentence, with words in braces to be filled in.
        source: what says so, to be filled in likewise.
        address: a page where it can be read; "" where there is none.
        read: the day we read it.
        when: the same rule in other cases, by name.
    """

    key: str
    title: str
    question: str
    severity: Severity
    may_be_overruled: bool
    begins: date
    ends: date | None
    says: str
    source: str
    address: str
    read: date
    when: Mapping[str, tuple[Severity, str]]

    def counts_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


def rule_on(day: date, key: str) -> Rule | None:
    """A rule as it stands on a day; None where it has not begun or is over. Raises ReferenceDataError."""
    return next((each for each in all_rules() if each.key == key and each.counts_on(day)), None)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in the order of the files.

    Raises:
        ReferenceDataError: A field is missing, unknown or wrong, or a rule is there twice on one day.
    """
    found: list[Rule] = []
    for name in FILES:
        file = f"rules/{name}.toml"
        for row in toml_rows(file, "rule"):
            made = _rule(row, file=file)
            twice = [each for each in found if each.key == made.key]
            if any(each.counts_on(made.begins) or made.counts_on(each.begins) for each in twice):
                raise ReferenceDataError(f"{file}: {made.key} is there twice on one day.")
            found.append(made)
    return tuple(found)


def _rule(row: Row, *, file: str) -> Rule:
    key = text_in(row, "key", where=file)
    where = f"{file}, {key}"
    strange = sorted(set(row) - _FIELDS)
    if strange:
        raise ReferenceDataError(f"{where}: there is no field {strange[0]}.")
    begins, ends, read, may = row.get("from"), row.get("until"), row.get("read"), row.get("may_be_overruled")
    if not isinstance(begins, date) or not isinstance(ends, date | None) or not isinstance(read, date):
        raise ReferenceDataError(f"{where}: from, until and read must be days like 2026-02-04.")
    if not isinstance(may, bool):
        raise ReferenceDataError(f"{where}: may_be_overruled must be true or false.")
    question, address = text_in(row, "question", where=where), text_in(row, "address", where=where)
    if question not in _QUESTIONS:
        raise ReferenceDataError(f"{where}: question must be one of {', '.join(_QUESTIONS)}.")
    if address != _UNKNOWN and not address.startswith("https://"):
        raise ReferenceDataError(f"{where}: address must begin with https://, or be unknown.")
    severity = _severity(row, where=where)
    return Rule(
        key=key,
        title=text_in(row, "title", where=where),
        question=question,
        severity=severity,
        may_be_overruled=may,
        begins=begins,
        ends=ends,
        says=_sentence(row, "says", where=where),
        source=_sentence(row, "source", where=where),
        address="" if address == _UNKNOWN else address,
        read=read,
        when=MappingProxyType(_cases(row, severity=severity, where=where)),
    )


def _cases(row: Row, *, severity: Severity, where: str) -> dict[str, tuple[Severity, str]]:
    cases = row.get("when", {})
    if not isinstance(cases, dict) or not all(isinstance(each, dict) for each in cases.values()):
        raise ReferenceDataError(f"{where}: when must hold tables.")
    return {
        name: (
            _severity(each, where=f"{where}, {name}") if "severity" in each else severity,
            _sentence(each, "says", where=f"{where}, {name}"),
        )
        for name, each in cases.items()
    }


def _severity(row: Row, *, where: str) -> Severity:
    said = text_in(row, "severity", where=where)
    if said not in SEVERITIES:
        raise ReferenceDataError(f"{where}: severity must be one of {', '.join(SEVERITIES)}.")
    return SEVERITIES[said]


def _sentence(row: Row, field: str, *, where: str) -> str:
    said = text_in(row, field, where=where)
    try:
        names = {name for _, name, _, _ in Formatter().parse(said) if name is not None}
    except ValueError as error:
        raise ReferenceDataError(f"{where}: {field} has a brace too many: {error}.") from error
    strange = sorted(names - WORDS)
    if strange:
        raise ReferenceDataError(f"{where}: {field} has {{{strange[0]}}}, which cannot be filled in.")
    return said
