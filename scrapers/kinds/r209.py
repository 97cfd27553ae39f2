"""The schema R2.0.9 of TED, in use until early 2024: read for the history of procurements, British ones above all.

The coded section says in codes what the form says in words. Elements are met by their local names, because the
namespace of NUTS codes changes with the vintage (n2016, n2021). There is no mark for small firms in it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from scrapers.kinds import ocds, ted_codes, words, xml_notice
from scrapers.kinds.eforms import AFTER_ITS_ROW
from scrapers.kinds.eforms_lots import MOST_LOTS
from scrapers.kinds.ocds import LONDON
from scrapers.kinds.ocds_details import is_person
from scrapers.kinds.xml_notice import Element, at, children, first, name_of, text
from service.domain import cpv
from service.domain.money import Money, Value
from service.domain.opportunity import Buyer, Change, Deadline, Details, Document, Key, Lot, Reading, Stage
from service.errors import UnreadableField

FORM = "ted-r209"
ROOT = "TED_EXPORT"
_FORMS: dict[str, tuple[Stage, Change]] = {
    **dict.fromkeys(("F01", "F04"), (Stage.PLANNING, Change.NEW)),
    **dict.fromkeys(("F02", "F05", "F07", "F12", "F24"), (Stage.TENDER, Change.NEW)),
    **dict.fromkeys(("F03", "F06", "F13", "F15", "F25"), (Stage.AWARD, Change.AWARD)),
    "F14": (Stage.TENDER, Change.UPDATE),
    "F20": (Stage.CONTRACT, Change.UPDATE),
}
#: Forms for social services (F21, F22) and design contests tell what they are in their NOTICE/@TYPE.
_TYPES: dict[str, tuple[Stage, Change]] = {
    "CONTRACT": (Stage.TENDER, Change.NEW),
    "PRI_CALL_COMPETITION": (Stage.TENDER, Change.NEW),
    "PER_CALL_COMPETITION": (Stage.TENDER, Change.NEW),
    "QSU_CALL_COMPETITION": (Stage.TENDER, Change.NEW),
    "AWARD_CONTRACT": (Stage.AWARD, Change.AWARD),
    "PRI_ONLY": (Stage.PLANNING, Change.NEW),
    "PER_ONLY": (Stage.PLANNING, Change.NEW),
}
_PROCEDURES = {
    "PT_OPEN": "Open",
    "PT_RESTRICTED": "Restricted",
    "PT_COMPETITIVE_NEGOTIATION": "Competitive procedure with negotiation",
    "PT_NEGOTIATED_WITH_PRIOR_CALL": "Negotiated, with a call for competition",
    "PT_COMPETITIVE_DIALOGUE": "Competitive dialogue",
    "PT_INNOVATION_PARTNERSHIP": "Innovation partnership",
    "PT_AWARD_CONTRACT_WITHOUT_CALL": "Award without prior publication",
}
_RESERVED = {"RESERVED_ORGANISATIONS_SERVICE_MISSION": "res-pub-ser", "RESTRICTED_SHELTERED_WORKSHOP": "res-ws"}
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?: (\d\d:\d\d))?", re.ASCII)
_MOST_TEXT = 30_000


def number_of(root: Element) -> str:
    """The publication number ("243173-2020"). Raises UnreadableField where there is none."""
    said = text(root, "CODED_DATA_SECTION", "NOTICE_DATA", "NO_DOC_OJS")
    number = ted_codes.publication_number(said) or ted_codes.publication_number(root.get("DOC_ID") or "")
    if not number:
        raise UnreadableField(field="NOTICE_DATA/NO_DOC_OJS", said=said, why="it is not a publication number")
    return number


def published_of(root: Element) -> datetime:
    """The day of its publication, in London. Raises UnreadableField."""
    said = text(root, "CODED_DATA_SECTION", "REF_OJS", "DATE_PUB")
    found = _coded_moment(said, field="REF_OJS/DATE_PUB")
    if found is None:
        raise UnreadableField(field="REF_OJS/DATE_PUB", said=said, why="there is no date")
    return found[0] + AFTER_ITS_ROW


def reading(root: Element, *, source: str, page: str) -> Reading:
    """Map one notice; `page` is where people read one, with {number} in it. Raises UnreadableField."""
    number = number_of(root)
    form = _form(root)
    stage, change = _meaning(form)
    return Reading(
        source=source,
        notice_id=number,
        published=published_of(root),
        keys=_keys(root, form, number, source=source, stage=stage),
        stage=stage,
        change=change,
        details=_details(root, form, url=page.format(number=number), change=change),
        notice_type=name_of(form)[:3],
        sparse=change is Change.UPDATE,
    )


def _form(root: Element) -> Element:
    """The form in the language the notice was written in, else English, else the first. Raises UnreadableField."""
    section = first(root, "FORM_SECTION")
    forms = [form for form in section if re.fullmatch(r"F\d\d_\d{4}", name_of(form))] if section is not None else []
    original = text(root, "CODED_DATA_SECTION", "NOTICE_DATA", "LG_ORIG")
    wanted = ("EN", original)
    best = min(
        forms, key=lambda form: wanted.index(form.get("LG") or "") if form.get("LG") in wanted else 2, default=None
    )
    if best is None:
        raise UnreadableField(field="FORM_SECTION", said=None, why="there is no form of 2014")
    return best


def _meaning(form: Element) -> tuple[Stage, Change]:
    notice = first(form, "NOTICE")
    stated = _TYPES.get(notice.get("TYPE") or "") if notice is not None else None
    stage, change = stated or _FORMS.get(name_of(form)[:3], (Stage.OTHER, Change.NEW))
    awards = list(children(form, "AWARD_CONTRACT"))
    if change is Change.AWARD and awards and all(first(award, "NO_AWARDED_CONTRACT") is not None for award in awards):
        return stage, Change.CANCELLATION
    return stage, change


def _keys(root: Element, form: Element, number: str, *, source: str, stage: Stage) -> tuple[Key, ...]:
    """Its own number, a shared reference, and of a notice that follows another that one's number.

    What a contract notice refers to is a prior notice, which may announce several procurements: no key.
    """
    numbers = [number]
    if stage not in {Stage.TENDER, Stage.PLANNING} or name_of(form).startswith("F14"):
        path = ("CODED_DATA_SECTION", "NOTICE_DATA", "REF_NOTICE", "NO_DOC_OJS")
        stated = [*at(root, *path), *at(form, "PROCEDURE", "NOTICE_NUMBER_OJ")]
        numbers += [found for each in stated if (found := ted_codes.publication_number(words.line(each.text or "")))]
    keys = [Key(scheme="notice", value=f"{source}:{each}") for each in numbers]
    reference = ted_codes.shared_reference(text(form, "OBJECT_CONTRACT", "REFERENCE_NUMBER"))
    keys += [Key(scheme="reference", value=reference)] if reference else []
    return tuple(dict.fromkeys(keys))


def _details(root: Element, form: Element, *, url: str, change: Change) -> Details:
    described = first(form, "OBJECT_CONTRACT")
    title = _paragraphs(described, "TITLE").replace("\n", " ")
    if not title:
        raise UnreadableField(field="OBJECT_CONTRACT/TITLE", said=None, why="there is no text")
    objects = list(children(described, "OBJECT_DESCR"))
    lots = tuple(_lot(each, number) for number, each in enumerate(objects[:MOST_LOTS], start=1))
    codes = [*_codes(described, "CPV_MAIN"), *(code for each in objects for code in _codes(each, "CPV_ADDITIONAL"))]
    spans = [(_day(text(each, "DATE_START")), _day(text(each, "DATE_END"))) for each in objects]
    awards = change in {Change.AWARD, Change.CANCELLATION}
    return Details(
        title=title,
        description=words.passage(_paragraphs(described, "SHORT_DESCR"))[:_MOST_TEXT],
        buyer=_buyer(form),
        cpv=tuple(dict.fromkeys(codes)),
        value=_value(described, "VAL_ESTIMATED_TOTAL"),
        deadline=_deadline(root, form),
        starts=min((starts for starts, _ in spans if starts), default=None),
        ends=max((ends for _, ends in spans if ends), default=None),
        lots=lots if first(described, "NO_LOT_DIVISION") is None else (),
        delivery_regions=tuple(sorted({region for lot in lots for region in lot.delivery_regions})),
        procedure=_procedure(form),
        framework=True if _has(form, "PROCEDURE", "FRAMEWORK") or _has(form, "PROCEDURE", "DPS") else None,
        reserved=_reserved(form),
        conditions=_conditions(form),
        documents=_documents(form),
        suppliers=_suppliers(form) if awards else (),
        award_value=_award_value(described) if awards else None,
        official_url=url,
        gpa=_gpa(form),
        language=_language(form),
    )


def _lot(element: Element, number: int) -> Lot:
    return Lot(
        identity=text(element, "LOT_NO") or str(number),
        title=_paragraphs(element, "TITLE").replace("\n", " "),
        value=_value(element, "VAL_OBJECT"),
        cpv=tuple(dict.fromkeys(_codes(element, "CPV_ADDITIONAL"))),
        delivery_regions=tuple(sorted({said for each in children(element, "NUTS") if (said := each.get("CODE"))})),
    )


def _paragraphs(element: Element | None, name: str) -> str:
    """The text of an element whose lines stand in P elements."""
    lines = [words.line("".join(map(str, each.itertext()))) for each in at(element, name, "P")]
    return "\n".join(filter(None, lines)) or text(element, name)


def _codes(element: Element | None, name: str) -> list[str]:
    found = [cpv.normalise(each.get("CODE") or "") for each in at(element, name, "CPV_CODE")]
    return [code for code in found if code is not None and cpv.is_known(code)]


def _buyer(form: Element) -> Buyer | None:
    address = first(form, "CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY")
    name = text(address, "OFFICIALNAME")
    if not name:
        return None
    region, country = first(address, "NUTS"), first(address, "COUNTRY")
    code = (region.get("CODE") or "") if region is not None else ""
    return Buyer(
        name=name,
        region=code or (ted_codes.country(country.get("VALUE") or "") if country is not None else "") or None,
        postcode=text(address, "POSTAL_CODE") or None,
    )


def _value(element: Element | None, name: str) -> Value | None:
    found = _money(first(element, name), field=name)
    return Value(net=found.amount, currency=found.currency) if found is not None else None


def _award_value(described: Element | None) -> Money | None:
    return _money(first(described, "VAL_TOTAL"), field="OBJECT_CONTRACT/VAL_TOTAL")


def _money(element: Element | None, *, field: str) -> Money | None:
    if element is None:
        return None
    amount = ocds.amount(words.line(element.text or ""), field=field)
    if amount is None:
        return None
    if not element.get("CURRENCY"):
        raise UnreadableField(field=f"{field}/@CURRENCY", said=None, why="there is no currency")
    return Money(amount=amount, currency=ocds.currency({"currency": element.get("CURRENCY")}, field=field))


def _deadline(root: Element, form: Element) -> Deadline | None:
    """By when to answer: the form's, else the coded one. In all but the open procedure a request to take part is due.

    Times have no offset and are those of the buyer's country. Of a buyer outside Britain only the day is kept, so that
    nobody is told an hour that is one too late.
    """
    day, clock = text(form, "PROCEDURE", "DATE_RECEIPT_TENDERS"), text(form, "PROCEDURE", "TIME_RECEIPT_TENDERS")
    country = first(root, "CODED_DATA_SECTION", "NOTICE_DATA", "ISO_COUNTRY")
    abroad = country is None or ted_codes.country(country.get("VALUE") or "") != "UK"
    found = xml_notice.moment_of(day, clock, field="DATE_RECEIPT_TENDERS, TIME_RECEIPT_TENDERS")
    if found is None:
        said = text(root, "CODED_DATA_SECTION", "CODIF_DATA", "DT_DATE_FOR_SUBMISSION")
        found = _coded_moment(said, field="CODIF_DATA/DT_DATE_FOR_SUBMISSION")
    if found is None:
        return None
    kind = "tender" if _procedure(form) in {"Open", ""} else "interest"
    if abroad:
        found = datetime.combine(found[0].date(), time.min, LONDON), True
    return Deadline(at=found[0], date_only=found[1], kind=kind)


def _coded_moment(said: str, *, field: str) -> tuple[datetime, bool] | None:
    """A moment written "20200619 12:00" or "20200619". Raises UnreadableField."""
    if not said:
        return None
    found = _DAY.fullmatch(said)
    if found is None:
        raise UnreadableField(field=field, said=said, why="it is not a date")
    return xml_notice.moment_of(f"{found[1]}-{found[2]}-{found[3]}", found[4] or "", field=field)


def _day(said: str) -> date | None:
    try:
        found = xml_notice.day_of(said, field="a date")
    except UnreadableField:
        return None
    return found[0] if found else None


def _has(element: Element, *path: str) -> bool:
    return first(element, *path) is not None


def _procedure(form: Element) -> str:
    for holder in (first(form, "PROCEDURE"), first(form, "PROCEDURE", "DIRECTIVE_2014_24_EU")):
        for element in holder if holder is not None else ():
            if name_of(element) in _PROCEDURES:
                return _PROCEDURES[name_of(element)]
    return ""


def _reserved(form: Element) -> str:
    section = first(form, "LEFTI")
    found = [ted_codes.RESERVED[code] for name, code in _RESERVED.items() if first(section, name) is not None]
    return ", ".join(found)


def _gpa(form: Element) -> bool | None:
    if _has(form, "PROCEDURE", "CONTRACT_COVERED_GPA"):
        return True
    return False if _has(form, "PROCEDURE", "NO_CONTRACT_COVERED_GPA") else None


def _language(form: Element) -> str:
    found = ted_codes.language(form.get("LG") or "")
    return "" if found == "en" else found


def _conditions(form: Element) -> str:
    names = ("SUITABILITY", "ECONOMIC_FINANCIAL_INFO", "ECONOMIC_FINANCIAL_MIN_LEVEL")
    section = first(form, "LEFTI")
    more = ("TECHNICAL_PROFESSIONAL_INFO", "TECHNICAL_PROFESSIONAL_MIN_LEVEL", "PERFORMANCE_CONDITIONS")
    said = [words.passage(_paragraphs(section, name)) for name in (*names, *more)]
    return "\n".join(dict.fromkeys(filter(None, said)))[:_MOST_TEXT]


def _documents(form: Element) -> tuple[Document, ...]:
    found: dict[str, Document] = {}
    for name, title in (("URL_DOCUMENT", "Procurement documents"), ("URL_PARTICIPATION", "Where to send an offer")):
        address = words.web_address(text(form, "CONTRACTING_BODY", name))
        if address:
            found.setdefault(address, Document(title=title, url=address))
    return tuple(found.values())


def _suppliers(form: Element) -> tuple[str, ...]:
    path = ("AWARD_CONTRACT", "AWARDED_CONTRACT", "CONTRACTORS", "CONTRACTOR", "ADDRESS_CONTRACTOR", "OFFICIALNAME")
    names = {words.line(each.text or "") for each in at(form, *path)} - {""}
    return tuple(sorted(name for name in names if not is_person(name)))
