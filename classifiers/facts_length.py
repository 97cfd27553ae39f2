"""Reads from a notice how long its contract lasts and by how much it may be extended.

Every span of time is found first and then judged by the words around it: most spans in a notice ("two years of
accounts", "within 12 months") say nothing of the contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classifiers.facts_hit import NUMBER_SOURCE, Hit, number_of, sentence_start
from classifiers.facts_span import LONGEST_MONTHS, MONTHS_A_YEAR, PLUS, Span, spans_in, sums_in

_IN_MONTHS = re.compile(r"\bduration of the contract: period in months: (?P<number>\d{1,3})\b", re.IGNORECASE)

_EXTEND = re.compile(r"\b(?:exten[dst]\w*|extensions?|prolong\w*)\b", re.IGNORECASE)
#: These count only right before the span: "a further two years".
_FURTHER = re.compile(
    r"\b(?:further|additional|optional|options?)(?: (?:periods?|terms?|of|up to|for|an?|maximum|to)){0,5} ?$",
    re.IGNORECASE,
)
#: An extension is a fact only where it may happen: one already made, or that is itself what is bought, is none.
_MAY = re.compile(
    r"\b(?:options?|optional|may|can|could|possib\w+|potential\w*|permit\w*|provisions?|rights?|discretion|allow\w*"
    r"|available|if|up to|plus|further|reserves?|additional)\b",
    re.IGNORECASE,
)
_ALREADY = re.compile(
    r"\b(?:has|have|had|been|was|were|is|being|will be) extended\b|\bto be extended (?:for|by) (?!up to)"
    r"|\bhas a further extension\b|\bvariation\b|\bamendment\b|\brenewal\b|\bis to extend\b|\bnon[ -]?renewable\b",
    re.IGNORECASE,
)
_APPROVED = re.compile(r"\b(?:extension|options?) (?:was|is|has been) (?:approved|agreed|taken)\b", re.IGNORECASE)
_JOINS = re.compile(r"[^.;\n]{0,25}\b(?:and|plus|followed by|then)\b[^.;\n]{0,45}", re.IGNORECASE)
_ADDED = re.compile(r" ?\+ ?")
_EXTENSION_NEXT = re.compile(r"[ -]{0,2}(?:optional |contract )?(?:extensions?|options?|optional)\b", re.IGNORECASE)
_SORT = r"(?: (?:further|potential|possible|additional|annual|optional|separate|extra|distinct)){0,3}"
#: How often an extension may be used: "two further potential annual extensions of 12 months", "two one year options".
_TIMES_BEFORE = re.compile(
    rf"\b(?P<count>{NUMBER_SOURCE}){_SORT},?(?P<noun> (?:extensions?|options?|periods?)(?: allowed"
    rf"| available)?(?:,? (?:each )?(?:of|for))?"
    r"(?: up to)?)? ?$",
    re.IGNORECASE,
)
#: "with 2 options to extend for an additional 12 months".
_OPTIONS_TO_EXTEND = re.compile(
    rf"\b(?P<count>{NUMBER_SOURCE}){_SORT} options to (?:further )?extend[^.;\n]{{0,30}}? (?:for|by)"
    r"(?: (?:an?|additional|further|period of|up to)){0,4} ?$",
    re.IGNORECASE,
)
_PLURAL_NEXT = re.compile(r"[ -]?(?:optional |contract )?(?:extensions?|options|periods)\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\b(?:extendable|maximum|total|overall|latest)\b(?![^.;]{0,35}(?:\b(?:value|cost|price|budget|amount)|£))",
    re.IGNORECASE,
)

_VERB = (
    r"(?: (?:is|are|was|will|shall|be|would|to|lasts?|runs?|of|for|an?|initial|fixed|the|set at|expected"
    r"|anticipated|proposed|currently|as|to be"
    r"|approximately|estimated|spanning|up to)){0,6}"
)
_LENGTH_BEFORE = re.compile(
    r"\b(?:period|term|duration|length|initial(?:ly)?)"
    r"(?: of (?:the |this |each )?(?:contract|framework|agreement|dps|performance"
    r"|delivery)(?: agreement)?)?(?: being (?:tendered|offered))?"
    rf"{_VERB}[\s:\u2013=-]{{0,4}}$",
    re.IGNORECASE,
)
_OTHER_PERIOD = re.compile(
    r"\b(?:standstill|notice|warranty|retention|defects|liability|trial|probation|payment|mobilisation|rectification"
    r"|construction|implementation|operation|extension|validity|maintenance|establishment|minimum|consultation"
    r"|review|long[ -]|short[ -])"
    r" ?(?:period|term|duration|length)",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|over|spanning|lasting|contract of)(?: an?| the next| the)?(?: initial| fixed)? ?$", re.IGNORECASE
)
_CONTRACT_FOR = re.compile(
    r"\b(?:contracts?|frameworks?|agreements?|arrangement|lots?|dps|concession|launched|tender\w*|term|supply)\b"
    r"[^.;\n]{0,60}?(?:\b(?:is|are|be|was|being|runs?|lasts?|operate|let|awarded|offered|made|appointed|launched"
    r"|established|initially|supply|set up|placed|valid)\b[^.;\n]{0,40}|\bcontract )" + _FOR.pattern,
    re.IGNORECASE,
)
_DURING = re.compile(r"\bduring the (?:duration|period|term|length)\b", re.IGNORECASE)
_PERIOD_NEXT = re.compile(r"[ -]period of\b", re.IGNORECASE)
_CONTRACT = re.compile(
    r"\b(?:contracts?|frameworks?|agreements?|arrangement|lots?|dps|concession|commission(?:ed)?|launched)\b",
    re.IGNORECASE,
)
_LENGTH_NEXT = re.compile(
    r"[ -]{1,2}(?:(?:fixed|initial|rolling|service|supply|closed|open|national|single[ -]supplier"
    r"|multi[ -]supplier) )?"
    r"(?:contracts?|frameworks?|agreements?|dynamic purchasing|dps|term|duration|basis|in duration)\b",
    re.IGNORECASE,
)
#: Words that make a span one of something else than the contract.
_OTHER = re.compile(
    r"\b(?:last|past|previous|preceding|accounts?|experience|within|every|at least|warrant\w*|registered|aged?"
    r"|old|return|examples?|since|minimum|turnover|per|less than|prior)\b",
    re.IGNORECASE,
)
_OTHER_NEXT = re.compile(
    r"\b(?:strategy|plan|programme|funding|grants?|licen[cs]es?|subscriptions?|guarantee|education|accredit\w*"
    r"|warrant\w*"
    r"|experience|accounts?|old|trading)\b",
    re.IGNORECASE,
)
#: "14 weeks for design and 4 weeks on site": one part of the contract.
_ONE_PART = re.compile(
    r" (?:duration )?(?:for )?(?:the )?(?:off[ -]site|on[ -]site|design|construction|manufactur\w+|fabrication"
    r"|installation|mobilisation)\b",
    re.IGNORECASE,
)
_IF_EXTENDED = re.compile(r"^[^.;\n]{0,12}\(if extended", re.IGNORECASE)
#: "extended for a further period of up to an aggregate of four years": the total of the extension itself.
_TOTAL_OF_MORE = re.compile(
    r"\b(?:further|additional) (?:periods?|terms?)(?: (?:of|time|up to|an?|for)){0,4} (?:total|aggregate"
    r"|maximum)(?: of)? ?$",
    re.IGNORECASE,
)
#: What is awarded is itself the extension of an older contract.
_TO_EXTEND = re.compile(r"\b(?:to extend|be extended|been extended|being extended)\b", re.IGNORECASE)
_CONTRACT_MINIMUM = re.compile(
    r"\b(?:contract|agreement|framework)[^.;\n]{0,30} for a minimum (?:period )?of $", re.IGNORECASE
)
_UP_TO_A_PERSON = re.compile(r"\b(?:support|accommodation|placements?|stay) (?:for|of|over) an? $", re.IGNORECASE)
_NEAR = 40
_RESTATED = re.compile(r"\b(?:years?|months?) \($", re.IGNORECASE)


def lengths(text: str, lowered: str) -> Iterator[Hit]:
    """The length of the contract and all its extensions together, each at most once: the first that is stated.

    Args:
        text: what is read.
        lowered: the same in small letters.
    """
    length: Hit | None = None
    extension: Hit | None = None
    total: Span | None = None
    reach = 0
    for span in spans_in(text):
        if _is_total(span):
            total = total or span
        elif extension is not None and reach and _ADDED.fullmatch(text, reach, span.start):
            extension, reach = _joined(extension, span), span.end
        elif _is_extension(span):
            if extension is None:
                extension = _extension_of(span)
            elif reach and _JOINS.fullmatch(text, reach, span.start):
                extension = _joined(extension, span)
            reach = span.end
        elif _is_length(span):
            length = length or _length(span)
            reach = 0
    length, extension = _from_figures(text, lowered, length, extension)
    if length is not None and extension is None and total is not None and _EXTEND.search(total.before):
        extension = _extension(total.months - _months_of(length), total.start, total.end)
    yield from (hit for hit in (length, extension) if hit is not None)


def _from_figures(text: str, lowered: str, length: Hit | None, extension: Hit | None) -> tuple[Hit | None, Hit | None]:
    """What is still not known, from a form's line in months and from sums of years."""
    for found in _IN_MONTHS.finditer(text) if "period in months" in lowered else ():
        length = length or _length_hit(span_words(int(found["number"])), found.start(), found.end())
    for first, more, start, end in _figures(text):
        if first:
            length = length or _length_hit(span_words(first), start, end)
        extension = extension or _extension(more, start, end)
    return length, extension


