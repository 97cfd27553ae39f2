"""What somebody pastes to name a notice: a link of ours, an official address, a number, or any of them in a sentence.

Numbers of notices have a dozen shapes (012345-2026, ocds-h6vhtk-05a1b2, a GUID, a borough's own reference), so nothing
is recognised by shape: every piece that could be a name is looked up as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

#: Characters looked at, and names looked up, of one paste.
LONGEST = 2_000
MOST_NAMES = 24
_LONGEST_NAME = 300
#: A single word without a figure is a name only where it is longer.
_LONG_WORD = 5
_PIECES = re.compile(r"[\s<>\"'()\[\],;]+")
_REVISION = re.compile(r"^(.{6,}?)[-_]\d{1,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What was pasted, as it is looked up."""

    text: str
    #: Names it may be known by, the likeliest first.
    names: tuple[str, ...]
    #: Web addresses in it, without what follows a #.
    addresses: tuple[str, ...]
    #: The host of the first address, without "www."; "" where there is none.
    host: str


def pasted(text: str) -> Pasted:
    """Take a paste apart."""
    said = " ".join("".join(each if each.isprintable() else " " for each in text[:LONGEST]).split())
    names: dict[str, None] = {}
    addresses: list[str] = []
    for piece in filter(None, (each.strip(".:") for each in _PIECES.split(said))):
        found = _address(piece)
        if found is None:
            names[piece] = None
            continue
        address, parts = found
        addresses.append(address)
        names |= dict.fromkeys(parts)
        names[address] = None
    if " " in said:
        names.setdefault(said, None)
    for name in list(names):
        for other in (name.lower(), name.upper()):
            names.setdefault(other, None)
        if found_revision := _REVISION.match(name):
            names.setdefault(found_revision[1], None)
    kept = [
        name
        for name in names
        if 1 < len(name) <= _LONGEST_NAME and (len(name) > _LONG_WORD or any(map(str.isdigit, name)))
    ]
    return Pasted(
        text=said,
        names=tuple(kept[:MOST_NAMES]),
        addresses=tuple(addresses),
        host=host_of(addresses[0]) if addresses else "",
    )


def host_of(address: str) -> str:
    """The host of an address without "www."; "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def same_address(one: str) -> str:
    """An address in the form in which two of one page are equal: no scheme, "www.", fragment or closing slash."""
    parts = urlsplit(one)
    query = f"?{parts.query}" if parts.query else ""
    return f"{host_of(one)}{unquote(parts.path).rstrip('/')}{query}".lower()


def _address(piece: str) -> tuple[str, list[str]] | None:
    """An address, and the parts of it that may be names, the last first."""
    if not piece.lower().startswith(("http://", "https://", "www.")):
        return None
    whole = piece if "://" in piece else f"https://{piece}"
    try:
        parts = urlsplit(whole)
        host = parts.hostname
        values = [value for _, value in parse_qsl(parts.query, max_num_fields=20)]
    except ValueError:
        return None
    if not host:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    return parts._replace(fragment="").geturl(), [*reversed(steps), *values]
