"""The sample world of the chaos tests: notices by trade and place, firms, and who is to hear of what, worked out here.

Who hears of what is decided by CPV prefix and region alone, without the matcher: the tests must not ask the code under
test what it should have done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.replay_world import a_release, write_package


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A kind of work: its CPV code, and words that say the same."""

    cpv: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFirm:
    """A firm that asked for one CPV prefix in one area; `region` is how codes of that area begin."""

    email: str
    cpv: str
    area: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A notice in the replay folder."""

    number: int
    cpv: str
    region: str

    @property
    def ocid(self) -> str:
        """Its process."""
        return f"ocds-h6vhtk-{self.number:06x}"


TRADES = (
    Trade(cpv="90911300", title="Window cleaning"),
    Trade(cpv="45261900", title="Roof repair"),
    Trade(cpv="55524000", title="School catering"),
    Trade(cpv="79713000", title="Security guards"),
    Trade(cpv="77314000", title="Grounds maintenance"),
    Trade(cpv="72413000", title="Website design"),
)
#: Region codes as Find a Tender writes them, with a town and a postcode there.
PLACES = (("UKI41", "London", "E5 0ZZ"), ("UKI62", "London", "CR0 0ZZ"), ("UKD33", "Manchester", "M1 0ZZ"))
FIRMS = (
    SampleFirm(email="windows@firm.example", cpv="9091", area="london", region="UKI"),
    SampleFirm(email="roofs@firm.example", cpv="45261", area="uk", region="UK"),
    SampleFirm(email="meals@firm.example", cpv="555", area="london", region="UKI"),
    SampleFirm(email="guards@firm.example", cpv="797", area="london", region="UKI"),
    SampleFirm(email="grounds@firm.example", cpv="773", area="uk", region="UK"),
    SampleFirm(email="everywindow@firm.example", cpv="909113", area="uk", region="UK"),
)
_NAMED = re.compile(r"Sample Hall (\d{6})")


def expected_pairs(published: list[Published]) -> set[tuple[str, str]]:
    """Every (firm's address, ocid) that is to be told."""
    return {
        (firm.email, each.ocid)
        for each in published
        for firm in FIRMS
        if each.cpv.startswith(firm.cpv) and each.region.startswith(firm.region)
    }


def ocids_named(text: str) -> set[str]:
    """The processes a letter speaks of, by the titles in it."""
    return {f"ocds-h6vhtk-{int(number):06x}" for number in _NAMED.findall(text)}


class Publisher:
    """Writes sample notices into the folder of a replay server, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting = folder.with_name("not-yet-published")
        folder.mkdir()
        self.published: list[Published] = []

    def publish(self, count: int) -> None:
        """Publish so many new notices, of the trades and places in turn."""
        rows, first = [], len(self.published) + 1
        for number in range(first, first + count):
            trade = TRADES[number % len(TRADES)]
            region, town, postcode = PLACES[number // len(TRADES) % len(PLACES)]
            self.published.append(Published(number=number, cpv=trade.cpv, region=region))
            rows.append(_notice(number, trade, region=region, town=town, postcode=postcode))
        path = write_package(self._waiting / f"{first:06d}.json", rows)
        path.replace(self._folder / path.name)


def _notice(number: int, trade: Trade, *, region: str, town: str, postcode: str) -> dict[str, object]:
    """Return a UK4 notice of just now, open for thirty days."""
    now = datetime.now(UTC)
    date, closes = ((now + gap).isoformat(timespec="seconds") for gap in (timedelta(seconds=-2), timedelta(days=30)))
    buyer = f"Sample Council {region}"
    address = {"locality": town, "postalCode": postcode, "region": region, "country": "GB"}
    document = {"id": f"{number:06d}-2026", "documentType": "tenderNotice", "noticeType": "UK4", "datePublished": date}
    item = {
        "id": "1",
        "additionalClassifications": [{"scheme": "CPV", "id": trade.cpv, "description": trade.title}],
        "deliveryAddresses": [{"region": region, "country": "GB"}],
        "relatedLot": "1",
    }
    tender = {
        "id": f"SAMPLE-{number}",
        "legalBasis": {"id": "2023/54", "scheme": "UKPGA"},
        "title": f"{trade.title} at Sample Hall {number:06d}",
        "description": f"This is a sample notice. {trade.title} for one year.",
        "status": "active",
        "items": [item],
        "value": {"amountGross": 28800, "amount": 24000, "currency": "GBP"},
        "procurementMethod": "open",
        "mainProcurementCategory": "services",
        "tenderPeriod": {"endDate": closes},
        "lots": [{"id": "1", "status": "active", "suitability": {"sme": True}}],
        "documents": [document],
    }
    party = {"id": f"GB-PPON-SMPL-{region}", "name": buyer, "address": address, "roles": ["buyer"]}
    return a_release(
        number, date=date, parties=[party], buyer={"id": party["id"], "name": buyer}, tender=tender, language="en"
    )
