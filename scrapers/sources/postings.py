"""What buyers post on this copy itself: OCDS releases made by our own form, read like those of any other source.

Nobody is asked for them: they come in when somebody presses "Publish". A poll therefore finds an empty list.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime

from scrapers.kinds import ocds, ocds_details, packages, words
from scrapers.kinds.ocds import Json, part, release_date
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Change, Details, Key, Reading, Stage
from service.domain.posting import OCID_PREFIX
from service.domain.posting_release import scheme_of
from service.domain.reply_words import lines_of
from service.ports import Access, Http, Page, SourceCard

NAME = "Bowbell"
_OWN = re.compile(rb'"ocid"\s*:\s*"' + OCID_PREFIX.encode() + rb"-")
#: The source whose notices a buyer names by their number.
_SISTER = "find_a_tender"
#: How it ended without an award, before the buyer's own reason.
_ENDED = {"unsuccessful": "No contract was awarded. ", "withdrawn": "It is withdrawn. "}
_MEANINGS = {
    "tender": (Stage.TENDER, Change.NEW),
    "tenderUpdate": (Stage.TENDER, Change.UPDATE),
    "tenderCancellation": (Stage.TENDER, Change.CANCELLATION),
    "award": (Stage.AWARD, Change.AWARD),
}


class Postings:
    """The notices of our own form."""

    key = "postings"
    card = SourceCard(
        name=NAME,
        home="",
        licence="Open Government Licence v3.0",
        attribution="Posted here by the buyer, under the Open Government Licence v3.0.",
        rhythm="the moment a buyer publishes",
        every=86_400.0,
        caveats=("Only what buyers post here: it may be published elsewhere too.",),
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
        """One page with nothing on it: postings come in by themselves."""
        del http, access, bookmark, since, until, seen
        yield Page(notices=(), bookmark="they come in by themselves", done=True, empty=True)

    def recognises(self, payload: bytes) -> bool:
        """Tell whether a file holds releases of our own form."""
        return packages.is_json(payload) and _OWN.search(payload) is not None

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
        step = next((tag for tag in ocds.strings(release, "tag") if tag in _MEANINGS), None)
        if step is None:
            return self._aside(notice, "tag: it says nothing that we know.")
        stage, change = _MEANINGS[step]
        return Reading(
            source=self.key,
            notice_id=notice.source_id,
            published=release_date(release),
            keys=_keys(release, notice.source_id),
            stage=stage,
            change=change,
            details=_details(release),
            stated_status=ocds.text(part(release, "tender"), "status"),
        )

    def _aside(self, notice: Notice, reason: str) -> SetAside:
        return packages.aside(notice, reason, key=self.key, source=NAME)


def _keys(release: Json, notice_id: str) -> tuple[Key, ...]:
    """The names of a posting: its own, and the one it has on Find a Tender where the buyer says so.

    Numbers in its text name other procurements: a main contractor's work is not the contract it stems from.
    """
    own = ocds.text(release, "ocid")
    found = [Key(scheme="ocid", value=own)] if own else []
    found.append(Key(scheme="notice", value=f"{SOURCE.key}:{notice_id}"))
    for relation, number in _related(release):
        if relation != "prior":
            continue
        is_ocid = scheme_of(number) == "ocid"
        found.append(Key(scheme="ocid" if is_ocid else "notice", value=number if is_ocid else f"{_SISTER}:{number}"))
    return tuple(found)


def _related(release: Json) -> list[tuple[str, str]]:
    """Each related process: how it is related, and its number."""
    return [
        (relation, number)
        for row in ocds.rows(release, "relatedProcesses")
        if (number := ocds.text(row, "identifier"))
        for relation in ocds.strings(row, "relationship")[:1]
    ]


def _details(release: Json) -> Details:
    """What it says; how to reply is part of the text, since there is no other page to look it up on."""
    tender = part(release, "tender")
    worth = ocds.value(part(tender, "value"), field="tender.value")
    manner = ocds_details.Manner(official_url="", value=worth, below_threshold=None, sme=None, vcse=None)
    found = ocds_details.details(release, manner)
    asked = tender.get("submissionMethodDetails")
    said = words.passage(asked) if isinstance(asked, str) else ""
    # The buyer gave this address to be read by everybody; it is the one contact that is carried over.
    buyer = next((row for row in ocds.rows(release, "parties") if "buyer" in ocds.strings(row, "roles")), {})
    contact = part(buyer, "contactPoint")
    where = next((given for name in ("email", "url") if isinstance(given := contact.get(name), str)), "")
    lines = lines_of(said, where)
    why = tender.get("procurementMethodRationale")
    return replace(
        found,
        description=f"{found.description}\n\n{lines}" if lines else found.description,
        part_of=next((each for relation, each in _related(release) if relation == "parent"), ""),
        ended_because=f"{_ENDED.get(ocds.text(tender, 'status'), '')}{words.passage(why)}"
        if isinstance(why, str)
        else "",
    )


SOURCE = Postings()
