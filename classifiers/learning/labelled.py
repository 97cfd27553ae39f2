"""Reads notices whose trade the buyer stated by codes: what the model learns from and is judged by."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.domain import cpv
from service.domain.sectors import sector_of_cpv
from service.errors import UnreadableBody

#: Of one sample of 2,808 notices nearly all are of one ministry: each counts for less, so as not to set the tone.
_ONE_MINISTRY = "hajra"
_MINISTRY_WEIGHT = 0.4
_COUNCIL = re.compile(r"\b(?:council|borough|corporation of london|county|unitary|authority)\b", re.IGNORECASE)
_LONDON = re.compile(r"\blondon\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"[^a-z ]+")
_FILLERS = frozenset({"the", "ltd", "limited", "of", "and"})
_LONGEST_LINE = 4_000_000
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A notice with the codes its buyer gave.

    Attributes:
        codes: CPV codes of eight digits that exist, the main one first; at least one.
        buyer: as stated; "" where unknown.
        source: where the notice was taken from.
        weight: how much it counts in training, 1 for an ordinary notice.
        value: as stated, in the notice's own currency; None where not.
        suits_sme: the buyer's flag; None where there is none or the source never says no.
        went_to_sme: whether a supplier was a small or medium firm; None where nobody said.
        procedure: as stated.
        london: whether the buyer or the work is in London, as far as the row says.
    """

    identity: str
    title: str
    description: str
    codes: tuple[str, ...]
    buyer: str = ""
    source: str = ""
    weight: float = 1.0
    value: float | None = None
    currency: str = "GBP"
    suits_sme: bool | None = None
    went_to_sme: bool | None = None
    procedure: str = ""
    london: bool = False

    @property
    def buyer_key(self) -> str:
        """The buyer's name without case, fillers and punctuation: what folds are cut by."""
        words = _NOT_A_NAME.sub(" ", self.buyer.lower()).split()
        return " ".join(word for word in words if word not in _FILLERS)

    @property
    def is_council(self) -> bool:
        """Whether the buyer looks like a local council."""
        return _COUNCIL.search(self.buyer) is not None

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions the buyer named, the main one first."""
        return tuple(dict.fromkeys(code[:2] for code in self.codes))

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors the codes belong to, the main one first."""
        found = (sector_of_cpv(code) for code in self.codes)
        return tuple(dict.fromkeys(key for key in found if key is not None))

    @property
    def main_sectors(self) -> tuple[str, ...]:
        """The sector of the main code alone; empty where it belongs to none."""
        key = sector_of_cpv(self.codes[0])
        return () if key is None else (key,)

    @property
    def main_groups(self) -> tuple[str, ...]:
        """The group of the main code alone; empty where it names none."""
        return () if self.codes[0][2] == "0" else (self.codes[0][:3],)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups the buyer named; a code of a whole division names none."""
        return tuple(dict.fromkeys(code[:3] for code in self.codes if code[2] != "0"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A text of which a person said what trade it is, or is not.

    Attributes:
        sectors: keys of the sectors it is of; empty where only wrong ones are named.
        not_sectors: keys of sectors it is not of.
    """

    title: str
    description: str
    sectors: tuple[str, ...] = ()
    not_sectors: tuple[str, ...] = ()


def read(paths: Iterable[Path]) -> list[Labelled]:
    """Every labelled notice of some files of JSON lines, plain or gzipped; each title of a buyer once.

    A notice without a code that exists is passed over: it teaches nothing about codes.

    Raises:
        UnreadableBody: A file is not JSON lines; the sentence names the file and the line.
    """
    found: dict[tuple[str, str], Labelled] = {}
    titles: set[str] = set()
    for number, path in enumerate(paths):
        known = frozenset(titles) if number else frozenset[str]()
        for said in _objects(path):
            notice = _labelled(said)
            if notice is None or notice.title.lower() in known:
                continue
            found.setdefault((notice.title.lower(), f"{notice.buyer_key}|{notice.description[:200]}"), notice)
            titles.add(notice.title.lower())
    return list(found.values())


def _objects(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == _GZIP
        with gzip.open(path, "rb") if zipped else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if len(line) > _LONGEST_LINE:
                    raise UnreadableBody(f"{path.name}, line {number} is longer than any notice.")
                if line.strip():
                    yield _object(line, where=f"{path.name}, line {number}")
    except (gzip.BadGzipFile, EOFError) as trouble:
        raise UnreadableBody(f"{path.name} is damaged: {trouble}.") from trouble


def _object(line: bytes, *, where: str) -> Mapping[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as trouble:
        raise UnreadableBody(f"{where} is not JSON: {trouble}.") from None
    if not isinstance(said, dict):
        raise UnreadableBody(f"{where} is not an object with a title and codes.")
    return said


def _labelled(said: Mapping[str, Any]) -> Labelled | None:
    raw = said.get("cpv")
    listed = raw if isinstance(raw, list) else []
    codes = tuple(dict.fromkeys(code for each in listed if (code := cpv.normalise(each)) and cpv.is_known(code)))
    title = str(said.get("title") or "").strip()
    if not codes or not title:
        return None
    source = str(said.get("source") or "")
    flag, value = said.get("sme"), said.get("value")
    return Labelled(
        identity=str(said.get("id") or ""),
        title=title,
        description=str(said.get("description") or "").strip(),
        codes=codes,
        buyer=str(said.get("buyer") or ""),
        source=source,
        weight=_MINISTRY_WEIGHT if _ONE_MINISTRY in source else _weight(said.get("weight")),
        value=float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
        currency=str(said.get("currency") or "GBP"),
        # Find a Tender never says that a contract does not suit small firms: its flag tells nothing.
        suits_sme=flag if isinstance(flag, bool) and _says_no(source) else None,
        went_to_sme=_went_to_sme(said.get("awarded_sme")),
        procedure=str(said.get("procedure") or ""),
        london=bool(said.get("london_borough") or said.get("london_buyer") or _LONDON.search(str(said.get("buyer")))),
    )


def _weight(said: object) -> float:
    """The weight a row brings along (corrections by people count more than codes), kept within reason."""
    if isinstance(said, int | float) and not isinstance(said, bool) and 0 < said <= 10:  # noqa: PLR2004 - at most tenfold
        return float(said)
    return 1.0


def _says_no(source: str) -> bool:
    return not source.lower().startswith(("fts", "ted"))


def _went_to_sme(said: object) -> bool | None:
    if isinstance(said, bool):
        return said
    if isinstance(said, list) and said and all(isinstance(each, bool) for each in said):
        return any(said)
    return None
