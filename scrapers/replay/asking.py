"""What a collector asked: the services' own rules for their parameters, cursors and times.

Sources: the official pages for GET ocdsReleasePackages (Find a Tender) and GET Published/Notices/OCDS/Search
(Contracts Finder), and live measurements of August and September 2026. What is not known is strict rather than lenient
here, so that a collector which leans on luck fails in a test and not in the field: Contracts Finder's answer to an
unknown parameter is not documented, and is 400 here as it is at Find a Tender.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from scrapers.replay.material import Recorded, Service, Snapshot
from service.errors import AskedWrongly

LONDON = ZoneInfo("Europe/London")
_LARGEST_PAGE = 100
_CURSOR = re.compile(r"[A-Za-z0-9=]{1,300}")
_FIND_A_TENDER_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")
_STAGE_TAGS = {
    "planning": ("planning",),
    "tender": ("tender",),
    "award": ("award",),
    "implementation": ("contract", "implementation"),
}


class BreaksTheRules(AskedWrongly):
    """That request breaks the service's rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a service names its parameters; ``stages`` are those it knows."""

    since: str
    until: str
    stages: tuple[str, ...]


DIALECTS = {
    Service.FIND_A_TENDER: Dialect(since="updatedFrom", until="updatedTo", stages=("planning", "tender", "award")),
    Service.CONTRACTS_FINDER: Dialect(since="publishedFrom", until="publishedTo", stages=tuple(_STAGE_TAGS)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question, understood. ``since`` is included, ``until`` is not; None means no bound.

    ``asked`` holds the parameters as the links of the answer repeat them; ``below`` is the place, of the last release
    given, to go on from.
    """

    service: Service
    since: datetime | None
    until: datetime | None
    stages: tuple[str, ...]
    limit: int
    below: int | None
    asked: Mapping[str, str]

    def rows(self, snapshot: Snapshot) -> tuple[list[Recorded], bool]:
        """Return the releases of this page, newest first, and whether more follow."""
        found = [row for row in snapshot.of(self.service) if self._takes(row)]
        return found[: self.limit], len(found) > self.limit

    def link(self, page: str, *, below: int | None = None) -> str:
        """Return the full address of this question at ``page`` or, with ``below``, of the page that follows."""
        values = dict(self.asked)
        if below is not None:
            values.pop("cursor", None)
            values["limit"] = str(self.limit)
            values["cursor"] = _cursor(self.service, values, below)
        return f"{page}?{urlencode(values, safe=':,=')}"

    def _takes(self, row: Recorded) -> bool:
        if self.below is not None and row.position >= self.below:
            return False
        if self.since is not None and row.moment < self.since:
            return False
        if self.until is not None and row.moment >= self.until:
            return False
        return not self.stages or self._in_stage(row)

    def _in_stage(self, row: Recorded) -> bool:
        if self.service is Service.FIND_A_TENDER:
            # The trap of Find a Tender: one stage gives first notices of the old law only, two stages give nothing.
            return len(self.stages) == 1 and row.legacy and row.tags == self.stages
        wanted = tuple(start for stage in self.stages for start in _STAGE_TAGS[stage])
        return any(tag.startswith(wanted) for tag in row.tags)


def read_question(service: Service, query: Mapping[str, str], *, now: datetime) -> Ask:
    """Understand the parameters of a request made at ``now``.

    Raises:
        BreaksTheRules: the real service would answer 400.
    """
    dialect = DIALECTS[service]
    for name in query:
        if name not in {dialect.since, dialect.until, "stages", "limit", "cursor"}:
            raise BreaksTheRules(f"Unknown parameter {name}.")
    asked = dict(query)
    # With no upper bound the service adds one of its own, now in local time, and repeats it in its links.
    asked.setdefault(dialect.until, now.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M:%S"))
    limit = _limit(query.get("limit", str(_LARGEST_PAGE)))
    stages = tuple(part for part in query.get("stages", "").split(",") if part)
    for stage in stages:
        if stage not in dialect.stages:
            raise BreaksTheRules(f"Unknown stage {stage}.")
    below = None
    if "cursor" in query:
        window, below = _read_cursor(query["cursor"])
        asked |= {name: value for name, value in window.items() if name in {dialect.since, dialect.until}}
    return Ask(
        service=service,
        since=_moment(service, dialect.since, asked.get(dialect.since)),
        until=_moment(service, dialect.until, asked[dialect.until]),
        stages=stages,
        limit=limit,
        below=below,
        asked=asked,
    )


def _limit(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= _LARGEST_PAGE:
        raise BreaksTheRules(f"limit must be 1 to {_LARGEST_PAGE}.")
    return int(text)


def _moment(service: Service, name: str, text: str | None) -> datetime | None:
    """Read a bound. Find a Tender: local time, a trailing Z means nothing. Contracts Finder: ISO 8601."""
    if text is None:
        return None
    strict = service is Service.FIND_A_TENDER
    if strict and not _FIND_A_TENDER_TIME.fullmatch(text):
        raise BreaksTheRules(f"{name} must be written YYYY-MM-DDTHH:MM:SS.")
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z") if strict else text)
    except ValueError:
        # A plus sign that was not written %2B arrives as a space and ends here too.
        raise BreaksTheRules(f"{name} is not a time.") from None
    # In the repeated hour of October a bare local time is two moments: the window is taken wide at its end.
    local = moment if moment.tzinfo else moment.replace(tzinfo=LONDON, fold=1 if name.endswith("To") else 0)
    return local.astimezone(UTC)


def _cursor(service: Service, values: Mapping[str, str], below: int) -> str:
    dialect = DIALECTS[service]
    parts = [f"{name}={values[name]}" for name in (dialect.since, dialect.until) if name in values]
    if service is Service.CONTRACTS_FINDER:
        parts.append(f"limit={values['limit']}")
    parts.append(f"nextCursor={below}")
    return base64.b64encode("|".join(parts).encode()).decode()


def _read_cursor(text: str) -> tuple[dict[str, str], int]:
    if not _CURSOR.fullmatch(text):
        raise BreaksTheRules("cursor cannot be read.")
    try:
        parts = base64.b64decode(text, validate=True).decode("ascii").split("|")
        values = {name: value for name, _, value in (part.partition("=") for part in parts)}
        return values, int(values["nextCursor"])
    except (ValueError, KeyError):
        raise BreaksTheRules("cursor cannot be read.") from None
