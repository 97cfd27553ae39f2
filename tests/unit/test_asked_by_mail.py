"""Promises of reading what a mail asks: the first words of the person decide, and what we wrote asks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.asked_by_mail import asked_by_mail, own_words
from service.domain.mail_in import read_mail
from service.usecases.marks import Mark, Marks

_QUOTED = "On Mon, 23 Nov 2026 at 09:00, Bowbell <alerts@b.example> wrote:\n"
OUR_LETTER = (
    "> You get this because you asked for alerts.\n> Change or pause: https://b.example · Stop: https://b.example"
)


@pytest.mark.parametrize(
    ("subject", "body", "act"),
    [
        ("Re: New: cleaning", "STOP", "stop"),
        ("Re: New: cleaning", "stop.", "stop"),
        ("Re: New: cleaning", "Please stop\n\nThanks\nSam", "stop"),
        ("Re: New: cleaning", "Hi,\n\nplease unsubscribe me\n", "stop"),
        ("Re: New: cleaning", "Take me off your list!", "stop"),
        ("unsubscribe", "", "stop"),
        ("STOP", "\n\n-- \nSam, Sample Cleaners", "stop"),
        ("Re: New: cleaning", "Pause\n\n" + _QUOTED + OUR_LETTER, "pause"),
        ("Re: x", "resume please", "resume"),
        ("Re: x", "Start again", "resume"),
        ("Re: x", "list", "list"),
        ("Re: x", "What do I get?", "list"),
        ("Re: x", "Why?", "why"),
        ("Re: x", "why am I getting this?", "why"),
        ("Re: x", "receipt", "receipt"),
        ("Re: x", "What did you check?", "receipt"),
        ("help", "", "help"),
        ("", "", "help"),
        ("Re: x", OUR_LETTER, "help"),
        ("Re: x", "Sent from my iPhone", "help"),
        ("Re: New: cleaning", "Can you stop by our office on Monday to talk about cleaning?", "words"),
        ("Re: x", "We want to stop hearing of hospitals but go on with cleaning", "words"),
        ("Alerts please", "cleaning, Hackney", "words"),
    ],
)  # fmt: skip
def test_what_a_mail_asks(subject: str, body: str, act: str) -> None:
    assert asked_by_mail(subject, body).act == act


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, 23 Nov 2026 at 09:00, Bowbell <alerts@b.example> wrote:\n> Stop: https://b.example",
        "On Mon, 23 Nov 2026 at 09:00, Bowbell\n<alerts@b.example> wrote:\n\nStop: https://b.example",
        "-----Original Message-----\nFrom: Bowbell <alerts@b.example>\nStop",
        "________________________________\nFrom: Bowbell\nStop",
        "From: Bowbell <alerts@b.example>\nSent: Monday\nStop",
        "-- \nSam Sample\nCatering Ltd, Camden",
        "Kind regards\nSam Sample\nCatering Ltd, Camden",
        "Many thanks,\nSam of Catering Ltd",
        "Sent from my iPhone",
        "Get Outlook for Android",
        "This email and any attachments are confidential and intended for catering",
        "Am 23.11.2026 um 09:00 schrieb Bowbell:\n> catering",
        "Begin forwarded message:\nFrom: catering",
    ],
)
def test_quotes_signatures_and_farewells_are_no_words_of_the_sender(below: str) -> None:
    assert own_words(f"Dear Bowbell,\n\ncleaning, Hackney\n\n{below}") == "cleaning, Hackney"


def test_the_subject_of_a_new_mail_belongs_to_the_sentence_and_that_of_a_reply_does_not() -> None:
    assert asked_by_mail("Cleaning in Hackney", "up to 50k").words == "Cleaning in Hackney\nup to 50k"
    assert asked_by_mail("Re: New: catering, Camden", "up to 50k").words == "up to 50k"


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_mail_has_an_answer(subject: str, body: str) -> None:
    assert asked_by_mail(subject, body).act


_PIECES = (
    b"From: a@sample.example\n", b"From: =?utf-8?q?=00?=\n", b"Subject: =?x?b?=?=\n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: text/html; charset=\xff\n", b"\n", b"\n\n", b"--b\n", b"--b--\n",
    b"Content-Transfer-Encoding: base64\n", b"=",
    b"Content-Type: message/rfc822\n", b"Content-Disposition: attachment; filename*=utf-8''%ff\n", b"<p>",
    b"To: " + b"x@y.example," * 9,
    b"Message-ID: <\xff>\n", b"Authentication-Results: mx; dmarc=pass\n", b"From: (((((\n", b'From: "\\\n',
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=20)), max_size=30))
def test_any_bytes_are_read_without_trouble(pieces: list[bytes]) -> None:
    mail = read_mail(b"".join(pieces), envelope_from="a@sample.example", trusted="mx", own="alerts@b.example")
    assert "\n" not in mail.sender + mail.subject + mail.message_id
    assert "\r" not in mail.sender + mail.message_id


def test_a_mark_is_read_back_for_its_own_purpose_and_message_alone() -> None:
    marks, others = Marks("sample-key" * 4, "Alerts@B.example"), Marks("other-key" * 4, "alerts@b.example")
    made = marks.made("reply", 4711)
    assert marks.read(made) == marks.read(made.upper()) == Mark(purpose="reply", message=4711)
    assert others.read(made) is None
    assert marks.read(made.replace("+r", "+b")) is None
    assert marks.read(made.replace("+r1267", "+r1268")) is None
    assert marks.read(made.replace("b.example", "c.example")) is None
    assert marks.read("alerts@b.example") is None
