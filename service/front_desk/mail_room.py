"""The built-in mailbox, for a copy with no mail server."""

from __future__ import annotations

from collections.abc import Sequence

from service.errors import NotFound
from service.front_desk.room import Room
from service.store.reading import KeptLetter, Reading
from service.web.view import Letter


class MailRoom(Room):
    """The letters that were kept."""

    async def letters(self) -> Sequence[Letter]:
        """The newest first, without text and markup."""
        async with self._database.reading() as connection:
            return [_letter(each) for each in await Reading(connection).letters()]

    async def letter(self, identity: str) -> Letter:
        """One letter. Raises NotFound."""
        async with self._database.reading() as connection:
            found = await Reading(connection).letter(f"<{identity}>")
        if found is None:
            raise NotFound
        return _letter(found)


def _letter(kept: KeptLetter) -> Letter:
    return Letter(
        identity=kept.message_id.removeprefix("<").removesuffix(">"),
        to=kept.to,
        subject=kept.subject,
        at=kept.at,
        text=kept.text,
        html=kept.html,
        headers=kept.headers,
    )
