"""Contracts Finder: smaller public work in England, and the archive of everything before 2025.

Two shapes of OCDS (today's, and that of before about 2021, whose tag is always "tender" and whose Z means London
time) and two of CSV. Official documentation: https://www.contractsfinder.service.gov.uk/apidocumentation/home
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

import orjson

from scrapers.kinds import ocds, ocds_details, packages, windows
from scrapers.kinds.ocds import Json, Wall, part, text
from scrapers.kinds.ocds_details import Manner
from scrapers.sources import contracts_finder_csv as tables
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Change, Reading, Stage
from service.errors import UnreadableField
from service.ports import Access, Http, HttpPolicy, Page, SourceCard

NAME = "Contracts Finder"
HOME = "https://www.contractsfinder.service.gov.uk"
_LIST = "/Published/Notices/OCDS/Search"
_OWN = re.compile(rb'"ocid"\s*:\s*"ocds-b5fd17')
_ADDRESS = re.compile(rb'"uri"\s*:\s*"https?:[^"]{0,40}contractsfinder\.service\.gov\.uk')
_GUID_LENGTH = 36
_ENDED = frozenset({"cancelled", "withdrawn", "unsuccessful"})
_BELOW = ("(below threshold)", "(non-ojeu)")


class ContractsFinder:
    """The search of releases, and the notices in it and in the older files."""

    key = "contracts_finder"
    card = SourceCard(
        name=NAME,
        home=HOME,
        licence="Open Government Licence v3.0",
        attribution="Contains public sector information licensed under the Open Government Licence v3.0.",
        rhythm="every half hour",
        silence=3,
        national=True,
        # An operator reports that a rate that is too high is answered with empty days and no error.
        busy=True,
        caveats=(
            "England's smaller contracts; since February 2025 many of them are on Find a Tender instead.",
            "A date is that of the last edit, so an old notice may come up again.",
        ),
    )

    async def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,
        until: datetime,
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """Poll up to `until`. Raises HttpTrouble, UnreadableBody or PagingBroke."""
        listing = windows.List(
            name=NAME,
            url=(access.base_url or HOME) + _LIST,
            policy=HttpPolicy(
                pace=10.0 if access.pace is None else access.pace,
                slow_down_statuses=frozenset({403, 429, 503}),
                slow_down_default=300.0,
                allow_loopback=access.allow_loopback,
                conditional=False,
            ),
            since_name="publishedFrom",
            until_name="publishedTo",
            notices=lambda package: tuple(
                packages.notices_of(package, key=self.key, source=NAME, seen=seen, name=_identity)
            ),
        )
        place = windows.begin(bookmark, since=since, until=until, name=NAME)
        async for page in windows.walk(listing, http, place=place, until=until):
            yield page

    def recognises(self, payload: bytes) -> bool:
        """Tell whether a file holds releases or CSV rows of this service, by their ocid, address or header."""
        if packages.is_json(payload):
            return _OWN.search(payload) is not None or _ADDRESS.search(payload) is not None
        return tables.header(payload) is not None

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Split a file of packages, records, releases or CSV rows. Raises UnreadableBody."""
        form = tables.header(payload)
        if form is not None:
            yield from tables.notices(payload, form=form, key=self.key, source=NAME, seen=seen)
            return
        for package in packages.packages_in(payload, source=NAME):
            yield from packages.notices_of(package, key=self.key, source=NAME, seen=seen, name=_identity)

    def read(self, notice: Notice) -> Reading | SetAside:
        """Map one notice; what cannot be read is set aside with the field that is to blame."""
        try:
            said = orjson.loads(notice.body)
            if not isinstance(said, dict):
                return self._aside(notice, "the notice is not an object.")
            return self._reading(notice, said)
        except UnreadableField as trouble:
            return self._aside(notice, str(trouble))
        except orjson.JSONDecodeError:
            return self._aside(notice, "the notice is not JSON.")

    def _reading(self, notice: Notice, said: Json) -> Reading | SetAside:
        row = {name: cell for name, cell in said.items() if isinstance(cell, str)}
        title = row.get("Title", "")
        release: Json = {}
        if notice.form == packages.FORM:
            release = said
        elif notice.form == tables.HARVESTER:
            release = tables.folded(row)
        elif notice.form != tables.EXPORT:
            return self._aside(notice, f"the form {notice.form} is not of this source.")
        if release:
            title = ocds_details.title_of(release)
        if ocds_details.is_test(title):
            field = "tender.title" if release else "Title"
            return self._aside(notice, f"{field}: an official test notice, nothing to bid for.")
        return _read_release(notice, release) if release else tables.read_export(notice, row)

    def _aside(self, notice: Notice, reason: str) -> SetAside:
        return SetAside(source=self.key, source_id=notice.source_id, reason=f"{NAME}: {reason}")


