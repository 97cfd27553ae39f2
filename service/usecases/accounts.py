"""The use cases of people and accounts, together, as the web and the commands are given them."""

from __future__ import annotations

from dataclasses import dataclass

from service.usecases.drafts import Drafts
from service.usecases.people import Membering
from service.usecases.sign_in import SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What may be done about people, whatever they belong to."""

    sign_in: SignIn
    membering: Membering
    drafts: Drafts

    async def tidy(self) -> None:
        """Keep no session, request or draft longer than promised."""
        await self.sign_in.tidy()
        await self.drafts.tidy()
