"""What the web asks of the rest of the house: one Protocol, kept by bootstrap over the use cases and the store.

Pages hold no rules. They ask the desk, make words of the answer and render. Everything here may be
called at once from many requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.flow_health import Flow
from service.domain.interest import Interest
from service.domain.open_release import Told
from service.domain.opportunity import Key, Opportunity
from service.domain.programme import Programme
from service.domain.silence import Receipt
from service.web.forms.filters import Filters
from service.web.view import EndingsFound, Found, Letter, OpportunityView, Replay, SourceView
from service.web.why_view import WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTo:
    """The opportunity was joined with another, which keeps this id."""

    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecord:
    """An opportunity with every name it is known by and every notice it was made from."""

    opportunity: Opportunity
    keys: tuple[Key, ...]
    notices: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the service can do its work; each trouble is a sentence."""

    troubles: tuple[str, ...]


class Reading(Protocol):
    """What anyone may read."""

    async def open_opportunities(self, filters: Filters, *, size: int, counted: bool) -> Found:
        """What fits the filters, page `filters.page` of `size`; `counted` asks for counts too.

        Open opportunities, the newest first, unless the filters say otherwise.
        """

    async def opportunity(self, identity: str) -> OpportunityView | MovedTo:
        """One opportunity with everything we know. Raises NotFound."""

    async def opportunities_named(self, identities: Sequence[str]) -> Sequence[OpportunityView]:
        """These opportunities as cards show them, in this order; those that are not there are left out."""

    async def open_record(self, *, after: str, size: int) -> tuple[Sequence[OpenRecord], str]:
        """Opportunities after an id, in the order of their ids, with their keys and notices; and the last id."""

    async def contracts_ending(self, *, sector: str, borough: str, size: int, page: int) -> EndingsFound:
        """A page of contracts that end within half a year, the soonest first; "" for any sector, or all of London."""

    async def open_for(self, interests: Sequence[Interest]) -> Found:
        """What is open today for any of some interests, by the rules that decide alerts: the newest, and a total."""

    async def replay(self, interest: Interest) -> Replay:
        """What an interest would have sent in the last 30 days. Raises BadInterest for words that are none."""

    async def why_not(self, firm: int, text: str) -> WhyNot:
        """Why a firm was not told of what it pasted; or that it was, or what we know of it instead."""

    async def receipt_now(self, firm: int) -> Receipt:
        """What was checked for a firm in the last 30 days, and what kept everything away."""

    async def flow(self) -> Flow:
        """Whether notices still become messages."""

    async def sources(self) -> Sequence[SourceView]:
        """Every source, enabled or not."""

    async def programmes(self) -> Sequence[Programme]:
        """The programmes of support that may be put before people today."""

    async def every_programme(self) -> Sequence[Programme]:
        """All programmes, also those that wait to be checked, are full or paused, or have ended."""

    async def programmes_since(self) -> Sequence[tuple[Programme, datetime]]:
        """All programmes, each with the moment since which it is listed."""

    async def readiness(self) -> Readiness:
        """Whether the database can be written, the workers tick and nothing waits too long."""


class Mailbox(Protocol):
    """The built-in mailbox, for a copy with no mail server."""

    async def letters(self) -> Sequence[Letter]:
        """The newest first; at most 200, without text and markup."""

    async def letter(self, identity: str) -> Letter:
        """One letter. Raises NotFound."""


class Desk(Reading, Mailbox, Protocol):
    """All of it."""

    def now(self) -> datetime:
        """The time it is, from the house's clock."""
