"""What a letter says of an alert, whoever writes it: the opportunity as it stands now, and the help that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.message import AlertContent
from service.domain.needs import Asking
from service.domain.opportunity import FieldDifference, Opportunity
from service.domain.place import place_in
from service.domain.programme import Programme
from service.domain.signposting import help_for
from service.domain.tagging import Tags
from service.domain.wording import LONDON
from service.ports import Source
from service.usecases.ledger import Reach, Transaction
from service.usecases.programmes_catalogue import LiveCatalogue

_ENDS = frozenset({"cancelled", "awarded"})


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
    public_url: str
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)

    async def programmes(self, transaction: Transaction) -> Sequence[Programme]:
        """The catalogue of support as a transaction sees it: what was paused a moment ago is named no more."""
        return await self.catalogue.programmes(transaction)

    def of(
        self,
        said: Said,
        opportunity: Opportunity,
        tags: Tags,
        *,
        reach: Reach,
        programmes: Sequence[Programme],
        now: datetime,
    ) -> AlertContent:
        """What a letter to a firm says, with the help of the catalogue that fits what it says of itself."""
        details, place = opportunity.state.details, place_in(opportunity.state.details)
        card = self.sources[opportunity.state.source].card
        asking = Asking(
            details=details,
            tags=tags,
            place=place,
            source=opportunity.state.source,
            profile=reach.profile,
            size=reach.size,
        )
        today = now.astimezone(LONDON).date()
        no_help = said.change_kind in _ENDS
        return AlertContent(
            change=said.change,
            opportunity=opportunity,
            tags=tags,
            place=place,
            reasons=said.reasons,
            differences=said.differences,
            change_kind=said.change_kind,
            help=() if no_help else help_for(programmes, asking, on=today),
            page_url=f"{self.public_url}/opportunities/{opportunity.identity}",
            source_name=card.name,
            attribution=card.attribution,
            number=said.number,
        )
