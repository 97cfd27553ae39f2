"""Promises of everything by mail alone: sign-up, orders and reports, handed over by a real LMTP conversation."""

from __future__ import annotations

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.bootstrap import House, open_house
from service.commands.post import post_room
from service.commands.work import STEPS, drain_all
from service.postroom.maildir import look_into
from service.settings import Settings
from service.store.inbound import BOUNCE, INBOUND
from service.store.messages import DESTINATION, FIRM, MESSAGE
from tests.builders import NOW

OURS = "alerts@bowbell.example"
FIRM_ADDRESS = "owner@sample-cleaners.example"
#: What the operator's mail server writes about a mail that is truly from its sender.
PASSED = "mx.bowbell.example; dmarc=pass header.from=sample-cleaners.example"


def a_mail(text: str, *, subject: str = "Alerts please", sender: str = FIRM_ADDRESS, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Sample Owner <{sender}>"
    mail["To"] = OURS
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="sample-cleaners.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@dataclass
class PostOffice:
    """The running house with its post room, and a mail server of the operator's that hands mail over."""

    house: House
    port: int
    answers: list[str] = field(default_factory=list)

    async def hand_over(self, mail: EmailMessage | bytes, *, to: str = OURS, sender: str | None = None) -> None:
        """A whole LMTP conversation, then everything that follows from it."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        return_path = FIRM_ADDRESS if sender is None else sender

        def talk() -> None:
            with smtplib.LMTP("127.0.0.1", self.port, timeout=20) as client:
                client.sendmail(return_path, [to], raw)

        await asyncio.to_thread(talk)
        await self.work()

    async def work(self) -> None:
        """Deal with what came in, and send what is to be sent."""
        answering = self.house.answering()
        assert answering is not None
        while await answering.drain():
            pass
        while await self.house.sender().drain():
            pass

    async def letters(self) -> list[Mapping[str, str]]:
        """Every letter that went out, the oldest first."""
        async with self.house.database.reading() as connection:
            rows = (await connection.execute(select(MESSAGE).order_by(MESSAGE.c.id))).all()
        return [dict(row._mapping) for row in rows]

    async def last(self) -> Mapping[str, str]:
        """The newest letter."""
        return (await self.letters())[-1]

    async def outcome(self) -> str:
        """What became of the newest mail that came in."""
        async with self.house.database.reading() as connection:
            return str(
                (await connection.execute(select(INBOUND.c.outcome).order_by(INBOUND.c.id.desc()))).scalars().first()
            )

    async def state(self) -> str:
        """How the one firm stands."""
        async with self.house.database.reading() as connection:
            return str((await connection.execute(select(FIRM.c.state))).scalar_one())

    async def reply_address(self) -> str:
        """Where an answer to the newest letter goes."""
        assert self.house.marks is not None
        return self.house.marks.made("reply", int((await self.last())["id"]))

    async def signed_up(self) -> None:
        """One firm, by mail alone, with its link followed."""
        await self.hand_over(a_mail("cleaning, Hackney and Newham, up to 50k"))
        token = re.search(r"/confirm/(\S+)", (await self.last())["text"])
        assert token is not None
        await self.house.accounts.subscribe.confirm(token.group(1), mark="")


@asynccontextmanager
async def a_post_office(tmp_path: Path, **settings: object) -> AsyncIterator[PostOffice]:
    chosen = Settings(
        home=tmp_path,
        now=NOW,
        mail_from=f"Bowbell <{OURS}>",
        inbound_address=OURS,
        inbound_lmtp="0",
        inbound_trusted="mx.bowbell.example",
        _env_file=None,
        **settings,  # type: ignore[arg-type]  # any setting by name
    )
    async with open_house(chosen) as house, post_room(house) as port:
        yield PostOffice(house=house, port=port)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with a_post_office(tmp_path) as found:
        yield found


@pytest.fixture
async def each_office(tmp_path: Path, each_database: str) -> AsyncIterator[PostOffice]:
    """The same over a database of each kind, for every question that mail asks of it."""
    async with a_post_office(tmp_path, database_url=each_database) as found:
        yield found


async def test_a_sentence_by_mail_starts_the_sign_up_and_is_said_back(each_office: PostOffice) -> None:
    await each_office.hand_over(
        a_mail("Hi\n\ncleaning, Hackney and Newham, up to 50k, no hospitals. Beekeeping.\n\nBest wishes\nSam")
    )
    letter = await each_office.last()
    assert letter["address"] == FIRM_ADDRESS
    assert letter["state"] == "sent"
    assert "in Hackney and Newham, worth up to £50,000" in letter["text"]
    assert "Cleaning, waste and environment" in letter["text"]
    assert 'NOT "hospitals"' in letter["text"]
    assert "We did not understand “Beekeeping”" in letter["text"]
    assert letter["text"].count("/confirm/") == 1
    assert await each_office.state() == "waiting"


async def test_the_link_confirms_and_then_orders_work_as_replies(each_office: PostOffice) -> None:
    await each_office.signed_up()
    assert await each_office.state() == "active"

    await each_office.hand_over(a_mail("LIST", subject="Re: Confirm"), to=await each_office.reply_address())
    assert "worth up to £50,000" in (await each_office.last())["text"]

    await each_office.hand_over(
        a_mail("Pause please\n\n> Stop: https://x.example"), to=await each_office.reply_address()
    )
    assert await each_office.state() == "paused"
    assert (await each_office.last())["subject"] == "Your alerts are paused"

    await each_office.hand_over(a_mail("resume"), to=await each_office.reply_address())
    assert await each_office.state() == "active"

    await each_office.hand_over(a_mail("help"), to=await each_office.reply_address())
    assert "cleaning, Hackney and Newham, up to 50k" in (await each_office.last())["text"]

    await each_office.hand_over(a_mail("STOP"), to=await each_office.reply_address())
    assert await each_office.state() == "stopped"
    assert await each_office.outcome() == "stopped"


async def test_what_we_checked_comes_to_the_firm_s_own_address_when_it_asks_for_a_receipt(
    each_office: PostOffice,
) -> None:
    await each_office.signed_up()
    await each_office.hand_over(a_mail("Receipt please", subject="Re: New: cleaning"))
    assert await each_office.outcome() == "a receipt was asked for"
    await drain_all(each_office.house, STEPS)
    letter = await each_office.last()
    assert (letter["address"], letter["kind"], letter["state"]) == (FIRM_ADDRESS, "account", "sent")
    assert letter["subject"] == "Nothing fitted in the last 30 days: no notices checked"
    assert "We checked no sources and no notices" in letter["text"]
    assert "Your alerts are on." in letter["text"]
    assert "You get this because you asked what we checked." in letter["text"]


async def test_a_stranger_who_asks_for_a_receipt_learns_that_nothing_is_on(office: PostOffice) -> None:
    await office.hand_over(a_mail("receipt"))
    assert await office.outcome() == "answered: receipt of a stranger"
    await drain_all(office.house, STEPS)
    assert [letter["subject"] for letter in await office.letters()] == ["There are no alerts for this address"]


async def test_an_answer_says_which_mail_it_answers_and_that_a_machine_wrote_it(office: PostOffice) -> None:
    mail = a_mail("help")
    await office.hand_over(mail)
    letter = await office.last()
    assert letter["in_reply_to"] == mail["Message-ID"]


async def test_a_mail_in_somebody_s_name_changes_nothing_and_only_the_owner_gets_a_link(office: PostOffice) -> None:
    await office.signed_up()
    for order, link in (("PAUSE", "/manage/"), ("STOP", "/unsubscribe/")):
        await office.hand_over(a_mail(order))
        assert await office.state() == "active"
        letter = await office.last()
        assert letter["address"] == FIRM_ADDRESS
        assert link in letter["text"]
        assert "Until then nothing changes" in letter["text"]


@pytest.mark.parametrize(
    "results",
    [
        "mx.elsewhere.example; dmarc=pass header.from=sample-cleaners.example",
        "mx.bowbell.example; dmarc=pass header.from=attacker.example",
        "mx.bowbell.example; dkim=pass header.d=attacker.example; spf=pass smtp.mailfrom=attacker.example",
        "mx.bowbell.example; dmarc=none header.from=sample-cleaners.example",
        "mx.bowbell.example (dmarc=pass header.from=sample-cleaners.example); none",
    ],
)
async def test_a_result_of_another_server_or_about_another_domain_proves_nothing(
    office: PostOffice, results: str
) -> None:
    await office.signed_up()
    await office.hand_over(a_mail("STOP", Authentication_Results=results))
    assert await office.state() == "active"
    assert await office.outcome() == "asked back: stop"


async def test_a_mail_that_the_operator_s_server_vouches_for_is_done_at_once(office: PostOffice) -> None:
    await office.signed_up()
    await office.hand_over(a_mail("PAUSE", Authentication_Results=PASSED))
    assert await office.state() == "paused"


async def test_a_mail_that_the_operator_s_server_calls_forged_gets_no_answer(office: PostOffice) -> None:
    forged = (
        "mx.bowbell.example; dmarc=fail header.from=sample-cleaners.example; dkim=pass header.d=sample-cleaners.example"
    )
    await office.hand_over(a_mail("cleaning, Hackney", Authentication_Results=forged))
    assert await office.letters() == []
    assert "forged" in await office.outcome()


async def test_a_made_up_reply_address_proves_nothing(office: PostOffice) -> None:
    await office.signed_up()
    local, _, domain = (await office.reply_address()).partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    await office.hand_over(a_mail("STOP"), to=forged)
    assert await office.state() == "active"


async def test_the_same_mail_handed_over_again_is_dealt_with_once(each_office: PostOffice) -> None:
    mail = a_mail("cleaning, Hackney")
    await each_office.hand_over(mail)
    again = b"Received: from relay.example by mx.bowbell.example; Mon, 23 Nov 2026 09:01:00 +0000\r\n" + mail.as_bytes()
    await each_office.hand_over(again)
    assert len(await each_office.letters()) == 1


async def test_its_words_and_addresses_are_gone_once_it_is_dealt_with(each_office: PostOffice) -> None:
    await each_office.hand_over(a_mail("cleaning, Hackney"))
    async with each_office.house.database.reading() as connection:
        row = (await connection.execute(select(INBOUND))).one()
    assert (bytes(row.raw), row.envelope_from, row.recipient) == (b"", "", "")
    assert FIRM_ADDRESS not in str(row)


@pytest.mark.parametrize(
    ("headers", "return_path"),
    [
        ({}, ""),
        ({"Auto_Submitted": "auto-replied"}, None),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, None),
        ({"Precedence": "bulk"}, None),
        ({"Precedence": "list"}, None),
        ({"X_Auto_Response_Suppress": "All"}, None),
        ({"X_Autoreply": "yes"}, None),
        ({"List_Id": "<people.list.example>"}, None),
        ({"List_Unsubscribe": "<https://list.example/u>"}, None),
        ({"Cc": ", ".join(f"person{number}@sample.example" for number in range(60))}, None),
    ],
)
async def test_machines_lists_and_circulars_are_never_answered(
    office: PostOffice, headers: dict[str, str], return_path: str | None
) -> None:
    await office.hand_over(a_mail("cleaning, Hackney", **headers), sender=return_path)
    assert await office.letters() == []
    assert (await office.outcome()).startswith("not answered")


@pytest.mark.parametrize("sender", ["mailer-daemon@sample.example", "no-reply@sample.example", OURS])
async def test_senders_that_are_machines_or_ourselves_are_never_answered(office: PostOffice, sender: str) -> None:
    await office.hand_over(a_mail("cleaning, Hackney", sender=sender))
    assert await office.letters() == []


async def test_who_writes_too_often_is_not_answered(tmp_path: Path) -> None:
    async with a_post_office(tmp_path, inbound_an_hour=2) as office:
        for _ in range(5):
            await office.hand_over(a_mail("help"))
        assert len(await office.letters()) == 2


async def test_a_stranger_is_answered_a_few_times_a_day_and_no_more(each_office: PostOffice) -> None:
    for number in range(6):
        await each_office.hand_over(a_mail(f"gibberish number {number}"))
    assert len(await each_office.letters()) == 3


async def test_an_address_that_is_not_ours_is_refused_and_a_second_one_put_off(office: PostOffice) -> None:
    def talk() -> tuple[int, int, int]:
        with smtplib.LMTP("127.0.0.1", office.port, timeout=20) as client:
            client.ehlo()
            client.mail(FIRM_ADDRESS)
            return client.rcpt("else@bowbell.example")[0], client.rcpt(OURS)[0], client.rcpt(OURS)[0]

    assert await asyncio.to_thread(talk) == (550, 250, 452)


async def test_ten_thousand_recipients_are_put_off_one_by_one(office: PostOffice) -> None:
    def talk() -> set[int]:
        codes: set[int] = set()
        with smtplib.LMTP("127.0.0.1", office.port, timeout=60) as client:
            client.ehlo()
            client.mail(FIRM_ADDRESS)
            try:
                for number in range(10_000):
                    codes.add(client.rcpt(f"alerts+{number}@bowbell.example")[0])
            except smtplib.SMTPServerDisconnected:
                codes.add(421)
        return codes

    assert await asyncio.to_thread(talk) <= {250, 452, 421, 503}
    assert await office.letters() == []


async def test_a_mail_that_is_too_large_is_refused_and_the_door_stays_open(office: PostOffice) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        await office.hand_over(a_mail("cleaning " * 60_000))
    assert refusal.value.smtp_code == 552
    await office.hand_over(a_mail("cleaning, Hackney"))
    assert len(await office.letters()) == 1


async def test_a_mail_that_cannot_be_stored_is_not_acknowledged(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr("service.store.inbound.Inbound.keep_inbound", broken)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        await office.hand_over(a_mail("cleaning, Hackney"))
    assert refusal.value.smtp_code == 451


async def test_a_mail_that_trips_us_is_tried_again_and_then_parked_and_holds_up_nobody(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trips(*_: object, **__: object) -> None:
        raise ValueError("a sample trouble")

    with monkeypatch.context() as patched:
        patched.setattr("service.usecases.answer_mail.read_mail", trips)
        await office.hand_over(a_mail("cleaning, Hackney"))
    await office.hand_over(a_mail("catering, Camden", sender="other@sample-caterers.example"))
    assert [letter["address"] for letter in await office.letters()] == ["other@sample-caterers.example"]


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no headers": b"cleaning, Hackney",
    "only marks": b"\xff\xfe\x00\x01" * 500,
    "a charset that is none": b"From: a@sample.example\r\nContent-Type: text/plain; charset=x-none\r\n\r\ncleaning",
    "base64 that is none": b"From: a@sample.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
    "a charset that lies": b"From: a@sample.example\r\nContent-Type: text/plain; charset=utf-16\r\n\r\ncleaning",
    "headers that never end": b"From: a@sample.example\r\nX: " + b"y" * 900 + b"\r\n " + b"z" * 900 + b"\r\n\r\nhelp",
    "parts within parts": b"From: a@sample.example\r\n"
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(1500)
    ),
    "ten thousand parts": b"From: a@sample.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 10_000,
    "two senders": b"From: a@sample.example, b@sample.example\r\n\r\nhelp",
    "two From headers": b"From: a@sample.example\r\nFrom: b@sample.example\r\n\r\nhelp",
    "a line break in From": b"From: =?utf-8?q?a=0d=0aBcc=3a_victim=40sample=2eexample?= <a@sample.example>\r\n\r\nhelp",
    "an injected address": b'From: "a@sample.example\r\n Bcc: victim@sample.example" <a@sample.example>\r\n\r\nhelp',
    "a Message-ID of lines": b"From: a@sample.example\r\nMessage-ID: <x\r\n Bcc: v@sample.example>\r\n\r\nhelp",
    "encoded words without end": b"From: a@sample.example\r\nSubject: " + b"=?utf-8?b?" * 90 + b"\r\n\r\nhelp",
    "a report without parts": b"From: a@sample.example\r\nContent-Type: multipart/report; report-type=x\r\n\r\n",
    "a null in the address": b"From: a\x00b@sample.example\r\n\r\nhelp",
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_hostile_mail_is_taken_dealt_with_and_never_sent_on(office: PostOffice, what: str) -> None:
    await office.hand_over(HOSTILE[what])
    async with office.house.database.reading() as connection:
        states = (await connection.execute(select(INBOUND.c.state))).scalars().all()
    assert list(states) == ["done"]
    letters = await office.letters()
    assert len(letters) <= 1
    for letter in letters:
        assert letter["address"] == "a@sample.example"
        assert letter["state"] == "sent"
        assert "\n" not in letter["subject"] + letter["in_reply_to"]


def a_bounce(marked: str, *, status: str, action: str = "failed", said: str = "550 no such user") -> bytes:
    return (
        "From: MAILER-DAEMON@far.example\r\nTo: " + marked + "\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: {make_msgid(domain='far.example')}\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.example\r\n\r\n"
        f"Final-Recipient: rfc822; {FIRM_ADDRESS}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {OURS}\r\nReply-To: {marked}\r\n\r\n--b--\r\n"
    ).encode()


async def closed(office: PostOffice) -> str:
    async with office.house.database.reading() as connection:
        return str((await connection.execute(select(DESTINATION.c.closed))).scalar_one())


async def bounce_address(office: PostOffice) -> str:
    assert office.house.marks is not None
    return office.house.marks.made("bounce", int((await office.last())["id"]))


async def test_mail_that_comes_back_for_good_shuts_the_destination_with_the_reason(each_office: PostOffice) -> None:
    await each_office.signed_up()
    marked = await bounce_address(each_office)
    await each_office.hand_over(a_bounce(marked, status="5.1.1"), to=marked, sender="")
    assert "came back for good: 5.1.1" in await closed(each_office)


async def test_an_address_that_mail_came_back_from_opens_again_by_the_link_that_is_sent_there(
    each_office: PostOffice,
) -> None:
    await each_office.signed_up()
    marked = await bounce_address(each_office)
    await each_office.hand_over(a_bounce(marked, status="5.1.1"), to=marked, sender="")
    await each_office.hand_over(a_mail("catering, all of London"))
    letter = await each_office.last()
    assert (letter["subject"], letter["state"]) == ("Confirm, and your alerts begin again", "sent")
    assert await closed(each_office), "asking alone opens nothing"
    token = re.search(r"/confirm/(\S+)", letter["text"])
    assert token is not None
    done = await each_office.house.accounts.subscribe.confirm(token.group(1), mark="")
    assert await closed(each_office) == ""
    assert "environment" in done.firm.interest.sectors, "what it asked for before stands"


async def test_a_report_to_the_plain_address_is_known_by_the_mark_in_what_came_back(office: PostOffice) -> None:
    await office.signed_up()
    await office.hand_over(a_bounce(await office.reply_address(), status="5.1.1"), sender="")
    assert "came back for good" in await closed(office)


async def test_a_report_without_our_mark_does_nothing(office: PostOffice) -> None:
    await office.signed_up()
    for marked in (OURS, "alerts+b1-aaaaaaaaaaaaaaaa@bowbell.example"):
        await office.hand_over(a_bounce(marked, status="5.1.1"), sender="")
    assert await closed(office) == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [("4.2.0", "450 later"), ("5.2.2", "552 mailbox full"), ("5.7.1", "550 5.7.1 blocked by policy")],
)
async def test_mail_that_comes_back_for_now_makes_us_wait_and_shuts_nothing(
    office: PostOffice, status: str, said: str
) -> None:
    await office.signed_up()
    marked = await bounce_address(office)
    await office.hand_over(a_bounce(marked, status=status, said=said), to=marked, sender="")
    assert await closed(office) == ""
    async with office.house.database.reading() as connection:
        row = (await connection.execute(select(BOUNCE))).one()
    assert row.times == 1

    await office.hand_over(a_mail("list"), to=await office.reply_address())
    assert (await office.last())["state"] == "waiting", "nothing goes there while we wait"


async def test_reports_about_one_message_count_once_and_seven_in_a_row_shut_the_destination(
    each_office: PostOffice,
) -> None:
    await each_office.signed_up()
    for number in range(7):
        await each_office.hand_over(a_mail("list"), to=await each_office.reply_address())
        marked = await bounce_address(each_office)
        for _ in range(2):
            await each_office.hand_over(a_bounce(marked, status="4.2.0"), to=marked, sender="")
        assert ("came back 7 times" in await closed(each_office)) == (number == 6)


async def test_a_report_of_delay_does_nothing(office: PostOffice) -> None:
    await office.signed_up()
    marked = await bounce_address(office)
    await office.hand_over(a_bounce(marked, status="4.4.1", action="delayed"), to=marked, sender="")
    assert await office.outcome() == "a report that it takes longer"


async def test_a_complaint_stops_at_once_and_the_address_is_never_written_to_again(each_office: PostOffice) -> None:
    await each_office.signed_up()
    marked = await each_office.reply_address()
    complaint = (
        "From: fbl@far.example\r\nTo: alerts@bowbell.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: {OURS}\r\nReply-To: {marked}\r\n\r\nwords\r\n--b--\r\n"
    ).encode()
    await each_office.hand_over(complaint, sender="")
    assert "called it abuse" in await closed(each_office)
    async with each_office.house.ledger.reading() as book:
        assert await book.firm_at(channel="email", address=FIRM_ADDRESS) is None
        assert await book.is_suppressed(FIRM_ADDRESS)


async def test_a_holiday_answer_to_the_return_path_is_no_report(office: PostOffice) -> None:
    await office.signed_up()
    marked = await bounce_address(office)
    await office.hand_over(a_mail("I am away", Auto_Submitted="auto-replied"), to=marked, sender="")
    assert await closed(office) == ""
    async with office.house.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(BOUNCE))).scalar_one() == 0


async def test_a_maildir_is_emptied_into_the_house_and_what_is_not_for_us_is_set_aside(
    office: PostOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    head = f"Return-Path: <{FIRM_ADDRESS}>\r\nDelivered-To: {OURS}\r\n".encode()
    (folder / "new" / "1").write_bytes(head + a_mail("cleaning, Hackney").as_bytes())
    (folder / "new" / "2").write_bytes(a_mail("cleaning, Hackney").as_bytes())
    taking = office.house.taking_in()
    assert taking is not None
    assert await look_into(folder, taking) == 1
    await office.work()
    assert len(await office.letters()) == 1
    assert [path.name for path in (folder / "new").iterdir()] == []
    assert [path.name for path in (folder / "cur").iterdir()] == ["2:2,F"]


async def test_what_came_in_is_forgotten_after_its_time(each_office: PostOffice) -> None:
    await each_office.hand_over(a_mail("help"))
    async with each_office.house.ledger.writing() as book:
        assert await book.forget_inbound(before=NOW) == 0
        assert await book.forget_inbound(before=NOW + timedelta(days=31)) == 1
