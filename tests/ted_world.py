"""What tests of TED share: rows of its search and notices in full, written by hand for bodies that are samples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

DAY = "2026-05-29"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_OURS = "http://data.europa.eu/p27"
_NAMESPACES = (
    f'xmlns="{_UBL}:ContractNotice-2" xmlns:ext="{_UBL}:CommonExtensionComponents-2" '
    f'xmlns:cbc="{_UBL}:CommonBasicComponents-2" xmlns:cac="{_UBL}:CommonAggregateComponents-2" '
    f'xmlns:efext="{_OURS}/eforms-ubl-extensions/1" xmlns:efac="{_OURS}/eforms-ubl-extension-aggregate-components/1" '
    f'xmlns:efbc="{_OURS}/eforms-ubl-extension-basic-components/1"'
)


def a_row(number: int, *, day: str = DAY, title: str = "Probereinigung") -> dict[str, object]:
    """Return a row of the search: a call of a sample town in Germany."""
    return {
        "publication-number": f"{number}-2026",
        "notice-type": "cn-standard",
        "form-type": "competition",
        "publication-date": f"{day}+02:00",
        "notice-title": {"eng": f"Germany \u2013 Cleaning services \u2013 {title}"},
        "buyer-name": {"deu": ["Musterstadt"]},
        "buyer-country": ["DEU"],
        "classification-cpv": ["90910000", "90910000"],
        "place-of-performance": ["DE300", "DEU"],
        "deadline-receipt-tender-date-lot": ["2026-06-12+02:00"],
        "links": {"xml": {"MUL": f"https://ted.europa.eu/en/notice/{number}-2026/xml"}},
    }


def write_answer(path: Path, rows: Sequence[object]) -> Path:
    """Write an answer of the search and return its path."""
    said = {"notices": list(rows), "totalNoticeCount": len(rows), "iterationNextToken": None, "timedOut": False}
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def a_lot(number: int = 1, *, process: str = "", project: str = "", terms: str = "", scheme: str = "Lot") -> str:
    """Return a lot; the three parts are XML of their own."""
    return (
        f'<cac:ProcurementProjectLot><cbc:ID schemeName="{scheme}">LOT-{number:04d}</cbc:ID>'
        f"<cac:TenderingTerms>{terms}</cac:TenderingTerms>"
        f"<cac:TenderingProcess>{process}</cac:TenderingProcess>"
        f'<cac:ProcurementProject><cbc:Name languageID="DEU">Los {number}</cbc:Name>{project}'
        "</cac:ProcurementProject></cac:ProcurementProjectLot>"
    )


def a_full_notice(
    number: int,
    *,
    title: str = "Probereinigung",
    description: str = "Reinigung der Musterschule.",
    lots: Sequence[str] | None = None,
    extension: str = "",
    project: str = "",
    root: str = "",
) -> bytes:
    """Return the XML of a call of a sample town; `extension`, `project` and `root` are XML put in those places."""
    deadline = (
        "<cac:TenderSubmissionDeadlinePeriod><cbc:EndDate>2026-06-12+02:00</cbc:EndDate>"
        "<cbc:EndTime>12:00:00+02:00</cbc:EndTime></cac:TenderSubmissionDeadlinePeriod>"
    )
    told = "".join(lots if lots is not None else [a_lot(process=deadline)])
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ContractNotice {_NAMESPACES}>
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>{extension}
<efac:Organizations><efac:Organization><efac:Company>
<cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name languageID="DEU">Musterstadt</cbc:Name></cac:PartyName>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>DEU</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:Contact><cbc:Name>Sample Person</cbc:Name><cbc:Telephone>+49 30 1234567</cbc:Telephone></cac:Contact>
</efac:Company></efac:Organization></efac:Organizations>
<efac:Publication><efbc:NoticePublicationID>{number:08d}-2026</efbc:NoticePublicationID>
<efbc:PublicationDate>{DAY}+02:00</efbc:PublicationDate></efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:ID schemeName="notice-id">00000000-0000-4000-8000-{number:012d}</cbc:ID>
<cbc:ContractFolderID>00000000-0000-4000-9000-{number:012d}</cbc:ContractFolderID>
<cbc:IssueDate>{DAY}+02:00</cbc:IssueDate><cbc:IssueTime>09:00:00+02:00</cbc:IssueTime><cbc:VersionID>01</cbc:VersionID>
<cbc:NoticeTypeCode listName="competition">cn-standard</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>DEU</cbc:NoticeLanguageCode>{root}
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification></cac:Party>
</cac:ContractingParty>
<cac:ProcurementProject><cbc:Name languageID="DEU">{escape(title)}</cbc:Name>
<cbc:Description languageID="DEU">{escape(description)}</cbc:Description>{project}
</cac:ProcurementProject>{told}
</ContractNotice>""".encode()
