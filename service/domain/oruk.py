"""Programmes as services of Open Referral UK 3.0, the standard by which directories of services are exchanged.

The standard was made for services to people, so it has words for the name, the provider, the area and the cost of a
programme and none for what a bidder needs to know. Those go out as `attributes` in taxonomies of our own, which is the
place the standard leaves for it, and come back from there. What the profile of 3.0 leaves out (`fees_description`,
`eligibility_description`, `application_process`) is not written.

Source: OpenReferralUK/uk-profile@ecdfabf7 (2024-10-10), CC BY-SA 4.0.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.domain.gazetteer import gazetteer
from service.domain.programme_draft import ProgrammeDraft, Standing, known_words
from service.domain.programme_entry import Programme
from service.errors import UnreadableBody

#: What a service of ours is like: JSON values by name.
Service = dict[str, object]

#: Names of things that are made from our keys, so that they are the same in every answer of every copy.
_NAMES = uuid.UUID("6d0f4b53-6c4b-5a0e-9a6d-0b9e1f6a7c11")
_PREFIX = "bowbell:"
#: Fields of several words, and of one text, that go out as attributes.
_WORDS = ("helps_with", "topics", "sectors", "sizes", "stages", "ownership")
_TEXTS = ("for_whom", "eligibility", "how_to_apply", "cost_evidence")
_STATISTICS = "http://statistics.data.gov.uk/id/statistical-geography/"
#: Codes of the Office for National Statistics for areas wider than a borough.
_WIDE = {"london": "E12000007", "england": "E92000001", "uk": "K02000001"}
_WIDE_NAMES = {"london": "London", "england": "England", "uk": "United Kingdom"}
#: Levels of lists in lists that are looked through for services.
_DEPTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A service that was read: what it says of a programme, and whether it runs."""

    #: Its own identity in the feed.
    identity: str
    draft: ProgrammeDraft
    #: "active", "inactive", "defunct" or "temporarily closed".
    status: str


def service_of(programme: Programme) -> Service:
    """A programme as a service."""
    draft = draft_of(programme)
    standing = Standing(
        key=programme.key,
        state=programme.state,
        source=programme.source,
        capacity=programme.capacity,
        last_checked=programme.last_checked,
        review_by=programme.review_by,
    )
    return service_from(draft, standing)


def service_id(key: str) -> str:
    """The identity of the service that a programme is, from its key."""
    return _name("service", key)


def service_from(draft: ProgrammeDraft, standing: Standing) -> Service:
    """What is typed and known of a programme as a service; what is not known is left out."""
    key = standing.key
    checked = standing.last_checked.isoformat() if standing.last_checked else ""
    said: Service = {
        "id": service_id(key),
        "name": draft.name,
        "description": draft.summary,
        "url": draft.url,
        "email": draft.email,
        "status": _status(standing),
        "fees": draft.cost_note or ("Free" if draft.cost == "free" else ""),
        "assured_date": checked,
        "alert": {"full": "Full just now.", "paused": "Paused just now."}.get(standing.capacity or "", ""),
        "last_modified": f"{checked}T00:00:00Z" if checked else "",
        "organization": {
            "id": _name("organization", draft.provider),
            "name": draft.provider,
            "description": f"{draft.provider} runs {draft.name}.",
        }
        if draft.provider
        else "",
        "schedules": _schedules(key, draft),
        "service_areas": [_area(key, code) for code in draft.area],
        "cost_options": _cost_options(key, draft),
        "attributes": list(_attributes(key, draft)),
    }
    return {name: value for name, value in said.items() if value not in ("", [])}


def draft_of(programme: Programme) -> ProgrammeDraft:
    """A programme back in the boxes of the form."""
    cost = programme.cost
    return ProgrammeDraft(
        name=programme.name,
        provider=programme.provider,
        summary=programme.summary,
        for_whom=programme.for_whom,
        helps_with=programme.helps_with,
        topics=programme.topics,
        sectors=programme.sectors,
        sizes=programme.sizes,
        stages=programme.stages,
        ownership=programme.ownership,
        area=programme.area,
        cost={True: "free", False: "paid", None: "unknown"}[cost.free],
        cost_note=cost.note or "",
        cost_evidence=cost.evidence or "",
        eligibility=programme.eligibility or "",
        how_to_apply=programme.how_to_apply or "",
        url=programme.url or "",
        email=programme.email or "",
        starts=programme.starts.isoformat() if programme.starts else "",
        ends=programme.ends.isoformat() if programme.ends else "",
    )


def services_in(document: object) -> list[Read]:
    """Every service of an answer of a feed: a page of services, a list, one service, or an organisation with its own.

    Raises:
        UnreadableBody: There is no service in it.
    """
    found = [_read(each, owner) for each, owner in _found(document, "", _DEPTH)]
    if not found:
        raise UnreadableBody("It holds no service with a name and a status, as Open Referral UK 3.0 has them.")
    return found


