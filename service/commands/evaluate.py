"""How well the matcher does against lists judged by a person: what it tells that it should not, and what it misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.history import fold
from service.domain.interest import FirmFile
from service.domain.matching import Subject, prepare, subject_of
from service.domain.opportunity import Details, Reading
from service.domain.place import Place, place_of
from service.ports import Tagger


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
    return Evaluation(
        every=_score(told),
        without_doubtful=_score({pair: said for pair, said in told.items() if not pair.doubtful}),
        by_trap={trap: _score({pair: said for pair, said in told.items() if pair.trap == trap}) for trap in traps},
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
    return subject_of(
        details=state.details,
        stage=state.stage,
        status=state.status,
        tags=tagger.tags(state.details),
        place=place_from(state.details),
        source=state.source,
    )


def place_from(details: Details) -> Place:
    """Where the work is, from all that the details say."""
    buyer = details.buyer
    return place_of(
        delivery_regions=details.delivery_regions,
        delivery_postcodes=details.delivery_postcodes,
        buyer_name=buyer.name if buyer is not None else None,
        buyer_region=buyer.region if buyer is not None else None,
        buyer_postcode=buyer.postcode if buyer is not None else None,
    )


def _score(told: Mapping[JudgedPair, bool]) -> Score:
    return Score(
        right=sum(said and pair.should_alert for pair, said in told.items()),
        false=sum(said and not pair.should_alert for pair, said in told.items()),
        missed=sum(not said and pair.should_alert for pair, said in told.items()),
    )
