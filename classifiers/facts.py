"""Reads from a notice what it asks of a bidder, and quotes the words it read.

Every pattern has bounded repeats only and the text is cut, so no notice can make reading slow. What is not found is
not said to be absent: the tender papers, which we do not hold, may ask for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from service.domain.tagging import Fact

#: The most characters read, of the description and the conditions together.
READ_LIMIT = 20_000
QUOTE_LIMIT = 160
_MOST_FACTS = 40
#: A sum below is not a demand ("public liability: £1"), one above is a slip of the pen. Pounds.
_LEAST_SUM = Decimal(1_000)
_LARGEST_SUM = Decimal(10) ** 10
#: How far an insurance and its sum may stand apart, in characters.
_SUM_WITHIN = 60

_SUM_SOURCE = (
    r"(?:£|\bGBP) ?(?P<digits>\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?P<pence>\.\d{1,2})?(?!\d)"
    r"(?: ?(?P<scale>millions?|thousand|billion|mn|bn|m|k)\b)?"
)
_SUM = re.compile(_SUM_SOURCE, re.ASCII | re.IGNORECASE)
_SCALES = {"thousand": 10**3, "k": 10**3, "million": 10**6, "millions": 10**6, "mn": 10**6, "m": 10**6}
_BILLIONS = {"billion": 10**9, "bn": 10**9}
_INSURANCE = re.compile(
    r"\b(?:(?P<employers>employer(?:s['\u2019]?|['\u2019]s)? liability)|(?P<public>public liability)"
    r"|(?P<indemnity>professional indemnity)|(?P<product>products? liability))",
    re.IGNORECASE,
)
_INSURANCE_NAMES = {
    "employers": "employers' liability",
    "public": "public liability",
    "indemnity": "professional indemnity",
    "product": "product liability",
}
#: Words that may stand between a sum and the insurance it belongs to: "£5m of public liability".
_BELONGS = re.compile(r" {0,2}(?:(?:in|of|for|worth of) )?(?:the )?", re.IGNORECASE)
_INSURANCE_WORD = re.compile(r"insur|indemnity|cover", re.IGNORECASE)
_TURNOVER = re.compile(r"\bturnover\b[^£.;\n]{0,80}" + _SUM_SOURCE, re.ASCII | re.IGNORECASE)
_SUM_THEN_TURNOVER = re.compile(_SUM_SOURCE + r"[ ,a-z]{0,25}\bturnover\b", re.ASCII | re.IGNORECASE)
#: Firms above £36m must publish a statement on slavery (Modern Slavery Act 2015, s. 54): no demand for such a turnover.
_SLAVERY = re.compile(r"\bslavery\b", re.ASCII | re.IGNORECASE)
_ACCREDITATION = re.compile(
    r"\bISO[ /-]{0,2}(?:IEC[ -]?)?(?P<iso>9001|14001|27001|45001)\b|\b(?P<plus>cyber essentials plus)\b"
    r"|\b(?P<cyber>cyber essentials)\b|\b(?-i:(?P<chas>CHAS))\b|\b(?P<safe>safe ?contractor)\b"
    r"|\b(?P<line>construction ?line)\b|\b(?P<dbs>(?-i:DBS)|disclosure and barring)\b",
    re.ASCII | re.IGNORECASE,
)
_ACCREDITATION_NAMES = {
    "plus": "Cyber Essentials Plus",
    "cyber": "Cyber Essentials",
    "chas": "CHAS",
    "safe": "SafeContractor",
    "line": "Constructionline",
    "dbs": "DBS checks",
}
_SOCIAL_VALUE = re.compile(
    r"\bsocial value\b[^.;\n%]{0,50}?\b(?P<after>\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent)"
    r"|\b(?P<before>\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent)[ a-z:]{0,25}\bsocial value\b",
    re.ASCII | re.IGNORECASE,
)
_CONSORTIUM = re.compile(r"\bconsorti(?:um|a|ums)\b|\bjoint bids?\b", re.ASCII | re.IGNORECASE)
_FRAMEWORK = re.compile(
    r"\bframework (?:agreement|contract)s?\b|\b(?P<dynamic>dynamic (?:purchasing system|market)s?)\b",
    re.ASCII | re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;!?](?=\s)|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fact, with its sum in pounds where it has one."""

    fact: Fact
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    kind: str
    value: str
    start: int
    end: int
    amount: Decimal | None = None


def findings_in(description: str, conditions: str) -> tuple[Finding, ...]:
    r"""What the text asks for or states, in the order of the text, each statement once.

    The offsets of a fact count in `description + "\\n" + conditions`; its quote is what stands there.
    """
    text = f"{description[:READ_LIMIT]}\n{conditions[:READ_LIMIT]}" if len(description) < READ_LIMIT else description
    text = text[:READ_LIMIT]
    first: dict[tuple[str, str], _Hit] = {}
    for hit in sorted(_hits(text), key=lambda hit: (hit.start, hit.end)):
        first.setdefault((hit.kind, hit.value), hit)
    return tuple(_quoted(hit, text) for hit in list(first.values())[:_MOST_FACTS])


def in_pounds(amount: Decimal) -> str:
    """A sum as people write it: "£5m", "£1.5m", "£300,000"."""
    million = Decimal(10) ** 6
    if amount >= million and amount % (million / 100) == 0:
        return f"£{(amount / million).normalize():f}m"
    return f"£{amount:,.0f}"


