"""An opportunity made ready to be compared with many interests: texts, trades and place, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from service.domain import words
from service.domain.opportunity import Details, Stage, State, Status
from service.domain.place import Place, place_in
from service.domain.sectors import all_sectors, sector_of_cpv
from service.domain.tagging import Tags

#: So many cue words in a text bear out a further code.
_SEVERAL = 2
#: Sectors whose codes tell who buys rather than what is bought: they contradict no words.
SAYS_WHO = frozenset({"public"})


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
    #: The sector of the first code that tells what is bought; None where there is none.
    main: str | None
    #: Sectors of which the title or a lot's title has a cue word.
    named: frozenset[str]
    #: Of `trades`, those of which the text has one cue word at least.
    hinted: frozenset[str]
    #: Of `trades`, those named or of which the text has several.
    borne_out: frozenset[str]


def subject_of(*, details: Details, stage: Stage, status: Status, tags: Tags, place: Place, source: str) -> Subject:
    """Make an opportunity ready to be compared."""
    headings, text, whole = _texts(details)
    likely = {tag.key for tag in tags.likely}
    named = frozenset(key for key, cues in _cues().items() if any(cue in headings for cue in cues))
    told = {key: sum(cue in text for cue in _cues().get(key, ())) for key in likely}
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
        main=next((key for key in map(sector_of_cpv, details.cpv) if key not in {None, *SAYS_WHO}), None),
        named=named,
        hinted=frozenset(key for key, count in told.items() if count),
        borne_out=frozenset(key for key, count in told.items() if count >= _SEVERAL or key in named),
    )


def subject_in(state: State, tags: Tags) -> Subject:
    """Make an opportunity, as it stands, ready to be compared."""
    return subject_of(
        details=state.details,
        stage=state.stage,
        status=state.status,
        tags=tags,
        place=place_in(state.details),
        source=state.source,
    )


@lru_cache(maxsize=64)
def _texts(details: Details) -> tuple[str, str, str]:
    """The titles, all text, and all text with the buyer's name. No phrase reaches from one part into the next."""
    titles = [words.joined(words.tokens(part)) for part in (details.title, *(lot.title for lot in details.lots))]
    text = "|".join((*titles, words.joined(words.tokens(details.description))))
    buyer = words.joined(words.tokens(details.buyer.name)) if details.buyer is not None else ""
    return "|".join(titles), text, f"{text}|{buyer}"


@cache
def _cues() -> dict[str, tuple[str, ...]]:
    return {
        sector.key: tuple(dict.fromkeys(words.joined(words.tokens(cue)) for cue in sector.words))
        for sector in all_sectors()
    }
