"""Where the work of a notice is, and how we know.

A firm in Hackney wants Hackney's work, yet notices say where in three ways that often disagree: a place of delivery
(from "UKI41" to "United Kingdom"), a postcode, or nothing but the buyer's own address. `place_of` weighs them by fixed
rules and keeps its reasons in words, because a match is only as good as the reason shown for it:

1. A stated place of delivery beats the buyer's address.
2. Where the statement is coarse (London, or a part of it) and the buyer serves certain boroughs inside it, those are
   the place. Nationwide stays nationwide.
   A school or council that is not on the buyer list narrows London to its own postcode.
3. With nothing stated, the buyer's place is taken: what the buyer list says, then its postcode, then its region.
4. The GLA family works all over London. A body in London that works abroad does not make the work London's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.gazetteer import Authority, Gazetteer, LondonBuyer, gazetteer, outward_code
from service.domain.names import plain_name
from service.domain.opportunity import Details
from service.domain.stated import Stated, in_regions, listed, name_of, names_of, stated_delivery, with_label

__all__ = [
    "Authority",
    "Gazetteer",
    "LondonBuyer",
    "Place",
    "Scope",
    "covers",
    "gazetteer",
    "outward_code",
    "place_in",
    "place_of",
]

Scope = Literal["boroughs", "london", "region", "nationwide", "unknown"]

_SILENT = "the notice does not say where"
#: Words in the names of bodies that work in one place, and words that take it back.
_LOCAL = ("school", "primary", "nursery", "academy", "sixth form", "borough council", "parish council")
_NOT_LOCAL = ("trust", "federation", "group", "partnership", "consortium", "national", "royal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the work is.

    Attributes:
        boroughs: GSS codes of the London authorities in which the work may be. All 33 for London as a whole; empty for
            nationwide work, which is inside every area, and for work outside London.
        regions: Region codes as the notice states them, with the UK prefix (UKI41); GSS codes and codes of other
            countries as stated. Empty when the place was taken from the buyer's name or a postcode.
        scope: "boroughs": some of the 33; "london": all of London; "region": partly or wholly outside London;
            "nationwide"; "unknown".
        in_london: Whether some of the work may be in London; None when that cannot be told.
        evidence: How we know, in words that finish a sentence ("the buyer is Hackney Council").
    """

    boroughs: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    scope: Scope = "unknown"
    in_london: bool | None = None
    evidence: tuple[str, ...] = ()


def place_of(
    *,
    delivery_regions: Iterable[str] = (),
    delivery_postcodes: Iterable[str] = (),
    buyer_name: str | None = None,
    buyer_region: str | None = None,
    buyer_postcode: str | None = None,
) -> Place:
    """Decide where the work is from what a notice says, by the rules at the head of this module.

    Regions may be codes, names, GSS codes or several of them in one text; text that is none of these is never guessed
    at: if nothing else is stated the place is unknown. A delivery postcode equal to the buyer's is the buyer's address
    filled in by a form and counts as nothing stated. "Any region", the first entry of such a form, does too.
    """
    places = gazetteer()
    stated = stated_delivery(delivery_regions, delivery_postcodes, buyer_postcode or "")
    buyer = places.buyer(buyer_name) if buyer_name else None
    if places.is_nationwide(stated.codes):
        return Place(regions=stated.codes, scope="nationwide", in_london=True, evidence=stated.evidence)
    if stated.is_empty and stated.not_understood:
        return Place(evidence=stated.evidence)
    if buyer is not None:
        if stated.is_empty:
            return _buyers_place(buyer)
        return _narrowed(_as_place(stated), served=_boroughs_served(buyer), who=_who(buyer))
    region, postcode = buyer_region or "", buyer_postcode or ""
    if stated.is_empty:
        return _address_place(region, postcode)
    near = _address_boroughs(region, postcode) if _is_local_body(buyer_name or "") else ()
    return _narrowed(_as_place(stated), served=frozenset(near), who=_postcode_words(postcode, near))


def place_in(details: Details) -> Place:
    """Where the work is, and how we know."""
    buyer = details.buyer
    return place_of(
        delivery_regions=details.delivery_regions,
        delivery_postcodes=details.delivery_postcodes,
        buyer_name=buyer.name if buyer else None,
        buyer_region=buyer.region if buyer else None,
        buyer_postcode=buyer.postcode if buyer else None,
    )


def covers(area_code: str, place: Place) -> str | None:
    """Why a place agrees with an area a firm chose, in words; None when it does not.

    Args:
        area_code: "london", "uk", a GSS code of a borough, or an ITL or NUTS code (UKI4, TLI41, UKD).
        place: Where the work is.
    """
    places = gazetteer()
    area = area_code.strip().upper()
    if places.area_name(area) is None:
        return None
    reason = " and ".join(place.evidence) or _SILENT
    if place.scope == "nationwide":
        return reason
    if area == "UK":
        return None if _is_abroad(place) else reason
    if area == "LONDON":
        return reason if place.in_london else None
    code = area if places.borough(area) else "UK" + area[2:]
    if any(places.is_inside(gss, code) for gss in place.boroughs):
        return reason
    inside_london = code.startswith(("UKI", "E09"))
    overlaps = not inside_london and any(said.startswith(code) or code.startswith(said) for said in place.regions)
    return reason if overlaps else None


