"""What somebody asks for in a sentence of their own, read into an interest: "cleaning, Hackney and Newham, up to 50k".

Used wherever people write instead of filling in a form: by e-mail and in a chat. Nothing is guessed: what is not in the
shipped lists is handed back to be said back, and a default that is taken is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.domain.asked_sums import take_size, take_sums
from service.domain.cpv import digits_of
from service.domain.gazetteer import gazetteer, outward_code
from service.domain.interest import Interest
from service.domain.lexicon import NOTHING, Meaning, lexicon, spoken

#: Longer texts are read up to here.
LONGEST = 2_000
#: Parts of a kind that are kept; a list of hundreds is no interest of a small firm.
_MOST = 40
_LONGEST_SHOWN = 60
#: A borough that holds less of a postcode district is not meant by it.
_LEAST_SHARE = 0.2

_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"'})
_ITEM = re.compile(
    r'"(?P<quote>[^"\n]{1,80})"|(?P<word>[^\W_]+(?:[\'\u2019\u02bc][^\W_]+)*)|(?P<and>[&+])|'
    r'(?P<stop>[,;:.!?\n\r\u2022|/()\[\]{}<>*=\u00b7"]|\s[-\u2013\u2014]\s)'
)
_CPV = re.compile(
    r"\bcpv\s*(?:codes?)?\s*:?\s*(\d{2,8})(?:-\d)?\b|(?<![\d,.£-])(\d{8})(?:-\d)?(?![\d,.])", re.IGNORECASE
)
_NEIGHBOURS = re.compile(
    r"\b(?:(?:and|plus|with|also)\s+)?(?:all\s+)?(?:the\s+|its\s+|their\s+)?(?:(?:neighbou?ring|surrounding|adjoining|adjacent|nearby)"
    r"(?:\s+(?:boroughs?|areas?))?|neighbou?rs|(?:boroughs?\s+)?next\s+(?:door|to\s+(?:it|them)))\b",
    re.IGNORECASE,
)  # fmt: skip
_FLAGS: dict[str, re.Pattern[str]] = {
    "below_threshold": re.compile(r"(?i)\b(?:only\s+)?(?:below|under)[-\s](?:the\s+)?threshold(?:\s+only)?\b"),
    "early": re.compile(r"(?i)\b(?:early\s+(?:notices|engagement|plans)|planned\s+work|pipelines?|plans)\b"),
    "eu": re.compile(r"\b(?:the\s+)?(?:EU|European\s+Union|Europe)\b"),
    "radar": re.compile(
        r"(?i)\b(?:contracts?\s+)?(?:(?:that|which)\s+(?:are\s+)?)?(?:end(?:ing|s)?|expir(?:ing|es?))\s+soon\b"
    ),
}
_RHYTHM = re.compile(
    r"\b(?:once\s+an?\s+(?:day|week|month)|(?:every|each)\s+(?:day|week|month|morning)|daily|weekly|monthly|at\s+once|straight\s+away)\b",
    re.IGNORECASE,
)  # fmt: skip
_NEGATIONS = frozenset(
    {"not", "no", "except", "excluding", "exclude", "without", "avoid", "minus", "never", "don't", "nor", "neither"}
    | {"excepting", "unless", "bar"}
)
_NEGATING_PAIRS = frozenset({("apart", "from"), ("other", "than"), ("aside", "from"), ("rather", "than")})
_INWARD = re.compile(r"\d[A-Za-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was understood of a sentence."""

    interest: Interest
    #: "micro", "small" or "medium"; "" where nothing was said of people.
    size: str = ""
    #: Pieces that mean nothing to us, in the words they were written.
    not_understood: tuple[str, ...] = ()
    #: What is not clear and what was taken for granted, in sentences.
    notes: tuple[str, ...] = ()

    @property
    def names_work(self) -> bool:
        """Whether any kind of work, words or buyer was understood: without that there is nothing to hear about."""
        asked = self.interest
        return bool(asked.sectors or asked.cpv or asked.buyers or asked.words.partition("NOT ")[0].strip())


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What is gathered while a sentence is read."""

    sectors: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    vetoes: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    areas_out: list[str] = field(default_factory=list)
    buyers: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    """A word, a quoted phrase or a mark; `plain` is the form of a word that is compared."""

    kind: str
    said: str
    plain: str = ""


def asked_in_words(text: str) -> Asked:
    """Read a sentence. Any text has an answer; an empty one asks for nothing."""
    rest = text[:LONGEST].translate(_QUOTES)
    heard = _Heard()
    if len(text) > LONGEST:
        heard.notes.append(f"Only the first {LONGEST:,} letters were read")
    rest = _RHYTHM.sub(lambda found: _later(found, heard), rest)
    codes = [digits for found in _CPV.finditer(rest) if (digits := digits_of(found.group(1) or found.group(2)))]
    rest = _CPV.sub(" , ", rest)
    size, rest = take_size(rest)
    sums = take_sums(rest)
    heard.notes.extend(sums.unsure)
    rest = sums.rest
    flags = {}
    for name, pattern in _FLAGS.items():
        rest, times = pattern.subn(" , ", rest)
        flags[name] = times > 0
    rest, neighbours = _NEIGHBOURS.subn(" , ", rest)
    _listen(_items(rest), heard)
    interest = Interest(
        sectors=_once(heard.sectors),
        cpv=_once(codes),
        words=_expression(_once(heard.phrases), _once(heard.vetoes)),
        areas=_areas(heard, neighbours=neighbours > 0),
        value_min=sums.low,
        value_max=sums.high,
        buyers=_once(heard.buyers),
        early=flags["early"],
        eu=flags["eu"],
        radar=flags["radar"],
        below_threshold=flags["below_threshold"],
    )
    return Asked(interest=interest, size=size, not_understood=_once(heard.strange), notes=tuple(heard.notes))


def _later(found: re.Match[str], heard: _Heard) -> str:
    heard.notes.append(f"“{found.group()}”: how often you hear is chosen on your page, after you confirm")
    return " , "


def _items(text: str) -> list[_Item]:
    found: list[_Item] = []
    for piece in _ITEM.finditer(text):
        match piece.lastgroup:
            case "quote":
                found.append(_Item("quote", " ".join(piece["quote"].split())))
            case "word":
                plain = next(spoken(piece["word"]), (0, 0, ""))[2]
                found.append(_Item("word", piece["word"], plain))
            case "and":
                found.append(_Item("word", "and", "and"))
            case _:
                found.append(_Item("stop", piece.group()))
    return found


def _listen(items: list[_Item], heard: _Heard) -> None:
    """Read item by item, the longest known phrase first. A NOT reaches to the next comma or full stop."""
    tokens = tuple(each.plain for each in items)
    run = _Run(heard)
    negated = False
    at = 0
    while at < len(items):
        item, step = items[at], 1
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if item.kind == "stop":
            run.end()
            negated = False
        elif item.kind == "quote":
            run.end()
            (heard.vetoes if negated else heard.phrases).append(item.said)
        elif item.plain in _NEGATIONS or (item.plain, following) in _NEGATING_PAIRS:
            run.end()
            negated, step = True, 1 if item.plain in _NEGATIONS else 2
            run.negated = True
        elif boroughs := _at_postcode(item.said):
            run.end()
            (heard.areas_out if negated else heard.areas).extend(boroughs)
            step = 2 if at + 1 < len(items) and _INWARD.fullmatch(items[at + 1].said) else 1
        else:
            step = run.word(items, tokens, at)
        run.negated = negated
        at += step
    run.end()


@dataclass(slots=True)
class _Run:
    """Words side by side that are not known, or are left out: kept together until something else comes."""

    heard: _Heard
    negated: bool = False
    said: list[str] = field(default_factory=list)

    def word(self, items: list[_Item], tokens: tuple[str, ...], at: int) -> int:
        """Take the known phrase that begins here, or one unknown word; how many words that was."""
        known = lexicon().longest_at(tokens, at)
        if known is None or (known[0] == 1 and tokens[at] == "it" and items[at].said != "IT"):
            if tokens[at] in {"and", "it"}:
                self.end()
            else:
                self.said.append(items[at].said)
            return 1
        length, meaning = known
        said = " ".join(each.said for each in items[at : at + length])
        if self.negated and (meaning.sector or meaning.phrases):
            self.said.append(said)
            return length
        self.end()
        self._take(meaning)
        return length

    def end(self) -> None:
        """What was gathered is a whole: to be left out, or to be said back as not understood."""
        said = " ".join(self.said)
        self.said.clear()
        if said:
            (self.heard.vetoes if self.negated else self.heard.strange).append(said[:_LONGEST_SHOWN])

    def _take(self, meaning: Meaning) -> None:
        if meaning is NOTHING:
            return
        if meaning.sector:
            self.heard.sectors.append(meaning.sector)
        self.heard.phrases.extend(meaning.phrases)
        (self.heard.areas_out if self.negated else self.heard.areas).extend(meaning.areas)
        if meaning.buyer and self.negated:
            self.heard.notes.append(f"“not {meaning.buyer}”: a buyer cannot be left out yet")
        elif meaning.buyer:
            self.heard.buyers.append(meaning.buyer)


def _at_postcode(said: str) -> tuple[str, ...]:
    """The boroughs that hold most of a postcode district of London; () where it is none."""
    district = outward_code(said) if any(sign.isdigit() for sign in said) else None
    shares = gazetteer().districts.get(district, ()) if district else ()
    return tuple(gss for gss, share in shares if share >= _LEAST_SHARE)


def _areas(heard: _Heard, *, neighbours: bool) -> tuple[str, ...]:
    """Where: the places named, their neighbours where asked, without those left out. London where none is named."""
    known = gazetteer().authorities
    named = list(_once(heard.areas))
    if not named:
        named = ["london"]
        if not heard.buyers:
            heard.notes.append("You named no place, so this is for all of London")
    if neighbours:
        named += sorted({each for code in named if code in known for each in known[code].neighbours} - set(named))
    if "uk" in named:
        return ("uk",)
    out = set(heard.areas_out) & set(known)
    if "london" in named:
        return tuple(code for code in sorted(known) if code not in out) if out else ("london",)
    left = tuple(code for code in named if code not in out)
    if not left:
        heard.notes.append("Every place you named is also left out, so this is for all of London")
        return ("london",)
    return left


def _expression(phrases: tuple[str, ...], vetoes: tuple[str, ...]) -> str:
    """Phrases in the words language: any of them, and none of those left out."""
    wanted = [f'"{each}"' for each in phrases if any(True for _ in spoken(each))]
    unwanted = [f'NOT "{each}"' for each in vetoes if any(True for _ in spoken(each))]
    head = [f"({' OR '.join(wanted)})"] if len(wanted) > 1 else wanted
    return " ".join([*head, *unwanted])


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple(_first_of_each(values))[:_MOST]


def _first_of_each(values: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value.casefold() not in seen:
            seen.add(value.casefold())
            yield value
