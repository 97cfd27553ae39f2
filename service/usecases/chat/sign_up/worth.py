"""What a contract may be worth; only asked where a firm wants to say it."""

from __future__ import annotations

from dataclasses import replace

from service.domain.asked_sums import take_sums
from service.usecases.chat.sign_up.check import check
from service.usecases.chat.sign_up.so_far import interest_so_far, with_interest
from service.usecases.chat.turn import Reply, Turn, say

_ANY_WORTH = frozenset({"any", "any worth", "anything", "all", "no limit", "any size"})


def worth(turn: Turn, text: str) -> Reply:
    """Sums in a person's own words."""
    sums = take_sums(text)
    is_any = text.strip(" .!").lower() in _ANY_WORTH
    if sums.unsure or not (is_any or sums.low is not None or sums.high is not None):
        said = [f"{each}." for each in sums.unsure] or ["Write a sum, like: up to 50k, or 5,000 to 50,000, or any."]
        return Reply(answers=[say(*said)])
    interest = replace(interest_so_far(turn), value_min=sums.low, value_max=sums.high)
    return check(replace(turn, state=with_interest(turn, "check", interest)))
