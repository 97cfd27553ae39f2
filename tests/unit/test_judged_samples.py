"""The matcher against judged pairs of sample firms and sample notices: what it tells is right, and it misses little."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from classifiers.tagger import TAGGER
from service.domain.interest import FirmFile, Match
from service.domain.interest_file import firm_from, to_mapping
from service.domain.matching import prepare
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, Status
from service.domain.place import place_of
from service.domain.subject import Subject, subject_of

JUDGED = Path(__file__).resolve().parents[1] / "fixtures" / "judged"
STAGES = {
    "UK1": Stage.PIPELINE,
    "UK2": Stage.PLANNING,
    "UK3": Stage.PLANNING,
    "UK4": Stage.TENDER,
    "UK6": Stage.AWARD,
    "UK7": Stage.CONTRACT,
}
STATUSES = {
    Stage.PIPELINE: Status.PLANNED,
    Stage.PLANNING: Status.PLANNED,
    Stage.TENDER: Status.OPEN,
    Stage.AWARD: Status.AWARDED,
    Stage.CONTRACT: Status.AWARDED,
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One judged pair."""

    notice: str
    firm: str
    now: datetime
    should_alert: bool
    why: str
    trap: str | None


def lines(name: str) -> Iterator[dict[str, object]]:
    for line in (JUDGED / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@cache
def firms() -> dict[str, FirmFile]:
    return {path.stem: firm_from(json.loads(path.read_text())) for path in sorted(JUDGED.glob("firms/*.json"))}


@cache
def pairs() -> tuple[Pair, ...]:
    return tuple(
        Pair(
            notice=str(said["notice"]),
            firm=str(said["firm"]),
            now=datetime.fromisoformat(str(said["now"])),
            should_alert=said["should_alert"] is True,
            why=str(said["why"]),
            trap=str(said["trap"]) if said["trap"] else None,
        )
        for said in lines("pairs_sample.jsonl")
    )


def texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(one) for one in value)


def subject(said: dict[str, object]) -> Subject:
    stage = STAGES[str(said["notice_type"])]
    details = Details(
        title=str(said["title"]),
        description=str(said["description"]),
        buyer=Buyer(name=str(said["buyer"]), region=str(said["buyer_region"]), postcode=str(said["buyer_postcode"])),
        cpv=texts(said["cpv"]),
        value=Value(net=Decimal(str(said["value"])), currency=str(said["currency"])) if said["value"] else None,
        deadline=Deadline(at=datetime.fromisoformat(str(said["deadline"]))) if said["deadline"] else None,
        delivery_regions=texts(said["delivery"]),
    )
    place = place_of(
        delivery_regions=details.delivery_regions,
        buyer_name=str(said["buyer"]),
        buyer_region=str(said["buyer_region"]),
        buyer_postcode=str(said["buyer_postcode"]),
    )
    return subject_of(
        details=details,
        stage=stage,
        status=STATUSES[stage],
        tags=TAGGER.tags(details),
        place=place,
        source="find_a_tender",
    )


@cache
def subjects() -> dict[str, Subject]:
    return {str(said["id"]): subject(said) for said in lines("sample_notices.jsonl")}


def judged(pair: Pair) -> tuple[Match, ...]:
    return tuple(
        prepare(interest).judge(subjects()[pair.notice], now=pair.now) for interest in firms()[pair.firm].interests
    )


def test_precision_and_recall_on_the_samples() -> None:
    told = {pair for pair in pairs() if any(one.matched for one in judged(pair))}
    wanted = {pair for pair in pairs() if pair.should_alert}
    wrong = [(pair.notice, pair.firm, pair.should_alert, pair.why) for pair in told ^ wanted]
    assert len(wanted) == 33
    assert len(told & wanted) / len(told) >= 0.9, wrong
    assert len(told & wanted) / len(wanted) >= 0.9, wrong


@pytest.mark.parametrize("trap", sorted({pair.trap for pair in pairs() if pair.trap}))
def test_no_trap_catches_the_matcher_often(trap: str) -> None:
    caught = [
        (pair.notice, pair.firm)
        for pair in pairs()
        if pair.trap == trap and any(one.matched for one in judged(pair)) != pair.should_alert
    ]
    assert len(caught) <= 1, caught


def test_every_match_says_why_and_no_match_says_both() -> None:
    for pair in pairs():
        for one in judged(pair):
            assert bool(one.reasons) == one.matched
            assert not (one.matched and one.near_miss)


@pytest.mark.parametrize("name", sorted(firms()))
def test_the_sample_firms_are_read_and_written_without_loss(name: str) -> None:
    assert firm_from(to_mapping(firms()[name])) == firms()[name]