def _extension_of(span: Span) -> Hit | None:
    if span.months:
        return _extension(span.months * _times(span), span.start, span.end)
    normal = _weeks(span.amount * _times(span))
    value = f"may be extended by up to {normal}"
    return Hit(kind="extension", value=value, normal=normal, start=span.start, end=span.end)


def _joined(extension: Hit, span: Span) -> Hit | None:
    """Two extensions one after the other, as one: "12 months and then a further 12 months"."""
    return _extension(_months_of(extension) + span.months * _times(span), extension.start, span.end)


def span_words(months: int) -> str:
    """Months as they are compared: "36 months"."""
    return f"{months} month{'' if months == 1 else 's'}"


def _months_of(length: Hit) -> int:
    number, _, unit = length.normal.partition(" ")
    return int(number) if unit.startswith("month") else 0


def _is_total(span: Span) -> bool:
    if _TOTAL_OF_MORE.search(span.before):
        return False
    return bool(span.times == 1 and _TOTAL.search(span.before[-_NEAR:]) and not _TIMES_BEFORE.search(span.before))


def _is_extension(span: Span) -> bool:
    if _ALREADY.search(span.sentence) or _APPROVED.search(span.after):
        return False
    if span.is_more or _EXTENSION_NEXT.match(span.after):
        return True
    if _FURTHER.search(span.before) or _TOTAL_OF_MORE.search(span.before):
        return True
    found = list(_EXTEND.finditer(span.before))
    if not found or _OTHER.search(span.before, found[-1].end()):
        return False
    return bool(_MAY.search(span.before) or _MAY.search(span.after))


