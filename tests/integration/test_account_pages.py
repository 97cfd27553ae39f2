"""The account of a firm: interests and their preview, profile, consents, people, address, a copy, and erasure."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from service.domain.consent import LEVELS
from service.domain.interest import Interest
from service.store.ledger import SqlLedger
from service.usecases.firm_account import MOST_INTERESTS
from service.web.app import PREVIEWS_BY_FIRM
from tests.account_world import CAMDEN, FIRM, HACKNEY, World, a_world
from tests.builders import NOW, SampleOpportunity

COLLEAGUE = "colleague@example.org"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


async def interests(world: World) -> list[Interest]:
    """What the one firm asked for."""
    async with SqlLedger(world.database).reading() as book:
        found = await book.subscribers()
        return [interest for each in found for interest in each.interests]


async def firm_state(world: World) -> str:
    async with world.database.reading() as connection:
        state: str = (await connection.execute(text("SELECT state FROM firm"))).scalar_one()
        return state


async def manage(world: World) -> str:
    """The change link of the firm, as messages carry it."""
    async with world.database.reading() as connection:
        row = (await connection.execute(text("SELECT id, secret FROM firm WHERE state <> 'stopped'"))).one()
    return "/manage/" + world.accounts.subscribe._links.manage_token(row.id, row.secret)


# ------------------------------------------------------------------------------------------------- interests


async def test_several_interests_are_added_changed_and_removed(world: World) -> None:
    await world.sign_up()
    answer = await world.post(
        "/account/interests/new",
        ("sector", "food"),
        ("area", HACKNEY),
        ("area", CAMDEN),
        ("extra", "below"),
        ("extra", "early"),
        words='lunch OR "school meals" NOT prison',
        cpv="5552, 55300000-3",
        value_max="£50,000",
        buyers="Hackney Council",
        suits="micro",
        days_left="14",
        do="save",
    )
    assert "Added." in await answer.text()
    assert (await interests(world))[1:] == [
        Interest(
            sectors=("food",),
            cpv=("5552", "55300000"),
            words='lunch OR "school meals" NOT prison',
            areas=(HACKNEY, CAMDEN),
            value_max=50_000,  # type: ignore[arg-type]  # equal to the Decimal
            buyers=("Hackney Council",),
            early=True,
            suits="micro",
            below_threshold=True,
            days_left=14,
        )
    ]
    page = await world.page("/account")
    links = page.xpath("//ul[@class='interests']//a/@href")
    assert len(links) == 2
    form = await world.page(links[1])
    assert form.xpath("//input[@id='cpv']/@value") == ["5552, 55300000"]
    assert form.xpath("//select[@id='suits']/option[@selected]/@value") == ["micro"]
    assert form.xpath("//input[@name='extra'][@checked]/@value") == ["below", "early"]
    answer = await world.post(links[1], sector="food", area="london", do="save")
    assert "Saved." in await answer.text()
    assert (await interests(world))[1] == Interest(sectors=("food",), areas=("london",))
    assert "Removed." in await (await world.post(f"{links[1]}/remove")).text()
    assert len(await interests(world)) == 1
    answer = await world.post(f"{links[0]}/remove")
    assert answer.status == 400
    assert "the last one" in await answer.text()


async def test_the_preview_is_what_the_matcher_would_have_sent(world: World) -> None:
    await world.put(
        SampleOpportunity(),
        SampleOpportunity(
            identity="closed", title="Sample gutters", closes=NOW - timedelta(days=1), published=NOW - timedelta(days=9)
        ),
        SampleOpportunity(identity="old", title="Sample old work", published=NOW - timedelta(days=31)),
        SampleOpportunity(identity="far", title="Sample far work", regions=("E09000007",), buyer="Camden Council"),
    )
    await world.sign_up()
    answer = await world.post("/account/interests/new", sector="environment", area=HACKNEY, do="preview")
    said = " ".join((await answer.text()).split())
    assert "would have sent you 2 alerts" in said
    assert "Sample window cleaning" in said
    assert "Sample gutters" in said, "its deadline had not passed when it was published"
    assert "Sample old work" not in said
    assert len(await interests(world)) == 1, "a preview keeps nothing"
    await world.put(SampleOpportunity(identity="new", title="Sample new work"))
    answer = await world.post("/account/interests/new", sector="environment", area=HACKNEY, do="preview")
    assert "would have sent you 3 alerts" in " ".join((await answer.text()).split())


async def test_looking_without_end_is_refused_with_when_to_go_on_and_saving_is_not(world: World) -> None:
    await world.sign_up()
    asked = {"sector": "environment", "area": HACKNEY}
    statuses = [
        (await world.post("/account/interests/new", do="preview", **asked)).status for _ in range(PREVIEWS_BY_FIRM)
    ]
    assert set(statuses) == {200}
    refused = await world.post("/account/interests/new", do="preview", **asked)
    assert refused.status == 429
    assert "You can try again in 10 minutes." in await refused.text()
    assert "Added." in await (await world.post("/account/interests/new", do="save", **asked)).text()


async def test_a_preview_of_nothing_says_what_came_near(world: World) -> None:
    await world.put(SampleOpportunity())
    await world.sign_up()
    answer = await world.post("/account/interests/new", sector="environment", area=CAMDEN, do="preview")
    said = " ".join((await answer.text()).split())
    assert "would have sent you nothing" in said
    assert "it is not in Camden" in said


async def test_a_broad_interest_is_kept_only_when_its_owner_is_sure(world: World) -> None:
    await world.put(*(SampleOpportunity(identity=f"op-{n}", title=f"Sample work {n}") for n in range(301)))
    await world.sign_up()
    fields = {"sector": "environment", "area": "london", "do": "save"}
    answer = await world.post("/account/interests/new", **fields)
    said = await answer.text()
    assert answer.status == 422
    assert "more than 10 a day" in said
    assert len(await interests(world)) == 1
    answer = await world.post("/account/interests/new", **fields, sure="yes")
    assert answer.url.path == "/account"
    assert len(await interests(world)) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"area": "london"}, "Choose at least one trade"),
        ({"area": "london", "words": "NOT hospital"}, "would match everything"),
        ({"area": "london", "words": "window AND (office NOT window)"}, "could match nothing"),
        ({"area": "london", "words": "window NOT window"}, "could match nothing"),
        ({"area": "london", "words": "(window OR windows) NOT window"}, "could match nothing"),
        ({"area": "london", "words": "window AND"}, "something is missing at the end"),
        ({"area": "london", "cpv": "99"}, "No CPV code begins with 99"),
        ({"area": "london", "cpv": "9x"}, "is no CPV code"),
        ({"area": "london", "sector": "food", "value_min": "9", "value_max": "8"}, "not below"),
        ({"sector": "food"}, "Choose all of London"),
        ({"area": "london", "buyers": "!!!"}, "Enter names"),
    ],
)
async def test_what_matches_everything_or_nothing_is_refused_beside_its_field(
    world: World, fields: dict[str, str], said: str
) -> None:
    await world.sign_up()
    answer = await world.post("/account/interests/new", **fields, do="save")
    shown = await answer.text()
    assert answer.status == 422
    assert shown.count(said) >= 2
    assert len(await interests(world)) == 1


async def test_there_is_a_most_of_interests(world: World) -> None:
    await world.sign_up()
    for _ in range(MOST_INTERESTS - 1):
        await world.post("/account/interests/new", sector="food", area="london", do="save")
    answer = await world.post("/account/interests/new", sector="food", area="london", do="save")
    assert answer.status == 400
    assert len(await interests(world)) == MOST_INTERESTS


# ------------------------------------------------------------------------------------------------- by the link


async def test_the_link_of_a_message_goes_on_working_without_signing_in(world: World) -> None:
    await world.sign_up()
    link = await manage(world)
    world.forget_cookies()
    shown = await world.said(link)
    assert "What you hear about" in shown
    assert FIRM not in shown, "a forwarded message tells little"
    assert "People of your firm" not in shown
    assert "Paused." in await (await world.post(f"{link}/pause")).text()
    assert await firm_state(world) == "paused"
    assert "Started again." in await (await world.post(f"{link}/resume")).text()
    (change,) = (await world.page(link)).xpath("//ul[@class='interests']//a/@href")
    assert "Saved." in await (await world.post(change, sector="food", area="london", do="save")).text()
    assert (await interests(world))[0].sectors == ("food",)
    for path in ("/people", "/data", "/profile", "/address", "/erase"):
        assert (await world.get(f"{link}{path}")).status == 404
    page = await world.page(f"{link}/stop")
    assert len(page.xpath("//main//form//button")) == 1
    assert "have stopped" in await (await world.post(f"{link}/stop")).text()
    assert await firm_state(world) == "stopped"
    assert (await world.get(link)).status == 410


@pytest.mark.parametrize("done", ["<b>", "saved<b>", "anything"])
async def test_what_was_done_is_said_only_in_our_own_words(world: World, done: str) -> None:
    await world.sign_up()
    answer = await world.browser.get("/account", params={"done": done})
    assert done not in await answer.text()


async def test_one_click_unsubscribe_needs_no_cookie_no_page_and_no_redirect(world: World) -> None:
    await world.sign_up()
    link = (await manage(world)).replace("/manage/", "/unsubscribe/")
    async with world.database.reading() as connection:
        row = (await connection.execute(text("SELECT id, secret FROM firm"))).one()
    link = "/unsubscribe/" + world.accounts.subscribe._links.unsubscribe_token(row.id, row.secret)
    world.forget_cookies()
    await world.page(link)
    assert await firm_state(world) == "active", "opening it changes nothing"
    for _ in range(2):
        answer = await world.browser.post(
            link,
            data={"List-Unsubscribe": "One-Click"},
            headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
            allow_redirects=False,
        )
        assert answer.status == 200
        assert await firm_state(world) == "stopped"


async def test_pages_of_one_firm_are_kept_by_no_cache(world: World) -> None:
    await world.sign_up()
    link = await manage(world)
    for path in ("/account", "/account/profile", "/account/data", link, "/sign-in/sent", "/alerts/new"):
        assert (await world.get(path)).headers["Cache-Control"] == "no-store"


# ------------------------------------------------------------------------------------------------- profile, consent


async def test_a_profile_is_kept_and_slips_come_back(world: World) -> None:
    await world.sign_up()
    answer = await world.post("/account/profile", size="huge", public_liability="lots", name="Sample & Daughters")
    said = await answer.text()
    assert answer.status == 422
    assert "Choose how many people" in said
    assert "whole pounds" in said
    assert 'value="Sample &amp; Daughters"' in said
    answer = await world.post(
        "/account/profile",
        ("sector", "food"),
        ("area", HACKNEY),
        ("accreditation", "Cyber Essentials"),
        ("accreditation", "invented"),
        ("policy", "safeguarding"),
        size="small",
        public_liability="5,000,000",
        name="Sample & Daughters",
        turnover="£250,000",
        registered="no",
        bid_before="yes",
        paid_late="public",
    )
    assert "Saved." in await answer.text()
    found = await world.accounts.firm.overview(1)
    assert found.size == "small"
    assert found.profile.cover("public_liability") == 5_000_000
    assert (found.profile.accreditations, found.profile.policies) == (("Cyber Essentials",), ("safeguarding",))
    page = await world.page("/account/profile")
    assert page.xpath("//input[@id='public_liability']/@value") == ["5000000"]
    assert page.xpath("//input[@id='turnover']/@value") == ["250000"]
    kept = found.profile
    assert kept.turnover == 250_000
    assert (kept.registered, kept.bid_before, kept.paid_late) == (False, True, "public")
    for name, value in (("registered", "no"), ("bid_before", "yes"), ("paid_late", "public")):
        assert page.xpath(f"//input[@name='{name}'][@checked]/@value") == [value]
    async with SqlLedger(world.database).reading() as book:
        assert (await book.reach([1]))[1].profile == kept


async def test_each_consent_is_its_own_unticked_dated_and_kept_as_shown(world: World) -> None:
    await world.sign_up()
    page = await world.page("/account/consent")
    boxes = {box.get("value"): "checked" in box.attrib for box in page.xpath("//input[@name='level']")}
    assert boxes == {each.key: each.key == "alerts" for each in LEVELS}
    assert {"alerts", "counted", "found", "invited", "news"} == set(boxes)
    for each in LEVELS:
        assert each.text in " ".join(page.text_content().split())
    await world.post("/account/consent", ("level", "alerts"), ("level", "found"), ("level", "invented"))
    await world.post("/account/consent", ("level", "alerts"))
    async with world.database.reading() as connection:
        rows = (await connection.execute(text("SELECT level, given, text, person_id FROM consent ORDER BY id"))).all()
    assert [(row.level, bool(row.given)) for row in rows] == [("alerts", True), ("found", True), ("found", False)]
    assert {row.text for row in rows} == {each.text for each in LEVELS if each.key in {"alerts", "found"}}
    assert "Taken back Mon 23 Nov" in " ".join((await world.page("/account/consent")).text_content().split())
    await world.post("/account/consent")
    assert await firm_state(world) == "paused", "without agreement there are no alerts"
    await world.post("/account/consent", ("level", "alerts"))
    assert await firm_state(world) == "active"


# ------------------------------------------------------------------------------------------------- people


async def invited(world: World) -> str:
    """A colleague is asked; the link in the letter."""
    answer = await world.post("/account/people", email=COLLEAGUE)
    assert "Sent." in await answer.text()
    return await world.link("join", COLLEAGUE)


async def test_a_colleague_joins_hears_too_and_stops_for_oneself_only(world: World) -> None:
    await world.sign_up()
    link = await invited(world)
    world.forget_cookies()
    page = await world.page(link)
    assert "you will get the firm's e-mails" in page.text_content()
    assert len(page.xpath("//main//form//button")) == 1
    assert "You have joined" in await (await world.post(link)).text()
    assert (await world.get(link)).status == 410, "an invitation works once"
    await world.sign_in(COLLEAGUE)
    assert FIRM in await world.said("/account/people")

    ledger = SqlLedger(world.database)
    async with ledger.reading() as book:
        targets = (await book.reach([1]))[1].targets
    assert [each.address for each in targets] == [FIRM, COLLEAGUE]
    links = world.accounts.subscribe._links
    own = links.for_firm(1, await secret(world), targets[1].identity).unsubscribe
    page = await world.page(own.removeprefix("http://127.0.0.1:8080"))
    assert "c\N{HORIZONTAL ELLIPSIS}@example.org" in page.text_content()
    await world.browser.post(own.removeprefix("http://127.0.0.1:8080"))
    async with ledger.reading() as book:
        assert [each.address for each in (await book.reach([1]))[1].targets] == [FIRM]
    assert await firm_state(world) == "active"
    assert (await world.get("/account")).url.path == "/sign-in", "the colleague is signed out and gone"


async def secret(world: World) -> str:
    async with world.database.reading() as connection:
        found: str = (await connection.execute(text("SELECT secret FROM firm WHERE id = 1"))).scalar_one()
        return found


async def test_a_colleague_leaves_and_the_last_one_out_stops_the_firm(world: World) -> None:
    await world.sign_up()
    link = await invited(world)
    await world.post(link)
    page = await world.page("/account/people")
    (leave,) = page.xpath("//form[contains(., 'Leave')]/@action")
    assert "You have left" in await (await world.post(leave)).text()
    assert await firm_state(world) == "active"
    world.forget_cookies()
    await world.sign_in(COLLEAGUE)
    page = await world.page("/account/people")
    assert FIRM not in page.text_content()
    (leave,) = page.xpath("//form[contains(., 'Leave')]/@action")
    assert "have stopped" in await (await world.post(leave)).text()
    assert await firm_state(world) == "stopped"


async def test_an_invitation_is_taken_back_or_runs_out(world: World) -> None:
    await world.sign_up()
    link = await invited(world)
    page = await world.page("/account/people")
    (withdraw,) = page.xpath("//form[contains(@action, 'withdraw')]/@action")
    assert "taken back" in await (await world.post(withdraw)).text()
    assert (await world.post(link)).status == 410
    link = await invited(world)
    world.clock.at += timedelta(days=14)
    assert (await world.post(link)).status == 410


async def test_who_may_not_be_invited_is_said_beside_the_field(world: World) -> None:
    await world.sign_up()
    for typed, said in (
        (FIRM.upper(), "is in your firm already"),
        ("x", "like name@example.co.uk"),
        ("", "Enter your"),
    ):
        answer = await world.post("/account/people", email=typed)
        assert answer.status == 422
        assert said in await answer.text()


async def test_somebody_of_another_firm_cannot_join_a_second(world: World) -> None:
    await world.sign_up(COLLEAGUE)
    world.forget_cookies()
    await world.sign_up()
    link = await invited(world)
    answer = await world.post(link)
    assert answer.status == 400
    assert "another firm" in await answer.text()


async def test_an_address_changes_only_when_both_ends_confirm(world: World) -> None:
    await world.sign_up()
    answer = await world.post("/account/address", email="new@example.org")
    assert answer.url.path == "/account/address/sent"
    new_end, old_end = await world.link("address", "new@example.org"), await world.link("address", FIRM)
    assert new_end != old_end
    assert "One more to go" in await (await world.post(new_end)).text()
    assert "One more to go" in await (await world.post(new_end)).text(), "twice from one end is still one end"
    assert FIRM in await world.said("/account/people")
    assert "Your address is changed" in await (await world.post(old_end)).text()
    assert (await world.get("/account")).url.path == "/sign-in"
    await world.sign_in("new@example.org")
    async with SqlLedger(world.database).reading() as book:
        assert [each.address for each in (await book.reach([1]))[1].targets] == ["new@example.org"]
    assert (await world.post(old_end)).status == 410


async def test_an_address_of_somebody_else_is_not_told_apart(world: World) -> None:
    await world.sign_up("taken@example.org")
    world.forget_cookies()
    await world.sign_up()
    before = len(await world.letters())
    answer = await world.post("/account/address", email="taken@example.org")
    assert answer.url.path == "/account/address/sent"
    assert len(await world.letters()) == before


# ------------------------------------------------------------------------------------------------- rights


async def test_the_copy_is_complete_and_holds_nothing_of_others_and_no_secret(world: World) -> None:
    await world.sign_up("other.firm@example.org", sector="food", area=CAMDEN)
    world.forget_cookies()
    await world.sign_up()
    await world.post("/account/profile", size="small", name="Sample Daughters")
    answer = await world.get("/account/data/bowbell.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    said = await answer.text()
    kept = json.loads(said)["kept"]
    assert kept["person"][0]["address"] == FIRM
    assert kept["interests"][0]["interest"]["sectors"] == ["environment"]
    assert kept["profile"][0]["profile"]["name"] == "Sample Daughters"
    assert kept["consents"][0]["text"] == LEVELS[0].text
    assert kept["destinations"][0]["address"] == FIRM
    assert kept["messages"][0]["subject"].startswith("Confirm")
    assert {each["act"] for each in kept["log"]} >= {"firm.confirmed", "profile.changed"}
    assert "other.firm" not in said
    async with world.database.reading() as connection:
        secrets = [
            *(await connection.execute(text("SELECT secret FROM firm"))).scalars(),
            *(await connection.execute(text("SELECT token_hash FROM session"))).scalars(),
            *(await connection.execute(text("SELECT salt FROM salt"))).scalars(),
        ]
    assert not [each for each in secrets if each in said.replace("/confirm/", "")]


async def test_erasing_leaves_only_a_salted_hash(world: World) -> None:
    await world.sign_up()
    await invited(world)
    await world.post("/account/profile", size="small", name="Sample Daughters")
    await world.post("/account/address", email="new@example.org")
    page = await world.page("/account/erase")
    assert len(page.xpath("//main//form//button")) == 1
    assert "have stopped" in await (await world.post("/account/erase")).text()
    assert (await world.get("/account")).url.path == "/sign-in"
    async with world.database.reading() as connection:
        dump = [
            str(tuple(each))
            for name in sorted(SQLModel.metadata.tables)
            for each in (await connection.execute(text(f"SELECT * FROM {name}"))).all()  # noqa: S608 - our own tables
        ]
    words = ("sample.firm", "Daughters", "environment", LEVELS[0].text[:30])
    assert not [line for line in dump for word in words if word.lower() in line.lower()]
    async with SqlLedger(world.database).reading() as book:
        assert await book.is_suppressed(FIRM)


async def test_every_act_is_written_down_with_who_did_it(world: World) -> None:
    await world.sign_up()
    await world.post("/account/pause")
    link = await manage(world)
    world.forget_cookies()
    await world.post(f"{link}/resume")
    async with world.database.reading() as connection:
        rows = (await connection.execute(text("SELECT act, person_id FROM audit ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [("firm.confirmed", 1), ("firm.paused", 1), ("firm.active", 0)]
