"""Where mail is handed to a worker: an LMTP server and a look into a maildir, where the settings name them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from service.bootstrap import House
from service.usecases.take_in import TakingIn

_log = structlog.get_logger()

#: Seconds between two looks into a maildir.
_LOOK_EVERY = 5.0


@asynccontextmanager
async def post_room(house: House) -> AsyncIterator[int]:
    """Take mail in while the body runs. Yields the port that LMTP listens on; 0 where it does not."""
    taking, at = house.taking_in(), house.settings.lmtp_at
    if taking is None or (at is None and house.settings.inbound_maildir is None):
        yield 0
        return
    door = None
    if at is not None:
        from service.postroom.lmtp import open_lmtp  # noqa: PLC0415 - only where it is used

        try:
            door = await open_lmtp(taking, host=at[0], port=at[1])
        except OSError as trouble:
            # another worker of the fleet has it; mail it takes is dealt with by all
            _log.warning("LMTP is not listened for here", action="lmtp_not_opened", reason=str(trouble))
        else:
            _log.info("mail is taken in over LMTP", action="lmtp_opened", host=at[0], port=door.port)
    folder = house.settings.inbound_maildir
    looking = asyncio.create_task(_keep_looking(folder, taking)) if folder is not None else None
    try:
        yield door.port if door is not None else 0
    finally:
        if looking is not None:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
        if door is not None:
            await door.stop()


async def _keep_looking(folder: Path, taking: TakingIn) -> None:
    from service.postroom.maildir import look_into  # noqa: PLC0415 - only where it is used

    while True:
        try:
            await look_into(folder, taking)
        except Exception:
            _log.exception("the maildir could not be read", action="maildir_failed")
        await asyncio.sleep(_LOOK_EVERY)
