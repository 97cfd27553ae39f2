"""What single words and phrases of a person's own sentence mean: trades, places, buyers, and words that say nothing.

Made of the shipped lists alone; asked_in_words.py reads sentences with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from service.domain import words
from service.domain.gazetteer import LondonBuyer, gazetteer
from service.domain.sectors import all_sectors
from service.domain.shipped import Row, text_in, texts_in, toml_rows
from service.errors import ReferenceDataError

_FILE = "asked_words.toml"
_LIST = re.compile(r", | and ")
#: Parts of labels that may as well mean another trade.
_TWO_TRADES = frozenset({"design", "post", "property"})
_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a phrase stands for. Exactly one of the fields is filled; none for a word that says nothing."""

    sector: str = ""
    #: Phrases that notices use for it.
    phrases: tuple[str, ...] = ()
    #: GSS codes, "london" or "uk".
    areas: tuple[str, ...] = ()
    #: The name of a public buyer.
    buyer: str = ""


#: A word that says nothing by itself.
NOTHING = Meaning()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Every known phrase by its tokens. Get it from `lexicon()`."""

    meanings: Mapping[tuple[str, ...], Meaning]
    longest: int

    def longest_at(self, tokens: tuple[str, ...], start: int) -> tuple[int, Meaning] | None:
        """The longest known phrase that begins at a token: how many tokens it has, and what it means."""
        for length in range(min(self.longest, len(tokens) - start), 0, -1):
            meaning = self.meanings.get(tokens[start : start + length])
            if meaning is not None:
                return length, meaning
        return None


def spoken(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of a text: where each begins and ends, and the form in which it is compared."""
    for found in _WORD.finditer(text):
        plain = unicodedata.normalize("NFKC", found.group()).casefold().replace("\u2019", "'").replace("\u02bc", "'")
        yield found.start(), found.end(), plain if plain in _fillers() else "".join(words.tokens(plain))


@cache
def lexicon() -> Lexicon:
    """The lexicon, made once.

    Raises:
        ReferenceDataError: The shipped file is damaged; the sentence names the row and the field.
    """
    found: dict[tuple[str, ...], Meaning] = {}
    for said, meaning in (*_places(), *_trades(), *_sectors(), *_buyers()):
        key = _key(said)
        if key:
            found.setdefault(key, meaning)
    for filler in _fillers():
        found.setdefault((filler,), NOTHING)
    return Lexicon(meanings=found, longest=max(map(len, found)))


@cache
def _fillers() -> frozenset[str]:
    """Words that may stand around what is asked and change nothing."""
    return frozenset(word for row in toml_rows(_FILE, "filler") for word in texts_in(row, "said", where=_FILE))


def _key(said: str) -> tuple[str, ...]:
    return tuple(token for _, _, token in spoken(said.replace("&", " and ")))


def _places() -> Iterator[tuple[str, Meaning]]:
    for row in toml_rows(_FILE, "place"):
        areas = texts_in(row, "areas", where=_FILE)
        for code in areas:
            if code not in {"london", "uk"} and code not in gazetteer().authorities:
                raise ReferenceDataError(f"{_FILE}: {code!r} is no area.")
        for said in texts_in(row, "said", where=_FILE):
            yield said, Meaning(areas=areas)
    for authority in gazetteer().authorities.values():
        for name in (authority.name, authority.official, *authority.aliases, f"borough of {authority.name}"):
            if "council" not in name.casefold() and "corporation" not in name.casefold():
                yield name, Meaning(areas=(authority.gss,))


def _trades() -> Iterator[tuple[str, Meaning]]:
    for row in toml_rows(_FILE, "trade"):
        meaning = _trade(row)
        for said in texts_in(row, "said", where=_FILE):
            yield said, meaning


def _trade(row: Row) -> Meaning:
    phrases = texts_in(row, "words", where=_FILE)
    if phrases:
        return Meaning(phrases=phrases)
    key = text_in(row, "sector", where=_FILE)
    if key not in {sector.key for sector in all_sectors()}:
        raise ReferenceDataError(f"{_FILE}: there is no sector {key!r}.")
    return Meaning(sector=key)


def _sectors() -> Iterator[tuple[str, Meaning]]:
    """Labels and their parts mean the sector; examples and cue words mean themselves, since a sector is wider."""
    for sector in all_sectors():
        for part in (sector.label, *_LIST.split(sector.label)):
            if part not in _TWO_TRADES:
                yield part, Meaning(sector=sector.key)
        for cue in (*sector.words, *sector.covers):
            yield cue, Meaning(phrases=(cue,))


def _buyers() -> Iterator[tuple[str, Meaning]]:
    """Public buyers by names of two words and more: shorter ones are words of the language too."""
    places = gazetteer()
    for buyer in _each_once((*places.boroughs_as_buyers.values(), *places.buyers.values())):
        for name in (buyer.name, *buyer.aliases):
            if len(_key(name)) > 1 or name == "TfL":
                yield name, Meaning(buyer=buyer.name.removeprefix("the "))
    yield "TfL", Meaning(buyer="Transport for London")


def _each_once(buyers: Iterable[LondonBuyer]) -> list[LondonBuyer]:
    return list({buyer.key: buyer for buyer in buyers}.values())
