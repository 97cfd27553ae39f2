"""Samples of every letter there is, to be looked at: `bowbell mail render`. All in them is invented and says so.

For each function that writes a letter there is one entry in SAMPLES; the command and a test find a writer without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from notifiers.digest_letter import write_digest
from notifiers.letters import write_letter
from notifiers.operator_note import write_operator_note
from notifiers.radar_letter import write_radar
from notifiers.render import write_alert, write_confirmation
from notifiers.silence_letter import write_silence
from service.domain.digest import DigestItem, Section
from service.domain.interest import Interest
from service.domain.message import AccountLetter, AlertContent, Links, Written
from service.domain.money import Money, Value
from service.domain.opportunity import (
    Buyer,
    Deadline,
    Details,
    FieldDifference,
    Opportunity,
    Stage,
    State,
    Status,
)
from service.domain.place import Place
from service.domain.programme import Cost, Programme, Suggestion
from service.domain.radar import EndingContract
from service.domain.silence import Helping, Receipt, Weighed
from service.domain.source_health import Spell, Standing
from service.domain.tagging import Fact, SectorTag, SizeTag, Tags
from service.domain.why_not import Change

#: When the samples are read.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUSE = "https://bowbell.example"
LINKS = Links(manage=f"{HOUSE}/manage/sample-token", unsubscribe=f"{HOUSE}/unsubscribe/sample-token")
_CLOSES = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
_LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One letter with the kind of message it is sent as: "alert", "digest" or "account"."""

    kind: str
    written: Written


DETAILS = Details(
    title="Sample: window cleaning for eight libraries",
    description="A sample notice. The windows of eight libraries are to be cleaned inside and out, four times a year.",
    buyer=Buyer(name="Sample Borough Council"),
    cpv=("90911300",),
    value=Value(net=Decimal(36000)),
    deadline=Deadline(at=_CLOSES),
    starts=date(2027, 1, 1),
    ends=date(2028, 12, 31),
    delivery_regions=("E09000012",),
    official_url="https://sample.example/notices/000001-2026",
)


def sample_content() -> AlertContent:
    """A new opportunity as an alert tells it, with everything on the card filled in."""
    state = State(
        stage=Stage.TENDER,
        status=Status.OPEN,
        details=DETAILS,
        as_of=NOW,
        first_published=NOW,
        source="sample_source",
    )
    return AlertContent(
        change="new",
        opportunity=Opportunity(identity="sample", revision=1, state=state, first_seen=NOW),
        tags=Tags(
            sectors=(
                SectorTag(key="environment", label="Cleaning, waste and environment", probability=0.9, reasons=()),
            ),
            sure=True,
            size=SizeTag(verdicts={"micro": "suits", "small": "suits", "medium": "might"}, verdict="", reasons=()),
            facts=(Fact(kind="insurance", value="£5m public liability insurance", quote="", start=0, end=0),),
            divisions=(),
            groups=(),
            version="sample",
        ),
        place=Place(boroughs=frozenset({"E09000012"}), scope="boroughs", in_london=True),
        reasons=('the notice says "window cleaning"', "the work is in Hackney"),
        differences=(),
        change_kind="",
        help=(_suggestion("Sample advice desk", "it helps with sample forms"),),
        page_url=f"{HOUSE}/opportunities/sample",
        source_name="Sample source",
        attribution=_LICENCE,
    )


def _suggestion(name: str, reason: str) -> Suggestion:
    programme = Programme(
        key="sample",
        name=name,
        provider="Sample provider",
        summary="Sample.",
        for_whom="Sample firms",
        area=("london",),
        cost=Cost(free=True),
        state="current",
        source="a sample",
        url="https://sample.example/help",
    )
    return Suggestion(programme=programme, reason=reason)


def _with(content: AlertContent, *, status: Status, details: Details) -> AlertContent:
    state = replace(content.opportunity.state, status=status, details=details)
    return replace(content, opportunity=replace(content.opportunity, state=state, revision=2), change="2")


def alert_samples() -> Mapping[str, Sample]:
    """An alert in each of its tempers, and one of which little is known."""
    new = sample_content()
    moved = _with(new, status=Status.OPEN, details=replace(DETAILS, deadline=Deadline(at=_CLOSES + timedelta(days=7))))
    awarded = _with(
        new,
        status=Status.AWARDED,
        details=replace(
            DETAILS, award_value=Money(amount=Decimal(31500), currency="GBP"), suppliers=("Sample Cleaners Ltd",)
        ),
    )
    contents = {
        "alert_new": new,
        "alert_changed": replace(
            moved,
            change_kind="deadline",
            differences=(
                FieldDifference(field="deadline", before="Fri 4 Dec, 12 noon", after="Fri 11 Dec, 12 noon"),
                FieldDifference(field="value", before="£36,000", after="£38,000"),
            ),
        ),
        "alert_cancelled": replace(
            _with(new, status=Status.CANCELLED, details=DETAILS), change_kind="cancelled", help=()
        ),
        "alert_awarded": replace(awarded, change_kind="awarded", help=()),
        "alert_reminder": replace(new, change="reminder:2026-12-02"),
        "alert_bare": replace(
            _with(new, status=Status.OPEN, details=Details(title="Sample: a notice that says hardly anything")),
            change="new",
            tags=Tags(
                sectors=(),
                sure=False,
                size=SizeTag(verdicts=dict.fromkeys(("micro", "small", "medium"), "unknown"), verdict="", reasons=()),
                facts=(),
                divisions=(),
                groups=(),
                version="sample",
            ),
            place=Place(),
            help=(),
        ),
    }
    return {
        name: Sample(kind="alert", written=write_alert(content, LINKS, now=NOW)) for name, content in contents.items()
    }


