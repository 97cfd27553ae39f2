"""How the notices of one procurement add up to its state, and what changed between two states.

Notices arrive late, twice and out of order. `fold` therefore never asks in which order they came: it sorts them by the
day they were published and lets each say what it may say. The rules:

1. What a later notice states beats what an earlier one stated. What it leaves out stays as it was.
2. A notice of an award, of a contract or of another kind fills gaps of the tender, and never writes over what it said.
   So does a notice of planning that comes after the tender. Only when the contract begins and ends is as it was let,
   and as it was changed since: the tender could but plan it.
3. A tender opens what was planned, awarded or cancelled before it. Nothing else takes a cancellation back.
4. A date for early talks is not the tender's deadline: the first tender notice ends it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, timedelta

from service.domain.codec import plain, reading_to_json
from service.domain.differences import MATERIAL, Kind, change_kind, differences
from service.domain.money import Value
from service.domain.names import plain_name
from service.domain.opportunity import (
    Buyer,
    Change,
    Deadline,
    Details,
    Document,
    Lot,
    Reading,
    Stage,
    State,
    Status,
)

__all__ = ["MATERIAL", "Kind", "change_kind", "content_hash", "differences", "fold"]

_EARLY = frozenset({Stage.PIPELINE, Stage.PLANNING})
_LATE = frozenset({Stage.AWARD, Stage.CONTRACT})
#: Fields with a rule of their own in `_merged`.
_OWN_RULE = frozenset(
    {
        *("buyer", "value", "deadline", "starts", "ends", "lots", "documents", "suppliers", "award_value"),
        "official_url",
    }
)


@dataclass(slots=True)
class _Progress:
    """What is known after some of the readings."""

    details: Details
    stage: Stage | None = None
    status: Status | None = None


def fold(readings: Sequence[Reading]) -> State:
    """The state that the readings of one procurement tell together, whatever the order in which they are given.

    They count in the order of publication; of those published at one moment, in the order of their notice ids.

    Raises:
        ValueError: There is no reading.
    """
    if not readings:
        raise ValueError("a state needs at least one reading")
    ordered = _in_order(readings)
    progress = _Progress(details=Details(title=""))
    for reading in ordered:
        _take(progress, reading)
    newest = ordered[-1]
    return State(
        stage=progress.stage or Stage.OTHER,
        status=progress.status or Status.CLOSED,
        details=progress.details,
        as_of=newest.published,
        first_published=ordered[0].published,
        source=newest.source,
        notice_type=newest.notice_type,
    )


def content_hash(state: State, *, number: int) -> str:
    """What a revision is known by: what it says and its number, in hexadecimal (SHA-256).

    Two workers that write the same revision agree on it. The number is part of it since a procurement that changes
    and changes back says twice the same, and the way back must be told too. Dates of publication, the source and the
    notice type are not: they are about the telling.
    """
    said = plain((number, state.stage, state.status, state.details))
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """By publication, notice id and source; what is alike even then, by all it says."""
    places = [(reading.published.astimezone(UTC), reading.notice_id, reading.source) for reading in readings]
    shared = {place for place, times in Counter(places).items() if times > 1}
    keyed = [
        ((*place, reading_to_json(reading) if place in shared else b""), reading)
        for place, reading in zip(places, readings, strict=True)
    ]
    return [reading for _, reading in sorted(keyed, key=lambda pair: pair[0])]


def _take(progress: _Progress, reading: Reading) -> None:
    if reading.stage is Stage.TENDER and progress.stage in _EARLY:
        progress.details = replace(progress.details, deadline=None)
    only_gaps = _fills_gaps_only(progress, reading)
    progress.details = _merged(progress.details, reading, only_gaps=only_gaps)
    awards = reading.stage in _LATE or reading.change is Change.AWARD
    if reading.change is Change.CANCELLATION:
        progress.status = Status.CANCELLED
        progress.stage = progress.stage or reading.stage
    elif awards:
        if progress.status is not Status.CANCELLED:
            progress.status = Status.AWARDED
            progress.stage = reading.stage if reading.stage in _LATE else Stage.AWARD
    elif reading.stage is Stage.TENDER:
        progress.status, progress.stage = Status.OPEN, Stage.TENDER
    elif reading.stage in _EARLY and progress.status in {None, Status.PLANNED}:
        progress.status, progress.stage = Status.PLANNED, reading.stage


def _fills_gaps_only(progress: _Progress, reading: Reading) -> bool:
    if reading.stage in _LATE or reading.stage is Stage.OTHER or reading.change is Change.AWARD:
        return True
    return reading.stage in _EARLY and progress.stage is not None and progress.stage not in _EARLY


def _merged(held: Details, reading: Reading, *, only_gaps: bool) -> Details:
    told = reading.details
    new: dict[str, object] = {}
    for field in fields(Details):
        if field.name not in _OWN_RULE:
            old, said = getattr(held, field.name), getattr(told, field.name)
            new[field.name] = _chosen(old, said, only_gaps=only_gaps)
    merged: Details = replace(held, **new)  # type: ignore[arg-type]
    plans_only = only_gaps and reading.stage not in _LATE
    return replace(
        merged,
        starts=_chosen_day(held.starts, told.starts, only_gaps=plans_only),
        ends=_chosen_day(held.ends, told.ends, only_gaps=plans_only),
        buyer=_buyer(held.buyer, told.buyer, only_gaps=only_gaps),
        value=_value(held.value, told.value, only_gaps=only_gaps),
        deadline=_deadline(held.deadline, told.deadline, only_gaps=only_gaps),
        lots=_lots(held.lots, told.lots, only_gaps=only_gaps, sparse=reading.sparse),
        documents=_documents(held.documents, told.documents),
        suppliers=told.suppliers or held.suppliers,
        award_value=told.award_value or held.award_value,
        official_url=told.official_url or held.official_url,
    )


def _is_empty(value: object) -> bool:
    return value is None or value in ("", ())


def _chosen(old: object, said: object, *, only_gaps: bool) -> object:
    if _is_empty(said) or (only_gaps and not _is_empty(old)):
        return old
    return said


def _chosen_day(old: date | None, said: date | None, *, only_gaps: bool) -> date | None:
    return old if said is None or (only_gaps and old is not None) else said


def _buyer(old: Buyer | None, said: Buyer | None, *, only_gaps: bool) -> Buyer | None:
    if old is None or said is None:
        return old or said
    first, second = (old, said) if only_gaps or not said.name else (said, old)
    if first.name and second.name and plain_name(first.name) != plain_name(second.name):
        return first
    return Buyer(
        name=first.name or second.name,
        identifier=first.identifier or second.identifier,
        region=first.region or second.region,
        postcode=first.postcode or second.postcode,
    )


def _value(old: Value | None, said: Value | None, *, only_gaps: bool) -> Value | None:
    """The later of two values; a nought, which forms fill in, never beats a figure."""
    if said is None or said.best is None:
        return old or said
    if old is None or old.best is None:
        return said
    if only_gaps or (not said.best and old.best):
        return said if only_gaps and not old.best else old
    return said


def _deadline(old: Deadline | None, said: Deadline | None, *, only_gaps: bool) -> Deadline | None:
    """The later of two deadlines; a bare day never beats an hour of the same day."""
    if said is None or (old is not None and only_gaps):
        return old
    if old is not None and said.date_only and not old.date_only:
        until = said.at + timedelta(days=1)
        if said.at <= old.at < until and said.kind == old.kind:
            return old
    return said


def _lots(old: tuple[Lot, ...], said: tuple[Lot, ...], *, only_gaps: bool, sparse: bool) -> tuple[Lot, ...]:
    """A full notice lists all its lots; a sparse one only those that changed."""
    if not said or (old and only_gaps):
        return old
    if not sparse:
        return said
    by_identity = {lot.identity: lot for lot in old}
    for lot in said:
        before = by_identity.get(lot.identity)
        by_identity[lot.identity] = lot if before is None else _lot(before, lot)
    return tuple(by_identity.values())


def _lot(old: Lot, said: Lot) -> Lot:
    """A lot told again: what the later telling leaves out stays."""
    stated = {each.name: getattr(said, each.name) for each in fields(Lot)}
    return replace(old, **{name: value for name, value in stated.items() if not _is_empty(value)})


def _documents(old: tuple[Document, ...], said: tuple[Document, ...]) -> tuple[Document, ...]:
    """All documents ever listed, each address once, with the newest title it was given."""
    by_url = {document.url: document for document in old}
    for document in said:
        before = by_url.get(document.url)
        by_url[document.url] = document if document.title or before is None else before
    return tuple(by_url.values())
