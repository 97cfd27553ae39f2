"""Whether an opportunity is what a firm asked for, with the reason in plain words.

A firm trusts an alert for its reason, so every gate says why it opened or closed. The gates, in order: the procurement
is open (or only planned, where that was asked for), no excluded word is there, the trade agrees, then place, value,
buyer and the European Union's services.

A trade agrees by sector, by code or by words. A word alone does not make a trade: "roof" is also in a gardening course.
So where the firm named trades as well, by sector or code, its words count only in a notice that may be of those trades.
Nor does a code alone: buyers add codes for good measure. A further code counts where the notice's text or the firm's
words bear it out, and a main code counts unless the text is silent on it while the title names another trade.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from service.domain import cpv, words
from service.domain.differences import deadline_words
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest, Match
from service.domain.left_out import left_out
from service.domain.names import borough_key, plain_name
from service.domain.narrowing import narrowed
from service.domain.opportunity import Details, Stage, Status
from service.domain.place import Place, covers
from service.domain.sectors import sector_of_cpv
from service.domain.subject import SAYS_WHO, Subject, subject_of
from service.domain.tagging import Tags
from service.domain.union import is_union_work
from service.domain.worth import fits

_EARLY = frozenset({Stage.PIPELINE, Stage.PLANNING})
_MOST_WORDS = 3
#: Words by which a notice says that it comes after the buying. Contracts let without a new notice are told this way.
_IS_OVER = re.compile(
    r"\b(?:procurement|tender|competition|exercise) (?:process )?(?:has|is) (?:now |already |been )*"
    r"(?:concluded|completed|closed|awarded|abandoned|withdrawn)\b",
    re.IGNORECASE,
)


def match(
    interest: Interest,
    *,
    details: Details,
    stage: Stage,
    status: Status,
    tags: Tags,
    place: Place,
    source: str,
    now: datetime,
) -> Match:
    """Compare one opportunity with one interest. For many interests make one `Subject` and use `Prepared.judge`.

    Raises:
        BadInterest: The words of the interest are not in the words language.
    """
    subject = subject_of(details=details, stage=stage, status=status, tags=tags, place=place, source=source)
    return prepare(interest).judge(subject, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An interest parsed once, ready for any number of opportunities."""

    interest: Interest
    expression: words.Expression
    #: Sectors chosen and sectors of the codes chosen.
    trades: frozenset[str]

    def judge(self, subject: Subject, *, now: datetime) -> Match:
        """Say whether they agree at a moment, and why."""
        return self._judged(subject, opens=self.timing(subject, now), narrow=self.narrow(subject, now))

    def resembles(self, subject: Subject) -> Match:
        """Say whether they would agree if the work were open: of a contract that is let, and ends one day."""
        return self._judged(subject, opens=Gate(), narrow=self.narrow(subject, None))

    def _judged(self, subject: Subject, *, opens: Gate, narrow: Gate) -> Match:
        what = self.trade(subject)
        if not what:
            return Match(matched=False)
        gates = (
            opens,
            Gate(closed=self.vetoed(subject)),
            self.area(subject),
            self.worth(subject),
            self.buyer(subject),
            self.union(subject),
            narrow,
        )
        closed = next((gate.closed for gate in gates if gate.closed), "")
        if closed:
            return Match(matched=False, near_miss=closed)
        reasons = [*what, *(gate.reason for gate in gates if gate.reason)]
        return Match(matched=True, reasons=tuple(dict.fromkeys(reasons)))

    def trade(self, subject: Subject) -> tuple[str, ...]:
        """Why the trade agrees, in words; () where it does not."""
        interest = self.interest
        hits = self._hits(subject)
        found = [*self._by_sector(subject, hits), *self._by_code(subject, hits), *self._by_words(subject, hits)]
        if not found and not (interest.sectors or interest.cpv or self.expression.wanted) and interest.buyers:
            return () if self.buyer(subject).closed else (self.buyer(subject).reason,)
        return tuple(found)

    def _hits(self, subject: Subject) -> tuple[str, ...]:
        """The words found. Vetoes are a gate of their own, so that an excluded word shows as a near miss."""
        wanted = self.expression.wanted
        return (wanted.found(subject.text) or ()) if wanted is not None else ()

    def _by_sector(self, subject: Subject, hits: tuple[str, ...]) -> tuple[str, ...]:
        for tag in subject.tags.sectors:
            if tag.key in self.interest.sectors and tag.key in subject.trades:
                code = next((code for code in subject.details.cpv if sector_of_cpv(code) == tag.key), None)
                if self._is_credible(subject, tag.key, code, hits):
                    how = _coded(code) if code else next(iter(tag.reasons), "the notice reads like it")
                    return (f"you chose {tag.label}; {how}",)
        return ()

    def _by_code(self, subject: Subject, hits: tuple[str, ...]) -> tuple[str, ...]:
        for place, code in enumerate(subject.details.cpv):
            chosen = next((one for one in self.interest.cpv if code.startswith(one)), None)
            if chosen is None:
                continue
            key = sector_of_cpv(code)
            if place == 0 or hits or key in subject.borne_out or self._is_in_label(code):
                return (f"you chose the code {chosen}; {_coded(code)}",)
        return ()

    def _by_words(self, subject: Subject, hits: tuple[str, ...]) -> tuple[str, ...]:
        trades = subject.trades - SAYS_WHO
        if not hits or (self.trades and trades and not self.trades & trades):
            return ()
        return (f"the notice says {_quoted(hits[:_MOST_WORDS])}",)

    def _is_credible(self, subject: Subject, key: str, code: str | None, hits: tuple[str, ...]) -> bool:
        """Whether a notice is of a sector, by more than a code added for good measure."""
        if code is None or hits or key in subject.borne_out:
            return True
        if key == subject.main:
            return key in subject.hinted or not subject.named - {key}
        return self._is_in_label(code)

    def _is_in_label(self, code: str) -> bool:
        wanted = self.expression.wanted
        return wanted is not None and bool(wanted.found(words.joined(words.tokens(cpv.label(code) or ""))))

    def timing(self, subject: Subject, now: datetime) -> Gate:
        """Whether it can still be answered, or is wanted while only planned."""
        closed = shut(subject, now)
        if closed or subject.stage not in _EARLY:
            return Gate(closed=closed)
        if not self.interest.early:
            return Gate(closed="it is only planned, and you did not ask for early news")
        return Gate(reason="it is only planned so far; you asked for early news")

    def vetoed(self, subject: Subject) -> str:
        """Which excluded words are there, in a sentence; "" for none."""
        met = self.expression.closed_by(subject.whole)
        return f"the notice says {_quoted(met)}, which you left out" if met else ""

    def area(self, subject: Subject) -> Gate:
        """Whether the place agrees."""
        areas = self.interest.areas
        if not areas or (self.interest.eu and is_union_work(subject.source, subject.place)):
            return Gate()
        for area in areas:
            why = covers(area, subject.place)
            if why is not None:
                return Gate(reason=f"in {_area_name(area)}: {why}")
        where = " and ".join(subject.place.evidence) or "the notice does not say where"
        return Gate(closed=f"it is not in {_or([_area_name(area) for area in areas])}: {where}")

    def worth(self, subject: Subject) -> Gate:
        """Whether the value agrees."""
        low, high = self.interest.value_min, self.interest.value_max
        if low is None and high is None:
            return Gate()
        fit, why = fits(subject.details, low=low, high=high)
        return Gate(reason=why) if fit else Gate(closed=why)

    def buyer(self, subject: Subject) -> Gate:
        """Whether the buyer agrees."""
        if not self.interest.buyers:
            return Gate()
        buyer = subject.details.buyer
        if buyer is None:
            return Gate(closed="the notice does not name the buyer")
        if any(_is_buyer(buyer.name, asked) for asked in self.interest.buyers):
            return Gate(reason=f"you asked for the buyer {buyer.name}")
        return Gate(closed=f"the buyer is {buyer.name}, which is not among those you named")

    def narrow(self, subject: Subject, now: datetime | None) -> Gate:
        """Whether it may suit the size of firm asked for, is as small and leaves as much time as was asked for.

        `now` None: how long is left is no matter.
        """
        narrow = next(narrowed(self.interest, subject.details, subject.tags, now=now), "")
        return Gate(closed=narrow or self.left_out(subject))

    def left_out(self, subject: Subject) -> str:
        """Which part of what the firm left out by "not for me" it is, in a sentence; "" for none."""
        interest = self.interest
        if not (interest.not_sectors or interest.not_cpv or interest.not_areas):
            return ""
        first = next(iter(subject.tags.likely), None)
        return left_out(
            interest,
            trade=first.key if first is not None else None,
            codes=subject.details.cpv,
            place=subject.place,
            has_words=bool(self._hits(subject)),
        )

    def union(self, subject: Subject) -> Gate:
        """Whether it is of the European Union's services, and wanted so."""
        if not is_union_work(subject.source, subject.place):
            return Gate()
        if not self.interest.eu:
            return Gate(closed="it is of the European Union's services, and you did not ask for those")
        return Gate(reason="you asked for contracts of the European Union's services")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What one gate says: closed with a sentence, or open with a reason or nothing to say."""

    closed: str = ""
    reason: str = ""


def shut(subject: Subject, now: datetime) -> str:
    """Why nobody can answer any more; "" while somebody can."""
    deadline = subject.details.deadline
    if subject.status is Status.CANCELLED:
        return "it has been cancelled"
    if subject.status is Status.AWARDED or subject.stage in {Stage.AWARD, Stage.CONTRACT}:
        return "the contract has been awarded"
    if subject.stage is Stage.OTHER or subject.status is Status.CLOSED:
        return "it is not open for offers"
    if deadline is not None and deadline.at <= now:
        return f"it closed on {deadline_words(deadline)}"
    over = _IS_OVER.search(subject.details.description)
    return f"the notice says '{over.group(0)}'" if over else ""


@lru_cache(maxsize=65_536)
def prepare(interest: Interest) -> Prepared:
    """An interest made ready; kept, since the same interests are met by every notice.

    Raises:
        BadInterest: Its words are not in the words language.
    """
    of_codes = (sector_of_cpv(code) for code in interest.cpv)
    return Prepared(
        interest=interest,
        expression=words.parse(interest.words),
        trades=frozenset((*interest.sectors, *(key for key in of_codes if key is not None))),
    )


def _coded(code: str) -> str:
    label = cpv.label(code)
    return f"the notice is coded {code} {label.lower()}" if label else f"the notice is coded {code}"


@lru_cache(maxsize=512)
def _area_name(area: str) -> str:
    return gazetteer().area_name(area.strip().upper()) or area


def _is_buyer(name: str, asked: str) -> bool:
    """Whether a buyer is the one asked for: the same body, or its name has the words asked for in a row."""
    buyer, wanted = plain_name(name), plain_name(asked)
    return bool(wanted) and (borough_key(buyer) == borough_key(wanted) or f" {wanted} " in f" {buyer} ")


def _quoted(hits: tuple[str, ...]) -> str:
    parts = [f"'{hit}'" for hit in hits]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _or(parts: list[str]) -> str:
    few = parts if len(parts) <= _MOST_WORDS else [*parts[:_MOST_WORDS], "the other areas you chose"]
    return " or ".join(filter(None, (", ".join(few[:-1]), few[-1])))
