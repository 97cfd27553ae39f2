"""From a row of a listing to our words."""

from __future__ import annotations

from datetime import date

import orjson

from scrapers.kinds import words
from scrapers.kinds.cells import Moment, Said, value_of
from scrapers.kinds.ocds_details import is_test
from scrapers.kinds.rules import SourceRules
from scrapers.kinds.shapes import is_company
from service.domain import cpv
from service.domain.money import Money, Value
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Buyer, Change, Deadline, Details, Key, Reading, Stage
from service.errors import UnreadableField

#: What the body of a notice of a listing is: the texts of its row by our field names, JSON, keys sorted.
FORM = "listing-row"
_LATE = frozenset({Stage.AWARD, Stage.CONTRACT})
_CPV_DIGITS = 8


def reading_of(notice: Notice, rules: SourceRules, *, name: str) -> Reading | SetAside:
    """Map one row. What cannot be used is set aside with the reason, which begins with the source's name."""
    try:
        said = _said(notice, rules)
    except UnreadableField as trouble:
        return SetAside(source=notice.source, source_id=notice.source_id, reason=f"{name}: {trouble}")
    title = words.line(_text(said, "title"))
    if is_test(title):
        reason = f"{name}: title: a test, nothing to bid for."
        return SetAside(source=notice.source, source_id=notice.source_id, reason=reason)
    stage = rules.means.as_stage
    return Reading(
        source=notice.source,
        notice_id=notice.source_id,
        published=notice.published or notice.seen,
        keys=_keys(notice, said, rules),
        stage=stage,
        change=Change.AWARD if stage in _LATE else Change.NEW,
        details=_details(said, rules, title=title),
    )


def _said(notice: Notice, rules: SourceRules) -> dict[str, Said]:
    """Return what each field says. Raises UnreadableField for a needed one, or where the body is no row."""
    try:
        row = orjson.loads(notice.body)
    except orjson.JSONDecodeError:
        row = None
    if notice.form != FORM or not isinstance(row, dict):
        raise UnreadableField(field="row", said=notice.form, why="it is not a row of this list")
    said: dict[str, Said] = {}
    for name, field in rules.fields.items():
        raw = row.get(name, "")
        try:
            value = value_of(name, field, raw if isinstance(raw, str) else "")
        except UnreadableField:
            # A date that cannot be read must not be left out silently: a wrong or missing deadline costs a firm a bid.
            if field.required or name == "deadline":
                raise
            value = None
        if value is not None:
            said[name] = value
        elif field.required:
            raise UnreadableField(field=name, said=raw, why="it is needed and not there")
    return said


def _keys(notice: Notice, said: dict[str, Said], rules: SourceRules) -> tuple[Key, ...]:
    keys = [Key(scheme="notice", value=f"{notice.source}:{notice.source_id}")]
    if rules.means.joins and "reference" in said:
        keys.append(Key(scheme="reference", value=_text(said, "reference")))
    return tuple(keys)


def _details(said: dict[str, Said], rules: SourceRules, *, title: str) -> Details:
    late = rules.means.as_stage in _LATE
    value = said.get("value")
    worth = value if isinstance(value, Value) else None
    buyer = words.line(_text(said, "buyer")) or rules.means.buyer
    supplier = words.line(_text(said, "supplier"))
    net = worth.net if worth is not None else None
    enquiries = said.get("enquiries_until")
    return Details(
        title=title,
        description=_description(said),
        buyer=Buyer(name=buyer, postcode=_text(said, "postcode") or None) if buyer else None,
        cpv=_codes(_text(said, "cpv")),
        value=None if late else worth,
        deadline=_deadline(said.get("deadline")),
        enquiries_until=enquiries.at if isinstance(enquiries, Moment) else None,
        starts=_day(said.get("starts")),
        ends=_day(said.get("ends")),
        procedure=words.line(_text(said, "procedure")),
        # A sole trader's name is a person's: companies and charities only.
        suppliers=(supplier,) if late and is_company(supplier) else (),
        award_value=Money(amount=net, currency=worth.currency)
        if late and worth is not None and net is not None
        else None,
        official_url=_text(said, "url") or rules.card.home,
    )


def _description(said: dict[str, Said]) -> str:
    """Return the running text; that of a plan ends with the day on which it is to be decided."""
    text = words.passage(_text(said, "description"))
    due = said.get("decision_due")
    if not isinstance(due, Moment):
        return text
    return f"{text}\n\nA decision is due on {due.day.day} {due.day:%B %Y}.".strip()


def _text(said: dict[str, Said], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _day(said: Said | None) -> date | None:
    return said.day if isinstance(said, Moment) else None


def _deadline(said: Said | None) -> Deadline | None:
    return Deadline(at=said.at, date_only=said.date_only) if isinstance(said, Moment) else None


def _codes(said: str) -> tuple[str, ...]:
    """Return the known codes in a text, each once, in its order."""
    parts = (part.strip(".,;:()") for part in said.replace(",", " ").split())
    codes = (cpv.normalise(part) for part in parts if sum(letter.isdigit() for letter in part) >= _CPV_DIGITS)
    return tuple(dict.fromkeys(code for code in codes if code is not None and cpv.is_known(code)))
