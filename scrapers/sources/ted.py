"""TED, Tenders Electronic Daily: the European Union's journal of public contracts, of which some are open to UK firms.

British bodies publish here no more; what a London firm finds are contracts of others that it may be able to bid for.
How it is read in full: the search names the notices of a day, then each notice's XML is fetched by its number, at most
one a second. Where the XML cannot be had or read, the row of the search is read as it is; where it may be had later, it
is asked for again at the next polls.

Official documentation: https://docs.ted.europa.eu/reuse/search-api.html
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

import orjson

from scrapers.kinds import eforms, packages, r209, ted_search, xml_notice
from scrapers.kinds.ted_walk import Journal, walk
from scrapers.kinds.xml_notice import Element, name_of
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.errors import UnreadableBody, UnreadableField
from service.ports import Access, Http, Page, SourceCard

NAME = "TED"
HOME = "https://ted.europa.eu"
SEARCH = "https://api.ted.europa.eu"
_PAGE = HOME + "/en/notice/-/detail/{number}"
#: How far into a file its root element is looked for: a comment or a declaration may stand before it.
_HEAD = 20_000
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:" + "|".join([*sorted(eforms.ROOTS), r209.ROOT]).encode() + rb")[\s/>]")
_ROW = re.compile(rb'"publication-number"\s*:\s*"')
_LIST = re.compile(rb'"notices"\s*:\s*\[')


class Ted:
    """The search of notices, the notices themselves in two schemas, and answers of the search kept as files."""

    key = "ted"
    card = SourceCard(
        name="TED (Tenders Electronic Daily)",
        home=HOME,
        licence="Commission Decision 2011/833/EU on the reuse of Commission documents",
        attribution="Source: TED, © European Union.",
        rhythm="every four hours",
        every=4 * 3600.0,
        silence=5,
        caveats=(
            "Contracts of public bodies in the European Union and its neighbours, for firms that ask for them.",
            "British bodies publish elsewhere: what is here of theirs is old.",
            "Whether a British firm may bid depends on trade agreements and on the notice. We never say that you may.",
            "Most notices are not in English, and values are in the currency of the notice.",
            "Only calls for competition are asked for. Plans and results are read from files.",
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
        journal = Journal(
            key=self.key,
            name=NAME,
            search=(access.base_url or SEARCH) + ted_search.PATH,
            notice=(access.base_url or HOME) + "/en/notice/{number}/xml",
            pace=1.0 if access.pace is None else access.pace,
            allow_loopback=access.allow_loopback,
            row=lambda row: self._row_notice(row, seen=seen),
            full=lambda body: self._full_notice(body, seen=seen),
        )
        async for page in walk(journal, http, bookmark=bookmark, since=since, until=until):
            yield page

    def recognises(self, payload: bytes) -> bool:
        """Tell whether a file is an answer of the search, a row of one, or a notice in one of the two schemas."""
        start = payload.removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] in {b"{", b"["}:
            return _ROW.search(payload) is not None or (_LIST.search(payload) is not None and b"timedOut" in payload)
        return start[:1] == b"<" and _ROOT.search(start[:_HEAD]) is not None

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Split a file: an answer into its rows, an XML file into its one notice. Raises UnreadableBody."""
        if payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
            yield self._xml_notice(payload, seen=seen)
            return
        for row in ted_search.rows_in(payload, source=NAME):
            yield self._row_notice(row, seen=seen)

    def read(self, notice: Notice) -> Reading | SetAside:
        """Map one notice; what cannot be read is set aside with the field that is to blame."""
        try:
            return self._reading(notice)
        except UnreadableField as trouble:
            return self._aside(notice.source_id, str(trouble))
        except UnreadableBody as trouble:
            return SetAside(source=self.key, source_id=notice.source_id, reason=str(trouble))
        except orjson.JSONDecodeError:
            return self._aside(notice.source_id, "the notice is not JSON.")

    def _reading(self, notice: Notice) -> Reading | SetAside:
        if notice.form == ted_search.FORM:
            return ted_search.reading(orjson.loads(notice.body), source=self.key, page=_PAGE)
        mapper = {r209.FORM: r209.reading, eforms.FORM: eforms.reading}.get(notice.form)
        if mapper is None:
            return self._aside(notice.source_id, f"the form {notice.form} is not of this source.")
        return mapper(xml_notice.parsed(notice.body, source=NAME), source=self.key, page=_PAGE)

    def _row_notice(self, row: object, *, seen: datetime) -> Notice | SetAside:
        if packages.deeper_than(row, packages.DEEPEST):
            reason = f"the row is nested more than {packages.DEEPEST} levels deep."
            return self._aside(packages.unnamed("a row nested too deep"), reason)
        try:
            number = ted_search.number_of(row)
        except UnreadableField as trouble:
            return self._aside(packages.unnamed(row), str(trouble))
        try:
            published = ted_search.published_of(row) if isinstance(row, dict) else None
        except UnreadableField:
            published = None
        return Notice(
            source=self.key,
            source_id=number,
            published=published,
            seen=seen,
            body=orjson.dumps(row, option=orjson.OPT_SORT_KEYS),
            form=ted_search.FORM,
        )

    def _full_notice(self, body: bytes, *, seen: datetime) -> Notice | SetAside:
        """Make a notice of XML that was fetched, if it can be used: its row stands in for it where it cannot."""
        found = self._xml_notice(body, seen=seen)
        read = self.read(found) if isinstance(found, Notice) else found
        return read if isinstance(read, SetAside) else found

    def _xml_notice(self, body: bytes, *, seen: datetime) -> Notice | SetAside:
        """Make a notice of an XML file. Raises UnreadableBody."""
        root = xml_notice.parsed(body, source=NAME)
        try:
            identity, published, form = _told(root)
        except UnreadableField as trouble:
            return self._aside(packages.unnamed(body.decode("utf-8", "replace")), str(trouble))
        return Notice(source=self.key, source_id=identity, published=published, seen=seen, body=body, form=form)

    def _aside(self, identity: str, reason: str) -> SetAside:
        return SetAside(source=self.key, source_id=identity, reason=f"{NAME}: {reason}")


def _told(root: Element) -> tuple[str, datetime, str]:
    """The name, moment and form of a notice. Raises UnreadableField, and UnreadableBody where it is no notice."""
    if name_of(root) == r209.ROOT:
        return r209.number_of(root), r209.published_of(root), r209.FORM
    if name_of(root) in eforms.ROOTS:
        return eforms.identity_of(root).own, eforms.published_of(root), eforms.FORM
    raise UnreadableBody(f"{NAME}: the root element {name_of(root)[:40]!r} is that of no notice.")


SOURCE = Ted()
