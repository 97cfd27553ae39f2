"""Interests and opportunities for the bench of matching, made of the words of the common procurement vocabulary.

The mix follows what firms ask: three in four with words (most with alternatives, some with an excluded word), about
half with codes or sectors, six in ten with boroughs, four in ten with a range of value.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from service.domain import cpv
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, Status
from service.domain.place import place_in
from service.domain.sectors import all_sectors
from service.domain.subject import Subject, subject_of
from service.domain.words import tokens
from service.ports import Tagger
from service.usecases.ledger import Subscriber

_SEED = 20261124
_SHORTEST_WORD = 4
_BUYERS = 400
#: A word in more labels than this tells no trade: nobody asks for "services".
_MOST_SPREAD = 40


class SampleMarket:
    """Asks and offers at random, the same ones for the same seed."""

    def __init__(self, tagger: Tagger) -> None:
        self._chance = random.Random(_SEED)
        self._tagger = tagger
        self._codes = cpv.all_codes()
        self._sectors = [sector.key for sector in all_sectors()]
        self._boroughs = sorted(gazetteer().authorities)
        self._spread = Counter(word for code in self._codes for word in set(tokens(cpv.label(code) or "")))

    def subscribers(self, count: int) -> Iterator[Subscriber]:
        """Firms with one interest each."""
        for number in range(count):
            yield Subscriber(firm=number, size="small", interests=(self._interest(),))

    def subjects(self, count: int, *, now: datetime) -> Iterator[Subject]:
        """Open opportunities with their tags, ready to be compared."""
        for number in range(count):
            details = self._details(number, now=now)
            yield subject_of(
                details=details,
                stage=Stage.TENDER,
                status=Status.OPEN,
                tags=self._tagger.tags(details),
                place=place_in(details),
                source="find_a_tender",
            )

    def _interest(self) -> Interest:
        chance = self._chance
        by_words = chance.random() < 0.78  # noqa: PLR2004 - the mix of the module's docstring
        by_code = chance.random() < 0.45 or not by_words  # noqa: PLR2004 - the same
        return Interest(
            words=self._words() if by_words else "",
            cpv=tuple(self._code()[: chance.choice((3, 4, 5, 8))] for _ in range(chance.randint(1, 2)))
            if by_code and chance.random() < 0.6  # noqa: PLR2004 - the same
            else (),
            sectors=(chance.choice(self._sectors),) if by_code and chance.random() < 0.4 else (),  # noqa: PLR2004 - the same
            areas=self._areas() if chance.random() < 0.6 else (),  # noqa: PLR2004 - the same
            value_max=Decimal(chance.choice((25_000, 100_000, 250_000, 1_000_000))) if chance.random() < 0.4 else None,  # noqa: PLR2004 - the same
            early=chance.random() < 0.5,  # noqa: PLR2004 - the same
        )

    def _areas(self) -> tuple[str, ...]:
        if self._chance.random() < 0.3:  # noqa: PLR2004 - of those with an area, three in ten take all of London
            return ("london",)
        return tuple(sorted(self._chance.sample(self._boroughs, self._chance.randint(1, 4))))

    def _words(self) -> str:
        chance = self._chance
        said = tokens(cpv.label(self._code()) or "")
        found = [word for word in said if len(word) >= _SHORTEST_WORD and self._spread[word] <= _MOST_SPREAD]
        found = found or ["scaffolding"]
        picked = chance.sample(found, min(len(found), chance.randint(1, 2)))
        asked = chance.choice((" OR ", " AND ")).join(picked)
        if chance.random() < 0.25:  # noqa: PLR2004 - the mix of the module's docstring
            asked = f"({asked}) NOT hospital"
        return asked

    def _code(self) -> str:
        return self._chance.choice(self._codes)

    def _details(self, number: int, *, now: datetime) -> Details:
        chance = self._chance
        codes = tuple(dict.fromkeys(self._code() for _ in range(chance.randint(1, 3))))
        labels = [cpv.label(code) or "" for code in codes]
        others = [cpv.label(self._code()) or "" for _ in range(8)]
        net = chance.choice((None, 9_000, 40_000, 180_000, 700_000, 4_000_000))
        return Details(
            title=f"{labels[0]}, sample {number}",
            description=f"{'. '.join(labels)}. The work is to include {', '.join(others).lower()}.",
            buyer=Buyer(name=f"Sample Council {chance.randrange(_BUYERS)}"),
            cpv=codes,
            value=None if net is None else Value(net=Decimal(net)),
            deadline=Deadline(at=now + timedelta(days=chance.randint(2, 60))),
            delivery_regions=tuple(chance.sample(("UKI31", "UKI41", "UKI42", "UKI62", "UKI", "UK"), 1)),
        )
