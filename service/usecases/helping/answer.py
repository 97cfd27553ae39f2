"""Answer: what organisations do with the questions they have, by page or by link; and whoever runs this copy.

A question is only ever found through the organisation that has it, or by the link that organisation was sent. What was
passed on is not shown to one that has it no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.help_request import HelpRequest, HelpState, HelpStep
from service.domain.helpline import Audience, Helpline
from service.domain.roles import Visitor
from service.errors import AskedWrongly, BadToken, NotAllowed, NotFound
from service.failpoints import reached
from service.ports import Clock
from service.usecases.helping.ask import LISTED, Record, record_of
from service.usecases.helping.book import HelpBook, HelpLedger
from service.usecases.helping.carry import Carry
from service.usecases.links import Links
from service.usecases.people import checked_address

#: The act of `service/data/roles.toml` that shows and answers questions, and the one that says where they come in.
ANSWER, SET_UP = "help.answer", "help.set_up"
#: The act of whoever runs this copy.
OPERATE = "copy.help"
#: What an organisation may do with a question that it has.
ORGANISATIONS_STEPS = frozenset({HelpStep.TAKE, HelpStep.ANSWER, HelpStep.HAND_ON})
OPERATORS_STEPS = frozenset({HelpStep.ANSWER, HelpStep.HAND_ON, HelpStep.CLOSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveHelp:
    """The verbs of whoever answers."""

    ledger: HelpLedger
    clock: Clock
    carry: Carry
    links: Links

    async def inbox(self, visitor: Visitor) -> Sequence[HelpRequest]:
        """The questions of one's organisations: what is to be done first, the longest there first."""
        async with self.ledger.reading() as book:
            found = await book.help_requests_with(_where(visitor, ANSWER), most=LISTED)
        order = {HelpState.WAITING: 0, HelpState.TAKEN: 1}
        return sorted(found, key=lambda each: (order.get(each.state, 2), each.since))

    async def see(self, visitor: Visitor, number: int) -> Record:
        """One question. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await record_of(book, await _held(book, visitor, number))

    async def act(self, visitor: Visitor, number: int, step: HelpStep) -> HelpRequest:
        """Take it, say that it is answered, or that one cannot help. Raises NotFound, AskedWrongly or NotNow."""
        async with self.ledger.writing() as book:
            return await self._act(book, await _held(book, visitor, number), step, person=visitor.person)

    async def behind(self, token: str) -> HelpRequest:
        """The question a link in a letter stands for. Raises BadToken."""
        async with self.ledger.reading() as book:
            return await self._behind(book, token)

    async def act_by_link(self, token: str, step: HelpStep) -> HelpRequest:
        """The same by the link. Raises BadToken, AskedWrongly or NotNow."""
        async with self.ledger.writing() as book:
            return await self._act(book, await self._behind(book, token), step, person=0)

    # ------------------------------------------------------------------------------------------------ operator

    async def handed_back(self) -> Sequence[HelpRequest]:
        """What no organisation has, the longest there first."""
        async with self.ledger.reading() as book:
            return await book.help_requests_in([HelpState.HANDED_BACK], most=LISTED)

    async def see_back(self, number: int) -> tuple[Record, Sequence[Helpline]]:
        """One of those, and the helplines it could be put to. Raises NotFound."""
        async with self.ledger.reading() as book:
            found = await _back(book, number)
            lines = [each for each in await book.helplines() if each.is_open and each.audience is found.audience]
            return await record_of(book, found), lines

    async def operate(self, visitor: Visitor, number: int, step: HelpStep, *, to: int = 0) -> HelpRequest:
        """Put it to an organisation, answer it, or close it. Raises NotFound, AskedWrongly or NotNow."""
        if step not in OPERATORS_STEPS:
            raise AskedWrongly("Choose one of the buttons.")
        async with self.ledger.writing() as book:
            request = await book.help_request(number)
            if request is None:
                raise NotFound
            if step is not HelpStep.HAND_ON:
                return await self.carry.step(book, request, step, person=visitor.person)
            line = next(
                (
                    each
                    for each in await book.helplines()
                    if each.organisation == to and each.audience is request.audience and each.is_open
                ),
                None,
            )
            if line is None:
                raise AskedWrongly("Choose an organisation that takes questions.")
            return await self.carry.hand_on(book, request, line, person=visitor.person)

    # --------------------------------------------------------------------------------------------------- set up

    async def lines(self, visitor: Visitor) -> Sequence[Helpline]:
        """Where one's organisations take questions."""
        mine = set(_where(visitor, SET_UP))
        async with self.ledger.reading() as book:
            return [each for each in await book.helplines() if each.organisation in mine]

    async def set_up(self, visitor: Visitor, line: Helpline) -> None:
        """Say where an organisation takes questions. Raises NotAllowed or BadAddress."""
        if not visitor.may(SET_UP, organisation=line.organisation):
            raise NotAllowed
        await self.open_line(line, by=visitor.person)

    async def open_line(self, line: Helpline, *, by: int = 0) -> None:
        """The same, by whoever runs this copy. Raises BadAddress."""
        plain, now = checked_address(line.address), self.clock.now()
        async with self.ledger.writing() as book:
            kept = Helpline(
                organisation=line.organisation,
                name=line.name,
                audience=line.audience,
                address=plain,
                subjects=line.subjects if line.audience is Audience.FIRMS else (),
                areas=line.areas,
                sizes=line.sizes if line.audience is Audience.FIRMS else (),
                is_open=line.is_open,
            )
            await book.keep_helpline(kept, at=now)
            await book.write_audit(
                act="helpline.opened" if line.is_open else "helpline.shut",
                subject=f"organisation:{line.organisation}",
                person=by,
                organisation=line.organisation,
                detail=line.audience.value,
                at=now,
            )

    # --------------------------------------------------------------------------------------------------- inside

    async def _act(self, book: HelpBook, request: HelpRequest, step: HelpStep, *, person: int) -> HelpRequest:
        if step not in ORGANISATIONS_STEPS:
            raise AskedWrongly("Choose one of the buttons.")
        if step is HelpStep.HAND_ON:
            after = await self.carry.cannot(book, request, person=person)
        else:
            after = await self.carry.step(book, request, step, person=person)
        reached("help.before_commit")
        return after

    async def _behind(self, book: HelpBook, token: str) -> HelpRequest:
        number, secret, _ = self.links.read(token, ("help",))
        found = await book.help_request(number)
        if found is None or found.secret != secret or not found.organisation:
            raise BadToken("Or the question is with somebody else now.")
        return found


def _where(visitor: Visitor, act: str) -> list[int]:
    return [each.organisation for each in visitor.where(act)]


async def _held(book: HelpBook, visitor: Visitor, number: int) -> HelpRequest:
    found = await book.help_request(number)
    if found is None or found.organisation not in _where(visitor, ANSWER):
        raise NotFound("It may be with somebody else now.")
    return found


async def _back(book: HelpBook, number: int) -> HelpRequest:
    found = await book.help_request(number)
    if found is None or found.state is not HelpState.HANDED_BACK:
        raise NotFound("It may be with somebody else now.")
    return found
