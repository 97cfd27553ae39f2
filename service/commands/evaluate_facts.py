"""How well facts are read from the texts of notices, against notices that a person read first.

The labels hold only where a fact stands and what it is; the texts come from the folder of recorded payloads.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from service.domain.notice import Notice
from service.domain.opportunity import Details, Reading
from service.domain.tagging import Fact
from service.ports import Source, Tagger

#: The file of each half, and what it is for.
HALVES = {"measure": "only measured", "tune": "the reader was mended by these"}
_HASH_LENGTH = 16
#: Of a normal distribution, for an interval of 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One fact that a person read in a text."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotice:
    """One notice that a person read: where its text is, and what it states."""

    identity: str
    #: "train" or "more" of the notices, or "recorded".
    file: str
    text_sha256: str
    facts: tuple[Stated, ...]


@dataclass(slots=True)
class Tally:
    """What was found against what is stated."""

    right: int = 0
    false: int = 0
    missed: int = 0
    #: Of the right ones, those whose quote is the place the person named (a fact may be stated twice).
    same_place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsMeasured:
    """The figures of one half."""

    half: str
    notices: int
    #: Notices whose text is not in the folder, or is not the text that was read.
    absent: int
    every: Tally
    by_kind: Mapping[str, Tally] = field(default_factory=dict)


def measure_facts(labels: Path, data: Path | None, *, sources: Iterable[Source], tagger: Tagger) -> list[FactsMeasured]:
    """Measure both halves; an empty list where the labels or the texts are not here.

    Args:
        labels: the folder of `measure.jsonl` and `tune.jsonl`.
        data: the folder with `notices/` and `recorded/`.
        sources: who reads the recorded payloads.
        tagger: who reads the facts.
    """
    halves = {half: tuple(_read_notices(labels / f"{half}.jsonl")) for half in HALVES}
    wanted = {notice.text_sha256 for notices in halves.values() for notice in notices}
    if data is None or not wanted:
        return []
    texts = {_hash(text): text for text in _texts(data, sources) if _hash(text) in wanted}
    if not texts:
        return []
    return [_measured(half, notices, texts, tagger) for half, notices in halves.items()]


def interval(right: int, of: int) -> tuple[float, float]:
    """The Wilson interval of 95 % of a share; from 0 to 1 where there is nothing to count."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = right / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def facts_as_lines(found: Iterable[FactsMeasured]) -> Iterator[str]:
    """The figures for a person."""
    for one in found:
        absent = f", {one.absent} texts not here" if one.absent else ""
        yield f"Facts read from {one.notices} notices ({HALVES[one.half]}{absent}): {_said(one.every)}"
        yield from (f"  {kind}: {_said(tally)}" for kind, tally in sorted(one.by_kind.items()))


def facts_as_json(found: Iterable[FactsMeasured]) -> dict[str, object] | None:
    """The figures for a machine; None where nothing was measured."""
    said: dict[str, object] = {
        one.half: {
            "notices": one.notices,
            "absent": one.absent,
            "every": _tally_json(one.every),
            "by_kind": {kind: _tally_json(tally) for kind, tally in sorted(one.by_kind.items())},
        }
        for one in found
    }
    return said or None


def _measured(half: str, notices: Iterable[ReadNotice], texts: Mapping[str, str], tagger: Tagger) -> FactsMeasured:
    every, by_kind = Tally(), defaultdict[str, Tally](Tally)
    read = absent = 0
    for notice in notices:
        text = texts.get(notice.text_sha256)
        if text is None:
            absent += 1
            continue
        read += 1
        found = tagger.tags(Details(title="", description=text)).facts
        for tallies in _compared(notice.facts, found, by_kind):
            every.right += tallies.right
            every.false += tallies.false
            every.missed += tallies.missed
            every.same_place += tallies.same_place
    return FactsMeasured(half=half, notices=read, absent=absent, every=every, by_kind=dict(by_kind))


def _compared(stated: Iterable[Stated], found: Iterable[Fact], by_kind: dict[str, Tally]) -> Iterator[Tally]:
    """Count each fact under its kind; a fact is right when a fact of that kind and value is stated."""
    due = {(fact.kind, fact.value): fact for fact in stated}
    told = {(fact.kind, fact.normal): fact for fact in found}
    for key in due.keys() | told.keys():
        one = Tally(right=key in due and key in told, false=key not in due, missed=key not in told)
        if one.right:
            one.same_place = told[key].start < due[key].end and due[key].start < told[key].end
        kept = by_kind[key[0]]
        kept.right += one.right
        kept.false += one.false
        kept.missed += one.missed
        kept.same_place += one.same_place
        yield one


def _read_notices(path: Path) -> Iterator[ReadNotice]:
    if not path.is_file():
        return
    for line in path.read_text("utf-8").splitlines():
        said = json.loads(line)
        yield ReadNotice(
            identity=said["id"],
            file=said["file"],
            text_sha256=said["text_sha256"],
            facts=tuple(Stated(**fact) for fact in said["facts"]),
        )


def _texts(data: Path, sources: Iterable[Source]) -> Iterator[str]:
    """Every text of the folder: descriptions of the notices, descriptions and conditions of the recorded payloads."""
    for name in ("train", "more"):
        path = data / "notices" / f"{name}.jsonl.gz"
        if path.is_file():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                yield from (str(json.loads(line).get("description") or "") for line in lines)
    readers = tuple(sources)
    for path in sorted((data / "recorded").rglob("*")):
        if path.suffix in {".json", ".csv"}:
            yield from _recorded(path.read_bytes(), readers)


def _recorded(payload: bytes, sources: Iterable[Source]) -> Iterator[str]:
    source = next((each for each in sources if each.recognises(payload)), None)
    if source is None:
        return
    for notice in source.notices_in(payload, seen=datetime.now(UTC)):
        read = source.read(notice) if isinstance(notice, Notice) else notice
        if isinstance(read, Reading):
            yield f"{read.details.description}\n{read.details.conditions}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def _said(tally: Tally) -> str:
    return (
        f"precision {_share(tally.right, tally.right + tally.false)}, "
        f"recall {_share(tally.right, tally.right + tally.missed)}"
    )


def _share(right: int, of: int) -> str:
    if not of:
        return "- (0/0)"
    low, high = interval(right, of)
    return f"{right / of:.3f} ({right}/{of}; 95 % {low:.3f} to {high:.3f})"


def _tally_json(tally: Tally) -> dict[str, object]:
    told, due = tally.right + tally.false, tally.right + tally.missed
    return {
        "precision": round(tally.right / told, 4) if told else None,
        "precision_95": [round(bound, 4) for bound in interval(tally.right, told)] if told else None,
        "recall": round(tally.right / due, 4) if due else None,
        "recall_95": [round(bound, 4) for bound in interval(tally.right, due)] if due else None,
        "right": tally.right,
        "false": tally.false,
        "missed": tally.missed,
        "same_place": tally.same_place,
    }
