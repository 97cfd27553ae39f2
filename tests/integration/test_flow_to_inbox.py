"""From a file to a firm's inbox over a real mail server: the right mails, each once, and never again after a stop."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from scrapers.replay.samples import sample_firms, write_samples, write_second_phase
from service.bootstrap import House, open_house
from service.commands.work import STEPS, drain_all
from service.domain.codec import interest_to_json
from service.domain.interest import Interest
from service.domain.interest_file import firm_from, interest_from
from service.settings import Settings
from service.store.session import table
from service.store.tables import InterestRow, MessageRow, OpportunityKeyRow
from service.usecases.collect import Report, import_payload
from tests.replay_world import write_package

JUDGED = Path(__file__).resolve().parents[1] / "fixtures" / "judged"
NOON = datetime.fromisoformat("2026-08-11T12:00:00+01:00")
DOMAIN = "bowbell.example"
MESSAGE_ID = re.compile(r"<alert\.\d+\.\d+\.([0-9a-f]+)@bowbell\.example>")
WINDOWS, OFFICES, TREES = "ocds-h6vhtk-5a4901", "ocds-h6vhtk-5a4902", "ocds-h6vhtk-5a4905"


class Inbox:
    """Keeps every letter a real mail server took, in order."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd gives it
        session: Session,  # noqa: ARG002 - aiosmtpd gives it
        envelope: Envelope,
    ) -> str:
        """Take a letter."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        assert envelope.rcpt_tos == [letter["To"]]
        self.letters.append(letter)
        return "250 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to an address."""
        return [letter for letter in self.letters if letter["To"] == address]


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[Inbox, str]]:
    """A mail server on this machine, and the setting that names it."""
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    try:
        yield inbox, f"smtp://127.0.0.1:{port}?starttls=never"
    finally:
        await asyncio.to_thread(controller.stop)


def settings(folder: Path, smtp_url: str) -> Settings:
    return Settings.model_validate(
        {
            "home": folder / "home",
            "database_url": "",
            "smtp_url": smtp_url,
            "mail_from": f"Bowbell <alerts@{DOMAIN}>",
            "public_url": f"https://{DOMAIN}",
            "now": NOON,
            # two days of notices at once are a burst: here each alert is to be seen alone
            "burst_letters": 10_000,
        }
    )


async def subscribe(house: House, address: str, *, size: str, interests: Sequence[Interest]) -> int:
    now = house.clock.now()
    async with house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email",
            address=address,
            size=size,
            interest=interests[0],
            secret=f"sample-{address}",
            consent="A sample firm of a test.",
            at=now,
        )
        await book.set_firm_state(firm.identity, "active", confirmed=now)
    async with house.database.writing() as connection:
        for interest in interests[1:]:
            row = {"firm_id": firm.identity, "interest": interest_to_json(interest).decode()}
            await connection.execute(table(InterestRow).insert().values(**row))
    return firm.identity


async def take_in(house: House, files: Iterable[Path]) -> Report:
    """Import files and let every step run until nothing waits."""
    report = Report()
    for file in files:
        assert await import_payload(house.ledger, house.clock, house.sources, file.read_bytes(), report=report)
    await drain_all(house, STEPS)
    return report


async def procurements(house: House) -> dict[str, str]:
    """The opportunity of each OCID."""
    key = table(OpportunityKeyRow)
    async with house.database.reading() as connection:
        rows = await connection.execute(select(key.c.key, key.c.opportunity_id).where(key.c.scheme == "ocid"))
        return {row.key: row.opportunity_id for row in rows}


def told_of(letter: EmailMessage) -> str:
    """The opportunity a letter is about."""
    named = MESSAGE_ID.fullmatch(letter["Message-ID"])
    assert named is not None
    return named.group(1)


def words_of(letter: EmailMessage) -> str:
    """Both forms of a letter."""
    return "\n".join(part.get_content() for part in letter.walk() if not part.is_multipart())


def contacts_in(said: object) -> set[str]:
    """Every address and telephone number of a contact point, however deep."""
    if isinstance(said, Mapping):
        here = said.get("contactPoint")
        found = (
            {str(here[key]) for key in ("email", "telephone") if here.get(key)} if isinstance(here, Mapping) else set()
        )
        return found.union(*map(contacts_in, said.values()))
    return set[str]().union(*map(contacts_in, said)) if isinstance(said, list) else set()


