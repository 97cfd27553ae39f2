"""The front desk: what the web asks for, answered from the store. The rules live in the domain and the use cases."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from service.domain.interest import Interest
from service.domain.matching import prepare, subject_of
from service.domain.message import Written
from service.domain.needs import needs_of
from service.domain.notice import Notice, SetAside
from service.domain.place import gazetteer
from service.domain.programme import Programme, Suggestion, choose, is_sendable, shipped_programmes
from service.domain.wording import LONDON, count_words
from service.domain.words import tokens
from service.errors import NotFound
from service.ports import Clock, Source
from service.store.database import Database
from service.store.ledger import SqlLedger, SqlTransaction
from service.store.polls import Polls
from service.store.reading import KeptLetter, Listed, Reading, Wanted
from service.usecases.links import Links
from service.usecases.subscribe import Firm, Subscribe
from service.web.desk import Confirmed, MovedTo, Readiness
from service.web.forms.answers import Answers
from service.web.forms.filters import Filters
from service.web.shown import place_shown, view_of
from service.web.view import Counts, FirmView, Found, Letter, OpportunityView, SeenNotice, SourceView

#: How long a message may wait before something is wrong.
_OVERDUE = timedelta(minutes=15)
#: Seconds the database may take to answer whether it can be written.
_PATIENCE = 5.0
#: Open opportunities, the newest first, that are compared with an interest just confirmed; and how many are shown.
_COMPARED = 1_000
_SHOWN_NOW = 6
_HELP_SHOWN = 2
_PHRASE = re.compile(r'(NOT )?"([^"]*)"')
_QUOTES = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb]')
#: Notice types where the source gives none, by stage.
_STAGES = {
    "pipeline": "Plan",
    "planning": "Planned procurement",
    "tender": "Tender",
    "award": "Award",
    "contract": "Contract",
    "other": "Notice",
}


class FrontDesk:
    """Keeps the promises of `service.web.desk.Desk` over the database."""

    def __init__(
        self,
        *,
        database: Database,
        links: Links,
        clock: Clock,
        sources: Mapping[str, Source],
        write_confirmation: Callable[..., Written],
        message_id: Callable[[], str],
        channel: str,
    ) -> None:
        self._database = database
        self._links = links
        self._clock = clock
        self._sources = sources
        self._subscribe = Subscribe(
            ledger=SqlLedger(database),
            links=links,
            clock=clock,
            write_confirmation=write_confirmation,
            message_id=message_id,
            channel=channel,
        )

    def now(self) -> datetime:
        """The time it is."""
        return self._clock.now()

    # ------------------------------------------------------------------------------------------ reading

    async def open_opportunities(self, filters: Filters, *, size: int, counted: bool) -> Found:
        """Open opportunities that fit, newest first."""
        now = self.now()
        wanted = wanted_of(filters, now=now)
        async with self._database.reading() as connection:
            reading = Reading(connection)
            found = await reading.open_list(wanted, now=now, most=size, after=(filters.page - 1) * size)
            total = await reading.open_total(wanted, now=now)
            tallies = await reading.open_counts(wanted, now=now) if counted else None
        counts = Counts(sectors=tallies["sectors"], areas=tallies["areas"], sizes=tallies["sizes"]) if tallies else None
        items = await asyncio.to_thread(self._views, found, now)
        return Found(items=items, total=total, counts=counts)

    async def opportunity(self, identity: str) -> OpportunityView | MovedTo:
        """One opportunity with everything we know. Raises NotFound."""
        now = self.now()
        async with self._database.reading() as connection:
            found = await Reading(connection).listed(identity)
            if found is None:
                raise NotFound("It may have been copied incompletely.")
            if found.redirect_to:
                return MovedTo(identity=found.redirect_to)
            transaction = SqlTransaction(connection)
            revisions = await transaction.revisions(identity)
            notices = await transaction.notices_of(identity)
        seen = await asyncio.to_thread(lambda: [self._seen(notice) for notice in reversed(notices)])
        return view_of(
            found.opportunity,
            found.tags,
            now=now,
            source_name=self._source_name(found.opportunity.state.source),
            suggestions=self._help(found, now),
            revisions=revisions,
            notices=seen,
        )

    async def sources(self) -> Sequence[SourceView]:
        """Every source this copy has, with what came of asking it."""
        health = await Polls(self._database).health()
        views = []
        for key, source in sorted(self._sources.items()):
            card, known = source.card, health.get(key)
            views.append(
                SourceView(
                    key=key,
                    name=card.name,
                    home=card.home,
                    health=known.health if known else "never",  # type: ignore[arg-type]  # written from the same words
                    reason=known.reason if known else "",
                    last_poll=known.last_poll if known else None,
                    last_new=known.last_new if known else None,
                    authorities=(),
                    rhythm=card.rhythm,
                    caveats=card.caveats,
                    licence=card.licence,
                )
            )
        return views

    async def programmes(self) -> Sequence[Programme]:
        """The programmes that may be put before people today."""
        today = self.now().astimezone(LONDON).date()
        return [programme for programme in shipped_programmes() if is_sendable(programme, today)]

    async def readiness(self) -> Readiness:
        """Whether the database can be written and nothing waits too long."""
        now = self.now()
        try:
            async with asyncio.timeout(_PATIENCE), self._database.writing() as connection:
                reading = Reading(connection)
                await reading.prove_writing(now)
                late = await reading.overdue_messages(now=now, by=_OVERDUE)
                parked = await reading.parked_events()
        except (SQLAlchemyError, OSError, TimeoutError):
            return Readiness(troubles=("The database cannot be written.",))
        troubles = []
        if late:
            troubles.append(f"{count_words(late, 'message', 'messages')} waited for more than 15 minutes.")
        if parked:
            troubles.append(f"{count_words(parked, 'event was', 'events were')} put aside after failing too often.")
        return Readiness(troubles=tuple(troubles))

    # ------------------------------------------------------------------------------------------ subscribing

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
            manage_token=self._links.manage_token(firm.identity, firm.secret), now=await self._open_for(firm.interest)
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

    # ------------------------------------------------------------------------------------------ mailbox

    async def letters(self) -> Sequence[Letter]:
        """The newest first, without text and markup."""
        async with self._database.reading() as connection:
            return [_letter(each) for each in await Reading(connection).letters()]

    async def letter(self, identity: str) -> Letter:
        """One letter. Raises NotFound."""
        async with self._database.reading() as connection:
            found = await Reading(connection).letter(f"<{identity}>")
        if found is None:
            raise NotFound
        return _letter(found)

    # ------------------------------------------------------------------------------------------ inside

    def _views(self, found: Sequence[Listed], now: datetime) -> tuple[OpportunityView, ...]:
        return tuple(
            view_of(
                each.opportunity,
                each.tags,
                now=now,
                source_name=self._source_name(each.opportunity.state.source),
                suggestions=self._help(each, now),
            )
            for each in found
        )

    def _help(self, found: Listed, now: datetime) -> tuple[Suggestion, ...]:
        """Free help that fits; nobody has told us the size of the reader's firm."""
        if found.tags is None:
            return ()
        details = found.opportunity.state.details
        buyer = gazetteer().buyer(details.buyer.name) if details.buyer else None
        return choose(
            shipped_programmes(),
            needs=needs_of(details, found.tags),
            place=place_shown(details),
            size=None,
            sectors=[tag.key for tag in found.tags.sectors],
            on=now.astimezone(LONDON).date(),
            most=_HELP_SHOWN,
            buyer=buyer.key if buyer else None,
        )

    def _source_name(self, key: str) -> str:
        source = self._sources.get(key)
        return source.card.name if source else key

    def _seen(self, notice: Notice) -> SeenNotice:
        source = self._sources.get(notice.source)
        read = source.read(notice) if source else None
        if read is None or isinstance(read, SetAside):
            return SeenNotice(
                source=self._source_name(notice.source), href="", kind=_STAGES["other"], published=notice.published
            )
        return SeenNotice(
            source=self._source_name(notice.source),
            href=read.details.official_url,
            kind=read.notice_type or _STAGES[read.stage.value],
            published=read.published,
        )

    async def _open_for(self, interest: Interest) -> Found:
        """What is open for an interest today, by the same rules that decide its alerts."""
        now = self.now()
        async with self._database.reading() as connection:
            found = await Reading(connection).open_list(Wanted(), now=now, most=_COMPARED, after=0)

        fit = await asyncio.to_thread(_fitting, found, interest, now)
        return Found(items=await asyncio.to_thread(self._views, fit[:_SHOWN_NOW], now), total=len(fit))


def wanted_of(filters: Filters, *, now: datetime) -> Wanted:
    """The filters of an address as the store understands them."""
    closes_from, closes_before = filters.closes_between(now.astimezone(LONDON).date())
    return Wanted(
        words=filters.words,
        sectors=filters.sectors,
        areas=filters.areas,
        sizes=filters.sizes,
        closes_from=closes_from,
        closes_before=closes_before,
    )


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


def _fitting(found: Sequence[Listed], interest: Interest, now: datetime) -> list[Listed]:
    prepared = prepare(interest)
    fit = []
    for each in found:
        if each.tags is None:
            continue
        state = each.opportunity.state
        subject = subject_of(
            details=state.details,
            stage=state.stage,
            status=state.status,
            tags=each.tags,
            place=place_shown(state.details),
            source=state.source,
        )
        if prepared.judge(subject, now=now).matched:
            fit.append(each)
    return fit


def _letter(kept: KeptLetter) -> Letter:
    return Letter(
        identity=kept.message_id.removeprefix("<").removesuffix(">"),
        to=kept.to,
        subject=kept.subject,
        at=kept.at,
        text=kept.text,
        html=kept.html,
        headers=kept.headers,
    )
