"""What the compliance guide says, made ready for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.guide import Advice, reason_for
from service.domain.posting import Posting
from service.domain.reservation import Offer, suppliers
from service.domain.roles import Visitor
from service.domain.wording import count_words
from service.usecases.guided import advice_for
from service.web.cards import safe_href

#: How strong advice is, in words and as a tone of a tag.
_SEVERITIES = {
    "must": ("To be settled", "ended"),
    "should": ("Worth a check", "might"),
    "consider": ("For you to know", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """One piece of advice in words. `reason`: why somebody went over it; "" where nobody did."""

    rule: str
    title: str
    label: str
    tone: str
    sentence: str
    source: str
    address: str
    read: str
    question: str
    reason: str
    is_open: bool
    may_be_overruled: bool
    #: Whether there is nothing to mend.
    is_known_only: bool
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideView:
    """All advice on a posting. `href` leads to the page where it is settled."""

    href: str
    advice: tuple[AdviceView, ...]
    suppliers: tuple[tuple[str, str], ...]

    @property
    def open(self) -> tuple[AdviceView, ...]:
        """What keeps it from being published."""
        return tuple(each for each in self.advice if each.is_open)

    @property
    def open_words(self) -> str:
        """How much keeps it from being published: "1 thing is to be settled"."""
        said = count_words(len(self.open), "thing is", "things are")
        return f"{said} to be settled before it is published"


def guide_of(posting: Posting, visitor: Visitor, *, now: datetime) -> GuideView:
    """What the guide says of what is being written."""
    said = advice_for(posting, visitor, at=now)
    return GuideView(
        href=f"/buyers/postings/{posting.identity}/guide",
        advice=tuple(_view(each, posting) for each in said),
        suppliers=tuple((key, label) for key, (label, _) in suppliers().items()),
    )


def _view(advice: Advice, posting: Posting) -> AdviceView:
    label, tone = _SEVERITIES[advice.severity]
    reason = reason_for(posting.draft, advice)
    return AdviceView(
        rule=advice.rule,
        title=advice.title,
        label="Gone over with a reason" if reason else label,
        tone="" if reason else tone,
        sentence=advice.sentence,
        source=advice.source,
        address=safe_href(advice.address),
        read=read_words(advice.read),
        question=advice.question,
        reason=reason,
        is_open=advice.severity == "must" and not reason,
        may_be_overruled=advice.may_be_overruled,
        is_known_only=advice.severity == "consider",
        offers=advice.offers,
    )


def read_words(day: date) -> str:
    """The day a source was read: 23 November 2026."""
    return f"{day.day} {day:%B %Y}"
