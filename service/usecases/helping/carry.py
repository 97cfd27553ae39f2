"""Carry: a step of a help request, its line in the record and the letters it causes, all in one transaction.

Every step goes through here, whoever takes it. A letter is stored with the step that causes it, under a name of its
own, so that a crash loses neither and a repeat writes neither twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from service.domain import help_request as life
from service.domain.help_request import HelpRequest, HelpState, HelpStep
from service.domain.helpline import Helpline, choose_helpline
from service.domain.message import AccountLetter, Written, account_mail
from service.domain.working_days import working_days_since
from service.errors import NotNow
from service.ports import Clock
from service.usecases.helping import letters
from service.usecases.helping.book import HelpBook
from service.usecases.links import Links
from service.usecases.tokens import fresh_token

#: Mail to a role or a person, not to a firm's destination.
_NOBODY = 0
#: What people who run this copy are called where an organisation would be named.
OURSELVES = "The people who run this service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """What a step needs besides the request."""

    clock: Clock
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    links: Links
    #: Where whoever runs this copy hears of what nobody answers; "": only the page tells.
    operator: str = ""

    async def place(self, book: HelpBook, request: HelpRequest) -> HelpRequest:
        """Put a new request to the first helpline that fits, or to whoever runs this copy. Nothing is written."""
        found = choose_helpline(await book.helplines(), request.sought)
        if found is None:
            return replace(request, state=HelpState.HANDED_BACK, organisation=0)
        return replace(request, state=HelpState.WAITING, organisation=found.organisation, turn=1)

    async def begun(self, book: HelpBook, request: HelpRequest) -> None:
        """A request was kept for the first time."""
        now = self.clock.now()
        await book.note_help_step(request, step="ask", held_by=0, person=request.person, at=now)
        if request.organisation:
            await self._to_organisation(book, request)
        else:
            await self._to_operator(book, request)

    async def cannot(self, book: HelpBook, request: HelpRequest, *, person: int) -> HelpRequest:
        """Whoever has it cannot help: on to the next helpline, else back. Raises NotNow."""
        tried = (*request.tried, request.organisation)
        found = choose_helpline(await book.helplines(), request.sought, tried=tried)
        if found is None:
            return await self.step(book, request, HelpStep.HAND_BACK, person=person)
        return await self.hand_on(book, request, found, person=person)

    async def hand_on(self, book: HelpBook, request: HelpRequest, to: Helpline, *, person: int) -> HelpRequest:
        """Put it to another organisation. Raises NotNow."""
        after = life.hand_on(request, to=to.organisation, secret=fresh_token(), at=self.clock.now())
        await self._keep(book, request, after, HelpStep.HAND_ON, person=person)
        await self._to_organisation(book, after)
        await self._to_asker(book, after, letters.put_to(name=to.name, url=self._own_page(after)))
        return after

    async def step(
        self, book: HelpBook, request: HelpRequest, step: HelpStep, *, person: int, late: bool = False
    ) -> HelpRequest:
        """Any step that puts it to nobody else; the very same where that was done already. Raises NotNow.

        `late`: time alone asks for it.
        """
        after = life.move(request, step, at=self.clock.now())
        if after is request:
            return after
        await self._keep(book, request, after, step, person=person)
        await self._tell(book, request, after, step, late=late)
        return after

    async def rate(self, book: HelpBook, request: HelpRequest, useful: str, *, person: int) -> HelpRequest:
        """The asker says whether it helped. Raises NotNow."""
        after = life.rate(request, useful, at=self.clock.now())
        await self._keep(book, request, after, HelpStep.RATE, person=person)
        return after

    # ------------------------------------------------------------------------------------------------- inside

    async def _keep(
        self, book: HelpBook, before: HelpRequest, after: HelpRequest, step: HelpStep, *, person: int
    ) -> None:
        now = self.clock.now()
        if not await book.change_help_request(after):
            raise NotNow("Somebody else did something with it at the same moment. Look again.")
        await book.note_help_step(after, step=step.value, held_by=before.organisation, person=person, at=now)
        await book.write_audit(
            act=f"help.{step.value}",
            subject=f"help_request:{after.number}",
            person=person,
            organisation=before.organisation or after.organisation,
            at=now,
        )

    async def _tell(
        self, book: HelpBook, before: HelpRequest, after: HelpRequest, step: HelpStep, *, late: bool
    ) -> None:
        page = self._own_page(after)
        names = await book.organisation_names([after.organisation])
        name = names.get(after.organisation, OURSELVES)
        if step is HelpStep.REMIND:
            days = working_days_since(after.since, now=self.clock.now())
            await self._to_organisation(book, after, days=days)
        elif step is HelpStep.TAKE:
            await self._to_asker(book, after, letters.taken(name=name, url=page))
        elif step is HelpStep.ANSWER:
            url = self.links.helped_url(after.number, after.secret)
            await self._to_asker(book, after, letters.answered(name=name, url=url))
        elif step is HelpStep.HAND_BACK:
            await self._to_operator(book, after)
            await self._to_asker(book, after, letters.handed_back(url=page, late=late))
        elif step is HelpStep.CLOSE:
            await self._to_asker(book, after, letters.closed(url=f"{self.links.public_url}/support"))
        elif step is HelpStep.WITHDRAW and before.organisation:
            await self._write_to_line(book, before, letters.taken_away(after), version=after.version)

    async def _to_organisation(self, book: HelpBook, request: HelpRequest, *, days: int = 0) -> None:
        url = self.links.help_url(request.number, request.secret)
        letter = letters.to_organisation(request, url=url, days=days)
        await self._write_to_line(book, request, letter, version=request.version)

    async def _write_to_line(
        self, book: HelpBook, request: HelpRequest, letter: AccountLetter, *, version: int
    ) -> None:
        """To the role address of whoever has it, where it still takes mail."""
        lines = [each for each in await book.helplines() if each.organisation == request.organisation]
        line = next((each for each in lines if each.audience is request.audience), None)
        if line is not None:
            await self._send(book, request, letter, to=line.address, slot=f"help:{request.number}:{version}:line")

    async def _to_operator(self, book: HelpBook, request: HelpRequest) -> None:
        if self.operator:
            letter = letters.to_operator(request, url=f"{self.links.public_url}/help-requests/handed-back")
            slot = f"help:{request.number}:{request.version}:operator"
            await self._send(book, request, letter, to=self.operator, slot=slot)

    async def _to_asker(self, book: HelpBook, request: HelpRequest, letter: AccountLetter) -> None:
        """To the person who asked, where that person is still here."""
        person = await book.person(request.person)
        if person is not None:
            slot = f"help:{request.number}:{request.version}:asker"
            await self._send(book, request, letter, to=person.address, slot=slot)

    async def _send(self, book: HelpBook, request: HelpRequest, letter: AccountLetter, *, to: str, slot: str) -> None:
        written, now = self.write(letter), self.clock.now()
        message = account_mail(written, to=to, message_id=self.message_id(), at=now)
        # With the firm's number on it, what the firm wrote is taken out of it when the firm stops.
        await book.keep_message(message, firm=request.firm, target=_NOBODY, slot=slot, alerts=())

    def _own_page(self, request: HelpRequest) -> str:
        base = "account" if request.firm else "buyers"
        return f"{self.links.public_url}/{base}/help-requests/{request.number}"
