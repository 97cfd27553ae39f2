"""A firm in a chat, over the real house and a Bot API server of this machine: its stories, and what may go wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.bootstrap import open_house
from service.commands.inspect import troubles
from service.commands.work import drain_all
from service.domain.interest import Interest
from service.store.session import table
from service.store.tables import ChatAnswerRow, ChatRow, ChatUpdateRow, DestinationRow, MessageRow
from service.usecases.chat.account import LINK_MINUTES
from service.usecases.chat.talk import MOST_IN_A_BURST
from service.usecases.ledger import NewAlert
from service.usecases.subscribe import begin_alerts
from tests.builders import SampleOpportunity, keep
from tests.chat_world import CHAT, ChatWorld, chat_world, settings_for, take_turns_at_once
from tests.fake_telegram import BOT, fake_telegram

OTHER = "5550002"


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    take_turns_at_once(monkeypatch)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """A house with a bot."""
    async with chat_world(tmp_path) as made:
        await made.listener.introduce()
        yield made


async def rows(world: ChatWorld, sql: str, **values: object) -> Sequence[Any]:
    async with world.house.database.reading() as connection:
        return (await connection.execute(text(sql), values)).all()


async def firm_of(world: ChatWorld, chat: str = CHAT) -> int:
    async with world.house.ledger.reading() as book:
        firm = await book.firm_at(channel="telegram", address=chat)
    assert firm is not None
    return firm.identity


async def a_mail_firm(world: ChatWorld, address: str = "sample.firm@sample.example") -> tuple[int, int]:
    """A firm that signed up by e-mail, and its person."""
    async with world.house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email",
            address=address,
            size="micro",
            interest=Interest(sectors=("environment",), areas=("london",)),
            secret="sample",
            consent="A sample firm.",
            at=world.house.clock.now(),
        )
        person = await begin_alerts(book, firm, now=world.house.clock.now())
    return firm.identity, person.identity


async def an_alert(world: ChatWorld, firm: int, opportunity: str = "op-1") -> int:
    """An alert of one sample opportunity for a firm, waiting to be composed."""
    now = world.house.clock.now()
    async with world.house.ledger.writing() as book:
        await keep(book, SampleOpportunity(identity=opportunity, closes=now + timedelta(days=10), published=now))
        # The house knows its own sources only.
        await book.connection.execute(
            text("UPDATE opportunity SET state = replace(state, 'sample_source', 'find_a_tender')")
        )
        made = await book.keep_alerts(
            [
                NewAlert(
                    firm=firm,
                    opportunity=opportunity,
                    change="new",
                    revision=1,
                    change_kind="",
                    reasons=("you chose Cleaning",),
                    differences=(),
                )
            ],
            at=now,
        )
        await book.emit("alert_due", f"sample:{made[0]}", {"alert": made[0]}, at=now)
    return made[0]


# Signing up -------------------------------------------------------------------------------------------------------


async def test_three_answers_and_one_yes_sign_a_firm_up(world: ChatWorld) -> None:
    assert "1 of 3" in await world.types("/start")
    assert "2 of 3" in await world.types("tree surgery")
    assert "3 of 3" in await world.types("Hackney and Barking & Dagenham")
    check = await world.presses("Under 10 people")
    trees = "tree surgery, tree works, arboricultural, tree maintenance or tree felling"
    assert f"You hear of: the words {trees}, in Hackney and Barking and Dagenham." in check
    assert "I can change, pause or stop it at any time." in check
    assert await rows(world, "SELECT * FROM firm") == []
    assert "It is on." in await world.presses("Yes, start")
    found = await world.house.accounts.firm.overview(await firm_of(world))
    assert (found.state, found.size, [each.channel for each in found.places]) == ("active", "micro", ["telegram"])
    assert found.interests[0].interest == Interest(
        words='("tree surgery" OR "tree works" OR "arboricultural" OR "tree maintenance" OR "tree felling")',
        areas=("E09000012", "E09000002"),
    )
    assert found.consents["alerts"].text.startswith("Send me messages in this chat")


async def test_trades_are_ticked_in_one_list_that_changes_in_its_place(world: ChatWorld) -> None:
    await world.types("/start")
    await world.presses("Choose from a list")
    await world.presses("Building work")
    await world.presses("Food and catering")
    await world.presses("Building work")
    assert [label for label in world.far.last(CHAT).labels if label.startswith("✓")] == ["✓ Food and catering"]
    assert len(world.far.to(CHAT)) == 2
    assert "2 of 3" in await world.presses("Done")


async def test_a_place_that_is_not_known_is_said_back_with_the_nearest_and_nothing_is_guessed(world: ChatWorld) -> None:
    await world.types("/start")
    await world.types("catering")
    said = await world.types("Hackny and Newham")
    assert "“Hackny”: did you mean Hackney?" in said
    assert "I understood Newham." in said
    assert "3 of 3" in await world.types("Hackney and Newham")


async def test_one_sentence_may_answer_several_questions(world: ChatWorld) -> None:
    await world.types("/start")
    check = await world.types("tree surgery in Hackney and Newham, up to 50k, we are 6 people")
    assert "in Hackney and Newham, worth up to £50,000" in check
    assert "Your firm: under 10 people." in check
    assert "It is on." in await world.presses("Yes, start")


async def test_work_that_is_no_trade_we_know_is_looked_for_in_these_very_words(world: ChatWorld) -> None:
    await world.types("/start")
    await world.types("chimney sweeping in Camden, not schools")
    note, ask = (said.words for said in world.far.to(CHAT)[-2:])
    assert "“chimney sweeping” is no trade I know, so I look for these very words." in note
    assert "3 of 3" in ask
    assert 'the words "chimney sweeping", not schools, in Camden' in await world.presses("10 to 49 people")


async def test_no_forgets_what_was_typed(world: ChatWorld) -> None:
    await world.types("/start")
    await world.types("catering")
    await world.presses("All of London")
    await world.presses("Under 10 people")
    assert "forgotten" in await world.presses("No, forget it")
    assert await rows(world, "SELECT * FROM firm") == []
    assert await rows(world, "SELECT * FROM chat") == []


async def test_a_sign_up_goes_on_in_another_worker_where_it_stood(tmp_path: Path) -> None:
    async with fake_telegram() as far:
        for typed in ("/start", "gardening", "Camden", "[10 to 49 people]", "[Yes, start]"):
            async with open_house(settings_for(far, tmp_path)) as house:
                world = ChatWorld(house=house, far=far)
                await (world.presses(typed.strip("[]")) if typed.startswith("[") else world.types(typed))
                await world.leave()
        assert "It is on." in far.last(CHAT).words


async def test_whatever_is_typed_is_answered_in_words(world: ChatWorld) -> None:
    await world.types("/start")
    for hostile in (
        "<b>bold",
        "NOT hospital",
        "(((",
        '"',
        "'; DROP TABLE firm;--",
        "🧹" * 300,
        "a" * 4000,
        "/",
        "/_",
        "\u202e",
    ):
        assert await world.types(hostile)
        assert "something went wrong" not in world.far.last(CHAT).words
        assert not world.far.last(CHAT).plain
        await world.types("/start")


# Looking after it -------------------------------------------------------------------------------------------------


async def test_a_firm_changes_adds_and_removes_what_it_hears_of(world: ChatWorld) -> None:
    await world.signs_up()
    await world.types("/list")
    await world.presses("Change 1")
    await world.presses("Worth")
    assert "worth up to £50,000" in await world.types("up to 50k")
    await world.presses("Save")
    await world.presses("Add") if "Add" in world.far.last(CHAT).labels else await world.types("/add")
    await world.types("catering")
    await world.presses("All of London")
    await world.presses("Save")
    listed = await world.types("/list")
    assert (
        "1. the words window cleaning, windows cleaned or cleaning of windows, in Hackney, worth up to £50,000"
        in listed
    )
    assert "2. Food and catering, in all of London" in listed
    await world.presses("Remove 1")
    assert "catering" in await world.types("/list")
    assert "window" not in world.far.last(CHAT).words
    assert "Remove 1" not in world.far.last(CHAT).labels


async def test_pause_and_resume_by_word_and_button(world: ChatWorld) -> None:
    await world.signs_up()
    assert "Paused" in await world.types("pause")
    assert (await world.house.accounts.firm.overview(await firm_of(world))).state == "paused"
    assert "Started again" in await world.presses("Start again")
    assert (await world.house.accounts.firm.overview(await firm_of(world))).state == "active"


async def test_a_copy_of_everything_comes_as_a_document(world: ChatWorld) -> None:
    await world.signs_up()
    await world.types("/export")
    kept = json.loads(world.far.last(CHAT).document)
    assert kept["chat"] == CHAT
    assert "window cleaning" in kept["kept"]["interests"][0]["interest"]["words"]
    assert "secret" not in json.dumps(kept)


async def test_stop_is_at_once_and_leaves_a_scrambled_mark_only(world: ChatWorld) -> None:
    await world.signs_up()
    assert "Stopped. No more messages come" in await world.types("/stop")
    async with world.house.database.reading() as connection:
        for row in (ChatRow, DestinationRow, ChatUpdateRow, ChatAnswerRow, MessageRow):
            found = (await connection.execute(table(row).select())).all()
            assert CHAT not in str(found), row
    async with world.house.ledger.reading() as book:
        assert await book.is_suppressed(CHAT)
    await world.signs_up(work="catering")
    assert "It is on." in world.far.last(CHAT).words
    async with world.house.ledger.reading() as book:
        assert not await book.is_suppressed(CHAT)


async def test_the_stop_button_asks_once_since_it_is_pressed_by_mistake(world: ChatWorld) -> None:
    await world.signs_up()
    await world.types("what?")
    await world.presses("Stop")
    assert (await world.house.accounts.firm.overview(await firm_of(world))).state == "active"
    assert "Stopped." in await world.presses("Yes, stop")


async def test_erase_says_what_is_lost_and_an_old_button_does_not_do_it(world: ChatWorld) -> None:
    await world.signs_up()
    await world.types("/erase")
    await world.presses("No, keep it")
    assert "closed" in await world.presses("Yes, delete everything")
    await world.types("/erase")
    assert "Deleted." in await world.presses("Yes, delete everything")
    assert await rows(world, "SELECT * FROM interest") == []


# Joining a chat to a firm -----------------------------------------------------------------------------------------


async def test_a_link_from_our_page_joins_the_chat_once(world: ChatWorld) -> None:
    firm, person = await a_mail_firm(world)
    address = await world.house.accounts.chat_links.address(firm, person=person, is_only=True)
    assert address.startswith(f"https://t.me/{BOT}?start=")
    token = address.partition("start=")[2]
    assert len(token) <= 64
    asked = await world.types(f"/start {token}")
    assert "s…@sample.example" in asked
    assert "sample.firm" not in asked
    assert "in this chat only" in await world.presses("Yes")
    assert await firm_of(world) == firm
    assert "run out, or was used" in await world.types(f"/start {token}", chat=OTHER)
    async with world.house.ledger.reading() as book:
        assert [target.channel for target in (await book.reach([firm]))[firm].targets] == ["telegram"]


async def test_a_link_runs_out(world: ChatWorld) -> None:
    firm, person = await a_mail_firm(world)
    token = (await world.house.accounts.chat_links.address(firm, person=person, is_only=True)).partition("start=")[2]
    async with world.house.database.writing() as connection:
        over = (world.house.clock.now() - timedelta(minutes=LINK_MINUTES)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        await connection.execute(text("UPDATE chat_link SET ends = :over"), {"over": over})
    assert "run out" in await world.types(f"/start {token}")
    assert "run out" in await world.types("/start not-a-token-of-ours")


async def test_nothing_is_told_twice_unless_the_firm_asks_for_both(world: ChatWorld) -> None:
    firm, person = await a_mail_firm(world)
    token = (await world.house.accounts.chat_links.address(firm, person=person, is_only=True)).partition("start=")[2]
    await world.types(f"/start {token}")
    await world.presses("Yes")
    await an_alert(world, firm)
    await drain_all(world.house, ("match",))
    assert [row.channel for row in await rows(world, "SELECT channel FROM message ORDER BY id")] == ["telegram"]
    await world.types("/where")
    await world.presses("Both")
    await an_alert(world, firm, "op-2")
    await drain_all(world.house, ("match",))
    told = [row.channel for row in await rows(world, "SELECT channel FROM message ORDER BY id")]
    assert told[0] == "telegram"
    assert sorted(told[1:]) == ["email", "telegram"]


async def test_stop_in_one_of_two_channels_leaves_the_other(world: ChatWorld) -> None:
    firm, person = await a_mail_firm(world)
    token = (await world.house.accounts.chat_links.address(firm, person=person, is_only=True)).partition("start=")[2]
    await world.types(f"/start {token}")
    await world.presses("Yes")
    assert "Stopped here." in await world.types("/stop")
    async with world.house.ledger.reading() as book:
        assert [target.channel for target in (await book.reach([firm]))[firm].targets] == ["email"]


async def test_a_chat_that_belongs_to_a_firm_is_not_joined_to_another(world: ChatWorld) -> None:
    await world.signs_up()
    firm, person = await a_mail_firm(world)
    token = (await world.house.accounts.chat_links.address(firm, person=person, is_only=False)).partition("start=")[2]
    assert "another firm" in await world.types(f"/start {token}")
    assert await firm_of(world) != firm


# Alerts -----------------------------------------------------------------------------------------------------------


async def test_an_alert_arrives_short_and_says_why(world: ChatWorld) -> None:
    await world.signs_up()
    await an_alert(world, await firm_of(world))
    await drain_all(world.house, ("match", "send"))
    said = world.far.last(CHAT)
    assert said.words.startswith("New: Sample window cleaning for eight libraries\nHackney Council · Hackney")
    assert len(said.words) < 900
    assert "Open Government Licence" in said.words
    assert "you chose Cleaning" in (await world.presses("Why this?")).replace("You chose", "you chose")


async def test_a_chat_never_sees_an_alert_of_another_firm(world: ChatWorld) -> None:
    await world.signs_up()
    await world.signs_up(chat=OTHER, work="catering")
    number = await an_alert(world, await firm_of(world, OTHER))
    assert "no such message" in await world.types(f"/why {number}")
    world.far.sends_press(CHAT, f"why:{number}")
    await world.settle()
    assert "no such message" in world.far.last(CHAT).words
    for verb in ("not", "not_trade", "not_big", "undo"):
        world.far.sends_press(CHAT, f"{verb}:{number}")
        await world.settle()
        assert "no such message" in world.far.last(CHAT).words, verb
    assert await rows(world, "SELECT * FROM feedback") == []
    assert "you chose" in (await world.types(f"/why_{number}", chat=OTHER)).lower()


async def test_what_is_saved_is_on_the_list_with_its_reminder_and_can_be_taken_off(world: ChatWorld) -> None:
    await world.signs_up()
    firm = await firm_of(world)
    number = await an_alert(world, firm)
    await drain_all(world.house, ("match", "send"))
    for label in ("Remind me", "Save"):
        assert "before it closes" in await world.presses(label)
    assert [each.course for each in await world.house.accounts.lists.of(firm)] == ["saved"]
    assert "- Saved: Sample window cleaning" in await world.types("/saved")
    await world.presses("Take it off")
    assert "Nothing is saved." in await world.types("/saved")
    await world.signs_up(chat=OTHER)
    assert "no such message" in await world.types(f"/save {number}", chat=OTHER)


async def test_not_for_me_changes_what_it_says_and_can_be_undone(world: ChatWorld) -> None:
    await world.types("/start")
    await world.presses("Choose from a list")
    await world.presses("Cleaning, waste and environment")
    await world.presses("Done")
    await world.types("Hackney")
    await world.presses("Under 10 people")
    await world.presses("Yes, start")
    firm = await firm_of(world)
    before = (await world.house.accounts.firm.overview(firm)).interests
    await an_alert(world, firm)
    await drain_all(world.house, ("match", "send"))
    asked = await world.presses("Not for me")
    assert "Too big: We leave out notices over £" in asked
    assert len(asked) < 900
    said = await world.presses("Too big")
    assert said.startswith("Thank you. Too big.\nWe leave out notices over £")
    (changed,) = (await world.house.accounts.firm.overview(firm)).interests
    assert changed.interest.value_max is not None
    assert changed.interest.value_max < 18000
    assert "Taken back" in await world.presses("Undo")
    assert (await world.house.accounts.firm.overview(firm)).interests == before


async def test_who_blocks_us_is_not_written_to_and_comes_back_by_writing(world: ChatWorld) -> None:
    await world.signs_up()
    firm = await firm_of(world)
    world.far.blocked.add(CHAT)
    await an_alert(world, firm)
    await drain_all(world.house, ("match", "send"))
    (destination,) = await rows(world, "SELECT closed FROM destination")
    assert "blocked by the user" in destination.closed
    world.far.blocked.clear()
    assert "You hear of" in await world.types("/start")
    (destination,) = await rows(world, "SELECT closed FROM destination")
    assert destination.closed == ""


async def test_patience_doubt_and_errors_lose_no_alert_and_send_none_twice(world: ChatWorld) -> None:
    await world.signs_up()
    await an_alert(world, await firm_of(world))
    before = len(world.far.to(CHAT))
    world.far.trouble += [(429, "Too Many Requests: retry after 1", {"retry_after": 1}), (502, "Bad Gateway")]
    for _ in range(3):
        await drain_all(world.house, ("match", "send"))
        async with world.house.database.writing() as connection:
            await connection.execute(text("UPDATE message SET available = ''"))
    assert len(world.far.to(CHAT)) == before + 1


# What may go wrong ------------------------------------------------------------------------------------------------


async def test_the_same_update_twice_is_dealt_with_once(world: ChatWorld) -> None:
    world.far.repeats = True
    await world.signs_up()
    assert len(await rows(world, "SELECT * FROM firm")) == 1
    assert [said.words for said in world.far.to(CHAT)].count("It is on.") == 0
    assert sum("It is on." in said.words for said in world.far.to(CHAT)) == 1


async def test_a_double_press_of_yes_makes_one_firm(world: ChatWorld) -> None:
    await world.types("/start")
    await world.types("catering")
    await world.presses("All of London")
    await world.presses("Under 10 people")
    world.far.presses(CHAT, "Yes, start")
    world.far.presses(CHAT, "Yes, start")
    await world.settle()
    assert len(await rows(world, "SELECT * FROM firm")) == 1


async def test_numbers_that_begin_anew_after_a_quiet_week_are_heard(world: ChatWorld) -> None:
    await world.types("/start")
    world.far._updates = 17  # Telegram draws a new beginning
    assert "2 of 3" in await world.types("catering")


async def test_only_one_worker_listens_and_another_takes_over(tmp_path: Path) -> None:
    async with chat_world(tmp_path) as world, open_house(world.house.settings) as second:
        assert second.listener is not None
        world.far.types(CHAT, "/start")
        await world.listener.listen_once()
        assert await second.listener.listen_once() > 0
        assert len(world.far.given) == 1
        async with world.house.database.writing() as connection:
            await connection.execute(text("UPDATE chat_inbox SET until = ''"))
        second.listener.wait = 0.0
        assert await second.listener.listen_once() == 0
        assert await second.listener.drain() == 1
        assert await world.listener.drain() == 0


async def test_a_burst_is_answered_up_to_a_limit_and_stop_always_works(world: ChatWorld) -> None:
    await world.signs_up()
    for _ in range(MOST_IN_A_BURST + 20):
        world.far.types(CHAT, "hello")
    await world.settle()
    assert sum("a lot at once" in said.words for said in world.far.to(CHAT)) == 1
    assert len(world.far.to(CHAT)) <= MOST_IN_A_BURST + 6
    assert "Stopped." in await world.types("/stop")


async def test_a_group_cannot_act(world: ChatWorld) -> None:
    world.far.types("-10012", "/start", kind="supergroup")
    world.far.types("-10012", "hello all", kind="supergroup")
    await world.settle()
    assert [said.words for said in world.far.to("-10012")] == [
        "I talk to one person at a time: anybody in a group could change your alerts. Write to me alone."
    ]
    assert await rows(world, "SELECT * FROM chat") == []


async def test_a_button_that_was_never_ours_does_nothing(world: ChatWorld) -> None:
    await world.signs_up()
    firm = await firm_of(world)
    before = await world.house.accounts.firm.overview(firm)
    for data in (
        *("", "nonsense", "edit:99", "edit:-1", "remove:1:2", "where:moon", "yes", "stop:no", "whole:x", "size:huge"),
        *("trade:x", "erase:yes", "join", "chosen", "why:" + "9" * 40),
    ):
        world.far.sends_press(CHAT, data)
        await world.settle()
        assert await world.house.accounts.firm.overview(firm) == before, data
        assert "went wrong" not in world.far.last(CHAT).words, data


async def test_what_fails_is_said_and_the_next_thing_works(world: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    hear = world.listener.hear

    async def stumbles(*_: object) -> list[object]:
        raise RuntimeError

    monkeypatch.setattr(world.listener, "hear", stumbles)
    assert "something went wrong" in await world.types("/start")
    monkeypatch.setattr(world.listener, "hear", hear)
    assert "1 of 3" in await world.types("/start")


async def test_a_pressed_button_always_rests(world: ChatWorld) -> None:
    await world.signs_up()
    pressed = sum(who == "you" and words.startswith("[") for _, who, words in world.far.talk)
    assert len(world.far.acknowledged) == pressed


async def test_a_bad_token_is_said_by_the_doctor_and_the_house_opens(tmp_path: Path) -> None:
    async with fake_telegram() as far:
        settings = settings_for(far, tmp_path).model_copy(update={"telegram_token": "999:wrong"})
        found = await troubles(settings)
    assert any("does not accept BOWBELL_TELEGRAM_TOKEN" in each for each in found)
    assert "999:wrong" not in str(found)


async def test_what_was_said_is_not_kept_once_it_is_dealt_with(world: ChatWorld) -> None:
    await world.signs_up(work="window cleaning")
    said = await rows(world, "SELECT said, chat FROM chat_update")
    answers = await rows(world, "SELECT answer, chat FROM chat_answer")
    assert said
    assert answers
    assert {tuple(row) for row in (*said, *answers)} == {("", "")}
    async with world.house.ledger.writing() as book:
        later = world.house.clock.now() + timedelta(days=8)
        await book.forget_old_talk(before=later - timedelta(days=7), now=later)
        for row in (ChatRow, ChatUpdateRow, ChatAnswerRow):
            assert (await book.connection.execute(table(row).select())).all() == []
