"""What a firm does about its own alerts, by the links it was sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.interest import Interest
from service.domain.words import tokens
from service.front_desk.noticeboard import Noticeboard
from service.usecases.subscribe import Firm
from service.web.desk import Confirmed
from service.web.forms.answers import Answers
from service.web.view import FirmView

_PHRASE = re.compile(r'(NOT )?"([^"]*)"')
_QUOTES = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb]')


class Subscriptions(Noticeboard):
    """Signing up, changing and stopping. It reads the noticeboard to tell a new firm what is open for it today."""

    async def sign_up(self, answers: Answers, *, consent: str) -> None:
        """Keep the request and send one confirming message."""
        await self._subscribe.sign_up(
            address=answers.email, size=answers.size, interest=interest_of(answers), consent=consent
        )

    async def awaiting(self, token: str) -> FirmView:
        """The sign-up a confirming link stands for, unchanged."""
        return firm_view(await self._subscribe.awaiting(token))

    async def confirm(self, token: str) -> Confirmed:
        """Begin the alerts, and tell what is open for the firm today."""
        firm = await self._subscribe.confirm(token)
        return Confirmed(
            manage_token=self._links.manage_token(firm.identity, firm.secret), now=await self.open_for(firm.interest)
        )

    async def firm(self, token: str) -> FirmView:
        """The firm a change or stop link stands for."""
        return firm_view(await self._subscribe.firm(token))

    async def change(self, token: str, answers: Answers) -> None:
        """Hear about something else from now on."""
        await self._subscribe.change(token, size=answers.size, interest=interest_of(answers))

    async def pause(self, token: str) -> None:
        """Send nothing until started again."""
        await self._subscribe.pause(token)

    async def resume(self, token: str) -> None:
        """Start again."""
        await self._subscribe.resume(token)

    async def stop(self, token: str) -> None:
        """Stop for good and forget the firm."""
        await self._subscribe.stop(token)

    async def tidy(self) -> int:
        """Take away sign-ups that nobody confirmed in time; how many there were."""
        return await self._subscribe.tidy()


def interest_of(answers: Answers) -> Interest:
    """What a firm answered, as an interest. Phrases without a single word are left out."""
    words, without = _phrases(answers.words), _phrases(answers.without)
    either = " OR ".join(f'"{phrase}"' for phrase in words)
    parts = [f"({either})"] if words else []
    parts.extend(f'NOT "{phrase}"' for phrase in without)
    return Interest(
        sectors=answers.sectors,
        words=" ".join(parts),
        areas=answers.areas,
        value_min=answers.value_min,
        value_max=answers.value_max,
        early=False,
        radar=answers.radar,
        eu=answers.eu,
    )


def answers_of(interest: Interest, *, size: str) -> Answers:
    """An interest back in the boxes of the change form: undoes `interest_of`."""
    said = _PHRASE.findall(interest.words)
    return Answers(
        email="",
        sectors=interest.sectors,
        areas=interest.areas,
        words=tuple(phrase for veto, phrase in said if not veto),
        without=tuple(phrase for veto, phrase in said if veto),
        size=size,
        value_min=interest.value_min,
        value_max=interest.value_max,
        radar=interest.radar,
        eu=interest.eu,
    )


def firm_view(firm: Firm) -> FirmView:
    """A firm as its own page shows it, the address shortened."""
    name, _, domain = firm.address.rpartition("@")
    address = "this address" if firm.state == "stopped" else f"{name[:1]}\u2026@{domain}"
    return FirmView(
        address=address, answers=answers_of(firm.interest, size=firm.size), state=firm.state, rhythm="at_once"
    )


def _phrases(said: Sequence[str]) -> tuple[str, ...]:
    plain = (" ".join(_QUOTES.sub(" ", phrase).split()) for phrase in said)
    return tuple(phrase for phrase in plain if tokens(phrase))
