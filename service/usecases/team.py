"""Several people of one firm, and a person's address: invite, accept, leave, and move to another address.

Whoever joins gets the firm's alerts at their own address, which they confirm by accepting. The last one out stops the
firm. A new address is confirmed at both ends: from the old one that the move is wanted, from the new one that it is
theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from service.domain.consent import level
from service.domain.message import AccountLetter, Written, account_mail
from service.errors import AskedWrongly, BadToken, NotFound
from service.ports import Clock
from service.usecases.people import Colleague, Person, checked_address
from service.usecases.team_book import Invitation, Moving, TeamBook, TeamLedger
from service.usecases.tokens import LONGEST, fresh_token, hashed

#: People and open invitations one firm may have.
MOST_PEOPLE = 20
INVITATION_LASTS = timedelta(days=14)
CHANGE_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """Who is in a firm, and who is asked to join."""

    people: tuple[Colleague, ...]
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation says: by whom, to which address."""

    by: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedEnd:
    """What one end of a move stands for. `done`: both ends have confirmed and the address is the new one."""

    address: str
    is_new_end: bool
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The verbs of people about the firm they are in, and about their address."""

    ledger: TeamLedger
    clock: Clock
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    public_url: str

    async def view(self, firm: int) -> TeamView:
        """Who is in a firm, and who is asked to join."""
        async with self.ledger.reading() as book:
            organisation = await _organisation(book, firm)
            now = self.clock.now()
            return TeamView(
                people=tuple(await book.colleagues(organisation)),
                invitations=tuple(each for each in await book.invitations_of(organisation) if each.ends > now),
            )

    async def invite(self, firm: int, address: str, *, person: int) -> None:
        """Ask somebody to join, by a link to the address.

        Raises:
            BadAddress: It is no e-mail address.
            AskedWrongly: The owner is in the firm already, or there are too many.
        """
        plain, now, token = checked_address(address), self.clock.now(), fresh_token()
        async with self.ledger.writing() as book:
            organisation = await _organisation(book, firm)
            people = await book.colleagues(organisation)
            if plain.lower() in {each.address.lower() for each in people}:
                raise AskedWrongly(f"{plain} is in your firm already.")
            if len(people) + len(await book.invitations_of(organisation)) >= MOST_PEOPLE:
                raise AskedWrongly(f"A firm has at most {MOST_PEOPLE} people here. Take an invitation back first.")
            inviter = next((each.address for each in people if each.person == person), "A colleague")
            await book.keep_invitation(
                organisation=organisation,
                role="member",
                address=plain,
                token_hash=hashed(token),
                by=person,
                at=now,
                ends=now + INVITATION_LASTS,
            )
            letter = _invitation(inviter, f"{self.public_url}/join/{token}")
            await self._send(book, plain, letter, slot=f"join:{token}", firm=firm)
            await book.write_audit(
                act="member.invited", subject=f"organisation:{organisation}", person=person,
                organisation=organisation, at=now,
            )  # fmt: skip

    async def withdraw(self, firm: int, invitation: int, *, person: int) -> None:
        """Take an invitation back; twice is the same as once."""
        async with self.ledger.writing() as book:
            organisation = await _organisation(book, firm)
            if await book.drop_invitation(organisation, invitation):
                await book.write_audit(
                    act="member.uninvited", subject=f"invitation:{invitation}", person=person,
                    organisation=organisation, at=self.clock.now(),
                )  # fmt: skip

    async def look(self, token: str) -> Invited:
        """What an invitation says, unchanged. Raises BadToken."""
        async with self.ledger.reading() as book:
            invitation = await self._invitation(book, token)
            by = await book.person(invitation.invited_by)
        return Invited(by=by.address if by else "A colleague", address=invitation.address)

    async def accept(self, token: str) -> None:
        """Join, and get the firm's alerts at one's own address.

        Raises:
            BadToken: The invitation was taken back, used or has run out.
            AskedWrongly: The address gets the alerts of another firm.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            invitation = await self._invitation(book, token)
            firm = await book.firm_of_organisation(invitation.organisation)
            if firm is None:
                raise BadToken
            other = await book.firm_at(channel="email", address=invitation.address)
            if other is not None and other.identity != firm:
                raise AskedWrongly("This address gets the alerts of another firm. Leave that one first.")
            person = await book.person_for(invitation.address, at=now)
            await book.join_organisation(
                person.identity, organisation=invitation.organisation, role=invitation.role, at=now
            )
            await book.end_sessions(person.identity)
            await book.lift_suppression(invitation.address)
            if other is None:
                await book.add_destination(firm, channel="email", address=invitation.address)
            alerts = level("alerts")
            await book.keep_consent(
                firm, person=person.identity, level=alerts.key, given=True, text=alerts.text, at=now
            )
            await book.drop_invitation(invitation.organisation, invitation.identity)
            await book.write_audit(
                act="member.joined", subject=f"person:{person.identity}", person=person.identity,
                organisation=invitation.organisation, detail=invitation.role, at=now,
            )  # fmt: skip

    async def leave(self, firm: int, leaver: int, *, person: int) -> bool:
        """Somebody leaves or is taken out; True where it was the last one and the firm has stopped.

        Raises:
            NotFound: Nobody of that number is in the firm.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            organisation = await _organisation(book, firm)
            people = await book.colleagues(organisation)
            gone = next((each for each in people if each.person == leaver), None)
            if gone is None:
                raise NotFound
            await book.write_audit(
                act="member.left", subject=f"person:{leaver}", person=person, organisation=organisation, at=now
            )
            if len(people) == 1:
                await book.forget_firm(firm, at=now)
                return True
            await book.leave_organisation(leaver, organisation=organisation)
            if not await book.memberships(leaver):
                await book.forget_person(Person(identity=leaver, address=gone.address))
            await book.close_destination_at(
                firm, channel="email", address=gone.address, reason="the person left the firm", at=now
            )
            return False

    async def ask_to_move(self, person: int, address: str) -> None:
        """Ask both ends whether a person's address is to change. The answer does not tell whether it is taken.

        Raises:
            BadAddress: It is no e-mail address.
            AskedWrongly: It is the address they have.
        """
        plain, now, old_token, new_token = checked_address(address), self.clock.now(), fresh_token(), fresh_token()
        async with self.ledger.writing() as book:
            mover = await book.person(person)
            if mover is None:
                raise NotFound
            if mover.address == plain:
                raise AskedWrongly("That is the address you have.")
            holder, firm = await book.person_at(plain), await book.firm_at(channel="email", address=plain)
            mine = holder is not None and holder.identity == person
            if (holder is not None or firm is not None) and not mine:
                return
            await book.keep_moving(
                person, address=plain, old_hash=hashed(old_token), new_hash=hashed(new_token), at=now,
                ends=now + CHANGE_LASTS,
            )  # fmt: skip
            for at, token, letter in ((mover.address, old_token, _old_end), (plain, new_token, _new_end)):
                words = letter(plain, f"{self.public_url}/address/{token}")
                # the new end asks its owner for a confirmation, which also a suppressed address may be asked for
                await self._send(book, at, words, slot=f"{'confirm' if letter is _new_end else 'move'}:{token}")

    async def look_at_move(self, token: str) -> MovedEnd:
        """What one end of a move stands for, unchanged. Raises BadToken."""
        async with self.ledger.reading() as book:
            moving, is_new = await self._moving(book, token)
        return MovedEnd(address=moving.address, is_new_end=is_new)

    async def confirm_move(self, token: str) -> MovedEnd:
        """Confirm one end; when both have, the address is the new one, for alerts too. Raises BadToken."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            moving, is_new = await self._moving(book, token)
            await book.confirm_end(moving.person, new_end=is_new, at=now)
            both = moving.old_confirmed if is_new else moving.new_confirmed
            if not both:
                return MovedEnd(address=moving.address, is_new_end=is_new)
            mover = await book.person(moving.person)
            if mover is None or not await book.rename_person(moving.person, moving.address):
                raise BadToken
            await book.move_destination(channel="email", old=mover.address, new=moving.address)
            await book.lift_suppression(moving.address)
            await book.drop_moving(moving.person)
            await book.end_sessions(moving.person)
            await book.write_audit(act="person.moved", subject=f"person:{moving.person}", person=moving.person, at=now)
        return MovedEnd(address=moving.address, is_new_end=is_new, done=True)

    async def _invitation(self, book: TeamBook, token: str) -> Invitation:
        found = await book.invitation_of_link(hashed(token)) if len(token) <= LONGEST else None
        if found is None or found.ends <= self.clock.now():
            raise BadToken("Ask your colleague to invite you again.")
        return found

    async def _moving(self, book: TeamBook, token: str) -> tuple[Moving, bool]:
        found = await book.moving_of_link(hashed(token)) if len(token) <= LONGEST else None
        if found is None or found[0].ends <= self.clock.now():
            raise BadToken("Ask for the change again.")
        return found

    async def _send(self, book: TeamBook, address: str, letter: AccountLetter, *, slot: str, firm: int = 0) -> None:
        """Keep a letter that waits to be sent; with its firm, where it names somebody of it and has to go with it."""
        written = self.write(letter)
        message = account_mail(written, message_id=self.message_id(), to=address, at=self.clock.now())
        kind, _, token = slot.partition(":")
        await book.keep_message(message, firm=firm, target=0, slot=f"{kind}:{hashed(token)}", alerts=())


