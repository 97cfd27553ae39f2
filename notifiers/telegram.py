"""Telegram: carries alerts to chats, hears what people say there, and answers.

Only the library's calls are used. Its run loop keeps what it hears in memory and its persistence pickles, so hearing,
remembering and answering are ours: rows, which survive a restart.

What a failed call means: where no connection was had nothing was sent; where the answer never came the message may be
there, which is doubt; an answer is believed. The token is part of every address, so it is taken out of what is said.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from urllib.parse import urlsplit

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from notifiers.chat_pace import ChatPace
from notifiers.facts import one_line, safe_link
from service.domain.chat import Answer, Incoming
from service.domain.message import Buttons, Message, Receipt
from service.errors import InDoubt, Refused, TryLater, WrongSettings
from service.ports import Clock

__all__ = ["CHANNEL", "TelegramChannel"]

_HOME = "https://api.telegram.org"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_HEARD = ["message", "callback_query"]
_MOST_AT_ONCE = 100
#: Telegram's own limit of a message, after its tags are taken away.
_LONGEST = 4096
_LONGEST_SAID = 300
#: The chat itself is gone or closed to us. Other refusals of a request are our own slips.
_GONE = re.compile(
    r"chat not found|user not found|peer_id_invalid|user is deactivated|chat_write_forbidden|bot was kicked|"
    r"have no rights to send|group chat was (deactivated|upgraded)",
    re.IGNORECASE,
)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_TAG = re.compile(r"<[^>]*>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


class TelegramChannel:
    """Carries messages to chats of one bot, and is its inbox."""

    name = "telegram"

    def __init__(
        self, token: str, *, clock: Clock, api_url: str = "", patience: float = 15.0, pace: ChatPace | None = None
    ) -> None:
        """Read the settings; nothing is opened until the first call.

        Args:
            token: the bot's, as @BotFather gave it.
            clock: tells when a message was taken.
            api_url: another address of the interface, without the token; "" for Telegram's own.
            patience: seconds to wait for an answer.
            pace: how often messages start.

        Raises:
            WrongSettings: the address is none.
        """
        # The library asks to be told that waits are timedeltas; else it warns whenever Telegram asks for patience.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        home = (api_url or _HOME).rstrip("/")
        if not safe_link(home):
            raise WrongSettings(f"BOWBELL_TELEGRAM_API_URL is no web address: {api_url!r}.")
        self._token = token
        self._where = urlsplit(home).netloc
        self._clock = clock
        self._patience = patience
        self._pace = pace or ChatPace()
        self._sending = _request(patience, connections=8, is_by_proxy=not api_url)
        self._hearing = _request(patience, connections=1, is_by_proxy=not api_url)
        self._bot = Bot(
            token, base_url=f"{home}/bot", request=self._sending, get_updates_request=self._hearing
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"TelegramChannel({self._where})"

    async def deliver(self, message: Message) -> Receipt:
        """Hand over one message; its HTML is what a chat shows.

        Raises:
            TryLater: nothing was taken: no connection, too many at once, or our own token or words are wrong.
            Refused: the person blocked us, or the chat is not there.
            InDoubt: the answer never came.
        """
        return await self.answer(message.to, Answer(html=message.html, buttons=message.buttons))

    async def answer(self, chat: str, answer: Answer) -> Receipt:
        """Say something in a chat. Raises as `deliver`."""
        await self._pace.turn(chat)
        async with self._understood():
            said = await self._say(chat, answer)
        return Receipt(at=self._clock.now(), said=said)

    async def call_name(self) -> str:
        """The bot's name without the @. Raises TryLater or WrongSettings."""
        async with self._understood(is_ours=True):
            return (await self._bot.get_me()).username or ""

    async def incoming(self, *, confirmed: int, wait: float) -> Sequence[Incoming]:
        """What people said and pressed. Raises TryLater or WrongSettings."""
        async with self._understood(is_ours=True):
            updates = await self._bot.get_updates(
                offset=confirmed or None,
                limit=_MOST_AT_ONCE,
                timeout=int(wait),
                allowed_updates=_HEARD,
                read_timeout=wait + self._patience,
            )
        return [_incoming(update) for update in updates]

    async def acknowledge(self, press: str) -> None:
        """Let a pressed button rest."""
        try:
            await self._bot.answer_callback_query(press, read_timeout=self._patience)
        except TelegramError:
            return

    async def close(self) -> None:
        """Close the connections."""
        await self._sending.shutdown()
        await self._hearing.shutdown()

    async def _say(self, chat: str, answer: Answer) -> str:
        keyboard = _keyboard(answer.buttons)
        if answer.document:
            file = BytesIO(answer.document.encode("utf-8", "replace"))
            sent = await self._bot.send_document(
                chat, file, filename=answer.document_name, caption=answer.html, parse_mode="HTML", reply_markup=keyboard
            )
            return f"document {sent.message_id}"
        try:
            return await self._write(chat, answer.html, keyboard, parse_mode="HTML", instead_of=answer.instead_of)
        except BadRequest as trouble:
            if "can't parse" not in trouble.message.lower() and "too long" not in trouble.message.lower():
                raise
        # A slip of ours in the tags must not keep the words from anybody.
        return await self._write(chat, _plain(answer.html), keyboard, parse_mode=None, instead_of=answer.instead_of)

    async def _write(
        self, chat: str, words: str, keyboard: InlineKeyboardMarkup | None, *, parse_mode: str | None, instead_of: int
    ) -> str:
        if instead_of:
            try:
                await self._bot.edit_message_text(
                    words, chat, instead_of, parse_mode=parse_mode, reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                )  # fmt: skip
            except BadRequest as trouble:
                if "not modified" in trouble.message.lower():
                    return f"message {instead_of} as it was"
                if "to edit not found" not in trouble.message.lower() and "be edited" not in trouble.message.lower():
                    raise
            else:
                return f"message {instead_of} changed"
        sent = await self._bot.send_message(
            chat, words, parse_mode=parse_mode, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
        )
        return f"message {sent.message_id}"

    @asynccontextmanager
    async def _understood(self, *, is_ours: bool = False) -> AsyncIterator[None]:
        """Turn the library's errors into ours. `is_ours`: the call is about the bot, not about somebody's chat."""
        try:
            yield
        except RetryAfter as trouble:
            wait = trouble._retry_after.total_seconds()  # noqa: SLF001 - the public name may be of either of two types
            self._pace.hold(wait)
            raise TryLater("Telegram asks for patience.", after=wait) from None
        except InvalidToken:
            said = "Telegram does not accept BOWBELL_TELEGRAM_TOKEN. Ask @BotFather for the bot's token and set it."
            raise (WrongSettings(said) if is_ours else TryLater(said)) from None
        except Conflict:
            raise TryLater("Another program reads this bot's messages, or it has a webhook: stop it there.") from None
        except (Forbidden, ChatMigrated, BadRequest) as trouble:
            said = self._said(trouble)
            if isinstance(trouble, BadRequest) and not _GONE.search(said):
                raise TryLater(f"Telegram did not understand us: {said}") from None
            raise Refused(f"Telegram said: {said}") from None
        except NetworkError as trouble:
            lost = self._lost(trouble)
            raise (TryLater(str(lost)) if is_ours else lost) from None
        except TelegramError as trouble:
            raise TryLater(f"Telegram said: {self._said(trouble)}") from None

    def _lost(self, trouble: NetworkError) -> TryLater | InDoubt:
        cause = trouble.__cause__
        if isinstance(cause, _NOT_SENT):
            return TryLater(f"{self._where} cannot be reached: {self._said(trouble)}")
        if isinstance(trouble, TimedOut) or isinstance(cause, httpx.HTTPError):
            return InDoubt(f"{self._where} fell silent while it had the message in hand: {self._said(trouble)}")
        return TryLater(f"{self._where} said: {self._said(trouble)}")

    def _said(self, trouble: TelegramError) -> str:
        said = trouble.message.replace(self._token, "(token)") if self._token else trouble.message
        return one_line(said)[:_LONGEST_SAID] or type(trouble).__name__