def _hits(text: str) -> Iterator[_Hit]:
    """Every hit, kind by kind; a kind whose word is nowhere in the text costs one look."""
    lowered = text.lower()
    if "liability" in lowered or "indemnity" in lowered:
        yield from _insurances(text)
    if "turnover" in lowered:
        yield from _turnovers(text)
    for found in _ACCREDITATION.finditer(text):
        name = f"ISO {found['iso']}" if found["iso"] else _ACCREDITATION_NAMES[str(found.lastgroup)]
        yield _Hit(kind="accreditation", value=name, start=found.start(), end=found.end())
    if "social value" in lowered:
        yield from _social_values(text)
    if "consorti" in lowered or "joint bid" in lowered:
        for found in _CONSORTIUM.finditer(text):
            yield _Hit(kind="consortium", value="speaks of joint bids", start=found.start(), end=found.end())
    if "framework" in lowered or "dynamic" in lowered:
        for found in _FRAMEWORK.finditer(text):
            value = "dynamic purchasing list" if found["dynamic"] else "framework agreement"
            yield _Hit(kind="framework", value=value, start=found.start(), end=found.end())


def _turnovers(text: str) -> Iterator[_Hit]:
    for pattern in (_TURNOVER, _SUM_THEN_TURNOVER):
        for found in pattern.finditer(text):
            amount = _amount(found)
            if amount is not None and not _SLAVERY.search(text, max(0, found.start() - 200), found.end() + 200):
                value = f"yearly turnover of {in_pounds(amount)}"
                yield _Hit(kind="turnover", value=value, start=found.start(), end=found.end(), amount=amount)


def _social_values(text: str) -> Iterator[_Hit]:
    for found in _SOCIAL_VALUE.finditer(text):
        share = found["after"] or found["before"]
        if float(share) > 0:
            value = f"social value counts for {share}%"
            yield _Hit(kind="social_value", value=value, start=found.start(), end=found.end())


def _insurances(text: str) -> Iterator[_Hit]:
    """Pair each insurance with the sum written right before it or soon after it."""
    mentions = list(_INSURANCE.finditer(text))
    if not mentions:
        return
    sums = list(_SUM.finditer(text))
    place = 0
    for number, mention in enumerate(mentions):
        limit = mentions[number + 1].start() if number + 1 < len(mentions) else len(text)
        while place < len(sums) and sums[place].end() <= mention.start():
            place += 1
        before = sums[place - 1] if place else None
        if before is not None and not _BELONGS.fullmatch(text, before.end(), mention.start()):
            before = None
        after = sums[place] if place < len(sums) else None
        if after is not None and not _follows(text, mention, after, limit):
            after = None
        yield from _insurance(text, mention, before or after)


def _follows(text: str, mention: re.Match[str], found: re.Match[str], limit: int) -> bool:
    """Whether a sum belongs to the insurance before it, not to the next one ("..., and £10m employers' liability")."""
    if found.start() >= limit or found.start() - mention.end() > _SUM_WITHIN:
        return False
    if _SENTENCE_END.search(text, mention.end(), found.start()):
        return False
    return limit == len(text) or not _BELONGS.fullmatch(text, found.end(), limit)


def _insurance(text: str, mention: re.Match[str], stated: re.Match[str] | None) -> Iterator[_Hit]:
    name = _INSURANCE_NAMES[str(mention.lastgroup)]
    amount = _amount(stated) if stated is not None else None
    if stated is not None and amount is not None:
        start, end = min(mention.start(), stated.start()), max(mention.end(), stated.end())
        value = f"{in_pounds(amount)} {name} insurance"
        yield _Hit(kind="insurance", value=value, start=start, end=end, amount=amount)
    elif _INSURANCE_WORD.search(text, mention.start(), mention.end() + _SUM_WITHIN):
        value = f"{name} insurance, no sum stated"
        yield _Hit(kind="insurance", value=value, start=mention.start(), end=mention.end())


def _amount(found: re.Match[str]) -> Decimal | None:
    scale = (found["scale"] or "").lower()
    number = Decimal(found["digits"].replace(",", "") + (found["pence"] or ""))
    amount = number * (_SCALES | _BILLIONS).get(scale, 1)
    return amount if _LEAST_SUM <= amount <= _LARGEST_SUM else None


def _quoted(hit: _Hit, text: str) -> Finding:
    """Quote the sentence around a hit, or as much of it as a quote may hold."""
    end = min(hit.end, hit.start + QUOTE_LIMIT)
    spare = QUOTE_LIMIT - (end - hit.start)
    earliest = max(0, hit.start - spare // 2)
    start = max((stop.end() for stop in _SENTENCE_END.finditer(text, earliest, hit.start)), default=earliest)
    if start == earliest and start > 0 and not text[start - 1].isspace():
        whole_word = text.find(" ", start, hit.start)
        start = whole_word + 1 or start
    latest = min(len(text), start + QUOTE_LIMIT)
    stop = _SENTENCE_END.search(text, end, latest)
    end = stop.end() if stop else max(end, text.rfind(" ", end, latest) if latest < len(text) else latest)
    quote = text[start:end]
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    fact = Fact(kind=hit.kind, value=hit.value, quote=quote, start=start, end=start + len(quote))
    return Finding(fact=fact, amount=hit.amount)
