"""What a letter says of an alert, whoever writes it: the opportunity as it stands now, and the help that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.gazetteer import gazetteer
from service.domain.message import AlertContent
from service.domain.needs import needs_of
from service.domain.opportunity import Details, FieldDifference, Opportunity
from service.domain.place import Place
from service.domain.programme import Programme, Suggestion, choose
from service.domain.tagging import Tags
from service.ports import Source
from service.usecases.tag import place_in

_ENDS = frozenset({"cancelled", "awarded"})


def help_for(
    programmes: Sequence[Programme], details: Details, *, tags: Tags, place: Place, size: str, now: datetime
) -> tuple[Suggestion, ...]:
    """At most two programmes of free support that fit, each with its reason."""
    buyer = gazetteer().buyer(details.buyer.name) if details.buyer else None
    return choose(
        programmes,
        needs=needs_of(details, tags),
        place=place,
        size=size or None,
        sectors=[tag.key for tag in tags.likely],
        on=now.date(),
        buyer=buyer.key if buyer else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is told of an opportunity: one alert, or several of one opportunity together."""

    change: str
    change_kind: str
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]
    #: Number of the alert, or of the newest of several.
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Makes what letters say."""

    sources: Mapping[str, Source]
    programmes: Sequence[Programme]
    public_url: str

    def of(self, said: Said, opportunity: Opportunity, tags: Tags, *, size: str, now: datetime) -> AlertContent:
        """What a letter to a firm of some size says."""
        details, place = opportunity.state.details, place_in(opportunity.state.details)
        card = self.sources[opportunity.state.source].card
        no_help = said.change_kind in _ENDS
        return AlertContent(
            change=said.change,
            opportunity=opportunity,
            tags=tags,
            place=place,
            reasons=said.reasons,
            differences=said.differences,
            change_kind=said.change_kind,
            help=() if no_help else help_for(self.programmes, details, tags=tags, place=place, size=size, now=now),
            page_url=f"{self.public_url}/opportunities/{opportunity.identity}",
            source_name=card.name,
            attribution=card.attribution,
            number=said.number,
        )