def _is_abroad(place: Place) -> bool:
    home = gazetteer()
    return (
        bool(place.regions)
        and not place.boroughs
        and all(code not in home.regions and code not in home.authorities for code in place.regions)
    )


def _as_place(stated: Stated) -> Place:
    places = gazetteer()
    scope: Scope = "boroughs"
    if stated.reaches_outside:
        scope = "region"
    elif stated.boroughs == frozenset(places.authorities):
        scope = "london"
    return Place(
        boroughs=stated.boroughs,
        regions=stated.codes,
        scope=scope,
        in_london=bool(stated.boroughs),
        evidence=stated.evidence,
    )


def _narrowed(place: Place, *, served: frozenset[str], who: str) -> Place:
    """A coarse place inside London, narrowed to the boroughs its buyer serves (rule 2)."""
    if place.scope not in {"boroughs", "london"} or not _is_one_area(place.regions):
        return place
    inside = place.boroughs & served
    if not inside or inside == place.boroughs:
        return place
    return Place(
        boroughs=inside,
        regions=place.regions,
        scope="boroughs",
        in_london=True,
        evidence=(*place.evidence, who),
    )


def _is_local_body(name: str) -> bool:
    """Whether a buyer that is not on the list is a single local body, by the words of its name."""
    words = f" {plain_name(name)} "
    return any(f" {word} " in words for word in _LOCAL) and not any(f" {word} " in words for word in _NOT_LOCAL)


def _is_one_area(codes: frozenset[str]) -> bool:
    """Whether the codes name one area (perhaps at several levels), not a list of chosen areas."""
    widest = min(codes, key=len, default="")
    return all(code.startswith(widest) for code in codes)


def _boroughs_served(buyer: LondonBuyer) -> frozenset[str]:
    """The boroughs a buyer is set up to serve; none for one that works all over London or far beyond."""
    places = gazetteer()
    return frozenset(gss for gss in places.authorities if any(places.is_inside(gss, area) for area in buyer.serves))


def _buyers_place(buyer: LondonBuyer) -> Place:
    places = gazetteer()
    everywhere = frozenset(places.authorities)
    if "abroad" in buyer.serves:
        return Place(evidence=(_SILENT, _who(buyer)))
    if "london" in buyer.serves:
        return Place(boroughs=everywhere, scope="london", in_london=True, evidence=(_SILENT, _who(buyer)))
    if "uk" in buyer.serves:
        return Place(
            boroughs=frozenset({buyer.home}), scope="boroughs", in_london=True, evidence=(_SILENT, _who(buyer))
        )
    boroughs = _boroughs_served(buyer)
    regions = frozenset(area for area in buyer.serves if area not in everywhere)
    return Place(
        boroughs=boroughs,
        regions=regions,
        scope="region" if regions else "boroughs",
        in_london=bool(boroughs),
        evidence=(_SILENT, _who(buyer)),
    )


def _who(buyer: LondonBuyer) -> str:
    """Who the buyer is and, where its name does not say so, where it works."""
    places = gazetteer()
    if buyer.kind == "borough":
        return f"the buyer is {buyer.name}"
    if "abroad" in buyer.serves:
        return f"the buyer is {buyer.name}, which works mostly abroad"
    if "london" in buyer.serves:
        return f"the buyer is {buyer.name}, which works all over London"
    if "uk" in buyer.serves:
        return f"the buyer is {buyer.name}, based in {names_of((buyer.home,), joined_by='and')}"
    boroughs = tuple(sorted(_boroughs_served(buyer)))
    others = (places.area_name(area) or area for area in buyer.serves if area not in places.authorities)
    return f"the buyer is {buyer.name}, which works in {listed([*map(name_of, boroughs), *others], joined_by='and')}"


def _address_place(region: str, postcode: str) -> Place:
    """The place of a buyer that is not on the list, from its address alone."""
    places = gazetteer()
    codes = frozenset(places.codes_of_region(region) or ())
    if outward_code(postcode) is not None:
        boroughs = _address_boroughs(region, postcode)
        return Place(
            boroughs=frozenset(boroughs),
            regions=frozenset() if boroughs else codes - {"UK"},
            scope="boroughs" if boroughs else "region",
            in_london=bool(boroughs),
            evidence=(_SILENT, _postcode_words(postcode, boroughs)),
        )
    if not codes or places.is_nationwide(codes):
        return Place(evidence=(_SILENT,))
    place = _as_place(in_regions({region: tuple(codes)}))
    return replace(place, evidence=(_SILENT, f"the buyer's region is {with_label(region.strip())}"))


def _address_boroughs(region: str, postcode: str) -> tuple[str, ...]:
    """The boroughs of a postcode, the likeliest first; those the region rules out are left out."""
    places = gazetteer()
    boroughs = places.boroughs_of_postcode(postcode)
    inside = places.boroughs_of_region(region)
    return tuple(gss for gss in boroughs if gss in inside) or boroughs


def _postcode_words(postcode: str, boroughs: tuple[str, ...]) -> str:
    where = f"in {names_of(boroughs, joined_by='or')}" if boroughs else "outside London"
    return f"the buyer's postcode {outward_code(postcode)} is {where}"
