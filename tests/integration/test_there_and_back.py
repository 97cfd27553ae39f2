"""A procurement that changes and changes back has told two changes: the way back is kept, shown and alerted as well."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_batches import a_ledger
from tests.integration.test_split import House, a_notice


async def test_the_way_back_is_a_revision_and_is_told(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("roof", closes=9, hours=50))
        await house.hears(a_notice("roof", closes=3, hours=40))
        await house.hears(a_notice("roof", closes=9, hours=30))
        told = await house.asked("SELECT number, differences FROM revision ORDER BY number")
        assert [(number, json.loads(str(said))) for number, said in told] == [
            (1, []),
            (2, [["deadline", "Thu 20 Aug 2026, 9pm", "Fri 14 Aug 2026, 9pm"]]),
            (3, [["deadline", "Fri 14 Aug 2026, 9pm", "Thu 20 Aug 2026, 9pm"]]),
        ]
        alerts = await house.asked("SELECT firm_id, change FROM alert ORDER BY id")
        firms = {firm for firm, _ in alerts}
        assert {len([firm for firm, _ in alerts if firm == each]) for each in firms} == {3}, alerts
