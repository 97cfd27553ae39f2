"""Keys of organisations, from the command line."""

from __future__ import annotations

from service.bootstrap import open_house
from service.settings import Settings


async def make_key(settings: Settings, organisation: str, *, kind: str, role: str, label: str) -> str:
    """A new key, whole. Raises AskedWrongly of every kind."""
    async with open_house(settings) as house:
        key = organisation.strip().lower().replace("-", "_")
        return await house.accounts.api_keys.make(kind=kind, key=key, role=role, label=label)


async def key_lines(settings: Settings) -> list[str]:
    """Every key in a line, without its secret."""
    async with open_house(settings) as house:
        found = await house.accounts.api_keys.all()
    if not found:
        return ["There is none. Make one with: bowbell admin key make ORGANISATION --for WHAT"]
    return [
        f"{each.identity}  {each.membership.kind} {each.membership.key} as {each.membership.role}: {each.label}; "
        f"made {each.made:%d %b %Y}, "
        + (f"last used {each.used:%d %b %Y}" if each.used else "never used")
        + (f", revoked {each.revoked:%d %b %Y}" if each.revoked else "")
        for each in found
    ]


async def revoke_key(settings: Settings, identity: str) -> str:
    """Let a key work no more; what happened, in a sentence. Raises NotFound."""
    async with open_house(settings) as house:
        await house.accounts.api_keys.revoke(identity)
    return f"The key {identity} works no more."
