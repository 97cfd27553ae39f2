"""Reads from a notice what it asks of a bidder and on what terms, and quotes the words it read.

Every pattern has bounded repeats only and the text is cut, so no notice can make reading slow. What is not found is
not said to be absent: the tender papers, which we do not hold, may ask for more. How often it is right is measured on
notices read by hand: `docs/facts-and-size.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from classifiers.facts_dates import dates
from classifiers.facts_framework import frameworks
from classifiers.facts_hit import SENTENCE_END, Hit
from classifiers.facts_length import lengths
from classifiers.facts_money import in_pounds, insurances, turnovers
from classifiers.facts_terms import terms
from classifiers.facts_weights import weights
from service.domain.tagging import Fact

__all__ = ["QUOTE_LIMIT", "READ_LIMIT", "Finding", "findings_in", "in_pounds"]

#: The most characters read, of the description and the conditions together.
READ_LIMIT = 40_000
QUOTE_LIMIT = 160
_MOST_FACTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fact, with its sum in pounds where it has one."""

    fact: Fact
    amount: Decimal | None = None


def findings_in(description: str, conditions: str) -> tuple[Finding, ...]:
    r"""What the text asks for or states, in the order of the text, each statement once.

    The offsets of a fact count in `description + "\\n" + conditions`; its quote is what stands there.
    """
    text = f"{description[:READ_LIMIT]}\n{conditions[:READ_LIMIT]}" if len(description) < READ_LIMIT else description
    text = text[:READ_LIMIT]
    first: dict[tuple[str, str], Hit] = {}
    for hit in sorted(_hits(text), key=lambda hit: (hit.start, hit.end)):
        first.setdefault((hit.kind, hit.normal), hit)
    return tuple(_quoted(hit, text) for hit in _best(first)[:_MOST_FACTS])


def _hits(text: str) -> Iterator[Hit]:
    """Every hit, kind by kind; a kind whose word is nowhere in the text costs one look."""
    lowered = text.lower()
    if "liability" in lowered or "indemnity" in lowered or "insurance" in lowered:
        yield from insurances(text)
    if "turnover" in lowered:
        yield from turnovers(text)
    yield from terms(text, lowered)
    yield from weights(text, lowered)
    if "framework" in lowered or "dynamic" in lowered or "dps" in lowered:
        yield from frameworks(text)
    if "year" in lowered or "month" in lowered or "week" in lowered or "+" in text:
        yield from lengths(text, lowered)
    yield from dates(text)


def _best(first: dict[tuple[str, str], Hit]) -> list[Hit]:
    """The hits without the insurances named once more without their sum."""
    summed = {hit.normal.partition(":")[0] for hit in first.values() if hit.kind == "insurance" and hit.amount}
    return [
        hit
        for hit in first.values()
        if hit.kind != "insurance" or hit.amount or hit.normal.partition(":")[0] not in summed
    ]


def _quoted(hit: Hit, text: str) -> Finding:
    """Quote the sentence around a hit, or as much of it as a quote may hold."""
    end = min(hit.end, hit.start + QUOTE_LIMIT)
    spare = QUOTE_LIMIT - (end - hit.start)
    earliest = max(0, hit.start - spare // 2)
    start = max((stop.end() for stop in SENTENCE_END.finditer(text, earliest, hit.start)), default=earliest)
    if start == earliest and start > 0 and not text[start - 1].isspace():
        whole_word = text.find(" ", start, hit.start)
        start = whole_word + 1 or start
    latest = min(len(text), start + QUOTE_LIMIT)
    stop = SENTENCE_END.search(text, end, latest)
    end = stop.end() if stop else max(end, text.rfind(" ", end, latest) if latest < len(text) else latest)
    quote = text[start:end]
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    fact = Fact(kind=hit.kind, value=hit.value, quote=quote, start=start, end=start + len(quote), normal=hit.normal)
    return Finding(fact=fact, amount=hit.amount)