def confirmation_samples() -> Mapping[str, Sample]:
    """The one mail before a firm has confirmed."""
    written = write_confirmation(
        name="", areas="Hackney and Newham", confirm_url=f"{HOUSE}/confirm/sample-token", public_url=HOUSE, hours=48
    )
    return {"confirmation": Sample(kind="account", written=written)}


def radar_samples() -> Mapping[str, Sample]:
    """The weekly letter of contracts that end."""
    held = _with(
        sample_content(),
        status=Status.AWARDED,
        details=replace(
            DETAILS, award_value=Money(amount=Decimal(31500), currency="GBP"), suppliers=("Sample Cleaners Ltd",)
        ),
    )
    contracts = [EndingContract(content=held, ends=date(2027, month, 28)) for month in (2, 3)]
    written = write_radar(contracts, LINKS, more=3, page_url=f"{HOUSE}/contracts-ending", now=NOW)
    return {"radar": Sample(kind="digest", written=written)}


def digest_samples() -> Mapping[str, Sample]:
    """A letter of several alerts, of every section; and one of more than it can show."""
    new = sample_content()
    moved = (FieldDifference(field="deadline", before="Fri 4 Dec, 12 noon", after="Fri 11 Dec, 12 noon"),)
    soon = replace(DETAILS, deadline=Deadline(at=NOW + timedelta(days=2)))
    award = replace(
        DETAILS, award_value=Money(amount=Decimal(31500), currency="GBP"), suppliers=("Sample Cleaners Ltd",)
    )
    told: tuple[tuple[Section, AlertContent], ...] = (
        ("last_chance", replace(_with(new, status=Status.OPEN, details=soon), change="reminder:2026-11-25")),
        ("changed", replace(new, change="2", change_kind="deadline", differences=moved)),
        ("changed", replace(_with(new, status=Status.CANCELLED, details=DETAILS), change_kind="cancelled")),
        ("new", new),
        ("awarded", replace(_with(new, status=Status.AWARDED, details=award), change_kind="awarded")),
    )
    few = [DigestItem(section=section, content=content, alerts=(1,)) for section, content in told]
    many = [DigestItem(section="new", content=new, alerts=(number,)) for number in range(70)]
    page = f"{LINKS.manage}/digests/1"
    return {
        "digest": Sample(kind="digest", written=write_digest(few, LINKS, slot="day:2026-11-23", all_url=page, now=NOW)),
        "digest_burst": Sample(
            kind="digest", written=write_digest(many, LINKS, slot="held:2026-11-23", all_url=page, now=NOW)
        ),
    }


def operator_samples() -> Mapping[str, Sample]:
    """A source that is unwell, and well again."""
    unwell = Standing(health="blocked", reason="It answered 403 Forbidden to three polls.")
    well = Standing(health="ok")
    since = NOW - timedelta(hours=5)
    page = f"{HOUSE}/sources"
    return {
        name: Sample(
            kind="account",
            written=write_operator_note(
                name="Sample source", standing=standing, since=since, failures=failures, page_url=page
            ),
        )
        for name, standing, failures in (("operator_unwell", unwell, 3), ("operator_well", well, 0))
    }


def letter_samples() -> Mapping[str, Sample]:
    """A letter about the account, without anything to press. The real ones are found where they are worded."""
    letter = AccountLetter(
        subject="Sample: a letter without a button",
        heading="A letter without a button",
        said=("One thing is said.", "And another."),
        why="You get this because it is a sample.",
    )
    return {"letter_plain": Sample(kind="account", written=write_letter(letter, public_url=HOUSE))}


#: Samples by the name of the function that writes them.
def silence_samples() -> Mapping[str, Sample]:
    """A month that brought nothing, with everything in it; and one that brought some, where all was well."""
    begins, ends = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    change = Change(key="place:E09000007", words="added Camden", interest=Interest())
    down = Spell(
        source="sample_source",
        health="down",
        reason="",
        began=datetime(2026, 10, 12, 9, 0, tzinfo=UTC),
        ended=datetime(2026, 10, 14, 16, 0, tzinfo=UTC),
    )
    quiet = Receipt(
        since=begins,
        until=ends,
        sources=41,
        notices=2_310,
        told=0,
        weighed=Weighed(
            compared=1_204,
            fitting=0,
            closed=(("trade", 1_102), ("place", 83), ("worth", 19)),
            helps=Helping(change=change, count=5),
        ),
        troubles=(("Sample Borough Council's page", down),),
        is_on=True,
    )
    some = replace(
        quiet, told=3, weighed=replace(quiet.weighed, fitting=3, closed=(("trade", 1_201),), helps=None), troubles=()
    )
    return {
        "silence": Sample(kind="receipt", written=write_silence(quiet, LINKS)),
        "silence_asked": Sample(kind="account", written=write_silence(replace(quiet, days=30), LINKS)),
        "silence_with_alerts": Sample(kind="receipt", written=write_silence(some, LINKS)),
    }


SAMPLES: Mapping[str, Callable[[], Mapping[str, Sample]]] = {
    "write_alert": alert_samples,
    "write_confirmation": confirmation_samples,
    "write_digest": digest_samples,
    "write_letter": letter_samples,
    "write_operator_note": operator_samples,
    "write_radar": radar_samples,
    "write_silence": silence_samples,
}
