"""What the web asks of the rest of the house: one Protocol, kept by bootstrap over the use cases and the store.

Pages hold no rules. They ask the desk, make words of the answer and render. Everything here may be
called at once from many requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.programme import Programme
from service.web.forms.answers import Answers
from service.web.forms.filters import Filters
from service.web.view import EndingsFound, FirmView, Found, Letter, OpportunityView, SourceView


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTo:
    """The opportunity was joined with another, which keeps this id."""

    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A sign-up that is now on: the token of its change page, and what is open for it today."""

    manage_token: str
    now: Found


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

    async def contracts_ending(self, *, sector: str, borough: str, size: int, page: int) -> EndingsFound:
        """A page of contracts that end within half a year, the soonest first; "" for any sector, or all of London."""

    async def sources(self) -> Sequence[SourceView]:
        """Every source, enabled or not."""

    async def programmes(self) -> Sequence[Programme]:
        """The programmes of support that may be put before people today."""

    async def readiness(self) -> Readiness:
        """Whether the database can be written, the workers tick and nothing waits too long."""


class Subscribing(Protocol):
    """What a firm may do about its own alerts. A token stands for the firm; all raise BadToken for one that is none."""

    async def sign_up(self, answers: Answers, *, consent: str) -> None:
        """Keep the request and send one confirming message.

        Tells nobody whether the address was known. `consent` is the sentence agreed to. Raises TooManyRequests.
        """

    async def awaiting(self, token: str) -> FirmView:
        """The sign-up a confirming link stands for, unchanged."""

    async def confirm(self, token: str) -> Confirmed:
        """Begin the alerts. Doing it twice is the same as once."""

    async def firm(self, token: str) -> FirmView:
        """The firm a change or stop link stands for."""

    async def change(self, token: str, answers: Answers) -> None:
        """Hear about something else from now on."""

    async def pause(self, token: str) -> None:
        """Send nothing until started again."""

    async def resume(self, token: str) -> None:
        """Start again."""

    async def stop(self, token: str) -> None:
        """Stop for good and forget the firm. Doing it twice is the same as once."""


class Mailbox(Protocol):
    """The built-in mailbox, for a copy with no mail server."""

    async def letters(self) -> Sequence[Letter]:
        """The newest first; at most 200, without text and markup."""

    async def letter(self, identity: str) -> Letter:
        """One letter. Raises NotFound."""


class Desk(Reading, Subscribing, Mailbox, Protocol):
    """All of it."""

    def now(self) -> datetime:
        """The time it is, from the house's clock."""
