"""Organisations let in by whoever runs this copy: those that buy, those that help firms, and main contractors.

Buyers are the 33 London authorities and the GLA family; the others are named when they are first let in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from service.domain.gazetteer import gazetteer
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.people import Membering, PeopleBook

BUYER = "buyer"
KINDS = (BUYER, "support", "contractor")
_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST_NAME = 120
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_LONGEST_DOMAIN = 253
#: Mail providers anybody can have an address at: such a domain would let strangers publish.
_OPEN_TO_ALL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "yahoo.com",
     "yahoo.co.uk", "icloud.com", "aol.com", "proton.me", "protonmail.com", "btinternet.com"}
)  # fmt: skip


class OrganisationBook(PeopleBook, Protocol):
    """What keeping organisations asks of the store, within one transaction."""

    async def add_domain(self, organisation: int, domain: str) -> bool:
        """An organisation has mail at a domain; False where that was known."""

    async def organisation_name(self, *, kind: str, key: str) -> str:
        """The name of an organisation; "" where there is none."""


class OrganisationLedger(Protocol):
    """Opens transactions over organisations."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[OrganisationBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[OrganisationBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """Lets organisations and their people in."""

    ledger: OrganisationLedger
    clock: Clock
    membering: Membering

    async def add(
        self, key: str, *, domains: Sequence[str], person: str, role: str, kind: str = BUYER, name: str = ""
    ) -> str:
        """Let an organisation in with mail domains and one of its people; its name.

        Args:
            key: Short name; for a buyer one of `known_buyers`.
            domains: Mail domains of it.
            person: The address of one of its people.
            role: What the person may do.
            kind: One of KINDS.
            name: Its name in full; a buyer has that of the data, another keeps the one it was first let in with.

        Raises:
            NotFound: No such organisation is in the data.
            AskedWrongly: The kind, key or name will not do; a domain is none, or one where anybody can have an
                address; or there is no such role.
            BadAddress: The person's address is none.
        """
        plain = key.strip().lower().replace("-", "_")
        name = await self._name(plain, kind=kind, name=name)
        wanted = [_domain(each) for each in domains]
        try:
            await self.membering.let_in(person, kind=kind, key=plain, name=name, role=role)
        except LookupError as trouble:
            raise AskedWrongly(f"{trouble}. There are: viewer, poster, approver, administrator.") from None
        now = self.clock.now()
        async with self.ledger.writing() as book:
            organisation = await book.organisation_for(kind=kind, key=plain, name=name, at=now)
            for domain in wanted:
                if await book.add_domain(organisation, domain):
                    await book.write_audit(
                        act="domain.added",
                        subject=f"organisation:{organisation}",
                        organisation=organisation,
                        detail=domain,
                        at=now,
                    )
        return name

    async def _name(self, key: str, *, kind: str, name: str) -> str:
        if kind not in KINDS:
            raise AskedWrongly(f"{kind[:20]!r} is no kind of organisation. There are: {', '.join(KINDS)}.")
        if kind == BUYER:
            known = known_buyers().get(key)
            if known is None:
                raise NotFound(f"No organisation {key[:60]!r}. There are: {', '.join(known_buyers())}.")
            return known
        if len(key) > _LONGEST_NAME or not _KEY.fullmatch(key):
            raise AskedWrongly(f"{key[:60]!r} is no short name, like sample_enterprise_agency.")
        async with self.ledger.reading() as book:
            before = await book.organisation_name(kind=kind, key=key)
        said = before or " ".join(name.split())
        if not said or len(said) > _LONGEST_NAME:
            raise AskedWrongly(f"Give its name in up to {_LONGEST_NAME} characters: --name 'Sample Enterprise Agency'.")
        return said


@cache
def known_buyers() -> Mapping[str, str]:
    """The names of the 33 authorities and the bodies of the GLA family, by key."""
    found = {each.slug.replace("-", "_"): each.official for each in gazetteer().authorities.values()}
    return found | {each.key: each.name for each in gazetteer().buyers.values() if each.kind == "gla"}


def _domain(said: str) -> str:
    plain = said.strip().lower().removeprefix("@")
    if len(plain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(plain):
        raise AskedWrongly(f"{said[:80]!r} is no mail domain, like hackney.gov.uk.")
    if plain in _OPEN_TO_ALL:
        raise AskedWrongly(f"Anybody can have an address at {plain}: it is no domain of an organisation.")
    return plain
