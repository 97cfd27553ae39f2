"""How well the matcher does against lists judged by a person: what it tells that it should not, and what it misses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.commands.lines import details_of, parsed
from service.domain.history import fold
from service.domain.interest import FirmFile
from service.domain.interest_file import firm_from
from service.domain.matching import prepare
from service.domain.notice import Notice
from service.domain.opportunity import Reading, Stage, Status
from service.domain.place import place_in
from service.domain.subject import Subject, subject_in, subject_of
from service.errors import NotFound, UnreadableBody
from service.ports import Source, Tagger

#: The recorded pages the complete lists speak of, below the folder of recorded payloads.
RECORDED = (
    "recorded/find_a_tender/backfill/2026-08-1[01]/page-*.json",
    "recorded/contracts_finder/ocds_search_page-*.json",
)
#: What the notice types of the judged samples mean (the UK notices of the Procurement Act 2023).
_SAMPLE_TYPES = {
    "UK1": (Stage.PIPELINE, Status.PLANNED),
    "UK2": (Stage.PLANNING, Status.PLANNED),
    "UK3": (Stage.PLANNING, Status.PLANNED),
    "UK4": (Stage.TENDER, Status.OPEN),
    "UK6": (Stage.AWARD, Status.AWARDED),
    "UK7": (Stage.CONTRACT, Status.AWARDED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A firm and a notice, and whether the firm should be told of it at a moment."""

    notice: str
    firm: str
    now: datetime
    should_alert: bool
    why: str = ""
    #: What the pair is there to catch; "" for an ordinary case.
    trap: str = ""
    #: A sensible adviser could say the other.
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How the matcher did over some pairs."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was told that should be told; 1 where nothing was told."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of what should be told that was told; 1 where there was nothing to tell."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of one run."""

    every: Score
    without_doubtful: Score
    #: By what a pair is there to catch; "" for ordinary cases.
    by_trap: Mapping[str, Score]
    by_firm: Mapping[str, Score]
    #: Pairs on which the matcher and the judge differ, in the order given.
    differing: tuple[JudgedPair, ...]


def evaluate_matching(
    pairs: Iterable[JudgedPair], *, firms: Mapping[str, FirmFile], subjects: Mapping[str, Subject]
) -> Evaluation:
    """Compare the matcher with the judge.

    Raises:
        KeyError: A pair names a firm or a notice that is not given.
    """
    judged = tuple(pairs)
    told = {pair: tells(firms[pair.firm], subjects[pair.notice], now=pair.now) for pair in judged}
    traps = sorted({pair.trap for pair in judged})
    named = sorted({pair.firm for pair in judged})
    return Evaluation(
        every=_score(told),
        without_doubtful=_score({pair: said for pair, said in told.items() if not pair.doubtful}),
        by_trap={trap: _score({pair: said for pair, said in told.items() if pair.trap == trap}) for trap in traps},
        by_firm={firm: _score({pair: said for pair, said in told.items() if pair.firm == firm}) for firm in named},
        differing=tuple(pair for pair in judged if told[pair] != pair.should_alert),
    )


def tells(firm: FirmFile, subject: Subject, *, now: datetime) -> bool:
    """Whether any interest of a firm agrees."""
    return any(prepare(interest).judge(subject, now=now).matched for interest in firm.interests)


def subject_from(readings: Iterable[Reading], *, tagger: Tagger) -> Subject:
    """The procurement that readings tell together, ready to be compared.

    Raises:
        ValueError: There is no reading.
    """
    state = fold(tuple(readings))
    return subject_in(state, tagger.tags(state.details))


