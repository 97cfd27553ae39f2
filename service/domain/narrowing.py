"""Gates that only ever narrow an interest: by size of firm, by the threshold of the full rules, by time to answer.

What a notice does not say never closes a gate: a firm that asks for small work must not miss what is badly described.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.interest import Interest
from service.domain.opportunity import Details
from service.domain.tagging import Tags
from service.domain.wording import count_words

_SIZE_WORDS = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


def narrowed(interest: Interest, details: Details, tags: Tags, *, now: datetime | None) -> Iterator[str]:
    """Why each gate is closed, in words; nothing for those that are open. `now` None: how long is left is no matter."""
    if interest.suits and tags.size.verdicts.get(interest.suits) == "unlikely":
        yield f"it is unlikely to suit a firm of {_SIZE_WORDS.get(interest.suits, interest.suits)}"
    if interest.below_threshold and details.below_threshold is False:
        yield "it is above the threshold, and you asked for smaller work only"
    if now is not None and interest.days_left and details.deadline is not None:
        left = details.deadline.at - now
        if left < timedelta(days=interest.days_left):
            days = count_words(interest.days_left, "day", "days")
            yield f"it closes in less than the {days} you need to answer"
