"""What the silence receipt asks of the store: what came, what was told, who wants one, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, func, select

from service.domain.flow_health import LOOKED_BACK, Flow
from service.domain.silence import Choice
from service.store.alerts import ALERT, FIRM
from service.store.database import known_moment, moment, stored
from service.store.messages import DESTINATION, MESSAGE
from service.store.session import Part, table
from service.store.tables import CanaryRow, NoticeRow, ReceiptChoiceRow, SourceHealthRow
from service.usecases.ledger import Target

_NOTICE, _CHOICE, _CANARY = table(NoticeRow), table(ReceiptChoiceRow), table(CanaryRow)
_HEALTH = table(SourceHealthRow)
#: The name of the sample notice that walks.
CANARY = "walk"


class Silences(Part):
    """Counting what did not happen."""

    async def notices_seen(self, *, since: datetime, until: datetime) -> int:
        """How many notices came between two moments."""
        asked = (
            select(func.count())
            .select_from(_NOTICE)
            .where(_NOTICE.c.seen >= stored(since), _NOTICE.c.seen < stored(until))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def alerts_told(self, firm: int, *, since: datetime, until: datetime) -> int:
        """How many alerts a firm was to be told of between two moments, without those that were dropped."""
        asked = (
            select(func.count())
            .select_from(ALERT)
            .where(ALERT.c.firm_id == firm, ALERT.c.dropped == "")
            .where(ALERT.c.created >= stored(since), ALERT.c.created < stored(until))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def firm_began(self, firm: int) -> datetime | None:
        """When a firm confirmed; None: not yet."""
        asked = select(FIRM.c.confirmed).where(FIRM.c.id == firm)
        return moment((await self.connection.execute(asked)).scalar_one_or_none() or "")

    async def receipt_choice(self, firm: int) -> Choice:
        """When a firm wants a receipt: in quiet months where it said nothing."""
        asked = select(_CHOICE.c.choice).where(_CHOICE.c.firm_id == firm)
        return cast("Choice", (await self.connection.execute(asked)).scalar_one_or_none() or "quiet")

    async def keep_receipt_choice(self, firm: int, choice: Choice, *, at: datetime) -> None:
        """When a firm wants a receipt from now on."""
        await self.put(ReceiptChoiceRow, {"firm_id": firm, "choice": choice, "changed": stored(at)})

    async def has_message(self, firm: int, slot: str) -> bool:
        """Whether a firm has a message of a slot, at whatever destination."""
        asked = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.firm_id == firm, MESSAGE.c.slot == slot)
        return bool((await self.connection.execute(asked)).scalar_one())

    async def open_target(self, firm: int, target: int) -> Target | None:
        """A destination of a firm; None where it is none of its, or closed."""
        asked = select(DESTINATION).where(DESTINATION.c.firm_id == firm, DESTINATION.c.id == target)
        row = (await self.connection.execute(asked.where(DESTINATION.c.closed == ""))).one_or_none()
        return None if row is None else Target(identity=row.id, channel=row.channel, address=row.address)

    async def keep_canary(self, name: str, *, trouble: str, at: datetime) -> None:
        """Write down how a canary fares."""
        before = (await self.canaries()).get(name)
        good = at if not trouble else before[1] if before is not None else None
        await self.put(CanaryRow, {"name": name, "at": stored(at), "good": stored(good), "trouble": trouble})

    async def canaries(self) -> Mapping[str, tuple[datetime, datetime | None, str]]:
        """How each canary fares: when it was looked at, when it was last well, and what is wrong ("": nothing)."""
        rows = await self._all(select(_CANARY))
        return {row.name: (known_moment(row.at), moment(row.good), row.trouble) for row in rows}

    async def flow(self) -> Flow:
        """How the flow fares."""
        last_alert = await self._newest(select(func.max(ALERT.c.created)))
        since = last_alert - LOOKED_BACK if last_alert is not None else None
        day = func.substr(ALERT.c.created, 1, 10)
        busy = select(func.count(func.distinct(day))).where(ALERT.c.created >= stored(since))
        firms = select(func.count()).select_from(FIRM).where(FIRM.c.state == "active")
        canary = (await self.canaries()).get(CANARY)
        return Flow(
            firms=(await self.connection.execute(firms)).scalar_one(),
            busy_days=(await self.connection.execute(busy)).scalar_one(),
            last_alert=last_alert,
            last_sent=await self._newest(select(func.max(MESSAGE.c.created)).where(MESSAGE.c.state == "sent")),
            last_read=await self._newest(select(func.max(_HEALTH.c.last_good))),
            canary_at=canary[0] if canary is not None else None,
            canary_good=canary[1] if canary is not None else None,
            canary_trouble=canary[2] if canary is not None else "",
        )

    async def _newest(self, asked: Select[Any]) -> datetime | None:
        return moment((await self.connection.execute(asked)).scalar_one() or "")
