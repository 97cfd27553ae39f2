"""Where each of the 33 authorities stands on a picture made of equal tiles: our own arrangement, north at the top.

Tiles read better than outlines: the City is as large as Bromley, and each has room for its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Columns of the picture.
COLUMNS = 8

#: For each row from the north, where it begins and who stands in it: GSS numbers without E090000, and short names.
_ROWS = (
    (4, "10 ENF"),
    (2, "15 HRW", "03 BNT", "14 HGY", "31 WFO"),
    (0, "17 HIL", "09 EAL", "05 BRE", "07 CAM", "19 ISL", "12 HAC", "26 RED", "16 HAV"),
    (0, "18 HOU", "13 H&F", "20 K&C", "33 WES", "01 CTY", "30 TOW", "25 NEW", "02 B&D"),
    (1, "27 RIC", "32 WAN", "22 LAM", "28 SWK", "23 LEW", "11 GRE", "04 BEX"),
    (2, "21 KIN", "24 MER", "08 CRO", "06 BRO"),
    (3, "29 SUT"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a tile stands, counted from 1, and its three letters."""

    row: int
    column: int
    short: str


def places() -> Mapping[str, Place]:
    """The place of each authority by GSS code."""
    found = {}
    for row, (begins, *tiles) in enumerate(_ROWS, start=1):
        for column, tile in enumerate(tiles, start=int(begins) + 1):
            number, short = str(tile).split(" ")
            found[f"E090000{number}"] = Place(row=row, column=column, short=short)
    return found
