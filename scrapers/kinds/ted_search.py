"""The Search API of TED, version 3: what is asked, what its answer holds, and what a row of it says.

Official documentation: https://docs.ted.europa.eu/reuse/search-api.html. The fields are not covered by the promises
that are made for the interface, so few are asked for and any may be missing. Arrays per lot are not aligned with each
other, so lots are never made of them: they are in the notice's XML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from scrapers.kinds import ocds, packages, ted_codes, words, xml_notice
from scrapers.kinds.ocds import Json, text
from service.domain import cpv
from service.domain.money import Money, Value
from service.domain.opportunity import Buyer, Change, Deadline, Details, Key, Reading
from service.errors import FarSideDown, UnreadableBody, UnreadableField

FORM = "ted-search-row"
PATH = "/v3/notices/search"
#: Rows of one answer. The service takes 250, and fields times rows up to 10,000.
ROWS = 100
FIELDS = (
    "publication-number",
    "notice-title",
    "buyer-name",
    "buyer-country",
    "notice-type",
    "form-type",
    "publication-date",
    "classification-cpv",
    "place-of-performance",
    "procedure-type",
    "deadline-receipt-tender-date-lot",
    "deadline-receipt-request",
    "total-value",
    "total-value-cur",
    "estimated-value-lot",
    "estimated-value-cur-lot",
    "sme-lot",
    "gpa-lot",
    "description-lot",
)
#: Calls for competition: what somebody can answer. Results and plans come by import and are not asked for.
KINDS = ("cn-standard", "cn-social", "cn-desg", "subco", "pin-cfc-standard", "pin-cfc-social", "qu-sy")
#: The title in the search is made of the country, the main code's label and the buyer's own title.
_TITLE_PARTS = 3
_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNKNOWN_FIELD = re.compile(r"(?:field|Parameter|parameter)s?[ '\":=(]+([A-Za-z][\w-]{2,60})")
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of an answer: its rows without links, and the token of the page that follows ("" at the end)."""

    rows: tuple[object, ...]
    token: str


def question(*, begins: date, ends: date, token: str) -> bytes:
    """What is asked: calls published from one day to another, both included, the oldest first.

    The query of a token must stay as it was, byte by byte, so it is made of the two days alone.
    """
    query = (
        f"notice-type IN ({' '.join(KINDS)}) AND publication-date >= {begins:%Y%m%d} "
        f"AND publication-date <= {ends:%Y%m%d} SORT BY publication-date"
    )
    asked: dict[str, object] = {
        "query": query,
        "fields": list(FIELDS),
        "limit": ROWS,
        "scope": "ALL",
        "paginationMode": "ITERATION",
    }
    if token:
        asked["iterationNextToken"] = token
    return orjson.dumps(asked)


def answer_of(body: bytes, *, source: str) -> Answer:
    """Read one answer.

    Raises:
        FarSideDown: The service says that it ran out of time; its rows are then not all there are.
        UnreadableBody: It is no answer of the search.
    """
    said = packages.opened(body, source=source)
    rows = said.get("notices") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(rows, list):
        raise UnreadableBody(f"{source}: the field notices is missing or is not a list.")
    if said.get("timedOut") is True:
        raise FarSideDown(f"{source}: the field timedOut says that the answer holds only a part of the notices.")
    token = said.get("iterationNextToken")
    if token is not None and not isinstance(token, str):
        raise UnreadableBody(f"{source}: the field iterationNextToken is not a text.")
    return Answer(rows=tuple(map(_without_links, rows)), token=token or "")


def rows_in(payload: bytes, *, source: str) -> tuple[object, ...]:
    """The rows a file holds, without links: an answer, a list of rows or a single row. Raises UnreadableBody."""
    said = packages.opened(payload, source=source)
    rows = said.get("notices", [said]) if isinstance(said, dict) else said
    if not isinstance(rows, list) or not rows:
        raise UnreadableBody(f"{source}: the field notices is missing, empty or not a list.")
    return tuple(map(_without_links, rows))


