"""Firms that have only a chat hear there what others hear by mail of a posting they follow: answers, the outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.commands.work import drain_all
from service.domain.posting import Award, Draft, Posting
from service.domain.posting_answers import QUESTIONS
from service.domain.roles import Membership, Visitor
from service.usecases.posting.notices import opportunity_of
from tests.chat_world import CHAT, ChatWorld, chat_world, take_turns_at_once

OTHER = "5550002"
ANSWER = "Forty, on two floors."


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    take_turns_at_once(monkeypatch)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """A house with a bot, and two firms that have nothing but a chat."""
    async with chat_world(tmp_path) as made:
        await made.listener.introduce()
        await made.signs_up()
        await made.signs_up(chat=OTHER)
        yield made


async def test_an_answer_and_the_outcome_come_into_the_chats_of_whoever_follows(world: ChatWorld) -> None:
    buyer, posting = await published(world)
    await world.presses("Save", chat=OTHER)
    asker, talk, opportunity = await firm_at(world, CHAT), world.house.accounts.posting_talk, opportunity_of(posting)
    assert await talk.ask(asker, opportunity, "How many windows are there?") == ""
    (question,) = (await talk.inbox(buyer, posting.identity)).questions
    for _ in range(2):  # pressed twice
        assert await talk.answer(buyer, posting.identity, question.identity, said=ANSWER, publish=True) == ""
    await work(world)
    for chat, why in ((CHAT, "you asked. Nobody was told that it was you."), (OTHER, "the work is on your list.")):
        told = [each for each in world.far.to(chat) if ANSWER in each.words]
        assert len(told) == 1, "once"
        assert why in told[0].words
        assert f"https://bowbell.example/opportunities/{opportunity}#questions" in told[0].html
        assert "See all answers" in told[0].labels

    await world.house.accounts.posting_end.award(buyer, posting.identity, Award(supplier="Sample Windows Ltd"))
    await work(world)
    for chat in (CHAT, OTHER):
        assert "awarded to Sample Windows Ltd" in world.far.last(chat).words


async def published(world: ChatWorld) -> tuple[Visitor, Posting]:
    """An approver of Hackney and what they have published, of which both firms were told."""
    accounts, address = world.house.accounts, "approver@council.example"
    await world.house.organisations().add("hackney", domains=["council.example"], person=address, role="approver")
    async with world.house.ledger.reading() as book:
        person = await book.person_at(address)
        assert person is not None
        memberships = await book.memberships(person.identity)
    buyer = Visitor(person=person.identity, address=address, session=0, memberships=tuple(memberships))
    draft = Draft(
        title="Window cleaning at a sample hall",
        description="Clean the windows.",
        sector="environment",
        areas=("E09000012",),
        worth="9000",
        starts_day="1",
        starts_month="2",
        starts_year="2027",
        months="12",
        closes_day="16",
        closes_month="12",
        closes_year="2026",
        closes_time="12 noon",
        reply="quotes@council.example",
        asks="A price.",
        done=QUESTIONS,
    )
    made = await accounts.post.begin(buyer, memberships[0].organisation, draft=draft)
    posting = await accounts.posting_approval.publish(buyer, made.identity, seen=made.version)
    await work(world)
    for chat in (CHAT, OTHER):
        assert "Window cleaning at a sample hall" in world.far.last(chat).words
    return buyer, posting


async def firm_at(world: ChatWorld, chat: str) -> Visitor:
    """The firm of a chat, as it would be signed in."""
    async with world.house.ledger.reading() as book:
        firm = await book.firm_at(channel="telegram", address=chat)
    assert firm is not None
    mine = Membership(organisation=0, kind="firm", key=str(firm.identity), name="", role="member")
    return Visitor(person=0, address="", session=0, memberships=(mine,))


async def work(world: ChatWorld) -> None:
    """Let the workers do what waits."""
    await drain_all(world.house, ("collect", "tag", "match", "send"))
