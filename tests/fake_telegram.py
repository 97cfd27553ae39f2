"""A Bot API server on this machine: takes what a bot says, gives what people say, and fails when it is told to.

It keeps to what core.telegram.org/bots/api says of the calls we make: updates are given again until a higher offset
confirms them, a message that is changed keeps its number, and texts longer than 4,096 characters are refused.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456:sample-token-of-a-sample-bot"
BOT = "SampleBowbellBot"
_LONGEST = 4096


@dataclass
class Said:
    """Something a bot said, as it stands now."""

    number: int
    chat: str
    html: str
    buttons: list[list[dict[str, str]]]
    plain: bool
    document: str = ""
    changes: int = 0

    @property
    def words(self) -> str:
        """Without its tags."""
        words = re.sub(r"<[^>]*>", "", self.html)
        for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
            words = words.replace(entity, sign)
        return words

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button["text"] for row in self.buttons for button in row]


@dataclass
class FakeTelegram:
    """The server's memory."""

    said: list[Said] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    #: Answers for the next sends, each (status, description, parameters); "hang" never answers, "drop" after taking it.
    trouble: deque[Any] = field(default_factory=deque)
    blocked: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    #: Everything that happened in a chat, in order, for reading.
    talk: list[tuple[str, str, str]] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    #: Give every update twice, as a connection lost in between does.
    repeats: bool = False
    url: str = ""
    _numbers: int = 100
    _updates: int = 7000
    _new: asyncio.Event = field(default_factory=asyncio.Event)

    # what people do
    def types(self, chat: str, text: str, *, kind: str = "private") -> int:
        """Somebody types."""
        self.talk.append((chat, "you", text))
        message = {"message_id": self._number(), "date": 1, "chat": {"id": int(chat), "type": kind}, "text": text}
        return self._update({"message": message | {"from": self._person(chat)}})

    def presses(self, chat: str, label: str) -> int:
        """Somebody presses a button of the newest message that has it."""
        for said in reversed(self.said):
            for row in said.buttons:
                for button in row:
                    if said.chat == chat and button["text"].removeprefix("\N{CHECK MARK} ") == label:
                        self.talk.append((chat, "you", f"[{label}]"))
                        return self.sends_press(chat, button["callback_data"], under=said.number)
        raise AssertionError(f"no button {label!r} in {[said.labels for said in self.said if said.chat == chat]}")

    def sends_press(self, chat: str, data: str, *, under: int = 1) -> int:
        """A press comes in, whatever it says."""
        message = {"message_id": under, "date": 1, "chat": {"id": int(chat), "type": "private"}}
        press = {"id": f"press-{self._updates}", "from": self._person(chat), "chat_instance": "1", "data": data}
        return self._update({"callback_query": press | {"message": message}})

    def to(self, chat: str) -> list[Said]:
        """What was said in a chat."""
        return [said for said in self.said if said.chat == chat]

    def last(self, chat: str) -> Said:
        """The newest thing said in a chat."""
        return self.to(chat)[-1]

    def read_aloud(self, chat: str) -> str:
        """A talk as text: what a person at the telephone sees, in order."""
        lines = []
        for where, who, words in self.talk:
            if where == chat:
                mark = "You:     " if who == "you" else "Bowbell: "
                lines += [mark + words.replace("\n", "\n         "), ""]
        return "\n".join(lines)

    # the server
    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the interface."""
        token, method = request.match_info["token"], request.match_info["method"]
        if token != TOKEN:
            return _refusal(401, "Unauthorized")
        form = dict(await request.post())
        self.calls.append(method)
        if method == "getMe":
            return _ok({"id": 1, "is_bot": True, "first_name": "Sample", "username": BOT})
        if method == "getUpdates":
            return await self._get_updates(form)
        if method == "answerCallbackQuery":
            self.acknowledged.append(str(form["callback_query_id"]))
            return _ok({})
        return await self._take(method, form)

    async def _get_updates(self, form: dict[str, Any]) -> web.Response:
        offset, wait = int(form.get("offset", 0)), float(form.get("timeout", 0))
        self.pending = [each for each in self.pending if each["update_id"] >= offset]
        if not self.pending and wait:
            self._new.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._new.wait(), min(wait, 0.2))
        given = [each for each in self.pending if each["update_id"] >= offset]
        self.given += [each["update_id"] for each in given]
        return _ok(given + given if self.repeats else given)

    async def _take(self, method: str, form: dict[str, Any]) -> web.Response:
        chat = str(form["chat_id"])
        trouble = self.trouble.popleft() if self.trouble else None
        if trouble == "hang":
            await asyncio.sleep(3600)
        if isinstance(trouble, tuple):
            return _refusal(*trouble)
        if chat in self.blocked:
            return _refusal(403, "Forbidden: bot was blocked by the user")
        said = self._said(method, chat, form)
        if isinstance(said, web.Response):
            return said
        if trouble == "drop":
            await asyncio.sleep(3600)
        return _ok({"message_id": said.number, "date": 1, "chat": {"id": int(chat), "type": "private"}})

    def _said(self, method: str, chat: str, form: dict[str, Any]) -> Said | web.Response:
        html = str(form.get("text") or form.get("caption") or "")
        buttons = json.loads(form.get("reply_markup") or "{}").get("inline_keyboard", [])
        if slip := _slip_in(form, html, buttons):
            return _refusal(400, f"Bad Request: {slip}")
        if method == "editMessageText":
            return self._changed(int(form["message_id"]), html, buttons)
        said = Said(
            number=self._number(), chat=chat, html=html, buttons=buttons, plain=form.get("parse_mode") != "HTML"
        )
        for value in form.values():
            if isinstance(value, web.FileField):
                said.document = value.file.read().decode()
        self.said.append(said)
        self._heard(said, "")
        return said

    def _changed(self, number: int, html: str, buttons: list[list[dict[str, str]]]) -> Said | web.Response:
        found = next((said for said in self.said if said.number == number), None)
        if found is None:
            return _refusal(400, "Bad Request: message to edit not found")
        if (found.html, found.buttons) == (html, buttons):
            return _refusal(400, "Bad Request: message is not modified")
        found.html, found.buttons, found.changes = html, buttons, found.changes + 1
        self._heard(found, "(changes what it said) ")
        return found

    def _heard(self, said: Said, before: str) -> None:
        shown = "\n".join("  ".join(f"[{button['text']}]" for button in row) for row in said.buttons)
        file = "\n(a document)" if said.document else ""
        self.talk.append((said.chat, "bot", before + said.words + file + ("\n" + shown if shown else "")))

    def _update(self, body: dict[str, Any]) -> int:
        self._updates += 1
        self.pending.append({"update_id": self._updates} | body)
        self._new.set()
        return self._updates

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    @staticmethod
    def _person(chat: str) -> dict[str, Any]:
        return {"id": int(chat), "is_bot": False, "first_name": "Sample"}


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """A server at a free port of this machine."""
    memory = FakeTelegram()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", memory.call)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    memory.url = f"http://127.0.0.1:{port}"
    try:
        yield memory
    finally:
        await runner.cleanup()


def _slip_in(form: dict[str, Any], html: str, buttons: list[list[dict[str, str]]]) -> str:
    """What the real server would refuse; "" for nothing."""
    words = re.sub(r"<[^>]*>", "", html)
    if not words or len(words) > _LONGEST:
        return "message is too long" if words else "message text is empty"
    if form.get("parse_mode") == "HTML" and not _balanced(html):
        return "can't parse entities"
    too_long = any(len(button.get("callback_data", "").encode()) > 64 for row in buttons for button in row)
    return "BUTTON_DATA_INVALID" if too_long else ""


def _balanced(html: str) -> bool:
    """Whether every tag is one that chats know, and closed."""
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z]+)(?: href=\"[^\"<>]*\")?>", html):
        if name not in {"a", "b", "i"}:
            return False
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened and "<" not in re.sub(r"<(/?)([a-z]+)(?: href=\"[^\"<>]*\")?>", "", html)


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(status: int, description: str, parameters: dict[str, int] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return web.json_response(body | ({"parameters": parameters} if parameters else {}), status=status)
