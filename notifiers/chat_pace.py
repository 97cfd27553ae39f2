"""Takes turns in front of Telegram's limits, so that it never has to ask us to slow down.

About 30 messages a second in all and one a second in each chat (core.telegram.org/bots/faq, "My bot is hitting
limits"). When it does ask, everybody waits, since it asks the whole bot.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from service.errors import TryLater

#: Seconds between any two messages, and between two in one chat.
_EVERY = 1 / 25
_IN_A_CHAT = 1.05
#: Longer than this nobody holds a message in hand: it goes back to the queue.
_LONGEST_WAIT = 20.0
#: Chats remembered before those are forgotten whose turn is long over.
_MANY_CHATS = 10_000


@dataclass(slots=True, kw_only=True)
class ChatPace:
    """When the next message may start, in all and in each chat."""

    every: float = _EVERY
    in_a_chat: float = _IN_A_CHAT
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _next: float = 0.0
    _held: float = 0.0
    _by_chat: dict[str, float] = field(default_factory=dict)

    async def turn(self, chat: str) -> None:
        """Wait until a message to a chat may start. Raises TryLater where that is too long."""
        now = self.now()
        at = max(now, self._next, self._held, self._by_chat.get(chat, 0.0))
        if at - now > _LONGEST_WAIT:
            raise TryLater("It is not our turn yet.", after=at - now)
        self._next = max(now, self._next, self._held) + self.every
        self._by_chat[chat] = at + self.in_a_chat
        if len(self._by_chat) > _MANY_CHATS:
            self._by_chat = {key: until for key, until in self._by_chat.items() if until > now}
        if at > now:
            await self.sleep(at - now)

    def hold(self, seconds: float) -> None:
        """The far side asks for patience: nobody starts before that is over."""
        self._held = max(self._held, self.now() + seconds)
