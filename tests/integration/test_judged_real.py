"""The matcher against real notices, read by the real sources and judged by a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.tagger import TAGGER
from scrapers.sources.contracts_finder import SOURCE as CONTRACTS_FINDER
from scrapers.sources.find_a_tender import SOURCE as FIND_A_TENDER
from service.commands.evaluate import Evaluation, JudgedPair, Score, evaluate_matching, subject_from, tells
from service.domain.interest import FirmFile
from service.domain.interest_file import firm_from
from service.domain.notice import Notice
from service.domain.opportunity import Reading
from service.domain.subject import Subject

JUDGED = Path(__file__).resolve().parents[1] / "fixtures" / "judged"
NOON = {
    "find_a_tender": datetime.fromisoformat("2026-08-11T12:00:00+01:00"),
    "contracts_finder": datetime.fromisoformat("2025-03-12T12:00:00+00:00"),
}


@pytest.fixture(scope="module")
def subjects(shared_data: Path) -> dict[str, Subject]:
    recorded = shared_data / "recorded"
    found: dict[str, Subject] = {}
    for source, pattern in (
        (FIND_A_TENDER, "find_a_tender/backfill/2026-08-1[01]/page-*.json"),
        (CONTRACTS_FINDER, "contracts_finder/ocds_search_page-*.json"),
    ):
        for path in sorted(recorded.glob(pattern)):
            for notice in source.notices_in(path.read_bytes(), seen=datetime(2026, 11, 23, tzinfo=UTC)):
                read = source.read(notice) if isinstance(notice, Notice) else notice
                if isinstance(read, Reading):
                    found[read.notice_id] = subject_from((read,), tagger=TAGGER)
    assert len(found) == 1107
    return found


@pytest.fixture(scope="module")
def firms() -> dict[str, FirmFile]:
    return {path.stem: firm_from(json.loads(path.read_text())) for path in JUDGED.glob("firms/*.json")}


@pytest.fixture(scope="module")
def evaluation(subjects: dict[str, Subject], firms: dict[str, FirmFile]) -> Evaluation:
    lines = (JUDGED / "pairs_real.jsonl").read_text(encoding="utf-8").splitlines()
    return evaluate_matching(
        (
            JudgedPair(
                notice=said["notice"],
                firm=said["firm"],
                now=datetime.fromisoformat(said["now"]),
                should_alert=said["should_alert"],
                why=said["why"],
                trap=said["trap"] or "",
                doubtful=said["doubtful"],
            )
            for said in map(json.loads, lines)
        ),
        firms=firms,
        subjects=subjects,
    )


def test_hardly_anything_judged_is_missed_and_most_told_is_right(evaluation: Evaluation) -> None:
    differing = [(pair.notice, pair.firm, pair.should_alert) for pair in evaluation.differing]
    assert evaluation.every.right + evaluation.every.missed == 45
    assert evaluation.every.recall >= 0.95, differing
    assert evaluation.every.precision >= 0.75, differing
    assert evaluation.without_doubtful.precision >= 0.8, differing


def test_every_release_of_the_recorded_days(subjects: dict[str, Subject], firms: dict[str, FirmFile]) -> None:
    wanted: dict[str, list[str]] = json.loads((JUDGED / "firms_complete.json").read_text())
    judged = {(firm, notice) for firm in firms for notice in wanted[firm]}
    told = {
        (name, notice)
        for name, firm in firms.items()
        for notice, subject in subjects.items()
        if tells(firm, subject, now=NOON[subject.source])
    }
    score = Score(right=len(told & judged), false=len(told - judged), missed=len(judged - told))
    assert score.recall >= 0.95, sorted(judged - told)
    assert score.precision >= 0.55, sorted(told - judged)


@pytest.mark.parametrize(
    "trap",
    [
        "not open (award or closed)",
        "too big",
        "early stage notice",
        "excluded word",
        "unknown value",
        "nationwide delivery",
    ],
)
def test_stage_value_and_excluded_words_catch_the_matcher_once_at_most(evaluation: Evaluation, trap: str) -> None:
    score = evaluation.by_trap[trap]
    assert score.false + score.missed <= 1
