"""A house with a bot, in front of a Bot API server of this machine, and a person who writes to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from notifiers.chat_pace import ChatPace
from service.bootstrap import House, open_house
from service.settings import Settings
from service.usecases.chat.listen import Listener
from tests.fake_telegram import TOKEN, FakeTelegram, fake_telegram

NOON = datetime.fromisoformat("2026-08-11T12:00:00+01:00")
CHAT = "5550001"


def take_turns_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages start at once: the pace has tests of its own."""

    async def at_once(self: ChatPace, chat: str) -> None:
        del self, chat

    monkeypatch.setattr(ChatPace, "turn", at_once)


@dataclass
class ChatWorld:
    """The house, the server, and what is between them."""

    house: House
    far: FakeTelegram
    chat: str = CHAT

    @property
    def listener(self) -> Listener:
        """The house's own."""
        assert self.house.listener is not None
        return self.house.listener

    async def settle(self) -> None:
        """Hear, deal with and answer until there is nothing to do."""
        listener = self.listener
        listener.wait = 0.0
        while True:
            await listener.listen_once()
            handled = [await listener.drain() for _ in range(60)]
            answered = await listener.answer()
            if not any(handled) and not answered:
                return

    async def leave(self) -> None:
        """What a worker does that is told to stop."""
        async with self.house.ledger.writing() as book:
            await book.stop_listening("telegram", holder=self.listener.holder)

    async def types(self, text: str, *, chat: str = "") -> str:
        """Somebody types; what is said last."""
        self.far.types(chat or self.chat, text)
        await self.settle()
        return self.far.last(chat or self.chat).words

    async def presses(self, label: str, *, chat: str = "") -> str:
        """Somebody presses; what is said last."""
        self.far.presses(chat or self.chat, label)
        await self.settle()
        return self.far.last(chat or self.chat).words

    async def signs_up(self, *, work: str = "window cleaning", places: str = "Hackney", chat: str = "") -> None:
        """The whole sign-up."""
        await self.types("/start", chat=chat)
        await self.types(work, chat=chat)
        await self.types(places, chat=chat)
        await self.presses("Under 10 people", chat=chat)
        await self.presses("Yes, start", chat=chat)


def settings_for(far: FakeTelegram, folder: Path, *, database_url: str = "") -> Settings:
    """Settings of a copy with the sample bot."""
    return Settings(
        home=folder,
        database_url=database_url,
        now=NOON,
        telegram_token=TOKEN,
        telegram_api_url=far.url,
        public_url="https://bowbell.example",
        contact="test",
        _env_file=None,
    )


@asynccontextmanager
async def chat_world(folder: Path, *, database_url: str = "") -> AsyncIterator[ChatWorld]:
    """A house with a bot."""
    async with fake_telegram() as far, open_house(settings_for(far, folder, database_url=database_url)) as house:
        yield ChatWorld(house=house, far=far)
