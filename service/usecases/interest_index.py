"""Many interests at once: which firms an opportunity is for, without asking every interest.

An interest is a few clauses that must all be met: trade, place, value, buyer, and whether early or European news is
wanted. The trade clause is its way in: it is posted under everything that could meet it (a sector, a code, a word). An
opportunity meets only the trade clauses posted under what it has; their interests lie side by side in numpy columns,
where place and flags are checked for all of them at once. Clauses are shared: what a thousand firms ask alike is looked
at once. Every clause is asked of the domain's own matcher, which also gives the reasons, so nobody is told of anything
that it would not have found; and the way in is never narrower than the matcher, so nobody misses anything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from service.domain import words
from service.domain.interest import Interest
from service.domain.matching import Gate, Prepared, prepare, shut
from service.domain.opportunity import Stage
from service.domain.place import Place, covers
from service.domain.subject import Subject
from service.domain.union import is_union_work
from service.usecases.ledger import Subscriber

_Numbers = npt.NDArray[np.int64]
_Bits = npt.NDArray[np.uint64]
_Flags = npt.NDArray[np.bool_]
_Clause = TypeVar("_Clause")

_EARLY, _EU = np.uint8(1), np.uint8(2)
_EARLY_STAGES = frozenset({Stage.PIPELINE, Stage.PLANNING})
#: The way in to what names only buyers: every opportunity has it.
_ALWAYS = "*"
_PLACES_KEPT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A firm an opportunity is for, with the reasons of the first of its interests that agrees."""

    firm: int
    reasons: tuple[str, ...]


