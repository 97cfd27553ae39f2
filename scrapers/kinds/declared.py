"""A source that is nothing but rules: polls its list, judges the whole of it, and only then gives a single notice.

One class for every kind, because they differ only in how a page is cut up. All pages of a poll are read before the
first notice is given: a list that drifts on its third page must not have changed anything by its first two.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import orjson

from scrapers.kinds.apart import read_apart
from scrapers.kinds.cells import Moment
from scrapers.kinds.drift import Judged, check, identity_of, judged_rows
from scrapers.kinds.memory import Memory, mark, remembered
from scrapers.kinds.ocds import LONDON
from scrapers.kinds.row_reading import FORM, reading_of
from scrapers.kinds.rules import RequestRules, SourceRules
from scrapers.kinds.rules_file import rules_in
from scrapers.kinds.sheet import Row, Selection, Sheet
from service.domain.gazetteer import gazetteer
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.domain.working_days import working_days_between
from service.errors import (
    GoneStale,
    LayoutDrift,
    NotLetIn,
    UnexpectedAnswer,
    UnreadableBody,
    UnreadableField,
    WrongSettings,
)
from service.ports import Access, Http, HttpPolicy, Page, SourceCard

#: Notices given at once, to be committed at once.
_BATCH = 200
_SHUT = frozenset({401, 403, 407, 451})
#: How many characters of a file tell whether it may be of a source at all.
_LOOKED_AT = 4_000_000

#: Cuts up a page: in a process of its own, or here where the page is ours.
Reader = Callable[..., Sheet]


class DeclaredSource:
    """A source made of rules. See the `Source` port.

    Args:
        rules: what the file says.
        reader: cuts up a page.
    """

    def __init__(self, rules: SourceRules, *, reader: Reader = read_apart) -> None:
        self.rules = rules
        self.key = rules.key
        self.card = SourceCard(**dict(rules.card))
        self._reader = reader
        self._selection = rules.selection()

    # Polling ------------------------------------------------------------------------------------------------------

    async def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,  # noqa: ARG002 - a list shows what is open now; it has no past to ask for
        until: datetime,  # noqa: ARG002
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """Poll the whole list. Raises HttpTrouble, UnreadableBody, WrongSettings and, at its end, GoneStale."""
        request = self._request(access)
        sheets = [sheet async for sheet in self._sheets(http, request, access=access)]
        judged = await asyncio.to_thread(self._judged, sheets)
        known = remembered(bookmark)
        rows = self._rows(judged, seen=seen, known=known)
        notices = [row for row in rows if isinstance(row, Notice)]
        aside = tuple(row for row in rows if isinstance(row, SetAside))
        now = Memory(rows={notice.source_id: mark(notice.body) for notice in notices}).bookmark(seen)
        batches = [notices[start : start + _BATCH] for start in range(0, len(notices), _BATCH)] or [[]]
        for number, batch in enumerate(batches, start=1):
            done = number == len(batches)
            yield Page(
                notices=tuple(batch),
                set_aside=aside if done else (),
                # Until all are kept the old bookmark stands, so that a poll cut short repeats rather than forgets.
                bookmark=now if done else bookmark or "",
                done=done,
                empty=not judged,
            )
        self._complain_of_silence(judged, seen)

    def first_page(self, access: Access) -> str:
        """Return the address of the first page. Raises as a poll would where there is none."""
        request = self._request(access)
        return request.base + request.path.replace("{page}", str(request.first_page))

    def _request(self, access: Access) -> RequestRules:
        request = self.rules.request
        if self.card.permission == "prohibited" or request is None:
            raise NotLetIn(f"{self.card.name}: its terms forbid reading it, so it is never asked.")
        base = access.base_url or request.base
        if not base:
            name = f"BOWBELL_SOURCE_{self.key.upper()}_URL"
            raise WrongSettings(f"{self.card.name}: nobody has confirmed an address. Set {name} to the site's own.")
        pace = request.pace if access.pace is None else access.pace
        return request.model_copy(update={"base": base, "pace": pace})

    async def _sheets(self, http: Http, request: RequestRules, *, access: Access) -> AsyncIterator[Sheet]:
        """Give the pages of the list, up to the last that brings a row not seen before."""
        policy = HttpPolicy(
            pace=request.pace,
            retries=1,
            max_bytes=request.most_bytes,
            allow_loopback=access.allow_loopback,
            conditional=False,
            robots=True,
        )
        seen: set[str] = set()
        for number in range(request.first_page, request.first_page + request.pages):
            url = request.base + request.path.replace("{page}", str(number))
            try:
                reply = await http.get(url, headers=request.headers, policy=policy)
            except UnexpectedAnswer as trouble:
                if trouble.status in _SHUT:
                    raise NotLetIn(f"{self.card.name} answered {trouble.status}.") from trouble
                raise
            sheet = await asyncio.to_thread(self._cut, reply.body, url=self._public(reply.url, access))
            later = number > request.first_page
            if later and (not sheet.rows or sheet.says_empty):
                return
            self._complain_of(sheet)
            marks = {mark(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)) for row in sheet.rows}
            # Some sites give their last page again and again.
            if later and marks <= seen:
                return
            seen |= marks
            yield sheet

    def _public(self, url: str, access: Access) -> str:
        """Return a page's address at the source's own site, also where a copy was asked: links are made of it."""
        base = self.rules.request.base if self.rules.request is not None else ""
        if not base or not access.base_url or not url.startswith(access.base_url):
            return url
        return base + url.removeprefix(access.base_url)

    def _cut(self, body: bytes, *, url: str) -> Sheet:
        sheet = self._reader(body, self._selection, url=url)
        rows = tuple(_with_links(row, url) for row in sheet.rows)
        return replace(sheet, rows=rows)

    # Judging ------------------------------------------------------------------------------------------------------

    def _complain_of(self, sheet: Sheet) -> None:
        """Raise what is wrong with a page as a page."""
        name = self.card.name
        if sheet.door:
            raise NotLetIn(f"{name}: there is {sheet.door}.")
        for field, why in sheet.misplaced.items():
            raise LayoutDrift(field=field, why=f"{name}: {why}.")
        if sheet.trouble:
            raise LayoutDrift(field="rows", why=f"{name}: {sheet.trouble}.")
        if sheet.says_empty:
            return
        if len(sheet.rows) < self.rules.rows.fewest:
            what = f" The page calls itself {sheet.title[:80]!r}." if sheet.title else ""
            why = f"{name}: {len(sheet.rows)} found where there are at least {self.rules.rows.fewest}.{what}"
            raise LayoutDrift(field="rows", why=why)

    def _judged(self, sheets: Sequence[Sheet]) -> list[Judged]:
        """Every row of a poll, once, after each page was found to be laid out as it should. Raises LayoutDrift."""
        rows: dict[tuple[str, ...], Judged] = {}
        nameless: list[Judged] = []
        for sheet in sheets:
            judged = judged_rows(sheet.rows, self.rules)
            check(sheet, judged, self.rules)
            for row in judged:
                name = identity_of(row, self.rules)
                if name:
                    rows.setdefault(name, row)
                else:
                    nameless.append(row)
        return [*rows.values(), *nameless]

    def _complain_of_silence(self, judged: Sequence[Judged], seen: datetime) -> None:
        """Raise GoneStale where the newest row is older than the newest ever should be."""
        dates = [at.at for row in judged if isinstance(at := row.said.get("published"), Moment)]
        silence = self.card.silence
        if not dates or silence is None:
            return
        newest = max(dates)
        days = working_days_between(newest.date(), seen.astimezone(LONDON).date())
        if days > silence:
            raise GoneStale(
                f"{self.card.name}: the newest entry is of {newest.day} {newest:%B %Y}, {days} working days ago; "
                f"{silence} are the most it should be."
            )

    # Rows to notices ----------------------------------------------------------------------------------------------

    def _rows(self, judged: Iterable[Judged], *, seen: datetime, known: Memory) -> list[Notice | SetAside]:
        return [self._row(row, seen=seen, known=known) for row in judged if self._is_ours(row)]

    def _is_ours(self, row: Judged) -> bool:
        keep = self.rules.keep
        if keep.authorities:
            buyer = gazetteer().buyer(str(row.said.get("buyer", "")))
            if buyer is None or buyer.home not in self.card.authorities:
                return False
        if keep.words:
            text = f"{row.said.get('title', '')} {row.said.get('description', '')}".casefold()
            return any(word.casefold() in text for word in keep.words)
        return True

    def _row(self, row: Judged, *, seen: datetime, known: Memory) -> Notice | SetAside:
        name = identity_of(row, self.rules)
        body = orjson.dumps(row.raw, option=orjson.OPT_SORT_KEYS)
        identity = _identity(name, self.rules.rows.identity) if name else f"unnamed-{mark(body)}"
        for field, rules in self.rules.fields.items():
            if rules.required and field not in row.said:
                why = row.trouble.get(field) or UnreadableField(field=field, said="", why="it is needed and not there")
                return SetAside(source=self.key, source_id=identity, reason=f"{self.card.name}: {why}")
        published = row.said.get("published")
        at = published.at if isinstance(published, Moment) else None
        return Notice(
            source=self.key,
            source_id=identity,
            published=seen if known.changed(identity, body) else at,
            seen=seen,
            body=body,
            form=FORM,
        )

    # Files --------------------------------------------------------------------------------------------------------

    def recognises(self, payload: bytes) -> bool:
        """Tell whether a file is a saved page of this list: its rows are there and hold what they should."""
        if self.rules.request is None or not self._may_be(payload[:_LOOKED_AT]):
            return False
        try:
            sheet = self.sheet_of(payload)
            return bool(sheet.rows) and not sheet.misplaced and bool(self._judged([sheet]))
        except (UnreadableBody, WrongSettings):
            return False

    def _may_be(self, start: bytes) -> bool:
        """Tell at a glance, before a whole file is cut up, whether it may be ours."""
        begins = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if self.rules.kind == "csv_file":
            head = start[:8_000].decode("utf-8", "replace").casefold()
            fields = self.rules.fields.values()
            return begins not in {b"<", b"{", b"["} and all(
                any(word.casefold() in head for word in field.column) for field in fields
            )
        if self.rules.kind == "json_api":
            names = {field.path.rpartition(".")[2] for field in self.rules.fields.values()}
            return begins in {b"{", b"["} and all(f'"{name}"'.encode() in start for name in names)
        if self.rules.kind == "feed":
            host = (urlsplit(self.card.home).hostname or "").encode()
            return begins == b"<" and host in start and (b"<rss" in start or b"<feed" in start or b"<rdf" in start)
        return begins == b"<" and all(word in start for word in _names_in(self._selection))

    def sheet_of(self, payload: bytes) -> Sheet:
        """Cut up a saved page, without judging it. Raises UnreadableBody."""
        request = self.rules.request
        return self._cut(payload, url=(request.base if request is not None else "") or self.card.home)

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """Split a saved page. Raises UnreadableBody, NotLetIn or LayoutDrift."""
        sheet = self.sheet_of(payload)
        self._complain_of(sheet)
        return self._rows(self._judged([sheet]), seen=seen, known=Memory())

    def read(self, notice: Notice) -> Reading | SetAside:
        """Map one row; what cannot be read is set aside with the field that is to blame."""
        return reading_of(notice, self.rules, name=self.card.name)


def source_in(path: Path) -> DeclaredSource:
    """Return the source that a file declares. Raises WrongRules."""
    return DeclaredSource(rules_in(path))


def _with_links(row: Row, url: str) -> Row:
    """Return a row whose address is whole."""
    if "url" not in row:
        return row
    try:
        return {**row, "url": urljoin(url, row["url"])}
    except ValueError:
        return row


def _identity(name: tuple[str, ...], fields: Sequence[str]) -> str:
    """Return a row's id: its own number where that is all, else a hash of what names it."""
    if tuple(fields) == ("reference",):
        return name[0][:200]
    return hashlib.sha256("\x1f".join(name).encode("utf-8", "replace")).hexdigest()[:20]


def _names_in(selection: Selection) -> list[bytes]:
    """Return the ids and classes that the selector of the rows needs, which a saved page must hold as text."""
    word = "".join(letter if letter.isalnum() or letter in "-_" else f" {letter}" for letter in selection.rows)
    return [part[1:].encode() for part in word.split() if part[0] in "#." and len(part) > 1]
