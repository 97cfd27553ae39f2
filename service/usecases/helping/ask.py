"""Ask: a firm asks a person for help with an opportunity, or a buyer with buying; and what the asker can still do.

What is passed on is shown first, word for word, with who gets it. Agreeing is its own press, and what was agreed to is
kept with its day. Where anything has changed between looking and pressing, it is shown again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.gazetteer import gazetteer
from service.domain.help_request import (
    HARD_CAP,
    OVER,
    REACH_CAP,
    HelpRequest,
    HelpState,
    HelpStep,
    Passed,
)
from service.domain.helpline import BUYING, SUBJECTS, Audience, Sought, choose_helpline, subject_of
from service.domain.needs import Asking, needs_of
from service.domain.opportunity import Opportunity
from service.domain.place import place_in
from service.domain.programme_entry import Help
from service.domain.wording import list_words
from service.errors import AskedWrongly, BadToken, NotFound
from service.failpoints import reached
from service.ports import Clock
from service.usecases.helping.book import HelpBook, HelpLedger, Taken
from service.usecases.helping.carry import OURSELVES, Carry
from service.usecases.links import Links
from service.usecases.tokens import fresh_token

#: Questions of one asker that may be open at once.
MOST_OPEN = 10
#: Questions that are listed.
LISTED = 200
_SIZES = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: somebody of a firm, or of a buyer (firm 0)."""

    firm: int
    #: The number of the organisation, and its name.
    organisation: int
    name: str
    person: int

    @property
    def audience(self) -> Audience:
        """Whose questions these are."""
        return Audience.FIRMS if self.firm else Audience.BUYERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed."""

    hard: str = ""
    reach: str = ""
    #: What it is about, where the asker changed it; "" for what we take it for.
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What would be passed on, to whom, and the sentence to agree to."""

    sought: Sought
    passed: tuple[Passed, ...]
    #: The organisation's name; "" where none takes such questions.
    to: str
    consent: str

    @property
    def mark(self) -> str:
        """Changes with anything that is shown."""
        said = json.dumps(
            [self.sought.subject, [[each.name, each.text] for each in self.passed], self.to, self.consent]
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A request with its record and the names of organisations in it."""

    request: HelpRequest
    steps: tuple[Taken, ...]
    names: dict[int, str]

    def name(self, organisation: int) -> str:
        """Who that is."""
        return self.names.get(organisation, OURSELVES if organisation == 0 else "An organisation that has left")


def check(typed: Typed) -> dict[str, str]:
    """What is wrong with what was typed, by field."""
    problems = {}
    if not typed.hard:
        problems["hard"] = "Say what is hard, in a sentence or two"
    elif len(typed.hard) > HARD_CAP:
        problems["hard"] = f"Shorten it to {HARD_CAP:,} characters. It has {len(typed.hard):,}"
    if not typed.reach:
        problems["reach"] = "Say how to reach you: an e-mail address or a telephone number"
    elif len(typed.reach) > REACH_CAP:
        problems["reach"] = f"Shorten it to {REACH_CAP} characters. It has {len(typed.reach):,}"
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForHelp:
    """The verbs of askers. A request of somebody else raises NotFound, whatever is asked."""

    ledger: HelpLedger
    clock: Clock
    carry: Carry
    links: Links

    async def about(self, opportunity: str) -> Opportunity:
        """What a firm would ask about. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await _opportunity(book, opportunity)

    async def show(self, asker: Asker, typed: Typed, *, opportunity: str = "") -> Shown:
        """What would be passed on, and to whom. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await self._shown(book, asker, typed, opportunity)

    async def ask(self, asker: Asker, typed: Typed, *, opportunity: str = "", mark: str, once: str) -> int | Shown:
        """Pass it on; its number, or what is shown again because it is not what was agreed to.

        Args:
            asker: who asks.
            typed: without a problem.
            opportunity: what it is about; "" for a buyer's question.
            mark: of what was shown.
            once: of the page it was sent from: pressed twice, it is asked once.

        Raises:
            NotFound: the opportunity is not there.
            AskedWrongly: too many are open.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            if (before := await book.help_request_once(_once(asker, once))) is not None:
                return before.number
            shown = await self._shown(book, asker, typed, opportunity)
            if shown.mark != mark:
                return shown
            mine = await book.help_requests_of([asker.organisation], most=LISTED)
            if sum(each.state not in OVER for each in mine) >= MOST_OPEN:
                raise AskedWrongly(f"You have {MOST_OPEN} open questions. Take one back first.")
            request = await self.carry.place(
                book,
                HelpRequest(
                    sought=shown.sought,
                    firm=asker.firm,
                    asker=asker.organisation,
                    person=asker.person,
                    opportunity=opportunity,
                    passed=shown.passed,
                    consent=shown.consent,
                    consented=now,
                    state=HelpState.HANDED_BACK,
                    organisation=0,
                    since=now,
                    secret=fresh_token(),
                ),
            )
            number = await book.keep_help_request(request, once=_once(asker, once))
            if number is None:  # PostgreSQL: the other press has just been first
                raise AskedWrongly("It was sent already. Look at your questions.")
            await self.carry.begun(book, replace(request, number=number))
            reached("help.before_commit")
        reached("help.committed")
        return number

    async def mine(self, asker: Asker) -> Sequence[HelpRequest]:
        """What was asked, the newest first."""
        async with self.ledger.reading() as book:
            return await book.help_requests_of([asker.organisation], most=LISTED)

    async def see(self, asker: Asker, number: int) -> Record:
        """One request. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await record_of(book, await _own(book, asker, number))

    async def withdraw(self, asker: Asker, number: int) -> None:
        """Take it back. Raises NotFound or NotNow."""
        async with self.ledger.writing() as book:
            await self.carry.step(book, await _own(book, asker, number), HelpStep.WITHDRAW, person=asker.person)

    async def rate(self, asker: Asker, number: int, useful: str) -> None:
        """Say whether it helped. Raises NotFound or NotNow."""
        async with self.ledger.writing() as book:
            await self.carry.rate(book, await _own(book, asker, number), useful, person=asker.person)

    async def behind(self, token: str) -> HelpRequest:
        """The answered request that a link in a letter stands for. Raises BadToken."""
        async with self.ledger.reading() as book:
            return await self._behind(book, token)

    async def rate_by_link(self, token: str, useful: str) -> None:
        """Say whether it helped, by the link. Raises BadToken or NotNow."""
        async with self.ledger.writing() as book:
            await self.carry.rate(book, await self._behind(book, token), useful, person=0)

    # ------------------------------------------------------------------------------------------------- inside

    async def _behind(self, book: HelpBook, token: str) -> HelpRequest:
        number, secret, _ = self.links.read(token, ("helped",))
        found = await book.help_request(number)
        if found is None or found.secret != secret or found.state is not HelpState.ANSWERED:
            raise BadToken
        return found

    async def _shown(self, book: HelpBook, asker: Asker, typed: Typed, opportunity: str) -> Shown:
        if asker.firm:
            sought, passed = await self._of_firm(book, asker, typed, opportunity)
        else:
            sought = Sought(audience=Audience.BUYERS, subject=BUYING)
            passed = (Passed(name="Who asks", text=asker.name or "A public buyer"),)
        both = (Passed(name="What is hard", text=typed.hard), Passed(name="How to reach them", text=typed.reach))
        found = choose_helpline(await book.helplines(), sought)
        to = found.name if found else ""
        return Shown(sought=sought, passed=(*both, *passed), to=to, consent=_consent(to))

    async def _of_firm(
        self, book: HelpBook, asker: Asker, typed: Typed, opportunity: str
    ) -> tuple[Sought, tuple[Passed, ...]]:
        about, firm = await _opportunity(book, opportunity), await book.firm(asker.firm)
        if firm is None:
            raise NotFound
        profile = await book.profile_of(asker.firm)
        details = about.state.details
        tags = (await book.tags_of([opportunity])).get(opportunity)
        needs: Sequence[Help] = ()
        if tags is not None:
            asking = Asking(
                details=details, tags=tags, place=place_in(details), source=about.state.source, profile=profile,
                size=firm.size,
            )  # fmt: skip
            needs = [each.kind for each in await asyncio.to_thread(needs_of, asking)]
        said = profile.areas or tuple(
            code for each in await book.interests_of(asker.firm) for code in each.interest.areas
        )
        areas = tuple(dict.fromkeys(code for code in said if code == "london" or code in gazetteer().authorities))
        subject = next((key for key in SUBJECTS if key == typed.subject), None) or subject_of(typed.hard, needs=needs)
        buyer = f", {details.buyer.name}" if details.buyer else ""
        passed = [
            Passed(name="The opportunity", text=f"{details.title}{buyer}"),
            Passed(name="Where to read it", text=f"{self.links.public_url}/opportunities/{opportunity}"),
        ]
        if firm.size in _SIZES:
            passed.append(Passed(name="Size of the firm", text=_SIZES[firm.size]))
        if areas:
            named = [gazetteer().area_name(code) or code for code in areas]
            passed.append(Passed(name="Where it works", text=list_words(named, most=33)))
        sought = Sought(audience=Audience.FIRMS, subject=subject, areas=areas, size=firm.size)
        return sought, tuple(passed)


async def record_of(book: HelpBook, request: HelpRequest) -> Record:
    """A request with its record."""
    steps = tuple(await book.help_steps(request.number))
    numbers = {request.organisation, *(number for each in steps for number in (each.held_by, each.organisation))}
    return Record(request=request, steps=steps, names=dict(await book.organisation_names(numbers)))


async def _own(book: HelpBook, asker: Asker, number: int) -> HelpRequest:
    found = await book.help_request(number)
    if found is None or found.asker != asker.organisation:
        raise NotFound
    return found


async def _opportunity(book: HelpBook, identity: str) -> Opportunity:
    found = (await book.opportunities([identity])).get(identity)
    if found is None:
        raise NotFound
    return found


def _consent(to: str) -> str:
    if not to:
        return (
            "Pass on exactly what is shown here to the people who run this service, and to an organisation that they "
            "find for it."
        )
    return (
        f"Pass on exactly what is shown here to {to}; where they cannot help or do not answer, to the next "
        "organisation that helps with this, and at last to the people who run this service."
    )


def _once(asker: Asker, said: str) -> str:
    """Nobody can use up the mark of another asker."""
    return f"{asker.organisation}:{said[:64]}"
