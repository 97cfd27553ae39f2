"""Who won and for how much, in an eForms result: lots, tenders and parties that refer to each other by id."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.kinds import ocds, words
from scrapers.kinds.eforms_lots import currency_of
from scrapers.kinds.eforms_words import Tongue
from scrapers.kinds.ocds_details import is_person
from scrapers.kinds.xml_notice import Element, at, children, first, flag, text
from service.domain.money import Money

_WON, _NOBODY_WON = "selec-w", "clos-nw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The companies that won, sorted, and what the whole was let for; None: not stated."""

    suppliers: tuple[str, ...] = ()
    value: Money | None = None


def company(extension: Element | None, identity: str) -> Element | None:
    """The company of an organisation with this id; None where there is none."""
    for organisation in at(extension, "Organizations", "Organization", "Company"):
        if identity and text(organisation, "PartyIdentification", "ID") == identity:
            return organisation
    return None


def ended_without_winner(extension: Element | None) -> bool:
    """Whether every lot that is told of was closed without a winner (BT-142)."""
    codes = {words.line(code.text or "") for code in at(extension, "NoticeResult", "LotResult", "TenderResultCode")}
    return codes == {_NOBODY_WON}


def result_of(extension: Element | None, tongue: Tongue) -> Result:
    """The winners and the sum (BT-161, else the one winning tender's BT-720). Raises UnreadableField."""
    result = first(extension, "NoticeResult")
    if result is None:
        return Result()
    won = {
        words.line(reference.text or "")
        for lot in children(result, "LotResult")
        if text(lot, "TenderResultCode") == _WON
        for reference in at(lot, "LotTender", "ID")
    }
    tenders = [tender for tender in children(result, "LotTender") if text(tender, "ID") in won]
    parties = {words.line(each.text or "") for tender in tenders for each in at(tender, "TenderingParty", "ID")}
    names = {
        name
        for party in children(result, "TenderingParty")
        if text(party, "ID") in parties
        for reference in at(party, "Tenderer", "ID")
        if (name := _company_name(extension, words.line(reference.text or ""), tongue))
    }
    return Result(suppliers=tuple(sorted(names)), value=_value(result, tenders))


def _value(result: Element, tenders: list[Element]) -> Money | None:
    said, field = first(result, "TotalAmount"), "BT-161 (TotalAmount)"
    if said is None and len(tenders) == 1:
        said, field = first(tenders[0], "LegalMonetaryTotal", "PayableAmount"), "BT-720 (PayableAmount)"
    if said is None:
        return None
    amount = ocds.amount(words.line(said.text or ""), field=field)
    return Money(amount=amount, currency=currency_of(said, field=field)) if amount is not None else None


def _company_name(extension: Element | None, identity: str, tongue: Tongue) -> str:
    """The name of a winner; "" for one who is a person (BT-633) or goes by a person's title."""
    for organisation in at(extension, "Organizations", "Organization"):
        of = first(organisation, "Company")
        if text(of, "PartyIdentification", "ID") != identity or flag(organisation, "NaturalPersonIndicator"):
            continue
        name = tongue.name(of)
        return "" if is_person(name) else name
    return ""
