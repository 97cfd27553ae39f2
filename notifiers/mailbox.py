"""The built-in mailbox: where letters go while no mail server is named, so that a person can try everything at home."""

from __future__ import annotations

from notifiers.mime import as_email
from service.domain.message import Message, Receipt
from service.errors import BadAddress, Refused
from service.ports import Clock, MailboxStore


class MailboxChannel:
    """Keeps letters exactly as they would be sent, headers and all."""

    name = "mailbox"

    def __init__(self, store: MailboxStore, *, sender: str, list_id: str, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._list_id = list_id
        self._clock = clock

    async def deliver(self, message: Message) -> Receipt:
        """Keep one letter; the same Message-ID again changes nothing. Raises Refused where it is no letter."""
        try:
            letter = as_email(message, sender=self._sender, list_id=self._list_id)
        except BadAddress as trouble:
            raise Refused(str(trouble)) from trouble
        at = self._clock.now()
        headers = tuple((name, str(value)) for name, value in letter.items())
        await self._store.keep(message, headers=headers, at=at)
        return Receipt(at=at, said="Kept in the built-in mailbox.")

    async def close(self) -> None:
        """Nothing to give back."""


CHANNEL = MailboxChannel
