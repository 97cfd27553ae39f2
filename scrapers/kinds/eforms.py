"""eForms: how European public bodies have announced their work since late 2023, in the XML of the eForms SDK.

Field names (BT-21, OPP-010) and paths are those of `fields.json` of the SDK 1.15. A notice has one procedure and any
number of lots, each with its own deadline, place and codes; names and addresses stand once, in a list of organisations
that everything else refers to by id. Contact people stand there too, and are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scrapers.kinds import eforms_lots, eforms_result, ted_codes, words, xml_notice
from scrapers.kinds.eforms_words import Tongue, tongue_of
from scrapers.kinds.xml_notice import Element, at, children, first, text
from service.domain.opportunity import Buyer, Change, Details, Document, Key, Lot, Reading, Stage
from service.errors import UnreadableField

FORM = "ted-eforms"
ROOTS = frozenset({"ContractNotice", "PriorInformationNotice", "ContractAwardNotice"})
#: A numbered notice counts one moment into its day, so that it comes after its own row in the search.
AFTER_ITS_ROW = timedelta(seconds=1)
_EXTENSION = ("UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension")
_CANCELLED = "cancel"
_MOST_TEXT = 30_000
_MOST_TOLD = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The names of one notice: its number in the journal ("" before it is published), its id and version."""

    number: str
    notice: str
    version: str

    @property
    def own(self) -> str:
        """The name it goes by: the number where it has one."""
        return self.number or f"{self.notice}-{self.version}"


def extension(element: Element | None) -> Element | None:
    """The eForms extension of an element; None where it has none."""
    return first(element, *_EXTENSION)


def identity_of(root: Element) -> Identity:
    """The names of a notice. Raises UnreadableField where it has none at all."""
    stated = text(extension(root), "Publication", "NoticePublicationID")
    notice = next((words.line(each.text or "") for each in children(root, "ID") if _is_notice_id(each)), "")
    number = ted_codes.publication_number(stated)
    if not number and not notice:
        raise UnreadableField(field="cbc:ID[@schemeName='notice-id']", said=None, why="there is no id")
    return Identity(number=number, notice=notice.lower(), version=text(root, "VersionID") or "01")


def published_of(root: Element) -> datetime:
    """When it was published: the day of its publication, else the moment it was sent off. Raises UnreadableField."""
    stated = text(extension(root), "Publication", "PublicationDate")
    day = xml_notice.start_of(stated, field="efbc:PublicationDate")
    if day is not None:
        return day + AFTER_ITS_ROW
    sent = xml_notice.moment_of(text(root, "IssueDate"), text(root, "IssueTime"), field="cbc:IssueDate")
    if sent is None:
        raise UnreadableField(field="cbc:IssueDate", said=None, why="there is no date")
    return sent[0]


def reading(root: Element, *, source: str, page: str) -> Reading:
    """Map one notice.

    Args:
        root: The root element.
        source: The key of the source.
        page: Where people read a notice, with {number} in it.

    Raises:
        UnreadableField: A field cannot be believed.
    """
    identity = identity_of(root)
    url = page.format(number=identity.number) if identity.number else ""
    stage, change = _meaning(root)
    return Reading(
        source=source,
        notice_id=identity.own,
        published=published_of(root),
        keys=_keys(root, identity, source=source),
        stage=stage,
        change=change,
        details=_details(root, url=url),
        notice_type=text(root, "NoticeTypeCode"),
    )


def _is_notice_id(element: Element) -> bool:
    return element.get("schemeName") in {"notice-id", None}


def _meaning(root: Element) -> tuple[Stage, Change]:
    """What it announces. A changed notice says everything again; a result without any winner ends the procurement."""
    code = first(root, "NoticeTypeCode")
    stage, change = ted_codes.kind(
        (code.get("listName") or "") if code is not None else "", text(root, "NoticeTypeCode")
    )
    changes = first(extension(root), "Changes")
    if changes is not None:
        cancelled = any(words.line(each.text or "") == _CANCELLED for each in at(changes, "ChangeReason", "ReasonCode"))
        return stage, Change.CANCELLATION if cancelled else Change.UPDATE
    if change is Change.AWARD and eforms_result.ended_without_winner(extension(root)):
        return stage, Change.CANCELLATION
    return stage, change


def _keys(root: Element, identity: Identity, *, source: str) -> tuple[Key, ...]:
    """Every name of the procurement: the notice's own, the one it changes, the procedure's, a shared reference.

    A planning notice that it refers to is none: that may announce several procurements.
    """
    notices = [identity.number] if identity.number else []
    if identity.notice:
        notices += [identity.notice, f"{identity.notice}-{identity.version}"]
    for changed in at(extension(root), "Changes", "ChangedNoticeIdentifier"):
        said = words.line(changed.text or "").lower()
        notices += [ted_codes.publication_number(said) or said] if said else []
    found = [Key(scheme="notice", value=f"{source}:{name}") for name in notices]
    procedure = text(root, "ContractFolderID").lower()
    found += [Key(scheme="procedure", value=f"{source}:{procedure}")] if procedure else []
    reference = ted_codes.shared_reference(text(root, "ProcurementProject", "ID"))
    found += [Key(scheme="reference", value=reference)] if reference else []
    return tuple(dict.fromkeys(found))


