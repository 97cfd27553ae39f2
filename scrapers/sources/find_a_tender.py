"""Find a Tender: where British public bodies publish their larger work, and since 2025 much of the smaller.

Asked without `stages`, which silently leaves out everything under the Procurement Act. Official documentation:
https://www.find-tender.service.gov.uk/Developer/Documentation
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from urllib.parse import quote

from scrapers.kinds import ocds_details, packages, windows
from scrapers.kinds.ocds import Json, release_date
from scrapers.sources import find_a_tender_act as act
from scrapers.sources import find_a_tender_legacy as legacy
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.ports import Access, Http, HttpPolicy, Page, SourceCard

NAME = "Find a Tender"
HOME = "https://www.find-tender.service.gov.uk"
_LIST = "/api/1.0/ocdsReleasePackages"
_OWN = re.compile(rb'"ocid"\s*:\s*"ocds-h6vhtk-')
_ADDRESS = re.compile(rb'"uri"\s*:\s*"https?:[^"]{0,40}find-tender\.service\.gov\.uk')


class FindATender:
    """The list of release packages, and the notices in it."""

    key = "find_a_tender"
    card = SourceCard(
        name=NAME,
        home=HOME,
        licence="Open Government Licence v3.0",
        attribution="Contains public sector information licensed under the Open Government Licence v3.0.",
        rhythm="every half hour",
        silence=2,
        national=True,
        caveats=(
            "Above the thresholds of the Procurement Act 2023, and many smaller tenders since February 2025.",
            "A missing mark for small firms does not mean that a tender does not suit them: buyers only ever say yes.",
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
                allow_loopback=access.allow_loopback,
                conditional=False,
            ),
            since_name="updatedFrom",
            until_name="updatedTo",
            notices=lambda package: tuple(packages.notices_of(package, key=self.key, source=NAME, seen=seen)),
        )
        place = windows.begin(bookmark, since=since, until=until, name=NAME)
        async for page in windows.walk(listing, http, place=place, until=until):
            yield page

    def recognises(self, payload: bytes) -> bool:
        """Tell whether a file holds releases of this service, by their ocid or the address they came from."""
        return packages.is_json(payload) and (_OWN.search(payload) or _ADDRESS.search(payload)) is not None

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Split a file of packages, records or releases. Raises UnreadableBody."""
        for package in packages.packages_in(payload, source=NAME):
            yield from packages.notices_of(package, key=self.key, source=NAME, seen=seen)

    def read(self, notice: Notice) -> Reading | SetAside:
        """Map one notice; what cannot be read is set aside with the field that is to blame."""
        return packages.reading_of(
            notice, key=self.key, source=NAME, reading=lambda release: self._reading(notice, release)
        )

    def _reading(self, notice: Notice, release: Json) -> Reading | SetAside:
        if ocds_details.is_test(ocds_details.title_of(release)):
            return self._aside(notice, "tender.title: an official test notice, nothing to bid for.")
        url = f"{HOME}/Notice/{quote(notice.source_id, safe='')}"
        is_act = act.applies(release)
        meaning = act.meaning(release) if is_act else legacy.meaning(release)
        manner = (act.manner if is_act else legacy.manner)(release, official_url=url)
        return Reading(
            source=self.key,
            notice_id=notice.source_id,
            published=release_date(release),
            keys=ocds_details.keys(release, source=self.key, notice_ids=(notice.source_id,)),
            stage=meaning.stage,
            change=meaning.change,
            details=ocds_details.details(release, manner),
            notice_type=act.notice_type(release) if is_act else "",
            sparse=meaning.sparse,
        )

    def _aside(self, notice: Notice, reason: str) -> SetAside:
        return packages.aside(notice, reason, key=self.key, source=NAME)


SOURCE = FindATender()