class InterestIndex:
    """The interests of firms, made ready for any number of opportunities; built once, then only read."""

    def __init__(self, subscribers: Iterable[Subscriber]) -> None:
        asked: dict[Interest, list[tuple[int, int]]] = {}
        place = 0
        for subscriber in subscribers:
            for interest in subscriber.interests:
                asked.setdefault(interest, []).append((place, subscriber.firm))
                place += 1
        prepared: list[Prepared] = [prepare(interest) for interest in asked]
        trades = _Shared(_trade(each) for each in prepared)
        # Interests of one trade clause lie side by side.
        order = np.argsort(np.array(trades.numbers, dtype=np.int64), kind="stable")
        self._prepared: list[Prepared] = [prepared[number] for number in order]
        interests = [each.interest for each in self._prepared]
        self._trade = np.array(trades.numbers, dtype=np.int64)[order]
        self._begins = np.searchsorted(self._trade, np.arange(len(trades.clauses) + 1))
        self._postings = _posted(
            ways_in(self._prepared[int(self._begins[trade])]) for trade in range(len(trades.clauses))
        )
        self._flags = np.array([_EARLY * each.early + _EU * each.eu for each in interests], dtype=np.uint8)
        self._areas = _Areas(interests)
        self._value = _Shared((each.value_min, each.value_max) for each in interests).column()
        self._buyer = _Shared(each.buyers for each in interests).column()
        self._narrow = _Shared(_narrowing(each) for each in interests).column()
        firms = list(asked.values())
        self._firms = [firms[number] for number in order]

    def __len__(self) -> int:
        """How many different interests there are."""
        return len(self._prepared)

    def interest(self, number: int) -> Interest:
        """An interest by its number."""
        interest: Interest = self._prepared[number].interest
        return interest

    def agreeing(self, subject: Subject, *, now: datetime) -> list[Found]:
        """The firms an opportunity is for at a moment, in the order in which they were given."""
        said = self._met(subject, now=now)
        first: dict[int, tuple[int, int]] = {}
        for number in said.rows:
            for place, firm in self._firms[number]:
                if firm not in first or place < first[firm][0]:
                    first[firm] = (place, number)
        ordered = sorted(first.items(), key=lambda found: found[1][0])
        return [Found(firm=firm, reasons=self._reasons(number, said)) for firm, (_, number) in ordered]

    def reach(self, subject: Subject, *, places: Collection[str], now: datetime) -> tuple[int, int]:
        """How many firms an opportunity is for, and how many of them ask for one of these places by name."""
        told, local, wanted = set[int](), set[int](), set(places)
        for number in self._met(subject, now=now).rows:
            firms = {firm for _, firm in self._firms[number]}
            told |= firms
            if wanted.intersection(self.interest(number).areas):
                local |= firms
        return len(told), len(local)

    def interests(self, subject: Subject, *, now: datetime) -> list[int]:
        """The numbers of the interests that agree, with no word on why."""
        return self._met(subject, now=now).rows

    def _met(self, subject: Subject, *, now: datetime) -> _Said:
        """The interests that agree, with what each of their clauses said; each clause is asked once."""
        if not self._prepared or shut(subject, now):
            return _Said()
        rows = self._rows_behind(subject)
        need = _EARLY * (subject.stage in _EARLY_STAGES) + _EU * is_union_work(subject.source, subject.place)
        rows = rows[(self._flags[rows] & need) == need]
        rows = rows[self._areas.open_to(subject)[self._areas.column[rows]]]
        worth = _asked(rows, self._value, lambda row: self._prepared[row].worth(subject))
        rows = _passing(rows, self._value, worth)
        buyer = _asked(rows, self._buyer, lambda row: self._prepared[row].buyer(subject))
        rows = _passing(rows, self._buyer, buyer)
        narrow = _asked(rows, self._narrow, lambda row: self._prepared[row].narrow(subject, now))
        rows = _passing(rows, self._narrow, narrow)
        trade = _asked(rows, self._trade, lambda row: _trade_gate(self._prepared[row], subject))
        rows = _passing(rows, self._trade, trade)
        area = _asked(rows, self._areas.column, lambda row: self._prepared[row].area(subject))
        if not rows.size:
            return _Said()
        # Of all that are left, early news and the European Union's services are wanted alike where it is of them.
        some = self._prepared[int(rows[0])]
        return _Said(
            rows=rows.tolist(),
            trade=trade,
            timing=some.timing(subject, now).reason,
            area=area,
            worth=worth,
            buyer=buyer,
            union=some.union(subject).reason,
        )

    def _rows_behind(self, subject: Subject) -> _Numbers:
        """The interests whose trade clause an opportunity may meet."""
        found = [self._postings[way] for way in _ways_of(subject) if way in self._postings]
        trades = np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
        return _ranges(self._begins[trades], self._begins[trades + 1])

    def _reasons(self, number: int, said: _Said) -> tuple[str, ...]:
        """Why an interest agrees, in the order in which the matcher gives it."""
        reasons = [
            *said.trade[int(self._trade[number])].reasons,
            said.timing,
            *said.area[int(self._areas.column[number])].reasons,
            *said.worth[int(self._value[number])].reasons,
            *said.buyer[int(self._buyer[number])].reasons,
            said.union,
        ]
        return tuple(dict.fromkeys(reason for reason in reasons if reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a clause said: whether it is met, and why."""

    is_met: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What an opportunity met: the interests, and the answer of each clause by its number."""

    rows: list[int] = field(default_factory=list)
    trade: Mapping[int, _Answer] = field(default_factory=dict)
    timing: str = ""
    area: Mapping[int, _Answer] = field(default_factory=dict)
    worth: Mapping[int, _Answer] = field(default_factory=dict)
    buyer: Mapping[int, _Answer] = field(default_factory=dict)
    union: str = ""


def _asked(rows: _Numbers, column: _Numbers, ask: Callable[[int], Gate | _Answer]) -> dict[int, _Answer]:
    """The answer of every clause that interests have, each asked of the first interest that has it."""
    clauses, first = np.unique(column[rows], return_index=True)
    answers = {}
    for clause, place in zip(clauses.tolist(), first.tolist(), strict=True):
        said = ask(int(rows[place]))
        if isinstance(said, Gate):
            said = _Answer(is_met=not said.closed, reasons=(said.reason,) if said.reason else ())
        answers[clause] = said
    return answers


def _passing(rows: _Numbers, column: _Numbers, answers: Mapping[int, _Answer]) -> _Numbers:
    """Those whose clause is met."""
    if not answers:
        return rows
    met = np.zeros(max(answers) + 1, dtype=np.bool_)
    met[[clause for clause, answer in answers.items() if answer.is_met]] = True
    return rows[met[column[rows]]]


def _trade_gate(prepared: Prepared, subject: Subject) -> _Answer:
    """Whether the trade agrees and no excluded word is there."""
    reasons = prepared.trade(subject)
    return _Answer(is_met=bool(reasons) and not prepared.vetoed(subject), reasons=reasons)


class _Shared(Generic[_Clause]):
    """Clauses, each kept once: `numbers` says which of them each interest has."""

    def __init__(self, each: Iterable[_Clause]) -> None:
        known: dict[_Clause, int] = {}
        self.numbers = [known.setdefault(clause, len(known)) for clause in each]
        self.clauses = list(known)

    def column(self) -> _Numbers:
        """The numbers as a column."""
        return np.array(self.numbers, dtype=np.int64)


class _Areas:
    """The area clauses. Each area is a bit, so that all clauses are compared with a place in one go."""

    def __init__(self, interests: Sequence[Interest]) -> None:
        shared = _Shared((each.areas, each.eu) for each in interests)
        self.column = shared.column()
        self._areas = list(dict.fromkeys(area for areas, _ in shared.clauses for area in areas))
        self._words = len(self._areas) // 64 + 1
        bit = {area: number for number, area in enumerate(self._areas)}
        self._bits = np.zeros((len(shared.clauses), self._words), dtype=np.uint64)
        for row, (areas, _) in enumerate(shared.clauses):
            for area in areas:
                self._bits[row, bit[area] // 64] |= np.uint64(1 << bit[area] % 64)
        self._everywhere = np.array([not areas for areas, _ in shared.clauses], dtype=np.bool_)
        self._eu = np.array([eu for _, eu in shared.clauses], dtype=np.bool_)
        self._kept: OrderedDict[Place, _Bits] = OrderedDict()

    def open_to(self, subject: Subject) -> _Flags:
        """Which of the clauses an opportunity meets."""
        met: _Flags = self._everywhere | ((self._bits & self._covered(subject.place)) != 0).any(axis=1)
        return met | self._eu if is_union_work(subject.source, subject.place) else met

    def _covered(self, place: Place) -> _Bits:
        """The areas that cover a place; kept, since many opportunities share one."""
        bits = self._kept.get(place)
        if bits is None:
            bits = np.zeros(self._words, dtype=np.uint64)
            for number, area in enumerate(self._areas):
                if covers(area, place) is not None:
                    bits[number // 64] |= np.uint64(1 << number % 64)
            self._kept[place] = bits
            if len(self._kept) > _PLACES_KEPT:
                self._kept.popitem(last=False)
        return bits


def _trade(prepared: Prepared) -> tuple[object, ...]:
    """All of an interest that its trade clause and its vetoes depend on."""
    interest = prepared.interest
    only_buyers = not (interest.sectors or interest.cpv or prepared.expression.wanted)
    return interest.sectors, interest.cpv, interest.words, interest.buyers if only_buyers else ()


def ways_in(prepared: Prepared) -> frozenset[str]:
    """What an opportunity must have one of to meet the trade clause: "s:<sector>", "c:<code prefix>", "w:<word>"."""
    interest, wanted = prepared.interest, prepared.expression.wanted
    ways = {f"s:{sector}" for sector in interest.sectors} | {f"c:{prefix}" for prefix in interest.cpv}
    if wanted is not None:
        ways |= {f"w:{word}" for word in _words_hit(wanted)}
    elif not ways and interest.buyers:
        ways.add(_ALWAYS)
    return frozenset(ways)


def _words_hit(node: words.Node) -> frozenset[str]:
    """Words of which one must be there where anything is found: absence alone finds nothing."""
    if isinstance(node, words.Phrase):
        return frozenset({_telling(node)})
    if isinstance(node, words.Without):
        return frozenset()
    needed = _words_needed(node)
    if needed is not None:
        return needed
    return frozenset[str]().union(*map(_words_hit, node.parts))


def _words_needed(node: words.Node) -> frozenset[str] | None:
    """Words of which one must be there where the part agrees; None where it may agree without any."""
    if isinstance(node, words.Phrase):
        return frozenset({_telling(node)})
    if isinstance(node, words.Without):
        return None
    needed = [_words_needed(part) for part in node.parts]
    if isinstance(node, words.Every):
        known = [each for each in needed if each is not None]
        return min(known, key=lambda each: (len(each), -min(map(len, each)))) if known else None
    return None if None in needed else frozenset[str]().union(*(each for each in needed if each is not None))


def _telling(phrase: words.Phrase) -> str:
    """The word of a phrase that is likely the rarest: the longest."""
    return max(phrase.sought.split(), key=len)


def _ways_of(subject: Subject) -> set[str]:
    """Every way in that an opportunity has."""
    ways = {_ALWAYS} | {f"s:{tag.key}" for tag in subject.tags.sectors if tag.key in subject.trades}
    ways |= {f"c:{code[:length]}" for code in subject.details.cpv for length in range(len(code) + 1)}
    return ways | {f"w:{word}" for word in subject.text.replace("|", " ").split()}


def _posted(ways: Iterable[frozenset[str]]) -> dict[str, _Numbers]:
    """For each way in, the trade clauses behind it."""
    found: dict[str, list[int]] = {}
    for trade, each in enumerate(ways):
        for way in each:
            found.setdefault(way, []).append(trade)
    return {way: np.array(trades, dtype=np.int64) for way, trades in found.items()}


def _ranges(begins: _Numbers, ends: _Numbers) -> _Numbers:
    """All numbers from each beginning up to its end, one range after another."""
    lengths = ends - begins
    if not lengths.size:
        return np.empty(0, dtype=np.int64)
    steps = np.repeat(begins - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    rows: _Numbers = steps + np.arange(int(lengths.sum()))
    return rows


def _narrowing(interest: Interest) -> tuple[object, ...]:
    """Everything by which the narrowing gates decide; words only count for who left something out."""
    left_out = (interest.not_sectors, interest.not_cpv, interest.not_areas)
    return (
        interest.suits,
        interest.below_threshold,
        interest.days_left,
        *left_out,
        interest.words if any(left_out) else "",
    )
