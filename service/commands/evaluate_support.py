"""How well the help that is chosen fits, against a table that a person judged before the chooser was written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from service.commands.lines import details_of, parsed
from service.domain.history import fold
from service.domain.needs import Asking
from service.domain.notice import Notice
from service.domain.opportunity import Details, Reading, Status
from service.domain.place import place_in
from service.domain.profile import Cover, Profile
from service.domain.programme import Programme, shipped_programmes
from service.domain.signposting import MOST, help_for
from service.errors import UnreadableBody
from service.ports import Source, Tagger

TABLE = "support_pairs.jsonl"
#: Which source published a line of the labelled notices, by the beginning of its id.
_BEGINNINGS = {"fts": "find_a_tender", "ted": "ted"}
#: What nobody can bid for carries no help.
_OVER = {Status.AWARDED, Status.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPair:
    """A firm and a notice, and the programmes an adviser would name; none where `should` is empty."""

    identity: str
    notice: str
    file: str
    on: date
    profile: Profile
    size: str
    should: frozenset[str]
    trap: str
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was chosen for a pair, most pressing first."""

    pair: SupportPair
    chosen: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """What an adviser would not have named."""
        return tuple(key for key in self.chosen if key not in self.pair.should)

    @property
    def missed(self) -> bool:
        """Whether a firm that should get help got none that fits."""
        return bool(self.pair.should) and not self.pair.should.intersection(self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportMeasured:
    """The figures of one run."""

    answers: tuple[Answer, ...]

    @property
    def shown(self) -> int:
        """How many programmes were chosen."""
        return sum(len(answer.chosen) for answer in self.answers)

    @property
    def right(self) -> int:
        """How many of them an adviser would have named."""
        return sum(len(answer.chosen) - len(answer.wrong) for answer in self.answers)

    @property
    def should(self) -> int:
        """How many pairs should get a programme."""
        return sum(bool(answer.pair.should) for answer in self.answers)

    @property
    def served(self) -> int:
        """How many of those got one that fits."""
        return sum(bool(answer.pair.should) and not answer.missed for answer in self.answers)

    @property
    def quiet(self) -> int:
        """How many pairs that should get nothing got nothing."""
        return sum(not answer.pair.should and not answer.chosen for answer in self.answers)

    @property
    def precision(self) -> float:
        """Precision at 2; 1 where nothing was chosen."""
        return self.right / self.shown if self.shown else 1.0

    @property
    def reach(self) -> float:
        """The share of the pairs that should get a programme that got one; 1 where none should."""
        return self.served / self.should if self.should else 1.0


def measure_support(
    judged: Path,
    data: Path | None,
    *,
    sources: Iterable[Source],
    tagger: Tagger,
    programmes: Sequence[Programme] | None = None,
) -> SupportMeasured | None:
    """Choose for every pair of the table; None where the table or the notices are not here.

    Args:
        judged: the folder of the table.
        data: the folder with `notices/` and `recorded/`.
        sources: who reads the recorded payloads.
        tagger: who reads what is asked.
        programmes: the catalogue; the shipped one where not given.

    Raises:
        UnreadableBody: a notice of the table is not in its file.
    """
    table = judged / TABLE
    if data is None or not table.is_file():
        return None
    pairs = tuple(_pairs(table))
    if not all((data / pair.file).is_file() for pair in pairs):
        return None
    notices = _notices(pairs, data, tuple(sources))
    catalogue = shipped_programmes() if programmes is None else programmes
    answers = []
    for pair in pairs:
        source, status, details = notices[pair.notice]
        asking = Asking(
            details=details,
            tags=tagger.tags(details),
            place=place_in(details),
            source=source,
            profile=pair.profile,
            size=pair.size,
        )
        chosen = () if status in _OVER else help_for(catalogue, asking, on=pair.on)
        answers.append(Answer(pair=pair, chosen=tuple(each.programme.key for each in chosen)))
    return SupportMeasured(answers=tuple(answers))


def support_as_lines(found: SupportMeasured | None) -> Iterator[str]:
    """The figures for a person."""
    if found is None:
        yield "Help chosen for firms: not measured, the notices of the table are not here."
        return
    yield (
        f"Help chosen for {len(found.answers)} firms and notices: precision at {MOST} {found.precision:.2f} "
        f"({found.right} of {found.shown}), {found.served} of {found.should} that should get help got it "
        f"({found.reach:.2f}), {found.quiet} of {len(found.answers) - found.should} that should get none got none"
    )
    for answer in found.answers:
        if answer.wrong or answer.missed:
            said = ", ".join(answer.chosen) or "nothing"
            wanted = ", ".join(sorted(answer.pair.should)) or "nothing"
            unsure = " (doubtful)" if answer.pair.doubtful else ""
            yield f"  {answer.pair.identity} {answer.pair.notice}{unsure}: chosen {said}; judged {wanted}"


def support_as_json(found: SupportMeasured | None) -> dict[str, object] | None:
    """The figures for a machine; None where nothing was measured."""
    if found is None:
        return None
    return {
        "pairs": len(found.answers),
        "precision_at_2": round(found.precision, 4),
        "right": found.right,
        "shown": found.shown,
        "should": found.should,
        "served": found.served,
        "share_served": round(found.reach, 4),
        "quiet": found.quiet,
        "differing": [
            {"pair": each.pair.identity, "chosen": list(each.chosen), "judged": sorted(each.pair.should)}
            for each in found.answers
            if each.wrong or each.missed
        ],
    }


def _pairs(table: Path) -> Iterator[SupportPair]:
    for line in table.read_text("utf-8").splitlines():
        said: dict[str, Any] = json.loads(line)
        firm: Mapping[str, Any] = said["firm"]
        yield SupportPair(
            identity=said["pair"],
            notice=said["notice"],
            file=said["file"],
            on=date.fromisoformat(said["on"]),
            size=firm["size"],
            profile=Profile(
                name=firm["name"],
                sectors=tuple(firm["sectors"]),
                areas=tuple(firm["areas"]),
                insurance=tuple(Cover(kind=key, amount=Decimal(sum_)) for key, sum_ in firm["insurance"].items()),
                accreditations=tuple(firm["accreditations"]),
                policies=tuple(firm["policies"]),
                turnover=None if firm["turnover"] is None else Decimal(firm["turnover"]),
                registered=firm["registered"],
                bid_before=firm["bid_before"],
                paid_late=firm["paid_late"] or "",
            ),
            should=frozenset(said["should"]),
            trap=said["trap"] or "",
            doubtful=said["doubtful"],
        )


def _notices(
    pairs: Iterable[SupportPair], data: Path, sources: Sequence[Source]
) -> Mapping[str, tuple[str, Status, Details]]:
    """The source, status and details of every notice of the table. A labelled line is read as if it were open."""
    wanted: dict[str, set[str]] = {}
    for pair in pairs:
        wanted.setdefault(pair.file, set()).add(pair.notice)
    found: dict[str, tuple[str, Status, Details]] = {}
    for name, ids in wanted.items():
        reader = _lines if name.endswith(".gz") else _released
        found.update((key, told) for key, told in reader(data / name, sources) if key in ids)
        if absent := sorted(ids - set(found)):
            raise UnreadableBody(f"{name} does not hold these notices of the table: {', '.join(absent[:5])}.")
    return found


def _lines(path: Path, _: Sequence[Source]) -> Iterator[tuple[str, tuple[str, Status, Details]]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for said in parsed(lines):
            identity = str(said["id"])
            source = _BEGINNINGS.get(identity.partition(":")[0], "contracts_finder")
            yield identity, (source, Status.OPEN, details_of(said))


def _released(path: Path, sources: Sequence[Source]) -> Iterator[tuple[str, tuple[str, Status, Details]]]:
    payload = path.read_bytes()
    source = next((each for each in sources if each.recognises(payload)), None)
    if source is None:
        raise UnreadableBody(f"{path}: no source publishes anything like it.")
    for notice in source.notices_in(payload, seen=datetime.now(UTC)):
        read = source.read(notice) if isinstance(notice, Notice) else notice
        if isinstance(read, Reading):
            state = fold((read,))
            yield read.notice_id, (read.source, state.status, state.details)
