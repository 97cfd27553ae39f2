"""Contracts that end soon, as the page lists them."""

from __future__ import annotations

from service.domain.radar import window
from service.domain.wording import LONDON
from service.front_desk.noticeboard import Noticeboard
from service.store.ledger import SqlTransaction
from service.store.reading import Listed
from service.web.view import EndingsFound, EndingView


class ContractsRoom(Noticeboard):
    """What anyone may know of contracts that end. It shows them as the noticeboard does."""

    async def contracts_ending(self, *, sector: str, borough: str, size: int, page: int) -> EndingsFound:
        """A page of contracts that end within half a year, the soonest first; "" for any sector, or all of London."""
        now = self.now()
        first, last, area = now.astimezone(LONDON).date(), window(now)[1], borough or "london"
        async with self._database.reading() as connection:
            book = SqlTransaction(connection)
            endings = await book.ending(
                first=first, last=last, sector=sector, area=area, most=size, after=(page - 1) * size
            )
            total = await book.ending_total(first=first, last=last, sector=sector, area=area)
            known = await book.opportunities([each.opportunity for each in endings])
            tags = await book.tags_of(list(known))
        shown = [each for each in endings if each.opportunity in known]
        listed = [Listed(opportunity=known[each.opportunity], tags=tags.get(each.opportunity)) for each in shown]
        views = await self._views_of(listed, now)
        return EndingsFound(
            items=tuple(
                EndingView(opportunity=view, ends=each.ends, suppliers=known[each.opportunity].state.details.suppliers)
                for view, each in zip(views, shown, strict=True)
            ),
            total=total,
        )
