"""What an eForms notice says of each lot, or of each part of a planned procurement: codes, deadline, place, flags."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scrapers.kinds import ocds, ted_codes, words, xml_notice
from scrapers.kinds.eforms_words import Tongue
from scrapers.kinds.xml_notice import Element, at, children, first, flag, text
from service.domain import cpv
from service.domain.money import Value
from service.domain.opportunity import Deadline, Lot
from service.errors import UnreadableField

MOST_DOCUMENTS = 50
#: Notices of medicines have a thousand lots; a page shows no more than this, and the official notice has the rest.
MOST_LOTS = 300
_EXTENSION = ("UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension")
#: BT-131, BT-1311 and BT-630, each with the kind of answer that is due then. A request to take part shows interest.
_DEADLINES = (
    (("TenderSubmissionDeadlinePeriod",), "tender", "BT-131"),
    (("ParticipationRequestReceptionPeriod",), "interest", "BT-1311"),
    ((*_EXTENSION, "InterestExpressionReceptionPeriod"), "interest", "BT-630"),
)
_UNITED_KINGDOM = "UK"
_LONGEST_SPAN = timedelta(days=36_525)


def elements(root: Element) -> Iterator[Element]:
    """The lots, or the parts of a planning notice; never the groups of lots."""
    yield from (lot for lot in children(root, "ProcurementProjectLot") if _scheme(lot) in {"Lot", "Part", ""})


def lots_of(root: Element, tongue: Tongue) -> tuple[Lot, ...]:
    """Every lot in order. Raises UnreadableField."""
    return tuple(_lot(lot, number, tongue) for number, lot in enumerate(list(elements(root))[:MOST_LOTS], start=1))


def group_flags(root: Element) -> list[bool | None]:
    """The SME flags of groups of lots (BT-726-LotsGroup)."""
    groups = (lot for lot in children(root, "ProcurementProjectLot") if _scheme(lot) == "LotsGroup")
    return [flag(group, "ProcurementProject", "SMESuitableIndicator") for group in groups]


def codes_of(project: Element | None) -> tuple[str, ...]:
    """The known CPV codes of a project (BT-262, BT-263), the main one first."""
    found: dict[str, None] = {}
    for name in ("MainCommodityClassification", "AdditionalCommodityClassification"):
        for said in at(project, name, "ItemClassificationCode"):
            code = cpv.normalise(words.line(said.text or "")) if said.get("listName") in {"cpv", None} else None
            if code is not None and cpv.is_known(code):
                found[code] = None
    return tuple(found)


def value_of(project: Element | None) -> Value | None:
    """The estimated value (BT-27), VAT not included. Raises UnreadableField."""
    said = first(project, "RequestedTenderTotal", "EstimatedOverallContractAmount")
    if said is None:
        return None
    field = "BT-27 (EstimatedOverallContractAmount)"
    net = ocds.amount(words.line(said.text or ""), field=field)
    return Value(net=net, currency=currency_of(said, field=field)) if net is not None else None


def currency_of(said: Element, *, field: str) -> str:
    """The currency of a sum. Raises UnreadableField where none is stated: euros are no more likely than złotys."""
    if not said.get("currencyID"):
        raise UnreadableField(field=f"{field}/@currencyID", said=None, why="there is no currency")
    return ocds.currency({"currency": said.get("currencyID")}, field=field)


def places_of(project: Element | None) -> tuple[str, ...]:
    """Where the work is (BT-5071, BT-5141, BT-727): NUTS codes, else two-letter countries, else "anywhere" in words."""
    found: dict[str, None] = {}
    for address in at(project, "RealizedLocation", "Address"):
        region, country = text(address, "CountrySubentityCode"), text(address, "Country", "IdentificationCode")
        anywhere = ted_codes.ANYWHERE.get(text(address, "Region"), "")
        said = region or (ted_codes.country(country) if country else anywhere)
        if said:
            found[said] = None
    return tuple(sorted(found))


def postcodes_of(root: Element) -> tuple[str, ...]:
    """British postcodes of the work, sorted: those of other countries are not in our district table."""
    projects = [first(root, "ProcurementProject"), *(first(lot, "ProcurementProject") for lot in elements(root))]
    found = {
        text(address, "PostalZone")
        for project in projects
        for address in at(project, "RealizedLocation", "Address")
        if ted_codes.country(text(address, "Country", "IdentificationCode")) == _UNITED_KINGDOM
    }
    return tuple(sorted(found - {""}))


def enquiries_until(root: Element) -> datetime | None:
    """The earliest end of the time for questions (BT-13). Raises UnreadableField."""
    found = [
        said[0]
        for lot in elements(root)
        if (said := _moment(first(lot, "TenderingProcess", "AdditionalInformationRequestPeriod"), field="BT-13"))
    ]
    return min(found, default=None)


def framework_of(root: Element) -> bool | None:
    """Whether any lot is a framework agreement (BT-765) or a dynamic purchasing system (BT-766); None: not stated."""
    codes = [
        words.line(code.text or "")
        for lot in elements(root)
        for code in at(lot, "TenderingProcess", "ContractingSystem", "ContractingSystemTypeCode")
    ]
    return any(code != "none" for code in codes) if codes else None


def span_of(root: Element) -> tuple[date | None, date | None]:
    """The first start and the last end of the lots' contracts (BT-536, BT-537); a duration (BT-36) gives the end."""
    starts: list[date] = []
    ends: list[date] = []
    for lot in elements(root):
        for period in at(lot, "ProcurementProject", "PlannedPeriod"):
            begins, over = _day(text(period, "StartDate")), _day(text(period, "EndDate"))
            over = over or _after(begins, first(period, "DurationMeasure"))
            starts += [begins] if begins else []
            ends += [over] if over else []
    return min(starts, default=None), max(ends, default=None)