def _score(told: Mapping[JudgedPair, bool]) -> Score:
    return Score(
        right=sum(said and pair.should_alert for pair, said in told.items()),
        false=sum(said and not pair.should_alert for pair, said in told.items()),
        missed=sum(not said and pair.should_alert for pair, said in told.items()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How the matcher did over every release of the recorded pages, where all that is not listed should be silent."""

    releases: int
    every: Score
    by_firm: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Every figure of `bowbell evaluate`."""

    samples: Evaluation
    #: None where the recorded payloads are not there.
    real: Evaluation | None = None
    complete: Listing | None = None
    notes: tuple[str, ...] = field(default=())


def measure(judged: Path, data: Path | None, *, sources: Iterable[Source], tagger: Tagger) -> Measured:
    """Measure the matcher against the judged lists of a folder.

    Args:
        judged: the folder with `firms/`, the pairs and the sample notices.
        data: the folder of recorded payloads; None or missing: only the samples are measured, and the notes say so.
        sources: who reads the recorded payloads.
        tagger: who judges trade and size.

    Raises:
        NotFound: there is no judged list.
        UnreadableBody: a recorded payload is of no source, or a judged release is not in the payloads.
    """
    if not (judged / "pairs_sample.jsonl").is_file():
        raise NotFound(f"No judged lists in {judged}. Name their folder with --judged.")
    firms = {path.stem: firm_from(json.loads(path.read_text("utf-8"))) for path in sorted(judged.glob("firms/*.json"))}
    samples = evaluate_matching(
        _pairs(judged / "pairs_sample.jsonl"), firms=firms, subjects=_sample_subjects(judged, tagger)
    )
    pages = [page for pattern in RECORDED for page in sorted(data.glob(pattern))] if data is not None else []
    if not pages:
        return Measured(samples=samples, notes=("The recorded payloads are not here: only the samples are measured.",))
    subjects = _real_subjects(pages, sources=tuple(sources), tagger=tagger)
    pairs = tuple(_pairs(judged / "pairs_real.jsonl"))
    if missing := sorted({pair.notice for pair in pairs} - set(subjects)):
        raise UnreadableBody(f"Judged releases that the recorded payloads do not hold: {', '.join(missing[:5])}.")
    real = evaluate_matching(pairs, firms=firms, subjects=subjects)
    return Measured(samples=samples, real=real, complete=_listing(judged, pairs, firms=firms, subjects=subjects))


def _pairs(path: Path) -> Iterator[JudgedPair]:
    for line in path.read_text("utf-8").splitlines():
        said: dict[str, Any] = json.loads(line)
        yield JudgedPair(
            notice=said["notice"],
            firm=said["firm"],
            now=datetime.fromisoformat(said["now"]),
            should_alert=said["should_alert"],
            why=said["why"],
            trap=said["trap"] or "",
            doubtful=said["doubtful"],
        )


def _sample_subjects(judged: Path, tagger: Tagger) -> dict[str, Subject]:
    found = {}
    for said in parsed((judged / "sample_notices.jsonl").read_text("utf-8").splitlines()):
        details = details_of(said)
        stage, status = _SAMPLE_TYPES[said["notice_type"]]
        found[str(said["id"])] = subject_of(
            details=details,
            stage=stage,
            status=status,
            tags=tagger.tags(details),
            place=place_in(details),
            source=str(said.get("source") or "find_a_tender"),
        )
    return found


def _real_subjects(pages: Iterable[Path], *, sources: Iterable[Source], tagger: Tagger) -> dict[str, Subject]:
    """Every release alone, as its source reads it."""
    found = {}
    for page in pages:
        payload = page.read_bytes()
        source = next((each for each in sources if each.recognises(payload)), None)
        if source is None:
            raise UnreadableBody(f"{page}: no source publishes anything like it.")
        for notice in source.notices_in(payload, seen=datetime.now(UTC)):
            read = source.read(notice) if isinstance(notice, Notice) else notice
            if isinstance(read, Reading):
                found[read.notice_id] = subject_from((read,), tagger=tagger)
    return found


def _listing(
    judged: Path, pairs: Iterable[JudgedPair], *, firms: Mapping[str, FirmFile], subjects: Mapping[str, Subject]
) -> Listing:
    """Every release against every firm, each at the moment the pairs of its source are judged at."""
    moments = {subjects[pair.notice].source: pair.now for pair in pairs}
    wanted: dict[str, list[str]] = json.loads((judged / "firms_complete.json").read_text("utf-8"))
    told = {
        JudgedPair(notice=notice, firm=firm, now=now, should_alert=notice in wanted[firm]): tells(
            firms[firm], subject, now=now
        )
        for notice, subject in subjects.items()
        if (now := moments.get(subject.source)) is not None
        for firm in firms
    }
    return Listing(
        releases=len(subjects),
        every=_score(told),
        by_firm={firm: _score({pair: said for pair, said in told.items() if pair.firm == firm}) for firm in firms},
    )
