"""Why a firm did not hear of a notice: it pastes a number, an address or our link, and every filter is asked again.

The notice is judged as it was when it was published, as the matcher did then. What a change would have done is counted
over the last 30 days, beyond what the firm's interests would have sent anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.matching import Prepared, prepare, shut
from service.domain.pasted import Pasted, host_of, pasted, same_address
from service.domain.place import place_in
from service.domain.scrutiny import interest_words
from service.domain.source_health import UNWELL, Spell, trouble_words
from service.domain.why_not import GATES, Change, Stop, stops
from service.domain.wording import count_words, list_words, moment_words, opened, without_codes
from service.errors import NotFound
from service.front_desk.answer_words import Facts, known_words
from service.front_desk.lookback import DAYS, LookingBack, Ready, made_ready
from service.store.accounts import FirmAccounts
from service.store.asked import Asked, SeenNotice, Told
from service.store.database import stored
from service.store.lookback import Mark
from service.store.reading import Listed, Reading
from service.store.source_book import SourceBook
from service.usecases.firm_account import KeptInterest
from service.web.shown import view_of
from service.web.why_view import ChangeShown, InterestAnswer, NamedOpportunity, StopShown, WhyNot

#: Changes that are counted for one answer.
_MOST_COUNTED = 12
_OTHERS_SHOWN = 5
_MOST_TOGETHER = 6
_TROUBLES_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An opportunity somebody asks about, with everything that decides the answer."""

    listed: Listed
    ready: Ready | None
    told: Told | None
    began: datetime | None
    interests: Sequence[KeptInterest]
    recent: Mapping[str, Ready]


class AnswersRoom(LookingBack):
    """Answers firms about themselves."""

    async def why_not(self, firm: int, text: str) -> WhyNot:
        """Why a firm was not told of what it pasted; or that it was, or what we know of it instead."""
        asked, now = pasted(text), self.now()
        if not asked.names:
            return WhyNot(
                headline="Paste a notice's number, its address, or our link.",
                lines=("A number looks like 012345-2026, ocds-h6vhtk-05a1b2 or DN712345.",),
            )
        identities, notices = await self._named(asked)
        if not identities:
            return await self._unknown(asked, notices, now=now)
        known = await self._known(firm, identities[0], now=now)
        answers = await asyncio.to_thread(_answers, identities[0], known)
        async with self._database.reading() as connection:
            others = await Reading(connection).in_order(identities[1 : 1 + _OTHERS_SHOWN])
        headline, lines = known_words(self._facts(known), known.told, answers, now=now)
        return WhyNot(
            headline=headline,
            lines=lines,
            found=self._named_shown(known.listed),
            others=tuple(self._named_shown(each) for each in others),
            answers=answers,
        )

    async def _named(self, asked: Pasted) -> tuple[Sequence[str], Sequence[SeenNotice]]:
        """The opportunities that go by what was pasted, and the notices; those of the address's own source first."""
        keys = sorted(self._sources)
        here = [key for key in keys if asked.host and host_of(self._sources[key].card.home) == asked.host]
        async with self._database.reading() as connection:
            book = Asked(connection)
            for chosen in (here, keys) if here else (keys,):
                found = await book.opportunities_named(asked.names, chosen)
                seen = await book.notices_named(asked.names, chosen)
                identities = dict.fromkeys((*found, *(each.opportunity for each in seen if each.opportunity)))
                if identities or seen:
                    break
            if not identities and asked.addresses:
                wanted = {same_address(each) for each in asked.addresses}
                recent = await self.ready_since(self.now() - timedelta(days=DAYS))
                identities = dict.fromkeys(
                    key
                    for key, each in recent.items()
                    if each.subject.details.official_url and same_address(each.subject.details.official_url) in wanted
                )
        return list(identities), seen

    async def _known(self, firm: int, identity: str, *, now: datetime) -> _Known:
        async with self._database.reading() as connection:
            listed = await Reading(connection).listed(identity)
            if listed is None:
                raise NotFound("It may have been copied incompletely.")
            book = Asked(connection)
            told, began = await book.told_firm(firm, identity), await book.firm_began(firm)
            interests = await FirmAccounts(connection).interests_of(firm)
            ended = {identity} if await book.was_ended(identity) else set[str]()
            published = await book.first_published(identity) or listed.opportunity.state.first_published
        mark = Mark(identity=identity, revision=listed.opportunity.revision, first_published=stored(published))
        ready = (await asyncio.to_thread(made_ready, [listed], {identity: mark}, ended)).get(identity)
        recent = await self.ready_since(now - timedelta(days=DAYS)) if ready is not None else {}
        return _Known(listed=listed, ready=ready, told=told, began=began, interests=interests, recent=recent)

    def _named_shown(self, listed: Listed) -> NamedOpportunity:
        view = view_of(
            listed.opportunity,
            listed.tags,
            now=self.now(),
            source_name=self._source_name(listed.opportunity.state.source),
            suggestions=(),
        )
        place = place_in(listed.opportunity.state.details)
        where = {"london": "London", "nationwide": "Nationwide"}.get(place.scope, view.place)
        return NamedOpportunity(identity=view.identity, title=view.title, buyer=view.buyer, place=where)

    def _facts(self, known: _Known) -> Facts:
        opportunity, ready = known.listed.opportunity, known.ready
        return Facts(
            source=self._source_name(opportunity.state.source),
            published=opportunity.state.as_of,
            reached=opportunity.first_seen,
            is_judged=ready is not None,
            over="" if ready is None else shut(ready.subject, ready.published),
            began=known.began,
        )

    async def _unknown(self, asked: Pasted, notices: Sequence[SeenNotice], *, now: datetime) -> WhyNot:
        """What we know of something that is no opportunity here."""
        if notices:
            first = notices[0]
            source, when = self._source_name(first.source), moment_words(first.seen, now=now)
            if first.set_aside:
                return WhyNot(
                    headline="We have seen it, and set it aside.",
                    lines=(f"It came from {source} on {when}.", f"Why: {opened(first.set_aside)}"),
                )
            return WhyNot(
                headline="We have it, and it is still being read.",
                lines=(f"It came from {source} on {when}. If it fits, you hear of it within minutes.",),
            )
        async with self._database.reading() as connection:
            book = SourceBook(connection)
            records = await book.source_records()
            spells = await book.spells(since=now - timedelta(days=DAYS), until=now, healths=UNWELL)
        named = [key for key in sorted(self._sources) if host_of(self._sources[key].card.home) == asked.host]
        lines: list[str] = []
        for key in named if asked.host else ():
            record = records.get(key)
            if record is None or record.last_good is None:
                lines.append(f"That address is of {self._source_name(key)}, which we do not read here at present.")
            else:
                good = moment_words(record.last_good, now=now)
                lines.append(f"That address is of {self._source_name(key)}, which we last read well on {good}.")
        read = sum(record.last_good is not None for record in records.values())
        if asked.host and not named:
            lines.append(f"{asked.host} is not among the sites we read for London's work.")
        concerned = [each for each in spells if not named or each.source in named]
        lines += [self._trouble(each, now=now) for each in concerned[:_TROUBLES_SHOWN]]
        if not concerned and read:
            lines.append(
                f"None of the {count_words(read, 'source', 'sources')} we read was unwell in the last {DAYS} days."
            )
        lines.append(
            "It may be newer than our last look, or kept under another number, or be no work for London. "
            "Its title often finds it: search under Find work."
        )
        return WhyNot(headline="We have not seen a notice with that number.", lines=tuple(lines))

    def _trouble(self, spell: Spell, *, now: datetime) -> str:
        return trouble_words(self._source_name(spell.source), spell, now=now)


