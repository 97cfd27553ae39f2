"""Reads programmes from data files and forms, and says exactly which field of which file is wrong.

Adding a programme is adding one file, by hand, so the reader is strict: an unknown field is as much an error as a
missing one, because a misspelt `ends` would otherwise keep a dead scheme alive.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TypeVar

from service.domain.gazetteer import gazetteer
from service.domain.programme_entry import (
    CAPACITIES,
    HELPS,
    OWNERSHIPS,
    SIZES,
    STAGES,
    STATES,
    TOPICS,
    Cost,
    Programme,
)
from service.domain.sectors import all_sectors
from service.errors import ReferenceDataError

_Word = TypeVar("_Word", bound=str)

_REQUIRED = frozenset({"key", "name", "provider", "summary", "for_whom", "area", "cost", "state", "source"})
_OPTIONAL = frozenset(
    {"sectors", "sizes", "ownership", "buyers", "eligibility", "how_to_apply", "url", "helps_with", "topics", "starts"}
    | {"ends", "evidence_date", "last_checked", "review_by", "stages", "email", "capacity"}
)
_WIDE_AREAS = frozenset({"london", "england", "uk"})
_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?:/[^\s<>\"']*)?")
_ROLE_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
#: The longest text of a field, in letters.
LONGEST_LINE = 400


class ProgrammeError(ReferenceDataError, ValueError):
    """A programme is written wrongly."""

    def __init__(self, *, file: str, field: str, why: str) -> None:
        super().__init__(f"{file}: {field} {why}.")
        self.file = file
        self.field = field
        self.why = why


@cache
def shipped_programmes() -> tuple[Programme, ...]:
    """Every programme the project ships, current or not, by key.

    Raises:
        ProgrammeError: A file cannot be read; the sentence names the file and the field.
    """
    folder = files("service.data").joinpath("programmes")
    found: list[Programme] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        try:
            row = tomllib.loads(entry.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ProgrammeError(file=entry.name, field="the file", why=f"is not TOML: {error}") from error
        programme = programme_of(row, file=entry.name)
        if entry.name != f"{programme.key}.toml":
            raise ProgrammeError(file=entry.name, field="key", why="must be the name of the file")
        found.append(programme)
    return tuple(found)


def is_web_address(said: str) -> bool:
    """Whether a text is a web address that a page may link to."""
    return _ADDRESS.fullmatch(said) is not None


def is_role_address(said: str) -> bool:
    """Whether a text is an e-mail address. Whose it is nobody can tell from it."""
    return _ROLE_ADDRESS.fullmatch(said) is not None


def programme_of(row: Mapping[str, object], *, file: str) -> Programme:
    """A programme from the fields of a file or a form.

    Args:
        row: The fields; dates as `date`, lists as lists, `cost` as a table with `free` (true, false or "unknown"), and
            perhaps `note` and `evidence`.
        file: What to call the row in errors.

    Raises:
        ProgrammeError: A field is missing, unknown, of the wrong type or contradicts another.
    """
    read = _Fields(row, file=file)
    read.refuse_others(_REQUIRED | _OPTIONAL, required=_REQUIRED)
    programme = Programme(
        key=read.line("key"),
        name=read.line("name"),
        provider=read.line("provider"),
        summary=read.line("summary"),
        for_whom=read.line("for_whom"),
        area=read.area(),
        cost=_cost(read.table("cost"), file=file),
        state=read.one_of("state", STATES),
        source=read.line("source"),
        sectors=read.some_of("sectors", tuple(sector.key for sector in all_sectors())),
        sizes=read.some_of("sizes", SIZES),
        stages=read.some_of("stages", STAGES),
        ownership=read.some_of("ownership", OWNERSHIPS),
        buyers=read.some_of("buyers", _buyer_keys()),
        eligibility=read.perhaps_line("eligibility"),
        how_to_apply=read.perhaps_line("how_to_apply"),
        url=read.address(),
        email=read.role_address(),
        capacity=read.one_of("capacity", CAPACITIES) if "capacity" in row else None,
        helps_with=read.some_of("helps_with", HELPS),
        topics=read.some_of("topics", TOPICS),
        starts=read.day("starts"),
        ends=read.day("ends"),
        evidence_date=read.day("evidence_date"),
        last_checked=read.day("last_checked"),
        review_by=read.day("review_by"),
    )
    _refuse_contradictions(programme, file=file)
    return programme


def _refuse_contradictions(programme: Programme, *, file: str) -> None:
    if not _KEY.fullmatch(programme.key):
        raise ProgrammeError(file=file, field="key", why="must be lower case words joined by underscores")
    if programme.starts and programme.ends and programme.ends < programme.starts:
        raise ProgrammeError(file=file, field="ends", why="is before starts")
    if programme.last_checked and programme.review_by and programme.review_by < programme.last_checked:
        raise ProgrammeError(file=file, field="review_by", why="is before last_checked")
    if programme.cost.free is True and not programme.cost.evidence:
        raise ProgrammeError(file=file, field="cost", why="may say free only with evidence")
    if programme.state == "current" and (programme.last_checked is None or programme.review_by is None):
        raise ProgrammeError(file=file, field="review_by", why="and last_checked are needed for a current programme")


def _cost(table: Mapping[str, object], *, file: str) -> Cost:
    read = _Fields(table, file=file, inside="cost.")
    read.refuse_others(frozenset({"free", "note", "evidence"}), required=frozenset({"free"}))
    said = table["free"]
    if said != "unknown" and not isinstance(said, bool):
        raise ProgrammeError(file=file, field="cost.free", why='must be true, false or "unknown"')
    return Cost(
        free=said if isinstance(said, bool) else None,
        note=read.perhaps_line("note"),
        evidence=read.perhaps_line("evidence"),
    )


@cache
def _buyer_keys() -> tuple[str, ...]:
    places = gazetteer()
    return tuple(sorted({buyer.key for buyer in (*places.buyers.values(), *places.boroughs_as_buyers.values())}))


class _Fields:
    """The fields of one row, each read with its own refusal."""

    def __init__(self, row: Mapping[str, object], *, file: str, inside: str = "") -> None:
        self._row = row
        self._file = file
        self._inside = inside

    def refuse_others(self, known: frozenset[str], *, required: frozenset[str]) -> None:
        for field in sorted(set(self._row) - known):
            raise self._wrong(field, "is not a field we know")
        for field in sorted(required - set(self._row)):
            raise self._wrong(field, "is missing")

    def line(self, field: str) -> str:
        value = self._row.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(field, "must be a text")
        if len(value) > LONGEST_LINE or any(ord(letter) < ord(" ") for letter in value):
            raise self._wrong(field, f"must be one line of at most {LONGEST_LINE} letters")
        return value.strip()

    def perhaps_line(self, field: str) -> str | None:
        return self.line(field) if field in self._row else None

    def table(self, field: str) -> Mapping[str, object]:
        value = self._row.get(field)
        if not isinstance(value, Mapping):
            raise self._wrong(field, "must be a table")
        return value

    def one_of(self, field: str, words: Sequence[_Word]) -> _Word:
        value = self._row.get(field)
        for word in words:
            if value == word:
                return word
        raise self._wrong(field, f"must be one of {', '.join(words)}")

    def some_of(self, field: str, words: Sequence[_Word]) -> tuple[_Word, ...]:
        chosen = self._texts(field)
        known = {str(word): word for word in words}
        for item in chosen:
            if item not in known:
                raise self._wrong(field, f"has {item[:40]!r}, which is not one of its words")
        return tuple(known[item] for item in dict.fromkeys(chosen))

    def area(self) -> tuple[str, ...]:
        codes = self._texts("area")
        for code in codes:
            if code not in _WIDE_AREAS and gazetteer().borough(code) is None:
                raise self._wrong("area", f"has {code[:40]!r}, which is not london, england, uk or a GSS code")
        if not codes:
            raise self._wrong("area", "must not be empty")
        return tuple(dict.fromkeys(codes))

    def address(self) -> str | None:
        value = self.perhaps_line("url")
        if value is not None and not is_web_address(value):
            raise self._wrong("url", "must be a web address that begins with http:// or https://")
        return value

    def role_address(self) -> str | None:
        value = self.perhaps_line("email")
        if value is not None and not is_role_address(value):
            raise self._wrong("email", "must be an e-mail address like help@agency.example")
        return value

    def day(self, field: str) -> date | None:
        value = self._row.get(field)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self._wrong(field, "must be a date such as 2027-02-23")
        return value

    def _texts(self, field: str) -> list[str]:
        value = self._row.get(field, [])
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self._wrong(field, "must be a list of texts")
        return list(value)

    def _wrong(self, field: str, why: str) -> ProgrammeError:
        return ProgrammeError(file=self._file, field=f"{self._inside}{field}", why=why)
