"""Mail in a maildir: a mail server writes files into `new`, and each is taken away once it is stored.

The recipient is in Delivered-To or X-Original-To, the return path in Return-Path, as Postfix, Exim and Dovecot write
them. A file that is too large, or for nobody here, is set aside in `cur`, so that it is not read again and an operator
sees it.
"""

from __future__ import annotations

import asyncio
from email.utils import parseaddr
from pathlib import Path

import structlog

from service.domain.mail_in import headers, parsed
from service.usecases.take_in import TakingIn

_log = structlog.get_logger()

#: Files taken in one look.
_MOST = 100


async def look_into(folder: Path, taking: TakingIn) -> int:
    """Take in what lies in a maildir; how many mails. Raises OSError where the folder cannot be read."""
    taken = 0
    for path in await asyncio.to_thread(_waiting, folder):
        raw = await asyncio.to_thread(_read, path, taking.most)
        mail = parsed(raw) if raw else None
        said = [*headers(mail, "Delivered-To"), *headers(mail, "X-Original-To")] if mail is not None else []
        recipient = next((found for each in said if taking.is_for_us(found := parseaddr(each)[1])), "")
        if not recipient or mail is None:
            _log.warning("a mail is set aside", action="inbound_set_aside", file=path.name)
            await asyncio.to_thread(_set_aside, folder, path)
            continue
        sender = next((parseaddr(each)[1] for each in headers(mail, "Return-Path")), "")
        await taking.take(raw, envelope_from=sender, recipient=recipient)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        taken += 1
    return taken


def _waiting(folder: Path) -> list[Path]:
    new = folder / "new"
    return sorted(path for path in new.iterdir() if path.is_file() and not path.is_symlink())[:_MOST]


def _read(path: Path, most: int) -> bytes:
    """The bytes of a mail; none where it is too large, or gone."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        return b""
    return raw if len(raw) <= most else b""


def _set_aside(folder: Path, path: Path) -> None:
    (folder / "cur").mkdir(exist_ok=True)
    path.rename(folder / "cur" / f"{path.name}:2,F")