def _times(span: Span) -> int:
    if span.times > 1:
        return span.times
    counted = _OPTIONS_TO_EXTEND.search(span.before)
    if counted:
        return number_of(counted["count"]) or 1
    found = _TIMES_BEFORE.search(span.before)
    if found and (found["noun"] or _PLURAL_NEXT.match(span.after)):
        return number_of(found["count"]) or 1
    return 1


def _is_length(span: Span) -> bool:
    if _TO_EXTEND.search(span.before) or _EXTENSION_NEXT.match(span.after):
        return False
    if _CONTRACT_MINIMUM.search(span.before):
        return True
    if _OTHER.search(span.before[-_NEAR:]) or _is_of_a_part(span.after):
        return False
    found = _LENGTH_BEFORE.search(span.lead)
    if found:
        start = max(0, found.start() - 20)
        return not (
            _DURING.search(span.lead, start)
            or _OTHER_PERIOD.search(span.lead, start)
            or _UP_TO_A_PERSON.search(span.lead[: found.start()])
        )
    if _LENGTH_NEXT.match(span.after) or (_PERIOD_NEXT.match(span.after) and _CONTRACT.search(span.before)):
        return True
    return bool(span.months and _CONTRACT_FOR.search(span.before))


def _is_of_a_part(after: str) -> bool:
    """Whether the words behind a span make it one of something else, or of a part of the contract."""
    return bool(_OTHER_NEXT.search(after[:25]) or _IF_EXTENDED.search(after) or _ONE_PART.match(after))


