"""Judge and match notices given as lines of JSON: one line in, one line out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from service.domain import cpv
from service.domain.interest import FirmFile
from service.domain.matching import match
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, Status
from service.domain.place import place_in
from service.domain.tagging import Tags
from service.errors import UnreadableBody, UnreadableField
from service.ports import Tagger

_EARLY_TYPES = frozenset({"UK1", "UK2", "UK3", "planning", "planned", "pipeline"})
#: Of a code that is none so many characters are shown, and of such codes so many.
_SHOWN, _MOST_SHOWN = 20, 5
_HIGHEST = Decimal(10) ** 13


def parsed(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Each line as an object. Raises UnreadableBody that names the line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as trouble:
            raise UnreadableBody(f"Line {number} is not JSON: {trouble}.") from None
        if not isinstance(said, dict) or "id" not in said:
            raise UnreadableBody(f"Line {number} is not an object with an id.")
        yield said


def details_of(said: Mapping[str, Any]) -> Details:
    """The details a line states. Raises UnreadableField."""
    codes = said.get("cpv") or []
    if not isinstance(codes, list):
        raise UnreadableField(field="cpv", said=codes, why="it must be a list of codes")
    known = tuple(code for raw in codes if (code := cpv.normalise(raw)) and cpv.is_known(code))
    buyer = str(said.get("buyer") or "")
    deadline = _moment(said.get("deadline"))
    return Details(
        title=_words(said, "title"),
        description=_words(said, "description"),
        cpv=known,
        value=_value(said),
        buyer=Buyer(name=buyer, region=_text(said, "buyer_region"), postcode=_text(said, "buyer_postcode"))
        if buyer or said.get("buyer_region") or said.get("buyer_postcode")
        else None,
        delivery_regions=tuple(str(code) for code in said.get("delivery") or ()),
        deadline=Deadline(at=deadline) if deadline else None,
        sme=said.get("sme") if isinstance(said.get("sme"), bool) else None,
        below_threshold=said.get("below_threshold") if isinstance(said.get("below_threshold"), bool) else None,
        procedure=str(said.get("procedure") or ""),
    )


def _words(said: Mapping[str, Any], field: str) -> str:
    """What a field says; "" where it is no text: the name of a list or a number is not what the notice says."""
    raw = said.get(field)
    return raw if isinstance(raw, str) else ""


def _text(said: Mapping[str, Any], field: str) -> str | None:
    return str(said[field]) if said.get(field) else None


def _value(said: Mapping[str, Any]) -> Value | None:
    raw = said.get("value")
    if raw is None or raw == "":
        return None
    try:
        amount = Decimal(str(raw))
    except InvalidOperation:
        raise UnreadableField(field="value", said=raw, why="it is not a number") from None
    if not amount.is_finite() or abs(amount) > _HIGHEST:
        raise UnreadableField(field="value", said=raw, why="it is not a sum anyone would pay")
    return Value(net=amount, currency=str(said.get("currency") or "GBP")) if amount > 0 else None


def _moment(raw: object) -> datetime | None:
    if not raw:
        return None
    try:
        at = datetime.fromisoformat(str(raw))
    except ValueError:
        raise UnreadableField(field="deadline", said=raw, why="it is not an ISO 8601 moment") from None
    if at.tzinfo is None:
        raise UnreadableField(field="deadline", said=raw, why="it has no offset from UTC")
    return at


def classified(said: Mapping[str, Any], tags: Tags) -> dict[str, object]:
    """The answer of `bowbell classify` for one line."""
    return {
        "id": said["id"],
        "sectors": [
            {"key": tag.key, "label": tag.label, "probability": tag.probability, "reasons": list(tag.reasons)}
            for tag in tags.sectors
        ],
        "sure": tags.sure,
        "note": tags.note,
        "divisions": [{"cpv": code, "probability": probability} for code, probability in tags.divisions],
        "groups": [{"cpv": code, "probability": probability} for code, probability in tags.groups],
        "size": {
            **{size: tags.size.verdicts.get(size, "unknown") for size in ("micro", "small", "medium")},
            "verdict": tags.size.verdict,
            "reasons": list(tags.size.reasons),
            "awarded_to_sme": tags.awarded_to_sme,
            "flag_probability": tags.flag_probability,
        },
        "facts": [
            {"kind": fact.kind, "value": fact.value, "quote": fact.quote, "start": fact.start, "end": fact.end}
            for fact in tags.facts
        ],
    }


def classify(lines: Iterable[str], tagger: Tagger) -> Iterator[dict[str, object]]:
    """One answer for each line."""
    for said in parsed(lines):
        answer = classified(said, tagger.tags(details_of(said)))
        strange = [str(code)[:_SHOWN] for code in said.get("cpv") or () if not cpv.is_known(code)]
        if strange:
            unknown = f"no codes of the vocabulary: {', '.join(strange[:_MOST_SHOWN])}"
            answer["note"] = f"{answer['note']}; {unknown}" if answer["note"] else unknown
        yield answer


def written(answer: Mapping[str, object]) -> str:
    """An answer as one line of JSON; what no encoding can write (half a character) is escaped."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line


def matched(lines: Iterable[str], firm: FirmFile, tagger: Tagger, *, now: datetime) -> Iterator[dict[str, object]]:
    """For each line whether the firm would hear of it, with the reasons, or the gate that closed."""
    for said in parsed(lines):
        details = details_of(said)
        tags, place = tagger.tags(details), place_in(details)
        is_early = str(said.get("notice_type") or "") in _EARLY_TYPES
        answers = [
            match(
                interest,
                details=details,
                stage=Stage.PLANNING if is_early else Stage.TENDER,
                status=Status.PLANNED if is_early else Status.OPEN,
                tags=tags,
                place=place,
                source=str(said.get("source") or ""),
                now=now,
            )
            for interest in firm.interests
        ]
        best = next((answer for answer in answers if answer.matched), None)
        near = next((answer.near_miss for answer in answers if answer.near_miss), "")
        yield {
            "id": said["id"],
            "matched": best is not None,
            "reasons": list(best.reasons) if best else [],
            "near_miss": "" if best else near,
        }