def check_letters(letters: Sequence[EmailMessage], contacts: set[str]) -> None:
    """What every letter promises."""
    assert letters
    assert len({letter["Message-ID"] for letter in letters}) == len(letters)
    for letter in letters:
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["List-Id"] == f"Bowbell alerts <alerts.{DOMAIN}>"
        assert letter["List-Unsubscribe"].startswith(f"<https://{DOMAIN}/unsubscribe/")
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text = words_of(letter)
        assert text.count("Open Government Licence v3.0") >= 2  # in the plain and in the styled form
        assert not [contact for contact in contacts if contact in text]


def release_of(folder: Path, ocid: str) -> dict[str, Any]:
    """A sample release as it was first published."""
    for file in sorted(folder.rglob("*.json")):
        for release in json.loads(file.read_bytes().decode("utf-8", "replace"))["releases"]:
            if release["ocid"] == ocid:
                found: dict[str, Any] = release
                return found
    raise LookupError(ocid)


def revised(release: dict[str, Any], number: int, **tender: object) -> dict[str, Any]:
    """A later release of the same procurement."""
    return release | {
        "id": f"{990000 + number}-2026",
        "date": (NOON + timedelta(seconds=number)).isoformat(),
        "tag": ["tenderUpdate"],
        "tender": release["tender"] | tender,
    }


@asynccontextmanager
async def sample_world(folder: Path) -> AsyncIterator[tuple[Inbox, Settings, list[Path]]]:
    """A mail server, settings and the sample notices; the sample firms are subscribed."""
    write_samples(folder / "notices", now=NOON)
    files = sorted((folder / "notices").rglob("*.json"))
    async with mail_server() as (inbox, smtp_url):
        chosen = settings(folder, smtp_url)
        async with open_house(chosen) as house:
            for firm in sample_firms():
                interests = [interest_from(each) for each in firm.interests]
                await subscribe(house, firm.email, size=firm.size, interests=interests)
        yield inbox, chosen, files


async def test_sample_firms_hear_of_what_was_judged_theirs_and_of_nothing_twice(tmp_path: Path) -> None:
    async with sample_world(tmp_path) as (inbox, chosen, files):
        async with open_house(chosen) as house:
            await take_in(house, files)
            known = await procurements(house)
        for firm in sample_firms():
            told = Counter(map(told_of, inbox.to(firm.email)))
            assert {known[ocid] for ocid in firm.hears_of} <= set(told)
            assert not {known[ocid] for ocid in firm.must_not_hear_of} & set(told)
            assert set(told.values()) == {1}
        contacts = contacts_in([json.loads(file.read_bytes().decode("utf-8", "replace")) for file in files])
        assert contacts
        check_letters(inbox.letters, contacts)
        sent = len(inbox.letters)
        async with open_house(chosen) as house:
            report = await take_in(house, files)
        assert sum(counts.notices_new for counts in report.sources.values()) == 0
        assert len(inbox.letters) == sent


async def test_a_letter_sent_again_has_the_same_message_id_and_bytes(tmp_path: Path) -> None:
    async with sample_world(tmp_path) as (inbox, chosen, files), open_house(chosen) as house:
        await take_in(house, files)
        first = inbox.letters[0]
        message = table(MessageRow)
        async with house.database.writing() as connection:
            forgot = update(message).where(message.c.header_id == first["Message-ID"]).values(state="waiting")
            assert (await connection.execute(forgot)).rowcount == 1
        await drain_all(house, STEPS)
        assert inbox.letters[-1]["Message-ID"] == first["Message-ID"]
        assert inbox.letters[-1].as_bytes() == first.as_bytes()


