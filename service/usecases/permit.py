"""Permit and forbid: a scraped source is read only after an operator read its robots.txt and terms and says so.

The record is kept for ever, with what was withdrawn: it answers who decided, when and on what basis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from service.domain.wording import LONDON
from service.errors import AskedWrongly
from service.ports import Clock, SourceCard

_LONGEST = 1000
#: After so long robots.txt and terms should be read again.
READ_AGAIN_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """That a source may be read, and why. No person is named: `by` is a role.

    Attributes:
        source: its key.
        basis: on what basis, in words ("open licence", "permission by letter of ...", "terms allow it").
        robots_read: when its robots.txt was read.
        terms_read: when its terms were read.
        by: the role of who decided.
        given: when it was recorded.
        withdrawn: when it was taken back; None: it holds.
        why_withdrawn: the reason; "" where it holds.
    """

    source: str
    basis: str
    robots_read: date
    terms_read: date
    by: str
    given: datetime
    withdrawn: datetime | None = None
    why_withdrawn: str = ""

    def is_old(self, today: date) -> bool:
        """Whether robots.txt or terms should be read again."""
        return today - min(self.robots_read, self.terms_read) > READ_AGAIN_AFTER


class PermitBook(Protocol):
    """What permitting asks of the store, within one transaction."""

    async def permits(self) -> Mapping[str, Permit]:
        """The permits that hold, by source."""

    async def give_permit(self, permit: Permit) -> None:
        """Write one down; one that held before is withdrawn at the same moment."""

    async def withdraw_permit(self, source: str, *, why: str, at: datetime) -> bool:
        """Take the permit of a source back; False where none holds."""

    async def write_audit(self, *, act: str, subject: str, at: datetime, person: int = 0) -> None:
        """Add to the log of what was done."""


class PermitLedger(Protocol):
    """Opens transactions over permits."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[PermitBook]:
        """A transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitting:
    """The verbs of an operator about sources that need permission."""

    ledger: PermitLedger
    clock: Clock
    #: What there is to permit, by key.
    cards: Callable[[], Mapping[str, SourceCard]]

    def problems(self, *, basis: str, robots_read: date, terms_read: date, by: str) -> dict[str, str]:
        """What is wrong with what would be written down, a sentence by field."""
        today = self.clock.now().astimezone(LONDON).date()
        found = {"basis": self.fault_in(basis), "by": self.fault_in(by)}
        for name, day in (("robots_read", robots_read), ("terms_read", terms_read)):
            if day > today:
                found[name] = f"{day.isoformat()} has not come yet. Give the day on which you read it"
            elif today - day > READ_AGAIN_AFTER:
                found[name] = "That was read more than a year ago. Read it again first"
        return {name: said for name, said in found.items() if said}

    @staticmethod
    def fault_in(said: str) -> str:
        """What is wrong with words that are shown in public; "" for nothing."""
        if not said.strip():
            return "it is empty. Say it in words; it is shown in public"
        if len(said) > _LONGEST:
            return f"it is longer than {_LONGEST} characters"
        if "@" in said:
            return "it is shown in public, so name a role or a document and no address"
        return ""

    async def permit(
        self, source: str, *, basis: str, robots_read: date, terms_read: date, by: str, person: int = 0
    ) -> Permit:
        """Write down that a source may be read from now on. Raises AskedWrongly, which says what is wrong.

        `person`: who does it, for the log; 0 for the command line.
        """
        card = self._card(source)
        if card.permission == "prohibited":
            raise AskedWrongly(
                f"{source} is prohibited: its terms forbid what we would do, and no permit changes that."
            )
        if card.permission == "open":
            raise AskedWrongly(f"{source} needs no permit: {card.licence}.")
        for name, said in self.problems(basis=basis, robots_read=robots_read, terms_read=terms_read, by=by).items():
            raise AskedWrongly(f"--{name.replace('_', '-')}: {said}.")
        now = self.clock.now()
        permit = Permit(
            source=source,
            basis=" ".join(basis.split()),
            robots_read=robots_read,
            terms_read=terms_read,
            by=" ".join(by.split()),
            given=now,
        )
        async with self.ledger.writing() as book:
            await book.give_permit(permit)
            await book.write_audit(act="source.permitted", subject=f"source:{source}", at=now, person=person)
        return permit

    async def forbid(self, source: str, *, why: str, person: int = 0) -> None:
        """Take a permit back: the source is asked no more from now on. Raises AskedWrongly."""
        card = self._card(source)
        if card.permission == "open":
            raise AskedWrongly(f"{source} needs no permit. To read it no more, name the others in BOWBELL_SOURCES.")
        if said := self.fault_in(why):
            raise AskedWrongly(f"--why: {said}.")
        now = self.clock.now()
        async with self.ledger.writing() as book:
            if not await book.withdraw_permit(source, why=" ".join(why.split()), at=now):
                raise AskedWrongly(f"{source} has no permit, so it is not read anyway.")
            await book.write_audit(act="source.forbidden", subject=f"source:{source}", at=now, person=person)

    def _card(self, source: str) -> SourceCard:
        cards = self.cards()
        if source not in cards:
            raise AskedWrongly(f"There is no source {source}. There are: {', '.join(cards)}.")
        return cards[source]


def why_closed(key: str, card: SourceCard, permit: Permit | None, *, is_chosen: bool) -> str:
    """Why a source is not asked, in a sentence that says what to do; "" where it is. Being chosen overrides nothing."""
    if card.permission == "prohibited":
        return "Its terms forbid what we would do. It is never asked."
    if card.permission == "needs_permission" and permit is None:
        return (
            "Nobody has recorded that its robots.txt and terms were read. "
            f"Read them, then: bowbell source permit {key} --basis WHY --robots-read DATE --terms-read DATE --by ROLE"
        )
    return "" if is_chosen else "This copy is set not to read it. Add it to BOWBELL_SOURCES."
