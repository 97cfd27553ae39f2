"""A borough as a buyer, made ready for its page: how it buys, whom to turn to, and what is small among what it buys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.buying import Evidence, HowItBuys, PortalInUse, how_they_buy
from service.domain.gazetteer import Authority, gazetteer
from service.domain.programme import Programme
from service.domain.reckoning import reckon
from service.domain.wording import LONDON
from service.web.cards import safe_href
from service.web.view import OpportunityView

#: A tag by which a notice says it itself.
_SAID_SMALL = "Below threshold"
#: Evidence older than this must be checked by a person, as buying.toml says.
_TRUSTED_FROM = 2025
#: Programmes named on a page.
_NEARBY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A page to turn to, by what it is for. Never a person."""

    role: str
    name: str
    href: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoroughView:
    """One of the 33 in words."""

    key: str
    gss: str
    name: str
    council: str
    official: str
    portals: tuple[Contact, ...]
    quotes: str
    quotes_evidence: str
    quotes_href: str
    contacts: tuple[Contact, ...]

    @property
    def href(self) -> str:
        """Where its page is."""
        return f"/boroughs/{self.key}"


def authority_of(key: str) -> Authority | None:
    """The authority whose page has a key; None where there is none."""
    return next((each for each in gazetteer().authorities.values() if each.slug == key), None)


def borough_view(authority: Authority) -> BoroughView:
    """How it buys and whom to turn to. Raises ReferenceDataError."""
    buys = how_they_buy()[authority.gss]
    quotes = buys.quotes
    return BoroughView(
        key=authority.slug,
        gss=authority.gss,
        name=authority.name,
        council=authority.council,
        official=authority.official,
        portals=tuple(_portal(each) for each in buys.portals if each.name),
        quotes=quotes.said if quotes else "",
        quotes_evidence=evidence_words(quotes.evidence) if quotes else "",
        quotes_href=safe_href(quotes.evidence.source) if quotes else "",
        contacts=tuple(_contacts(buys)),
    )


def evidence_words(evidence: Evidence) -> str:
    """How old a fact is, in words: "seen on 11 August 2026"; what is old or bears no date is to be checked."""
    if not evidence.date:
        return "seen with no date on it, so check it"
    year, month, day = (*evidence.date.split("-"), "", "")[:3]
    if int(year) < _TRUSTED_FROM:
        return f"seen in {year}, so check it"
    if not month:
        return f"seen in {year}"
    named = date(int(year), int(month), int(day or 1))
    return f"seen on {named.day} {named:%B %Y}" if day else f"seen in {named:%B %Y}"


def is_bought_by(view: OpportunityView, authority: Authority) -> bool:
    """Whether a council is the buyer itself."""
    buyer = gazetteer().buyer(view.buyer)
    return buyer is not None and buyer.kind == "borough" and buyer.home == authority.gss


def is_small(view: OpportunityView, *, now: datetime) -> bool:
    """Whether it is below the sum for the full rules: its notice says so, or its worth with VAT does."""
    if _SAID_SMALL in view.extra_tags:
        return True
    worth = view.worth.high or view.worth.low
    if worth is None or view.worth.currency != "GBP":
        return False
    sector = view.sectors[0].key if view.sectors else ""
    sums = reckon(worth, sector=sector, who="other", day=now.astimezone(LONDON).date())
    return sums is not None and sums.lower is not None and not sums.is_above_lower


def nearby(programmes: Iterable[Programme], gss: str) -> Sequence[Programme]:
    """Programmes for a borough, its own before those for all of London."""
    fitting = [each for each in programmes if gss in each.area or "london" in each.area]
    return sorted(fitting, key=lambda each: (gss not in each.area, each.name.casefold()))[:_NEARBY]


def _portal(each: PortalInUse) -> Contact:
    return Contact(
        role="Portal",
        name=each.name,
        href=safe_href(each.address),
        evidence=f"{evidence_words(each.evidence)}: {each.evidence.source}",
    )


def _contacts(buys: HowItBuys) -> Iterable[Contact]:
    portal, page, papers = buys.portal, buys.selling_page, buys.committees
    if portal.name:
        yield _contact("To register, see papers and send a bid", portal.name, portal.address, portal.evidence)
    if page is not None:
        yield _contact("To ask how to sell to it", "Its page for suppliers", page.said, page.evidence)
    if papers is not None:
        name = "Committee papers and forward plan"
        yield _contact("To see what it will decide to buy", name, papers.said, papers.evidence)


def _contact(role: str, name: str, address: str, evidence: Evidence) -> Contact:
    return Contact(role=role, name=name, href=safe_href(address), evidence=evidence_words(evidence))
