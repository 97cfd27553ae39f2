"""What the e-mail channel promises of each way a mail server can behave, and the mailbox beside it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifiers.email import EmailChannel, Patience, smtp_settings
from notifiers.mailbox import MailboxChannel
from service.domain.message import Message
from service.errors import InDoubt, Refused, TryLater, WrongSettings

SENDER = "Bowbell <alerts@bowbell.example>"
LIST_ID = "alerts.bowbell.example"
#: For servers that hang on purpose, and for one that answers, however busy the machine is.
QUICK = Patience(connect=0.5, command=0.5, data=0.5)
UNHURRIED = Patience(connect=60, command=60, data=60)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALERT = Message(
    message_id="<alert.1@bowbell.example>",
    channel="email",
    to="sample.firm@sample.example",
    subject="New: window cleaning",
    text="Window cleaning\n.\n",
    html="<p>Window cleaning</p>",
    kind="alert",
    created=NOW,
    unsubscribe_url="https://bowbell.example/unsubscribe/t0",
)


class StillClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """Return it."""
        return NOW

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - no time passes
        """Wait for nothing."""
        await asyncio.sleep(0)


def channel_to(port: int, *, patience: Patience = QUICK) -> EmailChannel:
    return EmailChannel(
        f"smtp://127.0.0.1:{port}", sender=SENDER, list_id=LIST_ID, clock=StillClock(), patience=patience
    )


# A real server ----------------------------------------------------------------------------------------------------


class Postbox:
    """Keeps what a real server took."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.peers: set[object] = set()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd gives it
        session: Session,
        envelope: Envelope,
    ) -> str:
        """Take a letter, slowly enough for others to come meanwhile."""
        self.letters.append(envelope)
        self.peers.add(session.peer)
        await asyncio.sleep(0.02)
        return "250 Taken as sample-1"


@asynccontextmanager
async def real_server() -> AsyncIterator[tuple[Postbox, int]]:
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    try:
        yield box, port
    finally:
        await asyncio.to_thread(controller.stop)


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with real_server() as (box, port):
        channel = channel_to(port, patience=UNHURRIED)
        receipt = await channel.deliver(ALERT)
        await channel.close()
    assert receipt.at == NOW
    assert receipt.said == "250 Taken as sample-1"
    assert box.letters[0].mail_from == "alerts@bowbell.example"
    assert box.letters[0].rcpt_tos == ["sample.firm@sample.example"]
    content = box.letters[0].content
    assert isinstance(content, bytes)
    letter = message_from_bytes(content)
    assert letter["Message-ID"] == ALERT.message_id
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\r\n.\r\n" in content


async def test_many_letters_share_at_most_four_connections() -> None:
    async with real_server() as (box, port):
        channel = channel_to(port, patience=UNHURRIED)
        letters = [replace(ALERT, message_id=f"<alert.{number}@bowbell.example>") for number in range(20)]
        await asyncio.gather(*(channel.deliver(letter) for letter in letters))
        await channel.close()
    assert len(box.letters) == 20
    assert 1 < len(box.peers) <= 4


# A scripted server ------------------------------------------------------------------------------------------------

Say = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Script:
    """How a scripted server answers. "" hangs, "drop" closes the connection."""

    banner: str = "220 sample"
    mail: str = "250 ok"
    rcpt: str = "250 ok"
    data: str = "354 go on"
    dot: str = "250 taken"
    #: Close in the middle of the letter.
    drop_within: bool = False
    #: Close each connection after its first letter without a word.
    one_letter_each: bool = False
    taken: list[bytes] = field(default_factory=list)
    connections: int = 0


