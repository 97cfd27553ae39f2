"""Opportunities and searches for the bench of the search: invented from the labels of the CPV, the same every time.

A text has about ninety words, as real notices have; some words stand in half of all texts and most in few.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from service.domain.cpv import all_labels
from service.domain.gazetteer import gazetteer
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, State, Status
from service.domain.place import Place, place_of
from service.domain.sectors import all_sectors
from service.domain.tagging import SectorTag, SizeTag, Tags, Verdict
from service.web.forms.filters import CLOSINGS, SIZES, Filters

_SEED = 20261124
_SAID = (
    "The council invites tenders for the supply and delivery of services to its residents.",
    "The contract is for two years with an option to extend for a further year.",
    "Bidders must have public liability insurance and be able to start within four weeks.",
    "Small firms and social enterprises in the borough are encouraged to apply.",
    "Please answer through the portal; the evaluation is sixty per cent quality and forty per cent price.",
    "The work is divided into lots and bidders may apply for one or more of them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An invented opportunity as the flow would write it."""

    identity: str
    state: State
    tags: Tags
    place: Place


class SampleTrade:
    """Draws opportunities and searches."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._lot = random.Random(_SEED)
        self._labels = list(all_labels())
        # A few labels are asked for all the time, most hardly ever.
        self._often = [1 / (place + 8) for place in range(len(self._labels))]
        self._lot.shuffle(self._labels)
        self._boroughs = sorted(gazetteer().authorities)
        self._sectors = all_sectors()

    def opportunities(self, number: int) -> Iterator[Sample]:
        """So many, the newest last."""
        for place in range(number):
            yield self._opportunity(place, number)

    def _opportunity(self, place: int, number: int) -> Sample:
        lot = self._lot
        labels = lot.choices(self._labels, self._often, k=lot.randint(4, 14))
        sayings = lot.sample(_SAID, k=lot.randint(1, 4))
        borough = lot.choice(self._boroughs)
        closes = self._now + timedelta(days=lot.randint(1, 90), hours=lot.randint(0, 23))
        published = self._now - timedelta(seconds=(number - place) * 30)
        details = Details(
            title=f"Sample {labels[0].lower()}",
            description=" ".join([*sayings, *(f"{label}." for label in labels)]),
            buyer=Buyer(name=f"Sample Council {lot.randrange(400)}"),
            value=None if self._happens(0.2) else Value(net=Decimal(int(lot.lognormvariate(11, 1.6)))),
            deadline=None if self._happens(0.05) else Deadline(at=closes),
            delivery_regions=(borough,) if self._happens(0.9) else ("UKI",),
            below_threshold=self._happens(0.3),
        )
        state = State(
            stage=Stage.TENDER,
            status=Status.OPEN,
            details=details,
            as_of=published,
            first_published=published,
            source=lot.choice(("find_a_tender", "contracts_finder")),
        )
        return Sample(
            identity=f"sample{place:08d}",
            state=state,
            tags=self._tags(),
            place=place_of(delivery_regions=details.delivery_regions),
        )

    def _tags(self) -> Tags:
        sectors = self._lot.sample(self._sectors, k=self._lot.randint(1, 3))
        verdicts: Mapping[str, Verdict] = {
            size: self._lot.choice(("suits", "might", "unlikely", "unknown")) for size in SIZES
        }
        return Tags(
            sectors=tuple(
                SectorTag(key=sector.key, label=sector.label, probability=0.9, reasons=()) for sector in sectors
            ),
            sure=True,
            size=SizeTag(verdicts=verdicts, verdict="Sample.", reasons=()),
            facts=(),
            divisions=(),
            groups=(),
            version="sample",
        )

    def searches(self, number: int) -> Sequence[Filters]:
        """So many different searches as people make them: words, phrases, boxes ticked, later pages."""
        found: dict[Filters, None] = {}
        while len(found) < number:
            found[self._search()] = None
        return list(found)

    def _search(self) -> Filters:
        lot = self._lot
        words = self._words()
        ticked = self._happens(0.6)
        return Filters(
            words=words,
            sectors=(lot.choice(self._sectors).key,) if ticked and self._happens(0.5) else (),
            areas=tuple(lot.sample(self._boroughs, k=lot.randint(1, 3))) if ticked else (),
            sizes=(lot.choice(list(SIZES)),) if ticked and self._happens(0.5) else (),
            closing=lot.choice([key for key, _, _ in CLOSINGS]),
            page=lot.choice((1, 1, 1, 1, 2, 3, 40)),
        )

    def _words(self) -> str:
        lot = self._lot
        said = lot.choice((*_SAID, *lot.choices(self._labels, self._often, k=9))).rstrip(".").split()
        if self._happens(0.15):
            return ""
        if self._happens(0.18):
            start = lot.randrange(len(said))
            return f'"{" ".join(said[start : start + 2])}"'
        return " ".join(lot.sample(said, k=min(len(said), lot.randint(1, 3))))

    def _happens(self, chance: float) -> bool:
        return self._lot.random() < chance
