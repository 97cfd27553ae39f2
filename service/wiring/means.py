"""What every use case of people is given, whatever it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from service.domain.message import AccountLetter, Written
from service.ports import Clock
from service.store.ledger import SqlLedger
from service.usecases.links import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """A ledger, the time, and how to write to people."""

    ledger: SqlLedger
    clock: Clock
    links: Links
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    #: How channels word what is no letter there, by channel.
    write_by_channel: Mapping[str, Callable[[AccountLetter], Written]] = field(default_factory=dict)

    @property
    def public_url(self) -> str:
        """The address people use, without a slash at the end."""
        return self.links.public_url
