"""The index of the search: kept in step with every opportunity in the same transaction, and asked for words.

The words stand in `search_words`, made by the migration: on SQLite an FTS5 table whose `rowid` is the number of the
row, on PostgreSQL a table (number, words tsvector) under a GIN index. Both hold the tokens of the domain as they are
(`service.domain.search_words`) and answer with numbers. All else that lists go by stands in `search_row`, which the
catalogue reads (`service.store.catalogue`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, select, text, update

from service.domain.opportunity import Details, State
from service.domain.place import Place
from service.domain.search_words import GAP, Sought, Term, in_buyer, in_title, indexed_words
from service.domain.tagging import Tags
from service.domain.union import is_union_work
from service.domain.worth import pounds
from service.store.database import stored
from service.store.session import Part, in_parts, table
from service.store.tables import SearchRow
from service.usecases.ledger import Judged, Standing

SEARCH = table(SearchRow)
#: Area words of work that may be anywhere.
ANYWHERE = "nationwide"
#: Word among the areas for a contract of the European journal outside Britain: left out of lists unless asked for.
UNION = "union"
#: Beyond it a sum is a slip; it still fits the column.
_MOST_PENCE = 10**17
#: How a change is numbered, so that readers see every one once: see ADR 11.
_CHANGED = {
    "sqlite": "(SELECT coalesce(max(changed), 0) + 1 FROM search_row)",
    "postgresql": "(pg_current_xact_id()::text::bigint)",
}
_WITHOUT = 9
_NUMBERED = (SEARCH.c.opportunity_id, SEARCH.c.number, SEARCH.c.words_hash)
_FORGET = {"sqlite": text("DELETE FROM search_words WHERE rowid = :number")}
_INDEX = {
    "sqlite": text("INSERT INTO search_words (rowid, words) VALUES (:number, :words)"),
    "postgresql": text(
        "INSERT INTO search_words (number, words) VALUES (:number, CAST(CAST(:words AS text) AS tsvector)) "
        "ON CONFLICT (number) DO UPDATE SET words = excluded.words"
    ),
}
_FIND = {
    "sqlite": (
        "SELECT {tier} AS tier, group_concat(rowid) AS numbers FROM search_words WHERE search_words MATCH :q{tier}"
    ),
    "postgresql": (
        "SELECT {tier} AS tier, string_agg(number::text, ',') AS numbers FROM search_words "
        "WHERE words @@ CAST(CAST(:q{tier} AS text) AS tsquery)"
    ),
}


class Searchable(Part):
    """Keeps the index in step; a part of the ledger's transaction."""

    async def keep_searchable(self, judged: Sequence[Judged]) -> None:
        """Write what lists go by: an opportunity is in lists from here on."""
        made = await asyncio.to_thread(
            lambda: {each.identity: searchable(state=each.state, tags=each.tags, place=each.place) for each in judged}
        )
        known = await self._numbered(made)
        fresh = {identity: values for identity, (values, _) in made.items() if identity not in known}
        await self._insert_rows(fresh)
        await self._update_rows({identity: values for identity, (values, _) in made.items() if identity in known})
        numbered = {**await self._numbered(fresh), **known}
        await self._index(
            {
                numbered[identity][0]: words
                for identity, (values, words) in made.items()
                if identity in fresh or numbered[identity][1] != values["words_hash"]
            }
        )

    async def restate(self, standing: Sequence[Standing]) -> None:
        """Write how they stand now where lists have them: what was closed is shown so before it is judged again."""
        await self._update_rows({each.identity: _standing(each.state) for each in standing})

    async def leave_lists(self, identity: str) -> None:
        """It was joined into another: no list shows it, whatever is written of it later."""
        await self._update_rows({identity: {"joined": True}})

    async def _numbered(self, identities: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Number and digest of the indexed words of those that lists have."""
        found: dict[str, tuple[int, str]] = {}
        for part in in_parts(identities):
            rows = await self._all(select(*_NUMBERED).where(SEARCH.c.opportunity_id.in_(part)))
            found |= {row.opportunity_id: (row.number, row.words_hash) for row in rows}
        return found

    async def _insert_rows(self, fresh: Mapping[str, Mapping[str, Any]]) -> None:
        if fresh:
            same = {"joined": False, "changed": await self._change()}
            await self.insert_each_once(
                SearchRow, [same | dict(values) | {"opportunity_id": identity} for identity, values in fresh.items()]
            )

    async def _update_rows(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        if rows:
            names = next(iter(rows.values()))
            values: dict[str, Any] = {name: bindparam(name) for name in names} | {"changed": await self._change()}
            await self.connection.execute(
                update(SEARCH).where(SEARCH.c.opportunity_id == bindparam("of")).values(**values),
                [{"of": identity, **each} for identity, each in rows.items()],
            )

    async def _index(self, texts: Mapping[int, str]) -> None:
        if not texts:
            return
        dialect = self.connection.dialect.name
        if dialect in _FORGET:
            await self.connection.execute(_FORGET[dialect], [{"number": number} for number in texts])
        as_indexed = as_tsvector if dialect == "postgresql" else str
        await self.connection.execute(
            _INDEX[dialect], [{"number": number, "words": as_indexed(words)} for number, words in texts.items()]
        )

    async def _change(self) -> int:
        asked = await self.connection.execute(text(f"SELECT {_CHANGED[self.connection.dialect.name]}"))
        return int(asked.scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers of rows, each set as a text with commas between.

    Attributes:
        wanted: what has everything that is wanted; None where nothing is, so that words narrow nothing.
        tiers: the better matches among `wanted`, each better than the one before; empty unless asked for.
        without: what has something that must not be there.
    """

    wanted: str | None
    tiers: tuple[str, ...] = ()
    without: str = ""


class Index(Part):
    """Asks the index for words."""

    async def numbers(self, sought: Sought, *, ranked: bool) -> Numbers:
        """The rows that agree with a search; ranked, with all words in title or buyer, in the title, side by side."""
        asked = dict(enumerate(_tiers(sought.wanted) if ranked else _tiers(sought.wanted)[:1]))
        if sought.without:
            asked[_WITHOUT] = (sought.without,)
        if not asked:
            return Numbers(wanted=None)
        dialect = self.connection.dialect.name
        if dialect == "postgresql":
            # Reading every row costs more than the planner thinks: each vector is taken apart to look into it.
            await self.connection.execute(text("SET LOCAL enable_seqscan = off"))
        statement = " UNION ALL ".join(_FIND[dialect].format(tier=tier) for tier in asked)
        rows = await self.connection.execute(
            text(statement), {f"q{tier}": _RENDER[dialect](clauses) for tier, clauses in asked.items()}
        )
        said = {row.tier: row.numbers or "" for row in rows}
        without = said.pop(_WITHOUT, "")
        ordered = [said[tier] for tier in sorted(said)]
        return Numbers(wanted=ordered[0] if ordered else None, tiers=tuple(ordered[1:]), without=without)


#: Clauses that all have to agree; each is terms of which one is enough.
_Clauses = Sequence[Sequence[Term]]


def _tiers(wanted: Sequence[Term]) -> list[_Clauses]:
    """The search itself and its better and better forms; empty where nothing is wanted."""
    if not wanted:
        return []
    title = [tuple(map(in_title, term)) for term in wanted]
    buyer = [tuple(map(in_buyer, term)) for term in wanted]
    tiers: list[_Clauses] = [[(term,) for term in wanted], list(zip(title, buyer, strict=True)), [(t,) for t in title]]
    return [*tiers, [(tuple(chain(*title)),)]] if len(wanted) > 1 else tiers


def _as_fts5(clauses: _Clauses) -> str:
    return " AND ".join(f"({' OR '.join(_quoted(term) for term in clause)})" for clause in clauses)


def _quoted(term: Term) -> str:
    return f'"{" ".join(term)}"'


def _as_tsquery(clauses: _Clauses) -> str:
    said = ((f"({' <-> '.join(map(_lexeme, term))})" for term in clause) for clause in clauses)
    return " & ".join(f"({' | '.join(clause)})" for clause in said)


def _lexeme(word: str) -> str:
    return f"'{word}'"


_RENDER: Mapping[str, Callable[[_Clauses], str]] = {"sqlite": _as_fts5, "postgresql": _as_tsquery}


def as_tsvector(words: str) -> str:
    """Indexed words with their places, as PostgreSQL reads a vector; what parts the fields only takes a place."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words.split(), start=1):
        if word != GAP:
            places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def searchable(*, state: State, tags: Tags, place: Place) -> tuple[dict[str, Any], str]:
    """The columns of an opportunity by which lists go, and its indexed words."""
    details = state.details
    words = indexed_words(
        title=details.title, buyer=details.buyer.name if details.buyer else "", description=details.description
    )
    areas = {*place.boroughs, *place.regions} | ({ANYWHERE} if place.scope == "nationwide" else set())
    areas |= {UNION} if is_union_work(state.source, place) else set()
    suits = {size for size, verdict in tags.size.verdicts.items() if verdict in {"suits", "might"}}
    return _standing(state) | {
        "sectors": " ".join(tag.key for tag in tags.likely),
        "areas": " ".join(sorted(areas)),
        "sizes": " ".join(sorted(suits)),
        "words_hash": blake2b(words.encode(), digest_size=12).hexdigest(),
    }, words


def _standing(state: State) -> dict[str, Any]:
    details = state.details
    worth_from, worth_to = _pence(details)
    return {
        "status": state.status.value,
        "published": stored(state.first_published),
        "closes": stored(details.deadline.at if details.deadline else None),
        "source": state.source,
        "below_threshold": details.below_threshold is True,
        "worth_from": worth_from,
        "worth_to": worth_to,
    }


def _pence(details: Details) -> tuple[int, int]:
    """The least and the most a part or the whole is worth; -1 where something is not stated, or not in pounds."""
    whole = pounds(details.value)
    lots = [pounds(lot.value) for lot in details.lots]
    known = [amount for amount in (whole, *lots) if amount is not None]
    if not known or (whole is None and None in lots) or (whole is None and details.value and details.value.best):
        return -1, -1
    sums = [min(max(int(amount * 100), 0), _MOST_PENCE) for amount in known]
    return min(sums), max(sums)