def _answers(identity: str, known: _Known) -> tuple[InterestAnswer, ...]:
    """What each interest says of it, and what one change would have done."""
    if known.ready is None:
        return ()
    subject, at = known.ready.subject, known.ready.published
    if shut(subject, at):
        return ()  # there was nothing to hear of, whatever anybody asked for
    prepared = [(each, prepare(each.interest)) for each in known.interests]
    told = {
        key
        for key, each in known.recent.items()
        if any(one.judge(each.subject, now=each.published).matched for _, one in prepared)
    }
    left, found = _MOST_COUNTED, []
    for each, one in prepared:
        closed = stops(one, subject, now=at)
        shown = []
        for stop in closed:
            change = stop.changes[0] if stop.changes and left else None
            left -= change is not None
            shown.append(_stop_shown(identity, known, stop, change, told=told, alone=len(closed) == 1))
        found.append(
            InterestAnswer(
                identity=each.identity,
                words=interest_words(each.interest),
                reasons=tuple(opened(without_codes(reason)) for reason in one.judge(subject, now=at).reasons),
                stops=tuple(shown),
                together=_together(one, known.ready) if len(closed) > 1 else "",
            )
        )
    return tuple(found)


def _stop_shown(
    identity: str, known: _Known, stop: Stop, change: Change | None, *, told: set[str], alone: bool
) -> StopShown:
    shown = None
    if change is not None:
        eased = prepare(change.interest)
        more = sum(
            key not in told and key != identity and eased.judge(each.subject, now=each.published).matched
            for key, each in known.recent.items()
        )
        if alone or more:
            shown = ChangeShown(key=change.key, said=_would(change, this=alone, more=more))
    elif stop.gate == "left_out":
        shown = ChangeShown(key="", said="To hear of such, take the word out from behind NOT in your words.")
    return StopShown(gate=GATES[stop.gate], said=opened(without_codes(stop.said)), change=shown)


def _together(prepared: Prepared, ready: Ready) -> str:
    """What it would have taken where several gates were closed: If you had chosen ... and added ..., you would have."""
    made: list[str] = []
    for _ in range(_MOST_TOGETHER):
        closed = stops(prepared, ready.subject, now=ready.published)
        if not closed:
            taken = list_words(made, most=_MOST_TOGETHER)
            return f"No single change would have let it through. If you {taken}, you would have heard of it."
        change = next((stop.changes[0] for stop in closed if stop.changes), None)
        if change is None:
            break
        made.append(change.words)
        prepared = prepare(change.interest)
    return "No single change would have let it through."


def _would(change: Change, *, this: bool, more: int) -> str:
    """What a change would have done: If you added Camden, this and 4 more of the last 30 days would have reached..."""
    if this and more:
        return f"If you {change.words}, this and {more:,} more of the last {DAYS} days would have reached you."
    if this:
        return f"If you {change.words}, this would have reached you, and nothing else of the last {DAYS} days."
    others = count_words(more, "other", "others")
    return f"If you {change.words}, that alone would not have let this through, but {others} of the last {DAYS} days."
