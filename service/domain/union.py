"""Contracts of the European Union's journal: which they are, and what a British firm should know before it reads on.

They are for firms that ask for them, and left out of lists unless asked for: there are many more of them than of
London's, and most are of no use to a small firm here.
"""

from __future__ import annotations

from service.domain.gazetteer import gazetteer
from service.domain.place import Place

#: The sources that read the journal: its search, and its feed.
SOURCES = frozenset({"ted", "ted_feed"})
#: Said wherever one is shown. Whether a firm may bid is for the notice and for treaties to say, never for us.
CHECK = (
    "This is a contract outside the United Kingdom. Whether a British firm may bid depends on the notice and on trade "
    "agreements. Check the official notice before you spend time on it."
)
_COVERED = (
    "The buyer says that the Government Procurement Agreement (GPA) covers it. The United Kingdom is a party to it."
)
_NOT_COVERED = "The buyer says that the Government Procurement Agreement (GPA) does not cover it."
_SILENT = "The notice does not say whether the Government Procurement Agreement (GPA) covers it."


def is_union_work(source: str, place: Place) -> bool:
    """Whether it is of the European journal and not plainly British: British bodies published there until 2021.

    Work partly abroad counts as abroad, and so does work whose place nobody knows.
    """
    if source not in SOURCES:
        return False
    home = gazetteer()
    if any(code not in home.regions and code not in home.authorities for code in place.regions):
        return True
    return not (place.boroughs or place.regions or place.scope == "nationwide")


def coverage_words(gpa: bool | None) -> str:  # noqa: FBT001 - what the notice states, not a switch
    """What the buyer says of the Government Procurement Agreement, in a sentence."""
    if gpa is None:
        return _SILENT
    return _COVERED if gpa else _NOT_COVERED
