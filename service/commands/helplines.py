"""Helplines, from the command line: opened by whoever runs this copy."""

from __future__ import annotations

from dataclasses import dataclass

from service.bootstrap import open_house
from service.domain.gazetteer import gazetteer
from service.domain.helpline import SUBJECTS, Audience, Helpline
from service.domain.programme_entry import SIZES
from service.errors import AskedWrongly
from service.settings import Settings

_WIDE = ("london", "england", "uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed."""

    key: str
    name: str
    address: str
    audience: str
    subjects: tuple[str, ...]
    areas: tuple[str, ...]
    sizes: tuple[str, ...]
    #: "" for nobody yet.
    person: str


async def add(settings: Settings, asked: Asked) -> str:
    """Open a helpline; what happened, in a sentence. Raises AskedWrongly or BadAddress."""
    _known("subject", asked.subjects, tuple(SUBJECTS))
    _known("size", asked.sizes, SIZES)
    _known("audience", (asked.audience,), tuple(Audience))
    _known("area", asked.areas, (*_WIDE, *gazetteer().authorities))
    async with open_house(settings) as house:
        async with house.ledger.writing() as book:
            number = await book.organisation_for(kind="support", key=asked.key, name=asked.name, at=house.clock.now())
        if asked.person:
            await house.accounts.membering.let_in(
                asked.person, kind="support", key=asked.key, name=asked.name, role="approver"
            )
        line = Helpline(
            organisation=number,
            name=asked.name,
            audience=Audience(asked.audience),
            address=asked.address,
            subjects=asked.subjects,
            areas=asked.areas,
            sizes=asked.sizes,
        )
        await house.accounts.give_help.open_line(line)
    return f"{asked.name} takes questions of {asked.audience} at {asked.address}."


async def listed(settings: Settings) -> list[str]:
    """Each helpline in a line."""
    async with open_house(settings) as house, house.ledger.reading() as book:
        lines = await book.helplines()
    return [
        f"{each.name}: {each.audience.value} at {each.address}, {', '.join(each.areas)}; "
        f"{', '.join(each.subjects) or 'every subject'}; {'open' if each.is_open else 'shut'}"
        for each in lines
    ] or ["There is none. Open one with: bowbell admin helpline add KEY"]


def _known(what: str, said: tuple[str, ...], known: tuple[str, ...]) -> None:
    if unknown := [each for each in said if each not in known]:
        raise AskedWrongly(f"There is no {what} {', '.join(unknown)}. There are: {', '.join(known)}.")
