"""Everything of a message of several alerts on one page, as it stands now; also what was too much for the message."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from service.domain.digest import SECTIONS, Entry
from service.domain.opportunity import Details
from service.domain.wording import count_words, list_words, opened, sum_words
from service.web.cards import Card, card_of
from service.web.holder import Holder, both
from service.web.house import day_in, house_of, now_in
from service.web.privacy import number_in_path
from service.web.rendering import page


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One opportunity of the message: what happened to it, its card, and the page on which the firm says more."""

    card: Card
    href: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One section."""

    heading: str
    told: list[Told] = field(default_factory=list)


async def letter(request: web.Request, holder: Holder) -> web.Response:
    """GET: one message of the firm."""
    house, now = house_of(request), now_in(request)
    found = await house.accounts.past_letters.of(holder.firm, number_in_path(request, "run"))
    views = await house.desk.opportunities_named([each.opportunity.identity for each in found.entries])
    cards = {view.identity: card_of(view, now=now) for view in views}
    blocks: dict[str, Block] = {}
    for entry in found.entries:
        identity = entry.opportunity.identity
        if identity in cards:
            block = blocks.setdefault(entry.section, Block(heading=SECTIONS[entry.section]))
            href = f"{holder.base}/list/{identity}"
            block.told.append(Told(card=cards[identity], href=href, said=what_happened(entry)))
    total = sum(len(block.told) for block in blocks.values())
    return await page(
        request,
        "pages/past_letter.html",
        title=f"{opened(count_words(total, 'opportunity', 'opportunities'))}, {day_in(request, found.slot.due)}",
        holder=holder,
        blocks=list(blocks.values()),
    )


def what_happened(entry: Entry) -> tuple[str, ...]:
    """What a change was, in sentences; nothing of what is new."""
    told, details = entry.told, entry.opportunity.state.details
    if told.change_kind == "cancelled":
        return ("The buyer has withdrawn this.",)
    if told.change_kind == "awarded":
        return (_award_words(details),)
    sentences = []
    for one in told.differences:
        closing = one.field == "deadline"
        name = "The closing date" if closing else opened(one.field)
        if one.before and one.after:
            sentences.append(f"{name} {'moved' if closing else 'changed'} from {one.before} to {one.after}.")
        elif one.after:
            sentences.append(f"{name} is now stated: {one.after}.")
        else:
            sentences.append(f"{name} is no longer stated (it was {one.before}).")
    return tuple(sentences)


def _award_words(details: Details) -> str:
    to = f" to {list_words(details.suppliers)}" if details.suppliers else ", but the notice does not say to whom"
    award = details.award_value
    return f"The contract was awarded{to}{f' for {sum_words(award.amount, award.currency)}' if award else ''}."


ROUTES = both("GET", "/digests/{run}", letter, act="firm.read")
