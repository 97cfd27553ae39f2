"""Reads from a notice which accreditations, lots, transfers of staff, site visits and joint bids it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classifiers.facts_hit import NUMBER_SOURCE, Hit, number_of

_ACCREDITATION = re.compile(
    r"\bISO[ /-]{0,2}(?:IEC[ -]?)?(?P<iso>9001|14001|22301|27001|45001|50001)\b"
    r"|\b(?P<plus>cyber (?:security )?essentials plus)\b|\b(?P<cyber>cyber (?:security )?essentials)\b"
    r"|\b(?-i:(?P<chas>CHAS))\b|\b(?P<safe>safecontractor|(?-i:Safe Contractor))\b"
    r"|(?P<listed>\badvertised on constructionline)\b|\b(?P<line>constructionline|(?-i:Construction Line))\b"
    r"|\b(?P<dbs>(?-i:DBS)[ -](?:check|clear|certificat|registration|disclosure|vetted)\w*"
    r"|(?:enhanced|valid|current|satisfactory) (?-i:DBS)"
    r"|disclosure (?:and |& )?barring service (?:registration|check|certificat|clear|disclosure)\w*)",
    re.ASCII | re.IGNORECASE,
)
#: "ISO 9001, 14001 and 45001".
_NEXT_ISO = re.compile(r"(?:[,/ &]| and ){1,4}(?P<iso>9001|14001|22301|27001|45001|50001)\b", re.ASCII)
_NAMES = {
    "plus": "Cyber Essentials Plus",
    "cyber": "Cyber Essentials",
    "chas": "CHAS",
    "safe": "SafeContractor",
    "line": "Constructionline",
    "dbs": "DBS checks",
}
#: The checks are themselves what is bought.
_CHECKS_BOUGHT = re.compile(
    r"\b(?:provision of|provider of|process(?:ing)?|managing|management of|applications? for|supply of|administ\w+)"
    r"[^.;\n]{0,40}$",
    re.IGNORECASE,
)

_LOTS = re.compile(
    rf"\b(?P<number>{NUMBER_SOURCE})(?: ?[x\u00d7])?"
    r"(?: (?:separate|distinct|individual|geographical?|regional|area|service|different|main)){0,2} lots\b"
    rf"(?: and (?P<more>{NUMBER_SOURCE}) (?:combined|further|additional) lots\b)?",
    re.IGNORECASE,
)
#: "a maximum of 3 lots" tells how many one may win, not how many there are.
_NOT_ALL_LOTS = re.compile(
    r"(?:\b(?:up to|maximum|more than|fewer than|no more|at least|minimum|any|remaining|other|awarded)\b[^.;\n]{0,30}"
    r"|\bor )$",
    re.IGNORECASE,
)
_ONE_LOT = re.compile(
    r"(?<![a-z])lots?[ _]?(?P<from>\d{1,2})(?!\d)(?: ?(?P<join>to|-|\u2013|and|&) ?(?P<to>\d{1,2})(?!\d)(?=\D))?",
    re.IGNORECASE,
)
_MOST_LOTS = 60

_TUPE = re.compile(
    r"\bTUPE(?:['\u2019]?d\b)?|\btransfer of undertakings(?: \(protection of employment\))?", re.IGNORECASE
)
_TUPE_NOT = re.compile(
    r"\b(?:not (?:likely to |expected to |anticipated to |considered to |be )?appl\w+|not applicable|unlikely"
    r"|no TUPE|not subject to|n/a)\b",
    re.IGNORECASE,
)
_TUPE_PERHAPS = re.compile(
    r"\b(?:may|might|could|expected|anticipated|likely|consider(?:ed|s)?|believe[sd]?|potential(?:ly)?|possib\w+"
    r"|implications?|information|details|data|if)\b",
    re.IGNORECASE,
)
_TUPE_AT_ONCE = re.compile(
    r"\binvolves? TUPE\b|(?:TUPE|\))(?: \(?regulations(?: 2006)?\)?)? (?:will |does |do )?appl(?:y|ies)\b"
    r"|TUPE['\u2019]?d\b",
    re.IGNORECASE,
)
_TUPE_SURE = re.compile(
    r"\b(?:will apply|does apply|do apply|applies|(?:regulations )?apply|involves?|is applicable|are applicable"
    r"|subject to|transfer(?:ring|red)?)\b|TUPE['\u2019]?d\b",
    re.IGNORECASE,
)

_VISIT = re.compile(
    r"\bsite (?:visits?|inspections?|tours?|viewings?|walk[ -]?rounds?)\b|\bwalk[ -]?(?:throughs?"
    r"|rounds?) (?:of|around)\b|\bvisits? (?:to )?(?:the )?sites?\b"
    r"|\bviewings? of the\b|\bvisit (?:of|to) the (?:premises|property|building)\b",
    re.IGNORECASE,
)
_VISIT_OFFERED = re.compile(
    r"\b(?:arrang\w+|appointments?|available|book(?:ed|ing)?|attend\w*|mandatory|compulsory|must|welcome\w*"
    r"|schedul\w+"
    r"|invited|planned|encouraged|strongly advised|offered|can be (?:made|arranged)|confirm\w*|organis\w+"
    r"|prior to (?:preparing|submitting|finalising|tendering|pricing))\b",
    re.IGNORECASE,
)
_VISIT_HEADING = re.compile(r"\s*:", re.ASCII)
_VISIT_IS_WORK = re.compile(
    r"\b(?:undertaken by|carried out by|record\w*|reports?|inspection reports|emergency|engineers?|routine"
    r"|maintenance visits|servicing|participation in|their role)\b",
    re.IGNORECASE,
)
_VISIT_MUST = re.compile(
    r"\b(?:mandatory|compulsory|obligatory)(?: group)? (?:site|visit)|\b(?:is|are) (?:mandatory|compulsory"
    r"|obligatory)"
    r"|\bmust (?:attend|visit|undertake)|\bis a condition\b",
    re.IGNORECASE,
)
_VISIT_NEED_NOT = re.compile(
    r"\bnot (?:be )?(?:mandatory|compulsory|obligatory|required)|\bnon-mandatory", re.IGNORECASE
)

_TOGETHER = re.compile(
    r"(?<!purchasing )(?<!procurement )(?<!buying )\bconsortia\b"
    r"|\bconsortium(?: or joint venture)? (?:bids?|bidders?|bidding|members? (?:must|will|shall)|arrangements?"
    r"|guarantee|agreement|responses?)\b"
    r"|\b(?:as|form|forming|forms|part of|via|through|in) (?:a|the) (?:proposed )?consortium\b"
    r"|\bconsortium of (?:bidders|suppliers|providers|firms|companies|organisations|contractors)\b"
    r"|\bor (?:an? )?consortium\b|\bjoint bids?\b|\bJVCA\b",
    re.IGNORECASE,
)
_BUYERS_CONSORTIUM = re.compile(
    r"\b(?:purchasing|procurement|buying|members of the|universities|participating)\b", re.IGNORECASE
)


def terms(text: str, lowered: str) -> Iterator[Hit]:
    """Every hit, kind by kind; a kind whose word is nowhere in the text costs one look.

    Args:
        text: what is read.
        lowered: the same in small letters.
    """
    if _may_accredit(text, lowered):
        yield from _accreditations(text)
    if "lot" in lowered:
        yield from _lots(text)
    if "tupe" in lowered or "transfer of undertakings" in lowered:
        yield from _tupe(text)
    if "visit" in lowered or "site " in lowered or "viewing" in lowered:
        yield from _visits(text)
    if "consorti" in lowered or "joint bid" in lowered or "jvca" in lowered:
        yield from _together(text)


def _may_accredit(text: str, lowered: str) -> bool:
    """Whether any word stands there without which no accreditation is read."""
    return (
        "001" in text
        or "22301" in text
        or "essentials" in lowered
        or "CHAS" in text
        or "safecontractor" in lowered
        or "Safe Contractor" in text
        or "constructionline" in lowered
        or "Construction Line" in text
        or "DBS" in text
        or "barring" in lowered
    )


def _accreditations(text: str) -> Iterator[Hit]:
    for found in _ACCREDITATION.finditer(text):
        kind = str(found.lastgroup)
        if kind == "listed" or (
            kind == "dbs" and _CHECKS_BOUGHT.search(text, max(0, found.start() - 60), found.start())
        ):
            continue
        name = f"ISO {found['iso']}" if found["iso"] else _NAMES[kind]
        yield Hit(kind="accreditation", value=name, normal=name, start=found.start(), end=found.end())
        place = found.end()
        while found["iso"] and (following := _NEXT_ISO.match(text, place)):
            name, place = f"ISO {following['iso']}", following.end()
            yield Hit(kind="accreditation", value=name, normal=name, start=following.start("iso"), end=place)


def _lots(text: str) -> Iterator[Hit]:
    """How many lots there are: as stated, or as listed from the first to the last."""
    stated: tuple[int, int, int] | None = None
    for found in _LOTS.finditer(text):
        number = number_of(found["number"])
        more = number_of(found["more"]) if found["more"] else 0
        excluded = _NOT_ALL_LOTS.search(text, max(0, found.start() - 50), found.start())
        if number and not excluded and 1 < number + (more or 0) <= _MOST_LOTS:
            stated = (number + (more or 0), found.start(), found.end())
            break
    listed = _listed(text)
    if stated is None or (listed is not None and listed[0] > stated[0]):
        stated = listed
    if stated is not None:
        number, start, end = stated
        yield Hit(kind="lots", value=f"{number} lots", normal=str(number), start=start, end=end)


def _listed(text: str) -> tuple[int, int, int] | None:
    """The number of lots named one by one from 1 on, and where the first and the last stand; None below two."""
    first: dict[int, re.Match[str]] = {}
    for found in _ONE_LOT.finditer(text):
        numbers: Sequence[int] = (int(found["from"]),)
        if found["to"]:
            numbers = _through(found)
        for number in numbers:
            first.setdefault(number, found)
    last, places = max(first, default=0), {found.start() for found in first.values()}
    if not 1 < last <= _MOST_LOTS or len(places) == 1 or any(number not in first for number in range(1, last + 1)):
        return None
    start = min(places)
    return last, start, max(start + 1, first[last].end())


def _through(found: re.Match[str]) -> Sequence[int]:
    begin, end = int(found["from"]), int(found["to"])
    if found["join"] in {"and", "&"}:
        return (begin, end)
    return range(begin, end + 1) if begin < end <= _MOST_LOTS else (begin,)


def _tupe(text: str) -> Iterator[Hit]:
    for found in _TUPE.finditer(text):
        around = text[max(0, found.start() - 60) : found.end() + 75]
        if _TUPE_NOT.search(around):
            normal, value = "unlikely", "staff are not expected to transfer (TUPE)"
        elif found[0].lower().rstrip("d'\u2019") != "tupe" or _TUPE_SURE.search(around) or _TUPE_PERHAPS.search(around):
            sure = _TUPE_AT_ONCE.search(around) or (_TUPE_SURE.search(around) and not _TUPE_PERHAPS.search(around))
            normal = "applies" if sure else "may apply"
            value = "staff transfer to the winner (TUPE)" if sure else "staff may transfer to the winner (TUPE)"
        else:
            continue
        yield Hit(kind="tupe", value=value, normal=normal, start=found.start(), end=found.end())
        return


def _visits(text: str) -> Iterator[Hit]:
    offered: Hit | None = None
    for found in _VISIT.finditer(text):
        lead, trail = text[max(0, found.start() - 60) : found.start()], text[found.end() : found.end() + 110]
        around = lead + found[0] + trail
        if _VISIT_IS_WORK.search(around):
            continue
        if not (_VISIT_HEADING.match(trail) or _VISIT_OFFERED.search(around)):
            continue
        start, end = found.span()
        must = _VISIT_MUST.search(text, max(0, start - 60), end + 110)
        if must and not _VISIT_NEED_NOT.search(text, start, end + 110):
            # The words that make it a duty are quoted with it: under a heading they stand in the line below.
            first, last = min(start, must.start()), max(end, must.end())
            yield Hit(kind="site_visit", value="site visit required", normal="mandatory", start=first, end=last)
            return
        offered = offered or Hit(kind="site_visit", value="site visit offered", normal="offered", start=start, end=end)
    if offered is not None:
        yield offered


def _together(text: str) -> Iterator[Hit]:
    for found in _TOGETHER.finditer(text):
        if not _BUYERS_CONSORTIUM.search(text, max(0, found.start() - 25), found.start()):
            value = "speaks of joint bids"
            yield Hit(kind="consortium", value=value, normal="joint bids", start=found.start(), end=found.end())
            return
