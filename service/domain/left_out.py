"""What a firm left out when it said "not for me": kinds of trade, codes and boroughs, as plain parts of its interest.

Each says one thing, so that a firm can read on its page what is left out, and take it back there. Words win: what the
firm asked for in so many words is told, whatever trade or code it carries. What a notice does not say leaves nothing
out.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.domain import cpv
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.place import Place
from service.domain.sectors import all_sectors
from service.domain.wording import list_words


def left_out(interest: Interest, *, trade: str | None, codes: Sequence[str], place: Place, has_words: bool) -> str:
    """Which part of what a firm left out closes, in words; "" for none.

    Args:
        interest: what the firm asked for.
        trade: the likeliest sector of the notice; None where none is known.
        codes: its codes, the main one first.
        place: where the work is.
        has_words: whether the notice says what the firm asked for in words.
    """
    if not has_words:
        if trade is not None and trade in interest.not_sectors:
            return f"its trade is {_trade_words(trade)}, which you left out"
        main = codes[0] if codes else ""
        if main and any(main.startswith(begins) for begins in interest.not_cpv):
            return f"its code is {main}{_label(main)}, which you left out"
    if place.scope == "boroughs" and place.boroughs and place.boroughs <= set(interest.not_areas):
        return f"it is only in {_areas_words(sorted(place.boroughs))}, which you left out"
    return ""


def left_out_words(interest: Interest) -> list[str]:
    """Everything a firm left out, each part in words."""
    return [words for _, words in left_out_parts(interest)]


def left_out_parts(interest: Interest) -> list[tuple[str, str]]:
    """Everything a firm left out: a key for forms ("sector:it"), and the part in words."""
    return [
        *((f"sector:{key}", f"the trade {_trade_words(key)}") for key in interest.not_sectors),
        *((f"cpv:{code}", f"the code {code}{_label(code)}") for code in interest.not_cpv),
        *((f"area:{gss}", f"work only in {_areas_words([gss])}") for gss in interest.not_areas),
    ]


def _trade_words(key: str) -> str:
    return next((sector.label for sector in all_sectors() if sector.key == key), key)


def _label(code: str) -> str:
    label = cpv.label(code.ljust(8, "0"))
    return f" ({label.lower()})" if label else ""


def _areas_words(codes: Sequence[str]) -> str:
    return list_words([gazetteer().area_name(code) or code for code in codes], most=4)
