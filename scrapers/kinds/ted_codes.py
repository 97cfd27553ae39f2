"""What TED's code words mean: languages, countries, procedures and kinds of notice, for both of its schemas.

Sources: the code lists of the eForms SDK 1.15 of the Publications Office (languages, countries, procurement procedures,
notice types, reserved procurement) and the forms of the schema R2.0.9; facts under Commission Decision 2011/833/EU.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.domain.opportunity import Change, Stage

#: Three letters (ISO 639-2/T) to two.
_LANGUAGES: Mapping[str, str] = {
    "bul": "bg",
    "bos": "bs",
    "cat": "ca",
    "ces": "cs",
    "dan": "da",
    "deu": "de",
    "ell": "el",
    "eng": "en",
    "spa": "es",
    "est": "et",
    "eus": "eu",
    "fin": "fi",
    "fra": "fr",
    "gle": "ga",
    "glg": "gl",
    "hrv": "hr",
    "hun": "hu",
    "isl": "is",
    "ita": "it",
    "lit": "lt",
    "lav": "lv",
    "mkd": "mk",
    "mlt": "mt",
    "nob": "nb",
    "nld": "nl",
    "nno": "nn",
    "nor": "no",
    "pol": "pl",
    "por": "pt",
    "ron": "ro",
    "slk": "sk",
    "slv": "sl",
    "sqi": "sq",
    "srp": "sr",
    "swe": "sv",
    "tur": "tr",
    "ukr": "uk",
}
#: Three letters (ISO 3166-1) to two. The United Kingdom is UK, as everywhere in our place codes.
_COUNTRIES: Mapping[str, str] = {
    "ALB": "AL",
    "AND": "AD",
    "ARM": "AM",
    "AUS": "AU",
    "AUT": "AT",
    "AZE": "AZ",
    "BEL": "BE",
    "BGR": "BG",
    "BIH": "BA",
    "BLR": "BY",
    "BRA": "BR",
    "CAN": "CA",
    "CHE": "CH",
    "CHN": "CN",
    "CYP": "CY",
    "CZE": "CZ",
    "DEU": "DE",
    "DNK": "DK",
    "EGY": "EG",
    "ESP": "ES",
    "EST": "EE",
    "ETH": "ET",
    "FIN": "FI",
    "FRA": "FR",
    "FRO": "FO",
    "GBR": "UK",
    "GEO": "GE",
    "GIB": "GI",
    "GLP": "GP",
    "GRC": "GR",
    "GRL": "GL",
    "GUF": "GF",
    "HRV": "HR",
    "HUN": "HU",
    "IND": "IN",
    "IRL": "IE",
    "ISL": "IS",
    "ISR": "IL",
    "ITA": "IT",
    "JOR": "JO",
    "JPN": "JP",
    "KAZ": "KZ",
    "KEN": "KE",
    "KOR": "KR",
    "LBN": "LB",
    "LIE": "LI",
    "LTU": "LT",
    "LUX": "LU",
    "LVA": "LV",
    "MAR": "MA",
    "MCO": "MC",
    "MDA": "MD",
    "MEX": "MX",
    "MKD": "MK",
    "MLI": "ML",
    "MLT": "MT",
    "MNE": "ME",
    "MTQ": "MQ",
    "MYT": "YT",
    "NCL": "NC",
    "NER": "NE",
    "NGA": "NG",
    "NLD": "NL",
    "NOR": "NO",
    "NZL": "NZ",
    "POL": "PL",
    "PRT": "PT",
    "PYF": "PF",
    "REU": "RE",
    "ROU": "RO",
    "RUS": "RU",
    "SEN": "SN",
    "SGP": "SG",
    "SMR": "SM",
    "SRB": "RS",
    "SVK": "SK",
    "SVN": "SI",
    "SWE": "SE",
    "TUN": "TN",
    "TUR": "TR",
    "UGA": "UG",
    "UKR": "UA",
    "USA": "US",
    "VAT": "VA",
    "ZAF": "ZA",
}
#: The procedures of eForms (BT-105).
PROCEDURES: Mapping[str, str] = {
    "open": "Open",
    "restricted": "Restricted",
    "neg-w-call": "Negotiated, with a call for competition",
    "neg-wo-call": "Negotiated, without a call for competition",
    "comp-dial": "Competitive dialogue",
    "comp-tend": "Competitive tendering",
    "innovation": "Innovation partnership",
    "oth-single": "Other, in one stage",
    "oth-mult": "Other, in several stages",
    "exp-int-rail": "Expression of interest, passenger rail",
}
#: Who alone may bid (BT-71). "none" and "not-known" reserve nothing.
RESERVED: Mapping[str, str] = {
    "res-ws": "sheltered workshops and firms that integrate disabled or disadvantaged people",
    "res-pub-ser": "organisations with a public service mission",
}
#: Work anywhere, in the words of the place code list (BT-727); in a country it is the country.
ANYWHERE: Mapping[str, str] = {"anyw-eea": "European Economic Area", "anyw": ""}

_KINDS: Mapping[str, tuple[Stage, Change]] = {
    "planning": (Stage.PLANNING, Change.NEW),
    "consultation": (Stage.PLANNING, Change.NEW),
    "competition": (Stage.TENDER, Change.NEW),
    "dir-awa-pre": (Stage.AWARD, Change.AWARD),
    "result": (Stage.AWARD, Change.AWARD),
    "cont-modif": (Stage.CONTRACT, Change.UPDATE),
}
_PUBLICATION = re.compile(r"0*([1-9]\d{0,8})-((?:19|20)\d\d)", re.ASCII)
_JOURNAL = re.compile(r"((?:19|20)\d\d)/S \d{1,3}-0*([1-9]\d{0,8})", re.ASCII)
_PROCONTRACT = re.compile(r"DN\d{6}", re.ASCII)


def language(code: str) -> str:
    """Two letters for a language written with two or three; what is not known stays as it is."""
    plain = code.strip().lower()
    return _LANGUAGES.get(plain, plain)


def country(code: str) -> str:
    """Two letters for a country written with two or three; what is not known stays as it is."""
    plain = code.strip().upper()
    if plain in {"GB", "UK"}:
        return "UK"
    return _COUNTRIES.get(plain, plain)


def kind(form_type: str, notice_type: str) -> tuple[Stage, Change]:
    """What an eForms notice announces, by its form type (BT-03), else by its notice type (BT-02)."""
    known = _KINDS.get(form_type)
    if known is not None and notice_type != "pin-tran":
        return known
    for start, name in (("pin-cfc", "competition"), ("cn-", "competition"), ("can-modif", "cont-modif")):
        if notice_type.startswith(start):
            return _KINDS[name]
    for start, name in (("can-", "result"), ("veat", "dir-awa-pre"), ("pmc", "consultation")):
        if notice_type.startswith(start):
            return _KINDS[name]
    if notice_type.startswith("pin-") and notice_type != "pin-tran":
        return _KINDS["planning"]
    return Stage.OTHER, Change.NEW


def publication_number(said: str) -> str:
    """The number of a notice as addresses write it ("137599-2024"), from any of TED's spellings; "" for none.

    Seen: "00137599-2024" in eForms, "2020/S 100-243173" in R2.0.9, "367831-2026" in the search.
    """
    plain = said.strip()
    found = _PUBLICATION.fullmatch(plain)
    if found is not None:
        return f"{found[1]}-{found[2]}"
    found = _JOURNAL.fullmatch(plain)
    return f"{found[2]}-{found[1]}" if found is not None else ""


def shared_reference(said: str) -> str:
    """A buyer's number that is the same wherever the procurement is published: ProContract's; "" for any other."""
    plain = said.strip().upper()
    return plain if _PROCONTRACT.fullmatch(plain) else ""
