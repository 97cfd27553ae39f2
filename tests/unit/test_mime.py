"""Promises of a letter's headers: fixed, stoppable with one click, and never the notice's to write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from notifiers.mime import as_email
from service.domain.message import Message
from service.errors import BadAddress, Refused

STOP = "https://bowbell.example/unsubscribe/" + "t" * 180
ALERT = Message(
    message_id="<alert.1@bowbell.example>",
    channel="email",
    to="sample.firm@sample.example",
    subject="New: window cleaning, Hackney, £18,000 a year",
    text="Window cleaning\n.\nFrom £18,000\n",
    html="<p>Window cleaning £18,000</p>",
    kind="alert",
    created=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    unsubscribe_url=STOP,
)


def sent(message: Message, *, sender: str = "Bowbell <alerts@bowbell.example>") -> bytes:
    return as_email(message, sender=sender, list_id="alerts.bowbell.example").as_bytes()


def received(message: Message) -> EmailMessage:
    letter = message_from_bytes(sent(message), policy=SMTP)
    assert isinstance(letter, EmailMessage)
    return letter


@pytest.mark.parametrize("kind", ["alert", "digest"])
def test_an_alert_can_be_stopped_with_one_click(kind: str) -> None:
    letter = received(replace(ALERT, kind=kind))
    assert letter["List-Unsubscribe"] == f"<{STOP}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == "Bowbell alerts <alerts.bowbell.example>"
    assert f"\r\nList-Unsubscribe: <{STOP}>\r\n".encode() in sent(ALERT)


def test_the_headers_are_those_of_the_message() -> None:
    letter = received(ALERT)
    assert letter["Message-ID"] == "<alert.1@bowbell.example>"
    assert letter["Date"].datetime == ALERT.created
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == ALERT.subject
    assert letter["To"] == "sample.firm@sample.example"
    assert letter["From"] == "Bowbell <alerts@bowbell.example>"


def test_text_comes_first_and_html_beside_it() -> None:
    letter = received(ALERT)
    parts = list(letter.iter_parts())
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n").strip() for part in parts if isinstance(part, EmailMessage)] == [
        ALERT.text.strip(),
        ALERT.html,
    ]


def test_a_repeat_is_the_same_letter_byte_for_byte() -> None:
    assert sent(ALERT) == sent(ALERT)
    assert sent(ALERT).isascii()
    assert max(map(len, sent(ALERT).split(b"\r\n"))) <= 998


def test_account_mail_carries_no_list_headers() -> None:
    letter = received(replace(ALERT, kind="account", unsubscribe_url=""))
    assert not [name for name in letter.keys() if name.lower().startswith("list-")]  # noqa: SIM118 - a message repeats names
    assert letter["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\n",
        "a@b.example, c@d.example",
        "nobody",
        "",
        "@b.example",
        "a b@c.example",
        "é@b.example",
        "a\x00@b.example",
    ],
)
def test_what_is_no_single_address_is_named_as_such(to: str) -> None:
    with pytest.raises(BadAddress, match="not an e-mail address"):
        sent(replace(ALERT, to=to))
    with pytest.raises(BadAddress):
        sent(ALERT, sender=to)


def test_a_domain_with_accents_is_written_in_ascii() -> None:
    assert received(replace(ALERT, to="firm@exämple.example"))["To"] == "firm@xn--exmple-cua.example"


def test_a_subject_cannot_add_a_header() -> None:
    letter = received(replace(ALERT, subject="New\r\nBcc: evil@evil.example\x00\u2028more"))
    assert letter["Bcc"] is None
    assert letter["Subject"] == "New Bcc: evil@evil.example more"


@pytest.mark.parametrize(
    "stop", ["", "javascript:alert(1)", "https://a.example/\r\nBcc: x@y.example", "https://a.example/>, <mailto:x"]
)
def test_an_alert_that_nobody_could_stop_is_never_sent(stop: str) -> None:
    with pytest.raises(Refused, match="address to stop it"):
        sent(replace(ALERT, unsubscribe_url=stop))


def test_a_message_id_cannot_add_a_header() -> None:
    with pytest.raises(Refused, match="Message-ID"):
        sent(replace(ALERT, message_id="<a@b>\r\nBcc: x@y.example"))
