"""What tests of declared sources need: every source file there is, its recorded page, and a site that serves it.

The source files are found by walking the package, so a new one is tested by being there. Their recorded pages lie in
tests/fixtures/<key>/ and are synthetic where they say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.kinds.apart import read_here
from scrapers.kinds.declared import DeclaredSource
from service.domain.notice import Notice
from service.domain.opportunity import Reading
from service.errors import BowbellError
from service.ports import Access, HttpPolicy, Page, Reply
from service.registry import all_sources

FIXTURES = Path(__file__).parent / "fixtures"
#: The morning after the newest row of every recorded page.
SEEN = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MIRROR = Access(base_url="http://127.0.0.1:1", pace=0.0, allow_loopback=True)


def declared_sources() -> list[DeclaredSource]:
    """Every source that is a file of rules and may ever be asked, reading its pages in this process."""
    return [
        DeclaredSource(source.rules, reader=read_here)
        for source in all_sources().values()
        if isinstance(source, DeclaredSource) and source.card.permission != "prohibited"
    ]


def recorded_page(source: DeclaredSource) -> bytes:
    """The page that was recorded for a source."""
    (page,) = (FIXTURES / source.key).glob("page.*")
    return page.read_bytes()


@dataclass(slots=True)
class Canned:
    """An Http port that answers every page of a list with the same body, and the second one with another if given."""

    body: bytes = b""
    later: bytes | None = None
    trouble: BowbellError | None = None
    #: Where the answer says that it came from; "": where it was asked.
    url: str = ""
    asked: list[str] = field(default_factory=list)
    policies: list[HttpPolicy] = field(default_factory=list)

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """Answer."""
        del params, headers  # declared sources write the whole address
        self.asked.append(url)
        self.policies.append(policy)
        if self.trouble is not None:
            raise self.trouble
        first = self.later is None or len(self.asked) == 1
        body = self.body if first else self.later or b""
        return Reply(url=self.url or url, status=200, headers={}, body=body, not_modified=False)

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """No list is asked for by sending."""
        del json_body, headers, policy
        raise AssertionError(urlsplit(url).path)


async def polled(
    source: DeclaredSource, http: Canned, *, bookmark: str | None = None, seen: datetime = SEEN
) -> list[Page]:
    """The pages of a poll."""
    found = source.pages(http, access=MIRROR, bookmark=bookmark, since=None, until=seen, seen=seen)
    return [page async for page in found]


def readings(source: DeclaredSource, notices: Sequence[Notice]) -> list[Reading]:
    """What notices say; each must be usable."""
    read = [source.read(notice) for notice in notices]
    return [each for each in read if isinstance(each, Reading)]
