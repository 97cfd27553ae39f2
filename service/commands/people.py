"""People of this copy, from the command line: the first administrator is made here."""

from __future__ import annotations

from collections.abc import Sequence

from service.bootstrap import open_house
from service.settings import Settings
from service.usecases.people import THIS_COPY


async def add_administrator(settings: Settings, address: str) -> str:
    """Make the owner of an address an administrator; what happened, in a sentence. Raises BadAddress."""
    async with open_house(settings) as house:
        is_new = await house.accounts.membering.add_administrator(address)
        where = f"{settings.public_address}/sign-in"
    if not is_new:
        return f"{address} is an administrator already. Sign in at {where}"
    return f"{address} is now an administrator of this copy. Sign in at {where}"


async def administrators(settings: Settings) -> list[str]:
    """The addresses of the administrators with the day since which they are."""
    async with open_house(settings) as house, house.ledger.reading() as book:
        organisation = await book.organisation_at(kind="copy", key=THIS_COPY)
        if organisation is None:
            return ["There is none. Make one with: bowbell admin add EMAIL"]
        return [f"{each.address} since {each.since:%d %b %Y}" for each in await book.colleagues(organisation)]


async def add_to_organisation(
    settings: Settings, key: str, *, domains: Sequence[str], person: str, role: str, kind: str, name: str
) -> str:
    """Let an organisation and one of its people in; what happened, in a sentence. Raises AskedWrongly of every kind."""
    async with open_house(settings) as house:
        said = await house.organisations().add(key, domains=domains, person=person, role=role, kind=kind, name=name)
    at = f", with mail at {', '.join(domains)}" if domains else ""
    return f"{person} is {role} of {said}{at}. Sign in at {settings.public_address}/sign-in"
