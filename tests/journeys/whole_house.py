"""The running service with something in every room, for checks that look at all of it.

Sample notices go through the whole flow in both phases of the demo; firms have alerts; there is a person for every role
of the data; letters lie in the mailbox. It listens for real, in a thread of its own, with the application of
`bowbell serve`, so that a page is looked at from the day it has a route.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from yarl import URL

from scrapers.replay.samples import write_samples, write_second_phase
from scrapers.replay.server import running
from service.bootstrap import House, open_house
from service.commands.serve import subscribe_samples, turn_to_morning, web_app
from service.commands.work import STEPS, drain_all
from service.domain.helpline import Audience, Helpline
from service.domain.roles import roles
from service.settings import Settings
from service.usecases.collect import Report
from service.web.house import HOUSE
from service.web.limits import RateLimit
from service.web.listen import listen
from tests.posting_world import ANSWERS
from tests.programme_world import FIELDS

T = TypeVar("T")

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOBODY = "nobody"
MEMBER = "firm member"
#: What a browser says of a form of ours.
OURS = {"Sec-Fetch-Site": "same-origin"}
HACKNEY = "E09000012"
#: Where the sample organisation of support takes questions.
HELPLINE = "help@sample.example"
#: What an organisation is within its kind. A buyer is a borough, so that the guide has a reservation to offer.
KEYS = {"copy": "this", "buyer": "hackney"}


@dataclass
class WholeHouse:
    """Where it listens, what is behind it, and the cookies of everybody who is signed in."""

    url: str
    app: web.Application
    inside: House
    loop: asyncio.AbstractEventLoop
    visitors: dict[str, aiohttp.ClientSession] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the thread of the house, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=300)

    def cookies(self, who: str) -> dict[str, str]:
        """What the browser of a visitor holds."""
        return {each.key: each.value for each in self.visitors[who].cookie_jar}

    async def get(self, who: str, path: str) -> tuple[int, str, str]:
        """Status, type and text of what a visitor gets at a path, redirects followed."""
        async with self.visitors[who].get(f"{self.url}{path}") as answer:
            return answer.status, answer.content_type, await answer.text(errors="replace")

    async def post(self, who: str, path: str, *pairs: tuple[str, str]) -> tuple[int, str]:
        """Status and text of what a visitor gets for a form."""
        async with self.visitors[who].post(f"{self.url}{path}", data=list(pairs), headers=OURS) as answer:
            return answer.status, await answer.text(errors="replace")

    async def post_files(self, who: str, path: str, *pairs: tuple[str, str], files: Collection[str]) -> tuple[int, str]:
        """The same for a form that takes files: a field named among them is a file of that name and content."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, said in pairs:
            if name in files:
                # browsers write control characters of a file's name as %0D and the like: no client may send them raw
                called = re.sub(r"[\x00-\x1f\x7f]", lambda sign: f"%{ord(sign[0]):02X}", said)
                form.add_field(name, said.encode(), filename=called, content_type="application/octet-stream")
            else:
                form.add_field(name, said)
        async with self.visitors[who].post(f"{self.url}{path}", data=form, headers=OURS) as answer:
            return answer.status, await answer.text(errors="replace")

    @contextmanager
    def kept(self) -> Iterator[Callable[[], None]]:
        """Remember everything as it stands; what is given back brings it back, rows and cookies, as often as called."""
        jars = {who: list(session.cookie_jar) for who, session in self.visitors.items()}
        with closing(sqlite3.connect(":memory:")) as kept:
            with closing(sqlite3.connect(self.inside.settings.home / "bowbell.db")) as live:
                live.backup(kept)

            async def cookies_back() -> None:
                for who, cookies in jars.items():
                    jar = self.visitors[who].cookie_jar
                    jar.clear()
                    jar.update_cookies({each.key: each for each in cookies}, URL(self.url))

            def bring_back() -> None:
                with closing(sqlite3.connect(self.inside.settings.home / "bowbell.db", timeout=30)) as live:
                    kept.backup(live)
                self.run(cookies_back())

            yield bring_back

    async def links_of_letters(self, to: str = "") -> list[str]:
        """Every path of ours in the letters to an address, the newest first; to anybody where none is named."""
        await drain_all(self.inside, STEPS)
        found: list[str] = []
        for listed in await self.inside.desk.letters():
            if to.lower() in listed.to.lower():
                text = (await self.inside.desk.letter(listed.identity)).text
                found += re.findall(rf"{re.escape(self.url)}(/[^\s<>\"]*)", text)
        return list(dict.fromkeys(found))

    async def link(self, page: str, to: str) -> str:
        """The newest link to a page in the letters to an address."""
        return next(path for path in await self.links_of_letters(to) if path.startswith(f"/{page}/"))