def _keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, url=button.url)
                if button.url
                else InlineKeyboardButton(button.label, callback_data=button.pressed)
                for button in row
            ]
            for row in rows
        ]
    )


def _incoming(update: Update) -> Incoming:
    """What we take of an update: the chat and the words, no names."""
    press = update.callback_query
    if press is not None:
        message = press.message
        return Incoming(
            number=update.update_id,
            chat=str(message.chat.id) if message else str(press.from_user.id),
            is_private=message is None or message.chat.type == "private",
            pressed=press.data or "",
            press=press.id,
            under=message.message_id if message else 0,
        )
    said = update.message
    if said is None:
        return Incoming(number=update.update_id, chat="", is_private=False)
    return Incoming(
        number=update.update_id,
        chat=str(said.chat.id),
        is_private=said.chat.type == "private",
        text=said.text or "",
    )


def _plain(html: str) -> str:
    words = _TAG.sub("", html)
    for entity, sign in _ENTITIES:
        words = words.replace(entity, sign)
    return words[:_LONGEST]


CHANNEL = TelegramChannel


def _request(patience: float, *, connections: int, is_by_proxy: bool) -> HTTPXRequest:
    """Connections of the library. `is_by_proxy`: perhaps by the machine's proxy, as Telegram itself may be reached."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=patience,
        read_timeout=patience,
        # The library gives up after a second without a free connection: on a busy machine a message can wait longer.
        pool_timeout=patience,
        httpx_kwargs={"trust_env": is_by_proxy},
    )
