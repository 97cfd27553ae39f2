"""Reads from a notice whether it makes a framework or a dynamic list, not a purchase from somebody's framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classifiers.facts_hit import Hit, found_near

_LIST = r"(?:frameworks?\b|dynamic (?:purchasing systems?|markets?)\b|DPS\b)"
#: Frameworks that are ways of working, not of buying.
_OTHER_SORT = re.compile(
    r"\b(?:governance|legal|policy|pricing|assurance|assessment|investment|outcomes?|competency|quality|strategic"
    r"|regulatory|performance|management|planning|control|evaluation|legislative|accountability|steel|national"
    r"|risk|delivery|reporting|standards|analytical|conceptual|monitoring|competence|software|design|funding"
    r"|data|skills|curriculum|learning) $",
    re.IGNORECASE,
)
MADE = (
    re.compile(
        r"\b(?:establish\w*|set(?:ting)? up|form(?:ing)?|have|develop(?:ed|ing)?|enter into|conclude|creat(?:e"
        r"|es|ing)|secure|commission|procur(?:e|ing)|re-?let"
        r"|tender(?:ing)? for|implement(?:ing)?|holding|supply|appoint\w*|awarded|through|under|put in place)"
        rf"(?: to)?(?: an?| its| our| this)(?: new)?(?P<gap> [^.;:\n]{{0,110}}?|) ?(?P<what>['\u2018\"]?{_LIST})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:inclusion|participat\w*|partners|join(?:ing)?|appoint\w*|part(?:y|ies)|places?|positions?|put"
        r"|admission|admitted|apply(?:ing)?"
        r"|applications?|award(?:ed|ing)?|lot)"
        rf" (?:on|to|onto|of|in|join|for)?(?: ?(?:an?|the|our|this))(?P<gap> [^.;:\n]{{0,50}}?|) ?(?P<what>{_LIST})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:establish\w*|creat(?:e|es|ing|ion of)|set(?:ting)? up)(?P<gap> [^.;:\n]{{0,30}}?|) (?P<what>{_LIST})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:this|it|agreement|contract|dpf \d) (?:is|will be) an?(?P<gap> [^.;:\n]{{0,45}}?|) (?P<what>{_LIST})",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:an?|our) new(?P<gap> [^.;:\n]{{0,40}}?|) (?P<what>{_LIST})", re.IGNORECASE),
    re.compile(rf"\baward(?:ing|ed)?(?: \w+){{0,2}} (?:using|utilising) an?(?P<gap>) (?P<what>{_LIST})", re.IGNORECASE),
    re.compile(r"\bprovision of(?: an?)?(?P<gap>) (?P<what>framework agreement)\b", re.IGNORECASE),
    re.compile(rf"(?P<gap>)(?P<what>{_LIST}) \(DPS\),? which will\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:the|this)(?P<gap> [^.,;:\n]{{0,45}}?|) ?(?P<what>{_LIST})(?: agreement)?(?: \([^()\n]{{2,30}}\)"
        rf"| list)?"
        r" (?:will|is|shall|includes?|comprises?|consists?|may|launched|seeks?|aims?|covers?|has been|term"
        r"|encompass\w*|provides?"
        r"|allows?|enables?|offers?|supports?|is open)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:term|year|life|lifetime|duration|period|value) of (?:the|this)(?P<gap>) (?P<what>{_LIST})",
        re.IGNORECASE,
    ),
    re.compile(rf"\bthis(?P<gap>) (?P<what>{_LIST})(?: agreement)?\b", re.IGNORECASE),
    re.compile(
        rf"(?:\A|\n)\s{{0,10}}(?:an? )?(?P<gap>)(?P<what>{_LIST})(?: agreement)?(?: \(DPS\))? for\b", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:an?|multi-lot|multi-supplier|single supplier)(?P<gap>) (?P<what>frameworks? (?:agreement"
        r"|arrangement|contract)s?"
        r"|dynamic purchasing systems?)\b(?= (?:for|with|to|of|providing|that|which|between)\b|[.,]|\Z)",
        re.IGNORECASE,
    ),
)
#: Buying from a framework that is there already.
_BOUGHT_FROM = re.compile(
    r"\b(?:called? off|call[ -]off|further competition|mini[ -]competition|direct award|registered on"
    r"|has been supported|awarded (?:under|via|through|from|following))\b[^.;\n]{0,70}$"
    r"|\b(?:using|against|via|call(?:ed)?[ -]off from|purchased? from)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
#: "develop a framework" may mean any plan; then it must be one "of suppliers", or "for the provision of".
_ANY_PLAN = re.compile(r"(?:develop|implement)", re.IGNORECASE)
_OF_SUPPLIERS = re.compile(
    r" (?:agreements?|contracts?|of (?:approved )?(?:suppliers|providers|contractors|consultants)"
    r"|for (?:the )?(?:provision|supply)"
    r"|to support)\b|\s?\(",
    re.IGNORECASE,
)
_THERE_ALREADY = re.compile(
    r"\b(?:under|via|using|from|through|existing|other|any|various|current|mix)\b", re.IGNORECASE
)
_WILL_BE = re.compile(r"(?: agreement)? (?:will be|is) an? ", re.IGNORECASE)
#: The notice itself buys from a framework; what it says of that framework further on is not its own.
_CALL_OFF = re.compile(
    r"\b(?:call[ -]?off|direct award|further competition|mini[ -]competition|is awarded|been awarded|placed|procured)"
    r"(?: contract| agreement)?[^.;\n]{0,60} (?:under|via|from|through|against|using|following) [^.;\n]{0,90}"
    r"(?:framework|DPS|dynamic purchasing)",
    re.IGNORECASE,
)
#: "a new framework agreement or dynamic market": the buyer has not decided, and the first is told.
_FIRST_OF_TWO = re.compile(rf"{_LIST}(?= (?:agreement )?or\b)", re.IGNORECASE)
#: No pattern of `MADE` matches but around one of these words, which are found far sooner.
ANY_LIST = re.compile(r"framework|dynamic|dps", re.IGNORECASE)
#: The longest way from a verb to its list, and from a list to the last word read behind it; with room to spare.
LIST_PLACES = (240, 120)
_BEGINNING = 400
_BEFORE = 80


def frameworks(text: str) -> Iterator[Hit]:
    """At most one hit: this procurement makes, or is, a framework or a dynamic list."""
    places = [found.span() for found in ANY_LIST.finditer(text)]
    found = sorted((hit for pattern in MADE for hit in _made(text, pattern, places)), key=lambda hit: hit.start)
    if found and not _CALL_OFF.search(text, 0, _BEGINNING):
        yield next((hit for hit in found if hit.normal.startswith("dynamic")), found[0])


def _made(text: str, pattern: re.Pattern[str], places: Sequence[tuple[int, int]]) -> Iterator[Hit]:
    before, after = LIST_PLACES
    for match in found_near(pattern, text, places, before=before, after=after):
        start, end = match.span("what")
        if _THERE_ALREADY.search(match["gap"]) or _OTHER_SORT.search(text, max(0, start - 30), start):
            continue
        if _BOUGHT_FROM.search(text, max(0, match.start() - _BEFORE), start):
            continue
        plan = _ANY_PLAN.match(match[0]) and match["what"].lower().endswith(("framework", "frameworks"))
        if plan and not _OF_SUPPLIERS.match(text, end):
            continue
        said = text[start : end + 40].lower() if _WILL_BE.match(text, end) else match["what"].lower()
        if other := _FIRST_OF_TWO.search(text, *match.span("gap")):
            said, (start, end) = other[0].lower(), other.span()
        dynamic = "dynamic" in said or "dps" in said
        normal = "dynamic purchasing system" if dynamic else "framework agreement"
        value = "dynamic purchasing list" if dynamic else "framework agreement"
        yield Hit(kind="framework", value=value, normal=normal, start=start, end=end)
        return
