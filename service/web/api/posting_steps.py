"""What a program does with a posting besides writing it: publish it, now or later; withdraw it; say how it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.posting import REASON_CAP, Award, Posting
from service.domain.roles import Visitor
from service.usecases.accounts import Accounts
from service.web.forms.award import award_said

#: The steps that end a posting, and those that publish it.
ENDS, PUBLISHES = ("withdraw", "no_award", "award", "award_worth"), ("publish", "publish_at")
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2})", re.ASCII)
_HOW = "Write it like 2027-01-12T09:00, in London's time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The one step that is asked for; all empty where none is."""

    publish: bool = False
    #: Year, month, day and time; () where it is not to wait.
    publish_at: tuple[str, ...] = ()
    withdraw: str = ""
    no_award: str = ""
    award: Award | None = None

    @property
    def ends(self) -> bool:
        """Whether nothing can be changed after it."""
        return bool(self.withdraw or self.no_award or self.award)


def step_in(sent: dict[str, object]) -> tuple[Step, dict[str, str]]:
    """Take the step out of what was sent; the rest are fields. What is wrong with it, by name."""
    said = {name: sent.pop(name) for name in (*PUBLISHES, *ENDS) if name in sent}
    asked = [name for name, value in said.items() if value not in (False, "") and name != "award_worth"]
    if len(asked) > 1:
        return Step(), dict.fromkeys(asked, "Ask for one of these at a time")
    problems = {name: instead for name, value in said.items() if (instead := _wrong_kind(name, value))}
    words = {name: str(value) for name, value in said.items()}
    moment = _MOMENT.fullmatch(words.get("publish_at", "").strip())
    if words.get("publish_at") and moment is None:
        problems["publish_at"] = _HOW
    won: Award | None = None
    if words.get("award") or words.get("award_worth"):
        won, wrong = award_said(words.get("award", ""), words.get("award_worth", ""))
        problems = {("award" if name == "supplier" else name): text for name, text in wrong.items()} | problems
    step = Step(
        publish=said.get("publish") is True,
        publish_at=tuple(moment.groups()) if moment else (),
        withdraw=_reason(words, "withdraw"),
        no_award=_reason(words, "no_award"),
        award=won,
    )
    if step.ends:
        problems |= dict.fromkeys(sent, "It ends: nothing else is changed with it")
    return step, problems


async def taken(accounts: Accounts, visitor: Visitor, posting: Posting, step: Step) -> Posting | dict[str, str]:
    """The posting after a step that publishes, or what is wrong with it. Raises NotFound, NotAllowed or NotNow."""
    if step.publish:
        return await accounts.posting_approval.publish(visitor, posting.identity, seen=posting.version)
    if step.publish_at:
        year, month, day, clock = step.publish_at
        found = await accounts.posting_dates.schedule(
            visitor, posting.identity, seen=posting.version, day=(day, month, year), clock=clock
        )
        return {"publish_at": found} if isinstance(found, str) else found
    return posting


async def ended(accounts: Accounts, visitor: Visitor, identity: str, step: Step) -> Posting:
    """The posting after a step that ends it. Raises NotFound, NotAllowed or NotNow."""
    if step.award is not None:
        return await accounts.posting_end.award(visitor, identity, step.award)
    if step.no_award:
        return await accounts.posting_end.close(visitor, identity, why=step.no_award)
    return await accounts.posting_end.withdraw(visitor, identity, why=step.withdraw)


def _wrong_kind(name: str, value: object) -> str:
    """What to send instead; "" where it will do."""
    if name == "publish":
        return "" if isinstance(value, bool) else "Send true or false"
    if name == "award_worth":
        return "" if isinstance(value, str | int | float) and not isinstance(value, bool) else "Send a number or a text"
    return "" if isinstance(value, str) else "Send a text"


def _reason(words: dict[str, str], name: str) -> str:
    return " ".join(words.get(name, "").split())[:REASON_CAP]
