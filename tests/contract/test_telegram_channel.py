"""What the Telegram channel promises of each way the Bot API can behave."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notifiers.chat_pace import ChatPace
from notifiers.telegram import TelegramChannel
from service.domain.chat import Answer
from service.domain.message import Button, Message
from service.errors import InDoubt, Refused, TryLater, WrongSettings
from tests.fake_telegram import BOT, TOKEN, FakeTelegram, fake_telegram

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHAT = "5550001"
ALERT = Message(
    message_id="<alert.1@bowbell.example>",
    channel="telegram",
    to=CHAT,
    subject="New: window cleaning",
    text="Window cleaning",
    html="<b>New: Window cleaning</b>\nFish &amp; chips &lt;b&gt;",
    kind="alert",
    created=NOW,
    unsubscribe_url="https://bowbell.example/unsubscribe/t0",
    buttons=((Button(label="Save", pressed="save:1"), Button(label="Our page", url="https://bowbell.example/o")),),
)


class StillClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """Return it."""
        return NOW

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - no time passes
        """Wait for nothing."""
        await asyncio.sleep(0)


def channel_to(url: str, *, token: str = TOKEN, pace: ChatPace | None = None) -> TelegramChannel:
    return TelegramChannel(
        token, clock=StillClock(), api_url=url, patience=0.4, pace=pace or ChatPace(every=0.0, in_a_chat=0.0)
    )


@asynccontextmanager
async def a_channel() -> AsyncIterator[tuple[FakeTelegram, TelegramChannel]]:
    async with fake_telegram() as far:
        channel = channel_to(far.url)
        try:
            yield far, channel
        finally:
            await channel.close()


async def test_a_message_arrives_as_it_was_written_with_its_buttons() -> None:
    async with a_channel() as (far, channel):
        receipt = await channel.deliver(ALERT)
    assert receipt.at == NOW
    said = far.last(CHAT)
    assert receipt.said == f"message {said.number}"
    assert said.words == "New: Window cleaning\nFish & chips <b>"
    assert said.buttons == [
        [{"text": "Save", "callback_data": "save:1"}, {"text": "Our page", "url": "https://bowbell.example/o"}]
    ]


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        ((403, "Forbidden: bot was blocked by the user"), Refused),
        ((403, "Forbidden: user is deactivated"), Refused),
        ((400, "Bad Request: chat not found"), Refused),
        ((400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -100}), Refused),
        ((400, "Bad Request: something of ours is wrong"), TryLater),
        ((429, "Too Many Requests: retry after 7", {"retry_after": 7}), TryLater),
        ((500, "Internal Server Error"), TryLater),
        ((502, "Bad Gateway"), TryLater),
        ("hang", InDoubt),
        ("drop", InDoubt),
    ],
)
async def test_every_way_to_fail_is_told_apart(trouble: object, outcome: type[Exception]) -> None:
    async with a_channel() as (far, channel):
        far.trouble.append(trouble)
        with pytest.raises(outcome):
            await channel.deliver(ALERT)


async def test_when_telegram_asks_for_patience_every_chat_waits_that_long() -> None:
    async with a_channel() as (far, channel):
        far.trouble.append((429, "Too Many Requests: retry after 37", {"retry_after": 37}))
        with pytest.raises(TryLater) as first:
            await channel.deliver(ALERT)
        asked = len(far.calls)
        with pytest.raises(TryLater) as second:
            await channel.deliver(replace(ALERT, to="5550002"))
    assert first.value.after == 37
    assert second.value.after is not None
    assert 36 < second.value.after <= 37
    assert len(far.calls) == asked


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    channel = channel_to(f"http://127.0.0.1:{port}")
    with pytest.raises(TryLater, match="cannot be reached"):
        await channel.deliver(ALERT)
    await channel.close()


async def test_a_bad_token_is_said_in_a_sentence_that_does_not_show_it() -> None:
    async with fake_telegram() as far:
        channel = channel_to(far.url, token="999:not-the-sample-token")
        with pytest.raises(WrongSettings, match="BOWBELL_TELEGRAM_TOKEN") as name:
            await channel.call_name()
        with pytest.raises(TryLater, match="BOWBELL_TELEGRAM_TOKEN") as delivery:
            await channel.deliver(ALERT)
        await channel.close()
    assert "not-the-sample-token" not in f"{name.value}{delivery.value}{channel!r}"


async def test_a_slip_in_our_tags_keeps_the_words_from_nobody() -> None:
    async with a_channel() as (far, channel):
        await channel.deliver(replace(ALERT, html="<b>Window &amp; gutter <u>cleaning</b>"))
    assert far.last(CHAT).plain
    assert far.last(CHAT).html == "Window & gutter cleaning"


async def test_a_changed_message_keeps_its_place_and_the_same_again_is_no_trouble() -> None:
    async with a_channel() as (far, channel):
        await channel.answer(CHAT, Answer(html="One"))
        number = far.last(CHAT).number
        await channel.answer(CHAT, Answer(html="Two", instead_of=number))
        await channel.answer(CHAT, Answer(html="Two", instead_of=number))
        assert [(said.number, said.html) for said in far.to(CHAT)] == [(number, "Two")]
        await channel.answer(CHAT, Answer(html="Three", instead_of=999_999))
    assert [said.html for said in far.to(CHAT)] == ["Two", "Three"]


async def test_a_document_comes_whole() -> None:
    async with a_channel() as (far, channel):
        body = json.dumps({"kept": "Café"}, ensure_ascii=False)
        await channel.answer(CHAT, Answer(html="Here", document=body, document_name="bowbell.json"))
    assert far.last(CHAT).document == body


async def test_what_people_say_is_given_again_until_it_is_confirmed() -> None:
    async with a_channel() as (far, channel):
        first, second = far.types(CHAT, "cleaning"), far.sends_press(CHAT, "save:7", under=41)
        heard = await channel.incoming(confirmed=0, wait=0)
        again = await channel.incoming(confirmed=0, wait=0)
        after = await channel.incoming(confirmed=second + 1, wait=0)
    assert [(each.number, each.chat, each.text, each.pressed, each.under) for each in heard] == [
        (first, CHAT, "cleaning", "", 0),
        (second, CHAT, "", "save:7", 41),
    ]
    assert again == heard
    assert list(after) == []


async def test_a_group_is_told_apart_from_a_talk_with_one_person() -> None:
    async with a_channel() as (far, channel):
        far.types("-10012", "/start", kind="supergroup")
        (heard,) = await channel.incoming(confirmed=0, wait=0)
    assert not heard.is_private


async def test_another_reader_of_the_same_bot_means_later() -> None:
    async with a_channel() as (far, channel):
        await channel.call_name()
        assert far.calls == ["getMe"]
        assert await channel.call_name() == BOT


async def test_messages_keep_to_one_a_second_in_a_chat_and_to_the_limit_of_all() -> None:
    moment, slept = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 2))

    pace = ChatPace(now=lambda: moment[0], sleep=sleep)
    for chat in ("a", "b", "a"):
        await pace.turn(chat)
    assert slept == [0.04, 1.05]
    moment[0] = 10.0
    await pace.turn("a")
    assert slept == [0.04, 1.05]


async def test_a_turn_that_is_far_off_is_given_back_to_the_queue() -> None:
    pace = ChatPace(now=lambda: 0.0)
    pace.hold(300)
    with pytest.raises(TryLater) as trouble:
        await pace.turn("a")
    assert trouble.value.after == 300
