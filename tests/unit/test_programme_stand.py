"""Whatever people do with an entry in any order, only what was checked and is current is ever chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import programme_stand as life
from service.domain.needs import Need
from service.domain.place import Place
from service.domain.programme import Capacity, Seeker, choose
from service.domain.programme_draft import ProgrammeDraft, check
from service.domain.programme_stand import Entry, EntryState, slug_of
from service.errors import NotNow

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HACKNEY, CAMDEN = "E09000012", "E09000007"
DRAFT = ProgrammeDraft(
    name="Sample bid clinic",
    provider="Sample agency",
    summary="An adviser reads your bid.",
    for_whom="Small firms.",
    helps_with=("bid",),
    area=(HACKNEY,),
    cost="free",
    cost_evidence="stated on our page",
    url="https://agency.example/",
)
NEED = Need(kind="bid", because="so it is")

#: What anybody may do next, with the days that pass before it.
Act = tuple[str, int]
NAMES = (
    *("write", "elsewhere", "costs", "ends soon", "ask", "submit", "stale", "approve", "send back", "confirm"),
    *("open", "full", "paused", "end"),
)
ACTS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([0, 0, 0, 1, 30, 80])), max_size=12)


def an_entry() -> Entry:
    return Entry(
        identity="p0123456789abcdef",
        organisation=1,
        owner="Sample agency",
        state=EntryState.DRAFT,
        draft=DRAFT,
        key="p0123456789abcdef",
        changed=START,
    )


def drafts(act: str, today: date) -> ProgrammeDraft | None:
    return {
        "write": DRAFT,
        "elsewhere": replace(DRAFT, area=(CAMDEN,)),
        "costs": replace(DRAFT, cost="paid", cost_note="From 5 pounds.", cost_evidence=""),
        "ends soon": replace(DRAFT, ends=(today + timedelta(days=3)).isoformat()),
    }.get(act)


def done(entry: Entry, act: str, at: datetime, *, was_approved: bool) -> Entry:
    """One act; what is refused changes nothing."""
    today = at.date()
    seen = entry.version - (act == "stale")
    capacities: tuple[Capacity, ...] = ("open", "full", "paused")
    acts: dict[str, Callable[[], Entry]] = {
        "ask": lambda: life.ask(entry, at=at),
        "submit": lambda: life.submit(entry, seen=seen, trusted=was_approved, at=at, today=today),
        "stale": lambda: life.submit(entry, seen=seen, trusted=was_approved, at=at, today=today),
        "approve": lambda: life.approve(entry, seen=seen, at=at, today=today),
        "send back": lambda: life.send_back(entry, why="because", at=at),
        "confirm": lambda: life.confirm(entry, at=at, today=today),
        "end": lambda: life.end(entry, why="over", at=at),
    }
    acts |= {each: lambda each=each: life.set_capacity(entry, each, at=at) for each in capacities}  # type: ignore[misc]
    typed = drafts(act, today)
    try:
        if typed is not None:
            return life.write(entry, typed, at=at)
        if act in {"submit", "stale"} and check(entry.draft, today=today):
            return entry
        return acts[act]()
    except NotNow:
        return entry


def chosen(entry: Entry, on: date, borough: str) -> bool:
    programme = entry.programme
    seeker = Seeker(place=Place(scope="boroughs", boroughs=frozenset({borough}), in_london=True))
    return bool(programme and choose([programme], needs=[NEED], seeker=seeker, on=on))


@settings(max_examples=400, deadline=None)
@given(acts=ACTS, wait=st.sampled_from([0, 1, 3, 60, 89, 90, 91, 200]))
def test_only_what_was_checked_is_current_open_free_and_near_is_ever_chosen(acts: list[Act], wait: int) -> None:
    entry, at, was_approved, renewed = an_entry(), START, False, START.date()
    for act, days in acts:
        at += timedelta(days=days)
        before = entry
        entry = done(entry, act, at, was_approved=was_approved)
        if entry.last_checked != before.last_checked or (entry.live_version != before.live_version):
            renewed = at.date()
        was_approved = was_approved or (act == "approve" and entry.live is not None and before.live is None)
        assert entry is before or entry.version > before.version
    on = at.date() + timedelta(days=wait)
    for borough in (HACKNEY, CAMDEN):
        if chosen(entry, on, borough):
            assert was_approved
            assert entry.live is not None
            assert entry.capacity == "open"
            assert entry.state is not EntryState.ENDED
            assert (on - renewed).days <= life.REVIEW_DAYS
            assert entry.live.cost == "free"
            assert entry.live.area == (borough,)
            assert not entry.live.ends or on <= date.fromisoformat(entry.live.ends)


def test_the_plain_way_does_lead_to_being_chosen() -> None:
    """The promise above is worth nothing if nothing is ever chosen."""
    entry = an_entry()
    for act in ("submit", "approve"):
        entry = done(entry, act, START, was_approved=False)
    assert chosen(entry, START.date(), HACKNEY)
    assert not chosen(entry, START.date(), CAMDEN)
    assert not chosen(entry, START.date() + timedelta(days=life.REVIEW_DAYS + 1), HACKNEY)


def test_what_was_changed_since_it_was_read_is_not_published() -> None:
    entry = life.write(an_entry(), replace(DRAFT, summary="Other."), at=START)
    with pytest.raises(NotNow, match="changed since you looked"):
        life.submit(entry, seen=1, trusted=True, at=START, today=START.date())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Café & Co. bid clinic", "cafe_co_bid_clinic_p012"),
        ("100 steps", "programme_100_steps_p012"),
        ("支援", "programme_p012"),
        ("x" * 200, "x" * 48 + "_p012"),
    ],
)
def test_a_key_is_made_of_the_name_and_is_one_of_the_catalogue(name: str, key: str) -> None:
    assert slug_of(name, "p0123456789abcdef") == key
    entry = replace(an_entry(), draft=replace(DRAFT, name=name), state=EntryState.WAITING)
    published = life.approve(entry, seen=1, at=START, today=START.date())
    assert published.programme is not None
    assert published.programme.key == key
