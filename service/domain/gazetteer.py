"""Which London authority a code, a postcode or a buyer's name belongs to.

Notices name places in many ways: a NUTS or ITL code (UKI41, TLI41), a region of the Contracts Finder form ("South
East"), a postcode, or only a buyer. The gazetteer turns each into GSS codes of the 33 authorities, from the shipped
lists alone, and never guesses: what is not listed is not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.domain.names import borough_key, plain_name
from service.domain.shipped import Row, csv_rows, text_in, texts_in, toml_rows
from service.errors import ReferenceDataError

ENGLISH_REGIONS = ("UKC", "UKD", "UKE", "UKF", "UKG", "UKH", "UKI", "UKJ", "UKK")

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})?", re.ASCII)
_UK_CODE = re.compile(r"(?:UK|TL)[C-NZ](?:[0-9Z][0-9A-Z]?)?", re.ASCII)
_FOREIGN_CODE = re.compile(r"([A-Z]{2})(?=[A-Z0-9]*[0-9])[A-Z0-9]{1,3}", re.ASCII)
#: Statements on a form that name no place: the first entry of a list left as it was, or a blank in words.
_PLACEHOLDERS = frozenset(
    (
        *(
            "any region",
            "any",
            "all",
            "n a",
            "none",
            "not specified",
            "not applicable",
            "unknown",
            "various",
            "multiple",
        ),
        *("multiple locations", "tbc", "tbd", "to be confirmed", "other", "see notice", "see description"),
    )
)
_LONGEST_STATEMENT = 300
#: Level 3 areas before 2015, by the level 2 area of today that took their place: old notices still carry them.
_OLD_AREAS = {"UKI3": "UKI11", "UKI4": "UKI12", "UKI5": "UKI21", "UKI6": "UKI22", "UKI7": "UKI23"}
#: Names and codes of areas beside the labels of regions.csv. The E, W, S, N and K codes are those of ONS.
_MORE_NAMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("england", "e92000001"), ENGLISH_REGIONS),
    **dict.fromkeys(("great britain", "britain", "nationwide", "national", "k02000001", "uk", "gb"), ("UK",)),
    **dict.fromkeys(("greater london", "central london", "e12000007"), ("UKI",)),
    **{f"e1200000{number}": (code,) for number, code in enumerate(ENGLISH_REGIONS, start=1) if code < "UKI"},
    "e12000008": ("UKJ",),
    "e12000009": ("UKK",),
    "w92000004": ("UKL",),
    "s92000003": ("UKM",),
    "n92000002": ("UKN",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One of the 33 London authorities.

    Attributes:
        gss: Government statistical code (E09000012).
        name: As people say it ("Hackney").
        official: As it signs ("London Borough of Hackney").
        council: How a sentence names it as a buyer ("Hackney Council").
        aliases: Spellings of its name on notices.
        itl: Its level 3 area with the UK prefix (UKI41); some areas hold two or three authorities.
        neighbours: GSS codes of the authorities one can reach from it directly.
        slug: Name in addresses of pages ("hackney").
    """

    gss: str
    name: str
    official: str
    council: str
    aliases: tuple[str, ...]
    itl: str
    neighbours: frozenset[str]
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LondonBuyer:
    """A public buyer at home in London.

    Attributes:
        key: Stable short name.
        name: As a sentence names it ("Hackney Council", "Barts Health NHS Trust").
        kind: borough, gla, nhs, university, college, school, housing, park, culture, waste, joint, company, government,
            county or overseas.
        home: GSS code of its main address, or "london".
        serves: Where its work is done: GSS codes, ITL codes, "london", "uk" for well beyond London, or "abroad".
        aliases: Other spellings of its name on notices.
    """

    key: str
    name: str
    kind: str
    home: str
    serves: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """The shipped lists of places, ready for look-ups. Get it from `gazetteer()`.

    Attributes:
        authorities: The 33, by GSS code.
        regions: Labels of UK regions of levels 0 to 3, by code with the UK prefix.
        districts: By postcode district: authorities and the share of the district in each, largest first.
        buyers: London buyers other than the 33, by plain name.
        boroughs_as_buyers: The 33 as buyers, by plain name without "London Borough of" and "Council".
        region_names: What names of regions, boroughs and countries mean, by plain name.
        countries: Names of countries other than the United Kingdom, by two-letter code.
    """

    authorities: Mapping[str, Authority]
    regions: Mapping[str, str]
    districts: Mapping[str, Sequence[tuple[str, float]]]
    buyers: Mapping[str, LondonBuyer]
    boroughs_as_buyers: Mapping[str, LondonBuyer]
    region_names: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, str]

    def borough(self, gss: str) -> Authority | None:
        """The authority with this GSS code; None when it is not one of the 33."""
        return self.authorities.get(gss)

    def boroughs_of_postcode(self, postcode: str) -> tuple[str, ...]:
        """The authorities a postcode or postcode district may lie in, the likeliest first; () outside London."""
        return tuple(gss for gss, _ in self._shares(postcode))

    def london_share(self, postcode: str) -> float | None:
        """How much of the postcode's district lies in London, 0 to 1; None when it is not a postcode at all."""
        return None if outward_code(postcode) is None else min(1.0, sum(share for _, share in self._shares(postcode)))

    def buyer(self, name: str) -> LondonBuyer | None:
        """The London buyer with this name or alias, boroughs included.

        Letter case, punctuation, "&", "The", "Ltd", words in brackets and, for the boroughs, "London Borough of" and
        "Council" do not matter; apart from that the whole name must be listed.
        """
        key = plain_name(name)
        return self.buyers.get(key) or self.boroughs_as_buyers.get(borough_key(key))

    def codes_of_region(self, said: str) -> tuple[str, ...] | None:
        """What a stated region means: codes with the UK prefix, GSS codes of boroughs, or country codes.

        "TLI41" is ("UKI41",), "London" ("UKI",), "England" the nine English regions, "GB" ("UK",), "Ukraine" ("UA",).
        () when it names no place ("Any region"); None when it is not understood.
        """
        if len(said) > _LONGEST_STATEMENT:
            return None
        written = said.strip()
        code = written.upper()
        if code in self.authorities:
            return (code,)
        if _UK_CODE.fullmatch(code):
            return self._nearest_region("UK" + code[len("UK") :])
        foreign = _FOREIGN_CODE.fullmatch(written)
        if (foreign is not None and foreign.group(1) in self.countries) or written in self.countries:
            return (written,)
        name = plain_name(written)
        if not name or name in _PLACEHOLDERS:
            return ()
        return self.region_names.get(name) or self.region_names.get(borough_key(name))

    def boroughs_of_region(self, code: str) -> tuple[str, ...]:
        """The authorities inside a stated region, by GSS code; () when it holds none or is not understood."""
        areas = self.codes_of_region(code) or ()
        return tuple(gss for gss in sorted(self.authorities) if any(self.is_inside(gss, area) for area in areas))

    def is_inside(self, gss: str, area: str) -> bool:
        """Whether an authority lies inside an area: its own GSS code, or an ITL code with the UK prefix."""
        authority = self.authorities.get(gss)
        if authority is None:
            return False
        old = _OLD_AREAS.get(authority.itl[:4], "")
        return area == gss or authority.itl.startswith(area) or old.startswith(area)

    def is_nationwide(self, codes: Iterable[str]) -> bool:
        """Whether stated regions mean the whole country: the UK or GB itself, or at least all nine English regions."""
        meant = {area for code in codes for area in self.codes_of_region(code) or ()}
        return "UK" in meant or meant.issuperset(ENGLISH_REGIONS)

    def area_name(self, code: str) -> str | None:
        """What people call an area a firm can choose ("london", "uk", a GSS or ITL code); None when there is none."""
        plain = code.strip().upper()
        if plain in {"LONDON", "UK"}:
            return "London" if plain == "LONDON" else "the United Kingdom"
        if plain in self.authorities:
            return self.authorities[plain].name
        return self.regions.get("UK" + plain[len("UK") :]) if _UK_CODE.fullmatch(plain) else None

    def place_name(self, code: str) -> str:
        """What people call any code that notices state: an area of ours, or the country of a foreign code ("PL912")."""
        foreign = _FOREIGN_CODE.fullmatch(code)
        return self.area_name(code) or self.countries.get(foreign.group(1) if foreign else code) or code

    def _shares(self, postcode: str) -> Sequence[tuple[str, float]]:
        district = outward_code(postcode) or ""
        # Districts of central London end in a letter (EC1A); a new one is read as the district it was split from.
        return self.districts.get(district) or self.districts.get(district[:-1] if district[-1:].isalpha() else "", ())

    def _nearest_region(self, code: str) -> tuple[str, ...] | None:
        """The area itself, or for a code of a newer list the listed area one or two levels up."""
        for length in range(len(code), len("UK"), -1):
            if code[:length] in self.regions:
                return (code[:length],)
        return None