def _length(span: Span) -> Hit:
    if span.months:
        return _length_hit(span_words(span.months * span.times), span.start, span.end)
    return _length_hit(_weeks(span.amount * span.times), span.start, span.end)


def _length_hit(normal: str, start: int, end: int) -> Hit:
    return Hit(kind="length", value=f"lasts {spoken(normal)}", normal=normal, start=start, end=end)


def _weeks(weeks: int) -> str:
    return f"{weeks} week{'' if weeks == 1 else 's'}"


def _extension(months: int, start: int, end: int) -> Hit | None:
    if not 0 < months <= LONGEST_MONTHS:
        return None
    normal = span_words(months)
    value = f"may be extended by up to {spoken(normal)}"
    return Hit(kind="extension", value=value, normal=normal, start=start, end=end)


def spoken(normal: str) -> str:
    """A normal length as people say it: "36 months" is "3 years"."""
    number, _, unit = normal.partition(" ")
    if unit.startswith("month") and int(number) % MONTHS_A_YEAR == 0:
        years = int(number) // MONTHS_A_YEAR
        return f"{years} year{'' if years == 1 else 's'}"
    return normal


def _figures(text: str) -> Sequence[tuple[int, int, int, int]]:
    """Lengths with extensions in figures: months of the length (0: all are extensions), of the rest, start and end."""
    said: list[tuple[int, int, int, int]] = []
    for match in sums_in(text):
        if match.re is PLUS:
            said.append((number_of(match["one"]) or 0, number_of(match["two"]) or 0, *match.span()))
            continue
        lead = text[max(0, match.start() - _NEAR) : match.start()]
        if match["unit"] or _LENGTH_BEFORE.search(lead) or _EXTENSION_NEXT.match(text, match.end()):
            more = sum(int(figure) for figure in re.findall(r"\d+", match["more"]))
            said.append((int(match["first"]), more, *match.span()))
    found = []
    for first, more, start, end in sorted(said, key=lambda one: one[2]):
        before = text[sentence_start(text, start, at_most=60) : start]
        all_more = bool(_EXTEND.search(before) or _FURTHER.search(before))
        if not all_more and _EXTENSION_NEXT.match(text, end):
            all_more = _LENGTH_BEFORE.search(before) is None
        if 0 < first + more <= LONGEST_MONTHS // MONTHS_A_YEAR and not _RESTATED.search(before):
            years = (0, first + more) if all_more else (first, more)
            found.append((years[0] * MONTHS_A_YEAR, years[1] * MONTHS_A_YEAR, start, end))
    return found