def _read(said: Mapping[str, object], owner: str) -> Read:
    organization = said.get("organization")
    provider = _text(organization, "name") if isinstance(organization, Mapping) else owner
    words, texts = _read_attributes(said)
    cost, note = _read_cost(said, has_evidence=bool(texts.get("cost_evidence")))
    schedule = next((each for each in _rows(said, "schedules") if not _text(each, "freq")), {})
    draft = ProgrammeDraft(
        name=_text(said, "name"),
        provider=provider,
        summary=_text(said, "description"),
        url=_text(said, "url"),
        email=_text(said, "email"),
        area=_read_areas(said),
        cost=cost,
        cost_note=note,
        starts=_text(schedule, "valid_from"),
        ends=_text(schedule, "valid_to"),
    )
    whole: dict[str, Any] = {**texts, **words}
    return Read(identity=_text(said, "id"), status=_text(said, "status"), draft=replace(draft, **whole))


def _status(standing: Standing) -> str:
    if standing.state == "ended":
        return "defunct"
    if standing.state == "check":
        return "inactive"
    return "temporarily closed" if standing.capacity in {"full", "paused"} else "active"


def _schedules(key: str, draft: ProgrammeDraft) -> list[Service]:
    days = {"valid_from": draft.starts, "valid_to": draft.ends}
    given = {name: day for name, day in days.items() if day}
    return [{"id": _name("schedule", key), **given}] if given else []


def _area(key: str, code: str) -> Service:
    name = _WIDE_NAMES.get(code) or gazetteer().area_name(code) or code
    return {
        "id": _name("area", f"{key} {code}"),
        "name": name,
        "uri": f"{_STATISTICS}{_WIDE.get(code, code)}",
        "service_area": name,
    }


def _cost_options(key: str, draft: ProgrammeDraft) -> list[Service]:
    if draft.cost == "free":
        return [{"id": _name("cost", key), "option": "free", "amount": 0}]
    if draft.cost == "paid":
        return [{"id": _name("cost", key), "option": "paid", "amount_description": draft.cost_note}]
    return []


def _attributes(key: str, draft: ProgrammeDraft) -> Iterable[Service]:
    for field in _WORDS:
        for word in getattr(draft, field):
            yield _attribute(key, field, term=word, description=word)
    for field in _TEXTS:
        if said := getattr(draft, field):
            yield _attribute(key, field, term=field, description=said)


def _attribute(key: str, field: str, *, term: str, description: str) -> Service:
    return {
        "id": _name("attribute", f"{key} {field} {term}"),
        "link_type": "service",
        "taxonomy_term": {
            "id": _name("term", f"{field} {term}"),
            "name": term.replace("_", " "),
            "description": description,
            "taxonomy": f"{_PREFIX}{field}",
            "term": term,
        },
    }


def _name(kind: str, key: str) -> str:
    return str(uuid.uuid5(_NAMES, f"{kind} {key}"))


def _found(said: object, owner: str, depth: int) -> Iterable[tuple[Mapping[str, object], str]]:
    if depth == 0:
        return
    if isinstance(said, Sequence) and not isinstance(said, str | bytes):
        for each in said:
            yield from _found(each, owner, depth - 1)
    elif isinstance(said, Mapping):
        if _text(said, "name") and _text(said, "status"):
            yield said, owner
            return
        for name in ("contents", "services", "service"):
            yield from _found(said.get(name), _text(said, "name") or owner, depth - 1)


def _read_attributes(said: Mapping[str, object]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What stands in taxonomies of ours; a word we do not know is passed over."""
    words: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    known = known_words()
    for row in _rows(said, "attributes"):
        term = row.get("taxonomy_term")
        if not isinstance(term, Mapping):
            continue
        field = _text(term, "taxonomy").removeprefix(_PREFIX)
        if _text(term, "taxonomy") == field:
            continue
        if field in _WORDS and _text(term, "term") in known[field]:
            words.setdefault(field, []).append(_text(term, "term"))
        elif field in _TEXTS:
            texts[field] = _text(term, "description")
    return {field: tuple(dict.fromkeys(each)) for field, each in words.items()}, texts


def _read_areas(said: Mapping[str, object]) -> tuple[str, ...]:
    """Areas we know by code or name; one that is only described stays unknown, for a person to choose."""
    wide = {code: key for key, code in _WIDE.items()} | {name: key for key, name in _WIDE_NAMES.items()}
    boroughs = gazetteer().authorities
    by_name = {each.name: code for code, each in boroughs.items()}
    found = []
    for row in _rows(said, "service_areas"):
        code, name = _text(row, "uri").rpartition("/")[2], _text(row, "name")
        area = wide.get(code) or (code if code in boroughs else None) or wide.get(name) or by_name.get(name)
        if area:
            found.append(area)
    return tuple(dict.fromkeys(found))


def _read_cost(said: Mapping[str, object], *, has_evidence: bool) -> tuple[str, str]:
    """What it costs, and the note. Free only where every option says so and something supports the word."""
    every = [row.get("amount") for row in _rows(said, "cost_options")]
    amounts = [each for each in every if isinstance(each, int | float) and not isinstance(each, bool)]
    options = {_text(row, "option") for row in _rows(said, "cost_options")}
    note = _text(said, "fees")
    if amounts and len(amounts) == len(every) and not any(amounts):
        return ("free" if has_evidence else "unknown"), "" if note == "Free" else note
    is_paid = "paid" in options or any(amount > 0 for amount in amounts)
    return ("paid" if is_paid else "unknown"), note


def _rows(said: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    rows = said.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