def address_of(who: str) -> str:
    """The sample address of a visitor."""
    return f"{who.replace(' ', '-')}@sample.example"


@contextmanager
def a_whole_house(folder: Path) -> Iterator[WholeHouse]:
    """Open one, furnished; closed and its thread ended when left."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="whole house", daemon=True)
    thread.start()
    stack = AsyncExitStack()

    async def enter() -> WholeHouse:
        return await stack.enter_async_context(_opened(folder))

    try:
        yield asyncio.run_coroutine_threadsafe(enter(), loop).result(timeout=180)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(timeout=60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=20)
        loop.close()


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[WholeHouse]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    notices = folder / "notices"
    write_samples(notices, now=START)
    settings = Settings(
        home=folder, listen=f"127.0.0.1:{port}", now=START, sources=("contracts_finder", "find_a_tender")
    )
    async with AsyncExitStack() as stack:
        origin = await stack.enter_async_context(running(notices))
        for key in ("FIND_A_TENDER", "CONTRACTS_FINDER"):
            stack.enter_context(_environment(f"BOWBELL_SOURCE_{key}_URL", origin))
            stack.enter_context(_environment(f"BOWBELL_SOURCE_{key}_PACE", "0"))
        house = await stack.enter_async_context(open_house(settings))
        app = web_app(house)
        _lift_limits(app)
        listener = await listen(app, host="127.0.0.1", port=port)
        stack.push_async_callback(listener.stop)
        whole = WholeHouse(url=f"http://127.0.0.1:{port}", app=app, inside=house, loop=asyncio.get_running_loop())
        stack.push_async_callback(_say_goodbye, whole)
        await _publish(whole, notices)
        await _let_everybody_in(whole)
        await _happen(whole)
        yield whole


async def _publish(whole: WholeHouse, notices: Path) -> None:
    """Notices, alerts, and then changes to them, as in the demo."""
    house = whole.inside
    await subscribe_samples(house)
    for phase in ("first", "second"):
        if phase == "second":
            write_second_phase(notices, now=house.clock.now())
        for key in sorted(house.chosen):
            await house.poll(house.sources[key], Report())
        await drain_all(house, STEPS)
    await turn_to_morning(house)
    await drain_all(house, STEPS)


async def _let_everybody_in(whole: WholeHouse) -> None:
    """A session for nobody, for a firm that signed up through the pages, and for every role there is."""
    for who in (NOBODY, MEMBER):
        await _new_visitor(whole, who)
    await sign_up(whole, MEMBER)
    await whole.post(MEMBER, await whole.link("confirm", address_of(MEMBER)))
    for kind, role in roles():
        who = f"{kind} {role}"
        if who != MEMBER:
            name = f"Sample {kind} organisation"
            await whole.inside.accounts.membering.let_in(
                address_of(who), kind=kind, key=KEYS.get(kind, "sample"), name=name, role=role
            )
            await _new_visitor(whole, who)
            await whole.post(who, "/sign-in", ("email", address_of(who)))
            await whole.post(who, await whole.link("sign-in", address_of(who)))


async def sign_up(whole: WholeHouse, who: str) -> None:
    """Answer every question of the sign-up and send it."""
    address = address_of(who)
    for path, pairs in (
        ("", [("email", address)]),
        ("/trade", [("sector", "environment"), ("sector", "construction"), ("words", "")]),
        ("/place", [("area", "london")]),
        ("/firm", [("size", "micro")]),
        ("/check", [("consent", "yes")]),
    ):
        status, said = await whole.post(who, f"/alerts/new{path}", *pairs)
        assert status == 200, said


async def _happen(whole: WholeHouse) -> None:
    """What leads to pages that only a link in a letter, or something half done, shows."""
    await _correct_a_sector(whole)
    await whole.post(MEMBER, "/account/people", ("email", "colleague@sample.example"))
    await whole.post(MEMBER, "/account/address", ("email", "moved@sample.example"))
    await whole.post(NOBODY, "/sign-in", ("email", address_of(MEMBER)))
    await sign_up(whole, NOBODY)
    await whole.post(NOBODY, "/alerts/new", ("email", address_of(NOBODY)))
    await whole.post(NOBODY, "/alerts/new/trade", ("sector", "food"), ("words", ""))
    await whole.post(NOBODY, "/alerts/new/place", ("area", HACKNEY))
    await whole.post(NOBODY, "/alerts/new/firm", ("size", "micro"))
    await _post_something(whole)
    await _ask_people(whole)
    await _enter_programmes(whole)
    await drain_all(whole.inside, STEPS)
    await _talk_about_it(whole)


async def _talk_about_it(whole: WholeHouse) -> None:
    """A firm asks about the posting that is out, and replies to it; the question waits for its answer."""
    who = "contractor approver"
    (path,) = set(re.findall(r"/buyers/postings/[0-9a-f]{16}", (await whole.get(who, "/buyers/postings"))[2]))
    public = next(iter(re.findall(r"/opportunities/[0-9a-z-]+", (await whole.get(who, path))[2])))
    reply = (("text", "We clean both."), ("price", "£400 a visit"), ("contact", "Sample Windows"))
    for place, pairs in (("questions", (("question", "How many windows?"),)), ("reply", reply)):
        status, said = await whole.post(MEMBER, f"{public}/{place}", *pairs)
        assert status == 200, said
    await drain_all(whole.inside, STEPS)


async def _correct_a_sector(whole: WholeHouse) -> None:
    """A word of a firm on the first opportunity of the list."""
    first = re.findall(r'href="(/opportunities/[^"/?]+)"', (await whole.get(NOBODY, "/opportunities"))[2])[0]
    status, said = await whole.post(MEMBER, f"{first}/sector", ("right", "food"))
    assert status == 200, said


async def _post_something(whole: WholeHouse) -> None:
    """A posting that firms see, one that was only begun, and one that waits for approval."""
    async with whole.inside.ledger.writing() as book:
        for kind in ("buyer", "contractor"):
            number = await book.organisation_at(kind=kind, key=KEYS.get(kind, "sample"))
            await book.add_domain(number or 0, address_of(NOBODY).rpartition("@")[2])
    # The newest of an organisation is the one the walk looks at.
    for who, act in (("contractor approver", "publish"), ("buyer poster", ""), ("buyer poster", "ask")):
        _, page = await whole.post(who, "/buyers/postings")
        (path,) = set(re.findall(r"/buyers/postings/[0-9a-f]{16}", page))
        for question, answer in _with_advice(act) if act else ():
            here = {"how-to-reply": {"reply": "", "by_form": "yes"}, "what": {"part_of": "ocds-h6vhtk-0123ab"}}
            said_here = answer | here.get(question, {})
            status, said = await whole.post(who, f"{path}/{question}", *said_here.items())
            assert status == 200, said
        if act:
            await _attach_something(whole, who, path)
            seen = re.findall(r'name="seen" value="(\d+)"', (await whole.get(who, f"{path}/check"))[2])
            status, said = await whole.post(who, f"{path}/{act}", *(("seen", each) for each in seen))
            assert status == 200, said


async def _ask_people(whole: WholeHouse) -> None:
    """A question of a firm that was answered, one that waits, and one of a buyer that nobody has."""
    await ask_a_person(whole, "buyer poster", "/buyers/ask")
    async with whole.inside.ledger.writing() as book:
        number = await book.organisation_at(kind="support", key="sample")
    line = Helpline(organisation=number or 0, name="", audience=Audience.FIRMS, address=HELPLINE, areas=("london",))
    await whole.inside.accounts.give_help.open_line(line)
    for page in re.findall(r'href="/opportunities/([0-9a-f-]+)"', (await whole.get(MEMBER, "/opportunities"))[2])[:2]:
        await ask_a_person(whole, MEMBER, f"/account/ask/{page}")
    for step in ("take", "answer"):
        await whole.post("support approver", "/help-requests/2", ("do", step))


async def ask_a_person(whole: WholeHouse, who: str, path: str) -> None:
    """Both pages of a question, and the agreement."""
    typed = (("hard", "A sample: how long should the method statement be?"), ("reach", address_of(who)))
    _, said = await whole.post(who, path, *typed, ("do", "look"))
    hidden = [(name, value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', said)]
    status, said = await whole.post(who, path, *hidden, ("do", "send"), ("consent", "yes"))
    assert status == 200, said
    assert "It is passed on" in said, said


async def _attach_something(whole: WholeHouse, who: str, path: str) -> None:
    """A picture goes with a posting."""
    form = aiohttp.FormData()
    form.add_field("file", b"\x89PNG\r\n\x1a\n a sample", filename="plan.png", content_type="image/png")
    async with whole.visitors[who].post(f"{whole.url}{path}/files", data=form, headers=OURS) as answer:
        assert answer.status == 200, await answer.text()


def _with_advice(act: str) -> list[tuple[str, dict[str, str]]]:
    """The answers of a posting; of one that waits for approval the guide has much to say."""
    if act != "ask":
        return list(ANSWERS)
    more = {"what": {"title": "Windows", "description": "Send the PQQ first."}, "how-much": {"worth": "30000"}}
    return [(question, answer | more.get(question, {})) for question, answer in ANSWERS]


async def _enter_programmes(whole: WholeHouse) -> None:
    """A programme that firms see, one that waits for a colleague, and one that waits to be checked."""
    for who, act in (
        ("support approver", "publish"),
        ("copy administrator", "approve"),
        ("support poster", "ask"),
        ("copy administrator", "publish"),
    ):
        if act == "approve":
            _, _, page = await whole.get(who, "/operator/support")
            (path,) = set(re.findall(r"/operator/support/p[0-9a-f]{16}", page))
        else:
            path = await _enter_programme(whole, who)
        seen = re.findall(r'name="seen" value="(\d+)"', (await whole.get(who, path))[2])
        status, said = await whole.post(who, f"{path}/{act}", *(("seen", each) for each in seen))
        assert status == 200, said


async def _enter_programme(whole: WholeHouse, who: str) -> str:
    """A draft of a programme with nothing wrong in it; the path of its page."""
    _, page = await whole.post(who, "/providers/programmes")
    path = str(re.findall(r"/providers/programmes/p[0-9a-f]{16}", page)[0])
    (seen,) = re.findall(r'name="seen" value="(\d+)"', page)
    status, said = await whole.post(who, f"{path}/edit", ("seen", seen), *FIELDS, ("topics", "first_bid"))
    assert status == 200, said
    return path


async def _new_visitor(whole: WholeHouse, who: str) -> None:
    whole.visitors[who] = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def _say_goodbye(whole: WholeHouse) -> None:
    for session in whole.visitors.values():
        await session.close()


class _NoLimit(RateLimit):
    """Counts nothing."""

    def wait(self, key: str) -> float:
        del key
        return 0.0


def _lift_limits(app: web.Application) -> None:
    """Everybody here calls from the same address."""
    house = app[HOUSE]
    wide = {each.name: _NoLimit(tries=1, window=1.0, now=lambda: 0.0) for each in fields(house.limits)}
    app[HOUSE] = replace(house, limits=replace(house.limits, **wide))


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