def outward_code(postcode: str) -> str | None:
    """The district of a postcode ("E8" of "E8 1EA", "e81ea" or "E8"); None when it is not written like a postcode."""
    if len(postcode) > _LONGEST_STATEMENT:
        return None
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", postcode).upper())
    return found.group(1) if found else None


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer made of the shipped files, read once.

    Raises:
        ReferenceDataError: A shipped file is damaged, or two buyers claim one name.
    """
    authorities = {row.gss: row for row in map(_authority, toml_rows("authorities.toml", "authority"))}
    regions = {row["code"]: row["label"] for row in csv_rows("regions.csv")}
    countries = csv_rows("countries.csv")
    districts: dict[str, list[tuple[str, float]]] = {}
    for row in csv_rows("postcode_districts.csv"):
        districts.setdefault(row["district"], []).append((row["gss"], float(row["share"])))
    return Gazetteer(
        authorities=authorities,
        regions=regions,
        districts={code: tuple(sorted(rows, key=lambda row: -row[1])) for code, rows in districts.items()},
        buyers=_by_name((_buyer(row, authorities) for row in toml_rows("london_buyers.toml", "buyer")), key=plain_name),
        boroughs_as_buyers=_by_name(
            map(_borough_as_buyer, authorities.values()), key=lambda name: borough_key(plain_name(name))
        ),
        region_names=_region_names(authorities.values(), regions, countries),
        # The first name of a code is its own; those that follow are other spellings.
        countries={row["code"]: row["label"] for row in reversed(countries)},
    )


def _authority(row: Row) -> Authority:
    gss = text_in(row, "gss", where="authorities.toml")
    where = f"authorities.toml, {gss}"
    name = text_in(row, "name", where=where)
    return Authority(
        gss=gss,
        name=name,
        official=text_in(row, "official", where=where),
        council=text_in(row, "council", where=where) if "council" in row else f"{name} Council",
        aliases=texts_in(row, "aliases", where=where),
        itl=text_in(row, "itl", where=where),
        neighbours=frozenset(texts_in(row, "neighbours", where=where)),
        slug=text_in(row, "slug", where=where),
    )


def _buyer(row: Row, authorities: Mapping[str, Authority]) -> LondonBuyer:
    key = text_in(row, "key", where="london_buyers.toml")
    where = f"london_buyers.toml, {key}"
    home = text_in(row, "home", where=where)
    if home != "london" and home not in authorities:
        raise ReferenceDataError(f"{where}: home must be london or a GSS code of the 33 authorities, not {home!r}.")
    return LondonBuyer(
        key=key,
        name=text_in(row, "name", where=where),
        kind=text_in(row, "kind", where=where),
        home=home,
        serves=texts_in(row, "serves", where=where) or (home,),
        aliases=texts_in(row, "aliases", where=where),
    )


def _borough_as_buyer(authority: Authority) -> LondonBuyer:
    return LondonBuyer(
        key=authority.slug,
        name=authority.council,
        kind="borough",
        home=authority.gss,
        serves=(authority.gss,),
        aliases=(authority.name, authority.official, *authority.aliases),
    )


def _by_name(buyers: Iterable[LondonBuyer], *, key: Callable[[str], str]) -> dict[str, LondonBuyer]:
    index: dict[str, LondonBuyer] = {}
    for buyer in buyers:
        for name in (buyer.name, *buyer.aliases):
            owner = index.setdefault(key(name), buyer)
            if owner is not buyer:
                raise ReferenceDataError(f"{name!r} is a name of both {owner.key} and {buyer.key}.")
    return index


def _region_names(
    authorities: Iterable[Authority], regions: Mapping[str, str], countries: Iterable[Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    names = dict(_MORE_NAMES)
    for authority in authorities:
        for name in (authority.name, authority.official):
            names[borough_key(plain_name(name))] = (authority.gss,)
    # Where two areas share a name the larger one wins, then the one still in use.
    for code, label in sorted(regions.items(), key=lambda item: (len(item[0]), "(before" in item[1], item[0])):
        names.setdefault(plain_name(label), (code,))
        names.setdefault(f"{plain_name(label)} england", (code,))
    for row in countries:
        names.setdefault(plain_name(row["label"]), (row["code"],))
    return names
