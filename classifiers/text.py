"""Cuts text into words, the same way for the trade model and for all that reads notices."""

from __future__ import annotations

import re

#: A word: letters and digits, perhaps joined by an apostrophe or an ampersand ("employer's", "m&e").
#: A hyphen parts words.
_WORD = re.compile(r"[a-z0-9]+(?:['&][a-z0-9]+)*")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return _WORD.findall(text.translate(_APOSTROPHES).lower())
