"""What a notice states about the place of delivery, gathered from its codes, its words and its postcodes.

The first half of deciding where the work is: this module only reads what is said; `service.domain.place` weighs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.gazetteer import gazetteer, outward_code

_MOST_NAMED = 6
_SEPARATORS = re.compile(r"[,;|\n]")
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a notice states about delivery, or what is known of a buyer's address.

    Attributes:
        codes: Region codes, GSS codes of boroughs and country codes.
        boroughs: The London authorities these and the postcodes may mean.
        reaches_outside: Whether some of it lies outside London.
        evidence: What is said, in words that finish a sentence.
        not_understood: Pieces of text that name no listed place.
    """

    codes: frozenset[str] = frozenset()
    boroughs: frozenset[str] = frozenset()
    reaches_outside: bool = False
    evidence: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was stated that could be understood."""
        return not (self.codes or self.boroughs or self.reaches_outside)


def stated_delivery(regions: Iterable[str], postcodes: Iterable[str], buyer_postcode: str) -> Stated:
    """Gather what is said about delivery; postcodes written into the region field count as postcodes."""
    places = gazetteer()
    understood: dict[str, tuple[str, ...]] = {}
    found_postcodes = list(postcodes)
    not_understood: list[str] = []
    for piece in _pieces(regions):
        codes = places.codes_of_region(piece)
        if codes is not None:
            understood[piece] = codes
        elif outward_code(piece):
            found_postcodes.append(piece)
        else:
            not_understood.append(piece)
    buyers_own = _squeezed(buyer_postcode)
    by_postcode = [
        _at_postcode(code) for code in dict.fromkeys(map(_squeezed, found_postcodes)) if code and code != buyers_own
    ]
    return _together(in_regions(understood), [stated for stated in by_postcode if stated is not None], not_understood)


def _pieces(regions: Iterable[str]) -> list[str]:
    """The single statements in a region field: whole where it is one name, else cut at commas and the like."""
    places = gazetteer()
    pieces: list[str] = []
    for said in regions:
        whole = said.strip()
        if places.codes_of_region(whole) is not None:
            pieces.append(whole)
        else:
            pieces.extend(part.strip() for part in _SEPARATORS.split(whole) if part.strip())
    return list(dict.fromkeys(pieces))


def _together(by_region: Stated, at_postcodes: list[Stated], not_understood: list[str]) -> Stated:
    """Join regions and postcodes: postcodes inside a London region say more exactly where in it."""
    evidence = by_region.evidence + tuple(line for stated in at_postcodes for line in stated.evidence)
    unknown = tuple(f"the notice names a place we do not know: {piece[:_LONGEST_SHOWN]!r}" for piece in not_understood)
    exact = frozenset(gss for stated in at_postcodes for gss in stated.boroughs)
    outside = by_region.reaches_outside or any(stated.reaches_outside for stated in at_postcodes)
    inside = exact & by_region.boroughs
    boroughs = inside if inside and not outside else by_region.boroughs | exact
    return Stated(
        codes=by_region.codes,
        boroughs=boroughs,
        reaches_outside=outside,
        evidence=(evidence + unknown)[:_MOST_NAMED],
        not_understood=tuple(not_understood),
    )


def in_regions(understood: dict[str, tuple[str, ...]]) -> Stated:
    """The statement made by regions alone: what was written, with the codes it means."""
    places = gazetteer()
    codes = frozenset(code for meant in understood.values() for code in meant)
    boroughs = {code: frozenset(places.boroughs_of_region(code)) for code in codes}
    if places.is_nationwide(codes):
        whole = "the United Kingdom" if "UK" in codes else "England"
        return Stated(codes=codes, evidence=(f"the notice says delivery anywhere in {whole}",))
    said = [with_label(piece) for piece, meant in understood.items() if meant]
    more = f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else ""
    return Stated(
        codes=codes,
        boroughs=frozenset(gss for inside in boroughs.values() for gss in inside),
        reaches_outside=any(not inside for inside in boroughs.values()),
        evidence=(f"the notice says delivery in {', '.join(said[:_MOST_NAMED])}{more}",) if said else (),
    )


def with_label(said: str) -> str:
    """A stated region for people: codes with their name, "UKI41 (Hackney and Newham)"."""
    places = gazetteer()
    code = said.upper()
    if code in places.authorities:
        return places.authorities[code].name
    label = places.area_name(code) or places.place_name(code)
    if label in {code, said}:
        return said[:_LONGEST_SHOWN]
    return f"{code} ({label})" if code not in {"UK", "LONDON"} else said[:_LONGEST_SHOWN]


def _at_postcode(postcode: str) -> Stated | None:
    places = gazetteer()
    share = places.london_share(postcode)
    if share is None:
        return None
    district = outward_code(postcode)
    boroughs = places.boroughs_of_postcode(postcode)
    if not boroughs:
        return Stated(reaches_outside=True, evidence=(f"the notice says delivery at {district}, outside London",))
    names = names_of(boroughs, joined_by="or")
    return Stated(boroughs=frozenset(boroughs), evidence=(f"the notice says delivery at {district} ({names})",))


def names_of(boroughs: Iterable[str], *, joined_by: str) -> str:
    """The names of authorities in a row: "Islington or Hackney"."""
    return listed([name_of(gss) for gss in boroughs], joined_by=joined_by)


def name_of(gss: str) -> str:
    """The plain name of an authority; the code itself where it is none of the 33."""
    authority = gazetteer().borough(gss)
    return authority.name if authority is not None else gss


def listed(names: Sequence[str], *, joined_by: str) -> str:
    """Names in a row with a word before the last: "Barnet, Brent and Ealing"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined_by} {names[-1]}"


def _squeezed(postcode: str) -> str:
    return re.sub(r"\s+", "", postcode).upper()
