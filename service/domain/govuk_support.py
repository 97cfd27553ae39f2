"""Pages of the government's finder "Finance and support for your business", read as programmes that wait to be checked.

The shape is that of the content API: title, description, base_path and, in details, the facets of the finder as
metadata and a body with fixed headings. Facets: alphagov/specialist-publisher@a9801882 (2026-08-21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from service.domain.programme_draft import ProgrammeDraft
from service.errors import UnreadableBody

FORMAT = "business_finance_support_scheme"
_SITE = "https://www.gov.uk"
_STAGES = {"not-yet-trading": "not_yet_trading", "start-up": "start_up", "established": "established"}
_SIZES: dict[str, tuple[str, ...]] = {"under-10": ("micro",), "between-10-and-249": ("small", "medium")}
_OTHER_SIZES = frozenset({"between-250-and-500", "over-500"})
#: What our words call the kinds of support; an award is none of them.
_HELPS = {
    "finance": "finance",
    "equity": "finance",
    "grant": "finance",
    "loan": "finance",
    "expertise-and-advice": "mentoring",
}
_ENGLAND = frozenset(
    {"east-midlands", "eastern", "london", "north-east", "north-west", "south-east", "south-west", "west-midlands"}
    | {"yorkshire-and-the-humber"}
)
_ELSEWHERE = frozenset({"northern-ireland", "scotland", "wales"})
_HEADINGS = {"who it's for": "for_whom", "who it is for": "for_whom", "how to apply": "how_to_apply"}
_HEADINGS |= {"organiser": "provider", "eligibility": "eligibility"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the finder that was read."""

    #: Its path, by which it is known.
    identity: str
    draft: ProgrammeDraft
    #: Why it is not for small firms in London; "" where it may be.
    left_out: str


def pages_in(document: object) -> list[Page]:
    """Every page of the finder in an answer: one page, a list of them, or what a search found.

    Raises:
        UnreadableBody: There is none in it.
    """
    found = [_page(each) for each in _found(document)]
    if not found:
        raise UnreadableBody(f"It holds no page of the finder: none has the type {FORMAT}.")
    return found


def is_finder(document: object) -> bool:
    """Whether an answer holds a page of the finder."""
    return any(True for _ in _found(document))


def _found(said: object) -> Iterable[Mapping[str, object]]:
    if isinstance(said, list):
        for each in said:
            yield from _found(each)
    elif isinstance(said, Mapping):
        if FORMAT in {said.get("document_type"), said.get("format"), said.get("schema_name")}:
            yield said
        else:
            yield from _found(said.get("results", []))


def _page(said: Mapping[str, object]) -> Page:
    details = said.get("details")
    inside: Mapping[str, object] = details if isinstance(details, Mapping) else {}
    metadata = inside.get("metadata")
    facets: Mapping[str, object] = metadata if isinstance(metadata, Mapping) else said
    path = _text(said, "base_path") or _text(said, "link")
    regions, sizes = set(_texts(facets, "regions")), _texts(facets, "business_sizes")
    sections = _sections(inside.get("body"))
    draft = ProgrammeDraft(
        name=_text(said, "title"),
        provider=sections.get("provider", ""),
        summary=_text(said, "description"),
        for_whom=sections.get("for_whom", ""),
        eligibility=sections.get("eligibility", ""),
        how_to_apply=sections.get("how_to_apply", ""),
        url=_text(facets, "continuation_link") or (f"{_SITE}{path}" if path.startswith("/") else ""),
        helps_with=_mapped(_HELPS, _texts(facets, "types_of_support")),
        stages=_mapped(_STAGES, _texts(facets, "business_stages")),
        sizes=tuple(dict.fromkeys(size for said_size in sizes for size in _SIZES.get(said_size, ()))),
        area=_area(regions),
        cost="unknown",
    )
    return Page(identity=path, draft=draft, left_out=_left_out(regions, sizes))


def _left_out(regions: set[str], sizes: list[str]) -> str:
    if regions and "london" not in regions:
        return "it is not for London"
    if sizes and set(sizes) <= _OTHER_SIZES:
        return "it is only for firms of 250 people or more"
    return ""


def _area(regions: set[str]) -> tuple[str, ...]:
    """Our word for some regions; none where they are no area of ours, for a person to choose."""
    if regions >= _ENGLAND | _ELSEWHERE:
        return ("uk",)
    if regions >= _ENGLAND:
        return ("england",)
    return ("london",) if "london" in regions else ()


def _sections(body: object) -> dict[str, str]:
    """The texts under the headings we know, of a body in Markdown or HTML, or a list of both."""
    if isinstance(body, list):
        parts = [part for part in body if isinstance(part, Mapping)]
        body = next((_raw(part) for part in parts if part.get("content_type") == "text/govspeak"), None) or next(
            (_raw(part) for part in parts), ""
        )
    if not isinstance(body, str):
        return {}
    marked = re.sub(r"<h\d[^>]*>(.*?)</h\d>", r"\n## \1\n", body, flags=re.DOTALL | re.IGNORECASE)
    found: dict[str, str] = {}
    for heading, text in re.findall(r"^#+ *([^\n]+)\n(.*?)(?=^#+ |\Z)", marked, flags=re.DOTALL | re.MULTILINE):
        field = _HEADINGS.get(_plain(heading).rstrip("?:").casefold().replace("\u2019", "'"))
        if field and (said := _plain(text)):
            found.setdefault(field, said)
    return found


def _raw(part: Mapping[str, object]) -> str:
    content = part.get("content")
    return content if isinstance(content, str) else ""


def _plain(text: str) -> str:
    """Text without marks, links kept by their words, in one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"<[^>]*>", " ", text))
    return " ".join(unescape(re.sub(r"^[*#$-]+ ?|\*\*", "", text, flags=re.MULTILINE)).split())


def _mapped(words: Mapping[str, str], said: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words[each] for each in said if each in words))


def _texts(said: Mapping[str, object], name: str) -> list[str]:
    """Values of a facet, which a search gives as objects with a value."""
    values = said.get(name)
    if not isinstance(values, list):
        return []
    plain = [each.get("value") if isinstance(each, Mapping) else each for each in values]
    return [each for each in plain if isinstance(each, str)]


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
