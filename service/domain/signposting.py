"""The help that is put beside one opportunity: the same choice for mail, page and chat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service.domain.gazetteer import gazetteer
from service.domain.needs import Asking, needs_of
from service.domain.place import Place
from service.domain.programme import Programme, Seeker, Suggestion, choose

#: So many programmes stand beside one opportunity at most.
MOST = 2


def help_for(
    programmes: Iterable[Programme], asking: Asking, *, on: date, newcomers: bool = False
) -> tuple[Suggestion, ...]:
    """At most two programmes that close a gap between what is asked and what the firm has, each with its reason.

    Nothing for a firm that is ready. Whether the opportunity can still be bid for is the caller's to know.

    Args:
        programmes: The catalogue.
        asking: The opportunity and the firm.
        on: The day of sending.
        newcomers: Of a reader we do not know: also what only those need who never bid before.
    """
    profile, details = asking.profile, asking.details
    buyer = gazetteer().buyer(details.buyer.name) if details.buyer else None
    return choose(
        programmes,
        needs=needs_of(asking, newcomers=newcomers),
        seeker=Seeker(
            place=_firm_place(profile.areas) if profile and profile.areas else asking.place,
            work=asking.place,
            size=asking.size or None,
            sectors={*(tag.key for tag in asking.tags.likely), *(profile.sectors if profile else ())},
            buyer=buyer.key if buyer else None,
        ),
        on=on,
        most=MOST,
    )


def _firm_place(areas: Iterable[str]) -> Place:
    """Where a firm is: in London by its own word, and in certain boroughs where it names them."""
    known = frozenset(areas)
    if "london" in known:
        return Place(scope="london", in_london=True)
    return Place(scope="boroughs", boroughs=known, in_london=True)
