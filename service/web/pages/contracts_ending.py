"""`/contracts-ending`: awarded contracts that end within half a year, the soonest first, by trade and borough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from service.domain.gazetteer import gazetteer
from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words, opened, until_words
from service.web.cards import NOT_STATED, page_path, safe_href, worth_words
from service.web.forms.filters import boroughs_by_name, page_said
from service.web.house import house_of, now_in
from service.web.rendering import page
from service.web.view import EndingView

#: Contracts on a page.
ON_A_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingCard:
    """A contract that ends, in words."""

    title: str
    href: str
    buyer: str
    place: str
    ends: str
    holder: str
    worth: str
    trades: str
    official: str
    official_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for; what is not understood is left out."""

    sector: str = ""
    borough: str = ""
    page: int = 1

    def query(self, *, page: int) -> str:
        """The part of an address after the path."""
        pairs = [("sector", self.sector), ("area", self.borough), ("page", str(page) if page > 1 else "")]
        kept = [pair for pair in pairs if pair[1]]
        return f"?{urlencode(kept)}" if kept else ""


async def contracts_ending(request: web.Request) -> web.Response:
    """`/contracts-ending`: one page of them."""
    asked, now = _asked(request), now_in(request)
    found = await house_of(request).desk.contracts_ending(
        sector=asked.sector, borough=asked.borough, size=ON_A_PAGE, page=asked.page
    )
    more = asked.page * ON_A_PAGE < found.total
    return await page(
        request,
        "pages/contracts_ending.html",
        total=opened(count_words(found.total, "contract ends", "contracts end")),
        about=_about(asked),
        cards=[ending_card(each, now=now) for each in found.items],
        sectors=_choices("Any trade", [(sector.key, sector.label) for sector in all_sectors()], chosen=asked.sector),
        boroughs=_choices("All of London", list(boroughs_by_name()), chosen=asked.borough),
        is_filtered=bool(asked.sector or asked.borough),
        previous=f"/contracts-ending{asked.query(page=asked.page - 1)}" if asked.page > 1 else "",
        next=f"/contracts-ending{asked.query(page=asked.page + 1)}" if more else "",
    )


def ending_card(ending: EndingView, *, now: datetime) -> EndingCard:
    """A contract in words, as seen at a moment."""
    view = ending.opportunity
    return EndingCard(
        title=view.title,
        href=page_path(view.identity),
        buyer=view.buyer,
        place=view.place,
        ends=until_words(ending.ends, now=now),
        holder=list_words(ending.suppliers) or NOT_STATED,
        worth=worth_words(view.worth),
        trades=list_words([tag.label for tag in view.sectors], most=2),
        official=safe_href(view.official),
        official_source=view.official_source,
    )


def _asked(request: web.Request) -> Asked:
    sector, borough = request.query.get("sector", ""), request.query.get("area", "")
    return Asked(
        sector=sector if sector in {each.key for each in all_sectors()} else "",
        borough=borough if borough in gazetteer().authorities else "",
        page=page_said(request.query.get("page", "")),
    )


def _about(asked: Asked) -> str:
    said = [each.label for each in all_sectors() if each.key == asked.sector]
    where = gazetteer().area_name(asked.borough) if asked.borough else None
    return " in ".join([*said, *([where] if where else [])])


def _choices(none: str, choices: list[tuple[str, str]], *, chosen: str) -> list[dict[str, object]]:
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in [("", none), *choices]]


ROUTES = (web.get("/contracts-ending", contracts_ending),)