async def _organisation(book: TeamBook, firm: int) -> int:
    found = await book.organisation_at(kind="firm", key=str(firm))
    if found is None:
        raise NotFound("Your alerts have stopped. You can sign up again at any time.")
    return found


def _invitation(inviter: str, url: str) -> AccountLetter:
    return AccountLetter(
        subject="You are invited to a firm's alerts on Bowbell",
        heading="Join your firm's alerts",
        said=(
            f"{inviter} asks you to join their firm on Bowbell, which tells small firms of public work they can win.",
            "If you accept, you will get the firm's e-mails at this address, and can change what they are about.",
        ),
        button="See the invitation",
        url=url,
        after=("The link works for 14 days. If you do not want this, do nothing: nothing else is sent.",),
        why=f"You get this once, because {inviter} entered this address.",
    )


def _old_end(address: str, url: str) -> AccountLetter:
    return AccountLetter(
        subject="Confirm that your address is to change",
        heading="Move to another address?",
        said=(f"You asked to move your account and your alerts to {address}.",),
        button="Yes, move it",
        url=url,
        after=(
            "The move happens when it is confirmed from both addresses. Each link works for two days.",
            "If you did not ask for this, do nothing, and sign out everywhere on your account page.",
        ),
        why="You get this because somebody signed in as you asked for it.",
    )


def _new_end(address: str, url: str) -> AccountLetter:
    return AccountLetter(
        subject="Confirm your new e-mail address",
        heading="Is this your address?",
        said=(f"Somebody asked to move a Bowbell account and its alerts to {address}.",),
        button="Yes, it is mine",
        url=url,
        after=(
            "The move happens when it is confirmed from both addresses. Each link works for two days.",
            "If it was not you, do nothing: nothing else is sent.",
        ),
        why="You get this once, because this address was typed in as a new one.",
    )