async def _talk(script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def say(words: str) -> None:
        if words == "drop":
            raise ConnectionError
        if not words:
            await reader.read()  # silence until the far side gives up
            raise ConnectionError
        writer.write(words.encode() + b"\r\n")
        await writer.drain()

    script.connections += 1
    await say(script.banner)
    while line := (await reader.readline()).decode().strip():
        verb = line.split()[0].upper()
        answers = {"MAIL": script.mail, "RCPT": script.rcpt, "DATA": script.data, "QUIT": "221 bye"}
        await say(answers.get(verb, "250 ok"))
        if verb == "QUIT":
            return
        if verb == "DATA" and script.data.startswith("354"):
            if script.drop_within:
                await reader.readline()
                return
            script.taken.append(await reader.readuntil(b"\r\n.\r\n"))
            await say(script.dot)
            if script.one_letter_each:
                return


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[EmailChannel]:
    finished: list[asyncio.Event] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over = asyncio.Event()
        finished.append(over)
        try:
            await _talk(script, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    channel = channel_to(server.sockets[0].getsockname()[1])
    try:
        yield channel
    finally:
        await channel.close()
        server.close()
        await asyncio.wait_for(asyncio.gather(*(over.wait() for over in finished)), 5)


@pytest.mark.parametrize(
    ("script", "outcome", "taken"),
    [
        pytest.param(Script(drop_within=True), InDoubt, 0, id="drops in the middle of DATA"),
        pytest.param(Script(dot="drop"), InDoubt, 1, id="drops after the dot"),
        pytest.param(Script(dot=""), InDoubt, 1, id="hangs after the dot"),
        pytest.param(Script(dot="251 odd"), InDoubt, 1, id="answers the dot oddly"),
        pytest.param(Script(data="drop"), InDoubt, 0, id="drops at DATA"),
        pytest.param(Script(dot="421 shutting down"), TryLater, 1, id="421 after the dot"),
        pytest.param(Script(dot="554 5.6.0 no"), Refused, 1, id="554 after the dot"),
        pytest.param(Script(data="451 later"), TryLater, 0, id="451 at DATA"),
        pytest.param(Script(rcpt="451 later"), TryLater, 0, id="451 at RCPT"),
        pytest.param(Script(rcpt="421 shutting down"), TryLater, 0, id="421 at RCPT"),
        pytest.param(Script(rcpt="550 5.1.1 nobody"), Refused, 0, id="550 at RCPT"),
        pytest.param(Script(rcpt="552 5.2.2 full"), TryLater, 0, id="552 at RCPT"),
        pytest.param(Script(rcpt="550 5.7.1 relaying denied"), TryLater, 0, id="550 by policy"),
        pytest.param(Script(rcpt=""), TryLater, 0, id="hangs at RCPT"),
        pytest.param(Script(rcpt="drop"), TryLater, 0, id="drops at RCPT"),
        pytest.param(Script(mail="553 5.1.8 no such sender"), Refused, 0, id="553 at MAIL"),
        pytest.param(Script(mail="530 5.7.0 sign in first"), TryLater, 0, id="530 at MAIL"),
        pytest.param(Script(banner=""), TryLater, 0, id="never greets"),
        pytest.param(Script(banner="554 go away"), TryLater, 0, id="greets with a refusal"),
        pytest.param(Script(banner="drop"), TryLater, 0, id="hangs up at once"),
    ],
)
async def test_each_behaviour_has_one_honest_outcome(script: Script, outcome: type[Exception], taken: int) -> None:
    script = replace(script, taken=[])
    async with scripted(script) as channel, asyncio.timeout(5):
        with pytest.raises(outcome) as caught:
            await channel.deliver(ALERT)
    assert type(caught.value) is outcome
    assert len(script.taken) == taken


async def test_after_a_refusal_the_connection_serves_the_next_letter() -> None:
    script = Script(rcpt="550 5.1.1 nobody")
    async with scripted(script) as channel:
        with pytest.raises(Refused, match="550"):
            await channel.deliver(ALERT)
        script.rcpt = "250 ok"
        await channel.deliver(ALERT)
    assert (script.connections, len(script.taken)) == (1, 1)


async def test_a_kept_connection_that_was_dropped_is_opened_anew() -> None:
    script = Script(one_letter_each=True)
    async with scripted(script) as channel:
        await channel.deliver(ALERT)
        await channel.deliver(ALERT)
    assert (script.connections, len(script.taken)) == (2, 2)


async def test_a_kept_connection_that_says_421_is_opened_anew_and_nothing_is_lost() -> None:
    script = Script()
    async with scripted(script) as channel:
        await channel.deliver(ALERT)
        script.mail = "421 idle too long"
        with pytest.raises(TryLater):
            await channel.deliver(ALERT)
        assert script.connections == 2
        script.mail = "250 ok"
        await channel.deliver(ALERT)
    assert len(script.taken) == 2


async def test_nobody_listening_means_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(TryLater, match="cannot be used now"):
            await channel_to(closed.getsockname()[1]).deliver(ALERT)


async def test_an_address_that_is_none_is_refused_before_anything_is_opened() -> None:
    script = Script()
    async with scripted(script) as channel:
        with pytest.raises(Refused, match="not an e-mail address"):
            await channel.deliver(replace(ALERT, to="a@b.example\r\nRCPT TO:<c@d.example>"))
    assert script.connections == 0


# Settings ---------------------------------------------------------------------------------------------------------


def test_the_address_of_a_server_is_read() -> None:
    settings = smtp_settings("smtp://us%40er:p%2Fw@mail.example")
    assert (settings.host, settings.port, settings.user, settings.password) == ("mail.example", 587, "us@er", "p/w")
    assert settings.starttls == "always"  # a password never crosses a network in the clear unless asked to
    assert smtp_settings("smtp://u:p@127.0.0.1:2525").starttls == "auto"
    assert smtp_settings("smtp://u:p@mail.example?starttls=never").starttls == "never"
    assert smtp_settings("smtp://mail.example").port == 25
    assert (smtp_settings("smtps://mail.example").port, smtp_settings("smtps://mail.example").tls) == (465, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://u:hidden0@h",
        "smtp://u:hidden0@h:port",
        "smtp://u:hidden0@h:0",
        "smtp://u:hidden0@",
        "smtp://u:hid/den0@h",
        "smtp://u@h",
        "smtp://h?starttls=yes",
        "smtp://h?tls=1",
        "smtps://h?starttls=always",
        "",
    ],
)
def test_wrong_settings_say_the_way_out_and_not_the_password(url: str) -> None:
    with pytest.raises(WrongSettings, match="smtp://") as caught:
        smtp_settings(url)
    assert "hidden0" not in str(caught.value)
    assert "den0" not in str(caught.value)


async def test_the_password_is_in_no_repr_log_or_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = "smtp://user:hidden0@127.0.0.1:1?starttls=never"
    channel = EmailChannel(url, sender=SENDER, list_id=LIST_ID, clock=StillClock(), patience=QUICK)
    with pytest.raises(TryLater) as caught:
        await channel.deliver(ALERT)
    assert "hidden0" not in repr(channel) + repr(smtp_settings(url)) + str(caught.value) + caplog.text


# The mailbox ------------------------------------------------------------------------------------------------------


class Shelf:
    """Keeps letters by Message-ID, as the store does."""

    def __init__(self) -> None:
        self.kept: dict[str, Sequence[tuple[str, str]]] = {}

    async def keep(
        self,
        message: Message,
        *,
        headers: Sequence[tuple[str, str]],
        at: datetime,  # noqa: ARG002 - the promise is about headers
    ) -> None:
        """Keep a letter once."""
        self.kept.setdefault(message.message_id, headers)


async def test_the_mailbox_keeps_the_letter_with_its_headers_once() -> None:
    shelf = Shelf()
    channel = MailboxChannel(shelf, sender=SENDER, list_id=LIST_ID, clock=StillClock())
    assert (await channel.deliver(ALERT)).at == NOW
    await channel.deliver(ALERT)
    await channel.close()
    assert list(shelf.kept) == [ALERT.message_id]
    headers = dict(shelf.kept[ALERT.message_id])
    assert headers["List-Unsubscribe"] == "<https://bowbell.example/unsubscribe/t0>"
    assert headers["Subject"] == ALERT.subject
    with pytest.raises(Refused):
        await channel.deliver(replace(ALERT, to="nobody"))
