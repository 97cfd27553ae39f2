"""The weekly letter about contracts that end within half a year: short, each with its reason and official notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifiers.facts import NOT_STATED, Facts, cut, facts_of, one_line, safe_link
from notifiers.render import html_of, text_of
from service.domain.message import Links, Written
from service.domain.radar import EndingContract
from service.domain.wording import count_words, list_words, opened, sum_words, until_words

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One contract in words."""

    facts: Facts
    ends: str
    holder: str
    worth: str


def write_radar(
    contracts: Sequence[EndingContract], links: Links, *, more: int, page_url: str, now: datetime
) -> Written:
    """Write the letter.

    Args:
        contracts: what to tell of, the soonest first; never empty.
        links: where this firm changes, pauses and stops its alerts.
        more: how many wait for next week.
        page_url: our page with all of them.
        now: when it is read, near enough.
    """
    last = max(each.ends for each in contracts)
    one_ends = "ends" if len(contracts) == 1 else "end"
    counted = count_words(len(contracts), "contract like yours", "contracts like yours")
    words = {
        "heading": f"{opened(counted)} {one_ends} by {last:%B %Y}",
        "items": [_item(each, now=now) for each in contracts],
        "more": opened(f"{count_words(more, 'more comes', 'more come')} next week.") if more else "",
        "page_url": safe_link(page_url),
        "links": links,
        "attributions": list(dict.fromkeys(one_line(each.content.attribution) for each in contracts)),
    }
    return Written(
        subject=one_line(str(words["heading"])), text=text_of("radar.txt", words), html=html_of("radar.html", words)
    )


def _item(contract: EndingContract, *, now: datetime) -> _Item:
    details = contract.content.opportunity.state.details
    award = details.award_value
    facts = facts_of(contract.content, now=now)
    return _Item(
        facts=facts,
        ends=until_words(contract.ends, now=now),
        holder=list_words([cut(one_line(name), _LONGEST_NAME) for name in details.suppliers]) or NOT_STATED,
        worth=sum_words(award.amount, one_line(award.currency)) if award else facts.worth,
    )
