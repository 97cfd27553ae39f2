"""How the 33 London authorities and the GLA family buy: portals, pages for suppliers, small quotations, committees.

A firm that wants the really small work must know which portal to register on, and that is a fact with an age: it is
shown with the date of its evidence, and what nobody could tell is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from service.domain.gazetteer import gazetteer
from service.domain.shipped import Row, text_in, toml_rows
from service.errors import ReferenceDataError

_FILE = "buying.toml"
_UNKNOWN = "unknown"
_DATE = re.compile(r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_AUTHORITY_FIELDS = frozenset({"gss", "buyer", "portals", "selling_page", "quotes", "committees"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How we know a fact.

    Attributes:
        source: what says so.
        date: when that was published: a year, a month or a day in ISO 8601; "" where it does not say.
    """

    source: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalInUse:
    """A portal an authority publishes on. `key` and `address` are "" where it is not known which, or where."""

    key: str
    name: str
    address: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact in words, or an address."""

    said: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HowItBuys:
    """How one authority buys. None: not known.

    Attributes:
        identity: GSS code of one of the 33, or the key of a buyer of the GLA family.
        name: the authority as a sentence names it.
        portals: where its notices lead, the newest evidence first; never empty, for "not known which" is an entry too.
        selling_page: its page for suppliers.
        quotes: what it says of work too small to advertise.
        committees: where its decisions are published, as an address.
    """

    identity: str
    name: str
    portals: tuple[PortalInUse, ...]
    selling_page: Fact | None
    quotes: Fact | None
    committees: Fact | None

    @property
    def portal(self) -> PortalInUse:
        """The portal with the newest evidence."""
        return self.portals[0]


@cache
def how_they_buy() -> Mapping[str, HowItBuys]:
    """All 33 authorities by GSS code, then the GLA family by key.

    Raises:
        ReferenceDataError: A fact has no source or date, an authority is missing or twice there, a portal unknown.
    """
    portals = {text_in(row, "key", where=f"{_FILE}, portal"): row for row in toml_rows(_FILE, "portal")}
    found: dict[str, HowItBuys] = {}
    for row in toml_rows(_FILE, "authority"):
        entry = _authority(row, portals)
        if entry.identity in found:
            raise ReferenceDataError(f"{_FILE}: {entry.identity} has two entries.")
        found[entry.identity] = entry
    lists = gazetteer()
    family = {buyer.key for buyer in lists.buyers.values() if buyer.kind == "gla"}
    missing = sorted((set(lists.authorities) | family) - set(found))
    if missing:
        raise ReferenceDataError(f"{_FILE}: there is no entry for {', '.join(missing)}.")
    return found


def _authority(row: Row, portals: Mapping[str, Row]) -> HowItBuys:
    identity, name = _who(row)
    where = f"{_FILE}, {identity}"
    strange = sorted(set(row) - _AUTHORITY_FIELDS)
    if strange:
        raise ReferenceDataError(f"{where}: there is no field {strange[0]}.")
    listed = row.get("portals")
    if not isinstance(listed, list) or not listed:
        raise ReferenceDataError(f"{where}: portals must be a list of one at least; write unknown where it is.")
    return HowItBuys(
        identity=identity,
        name=name,
        portals=tuple(_portal(each, portals, where=where) for each in listed),
        selling_page=_fact(row, "selling_page", said="said", where=where),
        quotes=_fact(row, "quotes", said="said", where=where),
        committees=_fact(row, "committees", said="address", where=where),
    )


def _who(row: Row) -> tuple[str, str]:
    if "gss" in row:
        code = text_in(row, "gss", where=_FILE)
        authority = gazetteer().borough(code)
        if authority is None:
            raise ReferenceDataError(f"{_FILE}: {code} is none of the 33 authorities.")
        return code, authority.council
    key = text_in(row, "buyer", where=_FILE)
    buyer = next((each for each in gazetteer().buyers.values() if each.key == key), None)
    if buyer is None or buyer.kind != "gla":
        raise ReferenceDataError(f"{_FILE}: {key} is no body of the GLA family in london_buyers.toml.")
    return key, buyer.name


def _portal(said: object, portals: Mapping[str, Row], *, where: str) -> PortalInUse:
    row = _table(said, where=f"{where}, portals")
    key = text_in(row, "portal", where=f"{where}, portals")
    evidence = _evidence(row, where=f"{where}, portals")
    if key == _UNKNOWN:
        return PortalInUse(key="", name="", address="", evidence=evidence)
    if key not in portals:
        raise ReferenceDataError(f"{where}: {key} is no portal of this file. There are: {', '.join(portals)}.")
    portal, place = portals[key], f"{_FILE}, portal {key}"
    _evidence(portal, where=place)
    address = text_in(portal, "address", where=place)
    return PortalInUse(
        key=key,
        name=text_in(portal, "name", where=place),
        address="" if address == _UNKNOWN else _web_address(address, where=place),
        evidence=evidence,
    )


def _fact(row: Row, field: str, *, said: str, where: str) -> Fact | None:
    if row.get(field) == _UNKNOWN:
        return None
    fact = _table(row.get(field), where=f"{where}, {field}")
    words = text_in(fact, said, where=f"{where}, {field}")
    if field != "quotes":
        _web_address(words, where=f"{where}, {field}")
    return Fact(said=words, evidence=_evidence(fact, where=f"{where}, {field}"))


def _evidence(row: Row, *, where: str) -> Evidence:
    date = text_in(row, "date", where=where)
    if date != _UNKNOWN and not _DATE.fullmatch(date):
        raise ReferenceDataError(f"{where}: date must be a year, a month or a day like 2026-08-11, or unknown.")
    return Evidence(source=text_in(row, "source", where=where), date="" if date == _UNKNOWN else date)


def _web_address(said: str, *, where: str) -> str:
    if not said.startswith(("https://", "http://")):
        raise ReferenceDataError(f"{where}: {said!r} must begin with https:// or http://.")
    return said


def _table(said: object, *, where: str) -> Row:
    if not isinstance(said, Mapping):
        raise ReferenceDataError(f"{where}: it must be a table with source and date, or unknown.")
    return said