def _lot(lot: Element, number: int, tongue: Tongue) -> Lot:
    project = first(lot, "ProcurementProject")
    return Lot(
        identity=text(lot, "ID") or str(number),
        title=tongue.said(project, "Name")[0],
        value=value_of(project),
        cpv=codes_of(project),
        deadline=_deadline(lot),
        delivery_regions=places_of(project),
        sme=flag(project, "SMESuitableIndicator"),
        gpa=flag(lot, "TenderingProcess", "GovernmentAgreementConstraintIndicator"),
        reserved=_reserved(lot),
    )


def _scheme(lot: Element) -> str:
    identity = first(lot, "ID")
    return (identity.get("schemeName") or "") if identity is not None else ""


def _deadline(lot: Element) -> Deadline | None:
    process = first(lot, "TenderingProcess")
    for path, kind, field in _DEADLINES:
        found = _moment(first(process, *path), field=field)
        if found is not None:
            return Deadline(at=found[0], date_only=found[1], kind=kind)
    return None


def _moment(period: Element | None, *, field: str) -> tuple[datetime, bool] | None:
    return xml_notice.moment_of(text(period, "EndDate"), text(period, "EndTime"), field=f"{field} (EndDate, EndTime)")


def _reserved(lot: Element) -> str:
    path = ("TenderingTerms", "TendererQualificationRequest", "SpecificTendererRequirement")
    found = [
        ted_codes.RESERVED.get(words.line(code.text or ""), "")
        for requirement in at(lot, *path)
        for code in children(requirement, "TendererRequirementTypeCode")
        if code.get("listName") == "reserved-procurement"
    ]
    return ", ".join(dict.fromkeys(filter(None, found)))


def _day(said: str) -> date | None:
    try:
        found = xml_notice.day_of(said, field="a date")
    except UnreadableField:
        return None
    return found[0] if found else None


def _after(begins: date | None, duration: Element | None) -> date | None:
    """The last day of a duration that begins on a day; None where either is not stated or nobody can mean it."""
    said = words.line(duration.text or "") if duration is not None else ""
    if begins is None or duration is None or not (said.isascii() and said.isdigit() and len(said) < 6):  # noqa: PLR2004
        return None
    number, unit = int(said), duration.get("unitCode")
    days = {"DAY": number, "WEEK": 7 * number}.get(unit or "")
    if days is None and unit in {"MONTH", "YEAR"}:
        months = begins.month - 1 + number * (12 if unit == "YEAR" else 1)
        year, month = begins.year + months // 12, months % 12 + 1
        if year > date.max.year:
            return None
        days = (date(year, month, min(begins.day, monthrange(year, month)[1])) - begins).days
    if not days or timedelta(days=days) > _LONGEST_SPAN:
        return None
    return begins + timedelta(days=days - 1)
