"""What every handler needs, kept in the application under one key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from service.domain.tagging import Assumption
from service.domain.wording import LONDON, count_words, day_words
from service.errors import TooManyRequests
from service.usecases.accounts import Accounts
from service.web.desk import Desk
from service.web.limits import RateLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often sign-ups may be tried, links and invitations asked for, and the last 30 days looked through."""

    by_caller: RateLimit
    by_address: RateLimit
    sign_in_by_caller: RateLimit
    sign_in_by_address: RateLimit
    drafts_by_caller: RateLimit
    invitations_by_firm: RateLimit
    previews_by_firm: RateLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The desk to ask, and what is known about this copy.

    Attributes:
        desk: answers every question.
        public_url: the address people use, without a slash at the end.
        mailbox: whether the built-in mailbox is open.
        operator: how to reach the people who run this copy; "" where not said.
        limits: how often sign-ups may be tried.
        accounts: people, sessions and drafts.
        size_rules: what the size of firm is judged by, as data.
    """

    desk: Desk
    accounts: Accounts
    public_url: str
    mailbox: bool
    operator: str
    limits: Limits
    size_rules: tuple[Assumption, ...] = ()

    def address(self, path: str) -> str:
        """The full address of a path."""
        return f"{self.public_url}{path}"


HOUSE: web.AppKey[House] = web.AppKey("house", House)


def house_of(request: web.Request) -> House:
    """The house a request came to."""
    return request.config_dict[HOUSE]


def within(wait: float) -> None:
    """Raises TooManyRequests, with when to try again, where a limit says to wait so many seconds."""
    if wait:
        minutes = max(1, round(wait / 60))
        raise TooManyRequests(f"You can try again in {count_words(minutes, 'minute', 'minutes')}.")


def now_in(request: web.Request) -> datetime:
    """The time by the house's clock."""
    return house_of(request).desk.now()


def day_in(request: web.Request, moment: datetime) -> str:
    """The day of a moment in London, in words, by the house's clock."""
    today = now_in(request).astimezone(LONDON).date()
    return day_words(moment.astimezone(LONDON).date(), today=today)