async def test_a_change_a_cancellation_and_a_new_deadline_reach_those_told_once(tmp_path: Path) -> None:
    async with sample_world(tmp_path) as (inbox, chosen, files):
        notices = tmp_path / "notices"
        windows, offices, trees = (release_of(notices, ocid) for ocid in (WINDOWS, OFFICES, TREES))
        later = (NOON + timedelta(days=19)).isoformat()
        dearer = {"amount": 61000, "amountGross": 73200, "currency": "GBP"}
        lots = [lot | {"value": dearer} for lot in offices["tender"].get("lots", ())][:1]
        steps = [
            (WINDOWS, revised(windows, 1, tenderPeriod={"endDate": later}), "30 Aug 2026"),
            (OFFICES, revised(offices, 2, value=dearer, lots=lots), "61,000"),
            (TREES, revised(trees, 3, status="cancelled") | {"tag": ["tenderCancellation"]}, "Cancelled: "),
        ]
        async with open_house(chosen) as house:
            await take_in(house, files)
            known = await procurements(house)
        for number, (ocid, release, expected) in enumerate(steps):
            told = [letter["To"] for letter in inbox.letters if told_of(letter) == known[ocid]]
            before = len(inbox.letters)
            package = write_package(tmp_path / f"later-{number}.json", [release])
            for _ in range(2):
                async with open_house(chosen) as house:
                    await take_in(house, [package])
            fresh = inbox.letters[before:]
            assert told
            assert sorted(letter["To"] for letter in fresh) == sorted(told)
            assert all(expected in f"{letter['Subject']}\n{words_of(letter)}" for letter in fresh)
            assert {told_of(letter) for letter in fresh} == {known[ocid]}
        check_letters(inbox.letters, contacts_in([windows, offices, trees]))


async def test_after_a_stop_nothing_more_is_sent(tmp_path: Path) -> None:
    async with sample_world(tmp_path) as (inbox, chosen, files), open_house(chosen) as house:
        await take_in(house, files)
        stopping, other = (firm for firm in sample_firms() if firm.changes and firm.hears_of)
        letter = inbox.to(stopping.email)[0]
        await house.accounts.subscribe.stop(letter["List-Unsubscribe"].strip("<>").rpartition("/")[2])
        before = len(inbox.to(stopping.email)), len(inbox.to(other.email))
        write_second_phase(tmp_path / "second", now=NOON)
        await take_in(house, sorted((tmp_path / "second").rglob("*.json")))
        assert len(inbox.to(stopping.email)) == before[0]
        assert len(inbox.to(other.email)) > before[1]


@pytest.fixture
def days(shared_data: Path) -> list[Path]:
    found = sorted((shared_data / "recorded/find_a_tender/backfill").glob("2026-08-1[01]/page-*.json"))
    assert len(found) == 10
    return found


async def test_judged_firms_hear_of_the_recorded_days_once(
    days: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (JUDGED / "pairs_real.jsonl").read_text("utf-8").splitlines()
    judged = [pair for pair in map(json.loads, lines) if pair["source"] == "find_a_tender"]
    async with mail_server() as (inbox, smtp_url):
        chosen = settings(tmp_path, smtp_url)
        async with open_house(chosen) as house:
            for path in sorted(JUDGED.glob("firms/*.json")):
                firm = firm_from(json.loads(path.read_text("utf-8")))
                await subscribe(house, f"{path.stem}@sample.example", size=firm.size, interests=firm.interests)
            await take_in(house, days)
            known = await procurements(house)
        sent = len(inbox.letters)
        async with open_house(chosen) as house:
            await take_in(house, days)
        assert len(inbox.letters) == sent
    told = Counter((letter["To"].partition("@")[0], told_of(letter)) for letter in inbox.letters)
    assert set(told.values()) == {1}
    wanted = {(pair["firm"], known[pair["ocid"]]) for pair in judged if pair["should_alert"]}
    unwanted = {(pair["firm"], known[pair["ocid"]]) for pair in judged if not pair["should_alert"]} - wanted
    right, false = len(wanted & set(told)), len(unwanted & set(told))
    precision, recall = right / (right + false), right / len(wanted)
    with capsys.disabled():
        figures = f"mails of judged pairs: {right} right, {false} false, {len(wanted) - right} missed; {sent} in all"
        print(f"\n{figures}")  # noqa: T201 - the figures are the point
    assert recall >= 0.95, sorted(wanted - set(told))
    # The aim is 0.85. The judged pairs are chosen to be hard, and the matcher stands at 0.80: docs/evaluation.md.
    assert precision >= 0.78, sorted(unwanted & set(told))
    check_letters(inbox.letters, contacts_in([json.loads(day.read_bytes()) for day in days]))
