"""The interests of all firms, kept ready between batches and made anew when anything of them has changed.

The database counts every change of a firm or an interest, in the transaction of the change (triggers see to it,
whoever makes the change). The count is asked before the interests are read, so what is kept is never newer than its
count says, and a change is met by the next batch.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from service.usecases.ledger import Transaction

if TYPE_CHECKING:
    from service.usecases.interest_index import InterestIndex


class StandingInterests:
    """Keeps one index."""

    def __init__(self) -> None:
        self._count: int | None = None
        self._index: InterestIndex | None = None

    async def index(self, transaction: Transaction) -> InterestIndex:
        """The index of the interests as this transaction sees them."""
        count = await transaction.interest_changes()
        if self._index is None or count != self._count:
            from service.usecases.interest_index import InterestIndex  # noqa: PLC0415 - numpy loads where it is used

            subscribers = await transaction.subscribers()
            self._index, self._count = await asyncio.to_thread(InterestIndex, subscribers), count
        return self._index
