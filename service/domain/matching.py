"""Whether an opportunity is what a firm asked for, with the reason in plain words.

A firm trusts an alert for its reason, so every gate says why it opened or closed. The gates, in order: the procurement
is open (or only planned, where that was asked for), no excluded word is there, the trade agrees, then place, value,
buyer and the European Union's services.

A trade agrees by sector, by code or by words. A word alone does not make a trade: "roof" is also in a gardening course.
So where the firm named trades as well, by sector or code, its words count only in a notice that may be of those trades.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from service.domain import cpv, words
from service.domain.differences import deadline_words
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest, Match
from service.domain.names import borough_key, plain_name
from service.domain.opportunity import Details, Stage, Status
from service.domain.place import Place, covers
from service.domain.sectors import sector_of_cpv
from service.domain.tagging import Tags
from service.domain.worth import fits

_EARLY = frozenset({Stage.PIPELINE, Stage.PLANNING})
_EU_SOURCE = "ted"
#: A sector of the tagger less likely than this is not taken for the trade of the notice.
_LIKELY = 0.35
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An opportunity made ready to be compared with many interests."""

    details: Details
    stage: Stage
    status: Status
    tags: Tags
    place: Place
    source: str
    #: Title, description and lots, as `words.joined` makes them.
    text: str
    #: The same with the buyer's name, where excluded words are looked for.
    whole: str
    #: The sectors it may be of.
    trades: frozenset[str]
    #: The sector of its main code; None where it has none that we know.
    main: str | None


def subject_of(*, details: Details, stage: Stage, status: Status, tags: Tags, place: Place, source: str) -> Subject:
    """Make an opportunity ready to be compared."""
    text, whole = _texts(details)
    likely = {tag.key for tag in tags.sectors if tag.probability >= _LIKELY}
    if tags.sectors:
        likely.add(tags.sectors[0].key)
    return Subject(
        details=details,
        stage=stage,
        status=status,
        tags=tags,
        place=place,
        source=source,
        text=text,
        whole=whole,
        trades=frozenset(likely),
        main=sector_of_cpv(details.cpv[0]) if details.cpv else None,
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
        what = self._what(subject)
        if not what:
            return Match(matched=False)
        gates = (
            self._open(subject, now),
            self._veto(subject),
            self._area(subject),
            self._worth(subject),
            self._buyer(subject),
            self._union(subject),
        )
        closed = next((gate.closed for gate in gates if gate.closed), "")
        if closed:
            return Match(matched=False, near_miss=closed)
        reasons = [*what, *(gate.reason for gate in gates if gate.reason)]
        return Match(matched=True, reasons=tuple(dict.fromkeys(reasons)))

    def _what(self, subject: Subject) -> tuple[str, ...]:
        """Why the trade agrees; () where it does not."""
        interest = self.interest
        found = [*self._by_sector(subject), *self._by_code(subject), *self._by_words(subject)]
        if not found and not (interest.sectors or interest.cpv or self.expression.wanted) and interest.buyers:
            return () if self._buyer(subject).closed else (self._buyer(subject).reason,)
        return tuple(found)

    def _by_sector(self, subject: Subject) -> tuple[str, ...]:
        for tag in subject.tags.sectors:
            if tag.key in self.interest.sectors and tag.key in subject.trades:
                code = next((code for code in subject.details.cpv if sector_of_cpv(code) == tag.key), None)
                how = _coded(code) if code else next(iter(tag.reasons), "the notice reads like it")
                return (f"you chose {tag.label}; {how}",)
        return ()

    def _by_code(self, subject: Subject) -> tuple[str, ...]:
        for place, code in enumerate(subject.details.cpv):
            chosen = next((one for one in self.interest.cpv if code.startswith(one)), None)
            if chosen is not None and (place == 0 or sector_of_cpv(code) in subject.trades):
                return (f"you chose the code {chosen}; {_coded(code)}",)
        return ()

    def _by_words(self, subject: Subject) -> tuple[str, ...]:
        if self.trades and subject.trades and not self.trades & subject.trades:
            return ()
        # Vetoes are a gate of their own, so that an excluded word shows as a near miss.
        wanted = self.expression.wanted
        hits = (wanted.found(subject.text) or ()) if wanted is not None else ()
        if not hits:
            return ()

        return (f"the notice says {_quoted(hits[:_MOST_WORDS])}",)

    def _open(self, subject: Subject, now: datetime) -> _Gate:
        closed = _shut(subject, now)
        if closed or subject.stage not in _EARLY:
            return _Gate(closed=closed)
        if not self.interest.early:
            return _Gate(closed="it is only planned, and you did not ask for early news")
        return _Gate(reason="it is only planned so far; you asked for early news")

    def _veto(self, subject: Subject) -> _Gate:
        met = self.expression.closed_by(subject.whole)
        if not met:
            return _Gate()
        return _Gate(closed=f"the notice says {_quoted(met)}, which you left out")

    def _area(self, subject: Subject) -> _Gate:
        areas = self.interest.areas
        if not areas or (self.interest.eu and subject.source == _EU_SOURCE):
            return _Gate()
        for area in areas:
            why = covers(area, subject.place)
            if why is not None:
                return _Gate(reason=f"in {_area_name(area)}: {why}")
        where = " and ".join(subject.place.evidence) or "the notice does not say where"
        return _Gate(closed=f"it is not in {_or([_area_name(area) for area in areas])}: {where}")

    def _worth(self, subject: Subject) -> _Gate:
        low, high = self.interest.value_min, self.interest.value_max
        if low is None and high is None:
            return _Gate()
        fit, why = fits(subject.details, low=low, high=high)
        return _Gate(reason=why) if fit else _Gate(closed=why)

    def _buyer(self, subject: Subject) -> _Gate:
        if not self.interest.buyers:
            return _Gate()
        buyer = subject.details.buyer
        if buyer is None:
            return _Gate(closed="the notice does not name the buyer")
        if any(_is_buyer(buyer.name, asked) for asked in self.interest.buyers):
            return _Gate(reason=f"you asked for the buyer {buyer.name}")
        return _Gate(closed=f"the buyer is {buyer.name}, which is not among those you named")

    def _union(self, subject: Subject) -> _Gate:
        if subject.source != _EU_SOURCE:
            return _Gate()
        if not self.interest.eu:
            return _Gate(closed="it is of the European Union's services, and you did not ask for those")
        return _Gate(reason="you asked for contracts of the European Union's services")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """What one gate says: closed with a sentence, or open with a reason or nothing to say."""

    closed: str = ""
    reason: str = ""


def _shut(subject: Subject, now: datetime) -> str:
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
    return ""


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


@lru_cache(maxsize=64)
def _texts(details: Details) -> tuple[str, str]:
    # Each part is joined for itself: no phrase reaches from one into the next.
    parts = (details.title, details.description, *(lot.title for lot in details.lots))
    text = "|".join(words.joined(words.tokens(part)) for part in parts if part)
    buyer = words.joined(words.tokens(details.buyer.name)) if details.buyer is not None else ""
    return text, f"{text}|{buyer}"


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
