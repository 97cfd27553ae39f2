"""What tests of the replay server share: packages written by hand, a running server, a walk along its pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from yarl import URL

from scrapers.replay.interruptions import RateLimit, Script
from scrapers.replay.server import running

FIND_A_TENDER = "/api/1.0/ocdsReleasePackages"
CONTRACTS_FINDER = "/Published/Notices/OCDS/Search"
DAY = "?updatedFrom=2026-08-10T00:00:00&updatedTo=2026-08-11T00:00:00"
START = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)


def a_release(number: int, *, minutes: int | None = None, **fields: object) -> dict[str, object]:
    """Return a release of Find a Tender, dated ``minutes`` (else ``number`` minutes) after 08:00 UTC on 10 August."""
    date = START + timedelta(minutes=number if minutes is None else minutes)
    return {
        "ocid": f"ocds-h6vhtk-{number:06x}",
        "id": f"{number:06d}-2026",
        "date": date.isoformat(),
        "tag": ["tender"],
        "tender": {"legalBasis": {"scheme": "UKPGA"}},
    } | fields


def a_contracts_finder_release(number: int, **fields: object) -> dict[str, object]:
    """Return a release of Contracts Finder of the same moments."""
    guid = f"00000000-0000-4000-8000-{number:012d}"
    return a_release(number) | {"ocid": f"ocds-b5fd17-{guid}", "id": f"{guid}-1"} | fields


def write_package(path: Path, releases: Sequence[object], **envelope: object) -> Path:
    """Write a release package and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": "1.1", **envelope, "releases": list(releases)}), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def package(self) -> dict[str, object]:
        """The body as JSON; broken bytes of strings do not matter here."""
        found = json.loads(self.body.decode("utf-8", "replace"))
        assert isinstance(found, dict)
        return found

    @property
    def releases(self) -> list[dict[str, object]]:
        """The releases of a package."""
        rows = self.package["releases"]
        assert isinstance(rows, list)
        return rows

    @property
    def ids(self) -> list[str]:
        """The ids of the releases, in the order served."""
        return [str(row["id"]) for row in self.releases]

    @property
    def next(self) -> str | None:
        """The address of the next page."""
        links = self.package.get("links")
        return links["next"] if isinstance(links, dict) else None


class Visitor:
    """Somebody who asks one replay server."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a path or a full address; percent signs are sent as they stand."""
        whole = address if address.startswith("http") else self.url + address
        async with self._session.get(URL(whole, encoded=True), headers=headers) as reply:
            return Answer(status=reply.status, headers=dict(reply.headers), body=await reply.read())

    async def walk(self, address: str) -> list[Answer]:
        """Follow ``links.next`` from an address to the end."""
        pages: list[Answer] = []
        following: str | None = address
        while following is not None:
            pages.append(await self.get(following))
            following = pages[-1].next
        return pages

    async def counters(self) -> dict[str, dict[str, object]]:
        """Return what the server counted."""
        return (await self.get("/__replay__/counters")).package  # type: ignore[return-value]


@asynccontextmanager
async def a_replay(
    directory: Path, *, rate: RateLimit | None = None, script: Script | None = None, now: datetime | None = None
) -> AsyncIterator[Visitor]:
    """Run a replay server over a folder for the length of a test."""
    replay = running(directory, rate=rate, script=script, now=lambda: now or datetime.now(UTC))
    async with replay as url, aiohttp.ClientSession() as session:
        yield Visitor(url, session)