def _identity(release: Json, uri: str) -> str:
    """Return the id of a release: its own, or in the old shape the GUID in the package's address.

    The id of an old release holds no GUID of the notice, which alone leads to its page.
    """
    own = text(release, "id")
    return (tables.guid_in(uri) if own.startswith("ocds-") and "/releases/" in uri else "") or own


def _read_release(notice: Notice, release: Json) -> Reading:
    guid = tables.guid_in(notice.source_id[:_GUID_LENGTH])
    stage, change, status = _meaning(release)
    names = (notice.source_id, guid) if guid else (notice.source_id,)
    return Reading(
        source=notice.source,
        notice_id=notice.source_id,
        published=ocds.release_date(release),
        keys=tuple(dict.fromkeys(ocds_details.keys(release, source=notice.source, notice_ids=names))),
        stage=stage,
        change=change,
        details=ocds_details.details(release, _manner(release, f"{HOME}/Notice/{guid}" if guid else "")),
        stated_status=status,
    )


def _meaning(release: Json) -> tuple[Stage, Change, str]:
    """Return stage, change and the status where it is believed. In the old shape status and suppliers outrank tags."""
    tags = ocds.strings(release, "tag")
    status = text(part(release, "tender"), "status").lower()
    update = any(tag.endswith(("Update", "Amendment")) for tag in tags)
    awarded = any(tag.startswith(("award", "contract", "implementation")) for tag in tags)
    if _is_old(release):
        awarded = awarded or (status == "complete" and bool(ocds_details.suppliers(release)))
    if awarded:
        return Stage.AWARD, Change.UPDATE if update else Change.AWARD, ""
    planning = any(tag.startswith("planning") for tag in tags) or status in {"planning", "planned"}
    stage = Stage.PLANNING if planning else Stage.TENDER
    if status in _ENDED or any(tag.endswith("Cancellation") for tag in tags):
        return stage, Change.CANCELLATION, status if status in _ENDED else ""
    return stage, Change.UPDATE if update else Change.NEW, ""


def _is_old(release: Json) -> bool:
    return bool(part(release, "tender", "xClassifications"))


def _manner(release: Json, official_url: str) -> Manner:
    tender = part(release, "tender")
    old = _is_old(release)
    suitable = part(tender, "xClassifications" if old else "suitability")
    procedure = text(tender, "procurementMethodDetails").lower()
    below: bool | None = True if any(said in procedure for said in _BELOW) else None
    if below is None and "(above threshold)" in procedure:
        below = False
    return Manner(
        official_url=official_url,
        value=ocds.value(part(tender, "value"), field="tender.value", floor=part(tender, "minValue")),
        below_threshold=below,
        sme=ocds.flag(suitable, "isSuitableForSme" if old else "sme"),
        vcse=ocds.flag(suitable, "isSuitableForVco" if old else "vcse"),
        wall=Wall.LONDON if old else Wall.STATED,
    )


SOURCE = ContractsFinder()