def refusal(body: bytes) -> str:
    """An error answer as a sentence that names the field; the service lists every field it knows, which is cut off."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    error = said.get("error") if isinstance(said, dict) and isinstance(said.get("error"), dict) else said
    if not isinstance(error, dict):
        return ""
    message = " ".join(words.line(str(error.get("message") or "")).split())
    kind = text(error, "type") or text(error, "code")
    named = _UNKNOWN_FIELD.search(message)
    field = f"the field {named[1]}: " if named else ""
    reason = message[:_LONGEST_REASON] + ("..." if len(message) > _LONGEST_REASON else "")
    return f"{field}{kind + ': ' if kind else ''}{reason}" if message or kind else ""


def number_of(row: object) -> str:
    """The publication number of a row. Raises UnreadableField."""
    if not isinstance(row, dict):
        raise UnreadableField(field="notices", said=row, why="the row is not an object")
    said = ocds.required(row, "publication-number", field="publication-number")
    number = ted_codes.publication_number(said)
    if not number:
        raise UnreadableField(field="publication-number", said=said, why="it is not a publication number")
    return number


def published_of(row: Json) -> datetime:
    """The start of the day of publication. Raises UnreadableField."""
    found = xml_notice.start_of(text(row, "publication-date"), field="publication-date")
    if found is None:
        raise UnreadableField(field="publication-date", said=row.get("publication-date"), why="there is no date")
    return found


def reading(row: Json, *, source: str, page: str) -> Reading:
    """Map one row as it is; `page` is where people read a notice, with {number} in it. Raises UnreadableField."""
    number = number_of(row)
    notice_type = text(row, "notice-type")
    stage, change = ted_codes.kind(text(row, "form-type"), notice_type)
    awards = change is Change.AWARD
    language = _language(row)
    worth = None if awards else _value(row, "total-value", "total-value-cur") or _lone_lot_value(row)
    let_for = _value(row, "total-value", "total-value-cur") if awards else None
    return Reading(
        source=source,
        notice_id=number,
        published=published_of(row),
        keys=(Key(scheme="notice", value=f"{source}:{number}"),),
        stage=stage,
        change=change,
        details=Details(
            title=_title(row, language),
            description=words.passage("\n\n".join(dict.fromkeys(_told(row, "description-lot", language)))),
            buyer=_buyer(row, language),
            cpv=_codes(row),
            value=worth,
            deadline=_deadline(row),
            delivery_regions=_places(row),
            procedure=ted_codes.PROCEDURES.get(text(row, "procedure-type"), ""),
            sme=_any(row, "sme-lot"),
            award_value=Money(amount=let_for.net, currency=let_for.currency) if let_for and let_for.net else None,
            official_url=page.format(number=number),
            gpa=_any(row, "gpa-lot"),
            language="" if language == "eng" else ted_codes.language(language),
        ),
        notice_type=notice_type,
    )


def _without_links(row: object) -> object:
    """A row without its links, which nobody asked for and which were 94 % of the bytes."""
    return {name: said for name, said in row.items() if name != "links"} if isinstance(row, dict) else row


def _language(row: Json) -> str:
    """The language to read a row in, three letters: English where the description has it, else the first it has."""
    for name in ("description-lot", "buyer-name", "notice-title"):
        said = row.get(name)
        if isinstance(said, Mapping) and said:
            return "eng" if "eng" in said else str(next(iter(said)))
    return "eng"


def _told(row: Json, name: str, language: str) -> list[str]:
    """What a multilingual field says in a language, else in its first: one text or a list of texts."""
    said = row.get(name)
    if not isinstance(said, Mapping) or not said:
        return []
    found = said.get(language, next(iter(said.values())))
    lines = found if isinstance(found, list) else [found]
    return [line for each in lines if isinstance(each, str) and (line := words.line(each))]


def _title(row: Json, language: str) -> str:
    """The buyer's own title. Raises UnreadableField."""
    whole = next(iter(_told(row, "notice-title", language)), "")
    if not whole:
        raise UnreadableField(field="notice-title", said=row.get("notice-title"), why="there is no text")
    parts = whole.split(" \u2013 ", _TITLE_PARTS - 1)
    return parts[-1] if len(parts) == _TITLE_PARTS else whole


def _buyer(row: Json, language: str) -> Buyer | None:
    names = _told(row, "buyer-name", language)
    if not names:
        return None
    countries = ocds.strings(row, "buyer-country")
    return Buyer(name=names[0], region=ted_codes.country(countries[0]) if countries else None)


def _codes(row: Json) -> tuple[str, ...]:
    found = (cpv.normalise(code) for code in ocds.strings(row, "classification-cpv"))
    return tuple(dict.fromkeys(code for code in found if code is not None and cpv.is_known(code)))


def _places(row: Json) -> tuple[str, ...]:
    """NUTS codes; the countries only where there are none; "anywhere" in words only where that is all."""
    said = ocds.strings(row, "place-of-performance")
    anywhere = {ted_codes.ANYWHERE[word] for word in said if word in ted_codes.ANYWHERE} - {""}
    codes = {word for word in said if not word.startswith("anyw")}
    regions = {code for code in codes if not _COUNTRY.fullmatch(code)}
    countries = {ted_codes.country(code) for code in codes - regions}
    return tuple(sorted(regions or countries or anywhere))


def _deadline(row: Json) -> Deadline | None:
    """The earliest deadline: of offers by the day, of requests to take part by the hour. Raises UnreadableField."""
    found: list[Deadline] = []
    for name, kind in (("deadline-receipt-tender-date-lot", "tender"), ("deadline-receipt-request", "interest")):
        for said in _listed(row.get(name)):
            day, _, clock = said.partition("T")
            moment = xml_notice.moment_of(day, clock, field=name)
            if moment is not None:
                found.append(Deadline(at=moment[0], date_only=moment[1], kind=kind))
        if found:
            break
    return min(found, key=lambda deadline: deadline.at, default=None)


def _listed(said: object) -> Sequence[str]:
    several = said if isinstance(said, list) else [said]
    return [each for each in several if isinstance(each, str) and each]


def _value(row: Json, name: str, currency: str) -> Value | None:
    """A sum with its currency; None where either is missing or several currencies are named. Raises UnreadableField."""
    net = ocds.amount(row.get(name), field=name)
    named = set(ocds.strings(row, currency))
    if net is None or len(named) != 1:
        return None
    return Value(net=net, currency=ocds.currency({"currency": named.pop()}, field=currency))


def _lone_lot_value(row: Json) -> Value | None:
    """The estimate of the only lot; of several none, since they are not aligned with anything."""
    stated = row.get("estimated-value-lot")
    if not isinstance(stated, list) or len(stated) != 1:
        return None
    return _value({**row, "estimated-value-lot": stated[0]}, "estimated-value-lot", "estimated-value-cur-lot")


def _any(row: Json, name: str) -> bool | None:
    """True where any lot says so, False where all that speak deny it, None where nobody speaks."""
    said = row.get(name)
    flags = [str(each).lower() for each in (said if isinstance(said, list) else [said]) if isinstance(each, bool | str)]
    stated = [each == "true" for each in flags if each in {"true", "false"}]
    return any(stated) if stated else None
