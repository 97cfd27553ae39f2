"""What is kept is kept no longer than promised: old notices lose their text, and are still known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlalchemy import text

from scrapers.replay.samples import write_samples
from service.bootstrap import open_house
from service.commands.gather import import_files
from service.settings import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_notices_that_are_long_over_lose_their_text_and_are_still_known(tmp_path: Path) -> None:
    folder, quiet = tmp_path / "notices", Console(quiet=True)
    write_samples(folder, now=NOW)
    then = Settings(home=tmp_path, now=NOW, keep_notices_days=30, _env_file=None)
    later = then.model_copy(update={"now": NOW + timedelta(days=31)})
    first = await import_files(then, [folder], console=quiet)
    forms = text("SELECT count(*) FROM notice WHERE form = 'expired'")

    async with open_house(then) as house:
        await house.tidy()
        async with house.database.reading() as connection:
            assert (await connection.execute(forms)).scalar_one() == 0
    async with open_house(later) as house:
        await house.tidy()
        async with house.database.reading() as connection:
            assert (await connection.execute(forms)).scalar_one() > 0
    again = await import_files(later, [folder], console=quiet)

    for key, counts in again.sources.items():
        assert counts.notices_known == first.sources[key].notices_new
        assert (counts.notices_new, counts.opportunities_new, counts.opportunities_revised) == (0, 0, 0)
