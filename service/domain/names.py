"""When two spellings of a name are the same name.

Buyers sign as "LONDON BOROUGH OF CAMDEN", "The London Borough of Camden" or "Camden Council". The rules here are few
and exact, so that two different bodies are never taken for one.
"""

from __future__ import annotations

import html
import re
import unicodedata

_LONGEST_NAME = 300
_COMPANY_ENDINGS = frozenset({"ltd", "limited", "plc", "llp", "cic"})
_SHORT_FORMS = {"ft": "foundation trust", "icb": "integrated care board", "ccg": "clinical commissioning group"}
_BOROUGH_BEGINNING = re.compile(
    r"(?:mayor and burgesses of |council of )?(?:london borough of|royal borough of|london borough|lb of|lb|rb of|rb) "
)


def plain_name(name: str) -> str:
    """A name reduced to what it has in common with its other spellings; "" when nothing is left.

    Lower case, accents and punctuation gone, "&" as "and", words in brackets and every "the" dropped, a company ending
    dropped, "FT", "ICB" and "CCG" at the end written out, and a name written twice ("London Fire Brigade : London Fire
    Brigade") kept once.
    """
    text = unicodedata.normalize("NFKD", html.unescape(name[:_LONGEST_NAME])).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"\([^()]*\)", " ", text).replace("&", " and ")
    text = re.sub(r"['\u2018\u2019\u02bc`]", "", text)
    words = [word for word in re.sub(r"[^a-z0-9]+", " ", text).split() if word != "the"]
    half = len(words) // 2
    if half and words[:half] == words[half:]:
        words = words[:half]
    if len(words) > 1 and words[-1] in _COMPANY_ENDINGS:
        words = words[:-1]
    if len(words) > 1 and words[-1] in _SHORT_FORMS:
        words[-1] = _SHORT_FORMS[words[-1]]
    return " ".join(words)


def borough_key(plain: str) -> str:
    """A plain name without what every borough's name may carry: "london borough of", "royal borough of", "council"."""
    shorter = _BOROUGH_BEGINNING.sub("", plain, count=1) if _BOROUGH_BEGINNING.match(plain) else plain
    for ending in (" borough council", " council"):
        if shorter.endswith(ending):
            return shorter.removesuffix(ending)
    return shorter