def _details(root: Element, *, url: str) -> Details:
    tongue = tongue_of(text(root, "NoticeLanguageCode"))
    project = first(root, "ProcurementProject")
    lots = eforms_lots.lots_of(root, tongue)
    title, title_tongue = tongue.said(project, "Name")
    if not title:
        title, title_tongue = lots[0].title if lots else "", tongue.original
    if not title:
        raise UnreadableField(field="cac:ProcurementProject/cbc:Name", said=None, why="there is no text")
    description, its_tongue = _description(root, project, tongue)
    regions = {region for lot in lots for region in lot.delivery_regions} | set(eforms_lots.places_of(project))
    deadlines = [lot.deadline for lot in lots if lot.deadline is not None]
    enquiries = eforms_lots.enquiries_until(root)
    starts, ends = eforms_lots.span_of(root)
    value = eforms_lots.value_of(project) or (lots[0].value if len(lots) == 1 else None)
    result = eforms_result.result_of(extension(root), tongue)
    return Details(
        title=title,
        description=description,
        buyer=_buyer(root, tongue),
        cpv=tuple(dict.fromkeys((*eforms_lots.codes_of(project), *(code for lot in lots for code in lot.cpv)))),
        value=value,
        deadline=min(deadlines, key=lambda deadline: deadline.at, default=None),
        enquiries_until=enquiries,
        starts=starts,
        ends=ends,
        lots=lots,
        delivery_regions=tuple(sorted(regions)),
        delivery_postcodes=eforms_lots.postcodes_of(root),
        procedure=ted_codes.PROCEDURES.get(text(root, "TenderingProcess", "ProcedureCode"), ""),
        sme=_any([*(lot.sme for lot in lots), *eforms_lots.group_flags(root)]),
        framework=eforms_lots.framework_of(root),
        reserved=_reserved(lots),
        conditions=_conditions(root, tongue),
        documents=_documents(root),
        suppliers=result.suppliers,
        award_value=result.value,
        official_url=url,
        gpa=_any([lot.gpa for lot in lots]),
        language=its_tongue or title_tongue,
    )


def _any(flags: list[bool | None]) -> bool | None:
    """True where any says so, False where all that speak deny it, None where nobody speaks."""
    stated = [said for said in flags if said is not None]
    return any(stated) if stated else None


def _reserved(lots: tuple[Lot, ...]) -> str:
    """Who alone may bid for any of it; "" where at least one lot is for everyone."""
    if not lots or not all(lot.reserved for lot in lots):
        return ""
    return ", ".join(dict.fromkeys(lot.reserved for lot in lots))


def _description(root: Element, project: Element | None, tongue: Tongue) -> tuple[str, str]:
    """The procedure's description and what the lots add to it, with its language ("" for English)."""
    whole, its_tongue = tongue.said(project, "Description")
    parts = [words.passage(whole)] if whole else []
    for lot in list(eforms_lots.elements(root))[:_MOST_TOLD]:
        said, its = tongue.said(first(lot, "ProcurementProject"), "Description")
        name, _ = tongue.said(first(lot, "ProcurementProject"), "Name")
        plain = words.passage(said)
        if plain and plain not in parts:
            its_tongue = its_tongue or its
            parts.append(f"{name}: {plain}" if name and len(name) < len(plain) else plain)
    return "\n\n".join(dict.fromkeys(parts))[:_MOST_TEXT], its_tongue


def _buyer(root: Element, tongue: Tongue) -> Buyer | None:
    """The first body that buys, found in the list of organisations by its id."""
    path = ("ContractingParty", "Party", "PartyIdentification", "ID")
    for reference in at(root, *path):
        company = eforms_result.company(extension(root), words.line(reference.text or ""))
        name = tongue.name(company)
        if name:
            address = first(company, "PostalAddress")
            return Buyer(
                name=name,
                region=text(address, "CountrySubentityCode")
                or ted_codes.country(text(address, "Country", "IdentificationCode"))
                or None,
                postcode=text(address, "PostalZone") or None,
            )
    return None


def _conditions(root: Element, tongue: Tongue) -> str:
    """Selection criteria as stated, each once."""
    found = [
        words.passage(tongue.said(criterion, "Description")[0])
        for lot in eforms_lots.elements(root)
        for criterion in children(extension(first(lot, "TenderingTerms")), "SelectionCriteria")
    ]
    return "\n".join(dict.fromkeys(filter(None, found)))[:_MOST_TEXT]


def _documents(root: Element) -> tuple[Document, ...]:
    """Where the papers are and where to send an offer (BT-15, BT-615, BT-18), each address once."""
    found: dict[str, Document] = {}
    for lot in eforms_lots.elements(root):
        terms = first(lot, "TenderingTerms")
        for uri in at(terms, "CallForTendersDocumentReference", "Attachment", "ExternalReference", "URI"):
            _add(found, uri, "Procurement documents")
        for uri in at(terms, "TenderRecipientParty", "EndpointID"):
            _add(found, uri, "Where to send an offer")
    return tuple(found.values())[: eforms_lots.MOST_DOCUMENTS]


def _add(found: dict[str, Document], uri: Element, title: str) -> None:
    address = words.web_address(words.line(uri.text or ""))
    if address:
        found.setdefault(address, Document(title=title, url=address))
