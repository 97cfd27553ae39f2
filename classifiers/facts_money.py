"""Reads from a notice which insurance and which turnover it asks of a bidder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from classifiers.facts_hit import SENTENCE_END, Hit, sentence_start, sentence_stop

#: A sum below is not a demand ("public liability: £1"), one above is a slip of the pen. Pounds.
_LEAST_SUM = Decimal(1_000)
_LARGEST_SUM = Decimal(10) ** 10
#: How far an insurance and its sum may stand apart, in characters.
_SUM_WITHIN = 60

_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?: \d{3}){1,4}|\d{1,12})(?:\.\d{1,2})?(?![\d,]*\d)"
_SCALE = r"(?: ?(?P<scale{n}>millions?|thousand|billion|mn|bn|m|k)\b)?"
_SUM_SOURCE = (
    rf"(?:(?<!x )(?<!times )(?:£|\bGBP) ?(?P<first>{_DIGITS}){_SCALE.format(n=1)}"
    rf"|(?<![\d,.£])(?P<second>{_DIGITS}){_SCALE.format(n=2)} ?(?:GBP|pounds)\b"
    rf"|(?<![\d,.£])(?P<third>\d{{1,3}}(?:\.\d{{1,2}})?)(?P<scale3> ?(?:million|m))\b(?! ?(?:EUR|euros?|USD|kr)))"
)
_SUM = re.compile(_SUM_SOURCE, re.ASCII | re.IGNORECASE)
_SCALES = {"thousand": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9}
_INSURANCE = re.compile(
    r"\b(?:(?P<employers>employe(?:r|e)s?(?:['\u2019]s?)?(?: \(compulsory\))? liability"
    r"|employers compulsory liability)"
    r"|(?P<both>public (?:and|&|/) ?products? liability)|(?P<public>public liability)"
    r"|(?P<indemnity>professional (?:indemnity|liability))|(?P<product>products? liability))",
    re.IGNORECASE,
)
#: Short names count only right before a sum, or before the word insurance.
_SHORT = re.compile(
    r"\b(?:(?P<employers>EL)|(?P<public>P[Ll])|(?P<indemnity>PI))(?: ?(?i:insurance|cover))? ?[:=\u2013-]? ?(?=£|GBP)"
    r"|\b(?P<indemnity2>PI) (?i:insurance|cover)\b"
)
_NAMES = {
    "employers": ("employers_liability", "employers' liability"),
    "public": ("public_liability", "public liability"),
    "indemnity": ("professional_indemnity", "professional indemnity"),
    "product": ("product_liability", "product liability"),
}
#: Words that may stand between a sum and the insurance it belongs to: "£5m of public liability".
_BELONGS = re.compile(r"(?: ?\([^()\n]{0,40}\))? {0,2}(?:(?:in|of|for|worth of) )?(?:the )?", re.IGNORECASE)
#: Words that may stand between an insurance and its sum where the next insurance follows at once, as in a list.
_TIGHT = re.compile(
    r"\s?(?:insurances?|indemnity|cover)?(?: cover)?\*? ?[:=(\u2013-]{0,2}(?: ?(?:of|at|is|a|minimum|to|least"
    r"|up)){0,4} ?",
    re.IGNORECASE,
)
#: Words between two insurances that share one sum: "employers' liability and public liability insurances of £5m".
_SHARED = re.compile(r" ?(?:insurances?|cover)? ?(?:and|&|/|,) ?", re.IGNORECASE)
_INSURANCE_WORD = re.compile(r"insur|indemnity|cover", re.IGNORECASE)
#: What makes a mention of an insurance a demand; without it the insurance may be what is bought.
_ASKED = re.compile(
    r"\b(?:must|requires?d?|hold|evidence|proof|needs?|needed|minimum|carry|maintain|obtain|valid|adequate|shall have"
    r"|in place|copy of)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"\b(?:lots?|broker\w*|placement|policies|insurances? (?:services|programme|covers|portfolio)"
    r"|business interruption"
    r"|motor fleet|fidelity|all risks)\b",
    re.IGNORECASE,
)
_TURNOVER = re.compile(r"\bturnovers?\b", re.IGNORECASE)
_GAP_TO_SUM = 110
_DEMANDED = re.compile(
    r"\b(?:minimum|at least|requirements?|required?|must|not less than|no less than|exceed\w*|or more|greater than"
    r"|in excess of|need(?:s|ed)?|more than)\b",
    re.IGNORECASE,
)
#: Firms above £36m must publish a statement on slavery (Modern Slavery Act 2015, s. 54): no demand for such a turnover.
_SLAVERY = re.compile(r"\bslavery\b", re.IGNORECASE)
_HEADED = re.compile(r"\s*:\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """An insurance named in the text."""

    names: tuple[str, ...]
    start: int
    end: int


def in_pounds(amount: Decimal) -> str:
    """A sum as people write it: "£5m", "£1.5m", "£300,000"."""
    million = Decimal(10) ** 6
    if amount >= million and amount % (million / 100) == 0:
        return f"£{(amount / million).normalize():f}m"
    return f"£{amount:,.0f}"


def insurances(text: str) -> Iterator[Hit]:
    """Pair each insurance with the sum written right before it or soon after it."""
    mentions = _mentions(text)
    if not mentions:
        return
    sums = [found for found in _SUM.finditer(text) if _amount(found) is not None]
    stated: list[re.Match[str] | None] = []
    place = 0
    for number, mention in enumerate(mentions):
        limit = mentions[number + 1].start if number + 1 < len(mentions) else len(text)
        while place < len(sums) and sums[place].end() <= mention.start:
            place += 1
        before = sums[place - 1] if place else None
        if before is not None and stated and stated[-1] is before and before.start() > mentions[number - 1].start:
            before = None
        if before is not None and not _BELONGS.fullmatch(text, before.end(), mention.start):
            before = None
        after = sums[place] if place < len(sums) else None
        if after is not None and (before is not None or not _follows(text, mention, after, limit)):
            after = None
        stated.append(before or after)
    _share(text, mentions, stated)
    for mention, found in zip(mentions, stated, strict=True):
        yield from _insurance(text, mention, found)


def turnovers(text: str) -> Iterator[Hit]:
    """The turnover asked of a bidder; not that of the service, nor the limit of the slavery act."""
    for mention in _TURNOVER.finditer(text):
        start = sentence_start(text, mention.start(), at_most=160)
        stop = sentence_stop(text, mention.end(), at_most=_GAP_TO_SUM + 40)
        found = _SUM.search(text, mention.end(), stop)
        if found is None:
            earlier = list(_SUM.finditer(text, max(start, mention.start() - 60), mention.start()))
            found = earlier[-1] if earlier else None
        if found is None or not _is_asked(text, start, stop, mention):
            continue
        amount = _amount(found)
        if amount is None or _SLAVERY.search(text, max(0, start - 120), stop + 120):
            continue
        begin, end = min(mention.start(), found.start()), max(mention.end(), found.end())
        value = f"yearly turnover of {in_pounds(amount)}"
        yield Hit(kind="turnover", value=value, normal=f"{amount:f}", start=begin, end=end, amount=amount)


def _is_asked(text: str, start: int, stop: int, mention: re.Match[str]) -> bool:
    return bool(_DEMANDED.search(text, start, stop) or _HEADED.match(text, mention.end(), stop))


def _mentions(text: str) -> Sequence[_Mention]:
    found: list[_Mention] = []
    for match in _INSURANCE.finditer(text):
        name = str(match.lastgroup)
        names = ("public", "product") if name == "both" else (name,)
        found.append(_Mention(names=names, start=match.start(), end=match.end()))
    if _INSURANCE_WORD.search(text):
        for match in _SHORT.finditer(text):
            name = str(match.lastgroup).rstrip("2")
            found.append(_Mention(names=(name,), start=match.start(), end=match.end()))
    return sorted(found, key=lambda mention: (mention.start, -mention.end))


def _share(text: str, mentions: Sequence[_Mention], stated: list[re.Match[str] | None]) -> None:
    """Give an insurance without a sum the sum of the one it is joined to by "and"."""
    for number in range(len(mentions) - 2, -1, -1):
        if _SHARED.fullmatch(text, mentions[number].end, mentions[number + 1].start):
            after, before = stated[number + 1], stated[number]
            if before is None and after is not None and after.start() >= mentions[number + 1].end:
                stated[number] = after
            elif after is None and before is not None and before.end() <= mentions[number].start:
                stated[number + 1] = before


def _follows(text: str, mention: _Mention, found: re.Match[str], limit: int) -> bool:
    """Whether a sum belongs to the insurance before it, not to the next one ("..., and £10m employers' liability")."""
    if found.start() >= limit or found.start() - mention.end > _SUM_WITHIN:
        return False
    if SENTENCE_END.search(text, mention.end, found.start()):
        return False
    if _TIGHT.fullmatch(text, mention.end, found.start()):
        return True
    return limit == len(text) or not _BELONGS.fullmatch(text, found.end(), limit)


def _insurance(text: str, mention: _Mention, stated: re.Match[str] | None) -> Iterator[Hit]:
    amount = _amount(stated) if stated is not None else None
    for name in mention.names:
        code, words = _NAMES[name]
        if stated is not None and amount is not None:
            start, end = min(mention.start, stated.start()), max(mention.end, stated.end())
            value = f"{in_pounds(amount)} {words} insurance"
            yield Hit(kind="insurance", value=value, normal=f"{code}:{amount:f}", start=start, end=end, amount=amount)
        elif _is_demanded(text, mention):
            value = f"{words} insurance, no sum stated"
            yield Hit(kind="insurance", value=value, normal=f"{code}:", start=mention.start, end=mention.end)


def _is_demanded(text: str, mention: _Mention) -> bool:
    """Whether an insurance without a sum is asked for, and is not itself what the buyer wants."""
    if not _INSURANCE_WORD.search(text, mention.start, mention.end + 25):
        return False
    start = max(0, mention.start - 160)
    if _BOUGHT.search(text, start, mention.end + 60):
        return False
    return bool(_ASKED.search(text, start, min(len(text), mention.end + 50)))


def _amount(found: re.Match[str]) -> Decimal | None:
    digits = found["first"] or found["second"] or found["third"]
    scale = (found["scale1"] or found["scale2"] or found["scale3"] or "").strip().lower()
    amount = Decimal(digits.replace(",", "").replace(" ", "")) * 10 ** _SCALES.get(scale, 0)
    return amount.normalize() + 0 if _LEAST_SUM <= amount <= _LARGEST_SUM else None
