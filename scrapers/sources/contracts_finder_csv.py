"""Contracts Finder as CSV: the daily file of the harvester, and the export of the website's search.

The daily file is OCDS laid flat (`releases/0/tender/title`): it is folded back and read as any release. The export has
columns of its own, no id and no address. Its times are London's; a closing date of 01/01/1 stands for none.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import orjson

from scrapers.kinds import ocds, words
from scrapers.kinds.ocds_details import is_person
from service.domain import cpv
from service.domain.money import Money, Value
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Buyer, Change, Deadline, Details, Document, Key, Reading, Stage
from service.errors import UnreadableBody, UnreadableField

HARVESTER = "cf-harvester-row"
EXPORT = "cf-export-row"
_PREFIX = "releases/0/"
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{1,4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_URL = re.compile(r"https?://[^\s|\]\"<>]+")
#: The largest cell that is read, in characters: descriptions are long, but not this long.
_LARGEST_CELL = 1_000_000
_FLAGS = {"yes": True, "no": False}
_SUPPLIER = re.compile(r"\[([^|\]]+)\|")


def header(payload: bytes) -> str | None:
    """Return the form of the rows of a CSV file, by its header; None where it is not of this source."""
    line = payload.removeprefix(b"\xef\xbb\xbf")[:20_000].split(b"\n", 1)[0]
    if b"releases/0/tender/title" in line or b"releases/0/ocid" in line:
        return HARVESTER
    if b"Notice Identifier" in line and b"Organisation Name" in line:
        return EXPORT
    return None


def notices(payload: bytes, *, form: str, key: str, source: str, seen: datetime) -> Iterator[Notice | SetAside]:
    """Split a CSV file into notices. Raises UnreadableBody."""
    try:
        text = payload.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("cp1252", "replace")
    csv.field_size_limit(_LARGEST_CELL)
    table = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""))
    try:
        for number, cells in enumerate(table, start=1):
            row = {
                name: said for name, said in cells.items() if isinstance(name, str) and isinstance(said, str) and said
            }
            yield _notice(row, number, form=form, key=key, source=source, seen=seen)
    except csv.Error as trouble:
        raise UnreadableBody(
            f"{source}: line {table.line_num} of the CSV file cannot be read ({trouble})."
        ) from trouble


def _notice(
    row: Mapping[str, str], number: int, *, form: str, key: str, source: str, seen: datetime
) -> Notice | SetAside:
    stated = row.get(f"{_PREFIX}date" if form == HARVESTER else "Published Date")
    if form == HARVESTER:
        identity = guid_in(row.get("uri", "")) or row.get(f"{_PREFIX}id", "")
    else:
        named = [row.get(name, "") for name in ("Notice Identifier", "Organisation Name", "Title")]
        identity = f"export-{hashlib.sha256(chr(31).join(named).encode()).hexdigest()[:24]}" if any(named) else ""
    if not identity:
        return SetAside(source=key, source_id=f"row-{number}", reason=f"{source}: row {number} names no notice.")
    try:
        published = ocds.moment(stated, field="date")
    except UnreadableField:
        published = None
    return Notice(
        source=key,
        source_id=identity,
        published=published[0] if published else None,
        seen=seen,
        body=orjson.dumps(row, option=orjson.OPT_SORT_KEYS),
        form=form,
    )


def guid_in(address: str) -> str:
    """Return the notice's GUID in an address or id; "" where there is none."""
    found = re.search(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", address, re.IGNORECASE)
    return found.group().lower() if found else ""


def folded(row: Mapping[str, str]) -> dict[str, object]:
    """Return the release a row of the daily file holds: paths folded into objects and lists.

    Blank flags are false: the columns hold only "1" or nothing, where the JSON of the same age always says which.
    """
    release: dict[str, object] = {}
    for path, said in row.items():
        if path.startswith(_PREFIX):
            _put(release, path.removeprefix(_PREFIX).split("/"), said)
    classifications = release.setdefault("tender", {})
    if isinstance(classifications, dict):
        flags = classifications.setdefault("xClassifications", {})
        if isinstance(flags, dict):
            for name in ("isSuitableForSme", "isSuitableForVco"):
                flags[name] = str(flags.get(name, "")).strip().lower() in {"1", "true", "yes"}
    named, party = release.get("buyer"), release.get("buyer")
    if isinstance(named, dict) and isinstance(party, dict):
        release["parties"] = [{**party, "roles": ["buyer"]}]
    return _listed(release)


def _put(holder: dict[str, object], path: list[str], said: str) -> None:
    for name in path[:-1]:
        inner = holder.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        holder = inner
    holder[path[-1]] = said


def _listed(holder: dict[str, object]) -> dict[str, object]:
    """Turn objects whose names are all numbers into lists."""
    for name, inner in holder.items():
        if isinstance(inner, dict):
            deeper = _listed(inner)
            numbered = bool(deeper) and all(key.isdigit() for key in deeper)
            holder[name] = [deeper[key] for key in sorted(deeper, key=int)] if numbered else deeper
    return holder


# The export -------------------------------------------------------------------------------------------------------

_TYPES = {"Contract": Stage.TENDER, "Pipeline": Stage.PIPELINE, "PreProcurement": Stage.PLANNING}


def read_export(notice: Notice, row: Mapping[str, str]) -> Reading:
    """Map a row of the search export. Raises UnreadableField."""
    published = ocds.moment(row.get("Published Date"), field="Published Date")
    if published is None:
        raise UnreadableField(field="Published Date", said=row.get("Published Date"), why="there is no date")
    stage = _TYPES.get(row.get("Notice Type", "").strip(), Stage.OTHER)
    status = row.get("Status", "").strip().lower()
    change = Change.NEW
    if status == "awarded" and stage is Stage.TENDER:
        stage, change = Stage.AWARD, Change.AWARD
    elif status in {"withdrawn", "cancelled"}:
        change = Change.CANCELLATION
    return Reading(
        source=notice.source,
        notice_id=notice.source_id,
        published=published[0],
        keys=(Key(scheme="notice", value=f"{notice.source}:{notice.source_id}"),),
        stage=stage,
        change=change,
        details=_export_details(row),
        stated_status=status if change is Change.CANCELLATION else "",
    )


def _export_details(row: Mapping[str, str]) -> Details:
    procedure = row.get("OJEU Procedure Type", "").strip()
    awarded = ocds.amount(row.get("Awarded Value"), field="Awarded Value")
    said = [row.get(name, "") for name in ("Description", "Additional Text")]
    named = words.line(row.get("Organisation Name", ""))
    cell = row.get("Supplier [Name|Address|Ref type|Ref Number|Is SME|Is VCSE]", "")
    suppliers = {words.line(name) for name in _SUPPLIER.findall(cell)} - {""}
    return Details(
        title=ocds.required(row, "Title", field="Title"),
        description=words.passage("\n\n".join(text for text in said if text)),
        buyer=Buyer(name=named, postcode=row.get("Contact Postcode", "").strip() or None) if named else None,
        cpv=_codes(row.get("Cpv Codes", "")),
        value=_value(row),
        deadline=_deadline(row),
        starts=_contract_day(row, "start"),
        ends=_contract_day(row, "end"),
        delivery_regions=tuple(sorted(_parts(row.get("Region", "")))),
        delivery_postcodes=tuple(sorted(_parts(row.get("Postcode", "")))),
        procedure=procedure,
        below_threshold=True if "NonOJEU" in procedure else None,
        sme=_FLAGS.get(row.get("Suitable for SME", "").strip().lower()),
        vcse=_FLAGS.get(row.get("Suitable for VCO", "").strip().lower()),
        documents=tuple(
            Document(title="Link in the notice", url=url) for url in dict.fromkeys(_URL.findall(row.get("Links", "")))
        ),
        suppliers=tuple(sorted(name for name in suppliers if not is_person(name))),
        award_value=Money(amount=awarded, currency="GBP") if awarded is not None else None,
    )


def _value(row: Mapping[str, str]) -> Value | None:
    low = ocds.amount(row.get("Value Low"), field="Value Low")
    high = ocds.amount(row.get("Value High"), field="Value High")
    net = high if high is not None else low
    if net is None:
        return None
    return Value(net=net, minimum=low if high is not None and low is not None and low < high else None)


def _deadline(row: Mapping[str, str]) -> Deadline | None:
    found = _day(row.get("Closing Date"), field="Closing Date")
    if found is None:
        return None
    time = _TIME.fullmatch(row.get("Closing Time", "").strip())
    hour, minute = (int(time[1]), int(time[2])) if time else (0, 0)
    try:
        at = found.replace(hour=hour, minute=minute)
    except ValueError:
        raise UnreadableField(field="Closing Time", said=row.get("Closing Time"), why="it is not a time") from None
    return Deadline(at=at, date_only=(hour, minute) == (0, 0))


def _contract_day(row: Mapping[str, str], which: str) -> date | None:
    """Return when a contract starts or ends; a day that cannot be read is not stated, as in releases."""
    for name in (f"Contract {which} date", f"{which.title()} Date"):
        try:
            found = _day(row.get(name), field=name)
        except UnreadableField:
            continue
        if found is not None:
            return found.date()
    return None


def _day(said: str | None, *, field: str) -> datetime | None:
    """Return the start in London of a day written dd/mm/yyyy; None where it is not stated. Raises UnreadableField."""
    if not said or not said.strip():
        return None
    found = _DAY.fullmatch(said.strip())
    if found is None:
        raise UnreadableField(field=field, said=said, why="it is not written dd/mm/yyyy")
    if len(found[3]) < 4:  # noqa: PLR2004 - the year 1 stands for no date
        return None
    try:
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=ocds.LONDON)
    except ValueError:
        raise UnreadableField(field=field, said=said, why="there is no such day") from None


def _codes(said: str) -> tuple[str, ...]:
    codes = (cpv.normalise(code) for code in re.split(r"[\s,;]+", said) if code)
    return tuple(dict.fromkeys(code for code in codes if code is not None and cpv.is_known(code)))


def _parts(said: str) -> set[str]:
    return {part.strip() for part in said.split(",")} - {""}
