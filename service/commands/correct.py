"""Corrections of trades by hand, and what the service's own database teaches."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.learning.labelled import Corrected, Labelled
from service.bootstrap import open_house
from service.domain import cpv
from service.domain.correction import Example, Origin, within_the_cap
from service.domain.opportunity import Details
from service.settings import Settings
from service.usecases.correct import Correcting


async def correct(
    settings: Settings, opportunity: str, *, by: str, sectors: Sequence[str], not_sectors: Sequence[str]
) -> str:
    """Write down a correction; what happened, in a sentence. Raises NotFound, AskedWrongly."""
    async with open_house(settings) as house:
        said = await Correcting(ledger=house.ledger, clock=house.clock).correct(
            opportunity, by=by, origin=Origin.KEEPER, sectors=sectors, not_sectors=not_sectors
        )
    right, wrong = ", ".join(said.sectors), ", ".join(said.not_sectors)
    parts = [part for part in (f"it is {right}" if right else "", f"it is not {wrong}" if wrong else "") if part]
    return f"Noted of {opportunity}: {' and '.join(parts)}. The next `bowbell train --database` learns from it."


async def own_examples(settings: Settings) -> tuple[list[Labelled], list[Corrected]]:
    """The coded notices of this copy's database, and the corrections of people within their cap."""
    async with open_house(settings) as house, house.ledger.reading() as book:
        coded = [found async for each in book.coded() if (found := _labelled(*each))]
        examples = within_the_cap(list(await book.corrected_examples()))
    return coded, [_corrected(example) for example in examples]


def _labelled(identity: str, details: Details, source: str) -> Labelled | None:
    codes = tuple(code for code in details.cpv if cpv.is_known(code))
    if not codes or not details.title.strip():
        return None
    worth = details.value.best if details.value is not None else None
    return Labelled(
        identity=identity,
        title=details.title.strip(),
        description=details.description.strip(),
        codes=codes,
        buyer=details.buyer.name if details.buyer else "",
        source=source,
        value=float(worth) if worth is not None and worth.is_finite() else None,
        currency=details.value.currency if details.value else "GBP",
        # Find a Tender and TED never say that a contract does not suit small firms.
        suits_sme=details.sme if source == "contracts_finder" else None,
        procedure=details.procedure,
    )


def _corrected(example: Example) -> Corrected:
    said = example.correction
    return Corrected(
        title=example.title, description=example.description, sectors=said.sectors, not_sectors=said.not_sectors
    )
